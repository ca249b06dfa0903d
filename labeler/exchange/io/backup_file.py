"""Backups as files: JSON, compressed by gzip."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from labeler.errors import LabelerError
from labeler.exchange import backup
from labeler.exchange.backup import Backup
from labeler.io.files import read_regular, whole_file

MOST_MEMORY = 1_200_000_000
"""What reading a backup may take, in bytes. 100,000 decisions about single faces take 0.2 GB."""
_PER_VALUE = 72
"""Bytes that Python takes at most for a value, beside its text: an empty list in a list."""
_TOO_LARGE = "It is larger than the backup of 500,000 decisions."


def write(made: Backup, out: Path) -> None:
    """Write a backup; the file appears only when it is complete, and only the user can read it.

    Raises:
        LabelerError: it cannot be written.
    """
    document = backup.to_document(made)
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    if _memory(text) > MOST_MEMORY:
        raise LabelerError(
            "There are more decisions in the library than a backup can hold (some 500,000); copy "
            "the library's folder instead."
        )
    with whole_file(out, private=True) as temporary:
        # Without a time and a name in it, two backups of the same state differ in `made` only.
        temporary.write_bytes(gzip.compress(text, mtime=0))


def read(path: Path) -> Backup:
    """Read a backup, and check that it is whole.

    Raises:
        LabelerError: it cannot be read, is damaged, or no backup; nothing was done with it.
    """
    try:
        data, _ = read_regular(str(path), MOST_MEMORY)
    except OSError as error:
        raise LabelerError(f"{path} cannot be read ({error.strerror}); check the path.") from error
    try:
        return backup.from_document(_parsed(_unpacked(data)))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        what = "is damaged or cut off" if data[:2] == b"\x1f\x8b" else "is no backup"
        raise LabelerError(f"{path} {what}; nothing was restored, use another backup.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise LabelerError(
            f"{path} is no backup, or damaged; nothing was restored, use another backup."
        ) from error
    except ValueError as error:
        raise LabelerError(f"{path} was not restored. {error}") from error


def _parsed(text: bytes) -> Any:
    if _memory(text) > MOST_MEMORY:
        raise ValueError(_TOO_LARGE)
    return json.loads(text.decode("ascii"))  # `write` spells all else with ASCII


def _memory(text: bytes) -> int:
    """Return the bytes that parsing a text takes at most, with two copies of it."""
    return 2 * len(text) + _PER_VALUE * sum(map(text.count, (b",", b"[", b"{")))


def _unpacked(data: bytes) -> bytes:
    """Return the text; like gzip.decompress, but never more of it than fits."""
    if data[:2] != b"\x1f\x8b":
        raise gzip.BadGzipFile("not gzip")
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(data, MOST_MEMORY // 2)
    if unpacker.unconsumed_tail:
        raise ValueError(_TOO_LARGE)
    if not unpacker.eof:
        raise EOFError("the end is missing")
    return text
