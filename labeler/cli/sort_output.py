"""What `labeler sort` says to people: the plan, what was done, what was taken back."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from labeler.cli.output import complain, say, shown
from labeler.sorting.io import transfer
from labeler.sorting.steps.plan import SortedPhoto
from labeler.sorting.steps.preview import VERBS, folder_counts, with_it
from labeler.sorting.steps.undo import UndoReport
from labeler.wording import certainty, count

MOST_PHOTOS = 50
MOST_FOLDERS = 40
MOST_COMPLAINTS = 10
"""So many photos with one and the same error are named."""


def print_plan(
    plan: Sequence[SortedPhoto], into: Path | None, method: transfer.Method, applied: bool
) -> None:
    """Print the first photos of a plan, or none of what was done, and how many go where."""
    _complain_about(plan)
    if not applied:
        good = [item for item in plan if not item.error]
        for item in good[:MOST_PHOTOS]:
            print_photo(item, into)
        if len(good) > MOST_PHOTOS:
            say(
                f"… and {count(len(good) - MOST_PHOTOS, 'more photo')}; "
                "--preview FILE.html and --json show all."
            )
        say()
    folders = folder_counts(plan, into)
    wide = max((len(f"{number:,}") for _, number in folders), default=0)
    for name, number in folders[:MOST_FOLDERS]:
        say(f"{number:>{wide},}  {shown(name)}")
    if len(folders) > MOST_FOLDERS:
        say(f"… and {count(len(folders) - MOST_FOLDERS, 'more folder')}.")
    print_summary(plan, into, method, applied)


def print_photo(item: SortedPhoto, into: Path | None) -> None:
    """Print who is on a photo and where it goes; on standard error, what is wrong with it."""
    name = shown(Path(item.photo).name)
    if item.error:
        complain(f"{name}: {shown(item.error)}")
        return
    who = [f"{person.person} ({certainty(person.probability)})" for person in item.people]
    if item.unknown:
        who.append(count(item.unknown, "unknown face"))
    places = [os.path.relpath(target, into) for target in item.targets] if into else item.groups
    where = f" → {', '.join(map(shown, places))}" if places else ""
    beside = "".join(f" {shown(line)}" for line in with_it(item))
    say(f"{name}: {', '.join(who) or 'no face'}{where}{beside}")


def print_summary(
    plan: Sequence[SortedPhoto], into: Path | None, method: transfer.Method, applied: bool
) -> None:
    """Print how many photos were, or would be, placed."""
    if into is None:
        groups = sum(bool(item.groups) for item in plan)
        say(f"{count(len(plan), 'photo')} looked at, {groups:,} told apart; none was placed.")
        return
    good = [item for item in plan if not item.error]
    to_place = sum(bool(item.targets) and not item.is_there for item in good)
    there = sum(bool(item.targets) and item.is_there for item in good)
    staying = len(plan) - to_place - there
    done = VERBS[method] if applied else f"would be {VERBS[method]}"
    say(
        f"{count(to_place, 'photo')} {done} into {into}, "
        f"{there:,} there already, {staying:,} left where they are."
    )
    if not applied and to_place:
        say("This was the plan; add --apply to carry it out.")


def print_staying(paths: Sequence[str]) -> None:
    """Tell of files that are called like photos that go and do not go along."""
    if not paths:
        return
    names = [shown(os.path.basename(path)) for path in paths[:MOST_COMPLAINTS]]
    more = f" and {len(paths) - MOST_COMPLAINTS:,} more" if len(paths) > MOST_COMPLAINTS else ""
    stay, are = ("stays", "it is") if len(paths) == 1 else ("stay", "they are")
    complain(
        f"{count(len(paths), 'file')} {stay} in the inbox, though {are} called like a photo that "
        f"goes: {', '.join(names)}{more}; move by hand what belongs to it."
    )


def print_written(lists: Sequence[Path], record: Path | None, program: str) -> None:
    """Print which lists there are, and how to take back what was done.

    program: how a command begins, see `labeler.cli.output.beginning`.
    """
    for path in lists:
        say(f"List: {path}")
    if record is not None:
        say(how_to_undo(record, program))


def how_to_undo(record: Path, program: str) -> str:
    """Return the sentence with the command that takes back what a manifest records.

    Only the library that sorted can do that, so it is named if it was.
    """
    return f"To take this back: {program} sort --undo {shlex.quote(str(record))}"


def print_undone(report: UndoReport) -> None:
    """Print what an undo did, and on standard error what it left alone."""
    for failure in report.kept:
        complain(f"{shown(failure.path)}: {shown(failure.reason)}")
    say(
        f"{count(report.restored, 'file')} put back into the inbox, "
        f"{count(report.removed, 'copy or link', 'copies and links')} removed."
    )
    if report.complete:
        say("Everything is as it was before.")
    else:
        say("The rest is left alone; the same command tries it again.")


def _complain_about(plan: Sequence[SortedPhoto]) -> None:
    """Print the errors; of thousands with the same one, such as a full disk, the first ones."""
    times = Counter(item.error for item in plan if item.error)
    named: Counter[str] = Counter()
    for item in plan:
        if item.error:
            named[item.error] += 1
            if named[item.error] <= MOST_COMPLAINTS:
                print_photo(item, None)
    for error, number in times.items():
        if number > MOST_COMPLAINTS:
            complain(f"… and {count(number - MOST_COMPLAINTS, 'more photo')}: {shown(error)}")
