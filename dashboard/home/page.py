"""The first page: what the library holds, what to do next, where the photos come from."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.bands import Effect
from labeler.people.steps.history import Decision
from labeler.people.steps.waiting import WaitingPhoto, number_of_names
from labeler.photos.roots import Move, Root, said_of
from labeler.wording import count

from ..photo import views as photo_views
from ..shared import addresses, views
from ..shared.components import button, decision_rows, face_image, text_field
from ..shared.face_parts import lazy_face
from ..shared.ids import Id, Part, part
from ..shell.snapshot import Snapshot
from . import chooser
from .next_step import NextStep, next_step, nothing_came, to_confirm

_LINKS = {"name": "/groups", "confirm": "/people", "ask": "/review", "done": "/people"}
_BUTTONS = {"group": Id.REGROUP, "recognize": Id.RECOGNIZE_ALL}
COVERS = 12
DECISIONS = 5
FILES = 200
"""So many that could not be used are listed."""
NOTHING: Mapping[str, str] = {}
LOOKING = NextStep("wait", "Looking for faces …", "You can go on when the photos are read.", "")


def layout(is_new: bool = False, takes_in: bool = False) -> Component:
    """Return the page's frame; `body` fills it. The field stays when the rest changes.

    Args:
        is_new: no folder was looked into yet, so that one can be chosen at once.
        takes_in: new photos are taken in by themselves.
    """
    first = chooser.first_folder() if is_new else None
    return html.Div(
        [
            html.Div(id=Id.HOME),
            html.Section(
                [
                    html.H2("Photos"),
                    html.Div(id=Id.FOLDERS),
                    html.Div(
                        [
                            text_field(
                                Id.FOLDER,
                                "Folder of photos",
                                "such as /home/rosa/Pictures",
                                str(first or ""),
                            ),
                            chooser.opener(),
                            button("Find the faces", Id.ADD_FOLDER, "filled"),
                        ],
                        className="folder-row",
                    ),
                    html.Div(
                        chooser.chooser(first) if first else [],
                        id=Id.CHOOSER,
                        className="chooser",
                    ),
                    dmc.Switch(
                        id=Id.TAKE_IN,
                        label="Take in new photos by itself while this program runs",
                        checked=takes_in,
                    ),
                ],
                className="card home-card",
            ),
        ],
        className="page home",
    )


def body(
    snapshot: Snapshot,
    decisions: Sequence[Decision],
    waiting: Sequence[WaitingPhoto] = (),
    looking: Sequence[Component] = (),
    offer: Effect | None = None,
    unused: Mapping[str, str] = NOTHING,
    is_current: bool = False,
    precision: float = 0.99,
) -> list[Component]:
    """Return what the page says above the folders.

    Args:
        decisions: the latest of the user's, latest first.
        waiting: photos on which names wait for a face.
        looking: what is seen of photos that are being looked at just now.
        unused: the files that could not be used, and why, if that is news.
        is_current, precision: see `next_step`.
        offer: more names that can be had with a lower precision.
    """
    can_be_asked = bool(snapshot.groups) and views.progress(snapshot).left > 0
    step = next_step(snapshot, is_current, precision)
    parts = [_hero(LOOKING if looking and step.kind in ("add", "group") else step, can_be_asked)]
    if snapshot.faces and not looking:
        parts += _recognized(snapshot, step, is_current, precision)
    if looking:
        parts.append(html.Section(list(looking), id=Id.ARRIVING, className="card home-card"))
    if unused:
        parts.append(html.Section(_unused(unused, True), className="card home-card"))
    if snapshot.faces:
        parts.append(_numbers(snapshot))
    if offer is not None:
        parts.append(_offer(offer))
    if waiting:
        parts.append(_waiting(waiting))
    if snapshot.people:
        parts.append(_people(snapshot))
    if decisions:
        parts.append(_history(decisions))
    return parts


def folder_list(
    folders: Sequence[Path],
    away: Sequence[tuple[Root, Move | None]] = (),
    unused: Mapping[str, str] = NOTHING,
    looking: bool = False,
) -> list[Component]:
    """Return the folders that were looked into, what could not be used in them, and the button
    that looks again.

    Args:
        away: those that are not there just now, each with where it may be by now.
        unused: the files that could not be used, and why. looking: one is being looked into.
    """
    if not folders:
        words = "is being looked into just now" if looking else "was looked into yet"
        first = "The first folder" if looking else "No folder"
        return [html.P(f"{first} {words}.", className="subtitle")]
    lost = {root.folder: (root, move) for root, move in away}
    rows = [
        html.Li(
            [
                html.Code(str(folder), className="path"),
                *(_away(*lost[str(folder)]) if str(folder) in lost else ()),
            ]
        )
        for folder in folders
    ]
    again = button("Look for new photos", Id.LOOK_AGAIN, "light")
    if looking:
        again = html.P("New photos are being looked for just now.", className="subtitle")
    return [html.Ul(rows, className="folders"), again, *([_unused(unused)] if unused else [])]


def _unused(files: Mapping[str, str], is_open: bool = False) -> Component:
    """Return the files that could not be used, with the reasons, and the button to try again."""
    rows = [
        html.Li([html.Code(path, className="path"), html.Span(reason, className="subtitle")])
        for path, reason in sorted(files.items())[:FILES]
    ]
    rest = len(files) - len(rows)
    more = html.P(f"… and {count(rest, 'more file')}", className="subtitle") if rest > 0 else None
    words = f"{count(len(files), 'file')} could not be used"
    return html.Details(
        [
            html.Summary(words),
            html.Ul(rows, className="unused"),
            more,
            button("Try them again", Id.TRY_AGAIN, "light"),
        ],
        open=is_open,
        className="unused-files",
    )


def _away(root: Root, move: Move | None) -> list[Component]:
    """Return what is said of a folder that is away, and what can be done about it."""
    actions = [
        button("It has moved there", part(Part.FOLDER_MOVED, root.folder), size="xs")
        if move
        else None,
        button("Forget this folder", part(Part.FOLDER_FORGET, root.folder), size="xs"),
    ]
    words = html.P(said_of(root, move, "It"), className="subtitle path")
    return [words, html.Div([one for one in actions if one is not None], className="row")]


def _hero(step: NextStep, can_be_asked: bool) -> Component:
    action: Component | None = None
    if step.kind in _LINKS:
        action = dcc.Link(step.label, href=_LINKS[step.kind], className="main-action")
    elif step.kind in _BUTTONS:
        action = html.Button(
            step.label,
            id=_BUTTONS[step.kind],
            n_clicks=0,
            type="button",
            className="main-action",
        )
    return html.Section(
        [
            html.H1(step.title),
            html.P(step.text, className="subtitle"),
            html.Div([action, _ask() if can_be_asked else None], className="hero-actions"),
        ],
        className="hero",
    )


def _ask() -> Component:
    """Return the way to the questions, which are there whatever the next step is."""
    return dcc.Link("Answer one question at a time", href="/review", className="second-action")


def _recognized(
    snapshot: Snapshot, step: NextStep, is_current: bool, precision: float
) -> list[Component]:
    """Return whom there is more of to be confirmed, or why nothing was recognized."""
    people = to_confirm(snapshot)
    done = views.progress(snapshot)
    if people:
        links = [
            dcc.Link(
                [
                    lazy_face(snapshot, views.cover(snapshot, person), "face mini", alt=""),
                    html.Span(f"{number:,} more of {person} to confirm"),
                ],
                href=addresses.to_confirm(person),
                className="companion",
            )
            for person, number in people[:COVERS]
        ]
        return [html.Div(links, className="companions home-confirm")]
    if not is_current or not done.left or step.kind == "ask":
        return []
    words = f"Nobody was recognized: {nothing_came(snapshot, precision)}."
    return [html.P(words, className="subtitle home-confirm")]


def _offer(offer: Effect) -> Component:
    """Return what can be had where the wanted precision gives few names, and the click for it."""
    wrong = f"about {offer.expected_wrong:.0f} of them wrong"
    return html.Section(
        [
            html.H2(f"{count(offer.names, 'face')} could have a name"),
            html.P(
                f"As many as you want to be right cannot be promised, but "
                f"{100 * offer.precision:g} of 100 can: {wrong}. Settings changes that again.",
                className="subtitle",
            ),
            html.Div(button("Take them", Id.TAKE_OFFER, "light"), className="row"),
        ],
        className="card home-card",
    )


def _numbers(snapshot: Snapshot) -> Component:
    done = views.progress(snapshot)
    tiles = (
        *_pictures(snapshot),
        (done.faces, "faces", "/map"),
        (len(snapshot.people), "people", "/people"),
        (done.named, "named by you", "/groups"),
        (done.recognized, "recognized", "/people"),
        (done.left, "to go", "/groups"),
    )
    return html.Div(
        [
            dcc.Link(
                [html.Span(f"{number:,}", className="number"), html.Span(what)],
                href=href,
                className="card number-tile",
            )
            for number, what, href in tiles
        ],
        className="number-tiles",
    )


def _pictures(snapshot: Snapshot) -> list[tuple[int, str, str]]:
    """Return the tiles of photos and of videos, of which there may be none."""
    both = (snapshot.photos - snapshot.videos, "photo"), (snapshot.videos, "video")
    return [
        (number, what if number == 1 else f"{what}s", "/map")
        for number, what in both
        if number or (what == "photo" and not snapshot.videos)
    ]


def _waiting(photos: Sequence[WaitingPhoto]) -> Component:
    """Return the photos on which names wait for a face, each a link to its page."""
    rows = [
        html.Li(
            [
                dcc.Link(os.path.basename(row.photo), href=photo_views.address(row.photo_id)),
                html.Span(", ".join(row.people), className="subtitle"),
            ]
        )
        for row in photos[:DECISIONS]
    ]
    more = len(photos) - len(rows)
    text = "These people were named before the photos were edited. Nothing is lost."
    return html.Section(
        [
            html.H2(f"{count(number_of_names(photos), 'name')} without a face"),
            html.P(text, className="subtitle"),
            html.Ul(rows, className="home-waiting"),
            html.P(f"… and {count(more, 'more photo')}", className="subtitle") if more else None,
        ],
        className="card home-card",
    )


def _people(snapshot: Snapshot) -> Component:
    people = sorted(snapshot.people, key=lambda row: (-row.faces, row.person))[:COVERS]
    faces = [
        dcc.Link(
            [
                face_image(snapshot, views.cover(snapshot, row.person), "face cover"),
                html.Span(row.person),
            ],
            href=addresses.address(row.person),
            className="home-person",
        )
        for row in people
    ]
    return html.Div(faces, className="home-people")


def _history(decisions: Sequence[Decision]) -> Component:
    rows = html.Ol(decision_rows(decisions), className="history")
    everything = dcc.Link("All of the history", href=addresses.HISTORY, className="to-history")
    return html.Section(
        [html.H2("What you said last"), rows, everything],
        className="card home-card",
    )
