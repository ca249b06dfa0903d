"""The page of questions."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, ctx, no_update

from labeler.library.store import Library

from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Where
from ..shared.portraits import portraits
from ..shell.session import Session
from . import page as review
from .interviewer import Interviewer, Said

QUESTION = (
    Output(Id.REVIEW, "children", allow_duplicate=True),
    Output(Id.REVIEW_WAIT, "disabled", allow_duplicate=True),
)


def register(app: Dash, session: Session) -> None:
    library = session.library
    interviewer = session.interviewer

    @app.callback(
        Output(Id.REVIEW, "children"),
        Output(Id.REVIEW_WAIT, "disabled"),
        Input(Id.DONE, "data"),
        Input(Id.REVIEW_WAIT, "n_intervals"),
    )
    def show_question(done: dict[str, Any] | None, _times: int | None) -> Any:
        if ctx.triggered_id == Id.DONE and done and done["sent"] == Where.REVIEW:
            return no_update, no_update  # the answer has brought the next question along
        return _page(library, interviewer)

    @app.callback(DONE, *QUESTION, Input(Id.REVIEW_ANSWER, "data"), prevent_initial_call=True)
    def answer(said: dict[str, Any] | None) -> Any:
        if not said:
            return no_update, no_update, no_update
        return _done(interviewer, said), *_page(library, interviewer)

    app.clientside_callback(
        ClientsideFunction("faceLabelerReview", "shown"),
        Output(Id.REVIEW, "className"),
        Input(Id.REVIEW, "children"),
    )


def _done(interviewer: Interviewer, said: dict[str, Any]) -> Any:
    """Take an answer; return what is told about it."""
    answer = Said(
        question=said["question"],
        what=said["what"],
        person=said.get("person") or "",
        out=tuple(said.get("out") or ()),
        wrong=tuple(said.get("wrong") or ()),
    )
    done = attempt(lambda: interviewer.answer(answer), Where.REVIEW)
    return done if done["what"]["message"] else no_update


def _page(library: Library, interviewer: Interviewer) -> tuple[Any, bool]:
    """Return what the page shows, and whether it need not look again by itself."""
    asked = interviewer.ask()
    pictures = portraits(library, review.faces_needed(asked))
    has_faces = asked.question is not None or library.counts()["faces"] > 0
    waits = asked.question is None and asked.thinking
    return review.body(asked, pictures, has_faces, library.photos_away()), not waits
