"""The page of shows: which photos, the plan as a strip of slides, and what to make of it."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from ..shared.components import button, page_head, text_field
from ..shared.ids import Id
from ..shared.keys import keys_button, keys_list
from .plan_page import making, player
from .wishes import Wishes

KEYS = (
    (("←", "→"), "go to the slide before or after"),
    (("Alt ←", "Alt →"), "move the slide"),
    (("X",), "leave it out"),
    (("P",), "pin it: it stays when the photos are chosen anew"),
    (("Enter",), "write its caption, Esc ends that"),
    (("Space",), "play from here; stop and go on while it plays"),
    (("Ctrl Z",), "take the last change of the plan back"),
)


def layout() -> Component:
    """Return the page's frame. The form is filled by the address, the rest by the plan."""
    return html.Div(
        [
            page_head(
                "Slideshow",
                "The best photos of one or several people, as a video, a page or a folder. "
                "First you see the plan, and make it yours.",
                keys_button(),
            ),
            html.Div(id=Id.SHOW_FORM),
            html.Div(id=Id.SHOW_HEAD),
            html.Div(id=Id.SHOW_STRIP),
            making(),
            html.Div(id=Id.SHOW_MADE),
            dcc.Store(id=Id.SHOW_EDIT),
            dcc.Store(id=Id.SHOW_EDITED),
            dcc.Store(id=Id.SHOW_NUMBER, data=-1),
            keys_list(KEYS),
            player(),
        ],
        className="page show-page",
    )


def form(
    wanted: Wishes, names: Sequence[str], albums: Sequence[str], unknown: Sequence[str]
) -> Component:
    """Return what is asked, filled with what was wanted last.

    Args:
        unknown: what to say of people in the address whom nobody knows.
    """
    return html.Section(
        [
            *(html.P(sentence, className="sort-error", role="alert") for sentence in unknown),
            html.Div([_people(wanted, names), *_numbers(wanted)], className="show-fields"),
            html.Details(
                [
                    html.Summary("Narrow it down: company, dates, albums, words"),
                    _filters(wanted, albums),
                ],
                open=wanted.narrows,
                className="show-more",
            ),
            button("Show the plan", Id.SHOW_CHOOSE, "filled"),
        ],
        className="card show-form",
    )


def _people(wanted: Wishes, names: Sequence[str]) -> Component:
    field = dmc.MultiSelect(
        id=Id.SHOW_PEOPLE,
        label="People",
        data=list(names),
        value=list(wanted.people),
        placeholder="" if wanted.people else "Type a name",
        searchable=True,
        selectFirstOptionOnChange=True,
        clearSearchOnChange=True,
        hidePickedOptions=True,
        nothingFoundMessage="Nobody is called that",
    )
    return html.Div(field, className="show-people")


def _numbers(wanted: Wishes) -> list[Component]:
    return [
        _number(Id.SHOW_MOST, "Slides at most", wanted.most),
        _number(Id.SHOW_BEST, "Best of each year", wanted.best_per_year),
        _check(Id.SHOW_GROWING, "Growing up: one face through the years", wanted.growing_up),
    ]


def _check(identity: str, label: str, checked: bool) -> Component:
    return dmc.Checkbox(id=identity, label=label, checked=checked, className="show-check")


def _number(identity: str, label: str, value: int | None) -> Component:
    return dmc.NumberInput(
        id=identity,
        label=label,
        value="" if value is None else value,
        placeholder="no limit",
        min=1,
        allowDecimal=False,
        allowNegative=False,
        hideControls=True,
    )


def _filters(wanted: Wishes, albums: Sequence[str]) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    _check(Id.SHOW_ALL, "All of them on one photo", wanted.all_of_them),
                    dmc.Checkbox(
                        id=Id.SHOW_ONLY,
                        label="Nobody else on the photo",
                        checked=wanted.nobody_else,
                    ),
                ],
                className="show-checks",
            ),
            text_field(Id.SHOW_SINCE, "From", "1990 or 2003-12-24", wanted.since),
            text_field(Id.SHOW_UNTIL, "To", "2010 or 2010-06-30", wanted.until),
            _tags(Id.SHOW_ALBUMS, "Only albums", wanted.albums, albums, "Lake*"),
            _tags(Id.SHOW_NOT_ALBUMS, "Without albums", wanted.not_albums, albums, "Lisbon*"),
            _tags(Id.SHOW_TEXTS, "Captions, keywords or names with", wanted.texts, (), "cake"),
            _tags(
                Id.SHOW_NOT_TEXTS,
                "Captions, keywords or names without",
                wanted.not_texts,
                (),
                "bike",
            ),
            text_field(Id.SHOW_SEARCH, "Found by the search", "summer 2008 -felix", wanted.search),
        ],
        className="show-filters",
    )


def _tags(
    identity: str, label: str, value: Sequence[str], data: Sequence[str], example: str
) -> Component:
    return dmc.TagsInput(
        id=identity,
        label=label,
        value=list(value),
        data=list(data),
        placeholder="" if value else example,
        acceptValueOnBlur=True,
        splitChars=[","] if not data else [],
        limit=60,
    )
