"""What opens below the head of a person's page: rename, merge, split, birth date."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import PersonRow
from labeler.people.steps.split import Division, PartOfDivision
from labeler.wording import count

from ..shared import views
from ..shared.components import attribute, button, dot, labelled
from ..shared.face_parts import lazy_face
from ..shared.ids import Id, Part, part
from ..shell.snapshot import Snapshot
from . import views as person_views

MOST_PARTS = 6
STRIP = 12
NAMES_LISTED = 50


def panel(snapshot: Snapshot, kind: str, person: str) -> list[Any]:
    """Return the panel that a button of the head opens; nothing for a person who is not there."""
    row = person_views.person_row(snapshot, person)
    if row is None:
        return []
    made = {"rename": _rename, "merge": _merge, "split": _split, "birth": _birth}[kind]
    return [html.Section(made(snapshot, row), className="card person-panel")]


def _rename(snapshot: Snapshot, row: PersonRow) -> list[Any]:
    field = dmc.TextInput(
        id=Id.PERSON_NEW_NAME,
        label=f"New name for {row.person}",
        value=row.person,
        debounce=150,  # milliseconds of rest after which the name is looked up
        className="panel-field",
    )
    go = button("Rename", Id.PERSON_RENAME, "filled", "field-done")
    return [html.Div([field, go], className="row low one-field"), html.Div(id=Id.PERSON_TAKEN)]


def name_taken(snapshot: Snapshot, person: str, typed: str) -> list[Any]:
    """Return what to say of a new name that is somebody else's: the two may be one person."""
    other = " ".join(typed.split())
    if other == person or person_views.person_row(snapshot, other) is None:
        return []
    sentence = f"There is somebody called {other} already. Are they one person?"
    return [html.P(sentence, className="hint"), *pair(snapshot, person, other)]


def _merge(snapshot: Snapshot, row: PersonRow) -> list[Any]:
    field = dmc.Select(
        id=Id.PERSON_INTO,
        label=f"{row.person} is the same person as",
        data=[name for name in snapshot.names if name != row.person],
        placeholder="Type a name",
        searchable=True,
        selectFirstOptionOnChange=True,
        limit=NAMES_LISTED,
        nothingFoundMessage="Nobody is called so",
        className="panel-field",
        comboboxProps={"shadow": "md"},
    )
    return [field, html.Div(id=Id.PERSON_PAIR, **attribute("aria-live", "polite"))]


def pair(snapshot: Snapshot, person: str, other: str | None) -> list[Any]:
    """Return two people side by side and the button that makes them one."""
    one = person_views.person_row(snapshot, person)
    two = person_views.person_row(snapshot, other) if other else None
    if one is None or two is None:
        return []
    both = dict(person_views.together(snapshot, person)).get(two.person, 0)
    doubt = (
        f"They are on {count(both, 'photo')} together, so they may well be two people."
        if both
        else ""
    )
    arrow = html.Span("→", className="arrow", **attribute("aria-hidden", "true"))
    go = button(f"Merge into {two.person}", part(Part.MERGE, two.person), "filled")
    return [
        html.Div([_somebody(snapshot, one), arrow, _somebody(snapshot, two)], className="pair"),
        html.P(doubt, className="warning") if doubt else None,
        html.P(f"All faces will be called {two.person}.", className="hint"),
        go,
    ]


def _somebody(snapshot: Snapshot, row: PersonRow) -> Component:
    words = [
        html.Div([dot(snapshot.colours[row.person]), row.person], className="person-name"),
        html.Div(person_views.faces_on_photos(snapshot, row), className="subtitle"),
        html.Div(views.span(row.first, row.last), className="subtitle"),
    ]
    cover = lazy_face(snapshot, views.cover(snapshot, row.person), "face pair-face", alt="")
    return html.Div([cover, html.Div(words)], className="somebody")


def _split(snapshot: Snapshot, row: PersonRow) -> list[Any]:
    numbers = [{"value": str(n), "label": str(n)} for n in range(2, MOST_PARTS + 1)]
    choice = html.Div(
        [
            html.Span("How many people are these faces?", className="choice-label"),
            dmc.SegmentedControl(
                id=Id.PERSON_PARTS,
                data=[{"value": "", "label": "As the faces suggest"}, *numbers],
                value="",
                size="xs",
                **labelled("How many people"),
            ),
        ],
        className="choice",
    )
    waiting = html.P("Comparing the faces…", className="hint")
    return [choice, html.Div(waiting, id=Id.PERSON_DIVISION, **attribute("aria-live", "polite"))]


def division(snapshot: Snapshot, proposed: Division, is_sure: bool = False) -> list[Any]:
    """Return the parts of a proposed division as strips of faces, and the button to do it.

    Args:
        is_sure: the user has said that they are several people.
    """
    parts = sorted(proposed.parts, key=lambda part: part.person is None)
    rows = [_part(snapshot, part) for part in parts]
    hint = (
        "The others lose the name and wait as groups for one of their own. "
        "One undo takes all of it back."
    )
    shown = [
        html.Div(rows, className="parts"),
        html.P(hint, className="hint"),
        button(f"Split into {len(parts)}", Id.PERSON_DIVIDE, "filled"),
    ]
    what = [dcc.Store(id=Id.PERSON_PROPOSED, data=[list(part.faces) for part in parts])]
    if is_sure or not proposed.seems_one:
        return [*shown, *what]
    words = "These faces seem to be one person: however they are divided, the parts hardly differ."
    folded = html.Details([html.Summary("If they are several people all the same"), *shown])
    return [html.P(words, className="seems-one", role="status"), folded, *what]


def _part(snapshot: Snapshot, part: PartOfDivision) -> Component:
    keeps = "keeps the name" if part.person else ""
    facts = [keeps, count(len(part.faces), "face"), views.span(part.first, part.last)]
    faces = [lazy_face(snapshot, face, "face small", alt="") for face in part.faces[:STRIP]]
    rest = len(part.faces) - len(faces)
    more = html.Span(f"+{rest:,}", className="subtitle") if rest > 0 else None
    return html.Div(
        [
            html.Div(
                [
                    html.Div(part.person or "Somebody else", className="person-name"),
                    html.Div(" · ".join(filter(None, facts)), className="subtitle"),
                ],
                className="part-words",
            ),
            html.Div([*faces, more], className="part-faces"),
        ],
        className="part",
    )


def refusal(message: str) -> list[Any]:
    """Return why no division can be shown."""
    return [html.P(message, className="warning", role="alert")]


def _birth(snapshot: Snapshot, row: PersonRow) -> list[Any]:
    field = dmc.TextInput(
        id=Id.PERSON_BORN,
        label="Date of birth",
        value=row.born.isoformat() if row.born else "",
        attributes={"input": {"type": "date"}},  # the browser's own field: typed, or picked
    )
    forget = button("Forget", Id.PERSON_BORN_FORGET, "subtle") if row.born else None
    hint = f"{row.person} is then never recognized on photos from before."
    save = button("Save", Id.PERSON_BORN_SAVE, "filled", "field-done")
    return [
        html.Div([field, save, forget], className="row low one-field"),
        html.P(hint, className="hint"),
    ]
