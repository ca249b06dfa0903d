"""The page that sorts new photos: what for, the plan as pictures, and what came of it."""

from __future__ import annotations

from pathlib import Path

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.sorting import layout as layouts
from labeler.sorting.steps.plan import SortedPhoto
from labeler.sorting.steps.preview import VERBS, with_it
from labeler.wording import certainty, count

from ..shared.components import button, labelled, page_head, placed_on, text_field
from ..shared.ids import Id, Part, part
from ..shell.snapshot import Snapshot
from .sorter import Plan

PHOTOS_A_TIME = 60
METHODS = (
    ("copy", "Copy"),
    ("move", "Move"),
    ("link", "Symbolic links"),
    ("hard-link", "Hard links"),
)


def layout() -> Component:
    """Return the page's frame; `body` fills it. What was typed stays when the plan changes."""
    return html.Div(
        [
            page_head(
                "Sort new photos",
                "One folder for each person. First you see the plan; nothing is ever overwritten, "
                "and everything can be taken back.",
            ),
            html.Section(
                [
                    text_field(Id.INBOX, "New photos are in", "/home/rosa/inbox", first=True),
                    text_field(Id.INTO, "Sort them into", "/home/rosa/Pictures/people"),
                    dmc.Select(
                        id=Id.METHOD,
                        label="How",
                        data=[{"value": value, "label": label} for value, label in METHODS],
                        value="copy",
                        allowDeselect=False,
                    ),
                    html.Div(
                        [
                            text_field(Id.LAYOUT, "Folders and name", value=layouts.DEFAULT),
                            html.Span(
                                ", ".join(f"{{{field}}}" for field in layouts.FIELDS),
                                className="hint",
                            ),
                        ]
                    ),
                    text_field(Id.SORT_SEARCH, "Only photos like", "rosa summer 2008"),
                    button("Show the plan", Id.PLAN, "filled", "plan-button"),
                ],
                className="card sort-form",
            ),
            html.Div(id=Id.SORT),
            dcc.Store(id=Id.SORT_SHOWN, data=PHOTOS_A_TIME),
        ],
        className="page sort",
    )


def body(snapshot: Snapshot, plan: Plan | None, shown: int) -> list[Component]:
    """Return the plan.

    Args:
        shown: how many photos at most.
    """
    if plan is None:
        return []
    order = sorted(range(len(plan.photos)), key=lambda index: _rank(plan.photos[index]))
    cards = [card(snapshot, plan, index) for index in order[:shown]]
    rest = len(order) - len(cards)
    return [
        html.Div([_summary(plan), _buttons(plan)], className="sort-head"),
        html.Div(cards, className="sort-grid"),
        button(
            f"Show more of {rest:,}",
            Id.SORT_MORE,
            class_name="more",
            style={} if rest else {"display": "none"},
        ),
    ]


def card(snapshot: Snapshot, plan: Plan, index: int) -> Component:
    """Return one photo with the people on it, and where it belongs."""
    item = plan.photos[index]
    where = f"{plan.number}-{index}"
    names = [one.person for one in item.people]
    people: Component = html.Div(", ".join(names) or "nobody known", className="sort-names")
    if plan.record is None and not item.error:
        people = dmc.TagsInput(
            id=part(Part.SORT_PEOPLE, where),
            value=names,
            data=snapshot.names,
            placeholder="" if names else "Nobody known",
            **labelled("People on this photo"),
        )
    return html.Article(
        [
            _picture(plan, index),
            html.Div(
                [
                    html.Div(Path(item.photo).name, className="sort-file"),
                    people,
                    html.Div(places(plan, item), id=part(Part.SORT_PLACES, where)),
                ],
                className="sort-words",
            ),
        ],
        className="card sort-card failed" if item.error else "card sort-card",
    )


def places(plan: Plan, item: SortedPhoto) -> list[Component]:
    """Return where a photo belongs, a line for each place."""
    if item.error:
        return [html.Div(item.error, className="sort-error")]
    if not item.targets:
        return [html.Div("stays where it is", className="subtitle")]
    lines = [str(Path(target).relative_to(plan.into)) for target in item.targets]
    return [
        *(html.Div(["→ ", line], className="sort-place") for line in lines),
        *(html.Div(line, className="sort-with") for line in with_it(item)),
    ]


def _picture(plan: Plan, index: int) -> Component:
    item = plan.photos[index]
    boxes = [(one.box, f"{one.person} {certainty(one.probability)}") for one in item.people]
    boxes += [(box, "?") for box in item.unknown_boxes]
    marks = [
        html.Span(
            html.Span(text, className="sort-mark-name"),
            className="sort-mark unknown" if text == "?" else "sort-mark",
            style=placed_on(box, item.width, item.height),
        )
        for box, text in boxes
        if box.width and item.width
    ]
    picture = html.Img(src=f"/sort/{plan.number}/{index}.jpg", alt="")
    ratio = {"aspectRatio": f"{item.width} / {item.height}"} if item.width else {}
    return html.Div([picture, *marks], className="sort-picture", style=ratio)


def _summary(plan: Plan) -> Component:
    failed = sum(bool(item.error) for item in plan.photos)
    staying = len(plan.photos) - plan.to_place - failed
    verb = VERBS[plan.options.method]
    done = (
        f"{count(plan.to_place, 'photo')} {verb}"
        if plan.record
        else f"{count(plan.to_place, 'photo')} with a place"
    )
    parts = [done, f"{staying:,} left where they are"]
    parts += [f"{failed:,} cannot be used"] if failed else []
    return html.Div([html.H2(" · ".join(parts)), html.P(str(plan.into), className="subtitle path")])


def _buttons(plan: Plan) -> Component:
    return html.Div(
        [
            button(
                apply_label(plan),
                Id.SORT_APPLY,
                "filled",
                style={} if plan.record is None and plan.to_place else {"display": "none"},
            ),
            button(
                "Take it back",
                Id.SORT_UNDO,
                "light",
                style={} if plan.record else {"display": "none"},
            ),
        ],
        className="head-aside",
    )


def apply_label(plan: Plan) -> str:
    """Return what the button says that carries out a plan."""
    verb = {"copy": "Copy", "move": "Move"}.get(plan.options.method, "Link")
    return f"{verb} {count(plan.to_place, 'photo')}"


def _rank(item: SortedPhoto) -> tuple[int, str]:
    """Photos to be placed first, then those that stay, then those that cannot be used."""
    return (2 if item.error else 0 if item.targets else 1, item.photo)
