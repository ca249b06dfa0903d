"""The one interview of a running dashboard, for all its windows.

An answer changes the interview at once. Only when somebody else has changed the library it is read
anew, and after some answers faces are recognized anew in the background.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2s

from labeler import journal
from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps.interview import Answer, Interview
from labeler.people.suggestions import OpenGroup, Question
from labeler.types import JournalEntry
from labeler.wording import count

from ..shared.actions import Done, made

RENEW_AFTER = 10
"""Faces are recognized anew after the first answer, and then whenever so many were given."""
REMEMBERED = 200
"""So many questions are remembered that some window may still show."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the user answered.

    question: its key. what: 'yes', 'no', 'name', 'ignore', 'skip', 'confirm' or 'again' (ask what
    was skipped). person: with 'name'. out: faces that were clicked away. wrong: places of the
    groups that are not who they were taken for, with 'confirm'.
    """

    question: str
    what: str
    person: str = ""
    out: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now and next, and how far the interview has come.

    settled: how many faces the last answer settled, None = there was none. followed: how many
    faces got an automatic name when they were last recognized anew. thinking: they are being so.
    """

    question: Question | None
    following: Question | None
    left: int
    open_faces: int
    skipped: int
    settled: int | None
    followed: int
    thinking: bool
    names: tuple[str, ...]


class Interviewer:
    """Asks and listens; several threads may talk to it at once."""

    def __init__(self, library: Library, renew_after: int = RENEW_AFTER) -> None:
        self._library = library
        self._renew_after = renew_after
        self._lock = threading.RLock()
        self._interview: Interview | None = None
        self._shown: OrderedDict[str, Question] = OrderedDict()
        self._answered: list[tuple[tuple[int, ...], Question]] = []
        self._again: Question | None = None
        self._names: set[str] = set()
        self._state: object = None
        self._entry = 0
        self._unheeded = renew_after - 1
        self._settled: int | None = None
        self._followed = 0
        self._renewal: threading.Thread | None = None

    def ask(self) -> Asked:
        """Return what is to be asked now."""
        with self._lock:
            interview = self._current()
            best = interview.questions(2)
            if self._again and interview.is_open(self._again):
                best = [self._again, *(one for one in best if one != self._again)][:2]
            for question in best:
                self._shown[key_of(question)] = question
            while len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)
            return Asked(
                question=best[0] if best else None,
                following=best[1] if len(best) > 1 else None,
                left=interview.left,
                open_faces=interview.open_faces,
                skipped=len(interview.skipped),
                settled=self._settled,
                followed=self._followed,
                thinking=self._renewal is not None,
                names=tuple(sorted(self._names, key=str.casefold)),
            )

    def answer(self, said: Said) -> Done:
        """Write an answer to the journal; an empty message = there was nothing to write.

        Raises:
            LabelerError: the question is not open any more, or the answer makes no sense.
        """
        with self._lock:
            interview = self._current()
            if said.what == "again":
                interview.ask_skipped()
                return Done("")
            question = self._shown.get(said.question)
            if question is None or not interview.is_open(question):
                raise LabelerError("This was answered meanwhile; here is the next question.")
            before = len(interview.answers)
            message = respond(interview, question, said)
            entries = [entry for one in interview.answers[before:] for entry in one.entries]
            if not entries:
                return Done("")
            self._answered.append((tuple(entries), question))
            self._heed(interview.answers[-1], entries)
            return made(self._library, message, *entries)

    def wait(self) -> None:
        """Wait until faces are no longer being recognized."""
        renewal = self._renewal
        if renewal:
            renewal.join()

    def _heed(self, answer: Answer, entries: list[int]) -> None:
        """Take note of an answer that was written."""
        self._settled = len(answer.faces)
        self._followed = 0
        self._names |= journal.people_named(self._library.entries(entries))
        state = self._library.state()
        self._entry = max(entries)
        # Had somebody else written something just now, too, it would be overlooked otherwise.
        self._state = state if self._library.last_entry() == self._entry else None
        self._unheeded += 1
        assert self._interview is not None
        if self._unheeded >= self._renew_after or not self._interview.questions(1):
            self._start_renewal(self._interview)

    def _current(self) -> Interview:
        """Return the interview, up to date with what others did to the library."""
        state = self._library.state()
        if self._interview is None:
            self._interview = Interview(self._library)
            self._read(state)
        elif state != self._state:
            news = [e for e in self._library.journal(contents=()) if e.id > self._entry]
            # Without any, it is the recognition in the background that has written something.
            if news or self._renewal is None:
                self._heed_others(self._interview, news)
                self._read(state)
        return self._interview

    def _heed_others(self, interview: Interview, news: list[JournalEntry]) -> None:
        """Take note of what was written elsewhere; what is undone is asked again first."""
        entries, question = self._answered[-1] if self._answered else ((), None)
        undone = {entry.undoes for entry in news if entry.action == journal.UNDO}
        is_undone = bool(entries) and undone == set(entries) and len(news) == len(entries)
        if is_undone:
            self._answered.pop()
            self._again = question
        if is_undone and interview.answers and interview.answers[-1].entries == entries:
            interview.take_back()
        else:
            interview.load()
        self._settled, self._followed = None, 0

    def _read(self, state: object) -> None:
        """Take note that the library was read, which is in a state that was looked up before."""
        entries = self._library.journal(contents=())
        self._names = journal.people_named(entries)
        self._entry = entries[-1].id if entries else 0
        self._state = state

    def _start_renewal(self, interview: Interview) -> None:
        if self._renewal is None:
            self._unheeded = 0
            known = tuple(interview.answers)
            self._renewal = threading.Thread(
                target=self._renew, args=[interview, known], daemon=True
            )
            self._renewal.start()

    def _renew(self, interview: Interview, known: tuple[Answer, ...]) -> None:
        """Recognize faces anew while the questions go on, then ask about those that are left."""
        renewed = None
        try:
            with suppress(LabelerError):  # all names are on photos that are missing just now
                renewed = interview.renewed()
        finally:
            with self._lock:
                self._renewal = None
                if renewed is not None:
                    self._replace(interview, renewed, known)
            self._library.close()

    def _replace(self, old: Interview, new: Interview, known: tuple[Answer, ...]) -> None:
        state = self._library.state()
        if tuple(old.answers[: len(known)]) == known:
            new.follow(old, len(known))
            self._followed = max(old.open_faces - new.open_faces, 0)
            self._interview = new
            # What others have written meanwhile is noticed by their journal entries.
            if self._library.last_entry() == self._entry:
                self._state = state
        else:  # something was taken back, or the library read anew
            old.load()
            self._read(state)


