"""Me, or not me: how far do one or two people's own photos reach?

    python -m benchmarks.me PHOTOS LIBRARY [--seed N]

For a folder of photos and the library made of it by benchmarks.library; the library is copied, not
changed. Twenty people with at least 20 photos are *me* in turn, first with 1 photo named, then with
20 (of those of them who have more), drawn at random; two of them after the other are the two people
with a name.
`labeler recognize` runs at its usual precision. Printed for each: right names by all true faces of
the people that had none (recall), and by all names on true faces (precision), over all of the
twenty and as the mean of each; for how many nothing could be promised, with the precision that was
offered to them; and the names on faces of whom the truth is not known, mostly bystanders.

`--fit` chooses other people, those with 8 to 19 photos, so that constants that were found with
these are tried on people who had no part in it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.truth import all_descriptors, truth_table
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.recognize import recognize
from labeler.people.steps.stand import stand

PEOPLE, LEAST = 20, 20
MANY = 20


@dataclass(frozen=True)
class Found:
    """What came of one library: true faces of the people that had no name, right and wrong names,
    names on faces of nobody knows whom, and the precision that was offered, if any."""

    faces: int
    right: int
    wrong: int
    unknown: int
    offered: float | None


def true_people(library: Library, photos: Path) -> dict[int, str]:
    """Return by face id whom the true faces show."""
    with tempfile.TemporaryDirectory() as temporary:
        _, _, found, names = all_descriptors(library, truth_table(photos, Path(temporary)))
    return dict(zip(library.faces().ids[found].tolist(), names.tolist(), strict=True))


def one(
    library: Library, truth: dict[int, str], people: Sequence[str], photos: int, seed: int
) -> Found:
    """Name so many photos of each of these people, recognize, and take the names away again."""
    random = np.random.default_rng(seed)
    named: set[int] = set()
    entries = []
    for person in people:
        theirs = sorted(face for face, who in truth.items() if who == person)
        chosen = random.permutation(theirs)[:photos].tolist()
        named.update(chosen)
        entries.append(naming.name_faces(library, chosen, person))
    report = recognize(library)
    given = {face: one.person for face, one in stand(library).automatic.items()}
    naming.unlabel_faces(library, named)
    return Found(
        faces=sum(who in people and face not in named for face, who in truth.items()),
        right=sum(truth.get(face) == who for face, who in given.items()),
        wrong=sum(face in truth and truth[face] != who for face, who in given.items()),
        unknown=sum(face not in truth for face in given),
        offered=report.offer.precision if report.offer else None,
    )


def tell(title: str, found: Sequence[Found]) -> None:
    right, wrong = sum(f.right for f in found), sum(f.wrong for f in found)
    none = [f for f in found if not f.right + f.wrong]
    recall = np.mean([f.right / f.faces for f in found])
    precision = [f.right / (f.right + f.wrong) for f in found if f.right + f.wrong]
    print(
        f"{title}: precision {right / max(right + wrong, 1):.4f}, recall "
        f"{right / sum(f.faces for f in found):.3f} ({right:,} right, {wrong:,} wrong, "
        f"{sum(f.unknown for f in found):,} not known); mean of each: precision "
        f"{np.mean(precision):.4f}, recall {recall:.3f}; nothing for {len(none)}, offered "
        f"{sorted(f.offered for f in none if f.offered)}",
        flush=True,
    )


def main(photos: Path, folder: Path, seed: int, fit: bool) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "library"
        shutil.copytree(folder, copy)
        library = Library(copy)
        truth = true_people(library, photos)
        names, counts = np.unique(list(truth.values()), return_counts=True)
        enough = (counts >= 8) & (counts < LEAST) if fit else counts >= LEAST
        people = np.random.default_rng(seed).permutation(names[enough])[:PEOPLE].tolist()
        many = 8 if fit else MANY
        rich = [who for who in people if counts[names == who] > many]
        for number, group in ((1, people), (many, rich)):
            alone = [one(library, truth, [who], number, seed) for who in group]
            tell(f"me, {number} named", alone)
            pairs = zip(group[::2], group[1::2], strict=False)
            tell(
                f"two people, {number} named each",
                [one(library, truth, list(pair), number, seed) for pair in pairs],
            )
        library.close()


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = int(words[words.index("--seed") + 1]) if "--seed" in words else 0
    main(Path(words[0]).absolute(), Path(words[1]).absolute(), chosen, "--fit" in words)
