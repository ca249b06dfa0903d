"""Draw lines over two axes as SVG that stands in a web page and takes its colours from there.

Colours and widths come from the page's style, by class: `line one`, `line two`, `line three`,
`axis`, `grid`, `mark`, `dot`. Text is text, and each chart says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 420, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 26, 12, 44
_CLASSES = ("one", "two", "three")
MOST_LINES = len(_CLASSES)

Point = tuple[float, float]
Tick = tuple[float, str]


@dataclass(frozen=True)
class Line:
    """A line through points, in the units of the axes. sizes: radius of the dot at each point."""

    name: str
    points: Sequence[Point]
    sizes: Sequence[float] | None = None


@dataclass(frozen=True)
class Axis:
    """An axis from `least` to `most`; ticks are values on it with what is written there."""

    name: str
    least: float
    most: float
    ticks: Sequence[Tick]

    def share(self, value: float) -> float:
        return (min(max(value, self.least), self.most) - self.least) / (self.most - self.least)


def line_chart(
    title: str,
    says: str,
    x: Axis,
    y: Axis,
    lines: Sequence[Line],
    mark: Tick | None = None,
    diagonal: bool = False,
) -> str:
    """Return the SVG element.

    Args:
        title, says: what a screen reader says.
        lines: at most `MOST_LINES`.
        mark: a place on the x axis, and what is written there.
        diagonal: draw where y equals x.
    """
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(f"{title}. {says}")}">',
        _grid(x, y),
    ]
    if diagonal:
        least, most = max(x.least, y.least), min(x.most, y.most)
        parts.append(f'<path class="ideal" d="{_path(x, y, [(least, least), (most, most)])}"/>')
    for line, kind in zip(lines, _CLASSES, strict=False):
        parts.append(f'<path class="line {kind}" d="{_path(x, y, line.points)}"/>')
        sizes = line.sizes or [2.5] * len(line.points)
        for (across, up), size in zip(line.points, sizes, strict=True):
            left, top = _place(x, y, across, up)
            parts.append(f'<circle class="dot {kind}" cx="{left}" cy="{top}" r="{size:.1f}"/>')
    if mark:
        parts.append(_mark(x, mark))
    return "".join([*parts, "</svg>"])


def legend(lines: Sequence[Line]) -> str:
    """Return what the lines are called, each behind a piece of itself."""
    entries = "".join(
        f'<li><svg viewBox="0 0 28 8" aria-hidden="true"><path class="line {kind}" '
        f'd="M0 4H28"/></svg>{escape(line.name)}</li>'
        for line, kind in zip(lines, _CLASSES, strict=False)
    )
    return f'<ul class="legend">{entries}</ul>'


def _place(x: Axis, y: Axis, across: float, up: float) -> Point:
    left = _LEFT + x.share(across) * (WIDTH - _LEFT - _RIGHT)
    top = HEIGHT - _BOTTOM - y.share(up) * (HEIGHT - _TOP - _BOTTOM)
    return round(left, 1), round(top, 1)


def _path(x: Axis, y: Axis, points: Sequence[Point]) -> str:
    places = (_place(x, y, *point) for point in points)
    return "M" + "L".join(f"{left} {top}" for left, top in places) if points else ""


def _grid(x: Axis, y: Axis) -> str:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = []
    for value, text in y.ticks:
        top = _place(x, y, x.least, value)[1]
        parts.append(f'<path class="grid" d="M{_LEFT} {top}H{right}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{top + 4}" text-anchor="end">{escape(text)}</text>')
    for value, text in x.ticks:
        left = _place(x, y, value, y.least)[0]
        parts.append(f'<path class="grid" d="M{left} {_TOP}V{bottom}"/>')
        parts.append(
            f'<text x="{left}" y="{bottom + 16}" text-anchor="middle">{escape(text)}</text>'
        )
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>')
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x.name)}</text>'
    )
    return "".join(parts)


def _mark(x: Axis, mark: Tick) -> str:
    value, text = mark
    left = round(_LEFT + x.share(value) * (WIDTH - _LEFT - _RIGHT), 1)
    anchor, shift = ("end", -5) if x.share(value) > 0.5 else ("start", 5)
    bottom = HEIGHT - _BOTTOM
    return (
        f'<path class="mark" d="M{left} {_TOP}V{bottom}"/><text class="said" x="{left + shift}" '
        f'y="{bottom - 8}" text-anchor="{anchor}">{escape(text)}</text>'
    )
