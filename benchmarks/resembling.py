"""How often is the right person among the first that a face is said to resemble?

    python -m benchmarks.resembling LIBRARY PHOTOS [LIBRARY PHOTOS …]

Each of up to 1,500 faces of a library (made by benchmarks.library) asks all others, but for those
on its own photo; who is on no other photo is left out. Printed: the share whose person is first,
among the first three and five, and how long an answer takes on average.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.truth import all_descriptors, in_pairs, truth_table
from labeler.library.store import Library
from labeler.people.steps.resembling import resembled_people

MOST_ASKED = 1500


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="LIBRARY PHOTOS")
    for folder, photos in in_pairs(parser.parse_args().paths):
        with tempfile.TemporaryDirectory() as temporary:
            library = Library(folder)
            report(photos.name, library, truth_table(photos, Path(temporary)))


def report(title: str, library: Library, table: Path) -> None:
    _, photos, found, names = all_descriptors(library, table)
    ids, on = library.faces().ids[found], photos[found]
    ranks, seconds = [], 0.0
    for row in np.random.default_rng(0).permutation(len(ids))[:MOST_ASKED]:
        elsewhere = on != on[row]
        if names[row] not in names[elsewhere]:
            continue
        others = dict(zip(ids[elsewhere].tolist(), names[elsewhere].tolist(), strict=True))
        started = time.perf_counter()
        ranked = resembled_people(library, int(ids[row]), others)
        seconds += time.perf_counter() - started
        ranks.append(ranked.index(names[row]))
    shares = ", ".join(f"{most}: {np.mean(np.array(ranks) < most):.3f}" for most in (1, 3, 5))
    each = 1000 * seconds / len(ranks)
    print(f"{title}: of {len(ranks)} faces, among the first {shares}; {each:.0f} ms each")


if __name__ == "__main__":
    main()
