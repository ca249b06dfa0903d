"""The page that tells whom somebody takes after: the question, the answer, and who is whose kin."""

from __future__ import annotations

import json
from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.family import answers
from labeler.family.answers import Relative, Resemblance, of_hundred
from labeler.types import Kin
from labeler.wording import count, listed

from ..shared import addresses
from ..shared.components import attribute, button, empty_state, labelled, page_head
from ..shared.ids import Id, Part, part
from ..shell.snapshot import Snapshot
from .actions import RELATIONS
from .kin_answers import KinOf, say
from .parts import loading, refusal, tabs

MOST_RELATIVES = 6
SCALE = (0, 25, 50, 75, 100)


def layout(snapshot: Snapshot, search: str | None) -> Component:
    """Return the page's frame."""
    if not snapshot.people:
        text = "Name some people first; then you can ask whom they take after."
        return html.Div(
            [tabs(addresses.RESEMBLANCE), empty_state("Nobody has a name yet", text)],
            className="page kin",
        )
    asked = addresses.asked(search, "person")
    return html.Div(
        [
            tabs(addresses.RESEMBLANCE),
            page_head(
                "Who takes after whom?",
                "Choose somebody, and two or more relatives to compare with.",
            ),
            _question(snapshot, asked),
            loading(Id.KIN_ANSWER),
            _kin_card(snapshot),
            loading(Id.KIN_EVIDENCE),
            loading(Id.KIN_FAMILY),
            dcc.Store(id=Id.KIN_FILLED, data=[]),
            dcc.Store(id=Id.KIN_ASKED, data=asked),
        ],
        className="page kin",
    )


def _question(snapshot: Snapshot, asked: str) -> Component:
    names = snapshot.names
    return html.Section(
        [
            dmc.Select(
                id=Id.KIN_PERSON,
                label="Whom does",
                data=names,
                value=asked if asked in names else None,
                placeholder="Choose somebody",
                searchable=True,
                selectFirstOptionOnChange=True,
                nothingFoundMessage="Nobody is called so",
                className="kin-who",
            ),
            dmc.MultiSelect(
                id=Id.KIN_TO,
                label="take after, of",
                data=names,
                value=[],
                placeholder="Choose relatives",
                searchable=True,
                selectFirstOptionOnChange=True,
                maxValues=MOST_RELATIVES,
                className="kin-whom",
            ),
        ],
        className="card kin-question",
    )


def _kin_card(snapshot: Snapshot) -> Component:
    relations = [{"value": kind, "label": text} for kind, text in RELATIONS.items()]
    add = html.Div(
        [
            dmc.Select(
                id=Id.KIN_OTHER,
                label="Add kin",
                data=snapshot.names,
                placeholder="Who",
                searchable=True,
                selectFirstOptionOnChange=True,
                className="kin-other",
            ),
            dmc.Select(
                id=Id.KIN_RELATION,
                label="who is",
                data=relations,
                value="parent",
                allowDeselect=False,
                className="kin-relation",
            ),
            button("Add", Id.KIN_ADD, "light"),
        ],
        className="kin-add",
    )
    return html.Section([html.Div(id=Id.KIN_LIST), add], className="card kin-card")


def kin_list(person: str, kin: KinOf) -> list[Component]:
    """Return who is somebody's kin; what was said can be removed, what follows from it cannot."""
    if not person:
        return [html.H2("Kin")]
    rows = [_kin_row(one) for one in kin.said]
    rows += [
        html.Li([say(one), html.Span("follows", className="badge")], className="kin-row")
        for one in kin.following
    ]
    told = html.Ul(rows, className="kin-rows") if rows else html.P("None known.", className="hint")
    return [html.H2(f"Kin of {person}"), told]


def _kin_row(one: Kin) -> Component:
    text = say(one)
    remove = html.Button(
        "×",
        id=part(Part.KIN_REMOVE, json.dumps(one)),
        n_clicks=0,
        type="button",
        title="Remove",
        className="kin-remove",
        **labelled(f"Remove: {text}"),
    )
    return html.Li([text, remove], className="kin-row")


def hint(person: str) -> Component:
    """Return what is missing before there can be an answer."""
    if not person:
        return refusal("Choose somebody to begin with.")
    return refusal(
        f"Choose two relatives of {person}, or add kin below: then they fill in by themselves."
    )


def answer(found: Resemblance) -> Component:
    """Return whom somebody takes after: the sentence, the figure, and what it is based on."""
    rest = [answers.verdict(found.person, one) for one in found.comparisons[1:]]
    headline = (
        answers.verdict(found.person, found.comparisons[0])
        if found.comparisons
        else answers.sentences(found)[0]
    )
    also = [html.P(text, className="kin-also") for text in rest]
    return html.Section(
        [
            html.P(headline, className="kin-verdict", role="status"),
            *also,
            _figure(found),
            _basis(found),
        ],
        className="card kin-answer",
    )


def _figure(found: Resemblance) -> Component:
    scale = [html.Span(f"{tick}", style={"left": f"{tick}%"}) for tick in SCALE]
    return html.Figure(
        [
            html.Figcaption(f"{found.person} is more alike than so many of 100 comparable people"),
            *[_bar(one) for one in found.relatives],
            html.Div(
                [html.Span(className="kin-name"), html.Div(scale, className="kin-scale")],
                className="kin-bar-row",
                **attribute("aria-hidden", "true"),
            ),
        ],
        className="kin-figure",
    )


def _bar(one: Relative) -> Component:
    share, low, high = (of_hundred(value) for value in (one.share, one.low, one.high))
    between = f"{low} to {high}" if low < high else f"{low}"
    width = max(high - low, 1)
    bar = html.Div(
        [
            html.Span(className="kin-middle"),
            html.Span(className="kin-interval", style={"left": f"{low}%", "width": f"{width}%"}),
            html.Span(className="kin-point", style={"left": f"{share}%"}),
        ],
        className="kin-bar",
        role="img",
        **labelled(f"{one.person}: {share} of 100, 90% interval {between}"),
    )
    name = html.Span(
        [html.B(one.person), html.Span(f"{share} (90%: {between})", className="kin-number")],
        className="kin-name",
    )
    return html.Div([name, bar], className="kin-bar-row")


def _basis(found: Resemblance) -> Component:
    photos = [f"{count(found.photos, 'photo')} of {found.person}"]
    photos += [f"{one.photos:,} of {one.person}" for one in found.relatives]
    first = f"From {listed(photos)}."
    lines: Sequence[str] = [first, *answers.how(found)]
    return html.Details(
        [html.Summary("What this is based on"), *[html.P(line) for line in lines]],
        open=True,
        className="kin-basis",
    )
