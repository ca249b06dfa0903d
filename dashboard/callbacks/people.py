"""The pages of people."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from dashboard.callbacks.reading import clicked
from dashboard.ids import Id, Part, part
from dashboard.pages import people
from dashboard.snapshot import Snapshots


def register(app: Dash, snapshots: Snapshots) -> None:
    @app.callback(
        Output(Id.PERSON_PAGE, "children"), Input(Id.DONE, "data"), Input(Id.PERSON, "data")
    )
    def fill_people(_done: Any, page: dict[str, Any]) -> Any:
        return people.body(snapshots.current(), page["path"], page["shown"])

    @app.callback(
        Output(Id.PERSON, "data"),
        Input(part(Part.MORE, ALL), "n_clicks"),
        State(Id.PERSON, "data"),
        prevent_initial_call=True,
    )
    def show_more_faces(_clicks: Any, page: dict[str, Any]) -> Any:
        more = {**page, "shown": page["shown"] + people.FACES_A_PAGE}
        return more if clicked() else no_update
