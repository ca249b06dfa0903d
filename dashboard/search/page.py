"""The page of a search: the photos that it found, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.errors import QueryError
from labeler.search.steps.search import SearchMatches
from labeler.types import Photo
from labeler.videos.intervals import Intervals
from labeler.wording import photos_and_videos

from ..photo import views as photo_views
from ..photo.lists import PhotoList, ending_of_search
from ..shared import addresses
from ..shared.components import attribute, button, empty_state, length_badge, page_head
from ..shared.ids import Id
from ..shell import images
from ..video import moments
from . import views as search_views

PATH = search_views.PATH
PHOTOS_A_TIME = 120
_NO_SCENES: Mapping[int, Intervals] = {}


def layout() -> Component:
    """Return the page's frame; the callbacks fill it."""
    return html.Div(
        [
            html.Div(id=Id.SEARCH_FOUND, **attribute("aria-live", "polite")),
            button(
                "Show more photos", Id.SEARCH_MORE, class_name="more", style={"display": "none"}
            ),
            dcc.Store(id=Id.SEARCH_SHOWN),
        ],
        className="page wide search-page",
    )


def found(
    text: str,
    matches: SearchMatches,
    photos: Sequence[Photo],
    videos: int = 0,
    people: Collection[str] = (),
    scenes: Mapping[int, Intervals] = _NO_SCENES,
) -> list[Any]:
    """Return the photos that a search has found.

    Args:
        photos: those that are shown. videos: of all that were found, so many are videos.
        people: who is asked for; of them a show can be made.
        scenes: by video, when those who are asked for are on screen as the search says.
    """
    number, hint = len(matches.photo_ids), matches.hint
    said: list[Component] = [html.P(note) for note in matches.notes]
    if not number:
        said += [_said(hint.message, hint.instead)] if hint else []
        return [page_head("No photo is like that", text), html.Div(said, className="search-hint")]
    ending = ending_of_search(text)
    tiles = _grid(photos, ending, scenes)
    to_show = dcc.Link(
        "Slideshow of these", href=addresses.show_of(sorted(people), text), className="link-button"
    )
    head = page_head(photos_and_videos(number, videos), text, [to_show] if people else [])
    return [head, *([html.Div(said, className="search-hint")] if said else []), tiles]


def everything(listed: PhotoList, photos: Sequence[Photo], videos: int) -> list[Any]:
    """Return the page of all photos, or of all videos.

    Args:
        photos: those that are shown. videos: so many of the list are.
    """
    if not listed.photos:
        first = dcc.Link("the first page", href="/")
        words = ["Say on ", first, f" which folder your {listed.title.lower()} are in."]
        return [empty_state(f"No {listed.title.lower()} yet", words)]
    head = page_head(listed.title, f"{photos_and_videos(len(listed.photos), videos)}, newest first")
    return [head, _grid(photos, listed.ending)]


def _grid(
    photos: Sequence[Photo], ending: str, scenes: Mapping[int, Intervals] = _NO_SCENES
) -> Component:
    tiles = [_tile(photo, ending, scenes.get(photo.id)) for photo in photos]
    return html.Div(tiles, className="photo-grid")


def wrong(error: QueryError, examples: Sequence[tuple[str, str]]) -> list[Any]:
    """Return a search that cannot be understood, with the word that is to blame marked."""
    text, start, end = error.text, error.start, error.end
    marked = html.Mark(text[start:end] or " ")
    words = html.Div([text[:start], marked, text[end:]], className="search-wrong")
    box = html.Div(
        [words, _said(str(error), error.instead)], className="search-error", role="alert"
    )
    return [box, *nothing_asked(examples)]


def _said(message: str, instead: str | None) -> Component:
    """Return what is to be said of a search, with a link to the one that may have been meant."""
    if not instead:
        return html.P(message)
    href = search_views.address(instead)
    return html.P([message, " ", dcc.Link(f"Search for {instead}", href=href, className="instead")])


def nothing_asked(examples: Sequence[tuple[str, str]]) -> list[Any]:
    """Return what can be asked."""
    head = page_head("Search", "Photos by people, dates, albums, places and words, such as:")
    return [head, html.Div(help_list(examples), className="card search-card")]


def help_list(examples: Sequence[tuple[str, str]]) -> Component:
    """Return examples to click, with what they mean."""
    rows = [
        dcc.Link(
            [html.Code(text), html.Span(meaning)],
            href=search_views.address(text),
            className="search-example",
        )
        for text, meaning in examples
    ]
    rest = html.P(
        "All other words are looked for in captions, keywords and names of files and places; "
        "several words in quotes belong together.",
        className="hint",
    )
    return html.Div([*rows, rest], className="search-examples")


def _tile(photo: Photo, ending: str, scenes: Intervals | None) -> Component:
    """Return a photo as a link to its page, where one walks on through all that were found."""
    text = search_views.caption(photo)
    name = photo_views.file_name(photo)
    picture = dmc.Image(
        src=images.small_address(photo),
        alt=name,
        attributes={"root": {"loading": "lazy", "title": name}},
    )
    tile = dcc.Link(
        [
            html.Span([picture, length_badge(photo)], className="photo-picture-box"),
            html.Span(text, className="photo-date"),
        ],
        href=photo_views.address(photo.id) + ending,
        className="photo-tile",
    )
    return html.Div([tile, moments.links(photo.id, scenes)], className="film") if scenes else tile
