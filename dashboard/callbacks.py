"""All callbacks. Each reads what the browser says, makes one call and hands back the answer.

Whatever changes the library answers with the store DONE; whatever shows the library listens to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, Patch, State, ctx, no_update

from dashboard import actions, components, figures
from dashboard.actions import Done
from dashboard.ids import Id, Part, part
from dashboard.pages import groups, people
from dashboard.pages import map as map_page
from dashboard.snapshot import Snapshot, Snapshots
from labeler.store import Library

States = list[dict[str, Any]]
"""Ids and values of the components that match a pattern."""

_DECISIONS = (Part.SUBMIT, Part.SUGGESTED, Part.REJECT, Part.IGNORE, Part.UNLABEL)
_DONE = Output(Id.DONE, "data", allow_duplicate=True)


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    """Add all callbacks to the app."""
    _register_frame(app, snapshots)
    _register_actions(app, library, snapshots)
    _register_groups(app, snapshots)
    _register_people(app, snapshots)
    _register_map(app, snapshots)


def _register_frame(app: Dash, snapshots: Snapshots) -> None:
    @app.callback(Output(Id.CONTENT, "children"), Input(Id.URL, "pathname"))
    def show_page(path: str | None) -> Any:
        if path == "/map":
            return map_page.layout(snapshots.current())
        if path and (path == people.IGNORED_PATH or path.split("/")[1] == "people"):
            return people.layout(path)
        return groups.layout()

    @app.callback(Output(Id.COUNTS, "children"), Input(Id.DONE, "data"), Input(Id.URL, "pathname"))
    def show_counts(_done: Any, _path: Any) -> str:
        return components.counts_line(snapshots.current())

    @app.callback(Output(Id.TOAST, "children"), Input(Id.DONE, "data"), prevent_initial_call=True)
    def show_toast(done: dict[str, Any] | None) -> Any:
        if not done:
            return None
        return components.toast(Done(**done["what"]), done["serial"])

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "markPage"),
        Output(Id.NAVIGATION, "className"),
        Input(Id.URL, "pathname"),
    )


def _register_actions(app: Dash, library: Library, snapshots: Snapshots) -> None:
    serial = count(1)

    def attempt(action: Callable[[], Done], where: str | None = None) -> dict[str, Any]:
        done = actions.attempt(action)
        sent = None if done.failed else where  # the field whose text has served its purpose
        return {"what": asdict(done), "serial": next(serial), "sent": sent}

    @app.callback(
        _DONE,
        [Input(part(kind, ALL), "n_clicks") for kind in _DECISIONS],
        State(part(Part.NAME, ALL), "value"),
        State(part(Part.SUGGESTED, ALL), "value"),
        State(part(Part.REJECT, ALL), "value"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(part(Part.OFFERED, ALL), "data"),
        State(Id.MAP_SELECTION, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    def decide(*_: Any) -> Any:
        if not _clicked():
            return no_update
        where = ctx.triggered_id["where"]
        return attempt(lambda: _decide(library, snapshots.current(), *ctx.states_list), where)

    @app.callback(_DONE, Input(part(Part.UNDO, ALL), "n_clicks"), prevent_initial_call=True)
    def undo(_clicks: Any) -> Any:
        if not _clicked():
            return no_update
        entry = int(ctx.triggered_id["where"])
        return attempt(lambda: actions.undo(library, entry))

    @app.callback(_DONE, Input(Id.UNDO_LAST, "n_clicks"), prevent_initial_call=True)
    def undo_last(_clicks: Any) -> Any:
        return attempt(lambda: actions.undo(library))

    @app.callback(_DONE, Input(Id.RECOGNIZE, "n_clicks"), prevent_initial_call=True)
    def recognize(clicks: int | None) -> Any:
        return attempt(lambda: actions.recognize(library)) if clicks else no_update


def _decide(
    library: Library,
    snapshot: Snapshot,
    names: States,
    suggested: States,
    rejected: States,
    chosen: States,
    offered: States,
    selection: dict[str, Any],
) -> Done:
    """Do what the button says that was clicked, with the faces and the name beside it."""
    kind, where = ctx.triggered_id["part"], ctx.triggered_id["where"]
    faces = actions.meant_faces(
        snapshot,
        where,
        _at(where, offered) or [],
        [int(face) for face in _at(where, chosen) or []],
        selection.get("value") or [],
    )
    if kind == Part.IGNORE:
        return actions.ignore(library, faces)
    if kind == Part.UNLABEL:
        return actions.unlabel(library, faces)
    if kind == Part.REJECT:
        return actions.reject(library, faces, _at(where, rejected) or "")
    person = _at(where, names if kind == Part.SUBMIT else suggested)
    return actions.name(library, faces, person or "")


def _register_groups(app: Dash, snapshots: Snapshots) -> None:
    @app.callback(
        Output(Id.GROUPS, "children"),
        Output(Id.GROUPS_MORE, "style"),
        Input(Id.DONE, "data"),
        Input(Id.GROUPS_SHOWN, "data"),
        Input(Id.GROUPS_EXPANDED, "data"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(part(Part.OFFERED, ALL), "data"),
        State(part(Part.NAME, ALL), "value"),
    )
    def fill_groups(
        done: dict[str, Any] | None,
        shown: int,
        expanded: list[int],
        chosen: Any,
        offered: Any,
        _names: Any,
    ) -> Any:
        snapshot = snapshots.current()
        left_out = _left_out(chosen, offered)
        sent = done["sent"] if done and ctx.triggered_id == Id.DONE else None
        drafts = _drafts(ctx.states_list[2], sent)
        more = {} if groups.has_more(snapshot, shown) else {"display": "none"}
        return groups.body(snapshot, shown, expanded, left_out, drafts), more

    @app.callback(
        Output(Id.GROUPS_SHOWN, "data"),
        Input(Id.GROUPS_MORE, "n_clicks"),
        State(Id.GROUPS_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_more(clicks: int | None, shown: int) -> Any:
        return shown + groups.GROUPS_A_TIME if clicks else no_update

    @app.callback(
        Output(Id.GROUPS_EXPANDED, "data"),
        Input(part(Part.EXPAND, ALL), "n_clicks"),
        State(Id.GROUPS_EXPANDED, "data"),
        prevent_initial_call=True,
    )
    def expand(_clicks: Any, expanded: list[int]) -> Any:
        return [*expanded, int(ctx.triggered_id["where"])] if _clicked() else no_update

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "focusNextName"),
        Output(Id.GROUPS, "className"),
        Input(Id.GROUPS, "children"),
        State(Id.DONE, "data"),
    )


def _register_people(app: Dash, snapshots: Snapshots) -> None:
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
        return more if _clicked() else no_update


def _register_map(app: Dash, snapshots: Snapshots) -> None:
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


def _clicked() -> bool:
    """Tell whether a button was really clicked: new buttons trigger their callback as well."""
    return any(trigger["value"] for trigger in ctx.triggered)


def _at(where: str, states: States) -> Any:
    """Return the value of the component at a place."""
    return next((s.get("value") for s in states if s["id"]["where"] == where), None)


def _drafts(names: States, sent: str | None) -> dict[str, str]:
    """Return what stands in the name fields, by group, but for the field that was sent."""
    typed = {name["id"]["where"]: name.get("value") or "" for name in names}
    return {where: text for where, text in typed.items() if where != sent}


def _left_out(chosen: list[list[str]], offered: list[list[int]]) -> set[int]:
    left_out: set[int] = set()
    for ticked, shown in zip(chosen, offered, strict=True):
        left_out |= set(shown) - {int(face) for face in ticked or []}
    return left_out


def _faces_of(event: dict[str, Any] | None) -> list[int]:
    """Return the ids of the faces of a plotly event."""
    return [point["customdata"][0] for point in event["points"]] if event else []
