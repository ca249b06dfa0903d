"""The page of one photo: who is on it, and what is known about it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import images, photo_views
from dashboard.components import (
    button,
    dot,
    empty_state,
    face_image,
    labelled,
    name_row,
    page_head,
    photo_address,
)
from dashboard.ids import Id, Part, Place, part
from dashboard.pages import people
from dashboard.snapshot import Snapshot
from labeler.pipeline.album import PhotoInAlbum
from labeler.pipeline.listing import FaceRow
from labeler.types import Photo


def layout(snapshot: Snapshot, path: str, found: PhotoInAlbum | None, trouble: str) -> Component:
    """Return the page; a callback keeps the boxes and the panel up to date.

    Args:
        found: the photo that the address means; None = there is none.
        trouble: why the photo cannot be shown, '' if it can.
    """
    if found is None:
        link = dcc.Link("Back to the groups", href="/")
        text = ["It may have been moved or deleted since you were here. ", link]
        return html.Div(empty_state("This photo is not in the library", text), className="page")
    photo, (_, face) = found.photo, photo_views.ids_of(path)
    return html.Div(
        [
            page_head(photo_views.file_name(photo), _subtitle(found), _tools(found, trouble)),
            html.P(id=Id.PHOTO_HINT, className="photo-hint", role="status"),
            html.Div(
                [
                    _stage(snapshot, photo, face, trouble),
                    html.Div(
                        [
                            html.Div(
                                panel(snapshot, photo.id, face),
                                id=Id.PHOTO_PANEL,
                                className="card photo-panel",
                            ),
                            _facts(photo),
                        ],
                        className="photo-side",
                    ),
                ],
                className="photo-columns",
            ),
            dcc.Store(id=Id.PHOTO, data=photo.id),
            dcc.Store(id=Id.PHOTO_FACE, data=face),
            dcc.Store(id=Id.PHOTO_DRAWN),
        ],
        key=f"photo-{photo.id}",
        className="page wide photo-page",
    )


def boxes(snapshot: Snapshot, photo: Photo, selected: int) -> list[Component]:
    """Return the faces on a photo as buttons over it."""
    rows = photo_views.faces_on(snapshot, photo.id)
    by_size = sorted(rows, key=lambda row: -row.box.width * row.box.height)
    # A small face inside the box of a larger one must remain within reach.
    height = {row.face: rank for rank, row in enumerate(by_size, start=1)}
    return [_box(snapshot, photo, row, row.face == selected, height[row.face]) for row in rows]


def panel(snapshot: Snapshot, photo_id: int, selected: int) -> list[Any]:
    """Return what stands beside the photo: the selected face, or all faces."""
    rows = photo_views.faces_on(snapshot, photo_id)
    row = next((row for row in rows if row.face == selected), None)
    return _everybody(snapshot, rows) if row is None else [_one_face(snapshot, row)]


def _subtitle(found: PhotoInAlbum) -> str:
    taken = found.photo.facts.metadata.date
    place = f"{found.number:,} of {found.count:,}"
    date = photo_views.date_and_time(taken) if taken else "without a date"
    return " · ".join(filter(None, [photo_views.album(found.photo), place, date]))


def _tools(found: PhotoInAlbum, trouble: str) -> list[Component]:
    draw = html.Button(
        [
            html.Span(className="glyph glyph-draw"),
            html.Span("Draw a face", className="when-resting"),
            html.Span("Cancel", className="when-drawing"),
            html.Kbd("D", className="when-resting"),
        ],
        id=Id.PHOTO_DRAW,
        type="button",
        disabled=bool(trouble),
        disable_n_clicks=True,
        className="photo-draw",
        **{"aria-pressed": "false", "aria-keyshortcuts": "D"},  # type: ignore[arg-type]
    )
    steps = [_step("previous", "←", found.previous), _step("next", "→", found.next)]
    return [draw, html.Nav(steps, className="photo-steps", **labelled("Photos of this album"))]


def _step(way: str, arrow: str, to: Photo | None) -> Component:
    """Return the link to a neighbouring photo, or what stands there at the end of the album."""
    words = [
        html.Span(arrow, **{"aria-hidden": "true"}),  # type: ignore[arg-type]
        html.Span(f"{way} photo".capitalize(), className="unseen"),
    ]
    if to is None:
        return html.Span(words, className="photo-step ended")
    link = dcc.Link(
        words,
        href=photo_views.address(to.id),
        title=f"{way.capitalize()} photo: {photo_views.file_name(to)} ({arrow})",
        className=f"photo-step photo-{way}",
    )
    ahead = html.Link(rel="prefetch", href=images.photo_address(to)) if way == "next" else None
    return html.Span([link, ahead])


def _stage(snapshot: Snapshot, photo: Photo, selected: int, trouble: str) -> Component:
    """Return the photo with its boxes, or why it cannot be shown."""
    if trouble:
        words: list[Any] = [
            html.H2("The photo cannot be shown"),
            html.P(trouble, className="subtitle"),
        ]
        words.append(html.Div(id=Id.PHOTO_BOXES, hidden=True))  # a callback wants to fill it
        return html.Div(words, className="card photo-trouble")
    width, height = photo.facts.width, photo.facts.height
    name = photo.facts.metadata.caption or photo_views.file_name(photo)
    data: Any = {"data-photo": photo.id, "data-width": width, "data-height": height}
    return html.Div(
        [
            html.Img(
                src=images.photo_address(photo),
                alt=f"The whole photo: {name}",
                draggable="false",
                className="photo-picture",
            ),
            html.Div(boxes(snapshot, photo, selected), id=Id.PHOTO_BOXES),
            html.Div(id=Id.PHOTO_DRAFT, className="photo-draft", tabIndex=-1),
        ],
        className="photo-stage",
        style={"aspectRatio": f"{width} / {height}", "--ratio": f"{width / height:.5f}"},
        **data,
    )


def _box(snapshot: Snapshot, photo: Photo, row: FaceRow, selected: bool, height: int) -> Component:
    across, down = photo.facts.width / 100, photo.facts.height / 100
    box = row.box
    colour = snapshot.colours.get(row.person or "")
    label = [
        dot(colour) if colour and not row.ignored else None,
        photo_views.short_label(row),
        html.Span(f" {sure}", className="photo-sure")
        if (sure := photo_views.sureness(row))
        else "",
    ]
    middle = (box.left + box.right) / 2 / across
    side = "leftmost" if middle < 20 else "rightmost" if middle > 80 else ""
    low = "low" if box.bottom > 94 * down else ""
    more: Any = {"aria-pressed": "true" if selected else "false", "data-face": row.face}
    return html.Button(
        html.Span(label, className="photo-label"),
        key=f"box-{row.face}",
        type="button",
        disable_n_clicks=True,
        className=" ".join(filter(None, ["photo-box", photo_views.kind(row), side, low])),
        style={
            "left": f"{box.left / across:.3f}%",
            "top": f"{box.top / down:.3f}%",
            "width": f"{box.width / across:.3f}%",
            "height": f"{box.height / down:.3f}%",
            "zIndex": height,
        },
        **labelled(photo_views.spoken_label(row)),
        **more,
    )


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


def _one_face(snapshot: Snapshot, row: FaceRow) -> Component:
    """Return who a face is, and all that can be said about it."""
    title: list[Any] = [_name(row)]
    if row.person is not None and not row.ignored:
        title = [dcc.Link([dot(snapshot.colours[row.person]), row.person], href=_page(row.person))]
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
            *_say_who(snapshot, row),
            *_alike(snapshot, row),
        ],
        className="photo-face",
        key=f"face-{row.face}",
        **{"data-face": row.face},  # type: ignore[arg-type]
    )


def _say_who(snapshot: Snapshot, row: FaceRow) -> list[Any]:
    return [
        name_row(
            snapshot,
            Place.PHOTO,
            "Another name" if row.person else "Who is this?",
            suggestion=photo_views.suggestion(snapshot, row),
            reject=None if row.ignored else row.person,
            ignore=False,
        ),
        html.Div(_more_to_say(snapshot, row), className="photo-more"),
        dcc.Store(id=part(Part.OFFERED, Place.PHOTO), data=[row.face]),
    ]


def _more_to_say(snapshot: Snapshot, row: FaceRow) -> list[Component]:
    """Return the buttons for what is said more rarely."""
    unlabel, ignore = part(Part.UNLABEL, Place.PHOTO), part(Part.IGNORE, Place.PHOTO)
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
            [face_image(snapshot, face, "face small"), html.Span("Its photo", className="unseen")],
            href=photo_address(snapshot, face),
        )
        for face in faces
    ]
    return [
        html.H2(f"Looks like {number:,} other" + ("" if number == 1 else "s")),
        html.Div(links, className="photo-alike"),
    ]


def _name(row: FaceRow) -> str:
    return "Ignored" if row.ignored else row.person or "No name yet"


def _page(person: str) -> str:
    return people.address(person)


def _facts(photo: Photo) -> Component:
    lines: list[Component] = []
    for heading, text in photo_views.facts(photo):
        lines += [html.Dt(heading), html.Dd(text)]
    return html.Div(
        [html.H2("About the photo"), html.Dl(lines, className="facts")],
        className="card photo-facts",
    )
