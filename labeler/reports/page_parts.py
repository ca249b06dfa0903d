"""Pieces of the pages that are reports: tables, folded parts, pictures, paths."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

MOST_ROWS = 30
"""Longer tables are folded."""


def picture(jpeg: bytes, text: str) -> str:
    """Return a picture that is inside the page, and what it shows in words."""
    return f'<img alt="{escape(text)}" src="{address(jpeg)}">'


def address(jpeg: bytes) -> str:
    """Return the address of a picture that is inside the page."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def table(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    texts: int = 1,
    present: int | None = None,
) -> str:
    """Return a table of HTML; of a long one, the rows behind the first ones are folded.

    Args:
        texts: so many of the columns, the first ones, are text. present: the row of what holds now.
    """
    kinds = [' class="text"'] * texts + [""] * (len(columns) - texts)
    head = "".join(
        f'<th scope="col"{kind}>{column}</th>' for kind, column in zip(kinds, columns, strict=True)
    )
    lines = []
    for place, row in enumerate(rows):
        cells = (f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        now = ' class="now"' if place == present else ""
        lines.append(f"<tr{now}>{''.join(cells)}</tr>")

    def part(title: str, some: Sequence[str]) -> str:
        body = "".join(some)
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
            f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>"
        )

    rest = lines[MOST_ROWS:]
    more = folded(f"{len(rest):,} more", part(f"{caption} (continued)", rest)) if rest else ""
    return part(caption, lines[:MOST_ROWS]) + more


def folded(title: str, content: str) -> str:
    """Return what is seen when somebody asks for it."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def text(path: str) -> str:
    """Return a path, whatever its bytes are, as HTML."""
    return escape(path.encode("utf-8", "backslashreplace").decode("utf-8"))
