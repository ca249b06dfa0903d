"""Do groups that hold together badly mix people, and do faces that fit badly not belong?

    python -m benchmarks.cohesion LIBRARY PHOTOS [LIBRARY PHOTOS …]

Each library is one of the PHOTOS, as benchmarks.library reads them, and was grouped. Counted are
groups with at least two faces of which it is known whom they show.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.truth import all_descriptors, in_pairs, truth_table
from labeler.library.store import Library
from labeler.people.steps.listing import LEAST_COHESION, list_groups

SMALLEST = 4
"""In smaller groups nobody can tell who of the faces is the one too many."""


def main(folder: Path, photos: Path) -> None:
    library = Library(folder)
    with tempfile.TemporaryDirectory() as temporary:
        _, _, found, who = all_descriptors(library, truth_table(photos, Path(temporary)))
    table = library.faces()
    names = dict(zip(table.ids[found].tolist(), who.tolist(), strict=True))
    fit = dict(zip(table.ids.tolist(), table.fits.tolist(), strict=True))
    mixed: dict[bool, list[bool]] = {True: [], False: []}
    fits, strange = [], []
    for group in list_groups(library):
        known = [face for face in group.faces if face in names]
        if len(known) < 2:
            continue
        ((most, number),) = Counter(names[face] for face in known).most_common(1)
        mixed[group.doubtful].append(number < len(known))
        if len(group.faces) >= SMALLEST:
            fits += [fit[face] for face in known]
            strange += [names[face] != most for face in known]
    print(f"{photos.name}: groups below {LEAST_COHESION} and from there on")
    for doubtful, some in mixed.items():
        which = "below" if doubtful else "above"
        print(f"  {which}: {len(some):,}, of which {np.mean(some):.3f} mix people")
    print(f"  faces that do not belong: {np.mean(strange):.3f}, ", end="")
    print(f"AUC of their fit {roc_auc_score(strange, -np.array(fits)):.3f}")


if __name__ == "__main__":
    for library, photos in in_pairs(sys.argv[1:]):
        main(library, photos)
