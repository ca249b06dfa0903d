"""The dashboard's server answers its own pages, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import security
from dashboard.app import create_app
from labeler.storage.store import Library


def client(host: str = "127.0.0.1", token: str | None = None) -> FlaskClient:
    server = Flask("test")
    server.add_url_rule("/", view_func=lambda: "faces", methods=["GET", "POST"])
    security.protect(server, host, token)
    return server.test_client()


@pytest.mark.parametrize("name", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050", "localhost"])
def test_it_answers_to_the_names_of_this_computer(name: str) -> None:
    assert client().get("/", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example:8050", "", "10.0.0.1"])
def test_a_name_that_a_website_pointed_here_is_refused(name: str) -> None:
    assert client().get("/", headers={"Host": name}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_pages_change_nothing(headers: dict[str, str], status: int) -> None:
    assert client().post("/", headers={"Host": "localhost", **headers}).status_code == status
    assert client().get("/", headers={"Host": "localhost", **headers}).status_code == 200


def test_photos_are_taken_and_forgotten_for_nobody_else(tmp_path: Path) -> None:
    def visitor(host: str, token: str | None) -> FlaskClient:
        server = create_app(Library.create(tmp_path / "library")).server
        security.protect(server, host, token)
        return server.test_client()

    own = {"Host": "localhost"}
    local = visitor("127.0.0.1", None)
    for other in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert local.post("/uploads", data=b"x", headers={**own, **other}).status_code == 403
        assert local.delete("/uploads/x", headers={**own, **other}).status_code == 403
    assert local.post("/uploads", data=b"x", headers={"Host": "evil.example"}).status_code == 403
    assert local.post("/uploads", data=b"x", headers=own).status_code == 200
    token = security.new_token()
    remote = visitor("0.0.0.0", token)
    for path in ("/uploads/x.jpg", "/uploads/x/1.jpg", "/aligned/small/1.jpg", "/family-pages/x"):
        assert remote.get(path).status_code == 401
    assert remote.post("/uploads", data=b"x").status_code == 401
    assert remote.delete("/uploads/x").status_code == 401
    remote.get(f"/?token={token}")
    assert remote.post("/uploads", data=b"x").status_code == 200


def test_elsewhere_a_token_is_needed_once() -> None:
    token = security.new_token()
    visitor = client("0.0.0.0", token)
    refused = visitor.get("/")
    assert refused.status_code == 401
    assert b"faces" not in refused.data
    assert visitor.get("/?token=wrong").status_code == 401
    let_in = visitor.get(f"/?year=2008&token={token}")
    assert let_in.status_code == 302
    assert let_in.headers["Location"] == "/?year=2008"
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert visitor.get("/").data == b"faces"
    assert client("0.0.0.0", token).get("/").status_code == 401
    assert security.new_token() != token


def test_without_a_token_others_are_not_served() -> None:
    with pytest.raises(ValueError, match="needs a token"):
        client("0.0.0.0")


def test_pages_may_ask_nobody_else() -> None:
    policy = client().get("/", headers={"Host": "localhost"}).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
