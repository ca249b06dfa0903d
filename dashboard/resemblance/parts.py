"""What the pages about likeness share: tabs, the place to drop photos, drawings, refusals."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from ..lookalike.uploads import MOST_BYTES, too_large
from ..shared import addresses
from ..shared.components import attribute, labelled

TABS = (
    (addresses.RESEMBLANCE, "Resemblance"),
    (addresses.LOOKALIKE, "Look-alikes"),
    (addresses.VERIFY, "Same person?"),
)
PRIVATE = (
    "It is not added to the library and not kept: the program forgets it when you leave this page. "
    f"Up to {MOST_BYTES // 1_000_000} MB."
)


def tabs(here: str) -> Component:
    """Return the links between the pages about likeness; `here` is the address of this one."""
    links = [
        html.Span(text, className="kin-tab here", **attribute("aria-current", "page"))
        if path == here
        else dcc.Link(text, href=path, className="kin-tab")
        for path, text in TABS
    ]
    return html.Nav(links, className="kin-tabs", **labelled("About likeness"))


def drop_zone(store: str, many: bool) -> Component:
    """Return where photos are dropped, chosen or pasted; their tokens come into a store."""
    what = "photos" if many else "a photo"
    private = PRIVATE.replace("It is", "They are").replace("forgets it", "forgets them")
    return html.Section(
        [
            html.P([f"Drop {what} here, paste one with Ctrl V, or "], className="drop-words"),
            html.Button(
                f"Choose {what}",
                type="button",
                className="main-action drop-choose",
                disable_n_clicks=True,
            ),
            html.P(private if many else PRIVATE, className="hint"),
            html.P(className="drop-said", role="status"),
            dcc.Store(id=store, data=[]),
        ],
        className="card drop-zone",
        **attribute("data-store", store),
        **attribute("data-many", "yes" if many else "no"),
        **attribute("data-most", str(MOST_BYTES)),
        **attribute("data-large", too_large("NAME")),
        **labelled(f"Drop {what}"),
    )


def loading(identity: str) -> Component:
    """Return a place that a callback fills; what is there fades while it takes its time."""
    return dcc.Loading(
        html.Div(id=identity),
        delay_show=400,
        type="dot",
        overlay_style={"visibility": "visible", "opacity": 0.5},
    )


def drawing(svg: str) -> Component:
    """Return a place into which the browser puts a drawing of ours (drawings.js)."""
    return html.Div(className="drawing", **attribute("data-svg", svg))


def refusal(text: str) -> Component:
    """Return why there is nothing to show."""
    return html.P(text, className="kin-refusal", role="status")
