"""What to do next with a library, as one step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from labeler.people.outcome import why_none
from labeler.people.steps.recognize import LEAST_ASKED
from labeler.wording import count

from ..shared import views
from ..shell.snapshot import Snapshot

Kind = Literal["add", "wait", "group", "name", "recognize", "confirm", "ask", "done"]
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


def next_step(snapshot: Snapshot, is_current: bool = False, precision: float = 0.99) -> NextStep:
    """Return the step that brings the library on.

    Photos have to be added, or the drive that they are on to be plugged in, faces to be grouped,
    groups of three and more to be named, the rest to be recognized, what is left to be reviewed;
    after that, the people are there to be looked at.

    Args:
        is_current: faces were recognized, and the user has said nothing since.
        precision: how many of the automatic names have to be right.
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
    return _after_naming(snapshot, is_current, precision)


def _after_naming(snapshot: Snapshot, is_current: bool, precision: float) -> NextStep:
    done = views.progress(snapshot)
    if done.recognized:
        return NextStep(
            "confirm",
            more_to_confirm(snapshot),
            "These names were given automatically. Have a look at those of whom the program is "
            "least sure.",
            "Look at the people",
        )
    if done.left and done.named >= ENOUGH_NAMED and is_current:
        return NextStep(
            "ask",
            f"{count(done.left, 'face')} without a name",
            f"Nobody was recognized: {nothing_came(snapshot, precision)}.",
            "Answer questions",
        )
    if done.left and done.named >= ENOUGH_NAMED:
        return NextStep(
            "recognize",
            f"{count(done.left, 'face')} without a name",
            "The program can name those that clearly resemble somebody with a name.",
            "Recognize faces",
        )
    return NextStep("done", "Everybody has a name", "Have a look at them.", "Look at the people")


def to_confirm(snapshot: Snapshot) -> list[tuple[str, int]]:
    """Return the people with automatic names, each with how many, most first."""
    names = Counter(row.person for row in snapshot.faces if row.source == "auto" and row.person)
    return sorted(names.items(), key=lambda one: (-one[1], one[0]))


def more_to_confirm(snapshot: Snapshot) -> str:
    """Return '3 more of Rosa to confirm'; of several people, how many faces."""
    people = to_confirm(snapshot)
    if len(people) == 1:
        person, number = people[0]
        return f"{number:,} more of {person} to confirm"
    return f"{count(sum(number for _, number in people), 'face')} recognized"


def nothing_came(snapshot: Snapshot, precision: float) -> str:
    """Return why no face has an automatic name, though faces were recognized."""
    left = views.progress(snapshot).left
    likely = snapshot.likely.items()
    asked = [face for face, one in likely if one.probability >= LEAST_ASKED]
    to_ask = sum(snapshot.is_open(face) for face in asked)
    return why_none(min(to_ask, left), max(left - to_ask, 0), precision)
