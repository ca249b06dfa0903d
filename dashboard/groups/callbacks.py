"""The page of groups."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, Where, part
from ..shared.reading import clicked
from ..shell.session import Session
from . import page as groups
from . import strangers_page as strangers
from .strangers import kept
from .strangers import offer_again as offer_strangers_again


def register(app: Dash, session: Session) -> None:
    snapshots = session.snapshots

    @app.callback(
        Output(Id.GROUPS_DRAWN, "data"),
        Input(Id.DONE, "data"),
        Input(Id.GROUPS_SHOWN, "data"),
        Input(Id.GROUPS_EXPANDED, "data"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(part(Part.OFFERED, ALL), "data"),
        State(Id.GROUPS_ONLY, "data"),
    )
    def draw_groups(
        _done: Any, shown: int, expanded: list[int], chosen: Any, offered: Any, only: int | None
    ) -> Any:
        """The browser puts them on the page, with what is typed and clicked there by then."""
        snapshot = snapshots.current()
        more = only is None and groups.has_more(snapshot, shown)
        page = groups.body(snapshot, shown, expanded, _left_out(chosen, offered), only)
        return {"body": page, "more": {} if more else {"display": "none"}}

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
        return [*expanded, int(ctx.triggered_id["where"])] if clicked() else no_update

    @app.callback(Output(Id.STRANGERS, "children"), Input(Id.DONE, "data"))
    def fill_strangers(_done: Any) -> Any:
        return strangers.body(snapshots.current(), kept(session.library))

    @app.callback(DONE, Input(Id.STRANGERS_AGAIN, "n_clicks"), prevent_initial_call=True)
    def offer_again(clicks: int | None) -> Any:
        def again() -> Done:
            offer_strangers_again(session.library)
            return Done("The groups that you kept are offered again")

        return attempt(again) if clicks else no_update

    app.clientside_callback(
        ClientsideFunction("groups", "countStrangers"),
        Output(part(Part.IGNORE, Where.STRANGERS), "children"),
        Output(part(Part.IGNORE, Where.ALL_STRANGERS), "children"),
        Input(part(Part.CHOSEN, Where.STRANGERS), "value"),
        State(part(Part.OFFERED, Where.STRANGERS), "data"),
        State(Id.STRANGERS_ALL, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("typingAhead", "draw"),
        Output(Id.GROUPS, "children"),
        Output(Id.GROUPS_MORE, "style"),
        Input(Id.GROUPS_DRAWN, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("typingAhead", "answered"),
        Output(Id.GROUPS, "className"),
        Input(Id.DONE, "data"),
    )


def _left_out(chosen: list[list[str]], offered: list[list[int]]) -> set[int]:
    left_out: set[int] = set()
    for ticked, shown in zip(chosen, offered, strict=True):
        left_out |= set(shown) - {int(face) for face in ticked or []}
    return left_out
