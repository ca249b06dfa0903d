"""The long jobs that pages offer: looking for photos, grouping, recognizing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import waiting
from labeler.photos.steps import folders
from labeler.wording import count

from ..shell.jobs import Job, Jobs, Progress


def index(jobs: Jobs, library: Library, chosen: Sequence[Path] = ()) -> Job:
    """Begin to look for new photos, and to put their faces into the groups that are there.

    Args:
        chosen: where to look; by default in all folders that were looked into before.

    Raises:
        LabelerError: there is no such folder, or something else goes on.
    """
    roots = list(chosen) or folders.folders(library)
    if not roots:
        raise LabelerError("Say which folder your photos are in.")
    for root in roots:
        if not root.is_dir():
            raise LabelerError(f"There is no folder {root}; check how it is spelled.")

    def work(tell: Progress) -> str:
        from labeler.faces.steps.index import index as run
        from labeler.groups.steps import group

        report = run(library, roots, tell)
        notes = [f"{count(report.new, 'new photo')}, {report.unchanged:,} unchanged"]
        if report.failed:
            notes.append(f"{count(len(report.failed), 'file')} could not be used")
        try:
            if report.new:
                group.welcome(library)
        except LabelerError:  # somebody groups just now; the photos are there nevertheless
            notes.append("the new faces are in no group yet, so group the faces later")
        if said := waiting.sentence(waiting.waiting(library)):
            notes.append(said)
        return "; ".join(notes)

    return jobs.start("Looking for new photos", work)


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

    return jobs.start("Grouping the faces", work)


def recognize(jobs: Jobs, library: Library) -> Job:
    """Begin to name the faces that resemble those with a name.

    Raises:
        LabelerError: something else goes on.
    """

    def work(_tell: Progress) -> str:
        from labeler.people.steps.recognize import recognize as run

        report = run(library)
        return f"Recognized {count(report.recognized, 'face')}; {report.to_ask:,} to be asked about"

    return jobs.start("Recognizing faces", work)
