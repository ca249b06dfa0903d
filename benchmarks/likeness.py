"""A backup restored where the photos were resized or saved again: which names come back, and where?

    python -m benchmarks.likeness LIBRARY …

Each library is copied, and every face in it gets a name of its own. Of every second photo, a copy
is saved in another size, quality or format; the others are left out, so that each of them could be
mistaken for one that is there. The copies are indexed as a new library, and the backup of the whole
one is restored into it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from labeler import geometry, journal
from labeler.exchange.backup import Backup
from labeler.exchange.steps import backups, restore
from labeler.faces.steps.index import index
from labeler.library.database import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.photos import likeness
from labeler.photos.io import gray
from labeler.photos.io.decoding import decode_file
from labeler.types import JournalEntry

Saved = tuple[Image.Image, str, int]
CHANGES: dict[str, Callable[[Image.Image], Saved]] = {
    "half, JPEG 75": lambda image: (scaled(image, 1 / 2), "JPEG", 75),
    "a third, WebP 70": lambda image: (scaled(image, 1 / 3), "WEBP", 70),
    "JPEG 30": lambda image: (image, "JPEG", 30),
    "brighter by 20 %, JPEG 80": lambda image: (
        ImageEnhance.Brightness(image).enhance(1.2),
        "JPEG",
        80,
    ),
    "double, JPEG 85": lambda image: (scaled(image, 2), "JPEG", 85),
}


def scaled(image: Image.Image, times: float) -> Image.Image:
    return image.resize((round(image.width * times), round(image.height * times)))


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary).resolve()
        library = _copy(folder, work / "whole")
        names = _name_all(library)
        started = time.monotonic()
        made = backups.read_library(library)
        seconds = time.monotonic() - started
        print(f"{folder.name}: {len(made.photos)} photos backed up in {seconds:.0f} s")
        _hashes(made)
        other, sources = _saved_again(library, work)
        started = time.monotonic()
        report = restore.restore_backup(other, made)
        seconds = time.monotonic() - started
        print(f"restored in {seconds:.0f} s, photos: {report.photos}")
        _count(library, other, sources, names)


def _copy(folder: Path, into: Path) -> Library:
    into.mkdir()
    shutil.copy(folder / FILE_NAME, into)
    return Library(into)


def _name_all(library: Library) -> dict[int, str]:
    keys = dict(library.face_keys())
    now = datetime.now(timezone.utc)
    library.append_all(
        [
            JournalEntry(face, now, journal.NAME, (key,), f"Person {face}")
            for face, key in keys.items()
        ]
    )
    return {face: f"Person {face}" for face in keys}


def _hashes(made: Backup) -> None:
    """Print how far photos are from each other, the closest and the usual."""
    table = likeness.packed([photo.likeness for photo in made.photos if photo.likeness])
    nearest = []
    for photo in made.photos:
        if photo.likeness:
            away = likeness.distances(photo.likeness, table)
            nearest.append(int(np.partition(away, 1)[1]))
    ordered = np.sort(nearest)
    print(
        f"bits to the next photo: least {ordered[0]}, 1 % {ordered[len(ordered) // 100]}, "
        f"median {int(np.median(ordered))}; up to {likeness.MOST_DIFFERENT}: "
        f"{int((ordered <= likeness.MOST_DIFFERENT).sum())} photos"
    )


def _saved_again(library: Library, work: Path) -> tuple[Library, dict[str, tuple[int, str]]]:
    """Return a library of changed copies, and the photo and change of each by its path."""
    sources = {}
    away: dict[str, list[int]] = {}
    (work / "again").mkdir()
    for number, (id_, photo) in enumerate(sorted(library.photos().items())):
        if number % 2:
            continue
        change = list(CHANGES)[number // 2 % len(CHANGES)]
        picture, format_, quality = CHANGES[change](Image.fromarray(decode_file(photo.path)))
        out = work / "again" / f"{id_}.{format_.lower()}"
        picture.save(out, format_, quality=quality)
        sources[str(out)] = (id_, change)
        table = likeness.packed([gray.hash_of(photo.path)])
        away.setdefault(change, []).append(
            int(likeness.distances(gray.hash_of(str(out)), table)[0])
        )
    for change, bits in away.items():
        ordered = np.sort(bits)
        share = ordered[len(ordered) * 99 // 100]
        print(f"  {change}: bits median {np.median(bits):.0f}, 99 % {share}, most {ordered[-1]}")
    other = Library.create(work / "other")
    index(other, [work / "again"])
    return other, sources


def _count(
    library: Library, other: Library, sources: dict[str, tuple[int, str]], names: dict[int, str]
) -> None:
    """Compare each copy's names with those of the faces in the same places of its own photo."""
    given = standing.labels(other).names
    counts: Counter[str] = Counter()
    tables = {id(one): _faces(one) for one in (library, other)}
    sizes = {id(one): one.photos() for one in (library, other)}
    for path, copy in other.photo_ids_by_path().items():
        original = sources[path][0]
        here, there = tables[id(other)].get(copy, []), tables[id(library)].get(original, [])
        size = sizes[id(other)][copy].facts, sizes[id(library)][original].facts
        times = size[0].width / size[1].width
        boxes = np.array([box for _, box in there]).reshape(-1, 4) * times
        pairs = dict(
            geometry.match_boxes(np.array([box for _, box in here]).reshape(-1, 4), boxes, 0.4)
        )
        for place, (face, _) in enumerate(here):
            expected = names[there[pairs[place]][0]] if place in pairs else None
            name = given.get(face)
            kind = "right" if name == expected else "missing" if name is None else "wrong"
            counts["none expected" if name == expected is None else kind] += 1
            if kind == "wrong":
                print(f"  wrong: {path} {name} for {expected}")
    print(f"faces on {len(sources)} copies: {dict(counts)}")


def _faces(library: Library) -> dict[int, list[tuple[int, list[float]]]]:
    table = library.faces()
    found: dict[int, list[tuple[int, list[float]]]] = {}
    rows = zip(table.ids.tolist(), table.photo_ids.tolist(), table.boxes.tolist(), strict=True)
    for face, photo, box in rows:
        found.setdefault(photo, []).append((face, box))
    return found


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        main(Path(argument).absolute())
