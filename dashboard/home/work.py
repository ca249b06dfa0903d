"""The long jobs that pages offer: looking for photos, grouping, recognizing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import waiting
from labeler.photos import unused
from labeler.photos.roots import said_of
from labeler.photos.steps import folders, moving, whereabouts
from labeler.wording import count

from ..shared.actions import Done
from ..shell.jobs import Job, Jobs, Progress

LOOKING = "Looking for new photos"
GROUPING = "Grouping the faces"
RECOGNIZING = "Recognizing faces"


def index(
    jobs: Jobs,
    library: Library,
    chosen: Sequence[Path] = (),
    again: bool = False,
    quiet: bool = False,
) -> Job:
    """Begin to look for new photos, and to group their faces.

    Args:
        chosen: where to look; by default in all folders that were looked into before, but for
            those that are not there just now, which are told.
        again: also at the files that could not be used before, though they have not changed.
        quiet: nobody asked for it, so nothing is said where there is nothing new.

    Raises:
        LabelerError: there is no such folder, or something else goes on.
    """
    known = folders.folders(library)
    roots = list(chosen) or known
    if not roots:
        raise LabelerError("Say which folder your photos are in.")
    for root in chosen:
        if not root.is_dir() and root not in known:
            raise LabelerError(f"There is no folder {root}; check how it is spelled.")

    def work(tell: Progress) -> str:
        from labeler.faces.steps.index import index as run

        if again:
            library.forget_failures(library.failures())
        report = run(library, roots, tell, on_watch=jobs.watched)
        if quiet and not report.new:
            return ""
        notes = [f"{count(report.new, 'new photo')}, {report.unchanged:,} unchanged"]
        if report.failed:
            notes.append(f"{count(len(report.failed), 'file')} could not be used")
        if made := report.left_out.in_words():
            notes.append(made)
        notes += [f"{text} not used" for text in unused.in_words(report.not_used)]
        try:
            if report.new:
                jobs.begin(GROUPING)
                _group_new(library)
        except LabelerError:  # somebody groups just now; the photos are there nevertheless
            notes.append("the new faces are in no group yet, so group the faces later")
        if said := waiting.sentence(waiting.waiting(library)):
            notes.append(said)
        away = [said_of(root, move) for root, move in whereabouts.away_and_moved(library)]
        return ". ".join(["; ".join(notes), *away]) if away else "; ".join(notes)

    return jobs.start(LOOKING, work, "photo", quiet)


def _group_new(library: Library) -> None:
    """Put new faces into the groups that are there; if there are none, or too many faces are new,
    group all of them.

    Raises:
        LabelerError: another program does so just now.
    """
    from labeler.faces.steps import library_finder
    from labeler.groups.steps import group

    if group.welcome(library) is None and len(library_finder.ungrouped(library).ids):
        group.cluster(library)


def follow_folder(library: Library, folder: str) -> Done:
    """Note that a folder that is away is where most of its photos have turned up.

    Raises:
        LabelerError: they have not, or the folder is there again.
    """
    for move in whereabouts.moves(library):
        if move.old == folder:
            moved = moving.move(library, Path(move.old), Path(move.new))
            return Done(f"{moved.there:,} of {count(moved.files, 'file')} found in {moved.new}")
    raise LabelerError(f"Nothing tells where {folder} is by now; look for new photos first.")


def forget_folder(library: Library, folder: str) -> Done:
    """Forget a folder; the names on its photos are kept.

    Raises:
        LabelerError: nothing of it is known.
    """
    gone = moving.forget(library, Path(folder))
    return Done(
        f"{gone.folder} is forgotten; the names on its {count(gone.photos, 'photo')} are kept"
    )


def folder_in(text: str) -> Path:
    """Return the folder that somebody typed.

    Raises:
        LabelerError: nothing was typed, or it is no whole path.
    """
    typed = text.strip().strip('"')
    if not typed:
        raise LabelerError("Type the folder of your photos, such as /home/rosa/Pictures.")
    return whole_path(typed, typed, "/home/rosa/Pictures")


def whole_path(text: str, what: str, example: str) -> Path:
    """Return the path that somebody typed; ~ is the home folder.

    Raises:
        LabelerError: it is no whole path; the sentence says of `what`, with an example.
    """
    typed = text.strip().strip('"')
    path = Path(os.path.expanduser(typed))
    if not typed or not path.is_absolute():
        raise LabelerError(f"Type the whole path of {what}, such as {example}.")
    return path


def regroup(jobs: Jobs, library: Library) -> Job:
    """Begin to group all faces.

    Raises:
        LabelerError: something else goes on.
    """

    def work(_tell: Progress) -> str:
        from labeler.groups.steps.group import cluster

        report = cluster(library)
        return f"{count(report.faces, 'face')} in {report.clusters:,} groups"

    return jobs.start(GROUPING, work)


def recognize(jobs: Jobs, library: Library) -> Job:
    """Begin to name the faces that resemble those with a name.

    Raises:
        LabelerError: something else goes on.
    """

    def work(_tell: Progress) -> str:
        from labeler.people.steps.recognize import in_words
        from labeler.people.steps.recognize import recognize as run

        return in_words(run(library))

    return jobs.start(RECOGNIZING, work)
