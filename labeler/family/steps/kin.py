"""Enter who is whose kin, one by one or from a table, and forget it again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labeler import journal, relations
from labeler.errors import LabelerError
from labeler.family import family
from labeler.io.csv_cells import meant
from labeler.io.files import read_text
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.names import Spellings
from labeler.people.steps import naming
from labeler.types import Kin

_COLUMNS = ("person", "is", "of")


@dataclass(frozen=True)
class KinReport:
    """What was entered, or forgotten, and what was so before; entries: of the journal.

    unknown: people in a table who have no name in the library; their lines were left out.
    refused: why other lines of a table were left out.
    """

    changed: tuple[Kin, ...]
    unchanged: tuple[Kin, ...]
    entries: tuple[int, ...]
    unknown: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def known_kin(library: Library, person: str | None = None) -> list[Kin]:
    """Return who is whose kin, all or those of a person, with what follows from it.

    Raises:
        UnknownPersonError: nobody has that name.
    """
    kin = family.with_what_follows(standing.labels(library).kin)
    name = None if person is None else naming.named_person(library, person)
    return sorted(one for one in kin if name is None or name in (one[0], one[2]))


def add_kin(library: Library, person: str, relatives: Iterable[tuple[str, str]]) -> KinReport:
    """Note who is a person's kin: one decision.

    Args:
        relatives: relation, one of `relations.RELATIONS`, and name.

    Raises:
        UnknownPersonError: nobody has one of the names.
        LabelerError: it cannot be: somebody is their own ancestor, or younger than their child.
    """
    return _append(library, journal.KIN, _said(library, person, relatives))


def remove_kin(library: Library, person: str, relatives: Iterable[tuple[str, str]]) -> KinReport:
    """Take back that people are a person's kin: one decision.

    Raises:
        UnknownPersonError: nobody has one of the names.
        LabelerError: it was never said.
    """
    said, kin = _said(library, person, relatives), standing.labels(library).kin
    for one in said:
        if one not in kin:
            raise LabelerError(
                f"Nobody has said that {relations.say_kin(one)}; `labeler kin {person}` lists what "
                "was said."
            )
    return _append(library, journal.UNKIN, said)


def import_kin(library: Library, table: Path) -> KinReport:
    """Note the kin in a table with the columns person, is, of: one decision.

    Lines about people without a name in the library, and those that cannot be true besides the
    others, are left out, and told.

    Raises:
        LabelerError: the table cannot be read, or a line makes no sense.
    """
    known = journal.people_named(library.journal(contents=()))
    said: list[Kin] = []
    unknown: set[str] = set()
    spellings = Spellings(sorted(known))
    for said_of, relation, of in _read(table):
        one, other = spellings.of(said_of), spellings.of(of)
        missing = {one, other} - known
        unknown |= missing
        if not missing:
            said.append(relations.ordered_kin(one, other, relation))
    labels, refused = standing.labels(library), []
    kin, possible = set(labels.kin), []
    for new in dict.fromkeys(said):
        wrong = None if new in kin else family.trouble(kin, new, labels.births)
        if wrong:
            refused.append(wrong)
        else:
            kin.add(new)
            possible.append(new)
    report = _append(library, journal.KIN, possible)
    return replace(report, unknown=tuple(sorted(unknown)), refused=tuple(refused))


def _said(library: Library, person: str, relatives: Iterable[tuple[str, str]]) -> list[Kin]:
    name = naming.named_person(library, person)
    return [
        relations.ordered_kin(naming.named_person(library, other), name, relation)
        for relation, other in relatives
    ]


def _append(library: Library, action: str, said: Sequence[Kin]) -> KinReport:
    labels = standing.labels(library)
    kin = set(labels.kin)
    new = []
    for one in dict.fromkeys(said):
        if (one in kin) == (action == journal.KIN):
            continue
        if action == journal.KIN and (wrong := family.trouble(kin, one, labels.births)):
            raise LabelerError(wrong)
        kin ^= {one}
        new.append(one)
    entries: list[int] = []
    if new:
        with library.answer():
            entries = [
                library.append(action, person=other, value=f"{relation} {relative}")
                for relative, relation, other in new
            ]
    return KinReport(tuple(new), tuple(one for one in said if one not in new), tuple(entries))


_NEEDED = (
    f"it needs the columns {', '.join(_COLUMNS)}, where `is` is "
    f"{', '.join(relations.RELATIONS[:-1])} or {relations.RELATIONS[-1]}"
)


def _read(table: Path) -> list[Kin]:
    text = read_text(table, "a table of kin")
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise LabelerError(f"{table} cannot be read as a table of kin ({error}).") from error
    if not rows:
        raise LabelerError(f"{table} says nobody's kin; {_NEEDED}.")
    found = []
    for number, row in enumerate(rows, start=2):
        one, relation, other = (meant(str(row.get(c) or "")).strip() for c in _COLUMNS)
        if relation not in relations.RELATIONS or not one or not other:
            raise LabelerError(f"Line {number} of {table} says nobody's kin; {_NEEDED}.")
        found.append((naming.clean_name(one), relation, naming.clean_name(other)))
    return found
