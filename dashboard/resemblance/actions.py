"""What a click about kin does: plain functions that change the library and say what they did."""

from __future__ import annotations

from labeler import relations
from labeler.errors import LabelerError
from labeler.family.steps import kin
from labeler.library.store import Library

from ..shared.actions import Done

RELATIONS = {
    "parent": "a parent",
    "child": "a child",
    "sibling": "a sibling",
    "spouse": "the spouse",
    "grandparent": "a grandparent",
    "grandchild": "a grandchild",
}
"""What somebody may be of the person whose page it is, and how that is said."""
_TURNED = {"child": "parent", "grandchild": "grandparent"}


def add(library: Library, person: str, relation: str, other: str | None) -> Done:
    """Note that somebody is a person's kin.

    Args:
        relation: one of `RELATIONS`, what `other` is of `person`.

    Raises:
        LabelerError: nobody is named, or it cannot be.
    """
    if not person:
        raise LabelerError("Choose first whose kin it is.")
    if not other:
        raise LabelerError(f"Choose who is {RELATIONS[relation]} of {person}.")
    if relation in _TURNED:
        person, relation, other = other, _TURNED[relation], person
    report = kin.add_kin(library, person, [(relation, other)])
    said = relations.say_kin(relations.ordered_kin(other, person, relation))
    if not report.entries:
        raise LabelerError(f"It is noted already that {said}.")
    return Done(f"Noted: {said}", report.entries[0])


def remove(library: Library, one: str, relation: str, other: str) -> Done:
    """Take back that `one` is a parent (…) of `other`.

    Raises:
        LabelerError: it was never said.
    """
    report = kin.remove_kin(library, other, [(relation, one)])
    return Done(f"Taken back: {relations.say_kin((one, relation, other))}", report.entries[0])
