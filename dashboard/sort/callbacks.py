"""The page that sorts new photos."""

from __future__ import annotations

from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update
from flask import Response, abort

from labeler.errors import LabelerError
from labeler.sorting.steps.plan import SortOptions

from ..home.callbacks import begun
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shell.session import Session
from . import page as sort

NOTHING = (no_update, no_update)
_STARTED = Output(Id.JOB_STARTED, "data", allow_duplicate=True)


def register(app: Dash, session: Session) -> None:
    snapshots, sorter = session.snapshots, session.sorter

    @app.server.get("/sort/<int:number>/<int:index>.jpg")
    def sort_picture(number: int, index: int) -> Response:
        data = sorter.picture(number, index)
        if data is None:
            abort(404)
        response = Response(data, mimetype="image/jpeg")
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    @app.callback(Output(Id.SORT, "children"), Input(Id.DONE, "data"), Input(Id.SORT_SHOWN, "data"))
    def fill_sort(_done: Any, shown: int) -> Any:
        return sort.body(snapshots.current(), sorter.plan(), shown)

    @app.callback(
        Output(Id.SORT_SHOWN, "data"),
        Input(Id.SORT_MORE, "n_clicks"),
        State(Id.SORT_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_more(clicks: int | None, shown: int) -> Any:
        return shown + sort.PHOTOS_A_TIME if clicks else no_update

    @app.callback(
        _STARTED,
        DONE,
        Input(Id.PLAN, "n_clicks"),
        State(Id.INBOX, "value"),
        State(Id.INTO, "value"),
        State(Id.METHOD, "value"),
        State(Id.LAYOUT, "value"),
        State(Id.SORT_SEARCH, "value"),
        prevent_initial_call=True,
    )
    def make_plan(
        clicks: int | None, inbox: str, into: str, method: Any, layout: str, search: str
    ) -> Any:
        options = SortOptions(method=method, layout=layout or "", search=(search or "").strip())
        return begun(lambda: sorter.begin(inbox or "", into or "", options)) if clicks else NOTHING

    @app.callback(_STARTED, DONE, Input(Id.SORT_APPLY, "n_clicks"), prevent_initial_call=True)
    def carry_out(clicks: int | None) -> Any:
        return begun(sorter.carry_out) if clicks else NOTHING

    @app.callback(DONE, Input(Id.SORT_UNDO, "n_clicks"), prevent_initial_call=True)
    def take_back(clicks: int | None) -> Any:
        return attempt(sorter.take_back) if clicks else no_update

    @app.callback(
        Output(part(Part.SORT_PLACES, MATCH), "children"),
        Input(part(Part.SORT_PEOPLE, MATCH), "value"),
        prevent_initial_call=True,
    )
    def correct(people: list[str] | None) -> Any:
        number, index = map(int, ctx.triggered_id["where"].split("-"))
        plan = sorter.plan()
        try:
            item = sorter.correct(number, index, people or [])
        except LabelerError as error:
            return str(error)
        return sort.places(plan, item) if plan else no_update

    @app.callback(
        Output(Id.SORT_APPLY, "children"),
        Input(part(Part.SORT_PLACES, ALL), "children"),
        prevent_initial_call=True,
    )
    def count_places(_places: Any) -> Any:
        plan = sorter.plan()
        return sort.apply_label(plan) if plan else no_update
