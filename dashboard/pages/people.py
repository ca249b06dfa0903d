"""The people who have a name, and the faces of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import views
from dashboard.components import (
    button,
    dot,
    empty_state,
    face_image,
    face_picker,
    name_row,
    no_faces,
    page_head,
)
from dashboard.ids import Id, Part, Place, part
from dashboard.snapshot import Snapshot
from labeler.journal import count_faces
from labeler.pipeline.listing import FaceRow, PersonRow

PATH = "/people"
IGNORED_PATH = "/ignored"
FACES_A_PAGE = 120


def address(person: str) -> str:
    """Return the address of a person's page."""
    return f"{PATH}/{quote(person, safe='')}"


def person_of(path: str) -> str | None:
    """Return whose page an address is; None = the page of all people."""
    _, _, name = path.removeprefix("/").partition("/")
    return unquote(name) or None


def layout(path: str) -> Component:
    """Return the frame of the page; `body` fills it."""
    return html.Div(
        [
            html.Div(id=Id.PERSON_PAGE),
            dcc.Store(id=Id.PERSON, data={"path": path, "shown": FACES_A_PAGE}),
        ],
        className="page",
    )


def body(snapshot: Snapshot, path: str, shown: int = FACES_A_PAGE) -> list[Any]:
    """Return the cards of all people, one person's faces, or the ignored faces."""
    if not snapshot.faces:
        return [no_faces()]
    if path == IGNORED_PATH:
        return _ignored_page(snapshot, shown)
    person = person_of(path)
    return _cards_page(snapshot) if person is None else _person_page(snapshot, person, shown)


def _cards_page(snapshot: Snapshot) -> list[Any]:
    ignored = views.ignored_faces(snapshot)
    cards = [_person_card(snapshot, row) for row in snapshot.people]
    aside = dcc.Link(f"{count_faces(len(ignored))} ignored", href=IGNORED_PATH) if ignored else None
    if not cards:
        link = dcc.Link("Name a group", href="/groups")
        nobody = empty_state("Nobody has a name yet", [link, " and the person appears here."])
        return [page_head("People", "", aside), nobody] if ignored else [nobody]
    number = f"{len(cards):,} " + ("person" if len(cards) == 1 else "people")
    subtitle = f"{number}, those on most photos first."
    return [page_head("People", subtitle, aside), html.Div(cards, className="people")]


def _person_card(snapshot: Snapshot, row: PersonRow) -> Component:
    photos = f"{row.photos:,} photo" + ("" if row.photos == 1 else "s")
    return dcc.Link(
        [
            face_image(snapshot, views.cover(snapshot, row.person), "cover"),
            html.Div([dot(snapshot.colours[row.person]), row.person], className="person-name"),
            html.Div(f"{count_faces(row.faces)} on {photos}", className="subtitle"),
            html.Div(views.span(row.first, row.last), className="subtitle"),
        ],
        href=address(row.person),
        className="card person-card",
    )


def _person_page(snapshot: Snapshot, person: str, shown: int) -> list[Any]:
    rows = views.person_faces(snapshot, person)
    if not rows:
        link = dcc.Link("All people", href=PATH)
        return [empty_state(f"No face is named {person}", ["See ", link, "."])]
    automatic = [row.face for row in rows if row.source == "auto"]
    title = [dot(snapshot.colours[person]), person]
    when = views.years(snapshot, [row.face for row in rows])
    subtitle = " · ".join(filter(None, [count_faces(len(rows)), when, _doubts(automatic)]))
    tools = html.Div(
        [
            html.P("Click faces to choose them, then:", className="hint"),
            name_row(
                snapshot,
                Place.PERSON,
                "Another name",
                suggestion=person if automatic else None,
                agree="Confirm as",
                reject=person,
                unlabel="Remove name",
            ),
        ],
        className="card tools",
    )
    picker = _picker(snapshot, rows, shown)
    return [_back(), page_head(title, subtitle), tools, *picker]


def _doubts(automatic: Sequence[int]) -> str:
    if not automatic:
        return ""
    return f"{count_faces(len(automatic))} recognized automatically, the least certain first"


def _ignored_page(snapshot: Snapshot, shown: int) -> list[Any]:
    rows = views.ignored_faces(snapshot)
    if not rows:
        return [empty_state("No face is ignored", dcc.Link("All people", href=PATH))]
    tools = html.Div(
        [
            html.P("Click faces to choose them, then:", className="hint"),
            name_row(snapshot, Place.PERSON, "Name", unlabel="Bring back", ignore=False),
        ],
        className="card tools",
    )
    head = page_head("Ignored faces", count_faces(len(rows)))
    return [_back(), head, tools, *_picker(snapshot, rows, shown)]


def _picker(snapshot: Snapshot, rows: Sequence[FaceRow], shown: int) -> list[Any]:
    faces = [row.face for row in rows[:shown]]
    captions = {
        row.face: f"{views.certainty(row.probability)} sure"
        for row in rows
        if row.source == "auto" and row.probability is not None
    }
    picker = face_picker(snapshot, Place.PERSON, faces, [], captions)
    rest = len(rows) - len(faces)
    more = button(f"+{rest:,} more", part(Part.MORE, Place.PERSON), "default", "more")
    return [html.Div(picker, className="card pick-any"), *([more] if rest > 0 else [])]


def _back() -> Component:
    return dcc.Link("‹ All people", href=PATH, className="back")
