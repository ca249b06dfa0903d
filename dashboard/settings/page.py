"""Settings: how sure automatic names must be, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.bands import Effect

from ..shared.components import labelled, page_head
from ..shared.ids import Id

PRECISIONS = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)


def layout() -> Component:
    """Return the page's frame; `body` fills it."""
    return html.Div(html.Div(id=Id.SETTINGS), className="page settings")


def body(
    wanted: float,
    effects: Sequence[Effect],
    library: Path,
    megabytes: float,
    folders: Sequence[Path],
) -> list[Component]:
    """Return the page's content.

    Args:
        wanted: the precision that holds now. effects: of each that can be chosen.
        megabytes: size of the library without its cache.
    """
    chosen = min(PRECISIONS, key=lambda one: abs(one - wanted))
    return [
        page_head("Settings", "Everything is on this computer, and stays here."),
        html.Section(
            [
                html.H2("How many automatic names have to be right?"),
                html.P(
                    "The more of them, the fewer faces get a name without a question. It holds at "
                    "once, and nothing is computed again.",
                    className="subtitle",
                ),
                dmc.SegmentedControl(
                    id=Id.PRECISION,
                    data=[{"value": str(p), "label": percentage(p)} for p in PRECISIONS],
                    value=str(chosen),
                    className="precision",
                    **labelled("Wanted precision"),
                ),
                _effects(effects, chosen),
            ],
            className="card home-card",
        ),
        html.Section(
            [
                html.H2("Where the data is"),
                html.P(["Library: ", html.Code(str(library), className="path")]),
                html.P(
                    f"{megabytes:,.1f} MB in one file, library.sqlite. A copy of it is a backup of "
                    "every name; the folder cache may be deleted at any time.",
                    className="subtitle",
                ),
                html.H3("Folders of photos"),
                html.Ul([html.Li(html.Code(str(one), className="path")) for one in folders])
                if folders
                else html.P("No folder was looked into yet.", className="subtitle"),
            ],
            className="card home-card",
        ),
        html.Section(
            [
                html.H2("Appearance"),
                html.P(
                    "The button at the top right switches between light and dark; at first it is "
                    "as your computer has it.",
                    className="subtitle",
                ),
            ],
            className="card home-card",
        ),
    ]


def percentage(precision: float) -> str:
    """Return '99.5 %'."""
    return f"{100 * precision:g} %"


def _effects(effects: Sequence[Effect], chosen: float) -> Component:
    if not any(effect.names for effect in effects):
        return html.P(
            "No face has an automatic name yet; the page of groups has a button that gives some.",
            className="subtitle",
        )
    head = html.Tr([html.Th(text, scope="col") for text in ("Right", "Names", "Wrong, about")])
    rows = [
        html.Tr(
            [
                html.Td(percentage(effect.precision)),
                html.Td(f"{effect.names:,}"),
                html.Td(f"{effect.expected_wrong:.0f}" if effect.names else "–"),
            ],
            className="chosen" if effect.precision == chosen else "",
        )
        for effect in effects
    ]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="effects")
    return html.Div([table, _curve(effects, chosen)], className="effect-row")


def _curve(effects: Sequence[Effect], chosen: float) -> Component:
    figure = go.Figure(
        go.Scatter(
            x=[percentage(effect.precision) for effect in effects],
            y=[effect.names for effect in effects],
            mode="lines+markers",
            line={"color": "#4263eb", "width": 2},
            marker={"size": [15 if e.precision == chosen else 8 for e in effects]},
            hovertemplate="%{y:,} names at %{x}<extra></extra>",
        )
    )
    quiet = "rgba(127, 140, 160, .25)"
    figure.update_layout(
        margin={"l": 48, "r": 12, "t": 12, "b": 36},
        height=220,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": "#7f8ca0"},
        xaxis={"type": "category", "gridcolor": quiet, "fixedrange": True},
        yaxis={"rangemode": "tozero", "gridcolor": quiet, "fixedrange": True, "title": "names"},
    )
    return dcc.Graph(figure=figure, config={"displayModeBar": False}, className="curve")
