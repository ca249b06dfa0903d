"""The faces that the user does not care about, to bring some of them back."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.wording import count

from ..shared import addresses, views
from ..shared.components import button, empty_state, no_faces, page_head
from ..shared.face_parts import Titled, choice_of_faces
from ..shared.ids import Id, Where
from ..shared.name_row import name_row
from ..shell.snapshot import Snapshot

FACES_A_TIME = 120
_LATER = "Came later, and are not asked about while their group is ignored"


def layout() -> Component:
    """Return the page's frame; `body` fills it."""
    return html.Div(
        [
            dcc.Link("‹ All people", href=addresses.PEOPLE, className="back"),
            html.Div(id=Id.IGNORED_PAGE),
            button("Show more", Id.IGNORED_MORE, class_name="more", style={"display": "none"}),
            dcc.Store(id=Id.IGNORED_SHOWN, data=FACES_A_TIME),
        ],
        className="page",
    )


def body(snapshot: Snapshot, shown: int = FACES_A_TIME) -> list[Any]:
    """Return the ignored faces and what can be done with them."""
    if not snapshot.faces:
        return [no_faces(snapshot.photos_away)]
    rows = views.ignored_faces(snapshot)
    if not rows:
        return [empty_state("No face is ignored", dcc.Link("All people", href=addresses.PEOPLE))]
    tools = html.Div(
        [
            html.P("Click faces to choose them, then:", className="hint"),
            name_row(snapshot, Where.PERSON, "Name", unlabel="Bring back", ignore=False),
        ],
        className="card tools",
    )
    later = views.faces_like_ignored(snapshot)
    sections: list[Titled] = [(None, rows[:shown])]
    if later:
        sections.append((html.H2(_LATER), later[:shown]))
    faces = choice_of_faces(snapshot, Where.PERSON, sections)
    number = count(len(rows), "face")
    head = page_head(
        "Ignored faces", f"{number}, and {len(later):,} that came later" if later else number
    )
    return [head, tools, html.Div(faces, className="card faces-box")]


def has_more(snapshot: Snapshot, shown: int) -> bool:
    """Tell whether there are more ignored faces than are shown."""
    return len(views.ignored_faces(snapshot)) > shown
