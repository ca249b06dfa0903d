"""The search box, and the page of a search."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from flask import Response, jsonify, request

from labeler.errors import QueryError
from labeler.library.store import Library
from labeler.search.interpretation import shown as shown_in
from labeler.search.steps import search as search_steps
from labeler.search.steps.search import SearchData
from labeler.videos.intervals import Intervals
from labeler.videos.steps.scenes import find_scenes

from ..photo import lists
from ..shared.addresses import asked
from ..shared.ids import Id
from ..shell.session import Session
from . import page as search_page
from . import views as search_views

_SHOWN: dict[str, str] = {}
_NOT_SHOWN = {"display": "none"}


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots
    searcher = session.searcher

    def examples() -> list[tuple[str, str]]:
        snapshot = snapshots.current()
        fields = searcher.data(snapshot).fields
        return search_views.examples(snapshot, fields.albums, fields.located)

    @app.server.get("/search-names.json")
    def complete() -> Response:
        text = request.args.get("q", "")
        return jsonify(search_views.completions(searcher.names(snapshots.current()), text))

    @app.callback(
        Output(Id.SEARCH_HELP, "children"),
        Input(Id.SEARCH_ASK, "n_clicks"),
        prevent_initial_call=True,
    )
    def fill_help(clicks: int | None) -> Any:
        return search_page.help_list(examples()) if clicks else no_update

    @app.callback(
        Output(Id.SEARCH_FOUND, "children"),
        Output(Id.SEARCH_MORE, "style"),
        Input(Id.URL, "search"),
        Input(Id.DONE, "data"),
        Input(Id.SEARCH_SHOWN, "data"),
        State(Id.URL, "pathname"),
    )
    def fill_found(
        search: str | None, _done: Any, shown: dict[str, Any] | None, path: str | None
    ) -> Any:
        everything = lists.all_in(searcher, snapshots.current(), (path or "").strip("/"))
        if everything is not None:
            return _everything(library, everything, shown)
        if path != search_page.PATH:  # the user is on the way to another page
            return no_update, no_update
        text = asked(search, "q")
        if not text.strip():
            return search_page.nothing_asked(examples()), _NOT_SHOWN
        try:
            data = searcher.data(snapshots.current())
            matches = search_steps.matches(library, text, data)
        except QueryError as error:
            return search_page.wrong(error, examples()), _NOT_SHOWN
        ids = matches.photo_ids[: _number(shown, text)]
        photos = library.photos_with(ids)
        listed = [photos[i] for i in ids if i in photos]
        more = len(ids) < len(matches.photo_ids)
        people, unnamed = shown_in(matches.tree)
        videos = [one.id for one in listed if one.facts.is_video] if people or unnamed else []
        scenes = _scenes(library, text, videos, data)
        films = len(set(library.video_ids()).intersection(matches.photo_ids))
        found = search_page.found(text, matches, listed, films, people, scenes)
        return found, _SHOWN if more else _NOT_SHOWN

    @app.callback(
        Output(Id.SEARCH_SHOWN, "data"),
        Input(Id.SEARCH_MORE, "n_clicks"),
        State(Id.SEARCH_SHOWN, "data"),
        State(Id.URL, "search"),
        prevent_initial_call=True,
    )
    def show_more(clicks: int | None, shown: dict[str, Any] | None, search: str | None) -> Any:
        if not clicks:
            return no_update
        text = asked(search, "q")
        return {"text": text, "number": _number(shown, text) + search_page.PHOTOS_A_TIME}

    app.clientside_callback(
        ClientsideFunction("search", "showAsked"),
        Output(Id.SEARCH_BOX, "value"),
        Input(Id.URL, "pathname"),
        Input(Id.URL, "search"),
    )


def _everything(
    library: Library, listed: lists.PhotoList, shown: dict[str, Any] | None
) -> tuple[Any, Any]:
    """Return the page of all photos, or of all videos, and how the button for more looks."""
    ids = listed.photos[: _number(shown, "")]
    photos = library.photos_with(ids)
    films = len(set(library.video_ids()).intersection(listed.photos))
    page = search_page.everything(listed, [photos[one] for one in ids if one in photos], films)
    return page, _SHOWN if len(ids) < len(listed.photos) else _NOT_SHOWN


def _scenes(
    library: Library, text: str, videos: list[int], data: SearchData
) -> dict[int, Intervals]:
    """Return when a search holds of what is on screen, by video."""
    found: dict[int, Intervals] = {}
    for one in find_scenes(library, text, videos, data=data).scenes if videos else ():
        number = one.video.photo_id
        found[number] = (*found.get(number, ()), (one.start, one.end))
    return found


def _number(shown: dict[str, Any] | None, text: str) -> int:
    """Return how many photos of a search are shown; another search begins anew."""
    same = shown is not None and shown["text"] == text
    return int(shown["number"]) if shown and same else search_page.PHOTOS_A_TIME
