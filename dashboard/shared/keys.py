"""What tells people of a page's keys."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from .components import attribute, labelled


def keys_button() -> Component:
    """Return the button that opens the list of keys."""
    return html.Button(
        ["Keys", html.Kbd("?")],
        type="button",
        className="keys-button",
        disable_n_clicks=True,
        **attribute("data-help", "open"),
    )


def keys_list(keys: Sequence[tuple[Sequence[str], str]]) -> Component:
    """Return the list of a page's keys, which the button or the key ? opens.

    Args:
        keys: keys with the same meaning, and that meaning.
    """
    rows = [
        row
        for names, what in keys
        for row in (html.Dt([html.Kbd(name) for name in names]), html.Dd(what))
    ]
    close = html.Button(
        "Close",
        type="button",
        className="keys-close",
        disable_n_clicks=True,
        **attribute("data-help", "close"),
    )
    return html.Dialog(
        [html.H2("Keys"), html.Dl(rows), close], className="keys-help", **labelled("Keys")
    )
