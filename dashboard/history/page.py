"""The page of all decisions, the latest first, with a button on each that takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.history import Decision

from ..shared.components import button, decision_rows, empty_state, page_head
from ..shared.ids import Id

A_TIME = 200


def layout() -> Component:
    """Return the page's frame; `body` fills it."""
    return html.Div(
        [
            html.Div(id=Id.HISTORY),
            button(
                "Show older ones", Id.HISTORY_MORE, class_name="more", style={"display": "none"}
            ),
            dcc.Store(id=Id.HISTORY_SHOWN, data=A_TIME),
        ],
        className="page",
    )


def body(decisions: Sequence[Decision]) -> list[Component]:
    """Return the decisions, which are given latest first."""
    if not decisions:
        return [empty_state("Nothing was decided yet", ["Names that you give are listed here."])]
    words = "Everything you said, the latest first. Taking back one leaves the others as they are."
    rows = html.Ol(decision_rows(decisions), className="history")
    return [page_head("History", words), html.Section(rows, className="card home-card")]
