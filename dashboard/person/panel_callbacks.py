"""What opens below the head of a person's page, and what its buttons do."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import split

from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shared.reading import clicked, has_failed
from ..shell.session import Session
from ..shell.snapshot import Snapshots
from . import actions as person_actions
from . import panels

_WHO = State(Id.PERSON_MEANT, "data")


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots
    _show(app, library, snapshots)
    _change(app, library, snapshots)


def _show(app: Dash, library: Library, snapshots: Snapshots) -> None:
    """Add what opens, closes and fills the panels."""

    @app.callback(
        Output(Id.PERSON_PANEL_OPEN, "data"),
        Input(part(Part.PANEL, ALL), "n_clicks"),
        State(Id.PERSON_PANEL_OPEN, "data"),
        prevent_initial_call=True,
    )
    def open_or_close(_clicks: Any, is_open: str) -> Any:
        if not clicked():
            return no_update
        kind = ctx.triggered_id["where"]
        return "" if kind == is_open else kind

    @app.callback(
        Output(Id.PERSON_MEANT, "data"),
        Output(Id.PERSON_PANEL_OPEN, "data", allow_duplicate=True),
        Input(part(Part.RENAME, ALL), "n_clicks"),
        _WHO,
        State(Id.PERSON_PANEL_OPEN, "data"),
        prevent_initial_call=True,
    )
    def rename_one_of_all(_clicks: Any, who: str, is_open: str) -> Any:
        if not clicked():
            return no_update, no_update
        wanted = ctx.triggered_id["where"]
        return wanted, "" if is_open and wanted == who else "rename"

    @app.callback(
        Output(Id.PERSON_PANEL_OPEN, "data", allow_duplicate=True),
        Input(Id.DONE, "data"),
        prevent_initial_call=True,
    )
    def close(done: dict[str, Any] | None) -> Any:
        return no_update if done is None or has_failed(done) else ""

    @app.callback(
        Output(Id.PERSON_PANEL, "children"),
        Input(Id.PERSON_PANEL_OPEN, "data"),
        Input(Id.PERSON_MEANT, "data"),
    )
    def fill_panel(kind: str, who: str) -> Any:
        return panels.panel(snapshots.current(), kind, who) if kind else []

    @app.callback(
        Output(Id.PERSON_TAKEN, "children"),
        Input(Id.PERSON_NEW_NAME, "value"),
        _WHO,
        prevent_initial_call=True,
    )
    def look_up_name(typed: str | None, who: str) -> Any:
        return panels.name_taken(snapshots.current(), who, typed or "")

    @app.callback(
        Output(Id.PERSON_PAIR, "children"),
        Input(Id.PERSON_INTO, "value"),
        _WHO,
        prevent_initial_call=True,
    )
    def show_pair(other: str | None, who: str) -> Any:
        return panels.pair(snapshots.current(), who, other)

    @app.callback(
        Output(Id.PERSON_DIVISION, "children"),
        Input(Id.PERSON_PARTS, "value"),
        _WHO,
    )
    def show_division(parts: str | None, who: str) -> Any:
        try:
            number = int(parts) if parts else None
            proposed = split.propose(library, person=who, parts=number)
        except LabelerError as error:
            return panels.refusal(str(error))
        return panels.division(snapshots.current(), proposed, number is not None)

    app.clientside_callback(
        ClientsideFunction("people", "showPanel"),
        Output(Id.PERSON_PANEL, "className"),
        Input(Id.PERSON_PANEL_OPEN, "data"),
        Input(Id.PERSON_PANEL, "children"),
        Input(Id.PERSON_HEAD, "children", allow_optional=True),
        _WHO,
    )


def _change(app: Dash, library: Library, snapshots: Snapshots) -> None:
    """Add what changes the library."""

    @app.callback(
        DONE,
        Input(Id.PERSON_RENAME, "n_clicks"),
        State(Id.TYPED, "data"),
        _WHO,
        prevent_initial_call=True,
    )
    def rename(clicks: int | None, name: str | None, who: str) -> Any:
        if not clicks:
            return no_update
        return attempt(lambda: person_actions.rename(library, who, name or ""))

    @app.callback(
        DONE,
        Input(part(Part.MERGE, ALL), "n_clicks"),
        State(Id.PERSON_MEANT, "data", allow_optional=True),  # when the page goes, buttons report
        prevent_initial_call=True,
    )
    def merge(_clicks: Any, who: str) -> Any:
        if not clicked():
            return no_update
        other = ctx.triggered_id["where"]
        return attempt(lambda: person_actions.merge(library, who, other))

    @app.callback(DONE, Input(part(Part.HIDE, ALL), "n_clicks"), prevent_initial_call=True)
    def hide_or_show(_clicks: Any) -> Any:
        if not clicked():
            return no_update
        who = ctx.triggered_id["where"]
        return attempt(lambda: person_actions.hide_or_show(library, snapshots.current(), who))

    @app.callback(
        DONE,
        Input(Id.PERSON_DIVIDE, "n_clicks"),
        State(Id.PERSON_PROPOSED, "data"),
        _WHO,
        prevent_initial_call=True,
    )
    def divide(clicks: int | None, parts: list[list[int]], who: str) -> Any:
        if not clicks:
            return no_update
        return attempt(lambda: person_actions.divide(library, who, parts))

    @app.callback(
        DONE,
        Input(Id.PERSON_BORN_SAVE, "n_clicks"),
        State(Id.TYPED, "data"),
        _WHO,
        prevent_initial_call=True,
    )
    def set_birth(clicks: int | None, day: str | None, who: str) -> Any:
        if not clicks:
            return no_update
        today = date.today()
        return attempt(lambda: person_actions.set_birth(library, who, day, today))

    @app.callback(
        DONE,
        Input(Id.PERSON_BORN_FORGET, "n_clicks"),
        _WHO,
        prevent_initial_call=True,
    )
    def forget_birth(clicks: int | None, who: str) -> Any:
        if not clicks:
            return no_update
        return attempt(lambda: person_actions.forget_birth(library, who))
