"""Draw a family tree as SVG: faces by generation, and on each line how alike parent and child are.

Colours come from the page's style (see `labeler.family.family_style`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from labeler.family.answers import of_hundred
from labeler.family.family import parents
from labeler.family.family_report import FamilyReport, Member

APART, DOWN, RADIUS = 136, 196, 44
_TOP, _SIDE = 60, 84
_LONGEST = 16
"""Longer names are cut in the drawing; the tables have all of them."""

_ROUND = (
    '<defs><clipPath id="round" clipPathUnits="objectBoundingBox">'
    '<circle cx="0.5" cy="0.5" r="0.5"/></clipPath></defs>'
)

Place = tuple[float, float]


def tree(report: FamilyReport, pictures: Mapping[int, str]) -> str:
    """Return the SVG element.

    Args:
        pictures: addresses of pictures by face id; who has none is drawn as an initial.
    """
    places = _places(report)
    width = max(x for x, _ in places.values()) + _SIDE
    height = max(y for _, y in places.values()) + RADIUS + 56
    shares = {(one.one, one.other): one.share for one in report.pairs if one.relation == "parent"}
    lines, chips = [], []
    for one, relation, other in report.kin:
        if relation == "parent":
            share = shares.get((one, other))
            lines.append(_line(places[one], places[other], share))
            if share is not None:
                chips.append(_chip(places[one], places[other], share))
        elif relation == "spouse":
            lines.append(_couple(places[one], places[other]))
    said = f"Family tree of {len(report.members)} people in {_generations(report)} generations."
    faces = "".join(_member(one, places[one.person], pictures) for one in report.members)
    return (
        f'<svg class="tree" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{said}">'
        f"{_ROUND}{''.join(lines)}{faces}{''.join(chips)}</svg>"
    )


def _generations(report: FamilyReport) -> int:
    return len({one.generation for one in report.members})


def _places(report: FamilyReport) -> dict[str, Place]:
    """Return the middle of each face: children in the middle below their parents if they fit."""
    rows: dict[int, list[str]] = {}
    for one in report.members:
        rows.setdefault(one.generation, []).append(one.person)
    across: dict[str, float] = {}
    for number in sorted(rows):
        row = rows[number]
        wanted = [_wanted(report, person, across) for person in row]
        across |= dict(zip(row, _spread(wanted), strict=True))
    left = min(across.values())
    return {
        person: (across[person] - left + _SIDE, _TOP + number * DOWN)
        for number, row in rows.items()
        for person in row
    }


def _wanted(report: FamilyReport, person: str, across: Mapping[str, float]) -> float | None:
    above = [across[one] for one in parents(report.kin, person) if one in across]
    return sum(above) / len(above) if above else None


def _spread(wanted: Sequence[float | None]) -> list[float]:
    """Return places in this order, at least `APART`, as near as can be to those wanted."""
    known = [place for place in wanted if place is not None]
    middle = sum(known) / len(known) if known else 0.0
    ideal = [middle if place is None else place for place in wanted]
    # Pool neighbours that would overlap, and set each pool around the mean of what they want.
    pools: list[tuple[float, int]] = []
    for place, one in enumerate(ideal):
        total, count = one - place * APART, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, number = pools.pop()
            total, count = total + before, count + number
        pools.append((total, count))
    shifts = [total / count for total, count in pools for _ in range(count)]
    return [shift + place * APART for place, shift in enumerate(shifts)]


def _line(parent: Place, child: Place, share: float | None) -> str:
    (x, y), (to_x, to_y) = parent, child
    start, end = y + RADIUS + 40, to_y - RADIUS - 2
    half = (start + end) / 2
    width = 1.5 + 4.5 * (share or 0)
    faint = 0.25 if share is None else 0.3 + 0.6 * share
    return (
        f'<path class="kin" stroke-width="{width:.1f}" opacity="{faint:.2f}" '
        f'd="M{x:.0f} {start:.0f}C{x:.0f} {half:.0f} {to_x:.0f} {half:.0f} {to_x:.0f} {end:.0f}"/>'
    )


def _chip(parent: Place, child: Place, share: float) -> str:
    """Return the number on a line, nearer to the parent, where lines are apart."""
    (x, y), (to_x, to_y) = parent, child
    start, end, t = y + RADIUS + 40, to_y - RADIUS - 2, 0.3
    half = (start + end) / 2
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    left = sum(w * p for w, p in zip(weights, (x, x, to_x, to_x), strict=True))
    top = sum(w * p for w, p in zip(weights, (start, half, half, end), strict=True))
    return (
        f'<g><rect class="chip" x="{left - 14:.0f}" y="{top - 10:.0f}" width="28" height="20" '
        f'rx="10"/><text class="share" x="{left:.0f}" y="{top + 4.5:.0f}">{of_hundred(share)}'
        "</text></g>"
    )


def _couple(one: Place, other: Place) -> str:
    (left, y), (right, to_y) = sorted((one, other))
    shift = RADIUS if y == to_y else 0
    return f'<path class="couple" d="M{left + shift:.0f} {y:.0f}L{right - shift:.0f} {to_y:.0f}"/>'


def _member(one: Member, place: Place, pictures: Mapping[int, str]) -> str:
    x, y = place
    short = one.person if len(one.person) <= _LONGEST else f"{one.person[: _LONGEST - 1]}…"
    under = f"born {one.born.year}" if one.born else f"{one.photos:,} photos"
    address = pictures.get(one.face) if one.face is not None else None
    if address is None:
        shown = (
            f'<circle class="nobody" cx="{x:.0f}" cy="{y:.0f}" r="{RADIUS}"/>'
            f'<text class="name" x="{x:.0f}" y="{y + 5:.0f}">{escape(one.person[:1])}</text>'
        )
    else:
        side = 2 * RADIUS
        shown = (
            f'<image x="{x - RADIUS:.0f}" y="{y - RADIUS:.0f}" width="{side}" height="{side}" '
            f'clip-path="url(#round)" href="{escape(address)}"/>'
            f'<circle class="ring" cx="{x:.0f}" cy="{y:.0f}" r="{RADIUS}"/>'
        )
    return (
        f"<g><title>{escape(one.person)}</title>{shown}"
        f'<text class="name" x="{x:.0f}" y="{y + RADIUS + 18:.0f}">{escape(short)}</text>'
        f'<text class="small" x="{x:.0f}" y="{y + RADIUS + 33:.0f}">{escape(under)}</text></g>'
    )
