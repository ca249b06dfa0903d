"""The page of groups."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from ..shared.ids import Id, Part, Where, part
from ..shared.reading import States, clicked
from ..shell.session import Session
from . import page as groups
from . import strangers_page as strangers


def register(app: Dash, session: Session) -> None:
    snapshots = session.snapshots

    @app.callback(
        Output(Id.GROUPS, "children"),
        Output(Id.GROUPS_MORE, "style"),
        Input(Id.DONE, "data"),
        Input(Id.GROUPS_SHOWN, "data"),
        Input(Id.GROUPS_EXPANDED, "data"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(part(Part.OFFERED, ALL), "data"),
        State(part(Part.NAME, ALL), "value"),
        State(Id.GROUPS_ONLY, "data"),
    )
    def fill_groups(
        done: dict[str, Any] | None,
        shown: int,
        expanded: list[int],
        chosen: Any,
        offered: Any,
        _names: Any,
        only: int | None,
    ) -> Any:
        snapshot = snapshots.current()
        left_out = _left_out(chosen, offered)
        sent = done["sent"] if done and ctx.triggered_id == Id.DONE else None
        drafts = _drafts(ctx.states_list[2], sent)
        more = only is None and groups.has_more(snapshot, shown)
        page = groups.body(snapshot, shown, expanded, left_out, drafts, only)
        return page, {} if more else {"display": "none"}

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
        return strangers.body(snapshots.current())

    app.clientside_callback(
        ClientsideFunction("groups", "countStrangers"),
        Output(part(Part.IGNORE, Where.STRANGERS), "children"),
        Output(part(Part.IGNORE, Where.ALL_STRANGERS), "children"),
        Output(part(Part.IGNORE, Where.STRANGERS), "disabled"),
        Input(part(Part.CHOSEN, Where.STRANGERS), "value"),
        State(part(Part.OFFERED, Where.STRANGERS), "data"),
        State(Id.STRANGERS_ALL, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("faceLabeler", "focusNextName"),
        Output(Id.GROUPS, "className"),
        Input(Id.GROUPS, "children"),
        State(Id.DONE, "data"),
    )


def _drafts(names: States, sent: str | None) -> dict[str, str]:
    """Return what stands in the name fields, by group, but for the field that was sent."""
    typed = {name["id"]["where"]: name.get("value") or "" for name in names}
    return {where: text for where, text in typed.items() if where != sent}


def _left_out(chosen: list[list[str]], offered: list[list[int]]) -> set[int]:
    left_out: set[int] = set()
    for ticked, shown in zip(chosen, offered, strict=True):
        left_out |= set(shown) - {int(face) for face in ticked or []}
    return left_out
