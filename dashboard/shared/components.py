"""Components that several pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.history import Decision
from labeler.types import Box, Photo
from labeler.videos.clock import clock
from labeler.wording import count, photos_and_videos

from ..photo import views as photo_views
from ..shell.snapshot import Snapshot
from . import views
from .actions import Done
from .ids import Id, Part, part


def face_address(snapshot: Snapshot, face: int) -> str:
    """Return the address of a face's thumbnail."""
    return f"/faces/{face}.jpg?v={snapshot.version}"


def photo_address(snapshot: Snapshot, face: int) -> str:
    """Return the address of the page of a face's photo, with the face selected."""
    return photo_views.address(snapshot.by_id[face].photo_id, face)


def face_image(snapshot: Snapshot, face: int, class_name: str = "face") -> Component:
    """Return a face's thumbnail; the pointer shows its name, file and year."""
    source, title = face_address(snapshot, face), face_title(snapshot, face)
    return html.Img(src=source, alt=f"Face {face}", title=title, className=class_name)


def face_title(snapshot: Snapshot, face: int) -> str:
    """Return name, file, moment and year of a face: 'Rosa · IMG_1002.jpg · 2003'."""
    row = snapshot.by_id[face]
    file, year = views.file_name(row.photo), str(row.taken.year) if row.taken else ""
    moment = "" if row.at is None else f"at {clock(row.at)}"
    return " · ".join(filter(None, [views.label(row), file, moment, year]))


def moment_badge(seconds: float | None) -> Component | None:
    """Return the time at which a face is there in a video, to lie over it; None = on a photo."""
    return None if seconds is None else html.Span(clock(seconds), className="film-badge")


def length_badge(photo: Photo) -> Component | None:
    """Return how long a video is, to be laid over its picture; None = it is a photo."""
    seconds = photo.facts.seconds
    return None if seconds is None else html.Span(clock(seconds), className="film-badge")


def face_picker(
    snapshot: Snapshot,
    where: str,
    offered: Sequence[int],
    chosen: Iterable[int],
    captions: dict[int, str] | None = None,
    hidden: int = 0,
) -> Component:
    """Return thumbnails that a click takes in or out; the ids of those that are in are its value.

    Args:
        hidden: how many more faces a button at the end is to show.
        captions: what to write under a face, if anything.
    """
    cards = [_face_tile(snapshot, face, (captions or {}).get(face)) for face in offered]
    expand = html.Button(
        f"+{hidden:,} more",
        id=part(Part.EXPAND, where),
        n_clicks=0,
        type="button",
        className="expand",
    )
    return html.Div(
        [
            dmc.CheckboxGroup(
                html.Div([*cards, expand] if hidden else cards, className="face-grid"),
                id=part(Part.CHOSEN, where),
                value=[str(face) for face in chosen],
            ),
            dcc.Store(id=part(Part.OFFERED, where), data=list(offered)),
        ],
        className="range-choice",
        **attribute("data-where", where),
    )


def _face_tile(snapshot: Snapshot, face: int, caption: str | None) -> Component:
    """Return a thumbnail to click, with a small link to its photo in the corner.

    The link is no stop of its own on the way through the faces: on the face itself, O follows it.
    """
    words = html.Span(caption, className="face-caption") if caption else None
    card = dmc.CheckboxCard(
        [face_image(snapshot, face), moment_badge(snapshot.by_id[face].at), words],
        value=str(face),
        className="face-card",
        **labelled(f"Face {face}"),
        **attribute("data-face", str(face)),
    )
    return html.Div([card, photo_link(snapshot, face)], className="face-tile")


def photo_link(snapshot: Snapshot, face: int, ending: str = "") -> Component:
    """Return the small link from a face to its photo.

    Args:
        ending: of the address: the list in which the photo stands.
    """
    return html.A(
        href=photo_address(snapshot, face) + ending,
        title="Open the photo (O)",
        tabIndex=-1,
        className="photo-link glyph-photo",
        **labelled(f"Open the photo of face {face}"),
    )


def button(
    text: str, identity: Any, variant: str = "default", class_name: str = "", **more: Any
) -> Component:
    """Return a button."""
    colour = "gray" if variant in ("subtle", "default") else None
    return dmc.Button(
        text, id=identity, variant=variant, color=colour, className=class_name, n_clicks=0, **more
    )


def labelled(text: str) -> Any:
    """Return the property that tells a screen reader what a component is."""
    return {"aria-label": text}


def attribute(name: str, value: str) -> Any:
    """Return an HTML attribute whose name is no Python name, such as 'aria-live'."""
    return {name: value}


def dot(colour: str) -> Component:
    """Return the dot in a person's colour that goes with the name everywhere."""
    return html.Span(className="dot", style={"background": colour})


