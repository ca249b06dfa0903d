"""Where on the map the people's names are written, so that they can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FONT_SIZE = 15
LINE = 1.25 * FONT_SIZE
GAP = 8.0
"""Pixels between a name and the point beside it; points are up to 13 wide."""
MOST_LETTERS = 28
PLOT_SIZE = (900.0, 640.0)
"""Width and height in pixels for which the names are placed: a laptop's. On a larger screen the
points move apart, while the names keep their size and their distance from their points."""
PADDING = 0.05
"""Share of the plot that plotly leaves free on each side of the points."""
ISLAND_CELL = 24.0
"""Pixels: points on an island are not further than about this from the next one."""
COUNTING_CELL = 4.0
"""Pixels: how finely the points that a name would cover are counted."""

EDGE = 1e-3
"""Pixels by which a point may lie outside the span of a name that ends at it: rounding."""

Points = NDArray[np.float64]
Cells = NDArray[np.int64]


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle in pixels, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Rectangle) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    @property
    def middle(self) -> Points:
        return np.array([self.left + self.right, self.bottom + self.top]) / 2


@dataclass(frozen=True)
class PlacedName:
    """A name at one of its person's points.

    x, y: the point, in units of the map. dx, dy: from there to the middle of the text, in pixels
    right and up. box: where the text is on a plot of the size asked for. crowded: there is no room
    for it there, only on a larger plot or a part of the map.
    """

    person: str
    text: str
    x: float
    y: float
    dx: float
    dy: float
    box: Rectangle
    crowded: bool


def place_names(
    people: Mapping[str, Points], others: Points, size: tuple[float, float] = PLOT_SIZE
) -> list[PlacedName]:
    """Return where names stand, those of the people with most faces first.

    Each stands at the largest island of its person's points: beside it where it covers nobody
    else, otherwise where it covers the fewest. A name is crowded where it would overlap another,
    reach beyond the plot or cover more of others than the person has faces; of the other ones no
    two overlap. So those with fewer faces give way.

    Args:
        people: the places (m, 2) of each person's faces, one at least.
        others: the places (o, 2) of all other faces.
        size: width and height of the plot in pixels; the map fills it, with equal units.
    """
    to_pixels = _Pixels([*people.values(), others], size)
    crowd = _Crowd(to_pixels([*people.values(), others]), size)
    placed: list[PlacedName] = []
    taken: list[Rectangle] = []
    for person in sorted(people, key=lambda name: (-len(people[name]), name)):
        own = to_pixels([people[person]])
        text = shorten(person)
        spots = _candidates(own, text_width(text))
        covered = [crowd.others(box, own) for _, box in spots]
        free = [
            rank
            for rank, (_, box) in enumerate(spots)
            if covered[rank] <= len(own) and _is_free(box, taken, size)
        ]
        point, box = spots[min(free, key=lambda rank: (covered[rank], rank), default=0)]
        x, y = people[person][point].tolist()
        dx, dy = (box.middle - own[point]).tolist()
        placed.append(PlacedName(person, text, x, y, dx, dy, box, crowded=not free))
        if free:
            taken.append(box)
    return placed


def units_per_pixel(places: Points, size: tuple[float, float] = PLOT_SIZE) -> float:
    """Return how many units of the map a pixel is when a plot shows all places (n, 2)."""
    return 1 / _Pixels([places], size).scale


def shorten(name: str) -> str:
    """Return the beginning of a name that is longer than `MOST_LETTERS`."""
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1].rstrip() + "…"


def text_width(text: str) -> float:
    """Return how many pixels a text is wide, rather too many than too few: fonts differ."""
    return FONT_SIZE * sum(map(_letter_width, text))


def largest_island(points: Points) -> Cells:
    """Return which of the points (m, 2), in pixels, are on the island with most of them.

    Points are connected through cells of a square grid that touch.
    """
    cells = np.floor((points - points.min(axis=0)) / ISLAND_CELL).astype(np.int64)
    occupied = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    occupied[tuple(cells.T)] = True
    islands, _ = ndimage.label(occupied, structure=np.ones((3, 3)))
    island = islands[tuple(cells.T)]
    return np.flatnonzero(island == np.bincount(island).argmax())


def _candidates(own: Points, width: float) -> Sequence[tuple[int, Rectangle]]:
    """Return point and rectangle of each place for a name, the most welcome first.

    Above and below the middle of the island, to its right and left, at the corners, upon it.
    """
    island = largest_island(own)
    spots = own[island]
    middle = int(np.linalg.norm(spots - np.median(spots, axis=0), axis=1).argmin())
    x, y = spots[middle] - np.array([width, LINE]) / 2
    found: list[tuple[int, float, float]] = []
    for left in (x, x + width / 2, x - width / 2):
        across = np.flatnonzero(np.abs(spots[:, 0] - left - width / 2) <= width / 2 + EDGE)
        lowest, highest = _ends(spots[:, 1], across)
        found.append((highest, left, spots[highest, 1] + GAP))
        found.append((lowest, left, spots[lowest, 1] - GAP - LINE))
    level = np.flatnonzero(np.abs(spots[:, 1] - y - LINE / 2) <= LINE / 2)
    leftmost, rightmost = _ends(spots[:, 0], level)
    right = (rightmost, spots[rightmost, 0] + GAP, y)
    left_side = (leftmost, spots[leftmost, 0] - GAP - width, y)
    ordered = [*found[:2], right, left_side, *found[2:], (middle, x, y)]
    return [
        (int(island[spot]), Rectangle(left, bottom, left + width, bottom + LINE))
        for spot, left, bottom in ordered
    ]


def _is_free(box: Rectangle, taken: Sequence[Rectangle], size: tuple[float, float]) -> bool:
    inside = box.left >= 0 and box.bottom >= 0 and box.right <= size[0] and box.top <= size[1]
    return inside and not any(box.overlaps(other) for other in taken)


def _ends(values: Points, among: Cells) -> tuple[int, int]:
    """Return which of some values are the least and the greatest."""
    return int(among[values[among].argmin()]), int(among[values[among].argmax()])


class _Pixels:
    """Takes places on the map to where a plot shows them: y upwards, equal units, centred."""

    def __init__(self, places: Sequence[Points], size: tuple[float, float]) -> None:
        everybody = np.concatenate([np.empty((0, 2)), *places])
        low, high = np.zeros(2), np.ones(2)
        if len(everybody):
            low, high = everybody.min(axis=0), everybody.max(axis=0)
        room = np.array(size) * (1 - 2 * PADDING)
        self.scale = float((room / np.maximum(high - low, 1e-6)).min())
        self._shift = np.array(size) / 2 - self.scale * (low + high) / 2

    def __call__(self, places: Sequence[Points]) -> Points:
        return self.scale * np.concatenate([np.empty((0, 2)), *places]) + self._shift


class _Crowd:
    """Counts points in rectangles at the same cost whatever their number: a summed-area table."""

    def __init__(self, points: Points, size: tuple[float, float]) -> None:
        self._shape = np.ceil(np.array(size) / COUNTING_CELL).astype(np.int64) + 1
        counts = np.zeros(self._shape + 1, dtype=np.int64)
        np.add.at(counts, tuple(self._cells(points).T + 1), 1)
        self._sums = counts.cumsum(axis=0).cumsum(axis=1)

    def others(self, box: Rectangle, own: Points) -> int:
        """Return how many points in a rectangle are not among some of them, own (m, 2)."""
        (left, bottom), (right, top) = self._cells(
            np.array([[box.left, box.bottom], [box.right, box.top]])
        )
        right, top = right + 1, top + 1
        sums = self._sums
        everybody = sums[right, top] - sums[left, top] - sums[right, bottom] + sums[left, bottom]
        x, y = self._cells(own).T
        own_inside = (x >= left) & (x < right) & (y >= bottom) & (y < top)
        return int(everybody - own_inside.sum())

    def _cells(self, points: Points) -> Cells:
        cells = np.floor(points / COUNTING_CELL).astype(np.int64)
        return np.clip(cells, 0, self._shape - 1)


def _letter_width(letter: str) -> float:
    """Return the width of a letter in a bold sans-serif font, in ems."""
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in "mwMW@%…—":
        return 0.95
    if letter in "iljtfrI.,:;'|!()[] -":
        return 0.42
    return 0.74 if letter.isupper() else 0.64
