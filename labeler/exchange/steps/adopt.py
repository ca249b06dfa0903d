"""Take over the names that other programs gave to faces: plan it, and do it as one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import numpy as np

from labeler import geometry, journal
from labeler.errors import LabelerError
from labeler.exchange import matching
from labeler.exchange.steps import reading
from labeler.exchange.steps.reading import PlacedRegion
from labeler.faces.steps import drawing
from labeler.faces.steps.index import Progress, index
from labeler.groups.steps import group
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.types import Box, FaceKey, Failure, JournalEntry, Labels, Photo

SQUARE = 0.03
"""A region whose sides differ by less is a square, as detectors of other programs draw them."""

Outcome = Literal["name", "draw", "settled", "conflict", "left out"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What becomes of one region.

    outcome: the face that was found there gets the name; a face is drawn there, because none was
    found, and gets it; it has the name already; the user, or another region, says something else;
    or the region cannot be used. why: of the last two, a sentence. box: upright pixels.
    face: None where none was found.
    """

    photo: str
    person: str
    outcome: Outcome
    why: str = ""
    face: int | None = None
    box: Box | None = None


@dataclass(frozen=True)
class AdoptionPlan:
    """regions: one each. unnamed: regions that name nobody, or are no faces. failed: files that
    could not be read. entry: the journal entry with which all can be undone, once it is done."""

    regions: tuple[Adoption, ...]
    unnamed: int
    failed: tuple[Failure, ...]
    entry: int | None = None

    def with_outcome(self, *outcomes: Outcome) -> list[Adoption]:
        return [one for one in self.regions if one.outcome in outcomes]


def plan(
    library: Library,
    folders: Sequence[Path] = (),
    contacts: Path | None = None,
    progress: Progress | None = None,
) -> AdoptionPlan:
    """Look for names in and beside the photos, and tell which faces they belong to.

    Args:
        folders: of photos, which are indexed first; without any, all photos of the library.
        contacts: Picasa's `contacts.xml`.
        progress: told about the photos that are indexed, and then about those that are read.

    Raises:
        LabelerError: a folder does not exist, or `contacts` cannot be used.
    """
    failed: tuple[Failure, ...] = ()
    if folders:
        failed = index(library, folders, progress).failed
        with suppress(LabelerError):  # somebody is grouping just now; the next run puts them in
            group.welcome(library)
    found = reading.read(library, folders, contacts, progress)
    decided = _Decider(library).decide(found.regions)
    return AdoptionPlan(tuple(decided), found.unnamed, _unique((*failed, *found.failures)))


def apply(library: Library, planned: AdoptionPlan) -> AdoptionPlan:
    """Write the names of a plan into the journal, as one answer that one undo takes back.

    Raises:
        LabelerError: a photo or a face of it has gone since.
    """
    with library.reading():
        keys = library.keys_of([one.face for one in planned.regions if one.face is not None])
        first = library.first_contents()
        contents = {photo.path: first[id_] for id_, photo in library.photos().items()}
    drawn: list[FaceKey] = []
    named: dict[str, list[FaceKey]] = defaultdict(list)
    for one in planned.with_outcome("name", "draw"):
        if not (one.photo in contents if one.face is None else one.face in keys):
            raise LabelerError(
                f"{one.photo}, or a face on it, has gone since it was looked at; run this again."
            )
        if one.face is not None:
            key = keys[one.face]
        else:
            assert one.box is not None
            key = FaceKey(contents[one.photo], one.box)
            drawn.append(key)
        named[one.person].append(key)
    now = datetime.now(timezone.utc)
    entries = [JournalEntry(0, now, journal.DRAW, tuple(drawn))] if drawn else []
    for number, person in enumerate(sorted(named), start=1):
        entries.append(JournalEntry(number, now, journal.NAME, tuple(named[person]), person))
    if not entries:
        return planned
    seen = drawing.look(library, drawn)
    with library.answer():
        ids = library.append_all(entries)
        drawing.put(library, seen)
    return AdoptionPlan(planned.regions, planned.unnamed, planned.failed, ids[-1])


