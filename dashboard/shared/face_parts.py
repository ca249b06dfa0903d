"""Faces on the pages about people: pictures that load when they come into view, and choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people.steps.listing import FaceRow
from labeler.wording import certainty

from ..shell.snapshot import Snapshot
from .components import (
    attribute,
    face_address,
    face_title,
    labelled,
    moment_badge,
    photo_link,
)
from .ids import Part, part

Titled = tuple[Any, Sequence[FaceRow]]
"""A heading, or None, and the faces below it."""


def lazy_face(
    snapshot: Snapshot, face: int, class_name: str = "face", alt: str | None = None
) -> Component:
    """Return a face's thumbnail, which the browser fetches when it comes into view.

    Args:
        alt: what to read out; '' beside the name, which says it; None = the number of the face.
    """
    return dmc.Image(
        src=face_address(snapshot, face),
        alt=f"Face {face}" if alt is None else alt,
        className=class_name,
        attributes={"root": {"loading": "lazy", "title": face_title(snapshot, face)}},
    )


def choice_of_faces(
    snapshot: Snapshot,
    where: str,
    groups: Iterable[Titled],
    chosen: Iterable[int] = (),
    ending: str = "",
) -> Component:
    """Return faces under headings; a click chooses one, with Shift all since the last click.

    Each has a small link to its photo in the corner.

    Args:
        ending: of the photos' addresses: the list in which they stand.
    """
    groups = list(groups)
    offered = [row.face for _, rows in groups for row in rows]
    kept = set(chosen)
    parts: list[Any] = []
    for heading, rows in groups:
        cards = [_card(snapshot, row, ending) for row in rows]
        parts += [heading] if heading is not None else []
        parts.append(html.Div(cards, className="face-grid"))
    return html.Div(
        [
            dmc.CheckboxGroup(
                html.Div(parts),
                id=part(Part.CHOSEN, where),
                value=[str(face) for face in offered if face in kept],
            ),
            dcc.Store(id=part(Part.OFFERED, where), data=offered),
        ],
        className="range-choice pick-any",
        **attribute("data-where", where),
    )


def first_faces(groups: Iterable[Titled], most: int) -> list[Titled]:
    """Return the first so many faces, with the headings that they need."""
    kept: list[Titled] = []
    for heading, rows in groups:
        if most <= 0:
            break
        kept.append((heading, rows[:most]))
        most -= len(rows)
    return kept


def _card(snapshot: Snapshot, row: FaceRow, ending: str) -> Component:
    sure = None
    if row.source == "auto" and row.probability is not None:
        sure = f"{certainty(row.probability)} sure"
    said = f"Face {row.face}" + (f", {sure}" if sure else "")
    card = dmc.CheckboxCard(
        [
            lazy_face(snapshot, row.face),
            moment_badge(row.at),
            html.Span(sure, className="face-caption") if sure else None,
        ],
        value=str(row.face),
        className="face-card",
        **labelled(said),
        **attribute("data-face", str(row.face)),
    )
    return html.Div([card, photo_link(snapshot, row.face, ending)], className="face-tile")
