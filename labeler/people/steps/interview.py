"""Naming a library by answering questions, the most rewarding first.

An answer is written to the journal at once, by the functions that all the rest uses, and what it
settles is not asked again. What follows from the answers for other faces is computed by `refresh`,
which may be done behind the user's back while the questions go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.open_groups import likely_pairs, open_groups
from labeler.people.steps.stand import stand
from labeler.people.suggestions import TILES, OpenGroup, Question, in_order, ranked, same

Pair = frozenset[tuple[int, ...]]
"""Two groups, each told by its faces."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer did: the journal entries, none if it was skipped, and the faces it settled.

    queue: the questions before it.
    """

    entries: tuple[int, ...]
    faces: frozenset[int]
    queue: Sequence[Question]
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is not to be asked for now: groups, each told by its faces, and pairs of groups."""

    groups: set[tuple[int, ...]] = field(default_factory=set)
    pairs: set[Pair] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.groups) + len(self.pairs)


class Interview:
    """The questions about a library, as it was at the last refresh, less what was answered.

    skipped: grows with what the user skips. answers: those since the library was read.
    """

    def __init__(
        self, library: Library, tiles: int = TILES, skipped: Skipped | None = None
    ) -> None:
        self._library = library
        self._tiles = tiles
        self.skipped = Skipped() if skipped is None else skipped
        self.load()

    def refresh(self) -> None:
        """Recognize faces anew, from the names as they are now, and ask about the rest."""
        self._recognize()
        self.load()

    def renewed(self) -> Interview:
        """Return a new interview like this one after a refresh; this one can go on meanwhile."""
        self._recognize()
        return Interview(self._library, self._tiles, self.skipped)

    def load(self) -> None:
        """Read the library anew."""
        with self._library.reading():
            now = stand(self._library)
            groups = list(open_groups(self._library, now))
            asked = [group for group in groups if group.faces not in self.skipped.groups]
            pairs = [
                pair
                for pair in likely_pairs(self._library, asked, now)
                if _pair(pair) not in self.skipped.pairs
            ]
        self._open = {face for group in groups for face in group.faces}
        self._settled: set[int] = set()
        self._followed: set[int] = set()
        self._answered_pairs: set[Pair] = set()
        self.answers: list[Answer] = []
        self._queue = in_order([*ranked(asked, self._tiles), *pairs])

    def questions(self, top: int | None = None) -> list[Question]:
        """Return the questions that are open, best first; at most `top`."""
        found: list[Question] = []
        for question in self._queue:
            if top is not None and len(found) >= top:
                break
            groups = tuple(g for g in question.groups if self._settled.isdisjoint(g.faces))
            if len(groups) == len(question.groups):
                found.append(question)
            elif question.kind == "which":  # the rest of a page
                found += ranked(groups, self._tiles)
        return found

    @property
    def left(self) -> int:
        """How many questions are open; quicker than to list them."""
        is_free = self._settled.isdisjoint
        number = 0
        for question in self._queue:
            if question.kind == "which":
                number += any(is_free(group.faces) for group in question.groups)
            elif question.kind == "same":
                number += all(is_free(group.faces) for group in question.groups)
            else:
                number += is_free(question.groups[0].faces)
        return number

    @property
    def open_faces(self) -> int:
        """How many faces have no name, skipped ones included."""
        named = (answer.faces for answer in self.answers if answer.entries)
        return len(self._open) - len(self._followed) - sum(map(len, named))

    def is_open(self, question: Question) -> bool:
        """Tell whether a question, perhaps one of an earlier day, still waits for its answer."""
        faces = [face for group in question.groups for face in group.faces]
        is_told = question.kind == "same" and _pair(question) in self._answered_pairs
        return not is_told and self._open.issuperset(faces) and self._settled.isdisjoint(faces)

    def spelling(self, person: str) -> str:
        """Return how the library spells a name; see `naming.spelling`."""
        return naming.spelling(self._library, person)

    def name(self, group: OpenGroup, person: str, without: Collection[int] = ()) -> int:
        """Answer who a group is; return the id of the journal entry.

        Args:
            without: faces that were clicked away. They are not this person.
        """
        faces = [face for face in group.faces if face not in without]
        with self._library.answer():
            entries = [naming.name_faces(self._library, faces, person)]
            if without:
                entries.append(naming.reject_faces(self._library, without, person))
        self._note(entries, group.faces)
        return entries[0]

    def confirm(self, page: Question, wrong: Collection[OpenGroup] = ()) -> list[int]:
        """Answer which of the groups on a page are not who they were taken for.

        Returns the ids of the journal entries.
        """
        said: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for group in page.groups:
            said[_proposed(group), group in wrong].extend(group.faces)
        entries = []
        with self._library.answer():
            for (person, is_wrong), faces in said.items():
                say = naming.reject_faces if is_wrong else naming.name_faces
                entries.append(say(self._library, faces, person))
        self._note(entries, [face for group in page.groups for face in group.faces])
        return entries

    def correct(self, group: OpenGroup, person: str, without: Collection[int] = ()) -> list[int]:
        """Answer that a group is not who it was taken for, but another person.

        Returns the ids of the journal entries.

        Args:
            without: faces that were clicked away. They are neither.
        """
        proposed, person = _proposed(group), naming.spelling(self._library, person)
        if person == proposed:
            return [self.name(group, person, without)]
        faces = [face for face in group.faces if face not in without]
        with self._library.answer():
            entries = [naming.name_faces(self._library, faces, person)]
            entries.append(naming.reject_faces(self._library, group.faces, proposed))
            if without:
                entries.append(naming.reject_faces(self._library, without, person))
        self._note(entries, group.faces)
        return entries

    def tell_same(self, pair: Question, are_same: bool) -> int:
        """Answer whether two groups are one person; return the id of the journal entry."""
        one, other = (group.faces for group in pair.groups)
        if are_same:
            entry = naming.same_faces(self._library, [*one, *other])
        else:
            entry = naming.different_faces(self._library, [one, other])
        self._note([entry], (), _pair(pair))
        self._queue = self._united(pair) if are_same else self._without(pair)
        return entry

    def ignore(self, group: OpenGroup) -> int:
        """Answer that a group is nobody; return the id of the journal entry."""
        entry = naming.ignore_faces(self._library, group.faces)
        self._note([entry], group.faces)
        return entry

    def skip(self, group: OpenGroup) -> None:
        """Ask about something else. Nothing is written, so another day the question returns."""
        self._note([], group.faces)
        self.skipped.groups.add(group.faces)

    def skip_question(self, question: Question) -> None:
        """Ask about something else than all of a page, or than whether two groups are one."""
        if question.kind == "same":
            self._note([], (), _pair(question))
            self.skipped.pairs.add(_pair(question))
            self._queue = self._without(question)
        for group in question.groups if question.kind != "same" else ():
            self.skip(group)

    def ask_skipped(self) -> None:
        """Ask again what was skipped."""
        self.skipped.groups.clear()
        self.skipped.pairs.clear()
        self.load()

    def take_back(self) -> None:
        """Ask the last question again; that its answer is undone in the journal is settled."""
        last = self.answers.pop()
        self._settled -= last.faces
        self._queue = list(last.queue)
        if last.pair:
            self._answered_pairs.discard(last.pair)

    def follow(self, other: Interview, answered: int) -> None:
        """Do not ask what another interview about the library has heard after so many answers."""
        for answer in other.answers[answered:]:
            self._settled |= answer.faces
            if answer.entries:
                self._followed |= answer.faces & self._open
            if answer.pair:
                self._answered_pairs.add(answer.pair)
                self._queue = [q for q in self._queue if _pair(q) != answer.pair]

    def _recognize(self) -> None:
        from labeler.people.steps.recognize import recognize

        if standing.labels(self._library).names:
            recognize(self._library)

    def _note(self, entries: Sequence[int], faces: Iterable[int], pair: Pair | None = None) -> None:
        """Take note of an answer that was written."""
        answer = Answer(tuple(entries), frozenset(faces), self._queue, pair)
        self.answers.append(answer)
        self._settled |= answer.faces
        if pair:
            self._answered_pairs.add(pair)

    def _without(self, pair: Question) -> list[Question]:
        return [q for q in self._queue if q.kind != "same" or _pair(q) != _pair(pair)]

    def _united(self, pair: Question) -> list[Question]:
        """Return the questions when two groups have become one: one name will do for both."""
        one, other = pair.groups
        whole = OpenGroup(one.faces + other.faces)
        found: list[Question] = []
        for question in self._queue:
            rest = tuple(g for g in question.groups if g not in (one, other))
            if rest == question.groups:
                found.append(question)
            elif question.kind == "which" and rest:
                found += ranked(rest, self._tiles)
            elif question.kind == "same" and rest:
                found.append(same(whole, rest[0], question.probability or 0.0))
        return in_order([*found, *ranked([whole], self._tiles)])


def _proposed(group: OpenGroup) -> str:
    if group.person is None:
        raise LabelerError("Nobody was proposed for this group; say who it is.")
    return group.person


def _pair(question: Question) -> Pair:
    return frozenset(group.faces for group in question.groups)