def key_of(question: Question) -> str:
    """Return what tells a question from all others, also after a restart."""
    what = (question.kind, [(group.faces, group.person) for group in question.groups])
    return blake2s(repr(what).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def respond(interview: Interview, question: Question, said: Said) -> str:
    """Pass an answer on to the interview; return what was done as a sentence.

    Raises:
        LabelerError: this is no answer to the question.
    """
    if said.what == "skip":
        interview.skip_question(question)
        return "Skipped"
    if question.kind == "same" and said.what in ("yes", "no"):
        interview.tell_same(question, said.what == "yes")
        faces = count(sum(len(group.faces) for group in question.groups), "face")
        return f"Put {faces} together" if said.what == "yes" else "Noted that they are two people"
    if said.what == "confirm" and question.kind == "which":
        return _confirm(interview, question, said.wrong)
    if question.kind == "same" or len(question.groups) > 1:
        raise LabelerError("This is no answer to the question; reload the page.")
    return _respond_about(interview, question, question.groups[0], said)


def _confirm(interview: Interview, page: Question, places: tuple[int, ...]) -> str:
    wrong = [page.groups[place] for place in places if 0 <= place < len(page.groups)]
    interview.confirm(page, wrong)
    refused = sum(len(group.faces) for group in wrong)
    confirmed = sum(len(group.faces) for group in page.groups) - refused
    parts = [f"Confirmed {count(confirmed, 'face')}"] if confirmed else []
    parts += [f"rejected {count(refused, 'face')}"] if refused else []
    return " and ".join(parts)


def _respond_about(interview: Interview, question: Question, group: OpenGroup, said: Said) -> str:
    """Pass on an answer about a single group."""
    out = [face for face in group.faces if face in said.out]
    faces = count(len(group.faces) - len(out), "face")
    if said.what == "ignore":
        interview.ignore(group)
        return f"Ignored {count(len(group.faces), 'face')}"
    if said.what == "no" and question.kind == "which":
        interview.confirm(question, [group])
        are = "is" if len(group.faces) == 1 else "are"
        return f"{count(len(group.faces), 'face')} {are} not {group.person}"
    if said.what == "yes" and question.kind == "which" and group.person:
        interview.name(group, group.person, out)
        return f"Named {faces} {group.person}"
    if said.what != "name":
        raise LabelerError("This is no answer to the question; reload the page.")
    person = interview.spelling(said.person)
    if question.kind == "which":
        interview.correct(group, person, out)
    else:
        interview.name(group, person, out)
    return f"Named {faces} {person}"
