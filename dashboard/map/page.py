"""The map: every face a point, look-alikes close together; select some and name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.wording import count

from ..shared import actions, addresses, views
from ..shared.addresses import asked, number_in, selected
from ..shared.components import button, empty_state, face_picker, labelled, no_faces, page_head
from ..shared.ids import Id, Where
from ..shared.name_row import name_row
from ..shell.snapshot import Snapshot
from . import figures

FACES_SHOWN = 60
COLOURINGS = [("person", "Person"), ("cluster", "Group"), ("year", "Year"), ("album", "Album")]

_GRAPH_CONFIG: Any = {
    "displaylogo": False,
    "scrollZoom": True,
    "displayModeBar": True,
    "modeBarButtons": [["lasso2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
}


def layout(snapshot: Snapshot, search: str | None = None) -> Component:
    """Return the page; the figure and the panel are kept up to date by callbacks.

    Args:
        search: the end of the address; it may say whom to look at and what is selected.
    """
    if not snapshot.faces:
        return html.Div(no_faces(snapshot.photos_away), className="page")
    if all(row.xy is None for row in snapshot.faces):
        group = dcc.Link("Group the faces", href=addresses.GROUPS)
        empty = empty_state("No map yet", ["It is drawn when faces are grouped. ", group, "."])
        return html.Div(empty, className="page")
    # As long as nobody has a name, colours by person would all be the grey of the unnamed.
    by = "person" if snapshot.people else "cluster"
    colour = _choice(Id.MAP_COLOUR, "Colour by", COLOURINGS, by)
    click = _choice(Id.MAP_CLICK, "A click selects", [("whole", "All alike"), ("face", "One face")])
    subtitle = "Faces that look alike lie close together. Click a point, or draw around some."
    return html.Div(
        [
            page_head("Map", subtitle, [_find(snapshot, asked(search, "person")), colour, click]),
            html.Div([_plot(), html.Div(id=Id.MAP_PANEL, className="card panel")], className="map"),
            dcc.Store(id=Id.MAP_SELECTION, data=asked_faces(snapshot, search)),
            dcc.Store(id=Id.MAP_ASKED, data=search),
        ],
        className="page wide",
    )


def asked_faces(snapshot: Snapshot, search: str | None) -> list[int]:
    """Return the faces that an address speaks of: a person's, a group's, or single ones."""
    group = number_in(asked(search, "group"))
    if group is not None:
        return [row.face for row in snapshot.faces if row.cluster == group]
    if person := asked(search, "person"):
        return [row.face for row in snapshot.of_person.get(person, ())]
    return actions.existing(snapshot, selected(search))


def view(snapshot: Snapshot, person: str | None, search: str | None) -> figures.MapView | None:
    """Return what to look at: the person chosen, else what the address spoke of first."""
    if person:
        return figures.view_of(snapshot.of_person.get(person, ()), person)
    rows = [snapshot.by_id[face] for face in asked_faces(snapshot, search)]
    return figures.view_of(rows, search) if search else None


def panel(snapshot: Snapshot, chosen: Sequence[int]) -> list[Any]:
    """Return what stands beside the map: the selected faces and what to do with them."""
    faces = actions.existing(snapshot, chosen)
    if not faces:
        return [
            html.Div(html.Span(className="glyph glyph-lasso"), className="empty-mark"),
            html.P("Nothing is selected.", className="panel-empty"),
            html.P(
                "Click a point or draw a line around several to see the faces and name them.",
                className="panel-empty subtitle",
            ),
        ]
    offered = faces[:FACES_SHOWN]
    rest = len(faces) - len(offered)
    return [
        html.Div(
            [
                html.H2(f"{count(len(faces), 'face')} selected"),
                html.Button("Clear", id=Id.MAP_CLEAR, n_clicks=0, type="button", className="quiet"),
            ],
            className="card-title apart",
        ),
        html.P(views.make_up(snapshot, faces), className="subtitle"),
        name_row(snapshot, Where.MAP, unlabel="Remove name", reject=_one_name(snapshot, faces)),
        _split(snapshot, faces),
        html.Div(face_picker(snapshot, Where.MAP, offered, offered), className="panel-faces"),
        html.P(f"and {rest:,} more", className="subtitle") if rest else None,
    ]


def _one_name(snapshot: Snapshot, faces: Sequence[int]) -> str | None:
    """Return the name that some of the faces have, if no other has another one."""
    names = {snapshot.by_id[face].person for face in faces} - {None}
    return names.pop() if len(names) == 1 else None


def _split(snapshot: Snapshot, faces: Sequence[int]) -> Component | None:
    """Return the button that keeps the faces apart from the rest of their groups."""
    numbers = Counter(snapshot.by_id[face].cluster for face in faces)
    sizes = {group.cluster: len(group.faces) for group in snapshot.groups}
    if all(number is None or numbers[number] == sizes.get(number) for number in numbers):
        return None
    return button("Split from their group", Id.MAP_SPLIT, "subtle")


def figure(
    snapshot: Snapshot,
    colouring: figures.Colouring,
    chosen: Sequence[int],
    view: figures.MapView | None = None,
) -> Any:
    """Return the map's figure."""
    return figures.map_figure(snapshot.faces, colouring, chosen, snapshot.version, view)


def _find(snapshot: Snapshot, person: str) -> Component | None:
    """Return the field that takes the map to a person."""
    if not snapshot.people:
        return None
    return html.Div(
        [
            html.Span("Look at", className="choice-label"),
            dmc.Select(
                id=Id.MAP_FIND,
                data=snapshot.names,
                value=person if person in snapshot.of_person else None,
                placeholder="A person",
                searchable=True,
                selectFirstOptionOnChange=True,
                clearable=True,
                size="xs",
                w=150,
                **labelled("Look at a person on the map"),
            ),
        ],
        className="choice",
    )


def _plot() -> Component:
    graph = dcc.Graph(
        id=Id.MAP, config=_GRAPH_CONFIG, clear_on_unhover=True, responsive=True, className="graph"
    )
    tooltip = dcc.Tooltip(
        id=Id.MAP_TOOLTIP,
        direction="top",
        background_color="var(--card)",
        border_color="var(--line)",
        className="map-tooltip",
    )
    return html.Div([graph, tooltip], className="card plot")


def _choice(
    identity: str, label: str, options: list[tuple[str, str]], value: str | None = None
) -> Component:
    data = [{"value": value, "label": text} for value, text in options]
    control = dmc.SegmentedControl(id=identity, data=data, value=value or options[0][0], size="xs")
    return html.Div([html.Span(label, className="choice-label"), control], className="choice")
