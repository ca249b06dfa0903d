"""What surrounds the pages: the links, which page is shown, the counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from labeler.people.steps import history

from ..shared import addresses, components
from ..shared.components import labelled
from ..shared.ids import Id
from .pages import PAGES, Page, is_page, layout
from .places import PLACES
from .session import Session

_SMALL = (("history", addresses.HISTORY, "History"), ("settings", "/settings", "Settings"))
"""Pages in no place: icon, address and name."""


def links() -> list[Component]:
    """Return the links to the five places; each says by its class for which pages it stands."""
    return [
        dcc.Link(
            [html.Span(className=f"glyph glyph-{place.glyph}"), html.Span(place.link)],
            href=f"/{place.address}",
            className=_stands_for("nav-link", (page for page in PAGES if page.place == place)),
        )
        for place in PLACES
    ]


def small_links() -> list[Component]:
    """Return the small links to the pages that are in none of the places."""
    return [
        dcc.Link(
            [html.Span(className=f"glyph glyph-{glyph}"), html.Span(name, className="unseen")],
            href=address,
            title=name,
            className=f"icon-button small-link for-{address[1:]}",
        )
        for glyph, address, name in _SMALL
    ]


def tabs() -> list[Component]:
    """Return the tabs of each place that has several pages; the browser shows those of one."""
    rows: list[Component] = []
    for place in PLACES:
        own = [page for page in PAGES if page.place == place]
        linked = [page for page in own if page.link]
        if not linked:
            continue
        links = [
            dcc.Link(
                page.link,
                href=f"/{page.address}",
                className=_stands_for(
                    "place-tab", (one for one in own if page.address in (one.address, one.under))
                ),
            )
            for page in linked
        ]
        rows.append(
            html.Nav(
                links, hidden=True, className=_stands_for("place-tabs", own), **labelled(place.link)
            )
        )
    return rows


def _stands_for(class_name: str, pages: Iterable[Page]) -> str:
    return " ".join([class_name, *(f"for-{page.address}" for page in pages)])


def register(app: Dash, session: Session) -> None:
    @app.server.after_request
    def say_not_found(response: Response) -> Response:
        """Answer for an address without a page as for any that there is not; what comes with it
        says so, too."""
        rule = request.url_rule
        if rule is not None and rule.rule == "/<path:path>" and not is_page(request.path):
            response.status_code = 404
        return response

    @app.callback(
        Output(Id.CONTENT, "children"), Input(Id.URL, "pathname"), State(Id.URL, "search")
    )
    def show_page(path: str | None, ending: str | None) -> Any:
        return layout(session, path or "/", ending)

    @app.callback(Output(Id.COUNTS, "children"), Input(Id.DONE, "data"), Input(Id.URL, "pathname"))
    def show_counts(_done: Any, _path: Any) -> str:
        return components.counts_line(session.snapshots.current())

    @app.callback(
        Output(Id.UNDO_LAST, "disabled"),
        Output(Id.UNDO_LAST, "title"),
        Output(Id.REDO_LAST, "disabled"),
        Output(Id.REDO_LAST, "title"),
        Input(Id.DONE, "data"),
    )
    def show_next_steps(_done: Any) -> Any:
        back, again = history.next_steps(session.library)
        undo = f"Undo: {back} (U)" if back else "Nothing to undo"
        return not back, undo, not again, f"Redo: {again}" if again else "Nothing to redo"

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "markPage"),
        Output(Id.NAVIGATION, "className"),
        Input(Id.URL, "pathname"),
    )
