"""The plan of a slideshow while it is worked on: chosen, edited slide by slide, made.

It is kept here and not in the browser: a page that is loaded again, or in a second window, shows it
as it is. Slides are told apart by their photos, so that no stale page changes another one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.slideshows import captions, editing
from labeler.slideshows.slideshow import Candidate, Show
from labeler.slideshows.steps import slideshow
from labeler.types import Photo
from labeler.wording import count

from ..shell.jobs import Cancelled, Job, Jobs, Progress
from .made import MadeShows
from .wishes import Making, Wishes, plain

MOST_UNDONE = 200
Result = TypeVar("Result")


@dataclass(frozen=True)
class Draft:
    """The plan that is worked on.

    number: another one after every change. photos: those of the slides by their content hashes.
    written: content hashes of photos whose captions somebody wrote; these are never lost.
    """

    number: int
    show: Show
    photos: Mapping[str, Photo]
    wanted: Wishes
    written: frozenset[str] = frozenset()

    def photo(self, candidate: Candidate) -> Photo:
        """Return a slide's photo."""
        return self.photos[candidate.content_hash]

    def place(self, photo: int) -> int:
        """Return where the slide of a photo is, counted from 0.

        Raises:
            LabelerError: it is not in the show.
        """
        for place, slide in enumerate(self.show.slides):
            if self.photo(slide.candidate).id == photo:
                return place
        raise LabelerError("This slide is not in the plan any more; reload the page.")


