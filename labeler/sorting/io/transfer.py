"""Put photos into folders, and back, without ever overwriting or losing anything.

A copy is written under a temporary name in the folder where it belongs, brought to the disk, read
again and compared by its hash, and only then gets its name, which must be free. What fails in
between leaves no half file. A killed process leaves at most a temporary file, which
`remove_leftovers` knows by its name.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from labeler.errors import LabelerError
from labeler.io.files import (
    NO_HARD_LINKS,
    digest_regular,
    give_name,
    open_regular,
    sync_folder,
)
from labeler.io.files import got_second_name as _got_second_name

Method = Literal["copy", "move", "link", "hard-link"]

_BLOCK = 1 << 20
_PERMISSIONS = 0o777
_SYSTEMS_OWN = ("security.", "trusted.")
"""Attributes that say what a program may do."""
_TEMPORARY = re.compile(r"\.face-labeler-[0-9a-f]{16}\.part")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a file was changed, and who may do what with it."""

    modified_ns: int
    mode: int


class ChangedPhotoError(LabelerError):
    """A file is no longer what it was when it was looked at."""


def is_placed(source: Path, target: Path, method: Method) -> bool:
    """Is the photo there: as a file with the same content or, if links will do, as a link to it?"""
    if target.is_symlink():
        return method == "link" and os.readlink(target) == str(source.absolute())
    return target.is_file() and filecmp.cmp(source, target, shallow=False)


def put(source: Path, target: Path, method: Method, content: str) -> None:
    """Make the copy or link at `target`, whose folder exists. The source stays.

    'move' gives the file a second name where the file system can do that, and copies it elsewhere.
    Symbolic links are absolute.

    Args:
        content: SHA-256 that the photo must have.

    Raises:
        ChangedPhotoError: the source has another content.
        OSError: it cannot be written, or something is there. Nothing is left at `target`.
    """
    if method == "copy":
        copy(source, target, content)
        return
    if digest(source) != content:
        raise _changed(source)
    if method == "link":
        os.symlink(source.absolute(), target)
    elif method == "hard-link":
        _hard_link(source, target)
    elif source.is_symlink() or not _got_second_name(source, target):
        copy(source, target, content)
    sync_folder(target.parent)


def copy(source: Path, target: Path, content: str, stamp: Stamp | None = None) -> None:
    """Copy a file with its times and permissions to a name that is free.

    Args:
        content: SHA-256 that source and copy must have.
        stamp: what the copy gets instead of the source's.

    Raises:
        ChangedPhotoError: the source has another content.
        OSError: it cannot be written, something is there, or the disk gave back something else.
    """
    temporary = temporary_in(target.parent)
    try:
        with open_regular(source) as reader, open(temporary, "xb") as writer:
            seen = _hash(reader, writer.write)
            writer.flush()
            os.fsync(writer.fileno())
            _forget_cached(writer)
        if seen != content:
            raise _changed(source)
        if digest(temporary) != content:
            raise OSError(errno.EIO, "the disk does not hold what was written")
        copy_stamp(source, temporary)
        if stamp is not None:
            put_stamp(temporary, stamp)
        give_name(temporary, target)
    finally:
        with suppress(OSError):  # the disk may have gone; then there is nothing to remove
            temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def copy_stamp(source: str | Path, target: Path) -> None:
    """Give a file the time, permissions and other attributes of another; see `put_stamp`."""
    _copy_attributes(source, target)
    status = os.stat(source)
    put_stamp(target, Stamp(status.st_mtime_ns, status.st_mode))


def put_stamp(path: Path, stamp: Stamp) -> None:
    """Set time and permissions of a file, as far as the file system knows them.

    Only who may read, write and run it: whatever came with setuid from somebody else would else
    run as the user who made the copy.
    """
    status = os.stat(path)
    mode = stamp.mode & _PERMISSIONS
    if status.st_mtime_ns != stamp.modified_ns:
        with suppress(OSError):
            os.utime(path, ns=(status.st_atime_ns, stamp.modified_ns))
    if stat.S_IMODE(status.st_mode) != mode:
        with suppress(OSError):
            os.chmod(path, mode)


def is_inside(path: str | Path, root: str) -> bool:
    """Tell whether a place is in a folder, wherever links on the way to it lead by now.

    Args:
        path: what is at its end, such as a link, is not followed.
        root: as it was, without links in its path; if there is one by now, nothing is inside.
    """
    folder, name = os.path.split(path)
    is_name = name not in ("", os.curdir, os.pardir)
    return is_name and Path(os.path.realpath(folder)).is_relative_to(root)


def is_own_name(source: Path, target: Path) -> bool:
    """Tell whether two paths lead to one entry of one folder, so that removing one loses both."""
    try:
        same_file = os.path.samefile(source, target)
    except FileNotFoundError:
        return False
    if source.is_symlink() or target.is_symlink() or not same_file:
        return os.path.realpath(source.parent) == os.path.realpath(target.parent) and (
            source.name == target.name
        )
    # One file: under two names, or under one that is spelled or reached in two ways.
    if os.stat(target).st_nlink < 2:
        return True
    return os.path.realpath(source) == os.path.realpath(target)


def digest(path: Path) -> str:
    """Return the SHA-256 of an ordinary file.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
    """
    return digest_regular(path)[0]


def holds(path: Path, content: str, size: int) -> bool:
    """Is an ordinary file there, and not a link, that has this content?

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == size and digest(path) == content


def temporary_in(folder: Path) -> Path:
    """Return a new name that `remove_leftovers` recognises."""
    return folder / f".face-labeler-{secrets.token_hex(8)}.part"


def remove_leftovers(folder: Path) -> int:
    """Remove what a killed run left half done in a folder; return how many files that were.

    What only has such a name, or cannot be removed, is left alone.
    """
    try:
        with os.scandir(folder) as entries:
            files = [one for one in entries if _TEMPORARY.fullmatch(one.name)]
            paths = [one.path for one in files if one.is_file(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return 0
    removed = 0
    for path in paths:
        with suppress(OSError):
            os.unlink(path)
            removed += 1
    return removed


def clear_up(target: Path, size: int) -> None:
    """Remove what a run that was cut off left half done at a place: nothing that holds a photo.

    Where there are no hard links, an empty file kept the name free for a photo of that size.
    """
    remove_leftovers(target.parent)
    with suppress(OSError):
        status = os.lstat(target)
        if stat.S_ISREG(status.st_mode) and status.st_size == 0 < size:
            target.unlink()


def _hard_link(source: Path, target: Path) -> None:
    try:
        os.link(os.path.realpath(source), target)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        raise OSError(
            error.errno, "a hard link cannot be made here or lead to another disk; use --copy"
        ) from error


def _hash(reader: BinaryIO, write: Callable[[bytes], object]) -> str:
    digest = hashlib.sha256()
    while block := reader.read(_BLOCK):
        digest.update(block)
        write(block)
    return digest.hexdigest()


def _copy_attributes(source: str | Path, target: Path) -> None:
    """Copy what else is kept with a file, such as comments, where the system has such a thing."""
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):
        for name in os.listxattr(source):
            if not name.startswith(_SYSTEMS_OWN):
                with suppress(OSError):
                    os.setxattr(target, name, os.getxattr(source, name))


def _forget_cached(stream: BinaryIO) -> None:
    """Make the next reading come from the disk, where the system can do that."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _changed(source: Path) -> ChangedPhotoError:
    return ChangedPhotoError(
        f"{source.name} has changed since it was looked at; run the command again."
    )
