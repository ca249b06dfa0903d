"""Photos that are dropped, and the pages about the faces on them."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from flask import Response, abort, jsonify, request, send_file

from labeler.errors import LabelerError

from ..home import work
from ..home.callbacks import begun
from ..resemblance.parts import refusal
from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id
from ..shell.session import Session
from ..shell.snapshot import Snapshots
from . import page as lookalike
from . import verify_page as verify
from .dropped_photos import DroppedPhotos
from .uploads import ADDRESS, MOST_BYTES, MOST_HELD, Uploads, too_large

_STARTED = Output(Id.JOB_STARTED, "data", allow_duplicate=True)


def register(app: Dash, session: Session) -> None:
    snapshots, dropped = session.snapshots, session.dropped
    _uploads(app, dropped.uploads)
    _pictures(app, dropped)
    _look(app, snapshots, dropped)
    _keep(app, dropped)

    @app.callback(Output(Id.VERIFY, "children"), Input(Id.VERIFY_PHOTOS, "data"))
    def compare(tokens: list[str]) -> Any:
        held = [one for token in tokens if (one := dropped.uploads.get(token)) is not None]
        if not held:
            return []
        try:
            found = (
                verify.body(dropped.verify([one.token for one in held]))
                if len(held) > 1
                else [verify.one_more()]
            )
        except LabelerError as error:
            found = [refusal(str(error))]
        fewer = [refusal(f"Only {MOST_HELD} photos are held.")] if len(held) < len(tokens) else []
        return [verify.photos(held), *fewer, *found]

    app.clientside_callback(
        ClientsideFunction("uploads", "leave"),
        Output(Id.CONTENT, "className"),
        Input(Id.URL, "pathname"),
    )


def _keep(app: Dash, dropped: DroppedPhotos) -> None:
    @app.callback(
        DONE,
        Input(Id.LOOKALIKE_KEEP, "n_clicks"),
        Input(Id.LOOKALIKE_KEEP_IN, "n_submit"),
        State(Id.LOOKALIKE_KEEP_IN, "value"),
        State(Id.LOOKALIKE_PHOTO, "data"),
        prevent_initial_call=True,
    )
    def keep(clicks: int | None, enter: int | None, typed: str | None, tokens: list[str]) -> Any:
        if not clicks and not enter:
            return no_update
        token = tokens[0] if tokens else None
        return attempt(lambda: Done(f"Kept as {dropped.keep(token, work.folder_in(typed or ''))}"))


def _uploads(app: Dash, uploads: Uploads) -> None:
    """Add how photos come in and go. Who may do so: see `dashboard.shell.security`."""

    @app.server.post(ADDRESS)
    def upload() -> Response:
        name = request.args.get("name", "")
        if (request.content_length or 0) > MOST_BYTES:
            return jsonify(refused=too_large(name))
        request.max_content_length = MOST_BYTES
        try:
            one = uploads.add(request.get_data(cache=False), name)
        except LabelerError as error:
            return jsonify(refused=str(error))
        return jsonify(token=one.token)

    @app.server.delete("/uploads/<token>")
    def forget(token: str) -> Response:
        uploads.forget(token)
        return Response(status=204)


def _pictures(app: Dash, dropped: DroppedPhotos) -> None:
    @app.server.get("/uploads/<token>.jpg")
    def uploaded_photo(token: str) -> Response:
        one = dropped.uploads.get(token)
        return _jpeg(None if one is None else one.shown)

    @app.server.get("/uploads/<token>/<int:number>.jpg")
    def uploaded_face(token: str, number: int) -> Response:
        return _jpeg(dropped.face(token, number))

    @app.server.get("/references/<source>/<int:face>.jpg")
    def reference_face(source: str, face: int) -> Response:
        path = dropped.reference(source, face)
        if path is None:
            abort(404)
        response = send_file(path, mimetype="image/jpeg", conditional=True)
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response


def _jpeg(data: bytes | None) -> Response:
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"  # it is promised to be forgotten
    return response


def _look(app: Dash, snapshots: Snapshots, dropped: DroppedPhotos) -> None:
    @app.callback(
        _STARTED,
        DONE,
        Input(Id.LOOKALIKE_PHOTO, "data"),
        Input(Id.LOOKALIKE_GO, "n_clicks"),
        Input(Id.LOOKALIKE_FOLDER, "n_submit"),
        State(Id.LOOKALIKE_FOLDER, "value"),
        prevent_initial_call=True,
    )
    def look_through(tokens: list[str], _go: Any, _enter: Any, typed: str | None) -> Any:
        if not tokens or not (typed or "").strip():
            return no_update, no_update
        return begun(lambda: dropped.begin(tokens[0], work.folder_in(typed or "")))

    @app.callback(
        Output(Id.LOOKALIKE, "children"),
        Input(Id.LOOKALIKE_PHOTO, "data"),
        Input(Id.LOOKALIKE_GO, "n_clicks"),
        Input(Id.LOOKALIKE_FOLDER, "n_submit"),
        Input(Id.DONE, "data"),
        State(Id.LOOKALIKE_FOLDER, "value"),
    )
    def look(tokens: list[str], _go: Any, _enter: Any, _done: Any, typed: str | None) -> Any:
        if not tokens:
            return []
        try:
            if (typed or "").strip():
                found = dropped.answer(tokens[0], work.folder_in(typed or ""))
                if found is None:
                    return refusal(lookalike.WAITING)
            else:
                found = dropped.look(tokens[0])
        except LabelerError as error:
            return refusal(str(error))
        return lookalike.body(snapshots.current(), found)
