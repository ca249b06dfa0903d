"""Read ordinary files only, write whole files only, let only one process do a thing."""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import re
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labeler.errors import LabelerError

_PART = re.compile(r"\..+\.(\d{1,10})-\d+\.part", re.DOTALL)
"""Names that `part_of` gives, with the number of the process."""


_PAGES = frozenset({".html", ".htm"})


@contextmanager
def whole_file(out: Path, private: bool = False) -> Iterator[Path]:
    """Give a temporary path beside `out`, and move what was written there to `out` at the end.

    Whoever reads `out` meanwhile sees the old file or the new one, never a part.
    After an error or an interruption, the temporary file is removed and `out` is as it was.

    Args:
        private: nobody else on this computer may read it.

    Raises:
        LabelerError: the file cannot be written.
    """
    temporary = part_of(out)
    try:
        if private:
            temporary.unlink(missing_ok=True)  # of a process that had our number and was killed
            private_file(temporary)
        yield temporary
        os.replace(temporary, out)
    except OSError as error:
        raise LabelerError(
            f"{out} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    finally:
        with suppress(OSError):  # the disk may be read-only; then there is nothing to remove
            temporary.unlink(missing_ok=True)


def part_of(out: Path) -> Path:
    """Return the temporary name of a file that this thread writes; see `remove_parts`."""
    return out.with_name(f".{out.name}.{os.getpid()}-{threading.get_ident()}.part")


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for nobody but the user."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if not missing and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def private_file(path: Path) -> None:
    """Make an empty file that nobody else can read.

    Raises:
        OSError: something has that name, or it cannot be made.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def cached_file(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file of a cache and return where it is.

    Where the cache cannot be written, that is a folder which goes when the program ends.

    Args:
        write: writes to a path.

    Raises:
        LabelerError: it cannot be written there either.
    """
    try:
        private_folder(path.parent)
        with whole_file(path) as temporary:
            write(temporary)
        return path
    except (OSError, LabelerError):
        name = hashlib.sha256(os.fsencode(path)).hexdigest()
        spare = Path(_spare_folder().name) / f"{name}{path.suffix}"
        with whole_file(spare) as temporary:
            write(temporary)
        _spares[path] = spare
        return spare


def found_cached(path: Path) -> Path | None:
    """Return where a file of a cache is, None if it has to be written."""
    return path if path.is_file() else _spares.get(path)


_spares: dict[Path, Path] = {}
"""Files that could not be written where they belong, and where they are."""


@functools.cache
def _spare_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="face-labeler-", ignore_cleanup_errors=True)


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
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(number, "rb") as stream:
        before = os.fstat(number)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file", path)
        data = stream.read(most)
        after = os.fstat(number)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(errno.EBUSY, "it changed while it was read", path)
    return data, after


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

    lock = filelock.FileLock(path, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise LabelerError(f"{otherwise}; wait until it has ended.") from error
    try:
        yield
    finally:
        lock.release()
