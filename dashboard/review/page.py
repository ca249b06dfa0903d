"""The page of questions: one at a time, and how many are left."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.suggestions import Question
from labeler.wording import count

from ..shared.components import empty_state, no_faces
from ..shared.ids import Id
from ..shared.keys import keys_button, keys_list
from .interviewer import Asked
from .question import answer_button, question_card
from .question_faces import Portraits, data, faces_seen

PATH = "/review"
KEYS = (
    (("Y", "N"), "Yes, no"),
    (("S",), "Skip: ask another day"),
    (("I",), "Ignore: nobody you care about"),
    (("1", "…", "9"), "Name the person with that number, or mark that tile as wrong"),
    (("/", "Tab"), "Type a name: Enter takes it, Esc leaves the field"),
    (("Enter",), "Confirm the page"),
    (("U",), "Undo the last answer"),
    (("?",), "This list"),
)


def layout() -> Component:
    """Return the frame of the page; `body` fills it."""
    return html.Div(
        [
            html.Div(html.P("Looking for the best question …", className="hint"), id=Id.REVIEW),
            dcc.Store(id=Id.REVIEW_ANSWER),
            dcc.Interval(id=Id.REVIEW_WAIT, interval=1000, disabled=True),
            keys_list(KEYS),
        ],
        className="page review",
    )


def faces_needed(asked: Asked) -> set[int]:
    """Return the faces that are on the page, the next question's included."""
    questions = [q for q in (asked.question, asked.following) if q is not None]
    return {face for question in questions for face in faces_seen(question)}


def body(
    asked: Asked, portraits: Portraits, has_faces: bool = True, photos_away: int = 0
) -> list[Component]:
    """Return the page's content."""
    if not has_faces:
        return [no_faces(photos_away)]
    if asked.question is None:
        return [_nothing_to_ask(asked)]
    question = question_card(asked.question, asked.names, portraits)
    return [_progress(asked), question, _ahead(asked.following, portraits)]


def _progress(asked: Asked) -> Component:
    questions = count(asked.left, "question") + " left"
    parts = [html.Span(questions), html.Span(f"{count(asked.open_faces, 'face')} to go")]
    if asked.settled:
        parts.append(html.Span(f"the last answer settled {count(asked.settled, 'face')}"))
    if asked.followed:
        parts.append(html.Span(f"{count(asked.followed, 'face')} followed from your answers"))
    line = html.P(parts, className="review-counts", role="status")
    return html.Div([line, keys_button()], className="review-progress")


def _ahead(question: Question | None, portraits: Portraits) -> Component:
    """Return the pictures of the next question, so that the browser has them when it comes."""
    faces = list(dict.fromkeys(faces_seen(question))) if question else []
    sources = [portraits[face].thumbnail for face in faces if face in portraits]
    if question:
        first = (portraits.get(group.faces[0]) for group in question.groups[:2])
        sources += [one.photo for one in first if one]
    return html.Div([html.Img(src=source, alt="") for source in sources], hidden=True)


def _nothing_to_ask(asked: Asked) -> Component:
    if asked.thinking:
        words: list[Any] = ["Looking whom your answers tell about …"]
        return html.Div([empty_state("One moment", words)], role="status")
    groups, people = dcc.Link("the groups", href="/groups"), dcc.Link("your people", href="/people")
    words = ["Every face is named, ignored or recognized. See ", groups, " or ", people, "."]
    again = None
    if asked.skipped:
        number = count(asked.skipped, "question")
        words = [f"You skipped {number}. See ", groups, " or ", people, "."]
        again = answer_button("Ask them again", "again", "", "primary")
    return html.Div(
        [empty_state("Nothing left to ask", words), again],
        className="review-question review-done",
        **data(question="none"),
    )
