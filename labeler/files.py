"""Read ordinary files only, write whole files only, let only one process do a thing."""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labeler.errors import LabelerError

_PART = re.compile(r"\..+\.(\d{1,10})-\d+\.part", re.DOTALL)
"""Names that `whole_file` gives, with the number of the process."""


MOST_TEXT = 10_000_000
"""Bytes of a table or text of the user's: 100,000 lines, of which Python makes 1 GB at most."""
_PAGES = frozenset({".html", ".htm"})


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a temporary path beside `out`, and move what was written there to `out` at the end.

    Whoever reads `out` meanwhile sees the old file or the new one, never a part.
    After an error or an interruption, the temporary file is removed and `out` is as it was.

    Raises:
        LabelerError: the file cannot be written.
    """
    temporary = out.with_name(f".{out.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield temporary
        os.replace(temporary, out)
    except OSError as error:
        raise LabelerError(
            f"{out} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    finally:
        with suppress(OSError):  # the disk may be read-only; then there is nothing to remove
            temporary.unlink(missing_ok=True)


def legible(name: str) -> str:
    """Return the name of a file or folder, whose bytes may not be UTF-8, as something to be shown.

    >>> legible("ab" + chr(0xDCFF)) == "ab" + chr(0xFFFD)
    True
    """
    return os.fsencode(name).decode(errors="replace")


def check_free(out: Path, what: str) -> None:
    """Refuse to write over anything.

    Args:
        what: for what another name is to be chosen, such as 'the list'.

    Raises:
        LabelerError: something has that name.
    """
    if os.path.lexists(out):
        raise LabelerError(f"{out} exists already; choose another name for {what}.")


def check_page(out: Path, mark: str, what: str) -> None:
    """Refuse a name that is no page's, and to write over anything but an older page of this kind.

    Args:
        mark: what stands at the beginning of such a page.
        what: what it is, such as 'report'.

    Raises:
        LabelerError: it has another ending, or there is something else.
    """
    if out.suffix.lower() not in _PAGES:
        raise LabelerError(f"{out} is no page for a browser; choose a name that ends in .html.")
    if out.exists() and not _begins_with(out, mark):
        raise LabelerError(f"{out} exists already, and is no {what}; choose another name.")


def _begins_with(path: Path, mark: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return mark.encode() in file.read(1000)


def remove_parts(folder: Path) -> int:
    """Remove what `whole_file` left in a folder when its process was killed; return how many.

    What a living process of this computer is writing is left alone.
    """
    removed = 0
    with suppress(OSError):
        for name in os.listdir(folder):
            match = _PART.fullmatch(name)
            if match and not _lives(int(match[1])):
                with suppress(OSError):  # Windows refuses while somebody has it open
                    (folder / name).unlink()
                    removed += 1
    return removed


def _lives(process: int) -> bool:
    """Tell whether a process goes on; of others than our own, Windows is not asked."""
    if process == os.getpid():
        return True
    if os.name == "nt":  # there, os.kill would end it
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # somebody else's
    except (OSError, OverflowError):
        return False
    return True


def read_regular(path: str, most: int) -> tuple[bytes, os.stat_result]:
    """Return the content of an ordinary file, and its status while it was read.

    A pipe or a device is not waited for.

    Args:
        most: bytes that are read at most.

    Raises:
        OSError: it cannot be read, is no ordinary file, or changed meanwhile.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
    except ValueError as error:  # NUL bytes, or letters that no system can write
        raise OSError(errno.EINVAL, "no file can have such a name", path) from error
    with open(number, "rb") as stream:
        before = os.fstat(number)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file", path)
        data = stream.read(most)
        after = os.fstat(number)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(errno.EBUSY, "it changed while it was read", path)
    return data, after


def read_text(path: Path, what: str, most: int = MOST_TEXT) -> str:
    """Return the text of a file that the user wrote, or another program.

    Args:
        what: what it should be, such as 'a list of pairs'.
        most: bytes; a larger file is refused.

    Raises:
        LabelerError: it cannot be read, is too large, or no text.
    """
    try:
        data, _ = read_regular(str(path), most + 1)
    except FileNotFoundError as error:
        raise LabelerError(f"{path} does not exist; check the path.") from error
    except OSError as error:
        reason = error.strerror or error
        raise LabelerError(f"{path} cannot be read ({reason}); check the path.") from error
    if len(data) > most:
        raise LabelerError(f"{path} is larger than {most // 10**6} MB, too large to be {what}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelerError(f"{path} is not text in UTF-8, so it is not {what}.") from error
    if "\0" in text:
        raise LabelerError(f"{path} holds NUL bytes, so it is not {what}; write it anew as text.")
    return text


@contextmanager
def alone(path: Path, otherwise: str) -> Iterator[None]:
    """Hold a lock that no other process can hold; it ends with this process, however that ends.

    Args:
        path: a file for the lock.
        otherwise: what to tell the user if somebody else holds it, without a full stop.

    Raises:
        LabelerError: somebody else holds it.
    """
    import filelock

    lock = filelock.FileLock(path)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise LabelerError(f"{otherwise}; wait until it has ended.") from error
    try:
        yield
    finally:
        lock.release()
