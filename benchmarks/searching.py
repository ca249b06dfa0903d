"""How fast a large library is searched.

    python -m benchmarks.searching LIBRARY

Reported: seconds of reading the library as a search from the command line does, and the slowest of
several answers to each search once it is read.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from labeler.library.store import Library
from labeler.search.grammar import written
from labeler.search.steps import search

TIMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    library = Library(parser.parse_args().library)
    start = time.perf_counter()
    faces = search.faces_on_photos(library)
    data = search.search_data(search.read_photos(library), faces)
    print(f"{len(faces):,} faces, {len(data.fields.ids):,} photos", end="; ")
    print(f"read in {time.perf_counter() - start:.2f} s")
    people = Counter(face.person for face in faces if face.person).most_common(2)
    first, second = (written(name) for name, _ in people)
    queries = (
        *(first, f"{first} + {second}", f"{first} | {second} -unnamed", f"only {first}"),
        *("unnamed", "faces>=2", "before 2010", "album:*a*", "near:38.72,-9.14", "jpg", "-jpg"),
    )
    for query in queries:
        seconds, found = _slowest(library, query, data)
        print(f"{query:32}{found:9,} photos{1000 * seconds:9.1f} ms")


def _slowest(library: Library, query: str, data: search.SearchData) -> tuple[float, int]:
    took, found = [], 0
    for _ in range(TIMES):
        start = time.perf_counter()
        found = len(search.matches(library, query, data).photo_ids)
        took.append(time.perf_counter() - start)
    return max(took), found


if __name__ == "__main__":
    main()
