"""The page of one person: what it shows, and what is chosen on it."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from labeler.library.store import Library

from ..shared.addresses import TAB, address, company_of, ending, person_of, year_of
from ..shared.addresses import asked as asked_in
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, Where, part
from ..shared.reading import States, at, clicked, has_failed
from ..shell.session import Session
from ..video import moments
from . import actions as person_actions
from . import page as person
from . import panel_callbacks

PLACES = (Where.PERSON, Where.AUTOMATIC)


def register(app: Dash, session: Session) -> None:
    panel_callbacks.register(app, session)
    library, snapshots = session.library, session.snapshots

    @app.callback(
        Output(Id.PERSON_HEAD, "children"),
        Output(Id.PERSON_PAGE, "children"),
        Input(Id.DONE, "data"),
        Input(Id.PERSON, "data"),
        Input(Id.URL, "search"),
        State(part(Part.CHOSEN, ALL), "value"),
    )
    def fill_person(done: Any, page: dict[str, Any], search: str | None, _chosen: Any) -> Any:
        who = person_of(page["path"]) or ""
        if has_failed(done):
            return no_update, no_update  # what is chosen stays so
        is_new = ctx.triggered_id == Id.DONE
        if is_new and _moved(library, done, who):
            return no_update, no_update  # the page of the new name follows
        chosen = {} if is_new else _chosen_faces(ctx.states_list[0])
        tab = asked_in(search, TAB)
        asked = person.AskedOfPerson(
            year_of(search), company_of(search), tab if tab in person.TABS else ""
        )
        snapshot = snapshots.current()
        films = None
        if asked.tab == person.VIDEOS:
            films = moments.of_person(library, snapshot, who)
        return person.content(snapshot, who, asked, page, chosen, films)

    @app.callback(
        Output(Id.PERSON_MOVED, "pathname"),  # it is on this page alone, and so is the question
        Input(Id.DONE, "data"),
        State(Id.URL, "pathname"),
        prevent_initial_call=True,
    )
    def follow(done: Any, path: str | None) -> Any:
        if not path or not path.startswith("/people/"):
            return no_update
        other = _moved(library, done, person_of(path) or "")
        return address(other) if other else no_update

    @app.callback(
        Output(Id.PERSON, "data"),
        Input(part(Part.MORE, ALL), "n_clicks"),
        State(Id.PERSON, "data"),
        prevent_initial_call=True,
    )
    def show_more(_clicks: Any, page: dict[str, Any]) -> Any:
        if not clicked():
            return no_update
        where = ctx.triggered_id["where"]
        return {**page, where: page[where] + person.FACES_A_TIME[where]}

    @app.callback(
        Output(Id.URL, "search"),
        Input(part(Part.YEAR, ALL), "n_clicks"),
        State(Id.URL, "search"),
        prevent_initial_call=True,
    )
    def choose_year(_clicks: Any, search: str | None) -> Any:
        if not clicked():
            return no_update
        where = ctx.triggered_id["where"]
        year = None if where == "all" else int(where)
        year = None if year == year_of(search) else year
        return ending(year, company_of(search), asked_in(search, TAB))

    @app.callback(
        DONE,
        Input(Id.PERSON_COVER, "n_clicks"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(Id.PERSON, "data"),
        prevent_initial_call=True,
    )
    def choose_cover(clicks: int | None, _chosen: Any, page: dict[str, Any]) -> Any:
        if not clicks:
            return no_update
        who = person_of(page["path"]) or ""
        faces = _chosen_faces(ctx.states_list[0])[Where.PERSON]
        return attempt(lambda: person_actions.choose_cover(library, who, faces))

    app.clientside_callback(
        ClientsideFunction("people", "chooseAll"),
        Output(part(Part.CHOSEN, Where.AUTOMATIC), "value"),
        Input(Id.PERSON_ALL, "n_clicks"),
        Input(Id.PERSON_NONE, "n_clicks"),
        State(part(Part.OFFERED, Where.AUTOMATIC), "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("people", "countChosen"),
        Output(Id.PERSON_CONFIRMED, "children"),
        Output(Id.PERSON_REJECTED, "children"),
        Output(part(Part.REJECT, Where.AUTOMATIC), "disabled"),
        Input(part(Part.CHOSEN, Where.AUTOMATIC), "value"),
        State(part(Part.OFFERED, Where.AUTOMATIC), "data"),
        State(part(Part.MORE, Where.AUTOMATIC), "id", allow_optional=True),
        State(part(Part.REJECT, Where.AUTOMATIC), "value"),
    )
    app.clientside_callback(
        ClientsideFunction("people", "sayChosen"),
        Output(Id.PERSON_CHOSEN, "children"),
        Input(part(Part.CHOSEN, Where.PERSON), "value"),
    )


def _chosen_faces(chosen: States) -> dict[str, Any]:
    """Return the faces that are ticked in each place of the page."""
    return {where: [int(face) for face in at(where, chosen) or []] for where in PLACES}


def _moved(library: Library, done: dict[str, Any] | None, person: str) -> str | None:
    """Return what a person is called since what was done; None = as before."""
    entry = done["what"]["entry"] if done else None
    if entry is None:
        return None
    moved = person_actions.moved(library.journal(contents=()), entry)
    return moved[1] if moved and moved[0] == person else None
