"""The page of shows."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import Response, abort, send_file

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.slideshows.steps.slideshow import album_names

from ..home.callbacks import begun
from ..shared import addresses
from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id
from ..shell.session import Session
from ..shell.snapshot import Snapshots
from . import page as slideshow
from . import plan_page as slideshow_plan
from .planner import SlideshowPlanner
from .wishes import Making, Wishes, suggested_file

NOTHING = (no_update, no_update)
_STARTED = Output(Id.JOB_STARTED, "data", allow_duplicate=True)
_PAGE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; media-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'"
)
"""What a page that was made may do: show itself, and nothing else on this address."""


def register(app: Dash, session: Session) -> None:
    library, snapshots, planner = session.library, session.snapshots, session.planner
    _register_files(app, planner)
    _register_choice(app, library, snapshots, planner)
    _register_plan(app, planner)
    _register_making(app, planner)


def _register_files(app: Dash, planner: SlideshowPlanner) -> None:
    @app.server.get("/slideshow/made/<int:number>")
    def made_file(number: int) -> Response:
        path = planner.made.file(number)
        if path is None:
            abort(404)
        response = send_file(path, conditional=True)  # parts of it, for going on in a video
        response.headers["Cache-Control"] = "no-store"
        if path.suffix.lower() == ".html":
            response.headers["Content-Security-Policy"] = _PAGE_POLICY
        return response


def _register_choice(
    app: Dash, library: Library, snapshots: Snapshots, planner: SlideshowPlanner
) -> None:
    @app.callback(Output(Id.SHOW_FORM, "children"), Input(Id.URL, "search"))
    def fill_form(search: str | None) -> Any:
        snapshot, draft = snapshots.current(), planner.draft()
        wanted = draft.wanted if draft else Wishes()
        people, unknown = _known(library, addresses.people_of(search))
        asked = addresses.asked(search, "q")
        if people and (people != wanted.people or (asked and asked != wanted.search)):
            wanted = Wishes(people, search=asked)
        with_faces = {row.photo_id for row in snapshot.faces}
        albums = album_names(
            os.path.join(folder, "")
            for folder, photos in library.photos_by_folder().items()
            if not with_faces.isdisjoint(photos.tolist())
        )
        return slideshow.form(wanted, snapshot.names, albums, unknown)

    @app.callback(
        _STARTED,
        DONE,
        Input(Id.SHOW_CHOOSE, "n_clicks"),
        State(Id.SHOW_PEOPLE, "value"),
        State(Id.SHOW_ALL, "checked"),
        State(Id.SHOW_ONLY, "checked"),
        State(Id.SHOW_SINCE, "value"),
        State(Id.SHOW_UNTIL, "value"),
        State(Id.SHOW_ALBUMS, "value"),
        State(Id.SHOW_NOT_ALBUMS, "value"),
        State(Id.SHOW_TEXTS, "value"),
        State(Id.SHOW_NOT_TEXTS, "value"),
        State(Id.SHOW_MOST, "value"),
        State(Id.SHOW_BEST, "value"),
        State(Id.SHOW_GROWING, "checked"),
        State(Id.SHOW_SEARCH, "value"),
        prevent_initial_call=True,
    )
    def choose(clicks: int | None, *said: Any) -> Any:
        return begun(lambda: planner.begin(_wanted(*said))) if clicks else NOTHING


def _register_plan(app: Dash, planner: SlideshowPlanner) -> None:
    @app.callback(
        Output(Id.SHOW_HEAD, "children"),
        Output(Id.SHOW_STRIP, "children"),
        Output(Id.SHOW_NUMBER, "data"),
        Input(Id.DONE, "data"),
        State(Id.SHOW_NUMBER, "data"),
    )
    def fill_plan(_done: Any, shown: int) -> Any:
        number = planner.number()
        return (no_update,) * 3 if shown == number else _plan(planner)

    @app.callback(
        Output(Id.SHOW_HEAD, "children", allow_duplicate=True),
        Output(Id.SHOW_STRIP, "children", allow_duplicate=True),
        Output(Id.SHOW_NUMBER, "data", allow_duplicate=True),
        Output(Id.SHOW_EDITED, "data"),
        DONE,
        Input(Id.SHOW_EDIT, "data"),
        State(Id.SHOW_NUMBER, "data"),
        prevent_initial_call=True,
    )
    def edit(said: dict[str, Any] | None, shown: int) -> Any:
        if not said:
            return (no_update,) * 5
        before, failed = planner.number(), None
        for change in said["edits"]:
            try:
                _edit(planner, change)
            except LabelerError as error:
                failed = attempt(partial(Done, str(error), failed=True))
        top, strip, number = _plan(planner)
        # What was typed is on the page already, and the next words are perhaps being typed.
        typed = all(change["what"] in ("caption", "entitle") for change in said["edits"])
        is_shown = typed and shown == before and not failed
        return top, no_update if is_shown else strip, number, said["at"], failed or no_update

    app.clientside_callback(
        ClientsideFunction("faceLabelerShow", "answered"),
        Output(Id.SHOW_EDITED, "data", allow_duplicate=True),
        Input(Id.SHOW_EDITED, "data"),
        prevent_initial_call=True,
    )

    app.clientside_callback(
        ClientsideFunction("faceLabelerShow", "drawn"),
        Output(Id.SHOW_STRIP, "className"),
        Input(Id.SHOW_STRIP, "children"),
    )


def _register_making(app: Dash, planner: SlideshowPlanner) -> None:
    @app.callback(Output(Id.SHOW_MAKING, "hidden"), Input(Id.SHOW_NUMBER, "data"))
    def offer(_number: int) -> bool:
        return planner.draft() is None

    @app.callback(
        Output(Id.SHOW_FILE, "value"),
        Output(Id.SHOW_SUGGESTED, "data"),
        Input(Id.SHOW_KIND, "value"),
        Input(Id.SHOW_NUMBER, "data"),
        Input(Id.SHOW_MADE, "children"),
        State(Id.SHOW_FILE, "value"),
        State(Id.SHOW_SUGGESTED, "data"),
    )
    def suggest(kind: str, _number: int, _made: Any, typed: str | None, before: str) -> Any:
        own = typed if typed and typed != before else ""
        draft = planner.draft()
        if draft is None or (own and ctx.triggered_id != Id.SHOW_KIND):
            return NOTHING
        path = str(suggested_file(draft.show.title, kind, own))
        if path == typed:
            return NOTHING  # or it would come back over what is typed meanwhile
        return path, before if own else path

    @app.callback(
        _STARTED,
        DONE,
        Input(Id.SHOW_MAKE, "n_clicks"),
        State(Id.SHOW_KIND, "value"),
        State(Id.SHOW_FILE, "value"),
        State(Id.SHOW_MUSIC, "value"),
        State(Id.SHOW_FIT, "checked"),
        State(Id.SHOW_BEAT, "checked"),
        prevent_initial_call=True,
    )
    def make(clicks: int | None, kind: str, file: str, music: str, fit: bool, beat: bool) -> Any:
        making = Making(kind, file or "", music or "", bool(fit), bool(beat))
        return begun(lambda: planner.make(making)) if clicks else NOTHING

    @app.callback(Output(Id.SHOW_MADE, "children"), Input(Id.DONE, "data"))
    def fill_made(_done: Any) -> Any:
        return slideshow_plan.made(planner.made.latest())


def _plan(planner: SlideshowPlanner) -> tuple[Any, Any, int]:
    draft = planner.draft()
    top = slideshow_plan.head(draft, planner.can_undo)
    return top, slideshow_plan.strip(draft), draft.number if draft else 0


def _edit(planner: SlideshowPlanner, said: dict[str, Any]) -> None:
    """Do to a slide what the page says.

    Raises:
        LabelerError: it cannot be done.
    """
    what, photo = said["what"], int(said.get("photo") or 0)
    if what == "move":
        before = said.get("before")
        planner.move(photo, None if before is None else int(before))
    elif what == "step":
        planner.step(photo, int(said.get("by") or 0))
    elif what == "drop":
        planner.drop(photo)
    elif what == "pin":
        planner.pin(photo)
    elif what == "caption":
        planner.write_caption(photo, str(said.get("text") or ""))
    elif what == "entitle":
        planner.entitle(str(said.get("title") or ""), str(said.get("subtitle") or ""))
    elif what == "undo":
        planner.undo()


def _known(library: Library, people: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the people who are known, and a sentence about each of the others."""
    known, unknown = [], []
    for person in people:
        try:
            known.append(naming.known_person(library, person))
        except LabelerError as error:
            unknown.append(str(error))
    return tuple(dict.fromkeys(known)), unknown


def _wanted(
    people: list[str] | None,
    all_of_them: bool,
    nobody_else: bool,
    since: str | None,
    until: str | None,
    albums: list[str] | None,
    not_albums: list[str] | None,
    texts: list[str] | None,
    not_texts: list[str] | None,
    most: Any,
    best: Any,
    growing_up: bool,
    search: str | None,
) -> Wishes:
    return Wishes(
        tuple(people or ()),
        bool(all_of_them),
        bool(nobody_else),
        since or "",
        until or "",
        tuple(albums or ()),
        tuple(not_albums or ()),
        tuple(texts or ()),
        tuple(not_texts or ()),
        int(most) if most else None,
        int(best) if best else None,
        bool(growing_up),
        search or "",
    )
