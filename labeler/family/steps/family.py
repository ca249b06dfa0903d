"""Tell how alike the members of a family are, and write it as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError
from labeler.family import family as tree
from labeler.family import family_page
from labeler.family.answers import Resemblance
from labeler.family.family_report import FamilyReport, Member, PairLikeness
from labeler.family.steps import pictures
from labeler.family.steps.evidence import good_faces, over_years, side_by_side
from labeler.family.steps.gallery import read
from labeler.family.steps.resemble import LEAST_PHOTOS, Comparing, resemblance_of
from labeler.io import files
from labeler.io.files import whole_file
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.relations import RELATIONS
from labeler.types import Kin

MOST_IN_MATRIX = 24
_FEW_DRAWS = 300
"""For the table of all kin, whose intervals are told in hundredths."""


def report(
    library: Library, person: str | None = None, comparing: Comparing | None = None
) -> FamilyReport:
    """Tell who is whose kin and how alike they are.

    Args:
        person: only this person's family: kin, kin of kin, and so on.
        comparing: the library's people, where they have been read already.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: no kin are known.
    """
    name = None if person is None else naming.named_person(library, person)
    comparing = comparing or Comparing(read(library))
    kin = tree.with_what_follows(comparing.gallery.labels.kin)
    if name is not None:
        kin = tree.connected(kin, name)
    if not kin:
        whose = "No kin are" if name is None else f"No kin of {name} are"
        raise LabelerError(f"{whose} known yet; `labeler kin CHILD --parent NAME` notes some.")
    rows = tree.generations(kin)
    people = [who for row in rows for who in row]
    seen = {who for who in people if len(comparing.gallery.people.get(who, ())) >= LEAST_PHOTOS}
    children = tuple(_children(comparing, kin, seen))
    parents = {one.person: [other.person for other in one.relatives] for one in children}
    matrix_of = tuple([who for who in people if who in seen][:MOST_IN_MATRIX])
    return FamilyReport(
        members=tuple(_members(comparing, rows)),
        kin=tuple(sorted(kin)),
        pairs=tuple(_pairs(comparing, kin, seen)),
        children=children,
        matrix_of=matrix_of,
        matrix=tuple(_matrix(comparing, matrix_of)),
        years=tuple(one for pair in parents.items() for one in over_years(comparing, *pair)),
        face_pairs=tuple(one for pair in parents.items() for one in side_by_side(comparing, *pair)),
        too_few=tuple(who for who in people if who not in seen),
        cohort=children[0].cohort if children else None,
    )


def _members(comparing: Comparing, rows: Sequence[Sequence[str]]) -> Iterator[Member]:
    labels, people = comparing.gallery.labels, comparing.gallery.people
    for generation, row in enumerate(rows):
        for who in row:
            portraits = people.get(who)
            face = labels.covers.get(who)
            if face is None and portraits is not None:
                best = good_faces(comparing, portraits)
                face = int(comparing.gallery.table.ids[portraits.rows[best[0]]])
            photos = 0 if portraits is None else len(portraits)
            yield Member(who, photos, labels.births.get(who), generation, face)


def _pairs(comparing: Comparing, kin: Iterable[Kin], seen: set[str]) -> Iterator[PairLikeness]:
    order = {relation: place for place, relation in enumerate(RELATIONS)}
    for one, relation, other in sorted(kin, key=lambda one: (order[one[1]], one[2], one[0])):
        if one in seen and other in seen:
            found = resemblance_of(comparing, other, [one], _FEW_DRAWS).relatives[0]
            yield PairLikeness(one, relation, other, found.share, found.low, found.high)


def _children(comparing: Comparing, kin: set[Kin], seen: set[str]) -> Iterator[Resemblance]:
    for row in tree.generations(kin):
        for child in row:
            parents = [one for one in tree.parents(kin, child) if one in seen]
            if child in seen and len(parents) > 1:
                found = resemblance_of(comparing, child, parents)
                yield replace(found, strangers=comparing.strangers(child, set(parents)))


def _matrix(comparing: Comparing, people: Sequence[str]) -> list[tuple[float | None, ...]]:
    shares = np.full((len(people), len(people)), np.nan)
    for one, other in combinations(range(len(people)), 2):
        ways = ((people[one], people[other]), (people[other], people[one]))
        shares[one, other] = shares[other, one] = np.mean(
            [comparing.share(*way, apart=True) for way in ways]
        )
    return [tuple(None if np.isnan(one) else float(one) for one in row) for row in shares]


def write_page(library: Library, found: FamilyReport, out: Path) -> None:
    """Write the family as one page for the browser, which needs nothing else.

    Args:
        out: a new file ending in .html, or an older page of a family, which is replaced.

    Raises:
        LabelerError: `out` is another file, has another ending, or cannot be written.
    """
    check_page(out)
    page = page_of(library, found)
    with whole_file(out, files.is_page(family_page.MARK)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def page_of(library: Library, found: FamilyReport) -> str:
    """Return the page, HTML with the pictures in it."""
    faces = [one.face for one in found.members if one.face is not None]
    pairs = [face.face for pair in found.face_pairs for face in (pair.one, pair.other)]
    small = pictures.aligned_faces(library, faces, pictures.PORTRAIT)
    large = pictures.aligned_faces(library, pairs, pictures.SIDE_BY_SIDE)
    return family_page.render(found, small, large)


def check_page(out: Path) -> None:
    """Make sure that nothing but an older page of a family is replaced.

    Raises:
        LabelerError: as for `write_page`.
    """
    files.check_page(out, family_page.MARK, "page of a family")
