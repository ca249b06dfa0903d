"""The browser of folders on this computer: in which one the photos are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import html
from dash.development.base_component import Component

from labeler.errors import LabelerError
from labeler.photos.io.subfolders import beginnings, subfolders
from labeler.wording import count

from ..shared.components import attribute, labelled
from ..shared.ids import Part, part

MOST_FOLDERS = 400
"""Who has more in one folder types the path."""


def first_folder() -> Path:
    """Return where one begins to look: among the pictures, or else at home."""
    return beginnings()[0][1]


def opener() -> Component:
    """Return the button that opens the browser of folders."""
    return _button("open", first_folder(), "Browse …", "link-button folder-open")


def folder_of(where: str) -> Path:
    """Return the folder to which a button leads.

    >>> str(folder_of("inside:/home/rosa"))
    '/home/rosa'
    """
    return Path(where.partition(":")[2])


def chooser(folder: Path) -> list[Component]:
    """Return the folders inside a folder, the way to those around it, and where else to begin."""
    starts = [_button(f"at{n}", path, name) for n, (name, path) in enumerate(beginnings())]
    return [
        html.Div(starts, className="folder-starts"),
        html.Nav(_way(folder), className="folder-way", **labelled("Folders around")),
        html.Div(_inside(folder), className="folder-inside"),
    ]


def _way(folder: Path) -> list[Any]:
    around = [*reversed(folder.parents)]
    buttons = [_button("around", one, one.name or str(one), "quiet") for one in around]
    here = html.Strong(folder.name or str(folder), **attribute("aria-current", "location"))
    return [part for one in (*buttons, here) for part in (html.Span("›"), one)][1:]


def _inside(folder: Path) -> list[Component]:
    try:
        names = subfolders(folder)
    except LabelerError as error:
        return [html.P(str(error), role="alert", className="subtitle")]
    if not names:
        return [html.P("There are no folders in this one.", className="subtitle")]
    glyph = "glyph glyph-folder"
    rows: list[Component] = [
        _button("inside", folder / name, [html.Span(className=glyph), html.Span(name)], "folder")
        for name in names[:MOST_FOLDERS]
    ]
    rest = len(names) - len(rows)
    if rest > 0:
        more = f"and {count(rest, 'more folder')}; type the path above"
        rows.append(html.P(more, className="subtitle"))
    return rows


def _button(kind: str, folder: Path, words: Any, class_name: str = "link-button") -> Component:
    return html.Button(
        words,
        id=part(Part.FOLDER_IN, f"{kind}:{folder}"),
        n_clicks=0,
        type="button",
        className=class_name,
        title=str(folder),
    )
