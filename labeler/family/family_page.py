"""Write what is known of a family as one web page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from labeler.family import answers, family_charts, family_tree
from labeler.family.answers import Resemblance, of_hundred
from labeler.family.family_report import FaceOfPair, FacePair, FamilyReport
from labeler.family.family_style import STYLE as OWN_STYLE
from labeler.reports import page_parts
from labeler.reports.report_style import STYLE
from labeler.wording import listed

MARK = '<meta name="generator" content="face-labeler family">'

_HEAD = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline'">
<title>Who takes after whom?</title>
<style>{STYLE}{OWN_STYLE}</style>
</head>
<body>
<main>
<h1>Who takes after whom?</h1>
"""
_END = "</main>\n</body>\n</html>\n"


def render(
    report: FamilyReport, portraits: Mapping[int, bytes], side_by_side: Mapping[int, bytes]
) -> str:
    """Return the page.

    Args:
        portraits, side_by_side: JPEG files of faces by id, small and large; who has none is told
            without.
    """
    sections = (
        _summary(report),
        _tree(report, portraits),
        _children(report),
        _likes(report.face_pairs, side_by_side),
        _years(report),
        _pairs(report),
        _matrix(report),
        _method(report),
    )
    return _HEAD + "\n".join(filter(None, sections)) + _END


def _summary(report: FamilyReport) -> str:
    return (
        f'<p class="soft">{len(report.members):,} people. A number says: more alike than so many '
        "of 100 comparable people would be, who look about as old, as male or female, and from "
        "about the same part of the world.</p>"
        "<p><strong>This file contains pictures of people.</strong> Think of that before you pass "
        "it on.</p>"
    )


def _tree(report: FamilyReport, portraits: Mapping[int, bytes]) -> str:
    pictures = {face: page_parts.address(jpeg) for face, jpeg in portraits.items()}
    drawn = family_tree.tree(report, pictures)
    return (
        '<h2>The family</h2><div class="scroll" tabindex="0" role="region" '
        f'aria-label="Family tree">{drawn}</div>'
    )


def _children(report: FamilyReport) -> str:
    if not report.children:
        return ""
    cards = "".join(_child(one) for one in report.children)
    return f'<h2>Child by child</h2><ul class="children">{cards}</ul>'


def _child(found: Resemblance) -> str:
    bars = "".join(
        f'<div class="row"><span>like {escape(one.person)}</span>'
        f"<span>{of_hundred(one.share)} of 100</span></div>"
        f'<div class="bar" role="img" aria-label="{of_hundred(one.low)} to {of_hundred(one.high)}">'
        f'<i style="left: {100 * one.low:.1f}%; width: {100 * max(one.high - one.low, 0.01):.1f}%">'
        f'</i><u style="left: {100 * one.share:.1f}%"></u></div>'
        for one in found.relatives
    )
    verdicts = " ".join(answers.verdict(found.person, one) for one in found.comparisons)
    return f"<li><b>{escape(found.person)}</b>{bars}{escape(verdicts)}</li>"


def _likes(pairs: Sequence[FacePair], pictures: Mapping[int, bytes]) -> str:
    cards = [
        f'<li><div class="two">{_face(pair.one, pictures)}{_face(pair.other, pictures)}</div></li>'
        for pair in pairs
        if pair.one.face in pictures and pair.other.face in pictures
    ]
    if not cards:
        return ""
    return (
        "<h2>See for yourself</h2><p>Of each child and parent the two faces that show the likeness "
        "best, with the eyes at the same places; never from one photo.</p>"
        f'<ul class="likes">{"".join(cards)}</ul>'
    )


def _face(one: FaceOfPair, pictures: Mapping[int, bytes]) -> str:
    when = "" if one.taken is None else f", {one.taken.year}"
    old = "" if one.age is None else f" (aged {one.age})"
    caption = escape(f"{one.person}{when}{old}")
    shown = page_parts.picture(pictures[one.face], f"{one.person}{when}{old}")
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>"


def _years(report: FamilyReport) -> str:
    charts = "".join(family_charts.charts(report.years))
    if not charts:
        return ""
    return f'<h2>Over the years</h2><p>{family_charts.HOW}</p><div class="plots">{charts}</div>'


def _pairs(report: FamilyReport) -> str:
    if not report.pairs:
        return ""
    rows = [
        (
            f"{escape(one.other)} like {escape(one.one)}, {_whose(one.relation)}",
            f"{of_hundred(one.share)}",
            f"{of_hundred(one.low)} to {of_hundred(one.high)}",
        )
        for one in report.pairs
    ]
    table = page_parts.table(
        "How alike kin are, of 100 comparable people",
        ("who like whom", "of 100", "90% interval"),
        rows,
    )
    return f"<h2>All kin</h2>{table}"


def _whose(relation: str) -> str:
    return f"a {relation}" if relation != "spouse" else "married"


def _matrix(report: FamilyReport) -> str:
    if len(report.matrix_of) < 2:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in report.matrix_of)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, row))}</tr>'
        for name, row in zip(report.matrix_of, report.matrix, strict=True)
    )
    return (
        "<h2>Everybody with everybody</h2>"
        '<p class="soft">The mean of both directions, of 100 comparable people.</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Everybody with everybody">'
        f'<table class="matrix heat"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(share: float | None) -> str:
    if share is None:
        return "<td></td>"
    heat = 0.65 * max(share - 0.5, 0) * 2
    return f'<td style="background: rgba(var(--heat), {heat:.2f})">{of_hundred(share)}</td>'


def _method(report: FamilyReport) -> str:
    how = " ".join(answers.how(report.children[0])) if report.children else ""
    few = (
        f"<p>On too few photos to be compared: {escape(listed(report.too_few))}.</p>"
        if report.too_few
        else ""
    )
    return (
        "<h2>How this was measured</h2>"
        f"<p>{escape(how)} The intervals hold, 90% of the time, what other photos of the same "
        "people would say; they are as wide as photos of one person differ. That two people look "
        "alike proves nothing about kinship, and that they do not, no more: on families whose kin "
        "are known, one parent in seven is less like the child than half of strangers are.</p>"
        f"{few}"
    )
