"""Take over the names that other programs gave to faces: plan it, and do it as one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from labeler import geometry, journal
from labeler.errors import LabelerError
from labeler.exchange import matching
from labeler.exchange.region import NoName
from labeler.exchange.steps import reading
from labeler.exchange.steps.reading import PlacedRegion
from labeler.faces.steps import drawing
from labeler.faces.steps.index import Progress, index
from labeler.groups.steps import group
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.names import Spellings
from labeler.people.steps import naming
from labeler.types import Box, FaceKey, Failure, JournalEntry, Labels, Photo
from labeler.wording import count

SQUARE = 0.03
"""A region whose sides differ by less is a square, as detectors of other programs draw them."""

Outcome = Literal["name", "draw", "settled", "conflict", "left out", "somewhere"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What becomes of one region.

    outcome: the face that was found there gets the name; a face is drawn there, because none was
    found, and gets it; it has the name already; the user, or another region, says something else;
    the region cannot be used; or the person is on the photo, and nobody says where. why: of the
    last three, a sentence, and of a name that had no place. box: upright pixels.
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
    """regions: one each. unnamed: regions that name nobody, or are no faces; not_used: by reason.
    failed: files that could not be read. entry: the journal entry with which all can be undone,
    once it is done."""

    regions: tuple[Adoption, ...]
    unnamed: int
    failed: tuple[Failure, ...]
    entry: int | None = None
    not_used: Mapping[NoName, int] = field(default_factory=dict)

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
    unnamed = sum(found.no_name.values())
    failures = _unique((*failed, *found.failures))
    return AdoptionPlan(tuple(decided), unnamed, failures, None, found.no_name)


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
    return replace(planned, entry=ids[-1])


class _Decider:
    """What the library says about the faces that regions may mean."""

    def __init__(self, library: Library) -> None:
        self.labels: Labels = standing.labels(library)
        self.spellings = Spellings(sorted(set(self.labels.names.values())), self.labels.renamed)
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
        kept: list[_Claim] = []
        somewhere: dict[str, None] = {}
        for region in regions:
            try:
                name = self.spellings.of(naming.clean_name(region.name))
            except LabelerError as error:
                yield Adoption(photo.path, region.name[:100], "left out", str(error))
                continue
            if region.somewhere:
                somewhere.setdefault(name)
                continue
            if region.box is None:
                why = f"The region cannot be used: {region.trouble}."
                yield Adoption(photo.path, name, "left out", why)
                continue
            before = _same_place(region.box, [claim.box for claim in kept])
            if before is None:
                kept.append(_Claim(name, region.box, region.is_around))
            elif kept[before].name != name:
                why = f"Another region in this place, which goes before, says {kept[before].name}."
                yield Adoption(photo.path, name, "left out", why, None, region.box)
        decided = list(self._decide_claims(photo, kept))
        yield from (one for one in decided if one.outcome != "somewhere")
        unsettled = {one.person: one.box for one in decided if one.outcome == "somewhere"}
        yield from self._decide_unplaced(photo, {**dict.fromkeys(somewhere), **unsettled}, decided)

    def _decide_claims(self, photo: Photo, claims: Sequence[_Claim]) -> Iterator[Adoption]:
        """Decide about regions in different places."""
        places = self.places[photo.id]
        boxes = np.array([claim.box.as_tuple() for claim in claims]).reshape(-1, 4)
        pairs = dict(matching.match(boxes, self.table.boxes[places]))
        taken = set(pairs.values())
        for number, claim in enumerate(claims):
            if number in pairs:
                yield self._known(photo, claim.name, places[pairs[number]])
            elif not claim.is_around:
                yield self._missed(photo, claim.name, claim.box)
            else:
                inside = [
                    place
                    for at, place in enumerate(places)
                    if at not in taken and _is_inside(self.table.boxes[place], claim.box)
                ]
                if len(inside) == 1:
                    yield self._known(photo, claim.name, inside[0])
                else:
                    yield Adoption(photo.path, claim.name, "somewhere", box=claim.box)

    def _decide_unplaced(
        self, photo: Photo, people: Mapping[str, Box | None], decided: Sequence[Adoption]
    ) -> Iterator[Adoption]:
        """Decide about people who are on a photo, nobody says where.

        Whose name has a place besides is no question. One of whom nobody knows where is the only
        face that nobody has named; of more, nobody can tell.
        """
        faces = [int(self.table.ids[place]) for place in self.places[photo.id]]
        placed = {one.person for one in decided if one.outcome != "somewhere"}
        placed |= {self.labels.names[face] for face in faces if face in self.labels.names}
        taken = {one.face for one in decided if one.face is not None}
        free = [
            place
            for face, place in zip(faces, self.places[photo.id], strict=True)
            if not (face in taken or face in self.labels.names or face in self.labels.ignored)
        ]
        left = [name for name in people if name not in placed]
        if len(left) == 1 and len(free) == 1:
            found = self._known(photo, left[0], free[0])
            yield replace(
                found, why=found.why or "It is the only face on the photo without a name."
            )
            return
        for name in left:
            there = f"are {count(len(free), 'face')}" if len(free) > 1 else "is one face"
            why = f"It is not said where; there {there if free else 'is no face'} without a name."
            yield Adoption(photo.path, name, "somewhere", why, None, people[name])

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


@dataclass(frozen=True, slots=True)
class _Claim:
    """A name for a place; `is_around` as of a PlacedRegion."""

    name: str
    box: Box
    is_around: bool


def _is_inside(face: NDArray[np.float64], region: Box) -> bool:
    """Tell whether the middle of a face is in the region of a person."""
    x, y = face[:2] + face[2:] / 2
    return bool(region.left <= x <= region.right and region.top <= y <= region.bottom)


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
    contents = {key.content_hash for entry in taken for key in entry.faces}
    identify = standing.identifier(library, contents, same)
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
