"""The groups of nobody who has a name, each shown by one face, to ignore many of them at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.wording import count

from ..shared import addresses
from ..shared.components import button, empty_state, face_picker, no_faces, page_head
from ..shared.ids import Id, Part, Where, part
from ..shell.snapshot import Snapshot
from .strangers import face_of, strange_groups

GROUPS_SHOWN = 60


def layout() -> Component:
    """Return the page's frame; `body` fills it."""
    back = dcc.Link("‹ All groups", href=addresses.GROUPS, className="back")
    return html.Div([back, html.Div(id=Id.STRANGERS)], className="page")


def body(snapshot: Snapshot, kept: Collection[int] = ()) -> list[Any]:
    """Return a face of each of the smallest groups, and the buttons that ignore them.

    Args:
        kept: faces of groups that the user keeps; those are not offered.
    """
    if not snapshot.faces:
        return [no_faces(snapshot.photos_away)]
    groups, keeping = strange_groups(snapshot, kept)
    if not groups:
        back = dcc.Link("All groups", href=addresses.GROUPS)
        empty = empty_state("No strangers are left", ["The other groups wait here: ", back, "."])
        return [empty, _kept(len(keeping))]
    faces = {face_of(snapshot, group): group.open for group in groups[:GROUPS_SHOWN]}
    captions = {face: count(number, "face") for face, number in faces.items()}
    words = f"{count(len(groups), 'group')} with {count(sum(g.open for g in groups), 'face')}"
    hint = (
        "Those with a cross will be ignored. Click whom you want to keep: they stay in colour, and "
        "are not offered here again. A click with Shift takes all in between."
    )
    return [
        page_head("Strangers", f"{words} have no name and resemble nobody who has one."),
        html.Section(
            [
                html.Div(html.P(hint, className="hint"), className="section-head"),
                face_picker(snapshot, Where.STRANGERS, list(faces), faces, captions),
                html.Div(
                    [
                        _ignore(Where.STRANGERS, "filled", False),
                        _ignore(Where.ALL_STRANGERS, "subtle", len(groups) <= len(faces)),
                    ],
                    className="verdict",
                ),
            ],
            className="card faces-box strangers",
        ),
        _kept(len(keeping)),
        dcc.Store(id=Id.STRANGERS_ALL, data=len(groups)),
    ]


def _kept(groups: int) -> Component:
    """Return how many groups are kept, with a button to see them here again."""
    return html.Div(
        [
            html.Span(f"{count(groups, 'group')} kept"),
            button("Offer them again", Id.STRANGERS_AGAIN, "subtle"),
        ],
        className="kept-strangers",
        hidden=not groups,
    )


def _ignore(where: str, variant: str, hidden: bool) -> Component:
    """Return a button whose number of groups the browser counts."""
    style = {"display": "none"} if hidden else {}
    return button("Ignore", part(Part.IGNORE, where), variant, style=style)
