"""Read ordinary files only, write whole files only, let only one process do a thing."""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import re
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from labeler.errors import LabelerError

_PART = re.compile(r"\..+\.(\d{1,10})-\d+\.part", re.DOTALL)
"""Names that `part_of` gives, with the number of the process."""
_KEPT_OF_NAME = 40
"""Letters of a file's name that its temporary one repeats, so that it is never too long."""
MOST_TEXT = 10_000_000
"""Bytes of a table or text of the user's: 100,000 lines, of which Python makes 1 GB at most."""
_BLOCK = 1 << 20
"""Bytes that are read at once."""
_PAGES = frozenset({".html", ".htm"})
NO_HARD_LINKS = frozenset(
    {
        errno.EXDEV,
        errno.EPERM,
        errno.EACCES,
        errno.EMLINK,
        errno.ENOSYS,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.EINVAL,
    }
)
"""What file systems without hard links answer, and those that are asked for one to another disk."""

MayReplace = Callable[[Path], bool]
"""Tells whether what has a name now, be it a file, a link or a folder, may be replaced."""


def nothing(there: Path) -> bool:
    """Let nothing be replaced: the name has to be free."""
    return False


def anything(there: Path) -> bool:
    """Let everything be replaced: for names in folders that only this program writes to."""
    return True


@contextmanager
def whole_file(
    out: Path, may_replace: MayReplace = nothing, private: bool = False
) -> Iterator[Path]:
    """Give a temporary path beside `out`, and move what was written there to `out` at the end.

    Whoever reads `out` meanwhile sees the old file or the new one, never a part. What has appeared
    there in the meantime is not overwritten, unless it may be replaced: that is asked last of all.
    After an error or an interruption, the temporary file is removed and `out` is as it was.

    Args:
        private: nobody else on this computer may read it.

    Raises:
        LabelerError: the file cannot be written, or something is there that may not be replaced.
    """
    try:
        temporary = _new_part(out, 0o600 if private else 0o666)
        try:
            yield temporary
            _give_name(temporary, out, may_replace)
        finally:
            with suppress(OSError):  # the disk may be read-only; then there is nothing to remove
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise LabelerError(
            f"{out} cannot be written ({error.strerror or error}); choose another place."
        ) from error


def _new_part(out: Path, mode: int) -> Path:
    """Make an empty file beside `out`; nobody can have put a link to elsewhere in its place."""
    while True:
        part = part_of(out)
        with suppress(FileExistsError):
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            return part


def _give_name(temporary: Path, out: Path, may_replace: MayReplace) -> None:
    try:
        give_name(temporary, out)
    except FileExistsError as error:
        if not may_replace(out):
            raise LabelerError(f"{out} exists already; choose another name.") from error
        os.replace(temporary, out)


def give_name(temporary: Path, target: Path) -> None:
    """Rename a file to a name that must be free, in the same folder, in one step.

    Raises:
        OSError: something has that name.
    """
    if got_second_name(temporary, target):
        temporary.unlink()
    elif os.name == "nt":
        os.rename(temporary, target)  # which refuses to overwrite there
    else:
        # Without hard links: an empty file of ours keeps the name free until it is replaced.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            os.replace(temporary, target)
        except BaseException:
            target.unlink()
            raise


def got_second_name(source: Path, target: Path) -> bool:
    """Give an ordinary file a second name; False if the file system cannot do that."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        if os.path.lexists(target):  # some systems look at the disk's kind first
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        return False
    return True


def same_name(name: str) -> str:
    """Return what two names have in common if some file system takes them for one.

    >>> same_name("ROSÉ.txt") == same_name("rose\u0301.TXT")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).upper().casefold())


def part_of(out: Path) -> Path:
    """Return a new temporary name beside a file; see `remove_parts`."""
    name = f".{out.name[:_KEPT_OF_NAME]}.{os.getpid()}-{secrets.randbelow(10**12)}.part"
    return out.with_name(name)


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
        with whole_file(path, anything) as temporary:
            write(temporary)
        return path
    except (OSError, LabelerError):
        name = hashlib.sha256(os.fsencode(path)).hexdigest()
        spare = Path(_spare_folder().name) / f"{name}{path.suffix}"
        with whole_file(spare, anything) as temporary:
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
    if os.path.lexists(out) and not is_page(mark)(out):
        raise LabelerError(f"{out} exists already, and is no {what}; choose another name.")


def is_page(mark: str) -> MayReplace:
    """Return what tells an older page, at whose beginning the mark stands, from all else."""

    def is_marked(there: Path) -> bool:
        try:
            if not stat.S_ISREG(os.lstat(there).st_mode):  # a link is somebody's, too
                return False
            with there.open("rb") as file:
                return mark.encode() in file.read(1000)
        except OSError:
            return False

    return is_marked


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


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do that."""
    with suppress(OSError, PermissionError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def open_regular(path: str | Path) -> BinaryIO:
    """Open an ordinary file to be read; a pipe or a device that has taken its place is not awaited.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
    except ValueError as error:  # NUL bytes, or letters that no system can write
        raise OSError(errno.EINVAL, "no file can have such a name", str(path)) from error
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
    return open(number, "rb")


def read_regular(path: str, most: int) -> tuple[bytes, os.stat_result]:
    """Return the content of an ordinary file, and its status while it was read.

    A pipe or a device is not waited for.

    Args:
        most: bytes that are read at most.

    Raises:
        OSError: it cannot be read, is no ordinary file, or changed meanwhile.
    """
    with open_regular(path) as stream:
        before = os.fstat(stream.fileno())
        data = stream.read(most)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(errno.EBUSY, "it changed while it was read", path)
    return data, after


def digest_regular(path: str | Path) -> tuple[str, os.stat_result]:
    """Return the SHA-256 of an ordinary file of any size, hexadecimal, and its status.

    Raises:
        OSError: it cannot be read, is no ordinary file, or changed meanwhile.
    """
    digest = hashlib.sha256()
    with open_regular(path) as stream:
        before = os.fstat(stream.fileno())
        while block := stream.read(_BLOCK):
            digest.update(block)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(errno.EBUSY, "it changed while it was read", os.fspath(path))
    return digest.hexdigest(), after


def nanoseconds(status: os.stat_result) -> int:
    """Return a file's modification time as the database can hold it."""
    return max(min(status.st_mtime_ns, 2**63 - 1), -(2**63))


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

    lock = filelock.FileLock(path, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise LabelerError(f"{otherwise}; wait until it has ended.") from error
    try:
        yield
    finally:
        lock.release()
