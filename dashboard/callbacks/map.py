"""The map."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, Patch, State, no_update

from dashboard import actions, figures
from dashboard.ids import Id
from dashboard.pages import map as map_page
from dashboard.snapshot import Snapshots


def register(app: Dash, snapshots: Snapshots) -> None:
    @app.callback(
        Output(Id.MAP, "figure"),
        Input(Id.DONE, "data"),
        Input(Id.MAP_COLOUR, "value"),
        State(Id.MAP_SELECTION, "data"),
    )
    def draw_map(_done: Any, colouring: figures.Colouring, selected: list[int]) -> Any:
        return map_page.figure(snapshots.current(), colouring, selected)

    @app.callback(
        Output(Id.MAP_PANEL, "children"), Input(Id.MAP_SELECTION, "data"), Input(Id.DONE, "data")
    )
    def fill_panel(selected: list[int], _done: Any) -> Any:
        return map_page.panel(snapshots.current(), selected)

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
        (face,) = _faces_of(event)[:1]
        faces = actions.faces_around(snapshots.current(), face, colouring, extent == "whole")
        return faces, None  # None: so that the same point can be clicked again

    @app.callback(
        Output(Id.MAP_SELECTION, "data", allow_duplicate=True),
        Input(Id.MAP, "selectedData"),
        prevent_initial_call=True,
    )
    def draw_line(event: Any) -> Any:
        # Plotly also reports that a line has gone, before and after a click: that says nothing.
        return _faces_of(event) or no_update

    @app.callback(
        Output(Id.MAP_SELECTION, "data", allow_duplicate=True),
        Input(Id.MAP_CLEAR, "n_clicks"),
        prevent_initial_call=True,
    )
    def clear(clicks: int | None) -> Any:
        return [] if clicks else no_update

    @app.callback(
        Output(Id.MAP, "figure", allow_duplicate=True),
        Input(Id.MAP_SELECTION, "data"),
        Input(Id.MAP, "selectedData"),
        State(Id.MAP_COLOUR, "value"),
        prevent_initial_call=True,
    )
    def mark_selection(selected: list[int], line: Any, colouring: figures.Colouring) -> Any:
        if selected and set(_faces_of(line)) == set(selected):
            return no_update  # plotly has marked what is inside the line
        rows = snapshots.current().faces
        patch = Patch()
        for trace, points in enumerate(figures.selected_points(rows, colouring, selected)):
            patch["data"][trace]["selectedpoints"] = points
        patch["layout"]["selections"] = []
        patch["layout"]["selectionrevision"] = selected
        return patch

    @app.callback(
        Output(Id.MAP, "figure", allow_duplicate=True),
        Input(Id.MAP_FIND, "value"),
        prevent_initial_call=True,
    )
    def look_at(person: str | None) -> Any:
        patch = Patch()
        snapshot = snapshots.current()
        view = figures.view_of(snapshot.of_person.get(person, [])) if person else None
        for axis, bounds in zip(("xaxis", "yaxis"), view or (None, None), strict=True):
            patch["layout"][axis]["range"] = bounds
            patch["layout"][axis]["autorange"] = bounds is None
            patch["layout"][axis]["uirevision"] = person or "map"  # or plotly stays where it was
        return patch

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "keepNamesApart"),
        Output(Id.MAP, "className"),
        Input(Id.MAP, "figure"),
    )
    app.clientside_callback(
        ClientsideFunction("faceLabeler", "showFace"),
        Output(Id.MAP_TOOLTIP, "show"),
        Output(Id.MAP_TOOLTIP, "bbox"),
        Output(Id.MAP_TOOLTIP, "children"),
        Input(Id.MAP, "hoverData"),
        State(Id.MAP, "figure"),
    )


def _faces_of(event: dict[str, Any] | None) -> list[int]:
    """Return the ids of the faces of a plotly event."""
    return [point["customdata"][0] for point in event["points"]] if event else []
