"""The page of all people who have a name; the pages of one of them and of nobody are beside it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import PersonRow
from labeler.wording import count

from ..person import page as person
from ..person import views as person_views
from ..person.views import ORDERS, PersonCard
from ..shared import addresses, views
from ..shared.components import attribute, button, dot, empty_state, labelled, no_faces, page_head
from ..shared.face_parts import lazy_face
from ..shared.ids import Id, Part, part
from ..shell.snapshot import Snapshot
from . import ignored_page as ignored

PATH = addresses.PEOPLE
IGNORED_PATH = addresses.IGNORED
CARDS_A_TIME = 120


def layout(path: str) -> Component:
    """Return the frame of the page of all people, of one, or of the ignored faces."""
    if path == IGNORED_PATH:
        return ignored.layout()
    return person.layout(path) if addresses.person_of(path) else _layout()


def _layout() -> Component:
    search = dmc.TextInput(
        id=Id.PEOPLE_SEARCH,
        placeholder="Find a person",
        debounce=120,
        className="people-search",
        **labelled("Find a person"),
    )
    return html.Div(
        [
            html.Div(id=Id.PEOPLE_HEAD),
            html.Div(search, id=Id.PEOPLE_FIND, className="people-find"),
            html.Div(id=Id.PERSON_PANEL),
            html.Div(id=Id.PEOPLE_CARDS, **attribute("aria-live", "polite")),
            button(
                "Show more people", Id.PEOPLE_MORE, class_name="more", style={"display": "none"}
            ),
            dcc.Store(id=Id.PEOPLE_SHOWN, data=CARDS_A_TIME),
            dcc.Store(id=Id.PERSON_MEANT, data=""),
            dcc.Store(id=Id.PERSON_PANEL_OPEN, data=""),
        ],
        className="page people-page",
    )


def head(snapshot: Snapshot, order: str, hidden: bool) -> list[Any]:
    """Return the title with what orders the cards, and the switch for those who are hidden.

    Args:
        hidden: they are shown.
    """
    people = [row for row in snapshot.people if hidden or not row.hidden]
    if not snapshot.people:
        faces = views.ignored_faces(snapshot)
        return [page_head("People", "", _ignored_link(len(faces)))] if faces else []
    number = count(len(people), "person", "people")
    aside = [_order(order), _hidden_switch(snapshot, hidden), _ignored_link(_ignored(snapshot))]
    return [page_head("People", number, [part for part in aside if part is not None])]


def cards(
    snapshot: Snapshot,
    query: str = "",
    order: str = "photos",
    hidden: bool = False,
    shown: int = CARDS_A_TIME,
) -> list[Any]:
    """Return the cards of the people who are asked for, or what to do if there are none."""
    away = _people_away(snapshot, query, hidden)
    if not snapshot.faces and not away:
        return [no_faces(snapshot.photos_away)]
    if not snapshot.people and not away:
        link = dcc.Link("Name a group", href="/groups")
        return [empty_state("Nobody has a name yet", [link, " and the person appears here."])]
    found = person_views.people_cards(snapshot, query, order, hidden)
    if not found and away:
        return [away]
    if not found and query.strip():
        return [empty_state(f"Nobody is called {query.strip()}", "Try fewer letters.")]
    if not found:
        return [empty_state("Everybody is hidden", "The switch above shows them.")]
    people = html.Div([_card(snapshot, card) for card in found[:shown]], className="people")
    return [people, away] if away else [people]


def _people_away(snapshot: Snapshot, query: str, hidden: bool) -> Component | None:
    """Return who is on photos only that are away just now, None = nobody."""
    names = person_views.people_away(snapshot, query, hidden)
    if not names:
        return None
    rows = [
        html.Li(
            [name, html.Span(f" {count(snapshot.away[name].away, 'face')}", className="subtitle")]
        )
        for name in names
    ]
    return html.Section(
        [
            html.H2("Away"),
            html.P(
                "Only on photos in folders that are not there just now; nothing is lost.",
                className="subtitle",
            ),
            html.Ul(rows),
        ],
        className="card home-card people-away",
    )


def has_more(snapshot: Snapshot, query: str, hidden: bool, shown: int) -> bool:
    """Tell whether there are more people than are shown."""
    return len(person_views.people_cards(snapshot, query, hidden=hidden)) > shown


def _card(snapshot: Snapshot, card: PersonCard) -> Component:
    row = card.row
    badge = f"{card.unconfirmed:,} to confirm" if card.unconfirmed else None
    name = [dot(snapshot.colours[row.person]), html.Span(row.person)]
    link = dcc.Link(
        [
            lazy_face(snapshot, card.cover, "cover", alt=""),
            html.Span(badge, className="badge") if badge else None,
            html.Div(name, className="person-name"),
            html.Div(person_views.faces_on_photos(snapshot, row), className="subtitle"),
            html.Div(
                " · ".join(
                    filter(
                        None,
                        [
                            views.span(row.first, row.last),
                            _hidden_word(row.hidden),
                            _away_word(snapshot.away.get(row.person)),
                        ],
                    )
                ),
                className="subtitle",
            ),
        ],
        href=addresses.address(row.person),
        className="person-link",
    )
    return html.Div(
        [link, html.Div(_card_buttons(row), className="card-buttons")],
        className="card person-card" + (" is-hidden" if row.hidden else ""),
    )


def _card_buttons(row: PersonRow) -> list[Component]:
    """Return what can be done with a person without a look at the page."""
    hide = "Show" if row.hidden else "Hide"
    return [
        html.Button(
            text,
            id=part(kind, row.person),
            n_clicks=0,
            type="button",
            title=title,
            className="card-button",
            **labelled(f"{text} {row.person}"),
        )
        for text, kind, title in (
            ("Rename", Part.RENAME, "Another name; that of somebody else makes the two one person"),
            (hide, Part.HIDE, f"{hide} {row.person} where people are listed"),
        )
    ]


def _away_word(away: PersonRow | None) -> str:
    return f"{count(away.away, 'face')} away" if away else ""


def _hidden_word(hidden: bool) -> str:
    return "hidden" if hidden else ""


def _order(order: str) -> Component:
    return html.Div(
        [
            html.Span("Sort by", className="choice-label"),
            dmc.SegmentedControl(
                id=Id.PEOPLE_ORDER,
                data=[{"value": key, "label": label} for key, label in ORDERS.items()],
                value=order if order in ORDERS else "photos",
                size="xs",
                **labelled("Sort by"),
            ),
        ],
        className="choice",
    )


def _hidden_switch(snapshot: Snapshot, hidden: bool) -> Component:
    number = person_views.hidden_people(snapshot)
    return dmc.Switch(
        id=Id.PEOPLE_HIDDEN,
        label=f"Show hidden ({number:,})",
        checked=hidden,
        display=None if number or hidden else "none",
    )


def _ignored(snapshot: Snapshot) -> int:
    return len(views.ignored_faces(snapshot))


def _ignored_link(number: int) -> Component | None:
    return dcc.Link(f"{count(number, 'face')} ignored", href=IGNORED_PATH) if number else None
