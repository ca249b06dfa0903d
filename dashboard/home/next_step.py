"""What to do next with a library, as one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeler.wording import count

from ..shared import views
from ..shell.snapshot import Snapshot

Kind = Literal["add", "wait", "group", "name", "recognize", "confirm", "done"]
LARGE = 3
"""A group of so many faces is worth a name before anybody is recognized."""
ENOUGH_NAMED = 3
"""From so many named faces on, recognition has something to go by."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step: what there is to say, and what the button says. See `next_step` for the kinds."""

    kind: Kind
    title: str
    text: str
    label: str


def next_step(snapshot: Snapshot) -> NextStep:
    """Return the step that brings the library on.

    Photos have to be added, or the drive that they are on to be plugged in, faces to be grouped,
    groups of three and more to be named, the rest to be recognized, what is left to be reviewed;
    after that, the people are there to be looked at.
    """
    if not snapshot.faces and snapshot.photos_away:
        return NextStep(
            "wait",
            "Your photos are away",
            f"{count(snapshot.photos_away, 'photo')} in folders that are not there just now. All "
            "is as it was when they are back.",
            "",
        )
    if not snapshot.faces:
        return NextStep(
            "add",
            "Where are your photos?",
            "Every face in the folder is found. Your photos are only read, and nothing leaves this "
            "computer.",
            "Find the faces",
        )
    if not snapshot.groups:
        return NextStep(
            "group",
            f"{count(len(snapshot.faces), 'face')} found",
            "Faces that belong together are put into groups: then one name does for all of them.",
            "Group the faces",
        )
    waiting = views.groups_to_name(snapshot)
    if any(group.person is None and group.open >= LARGE for group in waiting):
        groups = len(waiting)
        return NextStep(
            "name",
            f"{groups:,} groups wait for a name" if groups > 1 else "A group waits for a name",
            f"{views.work_left(snapshot, groups)} to go. The largest groups come first.",
            "Name groups",
        )
    return _after_naming(snapshot)


def _after_naming(snapshot: Snapshot) -> NextStep:
    done = views.progress(snapshot)
    if done.recognized:
        return NextStep(
            "confirm",
            f"{count(done.recognized, 'face')} recognized",
            "These names were given automatically. Have a look at those of whom the program is "
            "least sure.",
            "Look at the people",
        )
    if done.left and done.named >= ENOUGH_NAMED:
        return NextStep(
            "recognize",
            f"{count(done.left, 'face')} without a name",
            "The program can name those that clearly resemble somebody with a name.",
            "Recognize faces",
        )
    return NextStep("done", "Everybody has a name", "Have a look at them.", "Look at the people")
