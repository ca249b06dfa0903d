"""The map as a plotly figure: rows in, figure out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from labeler.people.steps.listing import FaceRow
from labeler.wording import certainty

from ..shared.colours import IGNORED, UNNAMED, group_colour, people_colours, year_colours
from ..shared.views import album
from .name_placement import PlacedName, place_names, units_per_pixel

LEAST_VIEW = 1.0
"""No closer than this, in units of the map, does it look at somebody."""
MOST_NAMES = 300
"""More names than these nobody reads, and every browser becomes slow with."""
PLACES = 3
"""Decimals of a place on the map: a thousandth of the distance between look-alikes."""
_QUIET = {IGNORED: ("ignored", 2, 0.35), UNNAMED: ("unnamed", 1, 0.65)}
"""Name, by how much smaller the points are, and opacity of the traces of these colours."""
Colouring = Literal["person", "cluster", "year", "album"]


def map_figure(
    rows: Sequence[FaceRow],
    colouring: Colouring = "person",
    selected: Iterable[int] = (),
    version: str = "",
    view: MapView | None = None,
) -> dict[str, Any]:
    """Return the map of the faces that have a place on it, drawn by WebGL, as plotly's JSON.

    One trace per colour: that of the ignored faces, that of the unnamed (or ungrouped) ones, and
    those of the others. The custom data of a point are its face id and where in the layout's
    `meta.texts` stands what to call it. While some faces are selected, the others fade.

    It is a plain dictionary, as plotly's own class copies and checks every one of a hundred
    thousand points, and its numbers are lists, as the browser takes an encoded array for a new
    one each time that the map is moved, and begins anew. A colour is said once per trace, as the
    browser reads a list of them slowly, each several times. Equal units across and up are kept, and
    the names written, by map.js: plotly would do both from scratch with every move.

    Args:
        version: handed through to the browser in the layout's `meta`; see `Snapshot.version`.
            Beside it are the names and the scale for which they are placed.
        view: what part of the map to show; None = all of it.
    """
    placed = [row for row in rows if row.xy is not None]
    size = _marker_size(len(placed))
    texts: dict[str, int] = {}
    wanted = set(selected)
    traces = [
        {**_points(own, texts, size, colour), "selectedpoints": _selected_points(own, wanted)}
        for colour, own in layers(placed, colouring).items()
    ]
    return {"data": traces, "layout": _layout(placed, list(texts), version, view)}


def layers(rows: Sequence[FaceRow], colouring: Colouring) -> dict[str, list[FaceRow]]:
    """Return the faces of each colour, in the order in which they are drawn.

    The ignored ones are below the grey ones, and these below the others.
    """
    colour_of = _colouring(rows, colouring)
    found: dict[str, list[FaceRow]] = {IGNORED: [], UNNAMED: []}
    for row in rows:
        found.setdefault(IGNORED if row.ignored else colour_of(row), []).append(row)
    return {colour: own for colour, own in found.items() if own}


def _selected_points(rows: Sequence[FaceRow], wanted: set[int]) -> list[int] | None:
    """Return which points of a trace are selected; None = nothing is, on the whole map."""
    return [i for i, row in enumerate(rows) if row.face in wanted] if wanted else None


def written_names(rows: Sequence[FaceRow]) -> list[PlacedName]:
    """Return where the people's names stand; all other faces only take up room.

    Where there are more than `MOST_NAMES` people, those with the fewest faces have no name there.

    Args:
        rows: faces that have a place on the map.
    """
    people: dict[str, list[FaceRow]] = {}
    others = []
    for row in rows:
        if row.person is None or row.ignored:
            others.append(row)
        else:
            people.setdefault(row.person, []).append(row)
    largest = sorted(people, key=lambda person: (-len(people[person]), person))
    for person in largest[MOST_NAMES:]:
        others += people.pop(person)
    places = {person: _places(faces) for person, faces in people.items()}
    return place_names(places, _places(others))


def _colouring(rows: Sequence[FaceRow], colouring: Colouring) -> Callable[[FaceRow], str]:
    if colouring == "cluster":
        return lambda row: group_colour(row.cluster)
    if colouring == "year":
        shades = year_colours(row.taken.year for row in rows if row.taken)
        return lambda row: shades[row.taken.year] if row.taken else UNNAMED
    if colouring == "album":
        albums = people_colours(album(row) for row in rows)
        return lambda row: albums[album(row)]
    colours = people_colours(row.person for row in rows if row.person is not None)
    return lambda row: UNNAMED if row.person is None else colours[row.person]


@dataclass(frozen=True, slots=True)
class MapView:
    """A part of the map: from where to where across and up, and a name that tells it from others.

    As long as the name is the same, the browser keeps what the user has moved or zoomed.
    """

    name: str
    across: tuple[float, float]
    up: tuple[float, float]


def axes_of(view: MapView | None) -> dict[str, dict[str, Any]]:
    """Return what the layout of a figure says about the axes; None = the whole map."""
    bounds = (view.across, view.up) if view else (None, None)
    name = view.name if view else "map"
    return {
        axis: {"range": ends, "autorange": ends is None, "uirevision": name}
        for axis, ends in zip(("xaxis", "yaxis"), bounds, strict=True)
    }


def view_of(rows: Sequence[FaceRow], name: str) -> MapView | None:
    """Return the part of the map that shows some faces with room around them.

    A few that lie elsewhere do not count. None = none of them is on the map.
    """
    places = _places([row for row in rows if row.xy is not None])
    if not len(places):
        return None
    low, high = np.quantile(places, [0.05, 0.95], axis=0)
    middle, reach = (low + high) / 2, float(max((high - low).max(), LEAST_VIEW))
    across, up = ((float(at - reach), float(at + reach)) for at in middle)
    return MapView(name, across, up)


def _points(
    rows: Sequence[FaceRow],
    texts: dict[str, int],
    size: float,
    colour: str,
) -> dict[str, Any]:
    """Return a trace; what its points are called is added to the texts."""
    name, smaller, opacity = _QUIET.get(colour, ("named", 0, 0.85))
    places = _places(rows).round(PLACES)
    return {
        "type": "scattergl",
        "name": name,
        "mode": "markers",
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
        "customdata": [(row.face, texts.setdefault(hover_text(row), len(texts))) for row in rows],
        "marker": {
            "size": size - smaller,
            "color": colour,
            "opacity": opacity,
            "line": {"width": 0},
        },
        "hoverinfo": "none",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": opacity / 5}},
    }


def _places(rows: Sequence[FaceRow]) -> np.ndarray:
    return np.array([row.xy for row in rows], dtype=np.float64).reshape(-1, 2)


def hover_text(row: FaceRow) -> str:
    """Return what the map says about a face under the pointer."""
    who = "ignored" if row.ignored else row.person or "unnamed"
    sure = f" ({certainty(row.probability)})" if row.source == "auto" and row.probability else ""
    year = f" · {row.taken.year}" if row.taken else ""
    return f"{who}{sure}{year}"


def _name_labels(rows: Sequence[FaceRow]) -> list[dict[str, Any]]:
    return [
        {
            "text": name.text,
            "x": name.x,
            "y": name.y,
            "right": name.dx,
            "up": name.dy,
            "crowded": name.crowded,  # the browser shows it as soon as there is room
        }
        for name in written_names(rows)
    ]


def _layout(
    placed: Sequence[FaceRow], texts: list[str], version: str, view: MapView | None
) -> dict[str, Any]:
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    bounds = axes_of(view) if view else {"xaxis": {}, "yaxis": {}}
    return {
        "dragmode": "lasso",
        "clickmode": "event",
        "hovermode": "closest",
        "showlegend": False,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, **bounds["xaxis"]},
        "yaxis": {**axis, **bounds["yaxis"]},
        "newselection": {"line": {"color": "#3b6fd8", "width": 1.5, "dash": "dot"}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "#8d949e", "activecolor": "#4c6ef5"},
        "uirevision": "map",
        "meta": {
            "version": version,
            "texts": texts,
            "names": _name_labels(placed),
            "units_per_pixel": units_per_pixel(_places(placed)),
        },
    }


def _marker_size(points: int) -> float:
    """Return the diameter of a point in pixels: 13 for a few, 5 for many thousands."""
    return float(np.clip(17 - 3 * np.log10(max(points, 1)), 5, 13))
