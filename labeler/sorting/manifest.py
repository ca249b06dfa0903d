"""The record of what sorting did: one JSON object a line, only ever appended to.

Each action is written down, and brought to the disk, before it is begun and again when it is done.
Whenever a run is cut off, even by the power, the record therefore tells all that can have happened.
The first line names the folders; after it come actions (`do`, with a number), what became of them
(`state`: done, failed, undone, of the action with that number), and at last the state 'end' of the
whole run. Without an end, the run was cut off, and the next one goes on in the same file.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from labeler.errors import LabelerError
from labeler.files import read_regular
from labeler.sorting import transfer

VERSION = 1
FOLDER = ".face-labeler"
"""Where the records are, in the folder that was sorted into. Hidden, so never looked at."""
PATTERN = "sort-*.jsonl"
"""What they are called there; later ones come later in alphabetical order."""
DONE, FAILED, UNDONE, END = "done", "failed", "undone", "end"
MOST_BYTES = 500_000_000
_MOST_OF_A_LINE = 1 << 20
_APPENDING = os.O_RDWR | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class MadeFolder:
    """A folder that did not exist."""

    kind: ClassVar[str] = "folder"
    path: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A copy or link at a place where nothing was. sha256, size: of the photo."""

    kind: ClassVar[str] = "place"
    source: str
    target: str
    method: transfer.Method
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A photo that was taken out of the inbox, because its content is at all the targets.

    same: the target that is the same file, so that only its name was changed. modified_ns, mode:
    as the file had them. link: where it led to if it was a symbolic link.
    """

    kind: ClassVar[str] = "remove"
    source: str
    targets: tuple[str, ...]
    sha256: str
    size: int
    modified_ns: int
    mode: int
    same: str | None = None
    link: str | None = None


Action = MadeFolder | Placed | Removed
_ACTIONS: dict[str, type[Any]] = {kind.kind: kind for kind in (MadeFolder, Placed, Removed)}


@dataclass(frozen=True, slots=True)
class Step:
    """An action and what became of it; state None = it was begun, and nothing more is known."""

    id: int
    action: Action
    state: str | None = None


@dataclass(frozen=True)
class Record:
    """What a manifest says.

    folders: that were made to hold the manifest, the outer ones first. ended: the run was not cut
    off. length: bytes up to the last whole line.
    """

    into: str
    folders: tuple[str, ...]
    steps: tuple[Step, ...]
    ended: bool
    length: int


class Manifest:
    """A manifest that is open for writing.

    Every method that writes returns after the line is on the disk, or raises OSError and leaves
    the file as it was.
    """

    def __init__(self, path: Path, number: int, next_id: int) -> None:
        self.path = path
        self._file = number
        self._next = next_id

    @classmethod
    def create(cls, path: Path, into: Path, inbox: Path, folders: list[str]) -> Manifest:
        """Begin a manifest, in a folder that exists. It is there with its first line, or not.

        Raises:
            OSError: it exists, or cannot be written.
        """
        header = {"record": "labeler sort", "version": VERSION, "at": _now()}
        places = {"into": str(into), "inbox": str(inbox), "folders": folders}
        temporary = transfer.temporary_in(path.parent)
        try:
            with open(temporary, "xb") as file:
                file.write(_line({**header, **places}))
                file.flush()
                os.fsync(file.fileno())
            transfer.give_name(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        transfer.sync_folder(path.parent)
        return cls(path, os.open(path, _APPENDING), 1)

    @classmethod
    def resume(cls, path: Path, record: Record) -> Manifest:
        """Go on in a manifest that `read` has read; a line that was cut off is taken away."""
        number = os.open(path, _APPENDING)
        os.ftruncate(number, record.length)
        return cls(path, number, max((step.id for step in record.steps), default=0) + 1)

    def begin(self, action: Action) -> int:
        """Write down what is about to be done; return its number."""
        number = self._next
        self._append({"id": number, "do": action.kind, **dataclasses.asdict(action)})
        self._next += 1
        return number

    def say(self, number: int, state: str, **more: str) -> None:
        """Write down what became of an action."""
        self._append({"id": number, "state": state, **more})

    def end(self) -> None:
        """Write down that the run has ended by itself."""
        self._append({"state": END, "at": _now()})

    def is_there(self) -> bool:
        """Is the file still under its name? It is not if the disk or the folder has gone."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._file), os.stat(self.path))
        return False

    def close(self) -> None:
        os.close(self._file)

    def _append(self, line: Mapping[str, Any]) -> None:
        before = os.lseek(self._file, 0, os.SEEK_END)
        data = _line(line)
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError:  # a full disk takes half a line
            with suppress(OSError):
                os.ftruncate(self._file, before)
            raise


def has_ended(path: Path) -> bool:
    """Tell whether a run has ended by itself, from the last line of its manifest.

    A file that is no manifest has ended, too: nothing can be gone on with.
    """
    try:
        with open(path, "rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - _MOST_OF_A_LINE, 0))
            lines = file.read().split(b"\n")
        last = json.loads(lines[-2]) if len(lines) > 1 else {}
        return not isinstance(last, dict) or not last or last.get("state") in (END, UNDONE)
    except (OSError, ValueError):
        return True


def latest(into: Path) -> Path | None:
    """Return the latest manifest in a folder that was sorted into; None = there is none."""
    found = sorted((into / FOLDER).glob(PATTERN))
    return found[-1] if found else None


def read(path: Path) -> Record:
    """Return what a manifest says. A last line that was cut off does not count.

    Raises:
        LabelerError: it does not exist, cannot be read, or is no manifest.
    """
    try:
        data, _ = read_regular(str(path), MOST_BYTES)
    except FileNotFoundError as error:
        raise LabelerError(
            f"There is no manifest {path}; a sort that is undone completely takes its own away."
        ) from error
    except OSError as error:
        raise LabelerError(f"{path} cannot be read: {error.strerror}.") from error
    length = data.rfind(b"\n") + 1
    try:
        return _understood(list(_lines(data[:length])), length)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LabelerError(
            f"{path} is no manifest of `labeler sort`; choose the file that --apply named."
        ) from error


def _understood(lines: list[dict[str, Any]], length: int) -> Record:
    header, *rest = lines
    if header["record"] != "labeler sort" or header["version"] != VERSION:
        raise ValueError(header)
    actions: dict[int, Action] = {}
    states: dict[int, str] = {}
    for line in rest:
        if "do" in line:
            actions[line["id"]] = _action(line)
        elif "id" in line:
            states[line["id"]] = line["state"]
    steps = tuple(Step(number, action, states.get(number)) for number, action in actions.items())
    ended = bool(rest) and rest[-1].get("state") in (END, UNDONE)
    return Record(header["into"], tuple(header["folders"]), steps, ended, length)


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.splitlines():
        value = json.loads(line)
        if not isinstance(value, dict):
            raise ValueError(value)
        yield value


def _action(line: Mapping[str, Any]) -> Action:
    kind = _ACTIONS[line["do"]]
    values = {field.name: line[field.name] for field in dataclasses.fields(kind)}
    if "targets" in values:
        values["targets"] = tuple(values["targets"])
    action: Action = kind(**values)
    return action


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"  # paths that are not UTF-8 are escaped


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
