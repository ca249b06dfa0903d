"""Read lists of pairs of photos with the truth about them: LFW's pairs.txt, and CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.csv_cells import meant
from labeler.io.files import read_text
from labeler.photos.io.decoding import SUFFIXES

_COLUMNS = ("path1", "path2", "same")
_YES, _NO = frozenset({"1", "true", "yes", "same"}), frozenset({"0", "false", "no", "different"})
_FORMATS = (
    "write lines as LFW does, `name 1 2` and `name 1 other 2`, or CSV with the columns "
    f"{','.join(_COLUMNS)}"
)


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """Two photos, and whether they show one person.

    group: pairs of one group are judged together when the threshold is cross-validated.
    """

    one: str
    other: str
    same: bool
    group: str


def read_pairs(table: Path, photos: Path | None = None) -> list[PhotoPair]:
    """Return the pairs of a list, in its order.

    LFW's folds are kept where the first line tells them (`10 300`); otherwise all pairs that begin
    with one person, or in CSV with one photo, are a group.

    Args:
        photos: where the photos are; by default where the list is.

    Raises:
        LabelerError: it cannot be read, is empty, or a line makes no sense.
    """
    lines = read_text(table, "a list of pairs").splitlines()
    folder = photos or table.parent
    is_csv = bool(lines) and [c.strip() for c in lines[0].lower().split(",")][:3] == [*_COLUMNS]
    try:
        pairs = _from_csv(lines, folder) if is_csv else _from_lfw(lines, folder, table)
    except csv.Error as error:
        raise LabelerError(f"{table} cannot be read as CSV ({error}); {_FORMATS}.") from error
    if not pairs:
        raise LabelerError(f"{table} lists no pairs; {_FORMATS}.")
    return pairs


def _from_csv(lines: Sequence[str], folder: Path) -> list[PhotoPair]:
    pairs = []
    for number, row in enumerate(csv.reader(lines[1:]), start=2):
        if not any(field.strip() for field in row):
            continue
        said = row[2].strip().lower() if len(row) > 2 else ""
        if said not in _YES | _NO:
            raise LabelerError(
                f"Line {number} of the list does not say if its photos show one person; write 1 "
                "or 0 in the column `same`."
            )
        one, other = (str(folder / meant(field.strip())) for field in row[:2])
        pairs.append(PhotoPair(one, other, said in _YES, one))
    return pairs


def _from_lfw(lines: Sequence[str], folder: Path, table: Path) -> list[PhotoPair]:
    per_fold = 0
    pairs: list[PhotoPair] = []
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t") if "\t" in line else line.split()
        if not fields or (
            number == 1 and len(fields) <= 2 and re.fullmatch(r"[0-9]{1,9}", fields[-1])
        ):
            # LFW's first line is the number of folds, and that of pairs of either kind in each.
            per_fold = 2 * int(fields[1]) if len(fields) == 2 else per_fold
            continue
        numbers = fields[1:] if len(fields) == 3 else fields[1::2]
        if len(fields) not in (3, 4) or not all(re.fullmatch(r"\d{1,9}", n) for n in numbers):
            raise LabelerError(f"Line {number} of {table} is no pair of photos; {_FORMATS}.")
        other = fields[0] if len(fields) == 3 else fields[2]
        group = f"fold {len(pairs) // per_fold}" if per_fold else fields[0]
        one = _lfw_photo(folder, fields[0], numbers[0])
        pairs.append(PhotoPair(one, _lfw_photo(folder, other, numbers[1]), len(fields) == 3, group))
    return pairs


def _lfw_photo(folder: Path, name: str, number: str) -> str:
    """Return the path of a photo as LFW names it; any kind of photo will do."""
    path = folder / name / f"{name}_{int(number):04}.jpg"
    if not path.is_file():
        for suffix in sorted(SUFFIXES):
            if path.with_suffix(suffix).is_file():
                return str(path.with_suffix(suffix))
    return str(path)
