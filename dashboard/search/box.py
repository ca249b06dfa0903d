"""The search box in the header of every page. Its keys are in `assets/search.js`."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from ..shared.components import attribute, labelled
from ..shared.ids import Id


def search_box() -> Component:
    """Return the box with its help; on a narrow screen a button opens it."""
    opener = html.Button(
        html.Span(className="glyph glyph-search"),
        type="button",
        title="Search (/)",
        className="icon-button search-open",
        disable_n_clicks=True,
        **labelled("Search"),
    )
    field = dcc.Input(
        id=Id.SEARCH_BOX,
        type="text",
        value="",
        placeholder="Search photos",
        autoComplete="off",
        spellCheck="false",
        list=Id.SEARCH_NAMES,
        className="search-input",
    )
    ask = html.Button(
        "?",
        id=Id.SEARCH_ASK,
        n_clicks=0,
        type="button",
        title="What can be asked",
        className="search-ask",
        **labelled("What can be asked"),
        **attribute("aria-expanded", "false"),
        **attribute("aria-controls", Id.SEARCH_HELP),
    )
    label = html.Label("Search photos", htmlFor=Id.SEARCH_BOX, className="search-label")
    row = html.Div(
        [html.Span(className="glyph glyph-search"), label, field, ask], className="search-row"
    )
    names = html.Datalist(id=Id.SEARCH_NAMES)
    help_ = html.Div(id=Id.SEARCH_HELP, hidden=True, className="search-help card")
    return html.Div([opener, row, names, help_], className="search", role="search")
