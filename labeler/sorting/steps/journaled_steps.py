"""The steps of placing one photo with what belongs to it, each written down before and after.

All of them are put in their places before any is taken out of the inbox, and the photo leaves last:
after whatever interruption, the photo in the inbox leads to what is left to do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io import files
from labeler.sorting.io import transfer
from labeler.sorting.io.actions import MadeFolder, Placed, Removed
from labeler.sorting.io.manifest import DONE, FAILED, Manifest
from labeler.sorting.steps.plan import SortedPhoto


@dataclass(frozen=True)
class Piece:
    """A file that is to be placed. stays: another photo in the inbox needs it there."""

    source: Path
    targets: tuple[Path, ...]
    sha256: str
    size: int
    stays: bool = False


def pieces(item: SortedPhoto) -> list[Piece]:
    """Return what belongs to a photo, and at last the photo itself."""
    found = [
        Piece(
            Path(one.path),
            tuple(map(Path, one.targets)),
            one.sha256,
            one.size,
            any(map(os.path.lexists, one.shared_with)),
        )
        for one in item.companions
    ]
    photo = Piece(Path(item.photo), tuple(map(Path, item.targets)), item.sha256, item.size)
    return [*found, photo]


class Steps:
    """Takes steps in the folder that is sorted into, and writes them into its manifest."""

    def __init__(self, log: Manifest, into: Path, method: transfer.Method) -> None:
        self.log = log
        self._into = into
        self._method = method
        self._clean: set[Path] = set()

    def place(self, item: SortedPhoto) -> None:
        """Put a photo and what belongs to it into their places; a move then empties the old ones.

        Raises:
            LabelerError, OSError: one of the files could not be placed, or has changed; none of
                them has left the inbox then. Or one could not be taken out.
        """
        files = pieces(item)
        for piece in files:
            for target in piece.targets:
                self._refuse_outside(target, self.log.sort.into)
                self._make_parents(target.parent)
                self._clean_once(target.parent)
                if not transfer.is_placed(piece.source, target, self._method):
                    self._put(piece, target)
        if self._method == "move":
            leaving = [piece for piece in files if _can_leave(piece)]
            for piece in leaving:
                self._refuse_outside(piece.source, self.log.sort.inbox)
                _check(piece)
            for piece in leaving:
                self._remove(piece)

    def _refuse_outside(self, path: Path, root: str) -> None:
        """Refuse what is not in one of the two folders; a folder in there may be a link."""
        if not transfer.is_inside(path, root):
            raise LabelerError(f"{path.parent} leads out of {root}, so nothing is changed there.")

    def _put(self, piece: Piece, target: Path) -> None:
        if os.path.lexists(target):
            raise LabelerError(f"{target} has appeared meanwhile; run the command again.")
        source, method = piece.source, self._method
        if method == "move" and (piece.stays or _same_file(source, piece.targets) is not None):
            method = "copy"  # one target is the moved file; the others are files of their own
        number = self.log.begin(Placed(str(source), str(target), method, piece.sha256, piece.size))
        with self._told(number):
            transfer.put(source, target, method, piece.sha256)
        try:
            self.log.say(number, DONE)
        except OSError:
            # The source is still there, so nothing is lost, and nothing stays unrecorded.
            target.unlink()
            raise

    def _remove(self, piece: Piece) -> None:
        """Take a file out of the inbox that was checked."""
        number = self.log.begin(_removal(piece))
        with self._told(number):
            try:
                piece.source.unlink()
            except OSError as error:
                raise LabelerError(
                    f"It was placed, but cannot be taken out of the inbox: {error.strerror}."
                ) from error
        files.sync_folder(piece.source.parent)
        self.log.say(number, DONE)

    def _make_parents(self, folder: Path) -> None:
        """Make the folders between the one that is sorted into and `folder`, but never that one.

        If it has gone, its disk was taken out; what is in its place then is not to be filled.
        """
        missing = []
        while folder != self._into and not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            number = self.log.begin(MadeFolder(str(one)))
            one.mkdir(exist_ok=True)
            self.log.say(number, DONE)

    def _clean_once(self, folder: Path) -> None:
        if folder not in self._clean:
            transfer.remove_leftovers(folder)
            self._clean.add(folder)

    @contextmanager
    def _told(self, number: int) -> Iterator[None]:
        """Write down that a step failed; where that cannot be said, it is as if it was cut off."""
        try:
            yield
        except (OSError, LabelerError) as error:
            with suppress(OSError):
                self.log.say(number, FAILED, reason=str(error))
            raise


def _can_leave(piece: Piece) -> bool:
    own = any(transfer.is_own_name(piece.source, target) for target in piece.targets)
    return bool(piece.targets) and not piece.stays and not own


def _check(piece: Piece) -> None:
    """Refuse to take away what is not, unchanged, at every target."""
    name = piece.source.name
    for target in piece.targets:
        if not transfer.holds(target, piece.sha256, piece.size):
            raise LabelerError(f"{target} has changed meanwhile; the photo stays in the inbox.")
    if transfer.digest(piece.source) != piece.sha256:
        raise LabelerError(f"{name} has changed meanwhile; it stays in the inbox.")


def _removal(piece: Piece) -> Removed:
    source, targets = piece.source, piece.targets
    status = os.lstat(source)
    is_link = stat.S_ISLNK(status.st_mode)
    same = None if is_link else _same_file(source, targets)
    return Removed(
        source=str(source),
        targets=tuple(map(str, targets)),
        sha256=piece.sha256,
        size=piece.size,
        modified_ns=status.st_mtime_ns,
        mode=stat.S_IMODE(status.st_mode),
        same=None if same is None else str(same),
        link=os.readlink(source) if is_link else None,
    )


def _same_file(source: Path, targets: Iterable[Path]) -> Path | None:
    """Return the target that is the source under another name, if one is."""
    return next((one for one in targets if one.exists() and os.path.samefile(source, one)), None)
