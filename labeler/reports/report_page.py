"""Write the report on the user's own names as one web page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from labeler.metrics.answer_scores import Rates
from labeler.reports import page_parts, report_matrix, report_plots
from labeler.reports.label_report import LabelReport, Suspect, few
from labeler.reports.report_style import STYLE
from labeler.wording import exactly, percent

MARK = '<meta name="generator" content="face-labeler report">'
MOST_SUSPECTS = 60
SUSPECTS_SEEN = 12
"""So many are seen at once; the others, up to `MOST_SUSPECTS`, are folded."""

_HEAD = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline'">
<title>How well are your people recognized?</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>How well are your people recognized?</h1>
"""
_END = "</main>\n</body>\n</html>\n"


def render(report: LabelReport, pictures: Mapping[int, bytes] | None = None) -> str:
    """Return the page.

    Args:
        pictures: JPEG files of some of the faces, by id; the page says that it contains them.
    """
    sections = (
        _summary(report, bool(pictures)),
        _suspects(report.mislabelled, pictures or {}),
        _people(report),
        _confusions(report),
        _knob(report),
        _probabilities(report),
        _method(report),
    )
    return _HEAD + "\n".join(sections) + _END


def _summary(report: LabelReport, pictures: bool) -> str:
    now = report.at_knob
    tiles = (
        (now.precision, "of the automatic names are right"),
        (now.recall, "of known people’s faces get their name"),
        (now.strangers_named, "of strangers get a name"),
        (report.calibration_error, "is how far probabilities are off"),
    )
    listed = "".join(f"<li><b>{percent(share)}</b>{what}</li>" for share, what in tiles)
    little = f"<p>{escape(few(report))}</p>" if few(report) else ""
    warning = (
        "<p><strong>This file contains pictures of people.</strong> Think of that before you pass "
        "it on.</p>"
    )
    return (
        f'<p class="soft">Measured on your own names: {len(report.people):,} people, '
        f"{report.faces:,} faces on {report.photos:,} photos. Each face was asked who it is, "
        "without its own photo, and once more as if nobody knew the person. You want "
        f"{exactly(report.wanted_precision)} of the automatic names to be right.</p>"
        f'{warning if pictures else ""}<ul class="tiles">{listed}</ul>{little}'
    )


def _suspects(suspects: Sequence[Suspect], pictures: Mapping[int, bytes]) -> str:
    title = "<h2>Names that may be wrong</h2>"
    if not suspects:
        return title + "<p>None: no face that you named clearly resembles somebody else.</p>"
    cards = [_suspect(one, pictures) for one in suspects[:MOST_SUSPECTS]]
    folded = cards[SUSPECTS_SEEN:]
    left_out = len(suspects) - len(cards)
    rest = f"<p>{left_out:,} more are in the output of <code>--json</code>.</p>" if left_out else ""
    return (
        f"{title}<p>Of the faces that you named, {len(suspects):,} may well show somebody else: "
        "slips, perhaps, or look-alikes. <code>labeler name --face N NAME</code> corrects a name; "
        "<code>labeler reject --face N NAME</code> says that the face is not this other person, "
        "and it is not listed again.</p>"
        f"{_cards(cards[:SUSPECTS_SEEN])}"
        f"{page_parts.folded(f'{len(folded):,} more', _cards(folded) + rest) if folded else ''}"
    )


def _cards(cards: Sequence[str]) -> str:
    return f'<ul class="suspects">{"".join(cards)}</ul>'


def _suspect(one: Suspect, pictures: Mapping[int, bytes]) -> str:
    shown = "".join(
        page_parts.picture(pictures[face], f"face {face}, named {name}")
        for face, name in ((one.face, one.person), (one.resembles, one.looks_like))
        if face in pictures
    )
    pair = f'<div class="pair">{shown}</div>' if shown else ""
    person, other = escape(one.person), escape(one.looks_like)
    only = f" Only here does {person} have a name." if one.only else ""
    return (
        f"<li>{pair}<b>Face {one.face}</b>, named {person}, looks like <b>{other}</b> "
        f"({percent(one.probability)}), most of all like face {one.resembles}.{only}"
        f"<small>{page_parts.text(one.photo)}</small></li>"
    )


