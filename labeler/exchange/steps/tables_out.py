"""All that a library knows as tables for other programs; docs/exchange.md explains every field."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from labeler import journal
from labeler.exchange.steps.places import Tree
from labeler.io import csv_cells
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps.listing import FaceRow, PersonRow
from labeler.people.steps.live_listing import Listing, LiveListing
from labeler.types import JournalEntry

FORMAT, VERSION = "face-labeler export", 1
BOX = ("left", "top", "width", "height")
PEOPLE = ("person", "faces", "photos", "first", "last", "cover", "born", "hidden")
FACES = (
    *("face", "photo", *BOX, "photo_width", "photo_height", "person", "source", "probability"),
    *("ignored", "rejected", "cluster", "score", "taken"),
)
KIN = ("person", "is", "of")
JOURNAL = ("entry", "at", "action", "person", "value", "undoes", "stands", "answer", "faces")
TABLES = {"people": PEOPLE, "kin": KIN, "faces": FACES, "journal": JOURNAL}


def tables_of(library: Library, into: Path) -> dict[Path, bytes]:
    """Return people, kin, faces and journal as CSV, and library.json with all four, by path.

    Raises:
        LabelerError: `into` is a file.
    """
    into = Tree(library, into).into
    document = read_tables(library)
    texts = {f"{name}.csv": _csv(document[name], columns) for name, columns in TABLES.items()}
    texts["library.json"] = json.dumps(document, indent=1, ensure_ascii=True)
    # A path may hold bytes that are not UTF-8; they are written as they are.
    return {into / name: text.encode("utf-8", "surrogateescape") for name, text in texts.items()}


def read_tables(library: Library) -> dict[str, Any]:
    """Return the document that library.json holds."""
    with library.reading():
        found = LiveListing(library).current()
        sizes = {p.id: (p.facts.width, p.facts.height) for p in library.photos().values()}
        entries, answers = library.journal(), library.answers()
        kin = standing.labels(library).kin
    in_force = {entry.id for entry in journal.standing(entries)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "people": [_person(row) for row in (*found.people, *_only_away(found))],
        "kin": [dict(zip(KIN, one, strict=True)) for one in sorted(kin)],
        "faces": [_face(row, sizes[row.photo_id]) for row in found.faces],
        "journal": [_entry(entry, entry.id in in_force, answers) for entry in entries],
    }


def _only_away(found: Listing) -> list[PersonRow]:
    """Return the people all of whose photos are away just now."""
    there = {row.person for row in found.people}
    return [row for name, row in sorted(found.away.items()) if name not in there]


def _person(row: PersonRow) -> dict[str, Any]:
    found = dataclasses.asdict(row)
    return {name: _plain(found[name]) for name in PEOPLE}


def _face(row: FaceRow, size: tuple[int, int]) -> dict[str, Any]:
    values: dict[str, Any] = dict(zip(BOX, row.box.as_tuple(), strict=True))
    values |= {"photo_width": size[0], "photo_height": size[1]}
    values |= {name: getattr(row, name) for name in FACES if name not in values}
    values["rejected"] = sorted(row.rejected)
    return {name: _plain(values[name]) for name in FACES}


def _entry(entry: JournalEntry, stands: bool, answers: dict[int, int]) -> dict[str, Any]:
    parts = entry.parts or (0,) * len(entry.faces)
    return {
        "entry": entry.id,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "person": entry.person,
        "value": entry.value,
        "undoes": entry.undoes,
        "stands": stands,
        "answer": answers.get(entry.id, entry.id),
        "faces": [
            {
                "content": key.content_hash,
                **dict(zip(BOX, key.box.as_tuple(), strict=True)),
                "part": part,
            }
            for key, part in zip(entry.faces, parts, strict=True)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _csv(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> str:
    """Return a table; lists of names are joined by '; ', lists of faces are counted."""
    return csv_cells.table(columns, ([_cell(row[column]) for column in columns] for row in rows))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(value) if all(isinstance(one, str) for one in value) else len(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
