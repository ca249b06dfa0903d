"""What sorting does to files, one action at a time, as it is written into a manifest."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from labeler.sorting.io import transfer

_HASH = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**63


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


def understood(line: Mapping[str, Any]) -> Action:
    """Return the action that a line of a manifest tells of.

    Raises:
        ValueError, KeyError, TypeError: it tells of none, or a field is missing or of a wrong type.
    """
    kind = _ACTIONS[line["do"]]
    values = {one.name: _CHECKS[one.name](line[one.name]) for one in dataclasses.fields(kind)}
    action: Action = kind(**values)
    return action


def path(value: Any) -> str:
    """Return what can be the path of a file.

    Raises:
        ValueError: it cannot.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    os.fsencode(value)  # half a surrogate raises a ValueError
    return value


def _paths(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    return tuple(map(path, value))


def _path_or_none(value: Any) -> str | None:
    return None if value is None else path(value)


def _method(value: Any) -> str:
    if value not in get_args(transfer.Method):
        raise ValueError(value)
    return str(value)


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError(value)
    return value


def whole(value: Any, least: int = 0, beyond: int = _LARGEST) -> int:
    """Return a whole number that the system can take.

    Raises:
        ValueError: it is another one, or something else.
    """
    if type(value) is not int or not least <= value < beyond:
        raise ValueError(value)
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "path": path,
    "source": path,
    "target": path,
    "targets": _paths,
    "same": _path_or_none,
    "link": _path_or_none,
    "method": _method,
    "sha256": _hash,
    "size": whole,
    "modified_ns": lambda value: whole(value, -_LARGEST),
    "mode": lambda value: whole(value, beyond=0o10000),
}
