"""What sorting is asked for, and what it answers: the options, and the plan of one photo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from labeler.errors import UsageError
from labeler.search.grammar import parse
from labeler.sorting import layout
from labeler.sorting.io import transfer
from labeler.types import Box

WITHOUT = "without "
"""Before the name of the person whom the others of a two-way split do not show."""
Progress = Callable[[int, int], None]
"""Told the number of photos done and to do."""


@dataclass(frozen=True, slots=True)
class SortOptions:
    """How to sort. The default: a copy in the folder of each person.

    layout: see `labeler.sorting.layout`. together: one folder 'A & B' instead of one for each.
    unknown, no_face: what stands for the person where nobody is known, and where there is no face;
    None = such photos stay where they are. only: the one person of a two-way split. search: all
    other photos are left out, '' = none; see `labeler.search.grammar`. folders: that of each person
    of the library, see `labeler.sorting.layout.folder_names`.
    """

    method: transfer.Method = "copy"
    layout: str = layout.DEFAULT
    together: bool = False
    unknown: str | None = None
    no_face: str | None = None
    only: str | None = None
    search: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)

    def checked(self) -> SortOptions:
        """Return the options if they make sense together.

        Raises:
            UsageError: they do not, or the layout cannot be used.
            QueryError: the search cannot be understood.
        """
        if self.search:
            parse(self.search)
        if self.only is not None and (self.together or self.unknown or self.no_face):
            raise UsageError(
                "--only has two folders, with the person and without; "
                "leave out --together, --unknown and --no-face."
            )
        layout.checked(self.layout)
        return self


DEFAULT_OPTIONS = SortOptions()


@dataclass(frozen=True, slots=True)
class RecognizedPerson:
    """A person on a new photo: where, and how surely."""

    person: str
    probability: float
    box: Box


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to a photo and goes where it goes, see `labeler.sorting.companions`.

    targets: one for each of the photo's, without those where something else is. `there` counts
    those that hold it already. shared_with: other photos in the same folder that it belongs to;
    while one of them is there, it is not taken away. sha256, size: when it was looked at.
    """

    path: str
    targets: tuple[str, ...] = ()
    there: int = 0
    shared_with: tuple[str, ...] = ()
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class SortedPhoto:
    """What is to be done with one photo: `unknown` counts its other faces.

    A photo without a known person has no targets and stays where it is. `there` counts the targets
    that hold the photo already. `error` says why a photo could not be read or placed.

    groups: what {person} stands for, once for each set of people, such as 'Rosa' or 'Emil & Rosa'.
    companions: what belongs to the photo and goes with it.
    unknown_boxes: where the other faces are. width, height: upright pixels. sha256, size: of the
    file when it was looked at. taken: when the photo was taken, as far as it is known.
    """

    photo: str
    people: tuple[RecognizedPerson, ...] = ()
    unknown: int = 0
    targets: tuple[str, ...] = ()
    there: int = 0
    error: str | None = None
    groups: tuple[str, ...] = ()
    unknown_boxes: tuple[Box, ...] = ()
    width: int = 0
    height: int = 0
    sha256: str = ""
    size: int = 0
    taken: datetime | None = None
    companions: tuple[Companion, ...] = ()

    @property
    def is_there(self) -> bool:
        """Is the photo everywhere where it belongs, and with it all that can be beside it?"""
        beside = all(one.there == len(one.targets) for one in self.companions)
        return beside and self.there == len(self.targets)
