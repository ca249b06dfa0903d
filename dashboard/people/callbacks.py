"""The page of all people, and that of the ignored faces."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from ..person import callbacks as person_callbacks
from ..shared.addresses import asked
from ..shared.ids import Id
from ..shared.reading import has_failed
from ..shell.session import Session
from . import ignored_page as ignored
from . import page as people

_SHOWN: dict[str, str] = {}
_NOT_SHOWN = {"display": "none"}


def register(app: Dash, session: Session) -> None:
    """Add the callbacks of these pages, and those of one person's, whose address is below them."""
    person_callbacks.register(app, session)
    snapshots = session.snapshots

    @app.callback(
        Output(Id.PEOPLE_HEAD, "children"),
        Output(Id.PEOPLE_FIND, "style"),
        Input(Id.DONE, "data"),
        Input(Id.URL, "search"),
    )
    def fill_head(_done: Any, search: str | None) -> Any:
        snapshot = snapshots.current()
        head = people.head(snapshot, asked(search, "sort"), bool(asked(search, "hidden")))
        return head, _SHOWN if snapshot.people else _NOT_SHOWN

    @app.callback(
        Output(Id.PEOPLE_CARDS, "children"),
        Output(Id.PEOPLE_MORE, "style"),
        Input(Id.DONE, "data"),
        Input(Id.URL, "search"),
        Input(Id.PEOPLE_SEARCH, "value"),
        Input(Id.PEOPLE_SHOWN, "data"),
    )
    def fill_cards(_done: Any, search: str | None, query: str | None, shown: int) -> Any:
        snapshot, hidden = snapshots.current(), bool(asked(search, "hidden"))
        cards = people.cards(snapshot, query or "", asked(search, "sort"), hidden, shown)
        more = people.has_more(snapshot, query or "", hidden, shown)
        return cards, _SHOWN if more else _NOT_SHOWN

    @app.callback(
        Output(Id.PEOPLE_SHOWN, "data"),
        Input(Id.PEOPLE_MORE, "n_clicks"),
        State(Id.PEOPLE_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_more_people(clicks: int | None, shown: int) -> int:
        return shown + people.CARDS_A_TIME if clicks else shown

    @app.callback(
        Output(Id.IGNORED_PAGE, "children"),
        Output(Id.IGNORED_MORE, "style"),
        Input(Id.DONE, "data"),
        Input(Id.IGNORED_SHOWN, "data"),
    )
    def fill_ignored(done: Any, shown: int) -> Any:
        if has_failed(done):
            return no_update, no_update  # what is chosen stays so
        snapshot = snapshots.current()
        more = _SHOWN if ignored.has_more(snapshot, shown) else _NOT_SHOWN
        return ignored.body(snapshot, shown), more

    @app.callback(
        Output(Id.IGNORED_SHOWN, "data"),
        Input(Id.IGNORED_MORE, "n_clicks"),
        State(Id.IGNORED_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_more_ignored(clicks: int | None, shown: int) -> int:
        return shown + ignored.FACES_A_TIME if clicks else shown

    app.clientside_callback(
        ClientsideFunction("people", "keepInAddress"),
        Output(Id.URL, "search", allow_duplicate=True),
        Input(Id.PEOPLE_ORDER, "value"),
        Input(Id.PEOPLE_HIDDEN, "checked"),
        State(Id.URL, "search"),
        prevent_initial_call=True,
    )
