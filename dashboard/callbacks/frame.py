"""What surrounds the pages: which of them is shown, the counts, the toast."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from dashboard import components
from dashboard.actions import Done
from dashboard.ids import Id
from dashboard.pages import groups, people, review
from dashboard.pages import map as map_page
from dashboard.snapshot import Snapshots


def register(app: Dash, snapshots: Snapshots) -> None:
    @app.callback(Output(Id.CONTENT, "children"), Input(Id.URL, "pathname"))
    def show_page(path: str | None) -> Any:
        if path == "/map":
            return map_page.layout(snapshots.current())
        if path == review.PATH:
            return review.layout()
        if path and (path == people.IGNORED_PATH or path.split("/")[1] == "people"):
            return people.layout(path)
        return groups.layout()

    @app.callback(Output(Id.COUNTS, "children"), Input(Id.DONE, "data"), Input(Id.URL, "pathname"))
    def show_counts(_done: Any, _path: Any) -> str:
        return components.counts_line(snapshots.current())

    @app.callback(Output(Id.TOAST, "children"), Input(Id.DONE, "data"), prevent_initial_call=True)
    def show_toast(done: dict[str, Any] | None) -> Any:
        if not done:
            return None
        return components.toast(Done(**done["what"]), done["serial"])

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "markPage"),
        Output(Id.NAVIGATION, "className"),
        Input(Id.URL, "pathname"),
    )
