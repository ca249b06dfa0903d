"""Many entries come into the journal at once, or none does."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.types import (
    AnalysedPhoto,
    Box,
    FaceKey,
    JournalEntry,
    PhotoCopy,
    PhotoFacts,
    PhotoFile,
)

AT = datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone.utc)
KEYS = (FaceKey("a", Box(0.1, 2, 3.5, 4)), FaceKey("b", Box(5, 6, 7, 8)))


def entries() -> list[JournalEntry]:
    return [
        JournalEntry(7, AT, "different", KEYS, "Rosa", parts=(0, 1)),
        JournalEntry(9, AT, "born", person="Rosa", value="1950-01-02"),
        JournalEntry(12, AT, "undo", undoes=7),
    ]


def test_entries_keep_all_but_their_numbers(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    first = library.append("name", KEYS[:1], "Emil")
    added = library.append_all(entries(), [(7, 9)])
    found = library.journal()[1:]
    assert [entry.id for entry in found] == added == [first + 1, first + 2, first + 3]
    for entry, written in zip(found, entries(), strict=True):
        assert (entry.at, entry.action, entry.faces, entry.person, entry.value, entry.parts) == (
            (AT, written.action, written.faces, written.person, written.value, written.parts)
        )
    assert found[2].undoes == added[0]
    assert library.tied(added[0]) == added[:2]
    assert library.answers() == {added[0]: added[0], added[1]: added[0]}
    again = library.append_all([JournalEntry(1, AT, "undo", undoes=12)], known={12: added[2]})
    assert library.journal()[-1].undoes == added[2]
    assert library.journal()[-1].id == again[0]


def test_all_or_none(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    with pytest.raises(KeyError):
        library.append_all([*entries(), JournalEntry(13, AT, "undo", undoes=99)])
    assert library.journal() == []
    with pytest.raises(KeyError):
        library.append_all(entries(), [(7, 99)])
    assert library.journal() == []


def test_photos_are_known_by_all_their_contents(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    facts = PhotoFacts(40, 30)
    photos = [
        AnalysedPhoto(PhotoFile("/p/a.jpg", 1, 2), "aa", facts, (), "pixels"),
        AnalysedPhoto(PhotoFile("/p/a2.jpg", 1, 2), "ab", facts, (), "pixels"),
        AnalysedPhoto(PhotoFile("/p/c.jpg", 1, 2), "cc", PhotoFacts(30, 40), ()),
    ]
    library.add_photos(photos, "finder", "model")
    library.add_copies([PhotoCopy(PhotoFile("/p/0.jpg", 1, 2), "aa", facts, 0)])
    library.mark_files(["/p/c.jpg"], GONE)
    first, second = library.identities()
    assert (first.content, first.contents, first.pixels) == ("aa", {"aa", "ab"}, "pixels")
    assert (first.width, first.height, first.path) == (40, 30, "/p/0.jpg")
    assert (second.content, second.contents, second.path) == ("cc", {"cc"}, None)
