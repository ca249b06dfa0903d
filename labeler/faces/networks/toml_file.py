"""Read a TOML file that describes networks: known keys only, each with what it accepts."""

from __future__ import annotations

import os
import reprlib
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from labeler.errors import LabelerError, UsageError
from labeler.io.files import read_text
from labeler.wording import moves

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


MOST_BYTES = 1_000_000
"""Descriptions have a few hundred."""


class Key(NamedTuple):
    """What a key accepts, how to say that, and what it is when it is left out."""

    accepts: Callable[[Any], bool]
    wanted: str
    default: Any = None


def read_keys(path: Path, keys: Mapping[str, Key], required: Sequence[str]) -> dict[str, Any]:
    """Return the value of every key, the default where the file says nothing.

    Raises:
        UsageError: the file is missing or wrong; the message says where.
    """
    values = _toml(path)
    for key in values:
        if key not in keys:
            (nearest,) = get_close_matches(key, keys, n=1, cutoff=0)
            raise UsageError(f"{path} has an unknown key `{key}`; did you mean `{nearest}`?")
    for key, (accepts, wanted, _) in keys.items():
        if key in values and not accepts(values[key]):
            found = reprlib.repr(values[key])
            raise UsageError(f"In {path}, `{key}` must be {wanted}, not {found}.")
    for key in required:
        if key not in values:
            raise UsageError(f"{path} lacks the key `{key}`: {keys[key].wanted}.")
    return {key: values.get(key, known.default) for key, known in keys.items()}


def beside(path: Path, file: str) -> Path:
    """Return the path of a file that a description names; a relative one starts at its folder."""
    named = Path(file)
    with suppress(RuntimeError):  # nobody here is called so: then it is the name of a folder
        named = named.expanduser()
    return path.absolute().parent / named


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not moves(value)


def is_name(value: Any) -> bool:
    return is_text(value) and "/" not in value


def is_whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e6  # false for NaN, too


def is_list(value: Any, length: int, of: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and len(value) == length and all(map(of, value))


def is_one_or_three(value: Any) -> bool:
    return is_number(value) or is_list(value, 3, is_number)


def is_positive_one_or_three(value: Any) -> bool:
    return is_one_or_three(value) and min(three(value)) > 0


def three(value: Any) -> tuple[float, ...]:
    """Return a number, or three, as three."""
    return tuple(np.broadcast_to(np.array(value, dtype=float), 3).tolist())


def _toml(path: Path) -> dict[str, Any]:
    if not os.path.lexists(path):
        raise UsageError(f"There is no file {path} that describes a network.")
    try:
        return tomllib.loads(read_text(path, "the description of a network", MOST_BYTES))
    except LabelerError as error:
        raise UsageError(str(error)) from error
    except RecursionError as error:
        raise UsageError(f"{path} is not TOML that can be read: it is nested too deep.") from error
    except ValueError as error:
        raise UsageError(f"{path} is not TOML: {str(error).rstrip('.')}.") from error