def placed_on(box: Box, width: int, height: int) -> dict[str, str]:
    """Return the style that lays something over the box on a picture, of whatever size it is shown.

    Args:
        width, height: of the whole picture, in the pixels of the box.
    """
    shares = (box.left / width, box.top / height, box.width / width, box.height / height)
    edges = ("left", "top", "width", "height")
    return {edge: f"{100 * share:.3f}%" for edge, share in zip(edges, shares, strict=True)}


def page_head(title: Any, subtitle: Any, aside: Any = None) -> Component:
    """Return the head of a page."""
    words = html.Div([html.H1(title), html.P(subtitle, className="subtitle")])
    return html.Div([words, html.Div(aside, className="head-aside")], className="page-head")


def empty_state(title: str, text: Any) -> Component:
    """Return what a page says when it has nothing to show."""
    mark = html.Div(html.Span(className="glyph glyph-faces"), className="empty-mark")
    return html.Div([mark, html.H2(title), html.P(text)], className="empty")


def no_faces(photos_away: int = 0) -> Component:
    """Return what every page says about a library without faces, or whose photos are all away."""
    if photos_away:
        photos = count(photos_away, "photo")
        words = f"{photos} in folders that are not there just now; nothing is lost."
        return empty_state("Your photos are away", [words])
    first = dcc.Link("the first page", href="/")
    return empty_state("No faces yet", ["Say on ", first, " which folder your photos are in."])


def no_groups(title: str) -> Component:
    """Return what pages say before the faces were grouped, with the button that does so."""
    words = "Faces that belong together are put into groups; the map is drawn on the way."
    empty = empty_state(title, [words])
    return html.Div(
        [empty, html.Div(button("Group the faces", Id.REGROUP, "filled"))], className="to-group"
    )


def toast(done: Done, serial: int) -> Component:
    """Return the message about what was done, with a button to take it back."""
    again, warns = "Redo" if done.undone else "Undo", done.failed or done.doubtful
    undo = html.Button(
        [again, html.Kbd("U")] if not done.undone else again,
        type="button",
        className="toast-undo",
        disable_n_clicks=True,  # dashboard.js hands the wish over
        **attribute("data-undo", str(done.entry)),
    )
    return html.Div(
        [
            html.Span(className=f"glyph {'glyph-warning' if warns else 'glyph-check'}"),
            html.Span(done.message, className="toast-text"),
            undo if done.entry is not None else None,
        ],
        key=f"toast-{serial}",
        className="toast failed" if warns else "toast",
        role="alert" if warns else "status",
    )


def counts_line(snapshot: Snapshot) -> str:
    """Return '84 photos and 1 video · 189 faces · 24 named'."""
    done = views.progress(snapshot)
    pictures = photos_and_videos(snapshot.photos, snapshot.videos)
    return f"{pictures} · {count(done.faces, 'face')} · {done.named:,} named"


def text_field(
    identity: str, label: str, placeholder: str = "", value: str = "", first: bool = False
) -> Component:
    """Return a field for a line of text, whose value is what stands in it when Enter is pressed.

    Args:
        first: the page begins with it, so that it has the cursor.
    """
    field = dcc.Input(
        id=identity,
        type="text",
        value=value,
        placeholder=placeholder,
        autoComplete="off",
        autoFocus=first,
        spellCheck="false",
        className="text-field",
    )
    return html.Div([html.Label(label, htmlFor=identity), field], className="labelled-field")


def decision_rows(decisions: Sequence[Decision]) -> list[Component]:
    """Return decisions as lines of a list, each with a button to take it back or do it again."""
    return [
        html.Li(
            [
                html.Span(row.what[:1].upper() + row.what[1:], className="said"),
                html.Time(f"{row.at.astimezone():%d %b %Y %H:%M}", className="subtitle"),
                html.Button(
                    "Undo" if row.stands else "Redo",
                    type="button",
                    className="line-undo",
                    disable_n_clicks=True,  # dashboard.js hands the wish over
                    **attribute("data-undo", str(row.turns)),
                    **labelled(f"{'Undo' if row.stands else 'Redo'}: {row.what}"),
                ),
            ],
            className="" if row.stands else "undone",
        )
        for row in decisions
    ]


def hidden_controls() -> list[Component]:
    """Return the components that hold state or catch keys and are not seen."""
    return [
        dcc.Location(id=Id.URL, refresh=False),
        dcc.Store(id=Id.DONE),
        dcc.Store(id=Id.JOB_SEEN),
        dcc.Store(id=Id.JOB_STARTED),
        dcc.Interval(id=Id.TICK, interval=5000),
        dcc.Store(id=Id.UNDO),
        dcc.Store(id=Id.TYPED),
        dcc.Store(id=Id.NAMES),
    ]