class _Decider:
    """What the library says about the faces that regions may mean."""

    def __init__(self, library: Library) -> None:
        self.labels: Labels = standing.labels(library)
        self.table = library.faces()
        self.unlabelled = _unlabelled(library)
        self.places: dict[int, list[int]] = defaultdict(list)
        for place, photo in enumerate(self.table.photo_ids.tolist()):
            self.places[photo].append(place)

    def decide(self, regions: Iterable[PlacedRegion]) -> Iterator[Adoption]:
        by_photo: dict[int, list[PlacedRegion]] = defaultdict(list)
        for region in regions:
            by_photo[region.photo.id].append(region)
        for on_photo in by_photo.values():
            yield from self._decide_photo(on_photo)

    def _decide_photo(self, regions: Sequence[PlacedRegion]) -> Iterator[Adoption]:
        photo = regions[0].photo
        kept: list[tuple[str, Box]] = []
        for region in regions:
            try:
                name = naming.clean_name(region.name)
            except LabelerError as error:
                yield Adoption(photo.path, region.name[:100], "left out", str(error))
                continue
            name = self.labels.renamed.get(name, name)
            if region.box is None:
                why = f"The region cannot be used: {region.trouble}."
                yield Adoption(photo.path, name, "left out", why)
                continue
            before = _same_place(region.box, [box for _, box in kept])
            if before is None:
                kept.append((name, region.box))
            elif kept[before][0] != name:
                why = f"Another region in this place, which goes before, says {kept[before][0]}."
                yield Adoption(photo.path, name, "left out", why, None, region.box)
        places = self.places[photo.id]
        boxes = np.array([box.as_tuple() for _, box in kept], dtype=np.float64).reshape(-1, 4)
        pairs = dict(matching.match(boxes, self.table.boxes[places]))
        for number, (name, box) in enumerate(kept):
            if number in pairs:
                yield self._known(photo, name, places[pairs[number]])
            else:
                yield self._missed(photo, name, box)

    def _known(self, photo: Photo, name: str, place: int) -> Adoption:
        """Decide about a region that is a face which the library has."""
        face, box = int(self.table.ids[place]), Box(*self.table.boxes[place].tolist())
        said = self.labels.names.get(face)
        outcome: Outcome = "conflict"
        if said == name:
            outcome, why = "settled", ""
        elif said is not None:
            why = f"You named this face {said}."
        elif face in self.labels.ignored:
            why = "You said that this face is to be ignored."
        elif name in self.labels.rejected.get(face, ()):
            why = f"You said that this face is not {name}."
        elif face in self.unlabelled:
            why = "You took the name of this face away."
        else:
            outcome, why = "name", ""
        return Adoption(photo.path, name, outcome, why, face, box)

    def _missed(self, photo: Photo, name: str, region: Box) -> Adoption:
        """Decide about a region where the library has no face."""
        try:
            box = drawing.on_photo(_face_in(region), photo.facts)
        except LabelerError as error:
            return Adoption(photo.path, name, "left out", str(error), None, region)
        faces = [
            (int(self.table.ids[place]), FaceKey("", Box(*self.table.boxes[place].tolist())))
            for place in self.places[photo.id]
        ]
        there = journal.FaceIdentifier(faces)(FaceKey("", box))
        if there is not None:
            why = f"Another region is nearer to face {there}, which is in the same place."
            return Adoption(photo.path, name, "left out", why, None, box)
        return Adoption(photo.path, name, "draw", "", None, box)


def _face_in(region: Box) -> Box:
    """Return the box of the face in a region: squares are drawn as dlib's detector draws them."""
    shape = region.width / region.height
    return geometry.box_of_dlib_square(region) if abs(shape - 1) <= SQUARE else region


def _same_place(box: Box, others: Sequence[Box]) -> int | None:
    """Return which of other regions is around the same face, if any."""
    pairs = matching.match(
        np.array([box.as_tuple()]), np.array([o.as_tuple() for o in others]).reshape(-1, 4)
    )
    return pairs[0][1] if pairs else None


def _unlabelled(library: Library) -> set[int]:
    """Return the faces about which the user's last word was to forget what was said."""
    entries = journal.standing(library.journal())
    taken = [entry for entry in entries if entry.action == journal.UNLABEL]
    if not taken:
        return set()
    same = library.same_faces()
    identify = same.by_root(
        journal.FaceIdentifier(
            library.face_keys({key.content_hash for entry in taken for key in entry.faces})
        )
    )
    faces: set[int] = set()
    for entry in entries:
        about = {face for key in entry.faces if (face := identify(key)) is not None}
        if entry.action == journal.UNLABEL:
            faces |= about
        elif entry.action in (journal.NAME, journal.IGNORE):
            faces -= about
    return {one for face in faces for one in same.all_of(face)}


def _unique(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    by_path: Mapping[tuple[str, str], Failure] = {(f.path, f.reason): f for f in failures}
    return tuple(by_path.values())
