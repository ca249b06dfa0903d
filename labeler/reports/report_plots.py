"""The plots of the report on the user's own names, each with its legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from labeler.metrics.answer_scores import Rates
from labeler.reports.label_report import LabelReport
from labeler.reports.line_charts import Axis, Line, Point, legend, line_chart
from labeler.wording import exactly, percent

_QUARTERS = tuple((step / 4, f"{step * 25}%") for step in range(5))
_PRECISION, _RECALL = "right among the names", "known people’s faces named"
_LARGEST_DOT = 9.0


def knob(report: LabelReport) -> str:
    """Return what each wanted precision leads to; towards 100 % the axis is stretched."""
    lines = [
        Line(_PRECISION, _points(report, lambda rates: rates.precision)),
        Line(_RECALL, _points(report, lambda rates: rates.recall)),
    ]
    lowest = min((value for line in lines for _, value in line.points), default=0.0)
    floor = min(math.floor(lowest * 10) / 10, 0.9)
    quarters = [floor + (1 - floor) * step / 4 for step in range(5)]
    now, wanted = report.at_knob, report.wanted_precision
    chart = line_chart(
        "What each wanted precision leads to",
        f"Now {exactly(wanted)} are wanted: {percent(now.precision)} of the names are right, "
        f"{percent(now.recall)} of the faces of known people get theirs.",
        Axis(
            "wanted precision",
            _stretched(0.8),
            _stretched(0.9999),
            [(_stretched(one), exactly(one)) for one in (0.8, 0.9, 0.99, 0.999, 0.9999)],
        ),
        Axis("share", floor, 1, [(one, percent(one)) for one in quarters]),
        lines,
        mark=(_stretched(wanted), f"now {exactly(wanted)}"),
    )
    return chart + legend(lines)


def thresholds(report: LabelReport) -> str:
    """Return what happens at each least probability."""

    def points(pick: Callable[[Rates], float | None]) -> list[Point]:
        return _known((one.threshold, pick(one)) for one in report.thresholds)

    lines = [
        Line(_PRECISION, points(lambda rates: rates.precision)),
        Line(_RECALL, points(lambda rates: rates.recall)),
        Line("strangers named", points(lambda rates: rates.strangers_named)),
    ]
    now = report.at_knob
    chart = line_chart(
        "What happens at each least probability of a name",
        f"From {now.threshold:.2f} on, as now, {percent(now.strangers_named)} of strangers get a "
        f"name, and {percent(now.recall)} of the faces of known people.",
        Axis("least probability of a name", 0, 1, _QUARTERS),
        Axis("share", 0, 1, _QUARTERS),
        lines,
        mark=(now.threshold, "now"),
    )
    return chart + legend(lines)


def reliability(report: LabelReport) -> str:
    """Return stated against measured; the larger a dot, the more answers it stands for."""
    bins = [
        (one, stated, right)
        for one in report.reliability
        if (stated := one.probability) is not None and (right := one.right) is not None
    ]
    most = max((one.answers for one, _, _ in bins), default=1)
    line = Line(
        "share that is right",
        [(p, r) for _, p, r in bins],
        [max(_LARGEST_DOT * math.sqrt(one.answers / most), 2) for one, _, _ in bins],
    )
    return line_chart(
        "Stated probability and the share that is right",
        f"On average they differ by {percent(report.calibration_error)}.",
        Axis("stated probability", 0, 1, _QUARTERS),
        Axis("share that is right", 0, 1, _QUARTERS),
        [line],
        diagonal=True,
    )


def _points(report: LabelReport, pick: Callable[[Rates], float | None]) -> list[Point]:
    return _known((_stretched(one.wanted), pick(one.rates)) for one in report.knob)


def _known(points: Iterable[tuple[float, float | None]]) -> list[Point]:
    return [(x, y) for x, y in points if y is not None]


def _stretched(precision: float) -> float:
    return -math.log10(1 - precision)
