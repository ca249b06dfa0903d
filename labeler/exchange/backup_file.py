"""Backups as files: JSON, compressed by gzip."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange import backup
from labeler.exchange.backup import Backup
from labeler.files import read_regular, whole_file

MOST_BYTES = 2_000_000_000
"""Of the file, and of the text in it: a file made to fill the memory is refused."""


def write(made: Backup, out: Path) -> None:
    """Write a backup; the file appears only when it is complete, and only the user can read it.

    Raises:
        LabelerError: it cannot be written.
    """
    text = json.dumps(backup.to_document(made), separators=(",", ":"), allow_nan=False)
    with whole_file(out, private=True) as temporary:
        # Without a time and a name in it, two backups of the same state differ in `made` only.
        temporary.write_bytes(gzip.compress(text.encode("ascii"), mtime=0))


def read(path: Path) -> Backup:
    """Read a backup, and check that it is whole.

    Raises:
        LabelerError: it cannot be read, is damaged, or no backup; nothing was done with it.
    """
    try:
        data, _ = read_regular(str(path), MOST_BYTES + 1)
    except OSError as error:
        raise LabelerError(f"{path} cannot be read ({error.strerror}); check the path.") from error
    try:
        return backup.from_document(json.loads(_unpacked(data)))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        what = "is damaged or cut off" if data[:2] == b"\x1f\x8b" else "is no backup"
        raise LabelerError(f"{path} {what}; nothing was restored, use another backup.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise LabelerError(
            f"{path} is no backup, or damaged; nothing was restored, use another backup."
        ) from error
    except ValueError as error:
        raise LabelerError(f"{path} was not restored. {error}") from error


def _unpacked(data: bytes) -> bytes:
    """Return the text; like gzip.decompress, but never more of it than MOST_BYTES."""
    if data[:2] != b"\x1f\x8b":
        raise gzip.BadGzipFile("not gzip")
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(data, MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("It is larger than any backup.")
    if not unpacker.eof:
        raise EOFError("the end is missing")
    return text
