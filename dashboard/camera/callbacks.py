"""What the page *Camera* asks for: who is in a picture, and to keep one with a name."""

from __future__ import annotations

import base64
import math
import re
from datetime import datetime
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from flask import Response, abort, jsonify, request

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.live.io import jpegs
from labeler.live.steps.keeping import keep_named
from labeler.types import Box

from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id
from ..shell.session import Session

ADDRESS = "/camera-pictures"
_TOKEN = re.compile("[0-9a-f]{32}")
_PREFIX = "data:image/jpeg;base64,"
_AGAIN = "The picture did not arrive; freeze it again."


def register(app: Dash, session: Session) -> None:
    _pictures(app, session)

    @app.callback(
        DONE,
        Output(Id.CAMERA_KEPT, "data"),
        Input(Id.CAMERA_NAME, "n_clicks"),
        State(Id.TYPED, "data"),
        State(Id.CAMERA_CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def keep(clicks: int | None, typed: str | None, chosen: dict[str, Any] | None) -> Any:
        if not clicks:
            return no_update, no_update
        answer = attempt(lambda: _kept(session, typed or "", chosen))
        return answer, {"serial": answer["serial"], "failed": answer["what"]["failed"]}

    @app.callback(
        Output(Id.CAMERA_PERSON, "data"), Input(Id.DONE, "data"), prevent_initial_call=True
    )
    def names(_done: Any) -> list[str]:
        return session.snapshots.current().names

    app.clientside_callback(
        ClientsideFunction("camera", "kept"),
        Output(Id.CAMERA_CHOSEN, "data"),
        Input(Id.CAMERA_KEPT, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("camera", "isUnchosen"),
        Output(Id.CAMERA_NAMING, "hidden"),
        Input(Id.CAMERA_CHOSEN, "data"),
    )


def _pictures(app: Dash, session: Session) -> None:
    """Add where pictures are looked at. Who may hand them in: see `dashboard.shell.security`."""

    @app.server.post(f"{ADDRESS}/<token>")
    def look_at_picture(token: str) -> Response:
        if not _TOKEN.fullmatch(token):
            abort(404)
        if (request.content_length or 0) > jpegs.MOST_BYTES:
            abort(413)
        request.max_content_length = jpegs.MOST_BYTES
        try:
            answer = session.eyes.look(token, request.get_data(cache=False))
        except UnreadablePhotoError:
            abort(400)
        except LabelerError as error:  # the library or the networks cannot be used
            answer = {"faces": [], "events": [], "trouble": str(error)}
        response = jsonify(answer)
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.server.delete(f"{ADDRESS}/<token>")
    def forget_camera(token: str) -> Response:
        session.eyes.forget(token)
        return Response(status=204)


def _kept(session: Session, person: str, chosen: dict[str, Any] | None) -> Done:
    """Keep the frozen picture, and name the face that was chosen on it.

    Args:
        chosen: picture: a data URL; box: left, top, width and height as shares of it.

    Raises:
        LabelerError: there is none, or it cannot be kept; see `keep_named`.
    """
    if chosen is None:
        raise LabelerError("Freeze the picture and click a face first.")
    try:
        encoded = str(chosen["picture"]).removeprefix(_PREFIX)
        jpeg = base64.b64decode(encoded, validate=True)
        shares = [float(share) for share in chosen["box"]]
        if not all(map(math.isfinite, shares)):
            raise LabelerError(_AGAIN)
        left, top, width, height = (min(max(share, 0.0), 1.0) for share in shares)
    except (KeyError, TypeError, ValueError) as error:
        raise LabelerError(_AGAIN) from error
    high, wide = jpegs.decoded(jpeg).shape[:2]
    box = Box(left * wide, top * high, width * wide, height * high)
    now = datetime.now().replace(microsecond=0)
    kept = keep_named(session.library, jpeg, box, person, now, session.networks.finder())
    (said,) = session.library.entries([kept.entry])
    return Done(f"This is {said.person}; the picture is kept in {kept.path.parent}", kept.entry)
