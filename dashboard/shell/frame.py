"""What surrounds the pages: the links, which page is shown, the counts."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc
from dash.development.base_component import Component
from flask import Response, request

from labeler.people.steps import history

from ..shared import components
from ..shared.ids import Id
from .pages import PAGES, is_page, layout
from .session import Session


def links() -> list[Component]:
    """Return the links to the pages; each says by its class which others it stands for."""
    found: list[Component] = []
    for page in PAGES:
        below = [one for one in PAGES if one.under and one.under == page.address]
        stands_for = [f"for-{one.address}" for one in (page, *below)]
        classes = " ".join(["nav-link", *stands_for])
        if page.link:
            found.append(dcc.Link(page.link, href=f"/{page.address}", className=classes))
    return found


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
