"""The page of settings."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, no_update

from labeler.people.steps import bands
from labeler.photos.steps import folders

from ..shared import actions
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id
from ..shell.session import Session
from . import page as settings


def register(app: Dash, session: Session) -> None:
    library = session.library

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
