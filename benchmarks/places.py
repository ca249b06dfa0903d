"""How long the names of places take: `python -m benchmarks.places [PHOTOS]`.

Positions are made up: at random over the whole globe, and around 1,000 places of the gazetteer, as
the photos of a library are. These are stored in a library without faces, and searched.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.process import peak_mb
from labeler.library.store import Library
from labeler.photos.io.gazetteer import load_gazetteer
from labeler.photos.nearest import Finder
from labeler.photos.steps import places
from labeler.search.steps import search
from labeler.types import AnalysedPhoto, Metadata, PhotoFacts, PhotoFile

Found = TypeVar("Found")
QUERIES = ("in:germany", "germany", 'in:"new york"', "lissabon | jpg", "gps")
TIMES = 5


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    before = peak_mb()
    gazetteer = timed("reading the gazetteer", load_gazetteer)
    finder = timed(f"trees of {len(gazetteer.places):,} places", lambda: Finder(gazetteer))
    print(f"peak memory {peak_mb():.0f} MB, {before:.0f} MB without it")
    rng = np.random.default_rng(0)
    points = rng.normal(size=(number, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    globe = np.degrees(
        np.column_stack([np.arcsin(points[:, 2]), np.arctan2(points[:, 1], points[:, 0])])
    )
    favourites = rng.choice(len(gazetteer.places), 1000)
    around = gazetteer.places[rng.choice(favourites, number)]
    around = np.clip(around + rng.normal(size=around.shape) * 0.01, (-90, -180), (90, 180))
    for where, positions in (("over the globe", globe), ("around 1,000 places", around)):
        found = timed(f"{number:,} positions {where}", lambda x=positions: finder.places_at(x))  # type: ignore[misc]
        print(f"  {len(set(found)):,} different places, {found.count(None):,} without one")
    with tempfile.TemporaryDirectory() as folder:
        searched(Library.create(Path(folder)), around)


def searched(library: Library, positions: NDArray[np.float64]) -> None:
    """Print how long a library with photos at these positions takes."""
    library.add_photos(
        (
            AnalysedPhoto(
                PhotoFile(f"/p/{i}.jpg", 1, 1),
                f"{i:064x}",
                PhotoFacts(60, 40, Metadata(latitude=latitude, longitude=longitude)),
                (),
                f"{i:064x}",
            )
            for i, (latitude, longitude) in enumerate(positions.tolist(), start=1)
        ),
        "finder",
        "none",
    )
    size = stored(library)
    timed("finding and storing all places", lambda: places.find_places(library))
    print(f"  the library grew by {(stored(library) - size) / 1e6:.1f} MB")
    timed("seeing that there is nothing to do", lambda: places.find_places(library))
    timed("reading the places", library.places)
    fields = timed("reading all that searches look at", lambda: search.read_photos(library))
    data = search.search_data(fields, [])
    for query in QUERIES:
        took, number = [], 0
        for _ in range(TIMES):
            started = time.perf_counter()
            number = len(search.matches(library, query, data).photo_ids)
            took.append(1000 * (time.perf_counter() - started))
        print(f"{query:24}{number:9,} photos{took[0]:8.1f} ms, then at most {max(took[1:]):.1f} ms")


def stored(library: Library) -> int:
    """Return the bytes of a library's file, with all that was written."""
    library.close()
    return library.path.stat().st_size


def timed(what: str, work: Callable[[], Found]) -> Found:
    started = time.perf_counter()
    found = work()
    print(f"{what}: {time.perf_counter() - started:.2f} s")
    return found


if __name__ == "__main__":
    main()
