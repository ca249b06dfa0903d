"""Requests that no page sends are refused, and leave no traceback."""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.photo.views import ids_of
from dashboard.shared import addresses
from dashboard.shell import odd_requests
from dashboard.shell.app import create_app
from dashboard.shell.session import Session
from labeler.library.store import Library

UPDATE = "/_dash-update-component"
ODD = [
    *("", "0", "-1", "1", "9" * 30, "1" * 5000, "²", "١", "1e5", "%00", "%ff", "%F0%9F", "💥"),
    *("%2e%2e%2fetc", "[", "http://[::1", "1-2.3-", "5-" + "9" * 25, "<b>", "a" * 3000),
    *("9223372036854775807", "9223372036854775808", "null", "//", "\\", "Rosa"),
]
MANY = "9" * 5000
JSON = st.sampled_from(
    [
        *(None, 0, -1, 1.5, True, 10**30, [], ["a"], [None], {}, {"points": []}),
        *("", "x", MANY, f"/groups/{MANY}", f"/photo/{MANY}", f"?year={MANY}", f"?group={MANY}"),
        *("/\x00", "\ud800", "?faces=" + "1-999999." * 500, "?person=%ff&person=["),
    ]
)


@pytest.fixture(scope="module")
def client(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("odd") / "library"
    shutil.copytree(demo_library_folder, folder)
    return create_app(Session(Library.create(folder))).server.test_client()


@pytest.fixture(scope="module")
def callbacks(client: FlaskClient) -> list[dict[str, Any]]:
    found = json.loads(client.get("/_dash-dependencies").data)
    return [one for one in found if not one["clientside_function"]]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


SLOW = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@SLOW
@given(data=st.data())
def test_addresses(client: FlaskClient, said: pytest.LogCaptureFixture, data: Any) -> None:
    rules = sorted({str(rule) for rule in client.application.url_map.iter_rules()})
    rule = data.draw(st.sampled_from(rules))
    path = re.sub("<[^>]*>", lambda _: data.draw(st.sampled_from(ODD)).replace("?", ""), rule)
    names = st.sampled_from(["v", "q", "name", "token", "year", "faces"])
    query = data.draw(st.dictionaries(names, st.sampled_from(ODD), max_size=2))
    method = data.draw(st.sampled_from(["GET", "POST", "DELETE", "HEAD", "PUT"]))
    header = data.draw(st.sampled_from(["Range", "If-None-Match", "Content-Type", "If-Range"]))
    value = data.draw(st.sampled_from(["bytes=0-", "bytes=9-1", 'W/"', "é", "-1", "9" * 4000]))
    body = data.draw(st.sampled_from([b"", b"\xff", b"[1,", b"null", b"{}"]))
    with client.open(
        path, method=method, query_string=query, headers={header: value}, data=body
    ) as answer:
        assert answer.status_code < 500, (method, path)
    assert not [record for record in said.records if record.exc_info]


def component(data: Any, spec: dict[str, Any]) -> Any:
    if not spec["id"].startswith("{"):
        return {**spec, "value": data.draw(JSON)}
    pattern = json.loads(spec["id"]).items()
    one = {key: 1 if isinstance(value, list) else value for key, value in pattern}
    given = {"id": one, "property": spec["property"], "value": data.draw(JSON)}
    return data.draw(st.sampled_from([[given], [], given]))


@SLOW
@given(data=st.data())
def test_callbacks_with_odd_values(
    client: FlaskClient, callbacks: list[dict[str, Any]], data: Any
) -> None:
    body = body_of(data.draw(st.sampled_from(callbacks)), data)
    answer = client.post(UPDATE, json=body)
    assert answer.status_code < 500


@SLOW
@given(data=st.data())
def test_bodies_that_no_page_sends(
    client: FlaskClient,
    callbacks: list[dict[str, Any]],
    said: pytest.LogCaptureFixture,
    data: Any,
) -> None:
    body: Any = body_of(data.draw(st.sampled_from(callbacks)), data)
    what = data.draw(st.sampled_from([*body, None]))
    if what is None:
        body = data.draw(JSON)
    elif data.draw(st.booleans()):
        del body[what]
    else:
        body[what] = data.draw(JSON)
    before = len(said.records)
    assert client.post(UPDATE, json=body).status_code < 500
    assert not [one for one in said.records[before:] if "Exception on" in one.getMessage()]


def body_of(callback: dict[str, Any], data: Any) -> dict[str, Any]:
    output = callback["output"]
    names = output.strip(".").split("...")
    outputs = []
    for name in names:
        one, _, prop = name.rpartition(".")
        own = json.loads(one) if one.startswith("{") else one
        outputs.append({"id": own, "property": prop.split("@")[0]})
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": [component(data, one) for one in callback["inputs"]],
        "state": [component(data, one) for one in callback["state"]],
        "changedPropIds": [],
    }


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '"x"',
        "1",
        '{"output": []}',
        '{"output": "x.y"}',
        '{"inputs": 1}',
    ],
)
def test_a_body_that_is_none_is_refused(client: FlaskClient, body: str) -> None:
    answer = client.post(UPDATE, data=body, content_type="application/json")
    assert answer.status_code == 400


def test_what_pages_send_is_told_as_our_mistake(callbacks: list[dict[str, Any]]) -> None:
    """All our callbacks are recognized as such."""

    class Data:
        def draw(self, _: Any) -> Any:
            return []

    known = {one["output"]: one for one in callbacks}
    for callback in callbacks:
        body = body_of(callback, Data())
        assert odd_requests.is_of_a_page(known, body)
        assert not odd_requests.is_of_a_page(known, {**body, "changedPropIds": [1]})
        assert not odd_requests.is_of_a_page(known, {**body, "inputs": [*body["inputs"], {}]})


def test_numbers_of_5000_digits_are_nothing() -> None:
    many = "9" * 5000
    assert addresses.group_of(f"/groups/{many}") is None
    assert addresses.year_of(f"?year={many}") is None
    assert ids_of(f"/photo/{many}/{many}") == (None, 0)
    assert addresses.selected(f"?faces={many}.7.{many}-8") == [7]
    faces = addresses.selected("?faces=" + ".".join(["1-999999999"] * 5000))
    assert len(faces) == addresses.MOST_SELECTED


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, int | None, True),
        (1, int, True),
        (True, int, False),
        (1, bool, False),
        (2**63, int, False),
        ("x", str, True),
        ("\ud800", str, False),
        ("\x00", Any, False),
        ([1, 2], list[int], True),
        ([1, "2"], list[int], False),
        ({"a": 1}, dict[str, Any], True),
        ([], dict[str, Any], False),
        ([], Any, True),
    ],
)
def test_what_fits(value: Any, kind: Any, expected: bool) -> None:
    assert odd_requests.fits(value, kind) is expected
