"""The plan of a sort while it is looked at: made, corrected, carried out, taken back.

It is kept here and not in the browser, so that a page that is loaded again shows it as it is.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image as PILImage

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.names import Spellings
from labeler.people.steps import naming
from labeler.photos.io import unindexed
from labeler.photos.steps import left_out
from labeler.sorting.steps.apply import Placing, apply_sort, failures
from labeler.sorting.steps.plan import RecognizedPerson, SortedPhoto, SortOptions
from labeler.sorting.steps.preview import VERBS
from labeler.sorting.steps.staying import staying
from labeler.sorting.steps.undo import undo_sort
from labeler.types import Box
from labeler.wording import count

from ..home.work import whole_path
from ..shared.actions import Done
from ..shell.jobs import Job, Jobs, Progress

PICTURE_SIDE = 640
_NOWHERE = Box(0, 0, 0, 0)


@dataclass(frozen=True)
class Plan:
    """The plan that is looked at. record: the manifest, once the plan was carried out.

    number: of the plan, so that pictures of another one are never taken for its.
    """

    number: int
    inbox: Path
    into: Path
    options: SortOptions
    photos: tuple[SortedPhoto, ...]
    record: Path | None = None

    @property
    def to_place(self) -> int:
        """How many photos would be placed, or were."""
        return sum(bool(item.targets) and not item.error for item in self.photos)


class Sorter:
    """Holds at most one plan; several threads may ask at once."""

    def __init__(self, library: Library, jobs: Jobs) -> None:
        self._library = library
        self._jobs = jobs
        self._lock = threading.Lock()
        self._plan: Plan | None = None
        self._number = 0

    def plan(self) -> Plan | None:
        with self._lock:
            return self._plan

    def begin(self, inbox: str, into: str, options: SortOptions) -> Job:
        """Begin to look at new photos.

        Raises:
            LabelerError: a folder does not exist, the layout or the search cannot be used, nobody
                has a name yet, or something else goes on.
        """
        source = whole_path(inbox, "the folder of new photos", "/home/rosa/inbox")
        target = whole_path(into, "the folder to sort into", "/home/rosa/people")
        if not source.is_dir():
            raise LabelerError(f"There is no folder {source}; check how it is spelled.")
        options = options.checked()

        def work(tell: Progress) -> str:
            from labeler.sorting.steps.sort import plan_sort

            leaving_out = left_out.leaving_out(self._library)
            found = plan_sort(
                self._library, source, target, tell, options=options, leaving_out=leaving_out
            )
            with self._lock:
                self._number += 1
                self._plan = Plan(self._number, source, target, options, tuple(found))
                if options.search and not found:
                    return "No photo there is like that"
                made = leaving_out.met().in_words()
                told = f"{self._plan.to_place:,} of {len(found):,} have a place"
                return f"{told}; {made}" if made else told

        return self._jobs.start("Looking at new photos", work)

    def correct(self, number: int, index: int, people: Sequence[str]) -> SortedPhoto:
        """Say who is on one photo of the plan; return where it belongs now.

        Raises:
            LabelerError: there is another plan by now, or it is carried out already.
        """
        from labeler.sorting.steps.sort import occupied, placed, with_folders

        with self._lock:
            plan = self._plan
            if plan is None or plan.number != number or plan.record is not None:
                raise LabelerError("There is another plan by now; reload the page.")
            item = plan.photos[index]
            known = {one.person: one for one in item.people}
            options = with_folders(self._library, plan.options)
            spelled = Spellings([*known, *sorted(options.folders)])
            names = dict.fromkeys(
                spelled.of(naming.clean_name(name)) for name in people if name.strip()
            )
            chosen = tuple(known.get(n) or RecognizedPerson(n, 1.0, _NOWHERE) for n in names)
            others: dict[Path, str] = {}
            for place, other in enumerate(plan.photos):
                others |= occupied(other, plan.options.method) if place != index else {}
            corrected = placed(replace(item, people=chosen), plan.into, options, others)
            kept = (*plan.photos[:index], corrected, *plan.photos[index + 1 :])
            self._plan = replace(plan, photos=kept)
            return corrected

    def carry_out(self) -> Job:
        """Begin to place the photos as planned.

        Raises:
            LabelerError: there is no plan, it is carried out already, or something else goes on.
        """
        plan = self.plan()
        if plan is None or plan.record is not None:
            raise LabelerError("There is no plan to carry out; make one first.")

        def work(tell: Progress) -> str:
            method = plan.options.method
            with Placing(self._library, plan.inbox, plan.into, method) as placing:
                done = apply_sort(plan.photos, placing, tell)
            with self._lock:
                self._plan = replace(plan, photos=tuple(done), record=placing.record)
            bad = failures(done)
            verb = VERBS[method]
            failed = f", {bad:,} failed" if bad else ""
            left = len(staying(done)) if method == "move" else 0
            stay = f"; {count(left, 'file')} called like them left in the inbox" if left else ""
            return f"{count(plan.to_place - bad, 'photo')} {verb}{failed}{stay}"

        return self._jobs.start("Sorting", work)

    def take_back(self) -> Done:
        """Undo what was carried out; the plan can be corrected again.

        Raises:
            LabelerError: nothing was carried out, or the folder cannot be written.
        """
        plan = self.plan()
        if plan is None or plan.record is None:
            raise LabelerError("Nothing was sorted from here, so there is nothing to take back.")
        report = undo_sort(self._library, plan.record)
        photos_again = tuple(
            replace(item, error=None if item.targets else item.error) for item in plan.photos
        )
        record = None if report.complete else plan.record
        with self._lock:
            self._plan = replace(plan, photos=photos_again, record=record)
        kept = f"; {count(len(report.kept), 'file')} kept" if report.kept else ""
        return Done(
            f"Taken back: {count(report.restored, 'file')} in the inbox again, "
            f"{count(report.removed, 'copy or link', 'copies or links')} gone{kept}"
        )

    def picture(self, number: int, index: int) -> bytes | None:
        """Return a photo of the plan as a JPEG; None = there is none, or it cannot be read."""
        plan = self.plan()
        if plan is None or plan.number != number or not 0 <= index < len(plan.photos):
            return None
        item = plan.photos[index]
        for path in (item.photo, *item.targets):  # a moved photo is where it was moved to
            try:
                pixels = unindexed.pixels(path, PICTURE_SIDE)
            except (OSError, LabelerError):
                continue
            picture = PILImage.fromarray(pixels)
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
            stream = io.BytesIO()
            picture.save(stream, "JPEG", quality=82)
            return stream.getvalue()
        return None
