"""One question on the page: what it asks, the faces, what speaks for an answer, the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from labeler.people.suggestions import Proposal, Question
from labeler.wording import certainty

from ..shared.components import labelled
from ..shared.ids import Part, Where, part
from .interviewer import key_of
from .question_faces import (
    CHIPS,
    Portraits,
    about,
    compared,
    data,
    group_faces,
    named_faces,
    pair_faces,
    photo,
    tile,
)

LEAST_CHIP = 0.05
"""Whom a group shows with a lower probability is not proposed."""


class _Parts(NamedTuple):
    title: str
    hint: str
    faces: Any
    evidence: Any
    answers: Any


def question_card(question: Question, names: Sequence[str], portraits: Portraits) -> Component:
    """Return a question.

    Args:
        names: of the known people.
    """
    make = {"who": _who, "same": _same, "which": _which}[question.kind]
    if question.kind == "which" and len(question.groups) == 1:
        make = _is_it
    parts = make(question, names, portraits)
    heading = html.H1(parts.title, tabIndex=-1, className="review-title")
    key = key_of(question)
    return html.Section(
        [
            html.Div([heading, html.P(parts.hint, className="subtitle")], className="review-head"),
            html.Div(parts.faces, className="review-faces"),
            html.Aside(parts.evidence, className="review-evidence", **labelled("Evidence")),
            html.Div(parts.answers, className="review-answers"),
        ],
        key=key,
        className=f"review-question review-{question.kind}",
        **data(question=key),
    )


def answer_button(text: str, what: str, key: str = "", class_name: str = "") -> Component:
    """Return a button that answers, with the key that presses it."""
    return html.Button(
        [html.Span(text), html.Kbd(key) if key else None],
        type="button",
        className=f"answer {class_name}",
        disable_n_clicks=True,
        **data(answer=what),
    )


def _who(question: Question, names: Sequence[str], portraits: Portraits) -> _Parts:
    (group,) = question.groups
    chips = [p for p in group.proposals if p.probability >= LEAST_CHIP][:CHIPS]
    answers = [
        _chips(chips, portraits),
        html.Div(
            [
                _name_field(names, "Type a name"),
                answer_button("Name", "name", "", "name-submit primary"),
                *_ignore_and_skip(),
            ],
            className="name-row answer-row",
        ),
    ]
    faces, evidence = group_faces(group, portraits), photo(group, portraits)
    return _Parts("Who is this?", about(group, portraits), faces, evidence, answers)


def _is_it(question: Question, names: Sequence[str], portraits: Portraits) -> _Parts:
    (group,) = question.groups
    title = f"Is this {group.person}?"
    likely = f"{certainty(group.probability)} likely"
    (proposal, *_) = group.proposals or (Proposal(group.person or "", group.probability),)
    answers = [
        html.Div(
            [
                answer_button("Yes", "yes", "Y", "good"),
                answer_button("No", "no", "N", "bad"),
                *_ignore_and_skip(),
            ],
            className="answer-row",
        ),
        html.Div(
            [
                _name_field(names, "Someone else? Type a name"),
                answer_button("Name", "name", "", "name-submit"),
            ],
            className="name-row answer-row",
        ),
    ]
    hint = " · ".join(filter(None, (likely, about(group, portraits))))
    whole = photo(group, portraits)
    if len(group.faces) == 1:
        return _Parts(title, hint, compared(group, proposal, portraits), whole, answers)
    evidence = [*named_faces(proposal, portraits), *whole]
    return _Parts(
        f"Are these {group.person}?", hint, group_faces(group, portraits), evidence, answers
    )


def _which(question: Question, _names: Sequence[str], portraits: Portraits) -> _Parts:
    tiles = [tile(place, group, portraits) for place, group in enumerate(question.groups)]
    hint = "Each pair is a face and the person it seems to be. Click those that are wrong."
    answers = [
        html.Div(
            [
                answer_button("All are right", "confirm", "Enter", "primary"),
                answer_button("Skip", "skip", "S"),
            ],
            className="answer-row",
        )
    ]
    grid = html.Div(tiles, className="tiles")
    evidence = photo(question.groups[0], portraits)
    return _Parts("Which of these are wrong?", hint, grid, evidence, answers)


def _same(question: Question, _names: Sequence[str], portraits: Portraits) -> _Parts:
    sides = [pair_faces(group, portraits) for group in question.groups]
    answers = [
        html.Div(
            [
                answer_button("Yes, the same", "yes", "Y", "good"),
                answer_button("No, two people", "no", "N", "bad"),
                answer_button("Skip", "skip", "S"),
            ],
            className="answer-row",
        )
    ]
    photos = [one for group in question.groups for one in photo(group, portraits)]
    chance = certainty(question.probability or 0)
    hint = f"{chance} likely. One name will then do for both."
    return _Parts(
        "Are these the same person?", hint, html.Div(sides, className="sides"), photos, answers
    )


def _chips(chips: Sequence[Proposal], portraits: Portraits) -> Component:
    buttons = [
        html.Button(
            [
                *(
                    html.Img(src=portraits[face].thumbnail, alt="")
                    for face in chip.evidence[:1]
                    if face in portraits
                ),
                html.Span(chip.person, className="chip-name"),
                html.Span(certainty(chip.probability), className="chip-chance"),
                html.Kbd(str(place)),
            ],
            type="button",
            className="chip",
            disable_n_clicks=True,
            title=f"Name them {chip.person}",
            **data(answer="name", person=chip.person, choice=str(place)),
        )
        for place, chip in enumerate(chips, 1)
    ]
    return html.Div(buttons, className="chips", role="group", **labelled("Likely people"))


def _name_field(names: Sequence[str], placeholder: str) -> Component:
    return dmc.Autocomplete(
        id=part(Part.NAME, Where.REVIEW),
        data=list(names),
        value="",
        placeholder=placeholder,
        filter={"function": "faceLabelerNames"},
        comboboxProps={"shadow": "md", "position": "top-start"},
        maxDropdownHeight=220,
        className="name-input",
        **labelled("Name"),
    )


def _ignore_and_skip() -> list[Component]:
    return [answer_button("Ignore", "ignore", "I"), answer_button("Skip", "skip", "S")]
