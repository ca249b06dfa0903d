"""What somebody who looks for a fault has to know: versions, the computer, numbers; nothing else.

No name of a person, no path, no text of the user's, and no file name gets in: all that is told
comes from the system and from installed packages, or is a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.faces.networks.processor import sums_bytes_exactly
from labeler.faces.steps import library_finder
from labeler.io import system
from labeler.library.migrations import MIGRATIONS
from labeler.library.store import Library
from labeler.people.steps.status import Status, status

Facts = dict[str, dict[str, str]]
NONE, UNUSABLE = "there is none", "cannot be used"


def fault_report(library: Library | None, why_none: str = NONE) -> Facts:
    """Return the facts below their headings, each with its name.

    Args:
        library: None = its numbers are not known.
        why_none: what is said then.

    Raises:
        LibraryError: the library is damaged.
    """
    numbers = {"library": why_none} if library is None else _numbers(library)
    exact = "yes" if sums_bytes_exactly() else "no"
    computer = {**system.computer(), "adds bytes exactly": exact}
    return {"Versions": system.versions(), "Computer": computer, "Library": numbers}


def in_words(facts: Mapping[str, Mapping[str, str]]) -> str:
    """Return facts as a text for a form: a line for each.

    >>> print(in_words({"Versions": {"face-labeler": "0.1.0"}}))
    Versions
      face-labeler: 0.1.0
    """
    lines: list[str] = []
    for heading, rows in facts.items():
        lines += [heading, *(f"  {name}: {value}" for name, value in rows.items())]
    return "\n".join(lines)


def _numbers(library: Library) -> dict[str, str]:
    found = status(library)
    model = library_finder.descriptor_model(library)
    own = model not in DLIB_MODELS.values()
    size = library.path.stat().st_size
    return {
        "schema": str(len(MIGRATIONS)),
        "size": f"{size / 1e6:.0f} MB",
        "network": "one of the user's" if own else model.id,
        **{name: f"{getattr(found, name):,}" for name in _counted()},
        "decisions": f"{library.counts()['decisions']:,}",
        "unreadable": f"{len(library.failures()):,}",
    }


def _counted() -> list[str]:
    return [one.name for one in fields(Status) if one.name != "library"]
