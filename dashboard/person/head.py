"""The head of a person's page: picture, name, facts, and what can be done with the person."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import PersonRow

from ..shared import addresses, views
from ..shared.components import button, dot, face_image
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
    lines = [html.P(line, className="subtitle") for line in facts(row) if line]
    return html.Header(
        [
            face_image(snapshot, views.cover(snapshot, row.person), "person-cover"),
            html.Div([title, *lines], className="person-words"),
            _actions(row),
        ],
        className="person-head",
    )


def facts(row: PersonRow) -> tuple[str, str]:
    """Return what is known of a person in two lines; the second may be empty."""
    when = _dates(row.first, row.last)
    born = f"born {person_views.long_date(row.born)}" if row.born else ""
    age = person_views.ages(row.born, row.first, row.last)
    on_photos = f"{age} on the photos" if age else ""
    return " · ".join(filter(None, [person_views.faces_on_photos(row), when])), " · ".join(
        filter(None, [born, on_photos])
    )


def _dates(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    if first.date() == last.date():
        return person_views.long_date(first)
    return f"{person_views.long_date(first)} – {person_views.long_date(last)}"


def _actions(row: PersonRow) -> Component:
    panels = [
        button(text, part(Part.PANEL, kind), class_name="panel-button", size="sm")
        for kind, text in PANELS.items()
    ]
    hide = button("Show again" if row.hidden else "Hide", part(Part.HIDE, row.person), size="sm")
    pages = [
        _link("Slideshow", "slideshow", row.person),
        _link("Resemblance", "resemblance", row.person),
        dcc.Link("Map", href=addresses.on_map(row.person), className="link-button"),
    ]
    return html.Div([*panels, hide, *pages], className="row person-actions")


def _link(text: str, page: str, person: str) -> Component:
    href = f"/{page}?person={quote(person, safe='')}"
    return dcc.Link(text, href=href, className="link-button")
