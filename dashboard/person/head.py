"""The head of a person's page: picture, name, facts, and what can be done with the person."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import PersonRow

from ..shared import addresses, views
from ..shared.components import dot, face_image
from ..shared.ids import Part, part
from ..shell.snapshot import Snapshot
from . import views as person_views

PANELS = {
    "rename": "Rename",
    "merge": "Merge into…",
    "split": "Split…",
    "birth": "Birth date",
}
"""What opens a panel below the head, and how its button is called."""


def head(snapshot: Snapshot, row: PersonRow) -> Component:
    """Return the head of a person's page."""
    hidden = html.Span("hidden", className="badge") if row.hidden else None
    title = html.H1([dot(snapshot.colours[row.person]), row.person, hidden])
    lines = [html.P(line, className="subtitle") for line in facts(snapshot, row) if line]
    return html.Header(
        [
            face_image(snapshot, views.cover(snapshot, row.person), "person-cover"),
            html.Div([title, *lines], className="person-words"),
            _actions(row),
        ],
        className="person-head",
    )


def facts(snapshot: Snapshot, row: PersonRow) -> tuple[str, str]:
    """Return what is known of a person in two lines; the second may be empty."""
    when = _dates(row.first, row.last)
    born = f"born {person_views.long_date(row.born)}" if row.born else ""
    age = person_views.ages(row.born, row.first, row.last)
    on_photos = f"{age} on the photos" if age else ""
    return " · ".join(
        filter(None, [person_views.faces_on_photos(snapshot, row), when])
    ), " · ".join(filter(None, [born, on_photos]))


def _dates(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    if first.date() == last.date():
        return person_views.long_date(first)
    return f"{person_views.long_date(first)} – {person_views.long_date(last)}"


def _actions(row: PersonRow) -> Component:
    """Return what one wants most, and all the rest behind three dots."""
    play = dcc.Link(
        [html.Span(className="glyph glyph-make"), html.Span("Play")],
        href=_address("slideshow", row.person),
        title="A slideshow of these photos",
        className="main-action play",
    )
    panels = [
        html.Button(
            text,
            id=part(Part.PANEL, kind),
            n_clicks=0,
            type="button",
            className="panel-button menu-item",
        )
        for kind, text in PANELS.items()
    ]
    hide = html.Button(
        "Show again" if row.hidden else "Hide",
        id=part(Part.HIDE, row.person),
        n_clicks=0,
        type="button",
        className="menu-item",
    )
    pages = [
        dcc.Link("Resemblance", href=_address("resemblance", row.person), className="menu-item"),
        dcc.Link("On the map", href=addresses.on_map(row.person), className="menu-item"),
    ]
    dots = html.Summary(
        [html.Span(className="glyph glyph-more"), html.Span("More", className="unseen")],
        className="icon-button",
        title="More",
    )
    menu = html.Details(
        [dots, html.Div([*pages, *panels, hide], className="menu-items card")], className="menu"
    )
    return html.Div([play, menu], className="row person-actions")


def _address(page: str, person: str) -> str:
    return f"/{page}?person={quote(person, safe='')}"
