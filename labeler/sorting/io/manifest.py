"""The record of what sorting did: one JSON object a line, only ever appended to.

Each action is written down, and brought to the disk, before it is begun and again when it is done.
Whenever a run is cut off, even by the power, the record therefore tells all that can have happened.
The first line names the folders; after it come actions (`do`, with a number), what became of them
(`state`: done, failed, undone, of the action with that number), and at last the state 'end' of the
whole run. Without an end, the run was cut off, and the next one goes on in the same file.

The folder that was sorted into may be anybody's, so each line is sealed with a key that only the
library knows (see `labeler.sorting.seals`). A manifest with a line that this library did not write
is not read, and nothing in it is looked at.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from labeler.errors import LabelerError
from labeler.io import files
from labeler.io.files import open_regular
from labeler.library.sorts import Sort, SortTables
from labeler.sorting import seals
from labeler.sorting.io import actions, transfer
from labeler.sorting.io.actions import Action

VERSION = 2
FOLDER = ".face-labeler"
"""Where the records are, in the folder that was sorted into. Hidden, so never looked at."""
PATTERN = "sort-*.jsonl"
"""What they are called there."""
DONE, FAILED, UNDONE, END = "done", "failed", "undone", "end"
_STATES = (DONE, FAILED, UNDONE)
_MARK = b'{"record": "labeler sort", '
_FIRST_LINE = re.compile(re.escape(_MARK) + rb'"version": %d, "sort": "([0-9a-f]{32})", ' % VERSION)
_MOST_OF_A_LINE = 1 << 24
_APPENDING = os.O_RDWR | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Step:
    """An action and what became of it; state None = it was begun, and nothing more is known."""

    id: int
    action: Action
    state: str | None = None


@dataclass(frozen=True)
class Record:
    """What a manifest says.

    sort: what the library says. folders: that were made to hold the manifest, the outer ones first.
    ended: the run was not cut off. length: bytes up to the last whole line, which has this seal.
    """

    path: Path
    sort: Sort
    folders: tuple[str, ...]
    steps: tuple[Step, ...]
    ended: bool
    length: int
    seal: str


class Manifest:
    """A manifest that is open for writing.

    Every method that writes returns after the line is on the disk, or raises OSError and leaves
    the file as it was.
    """

    def __init__(self, path: Path, sort: Sort, length: int, seal: str, next_id: int) -> None:
        """Open it. length: bytes up to the line with that seal, its last whole one."""
        self.path = path
        self.sort = sort
        self._length, self._seal = length, seal
        self._next = next_id
        self._file = os.open(path, _APPENDING)
        end = f'"{seal}"}}\n'.encode()
        os.lseek(self._file, max(length - len(end), 0), os.SEEK_SET)
        if os.read(self._file, len(end)) != end:  # nothing else is cut or written into
            os.close(self._file)
            raise OSError(errno.EIO, "another file is in its place", str(path))

    @classmethod
    def create(cls, sort: Sort, folders: list[str]) -> Manifest:
        """Begin the manifest of a sort, in a folder that exists.

        It is there with its first line, or not.

        Raises:
            OSError: it exists, or cannot be written.
        """
        path = Path(sort.manifest)
        header = {"record": "labeler sort", "version": VERSION, "sort": sort.id, "at": _now()}
        places = {"into": sort.into, "inbox": sort.inbox, "folders": folders}
        line, seal = _line({**header, **places}, sort, seals.FIRST)
        temporary = transfer.temporary_in(path.parent)
        try:
            with open(temporary, "xb") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            transfer.give_name(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        files.sync_folder(path.parent)
        return cls(path, sort, len(line), seal, 1)

    @classmethod
    def resume(cls, record: Record) -> Manifest:
        """Go on in a manifest that `read` has read; a line that was cut off is taken away."""
        next_id = max((step.id for step in record.steps), default=0) + 1
        return cls(record.path, record.sort, record.length, record.seal, next_id)

    def begin(self, action: Action) -> int:
        """Write down what is about to be done; return its number."""
        number = self._next
        self._append({"id": number, "do": action.kind, **dataclasses.asdict(action)})
        self._next += 1
        return number

    def say(self, number: int, state: str, **more: str) -> None:
        """Write down what became of an action."""
        self._append({"id": number, "state": state, **more})

    def end(self) -> str:
        """Write down that the run has ended by itself; return the seal of that line."""
        self._append({"state": END, "at": _now()})
        return self._seal

    def is_there(self) -> bool:
        """Is the file still under its name? It is not if the disk or the folder has gone."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._file), os.stat(self.path))
        return False

    def close(self) -> None:
        os.close(self._file)

    def _append(self, value: Mapping[str, Any]) -> None:
        line, seal = _line(value, self.sort, self._seal)
        self._end_where_we_wrote_last()
        data = line
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError:  # a full disk takes half a line
            with suppress(OSError):
                self._end_where_we_wrote_last()
            raise
        self._length += len(line)
        self._seal = seal

    def _end_where_we_wrote_last(self) -> None:
        """Take away what is behind our last line: half a line, or what somebody else wrote."""
        there = os.lseek(self._file, 0, os.SEEK_END)
        if there < self._length:
            raise OSError(errno.EIO, "its manifest was cut short by something else", str(self.path))
        if there > self._length:
            os.ftruncate(self._file, self._length)
            os.lseek(self._file, 0, os.SEEK_END)


