"""The page of one photo: who is on it, and what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.library.whereabouts import AWAY
from labeler.people.steps.listing import FaceRow
from labeler.photos.steps.album import PhotoInAlbum
from labeler.place import Place
from labeler.types import Photo

from ..search import views as search_views
from ..shared.components import dot, empty_state, labelled, page_head, placed_on
from ..shared.ids import Id
from ..shared.keys import keys_button, keys_list
from ..shell import images
from ..shell.snapshot import Snapshot
from . import panel as photo_panel
from . import views as photo_views
from .lists import PhotoList

KEYS = (
    (("←", "→"), "The photo before, the next photo"),
    (("1", "…", "3"), "Give the face that is chosen the likely name with that number"),
    (("D",), "Draw a face that was missed: Enter takes it, Esc cancels"),
    (("Ctrl",), "Held while you drag over the photo: draw a face at once (⌘ on a Mac)"),
    (("Esc",), "Back from a face to all faces of the photo, and from there to where you came from"),
    (("U",), "Undo the last decision"),
    (("?",), "This list"),
)


def layout(
    snapshot: Snapshot,
    path: str,
    found: PhotoInAlbum | None,
    trouble: str,
    resembled: Sequence[str] = (),
    waiting: Sequence[str] = (),
    photos: PhotoList | None = None,
) -> Component:
    """Return the page; a callback keeps the boxes and the panel up to date.

    Args:
        found: the photo that the address means; None = there is none.
        trouble: why the photo cannot be shown, '' if it can, or if there is none.
        resembled: whom the face resembles that the address selects, the most first.
        waiting: whose names wait for a face on the photo.
        photos: the list in which it stands; None = its album.
    """
    if found is None:
        link = dcc.Link("Back to the groups", href="/groups")
        if trouble:
            away = empty_state("This photo is away", [f"{trouble} ", link])
            return html.Div(away, className="page")
        text = ["It may have been moved or deleted since you were here. ", link]
        return html.Div(empty_state("This photo is not in the library", text), className="page")
    photo, (_, face) = found.photo, photo_views.ids_of(path)
    return html.Div(
        [
            back(photos) if photos else None,
            page_head(
                photo_views.file_name(photo),
                subtitle(found, photos),
                _tools(found, trouble, photos),
            ),
            html.P(id=Id.PHOTO_HINT, className="photo-hint", role="status"),
            html.Div(
                [
                    _stage(snapshot, photo, face, trouble),
                    html.Div(
                        [
                            html.Div(
                                photo_panel.panel(snapshot, photo.id, face, resembled, waiting),
                                id=Id.PHOTO_PANEL,
                                className="card photo-panel",
                            ),
                            facts_card(found),
                        ],
                        className="photo-side",
                    ),
                ],
                className="photo-columns",
            ),
            dcc.Store(id=Id.PHOTO, data=photo.id),
            dcc.Store(id=Id.PHOTO_FACE, data=face),
            dcc.Store(id=Id.PHOTO_DRAWN),
            keys_list(KEYS),
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


def back(photos: PhotoList) -> Component:
    """Return the link to the page from which one came, which Esc follows, too."""
    return dcc.Link(
        [f"‹ {photos.title}", html.Kbd("Esc")], href=photos.back, className="back photo-back"
    )


def subtitle(found: PhotoInAlbum, photos: PhotoList | None) -> str:
    """Return the album of a photo or video, its place there, and when it was taken."""
    taken = found.photo.facts.metadata.date
    album, place = photo_views.album(found.photo), f"{found.number:,} of {found.count:,}"
    date = photo_views.date_and_time(taken) if taken else "without a date"
    where = [f"{place} · {photos.title}", album] if photos else [album, place]
    return " · ".join(filter(None, [*where, date]))


def _tools(found: PhotoInAlbum, trouble: str, photos: PhotoList | None) -> list[Component]:
    draw = html.Button(
        [
            html.Span(className="glyph glyph-draw"),
            html.Span("Draw a face", className="when-resting"),
            html.Span("Cancel", className="when-drawing"),
            html.Kbd("D", className="when-resting"),
        ],
        id=Id.PHOTO_DRAW,
        type="button",
        title="Draw a box around a face that was missed; or hold Ctrl and drag",
        disabled=bool(trouble),
        disable_n_clicks=True,
        className="photo-draw",
        **{"aria-pressed": "false", "aria-keyshortcuts": "D"},  # type: ignore[arg-type]
    )
    return [keys_button(), draw, steps(found, photos)]


def steps(found: PhotoInAlbum, photos: PhotoList | None) -> Component:
    """Return the links to the photos or videos before and after one in its list or album."""
    ending, what = (photos.ending, photos.title) if photos else ("", "this album")
    ways = (("previous", "←", found.previous), ("next", "→", found.next))
    links = [_step(way, arrow, to, ending) for way, arrow, to in ways]
    return html.Nav(links, className="photo-steps", **labelled(f"Photos of {what}"))


def _step(way: str, arrow: str, to: Photo | None, ending: str) -> Component:
    """Return the link to a neighbouring photo, or what stands there at the end of the list."""
    what = photo_views.what(to) if to else "photo"
    words = [
        html.Span(arrow, **{"aria-hidden": "true"}),  # type: ignore[arg-type]
        html.Span(f"{way} {what}".capitalize(), className="unseen"),
    ]
    if to is None:
        return html.Span(words, className="photo-step ended")
    link = dcc.Link(
        words,
        href=photo_views.address(to.id) + ending,
        title=f"{way.capitalize()} {what}: {photo_views.named(to)} ({arrow})",
        className=f"photo-step photo-{way}",
    )
    ahead = html.Link(rel="prefetch", href=images.picture_address(to)) if way == "next" else None
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
                src=images.picture_address(photo),
                alt=f"The whole photo: {name}",
                draggable="false",
                className="photo-picture",
            ),
            html.Div(boxes(snapshot, photo, selected), id=Id.PHOTO_BOXES),
            html.Div(
                id=Id.PHOTO_DRAFT,
                className="photo-draft",
                tabIndex=-1,
                role="img",
                **labelled("The box of the new face"),
            ),
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
            **placed_on(box, photo.facts.width, photo.facts.height),
            "zIndex": height,
        },
        **labelled(photo_views.spoken_label(row)),
        **more,
    )


def facts_card(found: PhotoInAlbum) -> Component:
    """Return what is known about a photo or video."""
    photo, place = found.photo, found.place
    lines: list[Component] = []
    for heading, text in photo_views.facts(photo):
        if heading == photo_views.POSITION and place is not None:
            lines += [html.Dt("Place"), html.Dd(_place(place))]
        lines += [html.Dt(heading), html.Dd(text)]
    for one in found.elsewhere:
        away = " (not there just now)" if one.state == AWAY else ""
        lines += [html.Dt("Also"), html.Dd(f"{one.path}{away}")]
    return html.Div(
        [html.H2(f"About the {photo_views.what(photo)}"), html.Dl(lines, className="facts")],
        className="card photo-facts",
    )


def _place(place: Place) -> list[Any]:
    """Return the names of a place, each a link to all photos from there."""
    found: list[Any] = []
    for name in place.names:
        address = search_views.address(search_views.in_place(name))
        found += [", ", dcc.Link(name, href=address)]
    return found[1:]