class SlideshowPlanner:
    """Holds at most one plan, and what was made of this and former ones; threads may share it.

    Attributes:
        made: what was made.
    """

    def __init__(self, library: Library, jobs: Jobs) -> None:
        self._library = library
        self._jobs = jobs
        self.made = MadeShows()
        self._lock = threading.RLock()
        self._draft: Draft | None = None
        self._before: list[Draft] = []
        self._number = 0

    def draft(self) -> Draft | None:
        with self._lock:
            return self._draft

    def number(self) -> int:
        """Return the number of the plan that is worked on; 0 = there is none."""
        with self._lock:
            return self._draft.number if self._draft else 0

    @property
    def can_undo(self) -> bool:
        with self._lock:
            return bool(self._before)

    def begin(self, wanted: Wishes) -> Job:
        """Begin to choose the photos; pinned slides and captions that somebody wrote stay.

        Raises:
            LabelerError: nobody was chosen, a date is none, or something else goes on.
        """
        choice = wanted.choice()

        def work(tell: Progress) -> str:
            old = self.draft()
            extent = wanted.extent(old.show if old else None)
            go_on = partial(tell, 0, 0)  # nobody knows how many photos will be looked at
            show = _plainly(lambda: slideshow.plan_show(self._library, choice, extent, go_on))
            draft = Draft(0, show, self._photos(show), wanted)
            with self._lock:
                self._lay(_carried(self._draft, draft))
            return told(show)

        return self._jobs.start("Choosing photos", work)

    def move(self, photo: int, before: int | None) -> None:
        """Move a slide so that it comes before another one; None = to the end.

        Raises:
            LabelerError: one of them is not in the show.
        """

        def change(draft: Draft) -> Draft:
            place = draft.place(photo)
            to = draft.place(before) if before is not None else len(draft.show.slides)
            to -= to > place  # the others close up behind it
            return replace(draft, show=editing.move(draft.show, place, to))

        self._change(change)

    def step(self, photo: int, by: int) -> None:
        """Move a slide by so many places, as far as there are any.

        Raises:
            LabelerError: it is not in the show.
        """

        def change(draft: Draft) -> Draft:
            place = draft.place(photo)
            to = min(max(place + by, 0), len(draft.show.slides) - 1)
            return replace(draft, show=editing.move(draft.show, place, to))

        self._change(change)

    def drop(self, photo: int) -> None:
        """Leave a slide out.

        Raises:
            LabelerError: it is not in the show, or the last one.
        """
        self._change(lambda d: replace(d, show=editing.drop(d.show, d.place(photo))))

    def pin(self, photo: int) -> None:
        """Keep a slide when the photos are chosen anew, or no longer.

        Raises:
            LabelerError: it is not in the show.
        """

        def change(draft: Draft) -> Draft:
            place = draft.place(photo)
            pinned = not draft.show.slides[place].pinned
            return replace(draft, show=editing.pin(draft.show, place, pinned))

        self._change(change)

    def write_caption(self, photo: int, text: str) -> None:
        """Write other lines below a photo.

        Raises:
            LabelerError: it is not in the show.
        """

        def change(draft: Draft) -> Draft:
            place = draft.place(photo)
            written = draft.written | {draft.show.slides[place].candidate.content_hash}
            return replace(
                draft, show=editing.write_caption(draft.show, place, text), written=written
            )

        self._change(change)

    def entitle(self, title: str, subtitle: str) -> None:
        """Write other words on the title card.

        Raises:
            LabelerError: there is no title.
        """
        self._change(lambda d: replace(d, show=editing.entitle(d.show, title, subtitle)))

    def undo(self) -> None:
        """Take the last change back, be it a new choice.

        Raises:
            LabelerError: nothing was changed.
        """
        with self._lock:
            if not self._before:
                raise LabelerError("There is nothing to take back.")
            self._number += 1
            self._draft = replace(self._before.pop(), number=self._number)

    def make(self, making: Making) -> Job:
        """Begin to make what is wanted of the show.

        Raises:
            LabelerError: there is no plan, the file exists or cannot be made, the music cannot be
                played, or something else goes on.
        """
        from labeler.slideshows.steps import files

        draft, out, style = self.draft(), making.target(), making.style()
        if draft is None:
            raise LabelerError("There is no plan to make a show of; choose the photos first.")
        show = draft.show
        _plainly(lambda: files.check(out, style))

        def work(tell: Progress) -> str:
            try:
                done = _plainly(lambda: files.render(show, out, style, tell))
            except Cancelled:
                if style.folder:
                    raise
                return "Cancelled; nothing of it is left"
            return self.made.note(show, out, done).told

        return self._jobs.start("Making the show", work)

    def _photos(self, show: Show) -> dict[str, Photo]:
        shown = {slide.candidate.content_hash for slide in show.slides}
        ids = self._library.photos_holding(sorted(shown))
        photos = self._library.photos_with(list(ids.values()))
        if not shown <= ids.keys() or not set(ids.values()) <= photos.keys():
            raise LabelerError("The library has changed meanwhile; show the plan again.")
        return {content: photos[ids[content]] for content in shown}

    def _change(self, change: Callable[[Draft], Draft]) -> None:
        with self._lock:
            if self._draft is None:
                raise LabelerError("There is no plan yet; choose the photos first.")
            changed = _counted(self._draft.show, change(self._draft))
            if (changed.show, changed.written) != (self._draft.show, self._draft.written):
                self._lay(changed)

    def _lay(self, draft: Draft) -> None:
        """Make a draft the plan that is worked on; the one that was there can be brought back."""
        if self._draft is not None:
            self._before = [*self._before, self._draft][-MOST_UNDONE:]
        self._number += 1
        self._draft = replace(draft, number=self._number)


def told(show: Show) -> str:
    """Return how many slides a show has and how long it lasts: '24 slides, 1:40 min'."""
    return f"{count(len(show.slides), 'slide')}, {captions.clock(show.seconds)} min"


def _counted(old: Show, changed: Draft) -> Draft:
    """Return the draft with the years and the number of its photos below the title, if they were
    there before.
    """
    show = changed.show
    usual, now = (
        captions.subtitle([slide.candidate for slide in one.slides]) for one in (old, show)
    )
    if show.subtitle != usual or usual == now:
        return changed
    return replace(changed, show=replace(show, subtitle=now))


def _carried(old: Draft | None, new: Draft) -> Draft:
    """Return the new draft with the captions that somebody wrote for the old one."""
    if old is None:
        return new
    lines = {
        slide.candidate.content_hash: slide.lines
        for slide in old.show.slides
        if slide.candidate.content_hash in old.written
    }
    slides = tuple(
        replace(slide, lines=lines.get(slide.candidate.content_hash, slide.lines))
        for slide in new.show.slides
    )
    return replace(new, show=replace(new.show, slides=slides), written=frozenset(lines))


def _plainly(make: Callable[[], Result]) -> Result:
    try:
        return make()
    except LabelerError as error:
        raise LabelerError(plain(str(error))) from error
