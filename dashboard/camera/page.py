"""The page *Camera*; assets/camera.js makes it work."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from ..shared.components import attribute, button, labelled, page_head
from ..shared.ids import Id
from ..shell.snapshot import Snapshot


def layout(snapshot: Snapshot) -> Component:
    """Return the page."""
    return html.Div(
        [
            page_head(
                "Camera",
                "Names over what the camera of this device sees. Pictures are looked at on the "
                "computer that this program runs on, and forgotten, unless you name a face.",
            ),
            html.Div([html.Div([_stage(), _buttons()]), _aside(snapshot)], className="camera-all"),
            dcc.Store(id=Id.CAMERA_CHOSEN),
            dcc.Store(id=Id.CAMERA_KEPT),
        ],
        id=Id.CAMERA,
        className="page camera",
    )


def _stage() -> Component:
    """Return the picture and what lies over it."""
    return html.Div(
        [
            html.Div(
                [
                    html.Video(autoPlay=True, muted=True, className="camera-video"),
                    html.Canvas(className="camera-still"),
                    html.Div(className="camera-boxes"),
                    html.Div([html.Span(className="dot"), "Camera on"], className="camera-sign"),
                ],
                className="camera-picture",
            ),
            html.Div(
                [
                    html.Span(className="glyph glyph-camera"),
                    _plain_button("Turn the camera on", "camera-start primary"),
                    html.P("It is off. Nothing is seen until you click.", className="camera-off"),
                ],
                className="camera-cover",
            ),
        ],
        className="camera-stage",
    )


def _buttons() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    _plain_button("Freeze", "camera-freeze", **attribute("aria-pressed", "false")),
                    _plain_button("Turn off", "camera-stop"),
                    _plain_button("Mirror", "camera-mirror", **attribute("aria-pressed", "true")),
                    html.Div(className="camera-choice"),
                ],
                className="camera-buttons",
            ),
            html.P(className="camera-said", role="status"),
        ]
    )


def _plain_button(text: str, class_name: str, **more: Any) -> Component:
    return html.Button(
        text, type="button", className=f"camera-button {class_name}", disable_n_clicks=True, **more
    )


def _aside(snapshot: Snapshot) -> Component:
    naming = html.Div(
        [
            html.H2("This is …"),
            html.P(
                "The frozen picture is kept with your library, as a photo of whom you name.",
                className="subtitle",
            ),
            html.Div(
                [
                    dmc.Autocomplete(
                        id=Id.CAMERA_PERSON,
                        data=snapshot.names,
                        placeholder="Who is this?",
                        filter={"function": "faceLabelerNames"},
                        comboboxProps={"shadow": "md"},
                        maxDropdownHeight=220,
                        className="name-input",
                        **labelled("Name"),
                    ),
                    button("Name", Id.CAMERA_NAME, "filled", "name-submit"),
                ],
                className="name-row one-field",
            ),
        ],
        id=Id.CAMERA_NAMING,
        className="card camera-card",
        hidden=True,
    )
    seen = html.Div(
        [
            html.H2("Who was seen"),
            html.Ol(className="camera-seen"),
            html.P(
                "Kept in this window only. A photo of somebody is not told from their face.",
                className="subtitle",
            ),
        ],
        className="card camera-card",
    )
    return html.Div([naming, seen], className="camera-aside")