def _people(report: LabelReport) -> str:
    count = {one.person: one for one in report.people}
    rows = [
        (
            escape(one.person),
            f"{count[one.person].faces:,}",
            f"{count[one.person].photos:,}",
            percent(one.precision),
            percent(one.recall),
        )
        for one in report.people_scores
    ]
    table = page_parts.table(
        "People, the worst first; – = cannot be measured",
        ("person", "faces", "photos", "precision", "recall"),
        rows,
    )
    return (
        "<h2>Person by person</h2><p>Precision: how many of the faces that get this name are this "
        "person’s. Recall: how many of the person’s faces get the name. Who is on one photo only "
        f"cannot be recognized without it.</p>{table}"
    )


def _confusions(report: LabelReport) -> str:
    title = "<h2>Who is taken for whom</h2>"
    if not report.confusions:
        return f"{title}<p>Nobody, as things are set now.</p>{report_matrix.matrix(report)}"
    rows = [
        (escape(one.person), escape(one.taken_for), f"{one.as_known:,}", f"{one.as_stranger:,}")
        for one in report.confusions
    ]
    table = page_parts.table(
        "Faces that got somebody else’s name",
        ("person", "taken for", "as known", "as stranger"),
        rows,
        texts=2,
    )
    return (
        f"{title}<p>‘As stranger’ is what would happen if the person had no name yet. If that is "
        "most of a person’s faces, the two may be one person under two names.</p>"
        f"{table}{report_matrix.matrix(report)}"
    )


def _knob(report: LabelReport) -> str:
    rows = [(exactly(one.wanted), *_numbers(one.rates)) for one in report.knob]
    wanted = [one.wanted for one in report.knob]
    now = report.wanted_precision
    table = page_parts.table(
        "What each wanted precision leads to",
        ("wanted", "least probability", "precision", "recall", "strangers named"),
        rows,
        present=wanted.index(now) if now in wanted else None,
    )
    return (
        "<h2>What another wanted precision would do</h2>"
        "<p><code>labeler recognize --precision 0.995</code> asks for surer names, and gets fewer."
        f'</p><div class="plots"><figure>{report_plots.knob(report)}</figure>{table}</div>'
    )


def _probabilities(report: LabelReport) -> str:
    bins = [
        (
            f"{percent(one.least)} to {percent(one.most)}",
            f"{one.answers:,}",
            percent(one.probability),
            percent(one.right),
        )
        for one in report.reliability
    ]
    thresholds = [(f"{one.threshold:g}", *_numbers(one)[1:]) for one in report.thresholds]
    return (
        '<h2>Probabilities</h2><div class="plots"><figure><figcaption>Do they tell the truth? On '
        "the dashed line, of faces that are 80% sure, 80% are right; the larger a dot, the more "
        f"answers.</figcaption>{report_plots.reliability(report)}</figure>"
        "<figure><figcaption>From which probability on should a name be given? Strangers named "
        f"should be few, known people many.</figcaption>{report_plots.thresholds(report)}</figure>"
        "</div>"
        + page_parts.folded(
            "The numbers",
            page_parts.table(
                "Stated and measured",
                ("probability", "answers", "stated", "right"),
                bins,
            )
            + page_parts.table(
                "What happens at each least probability",
                ("least probability", "precision", "recall", "strangers named"),
                thresholds,
            ),
        )
    )


def _method(report: LabelReport) -> str:
    source = (
        "as the last <code>labeler recognize</code> estimated"
        if report.share_is_estimated
        else "an assumption, until <code>labeler recognize</code> estimates it"
    )
    return (
        "<h2>How this was measured</h2>"
        f"<p>{report.asked:,} of the {report.faces:,} faces have their person on another photo "
        "too; photos of one burst count as one. They asked who they are, and neither their own "
        "photo nor its burst helped to answer. All of them also asked as strangers, the person’s "
        "other faces being left out as well: whatever name they get then is wrong.</p>"
        f"<p>How many of the faces without a name are of people whom you have named decides how "
        f"much the strangers weigh: {percent(report.known_share)}, {source}.</p>"
        "<p>Each face was judged alone and had one photo of its person fewer to go by than a new "
        "photo has; automatic names also regard the face’s group, and that a person is on a photo "
        "once. So in truth more faces get their name, above all of people with two or three "
        "photos. On the other hand, if you named the easy faces first, the rest is harder than "
        "this report can know. A wrong name that you gave counts as an error of the program. The "
        "probabilities were calibrated on the answers of up to a thousand of these same faces; as "
        "only two numbers were fitted, that makes little difference.</p>"
    )


def _numbers(rates: Rates) -> list[str]:
    shares = (rates.precision, rates.recall, rates.strangers_named)
    return [f"{rates.threshold:.3f}", *map(percent, shares)]
