"""Draw how alike people are over the years, for the family's page and the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from labeler.family.family_report import Year, Years
from labeler.reports.line_charts import MOST_LINES, Axis, Line, legend, line_chart

HOW = "Large dots are years with many photos; a year with one or two says little."


def charts(found: Sequence[Years]) -> list[str]:
    """Return a figure of HTML for each child, several if there are many relatives."""
    by_child: dict[str, list[Years]] = {}
    for one in found:
        by_child.setdefault(one.person, []).append(one)
    return [
        _chart(child, lines[start : start + MOST_LINES])
        for child, lines in by_child.items()
        for start in range(0, len(lines), MOST_LINES)
    ]


def _chart(child: str, found: Sequence[Years]) -> str:
    aged = all(year.age is not None for one in found for year in one.years)
    lines = [
        Line(
            f"like {one.relative}",
            [(_when(year, aged), 100 * year.share) for year in one.years],
            [2.5 + min(year.photos, 9) / 2 for year in one.years],
        )
        for one in found
    ]
    places = sorted({x for line in lines for x, _ in line.points})
    step = max(1, -(-len(range(int(places[0]), int(places[-1]) + 1)) // 6))
    ticks = [(x, f"{x}") for x in range(int(places[0]), int(places[-1]) + 1, step)]
    x = Axis("age" if aged else "year", places[0] - 0.4, places[-1] + 0.4, ticks)
    y = Axis("", 0, 100, [(value, f"{value}") for value in (0, 25, 50, 75, 100)])
    says = "; ".join(
        f"{line.name}: " + ", ".join(f"{where:.0f}: {value:.0f}" for where, value in line.points)
        for line in lines
    )
    drawn = line_chart(f"{child} over the years", says, x, y, lines)
    return f"<figure><figcaption><b>{escape(child)}</b></figcaption>{drawn}{legend(lines)}</figure>"


def _when(year: Year, aged: bool) -> float:
    return float(year.age if aged and year.age is not None else year.year)
