"""The page that tells whom somebody takes after."""

from __future__ import annotations

import json
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from flask import Response, abort, request

from labeler.errors import LabelerError
from labeler.library.store import Library

from ..home.callbacks import begun
from ..shared import addresses
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shared.reading import clicked
from ..shell.images import PLACEHOLDER, YEAR
from ..shell.session import Session
from ..shell.snapshot import Snapshots
from . import actions as kin_actions
from . import evidence as resemblance_evidence
from . import page as resemblance
from .kin_answers import SIZES, KinAnswers
from .parts import refusal

_STARTED = Output(Id.JOB_STARTED, "data", allow_duplicate=True)


def register(app: Dash, session: Session) -> None:
    library, snapshots, kin_answers = session.library, session.snapshots, session.kin_answers
    _routes(app, snapshots, kin_answers)
    _ask(app, kin_answers)
    _show(app, snapshots, kin_answers)
    _change(app, library, kin_answers)


def _routes(app: Dash, snapshots: Snapshots, kin_answers: KinAnswers) -> None:
    @app.server.get("/aligned/<size>/<int:face>.jpg")
    def aligned_face(size: str, face: int) -> Response:
        if size not in SIZES:
            abort(404)
        data = kin_answers.picture(face, size)
        is_current = request.args.get("v") == snapshots.current().version
        response = Response(data or PLACEHOLDER, mimetype="image/jpeg" if data else "image/svg+xml")
        keep = f"private, max-age={YEAR}, immutable" if data and is_current else "no-store"
        response.headers["Cache-Control"] = keep
        return response

    @app.server.get("/family-pages/<token>.html")
    def family_page(token: str) -> Response:
        page = kin_answers.page(token)
        if page is None:
            abort(404)
        response = Response(page, mimetype="text/html")
        response.headers["Cache-Control"] = "private, no-store"
        if "download" in request.args:
            response.headers["Content-Disposition"] = 'attachment; filename="family.html"'
        return response


def _ask(app: Dash, kin_answers: KinAnswers) -> None:
    """Let the address say who is asked about, and fill in the kin."""

    @app.callback(
        Output(Id.URL, "search", allow_duplicate=True),
        Input(Id.KIN_PERSON, "value"),
        State(Id.URL, "search"),
        prevent_initial_call=True,
    )
    def tell(person: str | None, search: str | None) -> Any:
        if (person or "") == addresses.asked(search, "person"):
            return no_update
        return addresses.resemblance_of(person or "").removeprefix(addresses.RESEMBLANCE)

    @app.callback(
        Output(Id.KIN_PERSON, "value"),
        Output(Id.KIN_ASKED, "data"),
        Input(Id.URL, "search"),
        State(Id.URL, "pathname"),
        State(Id.KIN_PERSON, "value"),
        State(Id.KIN_PERSON, "data"),
        prevent_initial_call=True,
    )
    def follow(search: str | None, path: str | None, person: str | None, names: list[str]) -> Any:
        asked = addresses.asked(search, "person")
        if path != addresses.RESEMBLANCE or asked == (person or ""):
            return no_update, no_update
        return asked if asked in names else None, asked

    @app.callback(
        Output(Id.KIN_TO, "value"),
        Output(Id.KIN_FILLED, "data"),
        Input(Id.KIN_PERSON, "value"),
        Input(Id.DONE, "data"),
        State(Id.KIN_TO, "value"),
        State(Id.KIN_FILLED, "data"),
    )
    def fill_in(person: str | None, _done: Any, chosen: list[str], filled: list[str]) -> Any:
        try:
            found = kin_answers.prefilled(person) if person else []
        except LabelerError:
            return no_update, no_update
        is_own_choice = chosen != filled and ctx.triggered_id == Id.DONE
        return no_update if is_own_choice or found == chosen else found, found


def _show(app: Dash, snapshots: Snapshots, kin_answers: KinAnswers) -> None:
    @app.callback(
        Output(Id.KIN_ANSWER, "children"),
        Input(Id.KIN_TO, "value"),
        Input(Id.KIN_PERSON, "value"),
        Input(Id.DONE, "data"),
        State(Id.KIN_ASKED, "data"),
    )
    def answer(relatives: list[str], person: str | None, _done: Any, asked: str) -> Any:
        try:
            if not person and asked:
                kin_answers.check(asked)
            if not person or not relatives:
                return resemblance.hint(person or "")
            return resemblance.answer(kin_answers.answer(person, relatives))
        except LabelerError as error:
            return refusal(str(error))

    @app.callback(
        Output(Id.KIN_EVIDENCE, "children"),
        Input(Id.KIN_TO, "value"),
        Input(Id.KIN_PERSON, "value"),
        Input(Id.DONE, "data"),
    )
    def show_evidence(relatives: list[str], person: str | None, _done: Any) -> Any:
        if not person or not relatives or person in relatives:
            return []
        try:
            found = kin_answers.evidence(person, relatives)
        except LabelerError:
            return []  # the answer says why
        return resemblance_evidence.evidence(*found, snapshots.current().version)

    @app.callback(
        Output(Id.KIN_FAMILY, "children"),
        Input(Id.KIN_PERSON, "value"),
        Input(Id.DONE, "data"),
    )
    def show_family(person: str | None, _done: Any) -> Any:
        try:
            found = kin_answers.family(person)
        except LabelerError:
            return []
        if found is None:
            return []
        version = snapshots.current().version
        parts = resemblance_evidence.family(found, person or "", version)
        return [*parts, *resemblance_evidence.page_card(kin_answers.pages(person))]


def _change(app: Dash, library: Library, kin_answers: KinAnswers) -> None:
    @app.callback(
        Output(Id.KIN_LIST, "children"), Input(Id.KIN_PERSON, "value"), Input(Id.DONE, "data")
    )
    def list_kin(person: str | None, _done: Any) -> Any:
        try:
            return resemblance.kin_list(person or "", kin_answers.kin_of(person or ""))
        except LabelerError:
            return []  # the answer says why

    @app.callback(
        DONE,
        Output(Id.KIN_OTHER, "value"),
        Input(Id.KIN_ADD, "n_clicks"),
        State(Id.KIN_PERSON, "value"),
        State(Id.KIN_RELATION, "value"),
        State(Id.KIN_OTHER, "value"),
        prevent_initial_call=True,
    )
    def add(clicks: int | None, person: str | None, relation: str, other: str | None) -> Any:
        if not clicks:
            return no_update, no_update
        done = attempt(lambda: kin_actions.add(library, person or "", relation, other))
        # The field is free for the next one.
        return done, no_update if done["what"]["failed"] else None

    @app.callback(DONE, Input(part(Part.KIN_REMOVE, ALL), "n_clicks"), prevent_initial_call=True)
    def remove(_clicks: Any) -> Any:
        if not clicked():
            return no_update
        one, relation, other = json.loads(ctx.triggered_id["where"])
        return attempt(lambda: kin_actions.remove(library, one, relation, other))

    @app.callback(
        _STARTED,
        DONE,
        Input(Id.KIN_PAGE, "n_clicks"),
        State(Id.KIN_PERSON, "value"),
        prevent_initial_call=True,
    )
    def make_page(clicks: int | None, person: str | None) -> Any:
        if not clicks:
            return no_update, no_update
        return begun(lambda: kin_answers.begin_page(person))
