"""All that a library knows as tables for other programs; docs/exchange.md explains every field."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from labeler import journal
from labeler.files import whole_file
from labeler.pipeline import naming
from labeler.pipeline.exchange.places import Tree
from labeler.pipeline.listing import FaceRow, PersonRow
from labeler.pipeline.live_listing import LiveListing
from labeler.storage.store import Library
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


def write_tables(library: Library, into: Path) -> tuple[Path, ...]:
    """Write people, kin, faces and journal as CSV, and library.json with all four, into a folder.

    Files of that name are replaced.

    Raises:
        LabelerError: `into` is a file, or cannot be written to.
    """
    into = Tree(library, into).into
    into.mkdir(parents=True, exist_ok=True)
    document = read_tables(library)
    files = []
    for name, columns in TABLES.items():
        files.append(into / f"{name}.csv")
        _put(files[-1], _csv(document[name], columns))
    files.append(into / "library.json")
    _put(files[-1], json.dumps(document, indent=1, ensure_ascii=True))
    return tuple(files)


def read_tables(library: Library) -> dict[str, Any]:
    """Return the document that library.json holds."""
    found = LiveListing(library).current()
    sizes = {p.id: (p.facts.width, p.facts.height) for p in library.photos().values()}
    entries = library.journal()
    standing = {entry.id for entry in journal.standing(entries)}
    answers = library.answers()
    return {
        "format": FORMAT,
        "version": VERSION,
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "people": [_person(row) for row in found.people],
        "kin": [dict(zip(KIN, one, strict=True)) for one in sorted(naming.labels(library).kin)],
        "faces": [_face(row, sizes[row.photo_id]) for row in found.faces],
        "journal": [_entry(entry, entry.id in standing, answers) for entry in entries],
    }


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
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(value) if all(isinstance(one, str) for one in value) else len(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _put(path: Path, text: str) -> None:
    # A path may hold bytes that are not UTF-8; they are written as they are.
    with whole_file(path) as temporary:
        temporary.write_bytes(text.encode("utf-8", "surrogateescape"))
