"""The map."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, Patch, State, no_update

from ..shared import actions, addresses
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id
from ..shell.session import Session
from ..shell.snapshot import Snapshots
from . import figures
from . import page as map_page


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots
    _register_figure(app, snapshots)
    _register_selection(app, snapshots)
    _register_address(app, snapshots)

    @app.callback(
        Output(Id.MAP_PANEL, "children"), Input(Id.MAP_SELECTION, "data"), Input(Id.DONE, "data")
    )
    def fill_panel(selected: list[int], _done: Any) -> Any:
        return map_page.panel(snapshots.current(), selected)

    @app.callback(
        DONE,
        Input(Id.MAP_SPLIT, "n_clicks"),
        State(Id.MAP_SELECTION, "data"),
        prevent_initial_call=True,
    )
    def split_off(clicks: int | None, selected: list[int]) -> Any:
        if not clicks:
            return no_update
        return attempt(lambda: actions.split_off(library, snapshots.current(), selected))

    app.clientside_callback(
        ClientsideFunction("map", "watch"),
        Output(Id.MAP, "className"),
        Input(Id.MAP, "figure"),
    )

    app.clientside_callback(
        ClientsideFunction("map", "showFace"),
        Output(Id.MAP_TOOLTIP, "show"),
        Output(Id.MAP_TOOLTIP, "bbox"),
        Output(Id.MAP_TOOLTIP, "children"),
        Input(Id.MAP, "hoverData"),
        State(Id.MAP, "figure"),
    )


def _register_figure(app: Dash, snapshots: Snapshots) -> None:
    """Draw the map, and go to a person."""

    @app.callback(
        Output(Id.MAP, "figure"),
        Input(Id.DONE, "data"),
        Input(Id.MAP_COLOUR, "value"),
        State(Id.MAP_SELECTION, "data"),
        State(Id.MAP_FIND, "value", allow_optional=True),
        State(Id.MAP_ASKED, "data"),
    )
    def draw_map(
        _done: Any,
        colouring: figures.Colouring,
        selected: list[int],
        person: str | None,
        asked: str | None,
    ) -> Any:
        snapshot = snapshots.current()
        view = map_page.view(snapshot, person, asked)
        return map_page.figure(snapshot, colouring, selected, view)

    @app.callback(
        Output(Id.MAP, "figure", allow_duplicate=True),
        Input(Id.MAP_FIND, "value"),
        prevent_initial_call=True,
    )
    def look_at(person: str | None) -> Any:
        patch = Patch()
        for axis, says in figures.axes_of(map_page.view(snapshots.current(), person, None)).items():
            for what, value in says.items():
                patch["layout"][axis][what] = value
        return patch


def _register_selection(app: Dash, snapshots: Snapshots) -> None:
    """Let a click and a line select faces, and mark them."""

    @app.callback(
        Output(Id.MAP_SELECTION, "data"),
        Output(Id.MAP, "clickData"),
        Input(Id.MAP, "clickData"),
        State(Id.MAP_COLOUR, "value"),
        State(Id.MAP_CLICK, "value"),
        prevent_initial_call=True,
    )
    def click(event: Any, colouring: str, extent: str) -> Any:
        if not event:
            return no_update, no_update
        face, _ = event["points"][0]["customdata"]
        faces = actions.faces_around(snapshots.current(), face, colouring, extent == "whole")
        return faces, None  # None: so that the same point can be clicked again

    # In the browser: what is inside a line may be a hundred thousand faces.
    app.clientside_callback(
        ClientsideFunction("map", "drawLine"),
        Output(Id.MAP_SELECTION, "data", allow_duplicate=True),
        Input(Id.MAP, "selectedData"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Id.MAP_SELECTION, "data", allow_duplicate=True),
        Input(Id.MAP_CLEAR, "n_clicks"),
        prevent_initial_call=True,
    )
    def clear(clicks: int | None) -> Any:
        return [] if clicks else no_update

    app.clientside_callback(
        ClientsideFunction("map", "markSelection"),
        Output(Id.MAP, "figure", allow_duplicate=True),
        Input(Id.MAP_SELECTION, "data"),
        Input(Id.MAP, "selectedData"),
        State(Id.MAP, "figure"),
        prevent_initial_call=True,
    )


def _register_address(app: Dash, snapshots: Snapshots) -> None:
    """Let the address say what is selected, and follow it when the user goes back."""

    @app.callback(
        Output(Id.URL, "search", allow_duplicate=True),
        Input(Id.MAP_SELECTION, "data"),
        State(Id.URL, "search"),
        State(Id.URL, "pathname"),
        prevent_initial_call=True,
    )
    def tell(selected: list[int], search: str | None, path: str | None) -> Any:
        said = map_page.asked_faces(snapshots.current(), search)
        if path != addresses.MAP or set(said) == set(selected):
            return no_update
        return addresses.selection(selected)

    @app.callback(
        Output(Id.MAP_SELECTION, "data", allow_duplicate=True),
        Input(Id.URL, "search"),
        State(Id.MAP_SELECTION, "data"),
        State(Id.URL, "pathname"),
        prevent_initial_call=True,
    )
    def follow(search: str | None, selected: list[int], path: str | None) -> Any:
        said = map_page.asked_faces(snapshots.current(), search)
        too_long = not search and addresses.selection(selected) == ""
        if path != addresses.MAP or set(said) == set(selected) or too_long:
            return no_update
        return said
