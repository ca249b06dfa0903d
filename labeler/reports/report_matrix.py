"""Draw the confusion matrix of the report on the user's own names as a table."""

from __future__ import annotations

from html import escape

from labeler.reports.label_report import LabelReport

MOST_PEOPLE = 16
"""More people do not fit a screen."""


def matrix(report: LabelReport) -> str:
    """Return the confusion matrix, or the part of it that the most confused people make up."""
    people = shown_people(report)
    cells = {(one.person, one.answered): one.faces for one in report.confusion}
    asked = {one.person: one.asked for one in report.people_scores}
    left_out = len(report.people) - len(people)
    others = f" The {left_out:,} people who are confused least are left out." if left_out else ""
    columns: list[str | None] = [*people, None]
    names = ("no name" if one is None else escape(one) for one in columns)
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = []
    for person in people:
        row = "".join(
            _cell(cells.get((person, told), 0), asked[person], told == person) for told in columns
        )
        rows.append(f'<tr><th scope="row">{escape(person)}</th>{row}</tr>')
    return (
        "<h3>Confusion matrix</h3>"
        f'<p class="soft">Row: whose face it is. Column: the name that it got.{others}</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">'
        f'<table class="matrix"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def shown_people(report: LabelReport) -> list[str]:
    """Return who stands in the matrix, by name: both of the pairs that are confused most often.

    Where there is room, those with most faces stand there, too.
    """
    wrong = [one for one in report.confusion if one.answered not in (None, one.person)]
    pairs = sorted(wrong, key=lambda one: -one.faces)
    first = [str(name) for one in pairs for name in (one.person, one.answered)]
    everybody = dict.fromkeys([*first, *(one.person for one in report.people)])
    return sorted(list(everybody)[:MOST_PEOPLE])


def _cell(faces: int, asked: int, same: bool) -> str:
    if not faces:
        return "<td></td>"
    heat = 0.12 + 0.5 * faces / max(asked, 1)
    kind = ' class="same"' if same else ""
    return f'<td{kind} style="background: rgba(var(--heat), {heat:.2f})">{faces:,}</td>'
