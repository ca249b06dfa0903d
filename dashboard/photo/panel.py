"""What stands beside a photo: the faces on it, or one of them and what can be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import FaceRow
from labeler.wording import count

from ..shared import addresses
from ..shared.components import (
    button,
    dot,
    face_image,
    labelled,
    moment_badge,
    photo_address,
)
from ..shared.ids import Part, Where, part
from ..shared.name_row import name_row
from ..shell.snapshot import Snapshot
from . import views as photo_views


def panel(
    snapshot: Snapshot,
    photo_id: int,
    selected: int,
    resembled: Sequence[str] = (),
    waiting: Sequence[str] = (),
) -> list[Any]:
    """Return what stands beside the photo: the selected face, or all faces.

    Args:
        resembled: whom the selected face resembles, the most first.
        waiting: whose names wait for a face on the photo.
    """
    rows = photo_views.faces_on(snapshot, photo_id)
    row = next((row for row in rows if row.face == selected), None)
    if row is None:
        return [*_everybody(snapshot, rows), *_waiting(waiting)]
    likely = list(dict.fromkeys([*waiting, *resembled]))
    return [_one_face(snapshot, row, likely)]


def _waiting(people: Sequence[str]) -> list[Component]:
    """Return the names that wait for a face, each with the button that lets it go."""
    if not people:
        return []
    hint = (
        "Named here before the photo was edited; their faces were not found again. Choose a face, "
        "or draw one, to give it such a name."
    )
    rows = [
        html.Div(
            [
                html.Span(person, className="photo-who"),
                button("Let go", part(Part.LET_GO, person), "subtle"),
            ],
            className="photo-waiting",
        )
        for person in people
    ]
    return [html.H2("Names without a face"), html.P(hint, className="subtitle"), html.Div(rows)]


def _everybody(snapshot: Snapshot, rows: list[FaceRow]) -> list[Any]:
    if not rows:
        hint = "No face was found here. If there is one, draw it."
        return [html.H2("On this photo"), html.P(hint, className="subtitle")]
    lines = [
        html.Button(
            [
                face_image(snapshot, row.face, "face small"),
                html.Span(
                    [
                        html.Span(_name(row), className="photo-who"),
                        html.Span(photo_views.how_known(row), className="subtitle"),
                    ]
                ),
            ],
            type="button",
            disable_n_clicks=True,
            className="photo-line",
            **{"data-face": row.face},  # type: ignore[arg-type]
        )
        for row in rows
    ]
    return [html.H2("On this photo"), html.Div(lines, className="photo-lines")]


def _one_face(snapshot: Snapshot, row: FaceRow, resembled: Sequence[str]) -> Component:
    """Return who a face is, and all that can be said about it."""
    title: list[Any] = [_name(row)]
    if row.person is not None and not row.ignored:
        whose: list[Any] = [dot(snapshot.colours[row.person]), row.person]
        title = [dcc.Link(whose, href=addresses.address(row.person))]
    close = html.Button(
        "×", type="button", title="Close (Esc)", disable_n_clicks=True, className="photo-close",
        **labelled("Close: back to all faces of this photo"),
    )  # fmt: skip
    how = html.P(photo_views.how_known(row).capitalize(), className="subtitle")
    refused = ", ".join(sorted(row.rejected))
    return html.Div(
        [
            html.Div(
                [
                    face_image(snapshot, row.face, "face"),
                    html.Div([html.H2(title), how, _refusals(refused)]),
                    close,
                ],
                className="photo-face-head",
            ),
            *_say_who(snapshot, row, resembled),
            *_alike(snapshot, row),
        ],
        className="photo-face",
        key=f"face-{row.face}",
        **{"data-face": row.face},  # type: ignore[arg-type]
    )


def _say_who(snapshot: Snapshot, row: FaceRow, resembled: Sequence[str]) -> list[Any]:
    return [
        name_row(
            snapshot,
            Where.PHOTO,
            "Another name" if row.person else "Who is this?",
            suggestion=photo_views.suggestion(snapshot, row),
            reject=None if row.ignored else row.person,
            ignore=False,
            candidates=photo_views.candidates(snapshot, row, resembled),
        ),
        html.Div(_more_to_say(snapshot, row), className="photo-more"),
        dcc.Store(id=part(Part.OFFERED, Where.PHOTO), data=[row.face]),
    ]


def _more_to_say(snapshot: Snapshot, row: FaceRow) -> list[Component]:
    """Return the buttons for what is said more rarely."""
    unlabel, ignore = part(Part.UNLABEL, Where.PHOTO), part(Part.IGNORE, Where.PHOTO)
    if row.ignored:
        return [button("Bring back", unlabel, "subtle")]
    more: list[Component] = [button("Not a face, or nobody", ignore, "subtle")]
    if row.source != "user":
        return more
    more.append(button("Remove name", unlabel, "subtle"))
    if photo_views.is_cover(snapshot, row):
        more.append(html.P(f"This is {row.person}'s picture.", className="subtitle"))
    else:
        cover = part(Part.COVER, str(row.face))
        more.append(button(f"Make it {row.person}'s picture", cover, "subtle"))
    return more


def _refusals(people: str) -> Component | None:
    return html.P(f"Not {people}, you said", className="subtitle") if people else None


def _alike(snapshot: Snapshot, row: FaceRow) -> list[Any]:
    """Return the faces of the same group, each a link to its photo."""
    faces, number = photo_views.alike(snapshot, row)
    if not faces:
        return []
    links = [
        dcc.Link(
            [
                face_image(snapshot, face, "face small"),
                moment_badge(snapshot.by_id[face].at),
                html.Span("Its photo", className="unseen"),
            ],
            href=photo_address(snapshot, face),
        )
        for face in faces
    ]
    return [
        html.H2("Looks like " + count(number, "other")),
        html.Div(links, className="photo-alike"),
    ]


def _name(row: FaceRow) -> str:
    return "Ignored" if row.ignored else row.person or "No name yet"