def read(library: SortTables, path: Path) -> Record:
    """Return what a manifest of this library says. A last line that was cut off does not count.

    Raises:
        LabelerError: it does not exist, cannot be read, is no manifest, or not only this library
            has written into it.
    """
    try:
        with open_regular(path) as file:
            return _read(library, path, file)
    except FileNotFoundError as error:
        raise LabelerError(
            f"There is no manifest {path}; a sort that is undone completely takes its own away."
        ) from error
    except OSError as error:
        raise LabelerError(f"{path} cannot be read: {error.strerror}.") from error
    except seals.BrokenSealError as error:
        raise LabelerError(
            f"{path} has been changed by something else than this program, so nothing in it is "
            "done; if the photos are to go back, move them yourself."
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_manifest(path) from error


def _read(library: SortTables, path: Path, file: BinaryIO) -> Record:
    first = file.readline(_MOST_OF_A_LINE)
    found = _FIRST_LINE.match(first)
    sort = library.sort_called(found[1].decode()) if found else None
    if sort is None:
        raise unknown(library, path) if first.startswith(_MARK) else _no_manifest(path)
    # Nothing is parsed that has not our seal.
    texts, seal, length = [], seals.FIRST, 0
    passed_end = sort.last_seal is None
    line = first
    while line.endswith(b"\n"):
        text, seal = seals.opened(line[:-1], sort.key, seal)
        texts.append(text)
        length += len(line)
        passed_end |= seal == sort.last_seal
        line = file.readline(_MOST_OF_A_LINE)
    if not texts or not passed_end:
        raise seals.BrokenSealError("cut short")
    header, *rest = map(json.loads, texts)
    steps, ended = _understood(rest)
    folders = tuple(map(actions.path, header["folders"]))
    return Record(path, sort, folders, steps, ended, length, seal)


def _understood(lines: list[dict[str, Any]]) -> tuple[tuple[Step, ...], bool]:
    """Return the steps, and whether the run has ended."""
    found: dict[int, Action] = {}
    states: dict[int, str] = {}
    ended = False
    for line in lines:
        ended = line.get("state") in (END, UNDONE)
        if "do" in line:
            found[actions.whole(line["id"])] = actions.understood(line)
        elif "id" in line:
            states[actions.whole(line["id"])] = line["state"]
    if not {*states.values()} <= {*_STATES}:
        raise ValueError(states)
    return tuple(Step(number, one, states.get(number)) for number, one in found.items()), ended


def unknown(library: SortTables, path: Path) -> LabelerError:
    """Return the error about a manifest that another library, or somebody else, has written."""
    return LabelerError(
        f"The library in {library.folder} has no record of {path}, so nothing in it is done; undo "
        "with the library that sorted (labeler --library FOLDER sort --undo MANIFEST), or put the "
        "files back yourself."
    )


def _no_manifest(path: Path) -> LabelerError:
    return LabelerError(
        f"{path} is no manifest of `labeler sort`; choose the file that --apply named."
    )


def _line(value: Mapping[str, Any], sort: Sort, before: str) -> tuple[bytes, str]:
    text = json.dumps(value).encode("ascii")  # paths that are not UTF-8 are escaped
    line, seal = seals.sealed(text, sort.key, before)
    return line + b"\n", seal


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
