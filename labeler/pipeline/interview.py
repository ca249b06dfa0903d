"""Naming a library by answering questions, the most rewarding first.

An answer is written to the journal at once, by the functions that all the rest uses, and what it
settles is not asked again. What follows from the answers for other faces is computed by `refresh`,
which may be done behind the user's back while the questions go on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from labeler.errors import LabelerError
from labeler.pipeline import bands, naming
from labeler.pipeline.merging import merges
from labeler.store import Library
from labeler.suggestions import LEAST_LIKELY, TILES, OpenGroup, Question, in_order, ranked, same
from labeler.types import Recognition


class Interview:
    """The questions about a library, as it was at the last refresh, less what was answered."""

    def __init__(self, library: Library, tiles: int = TILES) -> None:
        self._library = library
        self._tiles = tiles
        self._settled: set[int] = set()
        self._skipped: set[tuple[int, ...]] = set()
        self._queue: list[Question] = []
        self.load()

    def refresh(self) -> None:
        """Recognize faces anew, from the names as they are now, and ask about the rest."""
        from labeler.pipeline.recognize import recognize

        if naming.labels(self._library).names:
            recognize(self._library)
        self.load()

    def load(self) -> None:
        """Read the library anew."""
        groups = [g for g in _open_groups(self._library) if g.faces not in self._skipped]
        self._settled.clear()
        pairs = _pairs(self._library, groups)
        self._queue = in_order([*ranked(groups, self._tiles), *pairs])

    def questions(self, top: int | None = None) -> list[Question]:
        """Return the questions that are open, best first; at most `top`."""
        found: list[Question] = []
        for question in self._queue:
            if top is not None and len(found) >= top:
                break
            groups = tuple(g for g in question.groups if not self._settled & set(g.faces))
            if groups == question.groups:
                found.append(question)
            elif question.kind == "which":  # the rest of a page
                found += ranked(groups, self._tiles)
        return found

    def name(self, group: OpenGroup, person: str, without: Collection[int] = ()) -> int:
        """Answer who a group is; return the id of the journal entry.

        Args:
            without: faces that were clicked away. They are not this person.
        """
        faces = [face for face in group.faces if face not in without]
        entry = naming.name_faces(self._library, faces, person)
        if without:
            naming.reject_faces(self._library, without, person)
        self._settled.update(group.faces)
        return entry

    def confirm(self, page: Question, wrong: Collection[OpenGroup] = ()) -> list[int]:
        """Answer which of the groups on a page are not who they were taken for.

        Returns the ids of the journal entries.
        """
        said: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for group in page.groups:
            if group.person is None:
                raise LabelerError("Nobody was proposed for this group; say who it is.")
            said[group.person, group in wrong].extend(group.faces)
        entries = []
        for (person, is_wrong), faces in said.items():
            say = naming.reject_faces if is_wrong else naming.name_faces
            entries.append(say(self._library, faces, person))
            self._settled.update(faces)
        return entries

    def tell_same(self, pair: Question, are_same: bool) -> int:
        """Answer whether two groups are one person; return the id of the journal entry."""
        one, other = (group.faces for group in pair.groups)
        self._queue.remove(pair)
        if are_same:
            return naming.same_faces(self._library, [*one, *other])
        return naming.different_faces(self._library, [one, other])

    def ignore(self, group: OpenGroup) -> int:
        """Answer that a group is nobody; return the id of the journal entry."""
        self._settled.update(group.faces)
        return naming.ignore_faces(self._library, group.faces)

    def skip(self, group: OpenGroup) -> None:
        """Ask about something else. Nothing is written, so another day the question returns."""
        self._settled.update(group.faces)
        self._skipped.add(group.faces)


def _open_groups(library: Library) -> Iterator[OpenGroup]:
    """Yield the faces that have no name, each cluster in one or more groups of one person each."""
    labels, table = naming.labels(library), library.faces()
    likely = bands.likely(library, labels, table)
    automatic = bands.automatic(library, labels, table)
    clusters = naming.clusters(library, table, labels)
    members: dict[int, list[int]] = defaultdict(list)
    sizes = Counter(clusters.tolist())
    order = np.argsort(-np.nan_to_num(table.fits, nan=-1.0), kind="stable")
    for face, cluster in zip(table.ids[order].tolist(), clusters[order].tolist(), strict=True):
        if face not in labels.names and face not in labels.ignored and face not in automatic:
            members[cluster if cluster >= 0 else -face - 1].append(face)
    for cluster, faces in members.items():
        is_whole = cluster >= 0 and len(faces) == sizes[cluster]
        yield _group(faces, likely, cluster if is_whole else None)


def _pairs(library: Library, groups: Iterable[OpenGroup]) -> Iterator[Question]:
    """Yield the pairs of groups without a name that are likely to be one person."""
    group_of = {face: group for group in groups for face in group.faces}
    for merge in merges(library):
        one, other = (group_of.get(face) for face in merge.examples)
        if one and other and merge.people == (None, None) and merge.probability >= LEAST_LIKELY:
            yield same(one, other, merge.probability)


def _group(faces: list[int], likely: dict[int, Recognition], cluster: int | None) -> OpenGroup:
    total: dict[str, float] = defaultdict(float)
    for face in faces:
        if face in likely:
            total[likely[face].person] += likely[face].probability
    if not total:
        return OpenGroup(tuple(faces), cluster=cluster)
    person = max(total, key=lambda name: (total[name], name))
    return OpenGroup(tuple(faces), person, total[person] / len(faces), cluster)
