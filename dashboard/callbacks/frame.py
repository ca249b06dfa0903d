"""What surrounds the pages: which of them is shown, the counts, the toast."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard import addresses, components
from dashboard.actions import Done
from dashboard.callbacks import photo as photo_callbacks
from dashboard.ids import Id
from dashboard.pages import groups, home, people, photo, review, settings, slideshow, sort
from dashboard.pages import map as map_page
from dashboard.snapshot import Snapshots
from labeler.storage.store import Library


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    @app.callback(
        Output(Id.CONTENT, "children"), Input(Id.URL, "pathname"), State(Id.URL, "search")
    )
    def show_page(path: str | None, search: str | None) -> Any:
        if path and path.split("/")[1] == "groups":
            return groups.layout(path)
        if path == addresses.SLIDESHOW:
            return slideshow.layout()
        if path == "/sort":
            return sort.layout()
        if path == "/settings":
            return settings.layout()
        if path == "/map":
            return map_page.layout(snapshots.current(), search)
        if path == review.PATH:
            return review.layout()
        if path and (path == people.IGNORED_PATH or path.split("/")[1] == "people"):
            return people.layout(path)
        if path and path.split("/")[1] == "photo":
            return photo.layout(snapshots.current(), path, *photo_callbacks.look_up(library, path))
        return home.layout()

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
