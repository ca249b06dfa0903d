"""The page of settings."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, no_update

from dashboard import actions
from dashboard.callbacks.decisions import DONE, attempt
from dashboard.ids import Id
from dashboard.pages import settings
from dashboard.snapshot import Snapshots
from labeler.pipeline import bands, folders
from labeler.storage.store import Library


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    @app.callback(Output(Id.SETTINGS, "children"), Input(Id.DONE, "data"))
    def fill_settings(_done: Any) -> Any:
        return settings.body(
            bands.wanted_precision(library),
            bands.effects(library, settings.PRECISIONS),
            library.folder,
            library.path.stat().st_size / 1e6,
            folders.folders(library),
        )

    @app.callback(DONE, Input(Id.PRECISION, "value"), prevent_initial_call=True)
    def want(value: str | None) -> Any:
        precision = float(value or 0)
        if precision == bands.wanted_precision(library):
            return no_update
        return attempt(lambda: actions.want_precision(library, precision))
