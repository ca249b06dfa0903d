"""Cells of CSV files that a spreadsheet shows as they are, instead of computing them.

A cell that begins with =, +, -, @, a tab or a line break is a formula to spreadsheets, and one can
send what is in the table to a stranger: names come from metadata of other people's photos. An
apostrophe before it makes it a text, there and here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

_Value = TypeVar("_Value")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""With apostrophes before it: what we have made a text of is told from what was so before."""


def shown(value: _Value) -> _Value | str:
    """Return what to write for a value; numbers are no formulas, whatever their sign.

    >>> shown("=1+1"), shown("'=x"), shown("Rosa"), shown(-9.14), shown("")
    ("'=1+1", "''=x", 'Rosa', -9.14, '')
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the text of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([shown(value) for value in row] for row in rows)
    return text.getvalue()


def meant(cell: str) -> str:
    """Return the value that `shown` wrote; other programs' cells are as they are.

    >>> meant("'=1+1"), meant("''=x"), meant("'Rosa'"), meant("=1+1")
    ('=1+1', "'=x", "'Rosa'", '=1+1')
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
