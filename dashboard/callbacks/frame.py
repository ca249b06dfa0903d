"""What surrounds the pages: which of them is shown, and the counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard import components
from dashboard.callbacks import photo as photo_callbacks
from dashboard.ids import Id
from dashboard.pages import (
    groups,
    home,
    lookalike,
    people,
    resemblance,
    review,
    search,
    settings,
    slideshow,
    sort,
    verify,
)
from dashboard.pages import map as map_page
from dashboard.snapshot import Snapshots
from labeler.storage.store import Library


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    pages = _pages(library, snapshots)

    @app.callback(
        Output(Id.CONTENT, "children"), Input(Id.URL, "pathname"), State(Id.URL, "search")
    )
    def show_page(path: str | None, ending: str | None) -> Any:
        layout = pages.get((path or "/").split("/")[1])
        return layout(path or "/", ending) if layout else home.layout()

    @app.callback(Output(Id.COUNTS, "children"), Input(Id.DONE, "data"), Input(Id.URL, "pathname"))
    def show_counts(_done: Any, _path: Any) -> str:
        return components.counts_line(snapshots.current())

    app.clientside_callback(
        ClientsideFunction("faceLabeler", "markPage"),
        Output(Id.NAVIGATION, "className"),
        Input(Id.URL, "pathname"),
    )


def _pages(library: Library, snapshots: Snapshots) -> dict[str, Callable[[str, str | None], Any]]:
    """Return what makes each page, by the first word of its address, of the address and its end."""
    return {
        "groups": lambda path, _: groups.layout(path),
        "review": lambda *_: review.layout(),
        "map": lambda _, ending: map_page.layout(snapshots.current(), ending),
        "people": lambda path, _: people.layout(path),
        "ignored": lambda path, _: people.layout(path),
        "photo": lambda path, _: photo_callbacks.layout(library, snapshots.current(), path),
        "search": lambda *_: search.layout(),
        "resemblance": lambda _, ending: resemblance.layout(snapshots.current(), ending),
        "lookalike": lambda *_: lookalike.layout(),
        "verify": lambda *_: verify.layout(),
        "slideshow": lambda *_: slideshow.layout(),
        "sort": lambda *_: sort.layout(),
        "settings": lambda *_: settings.layout(),
    }
