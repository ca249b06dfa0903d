"""The dashboard without a browser: figures, actions, what the pages say, pictures over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.groups import page as groups
from dashboard.map import figures
from dashboard.map import page as map_page
from dashboard.people import ignored_page as ignored
from dashboard.people import page as people
from dashboard.person import page as person
from dashboard.shared import actions, addresses, views
from dashboard.shared.colours import (
    IGNORED,
    SLOTS,
    UNNAMED,
    group_colour,
    oklch_to_hex,
    people_colours,
    slot_colour,
)
from dashboard.shared.ids import Where
from dashboard.shell import app, images
from dashboard.shell.session import Session
from dashboard.shell.snapshot import Snapshot, Snapshots, read_snapshot
from labeler import journal
from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import FaceRow, GroupRow, PersonRow
from labeler.types import Box, FaceKey, JournalEntry, Recognition
from labeler.wording import certainty


def face(
    number: int,
    cluster: int | None = 0,
    person: str | None = None,
    auto: bool = False,
    ignored: bool = False,
    xy: tuple[float, float] | None = (0.0, 0.0),
    rejected: frozenset[str] = frozenset(),
) -> FaceRow:
    source = None if person is None else "auto" if auto else "user"
    return FaceRow(
        face=number,
        photo=f"album/{number}.jpg",
        box=Box(0, 0, 10, 10),
        score=0.9,
        cluster=cluster,
        person=person,
        source=source,  # type: ignore[arg-type]
        probability=0.8 if auto else None,
        xy=xy,
        ignored=ignored,
        taken=datetime(2000 + number % 100, 5, 1),
        rejected=rejected,
    )


def snapshot(*rows: FaceRow) -> Snapshot:
    clusters = sorted({row.cluster for row in rows if row.cluster is not None})
    names = sorted({row.person for row in rows if row.person is not None})
    automatic = (row for row in rows if row.source == "auto")
    return Snapshot(
        faces=rows,
        people=tuple(PersonRow(name, 1, 1, None, None) for name in names),
        groups=tuple(_group(cluster, rows) for cluster in clusters),
        photos=len(rows),
        likely={row.face: Recognition(row.face, row.person, 0.8) for row in automatic},
    )


def _group(cluster: int, rows: tuple[FaceRow, ...]) -> GroupRow:
    members = [row for row in rows if row.cluster == cluster]
    named = [row.person for row in members if row.source == "user"]
    ignored = sum(row.ignored for row in members)
    faces = tuple(row.face for row in members)
    return GroupRow(cluster, faces, named[0] if named else None, len(named), ignored)


# -- colours -----------------------------------------------------------------------------------


def test_oklch_of_pure_red() -> None:
    # The CSS Color 4 specification's sample value: red is oklch(62.8% 0.25768 29.234).
    assert oklch_to_hex(0.62796, 0.25768, 29.234) == "#ff0000"


def test_there_are_distinct_colours() -> None:
    assert len({slot_colour(slot) for slot in range(SLOTS)}) == SLOTS


def test_a_person_keeps_the_colour_whoever_else_is_named() -> None:
    people = [f"Person {number}" for number in range(3 * SLOTS)]
    everybody = people_colours(people)
    assert len(set(everybody.values())) > SLOTS / 2
    assert all(people_colours([name]) == {name: everybody[name]} for name in people)


def test_faces_in_no_group_are_grey() -> None:
    assert group_colour(None) == UNNAMED
    assert group_colour(0) != group_colour(1) != UNNAMED


# -- the map -----------------------------------------------------------------------------------


def drawn(rows: Sequence[FaceRow], colouring: figures.Colouring = "person") -> go.Figure:
    """Return the map as plotly takes it: an attribute that it does not know is an error."""
    return go.Figure(figures.map_figure(rows, colouring))


def by_colour(figure: go.Figure) -> list[tuple[str, list[int]]]:
    """Return the colour and the faces of each trace."""
    return [(each.marker.color, [face for face, _ in each.customdata]) for each in figure.data]


def test_map_has_a_trace_of_each_colour_ignored_and_grey_ones_below() -> None:
    rows = [
        face(1, person="Rosa"),
        face(2),
        face(3, ignored=True),
        face(4, person="Emil", xy=None),
        face(5, person="Emil", auto=True),
    ]
    colours = people_colours(["Rosa", "Emil"])
    assert by_colour(drawn(rows)) == [
        (IGNORED, [3]),
        (UNNAMED, [2]),
        (colours["Rosa"], [1]),
        (colours["Emil"], [5]),
    ]


def test_map_coloured_by_cluster_greys_the_faces_in_none() -> None:
    rows = [face(1, cluster=3), face(2, cluster=None, person="Rosa")]
    assert by_colour(drawn(rows, "cluster")) == [(UNNAMED, [2]), (group_colour(3), [1])]


def test_map_of_many_groups_has_few_traces() -> None:
    rows = [face(number, cluster=number) for number in range(1000)]
    assert len(drawn(rows, "cluster").data) == SLOTS


def test_names_stand_at_one_of_the_persons_points() -> None:
    rows = [face(number, person="Rosa", xy=(10.0 + number, 5.0)) for number in range(3)]
    rows.append(face(9, person="Rosa", ignored=True, xy=(11.0, 500.0)))
    rows.append(face(10, xy=(0.0, 0.0)))
    rows.append(face(11, person="Emil", xy=None))
    (name,) = drawn(rows).layout.meta["names"]
    assert (name["text"], name["crowded"], name["y"]) == ("Rosa", False, 5.0)
    assert name["x"] in (10.0, 11.0, 12.0)
    assert name["up"] > 0


def test_a_name_without_room_waits_in_the_browser_for_more() -> None:
    crowd = [face(number, xy=(number % 50 / 10, number // 50 / 10)) for number in range(2500)]
    rows = [*crowd, face(9999, person="Rosa", xy=(2.5, 2.5))]
    meta = drawn(rows).layout.meta
    (name,) = meta["names"]
    assert (name["text"], name["crowded"]) == ("Rosa", True)
    assert meta["units_per_pixel"] == pytest.approx(4.9 / (640 * 0.9))


def test_what_a_point_is_called_is_written_once() -> None:
    rows = [face(1), face(2, person="Rosa"), face(3, person="Rosa")]
    figure = drawn([replace(row, taken=None) for row in rows])
    assert figure.layout.meta["texts"] == ["unnamed", "Rosa"]
    points = [list(map(list, trace.customdata)) for trace in figure.data]
    assert points == [[[1, 0]], [[2, 1], [3, 1]]]


def test_selected_points_are_positions_in_their_trace() -> None:
    rows = [face(1), face(2, person="Rosa"), face(3), face(4, person="Rosa")]
    some, none = (figures.map_figure(rows, selected=faces)["data"] for faces in ([3, 4], []))
    assert [trace["selectedpoints"] for trace in some] == [[1], [1]]
    assert [trace["selectedpoints"] for trace in none] == [None, None]


def test_points_are_drawn_by_webgl() -> None:
    figure = drawn([face(1), face(2, person="Rosa")])
    assert [trace.type for trace in figure.data] == ["scattergl"] * 2
    assert [len(trace.x) for trace in figure.data] == [1, 1]


def test_the_pointer_shows_name_certainty_and_year() -> None:
    assert figures.hover_text(face(3, person="Rosa", auto=True)) == "Rosa (80%) · 2003"
    assert figures.hover_text(face(3, ignored=True)) == "ignored · 2003"


# -- which faces a button is about ---------------------------------------------------------------


def test_a_group_means_all_its_open_faces_but_those_clicked_away() -> None:
    shot = snapshot(face(1), face(2), face(3), face(4, person="Rosa"), face(5, ignored=True))
    # Face 3 is behind "+1 more"; 2 was clicked away; 4 and 5 are done.
    assert actions.meant_faces(shot, "0", offered=[1, 2], chosen=[1]) == [1, 3]


def test_automatic_names_leave_a_face_open() -> None:
    shot = snapshot(face(1, person="Rosa", auto=True), face(2, person="Rosa"))
    assert actions.open_faces(shot, 0) == [1]


def test_of_the_faces_in_no_group_only_those_clicked_are_meant() -> None:
    shot = snapshot(face(1, cluster=None), face(2, cluster=None))
    assert actions.meant_faces(shot, str(views.NO_GROUP), [1, 2], [2]) == [2]


def test_groups_that_changed_under_the_browser_are_refused() -> None:
    shot = snapshot(face(1), face(2, cluster=1))
    with pytest.raises(LabelerError, match="reload"):
        actions.meant_faces(shot, "0", offered=[1, 2], chosen=[1, 2])


def test_a_group_with_all_faces_clicked_away_is_refused() -> None:
    with pytest.raises(LabelerError, match="No faces were chosen"):
        actions.meant_faces(snapshot(face(1)), "0", offered=[1], chosen=[])


def test_map_selection_reaches_beyond_what_is_offered() -> None:
    shot = snapshot(face(1), face(2), face(3))
    assert actions.meant_faces(shot, Where.MAP, [1, 2], [2], selection=[1, 2, 3, 99]) == [2, 3]


def test_person_page_means_what_is_ticked() -> None:
    shot = snapshot(face(1), face(2))
    assert actions.meant_faces(shot, Where.PERSON, [1, 2], [2], selection=[1]) == [2]


@pytest.mark.parametrize(
    ("by", "whole", "expected"),
    [("person", True, [1, 3]), ("cluster", True, [1, 2]), ("person", False, [1])],
)
def test_a_click_selects_person_group_or_face(by: str, whole: bool, expected: list[int]) -> None:
    shot = snapshot(face(1, person="Rosa"), face(2), face(3, cluster=1, person="Rosa"))
    assert actions.faces_around(shot, 1, by, whole) == expected


# -- what the pages say --------------------------------------------------------------------------


def test_nameless_groups_come_first_then_by_open_faces() -> None:
    shot = snapshot(
        face(1, 0, "Rosa"), face(2, 0), face(3, 0), face(4, 0), face(5, 1), face(6, 2), face(7, 2)
    )
    assert [view.cluster for view in views.groups_to_name(shot)] == [2, 1, 0]
    assert views.finished_groups(shot) == []


def test_a_finished_group_has_no_open_face() -> None:
    shot = snapshot(face(1, 0, "Rosa"), face(2, 0, ignored=True), face(3, 1))
    assert [view.cluster for view in views.finished_groups(shot)] == [0]


def only_group(shot: Snapshot) -> views.GroupView:
    (group,) = views.groups_to_name(shot)
    return views.view_group(shot, group)


def test_the_automatic_name_of_most_open_faces_is_suggested() -> None:
    rows = [face(1, 0, "Rosa", auto=True), face(2, 0, "Rosa", auto=True), face(3, 0)]
    view = only_group(snapshot(*rows))
    assert view.suggestion == "Rosa"
    view = only_group(snapshot(*rows, face(4, 0)))
    assert view.suggestion is None


def test_a_name_that_the_user_has_rejected_is_not_suggested() -> None:
    rosa, open_face = face(1, 0, "Rosa"), face(2, 0)
    refused = frozenset({"Rosa"})
    view = only_group(snapshot(rosa, open_face))
    assert view.suggestion == "Rosa"
    view = only_group(snapshot(rosa, open_face, face(3, 0, rejected=refused)))
    assert view.suggestion is None
    named = face(3, 0, "Emil", rejected=refused)
    view = only_group(snapshot(rosa, face(4, 0, "Rosa"), open_face, named))
    assert view.suggestion == "Rosa"


def test_spans_of_years() -> None:
    assert views.span(datetime(2003, 1, 1), datetime(2019, 1, 1)) == "2003–2019"
    assert views.span(datetime(2003, 1, 1), datetime(2003, 9, 1)) == "2003"
    assert views.span(None, None) == ""


def test_only_the_certain_is_100_percent() -> None:
    assert [certainty(p) for p in (0.0, 0.5, 0.999, 1.0)] == ["0%", "50%", "99%", "100%"]


def test_make_up_of_a_selection() -> None:
    shot = snapshot(face(1, 0, "Rosa"), face(2, 0, "Rosa"), face(3), face(4, ignored=True))
    assert views.make_up(shot, [1, 2, 3, 4]) == "Rosa 2 · unnamed 1 · ignored 1"


@pytest.mark.parametrize("name", ["Rosa", "Zoë / Ann", "100 %", "a?b#c"])
def test_a_persons_address_leads_back_to_the_name(name: str) -> None:
    assert addresses.person_of(addresses.address(name)) == name


def test_empty_states_say_which_command_to_run() -> None:
    nothing, unplaced = snapshot(), snapshot(face(1, cluster=None, xy=None))
    for said in (_json(groups.body(nothing)), _json([map_page.layout(nothing)])):
        assert "which folder your photos are in" in said
    for said in (_json(groups.body(unplaced)), _json([map_page.layout(unplaced)])):
        assert "Group the faces" in said
        assert "labeler " not in said


def test_a_persons_page_offers_to_say_who_it_is_not() -> None:
    shot = snapshot(face(1, person="Rosa"), face(2, ignored=True))
    page = _json([*person.content(shot, "Rosa", person.AskedOfPerson(tab=person.FACES))])
    assert page.count('"part": "reject"') == 1
    assert '"Not Rosa"' in page
    for other in (people.cards(shot), ignored.body(shot)):
        assert '"part": "reject"' not in _json(other)


def test_large_libraries_render_few_thumbnails() -> None:
    rows = [face(number, cluster=number // 100) for number in range(10_000)]
    page = _json(groups.body(snapshot(*rows)))
    assert page.count(".jpg?v=") == groups.GROUPS_A_TIME * (groups.FACES_A_GROUP - 1)
    assert "+77 more" in page


def test_the_faces_that_fit_least_are_seen_however_large_the_group() -> None:
    rows = [face(number, cluster=0) for number in range(100)]
    shot = snapshot(*rows)
    order = shot.groups[0].faces
    page = _json(groups.body(shot))
    shown = [number for number in order if f"/faces/{number}.jpg?v=" in page]
    assert shown == [*order[:11], *order[-12:]]


def test_faces_clicked_away_stay_so_when_the_page_is_drawn_again() -> None:
    shot = snapshot(face(1), face(2), face(3, 1), face(4, 1))
    assert '"value": ["1"]' in _json(groups.body(shot, left_out={2}))


def _json(components: Sequence[object]) -> str:
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(components, cls=PlotlyJSONEncoder, ensure_ascii=False)


# -- a real library ------------------------------------------------------------------------------


def test_name_undo_redo(demo_library: Library) -> None:
    named = actions.name(demo_library, [1, 2, 2], " Rosa ")
    assert named.message == "Named 2 faces Rosa"
    undone = actions.undo(demo_library, named.entry)
    assert (undone.message, undone.undone) == ("Undone: named 2 faces Rosa", True)
    assert read_snapshot(demo_library).people == ()
    again = actions.undo(demo_library, undone.entry)
    assert again.message == "Done again: named 2 faces Rosa"
    assert [row.faces for row in read_snapshot(demo_library).people] == [2]
    assert actions.undo(demo_library, again.entry).undone
    assert read_snapshot(demo_library).people == ()


def test_reject_and_undo(demo_library: Library) -> None:
    actions.name(demo_library, [1, 2, 3], "Rosa")
    rejected = actions.reject(demo_library, [1, 2, 2], "Rosa")
    assert rejected.message == "2 faces are not Rosa"
    assert [row.faces for row in read_snapshot(demo_library).people] == [1]
    undone = actions.undo(demo_library, rejected.entry)
    assert undone.message == "Undone: said that 2 faces are not Rosa"
    assert [row.faces for row in read_snapshot(demo_library).people] == [3]
    assert actions.reject(demo_library, [1], "Rosa").message == "1 face is not Rosa"
    assert actions.undo(demo_library).message == "Undone: said that 1 face is not Rosa"
    with pytest.raises(LabelerError, match="nobody called Emil"):
        actions.reject(demo_library, [1], "Emil")


def test_links_are_undone_in_the_dashboard_too(demo_library: Library) -> None:
    before = [group.faces for group in read_snapshot(demo_library).groups]
    first, second = before[0], before[1]
    naming.same_faces(demo_library, first + second)
    assert set(read_snapshot(demo_library).groups[0].faces) == set(first + second)
    naming.different_faces(demo_library, [first, second[:2], second[2:]])
    assert actions.undo(demo_library).message == "Undone: kept 3 groups apart"
    united = len(first) + len(second)
    assert (
        actions.undo(demo_library).message == f"Undone: put {united} faces together as one person"
    )
    assert [group.faces for group in read_snapshot(demo_library).groups] == before


def test_every_decision_is_described_in_words() -> None:
    at = datetime(2026, 1, 1)
    key = FaceKey("photo", Box(0, 0, 1, 1))
    for action in journal.ACTIONS:
        entry = JournalEntry(1, at, action, (key, key), "Rosa", 2, (0, 1), "1942-05-20")
        words = journal.describe(entry)
        about_a_person = action in journal.ABOUT_A_PERSON | {journal.COVER} - {journal.MERGE}
        assert words != action
        assert ("Rosa" if about_a_person else "2") in words


def test_undo_of_the_latest_and_of_nothing(demo_library: Library) -> None:
    actions.name(demo_library, [1], "Rosa")
    actions.ignore(demo_library, [2])
    assert actions.undo(demo_library).message == "Undone: ignored 1 face"
    assert actions.undo(demo_library).message == "Undone: named 1 face Rosa"
    assert actions.undo(demo_library).message == "There is nothing to undo"


def test_errors_become_sentences(demo_library: Library) -> None:
    done = actions.attempt(lambda: actions.name(demo_library, [1], "  "))
    assert done == actions.Done("A name needs at least one letter.", failed=True)


def test_snapshots_notice_changes_and_only_those(demo_library: Library) -> None:
    snapshots = Snapshots(demo_library)
    first = snapshots.current()
    assert snapshots.current() is first
    actions.name(Library(demo_library.folder), [1], "Rosa")
    assert snapshots.current().by_id[1].person == "Rosa"
    demo_library.write_recognitions([Recognition(20, "Rosa", 0.99)])
    assert snapshots.current().by_id[20].source == "auto"
    assert snapshots.current().version == first.version


# -- pictures and server -------------------------------------------------------------------------


def test_thumbnails_are_kept_by_the_browser_only_under_a_versioned_address(
    demo_library: Library,
) -> None:
    client = app.create_app(Session(demo_library)).server.test_client()
    with client.get("/faces/1.jpg?v=abc") as kept:
        assert (kept.status_code, kept.mimetype) == (200, "image/jpeg")
        assert kept.headers["Cache-Control"] == f"private, max-age={images.YEAR}, immutable"
        tag = kept.headers["ETag"]
    with client.get("/faces/1.jpg") as asked_again:
        assert asked_again.headers["Cache-Control"] == "private, no-cache"
    with client.get("/faces/1.jpg", headers={"If-None-Match": tag}) as unchanged:
        assert unchanged.status_code == 304
    assert client.get("/faces/99999.jpg").status_code == 404


def test_an_unreadable_photo_shows_a_placeholder(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = demo_library.face(1)
    assert found is not None
    photo = found[0]
    with demo_library._transaction() as connection:  # the photo has been moved away
        connection.execute(
            "UPDATE files SET path = ? WHERE path = ?", [str(tmp_path / "gone.jpg"), photo.path]
        )
    for thumbnail in (demo_library.cache / "faces").rglob("*.jpg"):
        thumbnail.unlink()
    answer = app.create_app(Session(demo_library)).server.test_client().get("/faces/1.jpg?v=abc")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_port_in_use_is_a_sentence(demo_library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LabelerError, match=f"port {port} .* choose another with --port"):
            app.serve(demo_library, port=port, open_browser=False)


def test_requests_under_a_foreign_name_are_refused(demo_library: Library) -> None:
    addresses: Queue[str] = Queue()
    server = threading.Thread(
        target=app.serve,
        args=[demo_library],
        kwargs={"port": 0, "open_browser": False, "announce": addresses.put},
        daemon=True,
    )
    server.start()
    link = urlsplit(addresses.get(timeout=30))
    port, cookie = int(link.port or 0), f"face-labeler-{link.port}={link.query[len('token=') :]}"
    assert _status(port, "evil.example", cookie) == 403
    assert _status(port, f"localhost:{port}", cookie) == 200
    assert _status(port, f"localhost:{port}", "") == 401


def _status(port: int, host: str, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/faces/1.jpg", headers={"Host": host, "Cookie": cookie})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


@pytest.mark.parametrize(
    ("display", "wayland", "expected"), [("", "", False), (":0", "", True), ("", "wayland-0", True)]
)
def test_no_browser_without_a_display(
    monkeypatch: pytest.MonkeyPatch, display: str, wayland: str, expected: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    assert app.has_display() is expected


def test_colours_by_year_and_album() -> None:
    rows = [face(1), face(2, person="Rosa")]
    assert [faces for _, faces in by_colour(drawn(rows, "year"))] == [[1], [2]]
    assert by_colour(drawn([replace(rows[0], taken=None)], "year")) == [(UNNAMED, [1])]
    albums = [replace(rows[0], photo="/p/a/1.jpg"), replace(rows[1], photo="/p/b/1.jpg")]
    first, second = by_colour(drawn(albums, "album"))
    assert first[0] != second[0]
    assert UNNAMED not in (first[0], second[0])


def test_the_map_looks_at_a_person_wherever_a_stray_face_is() -> None:
    rows = [replace(face(n), xy=(5.0 + n / 40, 2.0)) for n in range(40)]
    view = figures.view_of([*rows, replace(face(99), xy=(500.0, 500.0))], "Rosa")
    assert view is not None
    assert view.across[0] < 5 < 6 < view.across[1] < 20
    assert view.up[0] < 2 < view.up[1] < 10
    assert view.across[1] - view.across[0] == pytest.approx(view.up[1] - view.up[0])
    assert figures.view_of([replace(face(1), xy=None)], "Rosa") is None
    one = figures.view_of(rows[:1], "Rosa")
    assert one is not None
    assert one.across[1] - one.across[0] == 2 * figures.LEAST_VIEW
    assert figures.axes_of(one)["yaxis"] == {
        "range": one.up,
        "autorange": False,
        "uirevision": "Rosa",
    }


def test_the_map_can_be_opened_at_somebody() -> None:
    rows = [replace(face(n, n % 2, "Rosa" if n > 3 else None), xy=(n, 0.0)) for n in range(6)]
    shot = snapshot(*rows)
    assert map_page.asked_faces(shot, "?person=Rosa") == [4, 5]
    assert map_page.asked_faces(shot, "?group=1") == [1, 3, 5]
    assert map_page.asked_faces(shot, "?faces=2-4.77") == [2, 3, 4]
    for nobody in ("", None, "?person=Emil", "?group=x", "?faces=", "?faces=3-x"):
        assert map_page.asked_faces(shot, nobody) == []
    assert map_page.view(shot, None, "?group=1") is not None
    assert map_page.view(shot, None, "?group=9") is None


@given(st.sets(st.integers(0, 400)))
def test_a_selection_survives_its_address(faces: set[int]) -> None:
    text = addresses.selection(faces)
    assert addresses.selected(text) == (sorted(faces) if text else [])
    assert bool(text) == bool(faces) or len(faces) > 200


def test_candidates_are_said_with_their_share() -> None:
    rows = [face(1, 0, "Rosa", auto=True), face(2, 0, "Emil", auto=True), face(3, 0), face(4, 0)]
    view = only_group(snapshot(*rows))
    assert view.candidates == (views.LikelyPerson("Rosa", 0.2), views.LikelyPerson("Emil", 0.2))
    refusing = replace(rows[3], rejected=frozenset({"Rosa"}))
    assert [c.person for c in only_group(snapshot(*rows[:3], refusing)).candidates] == ["Emil"]


def test_part_of_a_group_is_split_off(demo_library: Library) -> None:
    first, second = (group.faces for group in read_snapshot(demo_library).groups[:2])
    shot = read_snapshot(demo_library)
    with pytest.raises(LabelerError, match="not all"):
        actions.split_off(demo_library, shot, first)
    done = actions.split_off(demo_library, shot, [*first[:2], *second[:3]])
    assert done.message == "Split off 5 faces"
    after = {group.faces for group in read_snapshot(demo_library).groups}
    assert {frozenset(faces) for faces in after} >= {frozenset(first[2:]), frozenset(second[3:])}
    actions.undo(demo_library, done.entry)  # both groups at once
    assert read_snapshot(demo_library).groups == shot.groups


def test_no_two_styles_use_one_name_for_different_things() -> None:
    """Every sheet is loaded on every page, so a class may be laid out in one of them only."""
    sheets = app.ASSETS
    defined: dict[str, set[str]] = {}
    for sheet in sorted(sheets.glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", text):
            for name in re.findall(r"^\s*\.([a-z0-9-]+)\s*$", selectors.replace(",", "\n"), re.M):
                defined.setdefault(name, set()).add(sheet.name)
    shared = {name for name, where in defined.items() if len(where) > 1}
    assert shared <= {"nav", "nav-link", "suggestion", "rejection", "person-card", "counts"}
