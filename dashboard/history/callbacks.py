"""The page of all decisions."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from labeler.people.steps import history as decisions

from ..shared.ids import Id
from ..shell.session import Session
from . import page


def register(app: Dash, session: Session) -> None:
    @app.callback(
        Output(Id.HISTORY, "children"),
        Output(Id.HISTORY_MORE, "style"),
        Input(Id.DONE, "data"),
        Input(Id.HISTORY_SHOWN, "data"),
    )
    def fill_history(_done: Any, shown: int) -> Any:
        found = decisions.history(session.library, shown + 1)
        return page.body(found[:shown]), {} if len(found) > shown else {"display": "none"}

    @app.callback(
        Output(Id.HISTORY_SHOWN, "data"),
        Input(Id.HISTORY_MORE, "n_clicks"),
        State(Id.HISTORY_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_more(clicks: int | None, shown: int) -> Any:
        return shown + page.A_TIME if clicks else no_update
