"""What the page of resemblance asks of the library, computed once for each state of it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from labeler import relations
from labeler.family import family as tree
from labeler.family.answers import Resemblance
from labeler.family.family_report import FacePair, FamilyReport, Years
from labeler.family.steps import evidence, family, gallery, pictures, resemble
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.types import Kin

from ..shell.jobs import Job, Jobs, Progress
from ..shell.snapshot import Snapshot, Snapshots

MOST_PREFILLED = 4
PAIRS_EACH = 2
SIZES = {"small": pictures.PORTRAIT, "large": pictures.SIDE_BY_SIDE}
_TURNED = {"parent": "child", "grandparent": "grandchild"}
_MOST_PICTURES = 400
_MOST_PAGES = 4


@dataclass(frozen=True)
class KinOf:
    """Who is a person's kin: said by the user, or following from it."""

    said: tuple[Kin, ...]
    following: tuple[Kin, ...]


class KinAnswers:
    """Answers questions about likeness; several threads may ask at once."""

    def __init__(self, library: Library, snapshots: Snapshots, jobs: Jobs) -> None:
        self._library, self._snapshots, self._jobs = library, snapshots, jobs
        self._lock = threading.RLock()
        self._state: tuple[int, Snapshot] | None = None
        self._comparing: resemble.Comparing | None = None
        self._families: dict[str | None, FamilyReport] = {}
        self._pictures: OrderedDict[tuple[int, str, str], bytes] = OrderedDict()
        self._pages: OrderedDict[str, tuple[str | None, str]] = OrderedDict()

    def people(self) -> resemble.Comparing:
        """Return the library's people as the likeness of kin sees them.

        Raises:
            LabelerError: the likeness of kin is not known for the library's network.
        """
        with self._lock:
            entry, snapshot = self._library.last_entry(), self._snapshots.current()
            known = self._state
            is_known = known is not None and known[0] == entry and known[1] is snapshot
            if self._comparing is None or not is_known:
                self._comparing = resemble.Comparing(gallery.read(self._library))
                self._state, self._families = (entry, snapshot), {}
            return self._comparing

    def check(self, person: str) -> None:
        """Make sure that somebody is known.

        Raises:
            UnknownPersonError: nobody has that name.
        """
        naming.known_person(self._library, person)

    def answer(self, child: str, relatives: Sequence[str]) -> Resemblance:
        """Tell whom somebody takes after.

        Raises:
            LabelerError: as for `resemble`.
        """
        return resemble.resemble(self._library, child, relatives, self.people())

    def evidence(
        self, child: str, relatives: Sequence[str]
    ) -> tuple[tuple[FacePair, ...], tuple[Years, ...]]:
        """Return faces to look at side by side, and the likeness over the years."""
        comparing = self.people()
        pairs = evidence.side_by_side(comparing, child, relatives, PAIRS_EACH)
        return pairs, evidence.over_years(comparing, child, relatives)

    def family(self, person: str | None) -> FamilyReport | None:
        """Return the family of a person, or all families; None = nobody said who is kin."""
        with self._lock:
            comparing, families = self.people(), self._families
        if not self._kin(person):
            return None
        if person not in families:  # two who ask at once find the same
            families[person] = family.report(self._library, person, comparing)
        return families[person]

    def _kin(self, person: str | None) -> list[Kin]:
        kin = tree.with_what_follows(self.people().gallery.labels.kin)
        return sorted(one for one in kin if person is None or person in (one[0], one[2]))

    def kin_of(self, person: str) -> KinOf:
        """Return who is a person's kin.

        Raises:
            LabelerError: the likeness of kin is not known for the library's network.
        """
        said = self.people().gallery.labels.kin
        everybody = self._kin(person) if person else []
        return KinOf(
            tuple(one for one in everybody if one in said),
            tuple(one for one in everybody if one not in said),
        )

    def prefilled(self, person: str) -> list[str]:
        """Return the kin to compare somebody with: parents, or else the nearest others."""
        people = self.people().gallery.people
        seen = {name for name, one in people.items() if len(one) >= resemble.LEAST_PHOTOS}
        by_kind: dict[str, list[str]] = {}
        for one, relation, other in self._kin(person):
            kind = _TURNED.get(relation, relation) if one == person else relation
            by_kind.setdefault(kind, []).append(other if one == person else one)
        parents = [name for name in by_kind.get("parent", []) if name in seen]
        if len(parents) > 1:
            return parents[:MOST_PREFILLED]
        order = ("parent", "sibling", "grandparent", "child", "grandchild")
        found = [name for kind in order for name in by_kind.get(kind, []) if name in seen]
        return list(dict.fromkeys(found))[:MOST_PREFILLED]

    def picture(self, face: int, size: str) -> bytes | None:
        """Return a face, upright, with the eyes at the usual places, as a JPEG.

        None = there is no such face, or its photo cannot be read.
        """
        key = (face, size, self._snapshots.current().version)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
            table = self.people().gallery.table
        found = pictures.aligned_faces(self._library, [face], SIZES[size], table).get(face)
        if found is not None:
            with self._lock:
                self._pictures[key] = found
                while len(self._pictures) > _MOST_PICTURES:
                    self._pictures.popitem(last=False)
        return found

    def begin_page(self, person: str | None) -> Job:
        """Begin to make the family's page, which needs nothing else.

        Raises:
            LabelerError: something else goes on.
        """

        def work(_tell: Progress) -> str:
            found = family.report(self._library, person, self.people())
            page = family.page_of(self._library, found)
            with self._lock:
                self._pages[secrets.token_urlsafe(16)] = (person, page)
                while len(self._pages) > _MOST_PAGES:
                    self._pages.popitem(last=False)
            return "the page is ready"

        return self._jobs.start("Making the family's page", work)

    def pages(self, person: str | None) -> list[str]:
        """Return the tokens of the pages of this family that were made, the latest first."""
        with self._lock:
            return [token for token, (whose, _) in self._pages.items() if whose == person][::-1]

    def page(self, token: str) -> str | None:
        with self._lock:
            return self._pages.get(token, (None, None))[1]


def say(kin: Kin) -> str:
    """Return 'Rosa is a parent of Clara'."""
    return relations.say_kin(kin)
