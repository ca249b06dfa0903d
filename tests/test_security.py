"""The dashboard's server answers its own pages, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.shell import security
from dashboard.shell.app import create_app
from dashboard.shell.security import Gate
from dashboard.shell.session import Session
from labeler.library.store import Library

TOKEN = security.new_token()
LOCAL = {"Host": "localhost"}
PUBLIC = "https://photos.example"


COOKIE = {"Cookie": f"face-labeler-8050={TOKEN}"}


def client(
    host: str = "127.0.0.1", known: bool = True, public: str = "", jar: bool = True
) -> FlaskClient:
    """Return a visitor. jar: cookies are kept and sent by themselves."""
    server = Flask("test")
    server.add_url_rule("/", view_func=lambda: "faces", methods=["GET", "POST"])
    visitor = entered(server, Gate(host, 8050, TOKEN, public), known)
    return visitor if jar else server.test_client(use_cookies=False)


def entered(server: Flask, gate: Gate, known: bool) -> FlaskClient:
    security.protect(server, gate)
    visitor = server.test_client()
    if known:
        for name in ("localhost", "photos.example"):
            visitor.set_cookie(gate.cookie, gate.token, domain=name)
    return visitor


@pytest.mark.parametrize("name", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050", "localhost"])
def test_it_answers_to_the_names_of_this_computer(name: str) -> None:
    answer = client(jar=False).get("/", headers={"Host": name, **COOKIE})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example:8050", "", "10.0.0.1"])
def test_a_name_that_a_website_pointed_here_is_refused(name: str) -> None:
    answer = client(jar=False).get("/", headers={"Host": name, **COOKIE})
    assert answer.status_code == 403


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
    assert client().post("/", headers={**LOCAL, **headers}).status_code == status
    assert client().get("/", headers={**LOCAL, **headers}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://[::1"},
        {"Host": "[::1"},
        {"Origin": "//["},
    ],
)
def test_headers_that_cannot_be_read_are_a_sentence(headers: dict[str, str]) -> None:
    for method in ("get", "post"):
        answer = getattr(client(), method)("/", headers={**LOCAL, **headers})
        assert answer.status_code == 400
        assert b"cannot be read" in answer.data


def test_photos_are_taken_and_forgotten_for_nobody_else(tmp_path: Path) -> None:
    def visitor(host: str, known: bool) -> FlaskClient:
        server = create_app(Session(Library.create(tmp_path / "library"))).server
        return entered(server, Gate(host, 8050, TOKEN), known)

    local = visitor("127.0.0.1", known=True)
    for other in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert local.post("/uploads", data=b"x", headers={**LOCAL, **other}).status_code == 403
        assert local.delete("/uploads/x", headers={**LOCAL, **other}).status_code == 403
    assert local.post("/uploads", data=b"x", headers={"Host": "evil.example"}).status_code == 403
    assert local.post("/uploads", data=b"x", headers=LOCAL).status_code == 200
    remote = visitor("0.0.0.0", known=False)
    for path in ("/uploads/x.jpg", "/uploads/x/1.jpg", "/aligned/small/1.jpg", "/family-pages/x"):
        assert remote.get(path).status_code == 401
    assert remote.post("/uploads", data=b"x").status_code == 401
    assert remote.delete("/uploads/x").status_code == 401
    remote.get(f"/?token={TOKEN}")
    assert remote.post("/uploads", data=b"x").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_nothing_is_served_without_the_token(demo_library: Library, host: str) -> None:
    """Every route of the program and of Dash, those that are none, and those of another method."""
    dash = create_app(Session(demo_library))
    stranger = entered(dash.server, Gate(host, 8050, TOKEN), known=False)
    rules = {str(rule) for rule in dash.server.url_map.iter_rules()}
    assert {"/", "/_dash-layout", "/_dash-update-component", "/uploads"} <= rules
    refused = stranger.get("/", headers=LOCAL).data
    assert b"by the link" in refused
    for rule in (
        *rules,
        "/faces/1.jpg",
        "/assets/dashboard.js",
        "/no-such-thing",
        "//",
        "/faces/x",
    ):
        for method in ("GET", "POST", "DELETE", "OPTIONS", "TRACE"):
            answer = stranger.open(rule, method=method, headers=LOCAL)
            assert (answer.status_code, answer.data) == (401, refused), (method, rule)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_token_is_needed_once(host: str) -> None:
    visitor = client(host, known=False)
    assert visitor.get("/", headers=LOCAL).status_code == 401
    assert visitor.get("/?token=wrong", headers=LOCAL).status_code == 401
    assert visitor.get("/?token=\u00e9", headers=LOCAL).status_code == 401
    assert visitor.post(f"/?token={TOKEN}", headers=LOCAL).status_code == 401
    let_in = visitor.get(f"/?year=2008&token={TOKEN}", headers=LOCAL)
    assert let_in.status_code == 200
    assert b"faces" not in let_in.data
    assert b"0; url=/?year=2008" in let_in.data
    assert TOKEN.encode() not in let_in.data
    name, *said = let_in.headers["Set-Cookie"].split("; ")
    assert name == f"face-labeler-8050={TOKEN}"
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said)
    assert visitor.get("/", headers=LOCAL).data == b"faces"
    assert client(host, known=False).get("/", headers=LOCAL).status_code == 401
    assert security.new_token() != TOKEN


def test_the_link_leads_to_no_other_site() -> None:
    for path in ("//evil.example/", "/%5Cevil.example/", '/x"><script>'):
        answer = client(known=False).get(f"{path}?token={TOKEN}", headers=LOCAL)
        assert b"//evil" not in answer.data
        assert b"\\evil" not in answer.data
        assert b"<script" not in answer.data


def test_cookies_of_other_servers_count_for_nothing() -> None:
    own = COOKIE["Cookie"]
    for cookie, status in (
        (f"face-labeler-8051={TOKEN}; face-labeler={TOKEN}", 401),
        ("face-labeler-8050=\u00e9", 401),
        (f"a=\u00e9; b=;;=; {own}", 200),
        (f"face-labeler-8050=planted; {own}", 200),
        (f"{own}x", 401),
    ):
        headers = {**LOCAL, "Cookie": cookie}
        assert client(jar=False).get("/", headers=headers).status_code == status


def test_behind_a_proxy_it_answers_to_its_public_name_too() -> None:
    visitor = client(public=PUBLIC, jar=False)
    for host in ("photos.example", "127.0.0.1:8050"):  # as Caddy sends it, and as nginx does
        headers = {"Host": host, **COOKIE}
        assert visitor.get("/", headers=headers).status_code == 200
        for origin, status in ((PUBLIC, 200), ("https://evil.example", 403)):
            answer = visitor.post("/", headers={**headers, "Origin": origin})
            assert answer.status_code == status
    assert visitor.get("/", headers={"Host": "evil.example"}).status_code == 403
    let_in = client(known=False, public=PUBLIC).get(f"/?token={TOKEN}", headers=LOCAL)
    assert "Secure" in let_in.headers["Set-Cookie"].split("; ")


def test_pages_may_ask_nobody_else() -> None:
    for known in (True, False):
        answer = client(known=known).get("/", headers=LOCAL)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
