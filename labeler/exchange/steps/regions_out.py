"""Write the names of the faces so that other programs know them: into sidecars, or into copies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange import frames, xmp_insertion, xmp_writer
from labeler.exchange.io.xmp_in_files import sidecars_of
from labeler.exchange.steps import known
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.exchange.steps.owned import OwnFiles, holds
from labeler.exchange.steps.places import Tree
from labeler.exchange.xmp_writer import NamedArea
from labeler.faces.steps.index import Progress
from labeler.io.files import MayReplace, read_regular, remove_parts, same_name
from labeler.library.store import Library
from labeler.people.steps.listing import FaceRow
from labeler.photos import xmp
from labeler.photos.io import decoding, stored
from labeler.photos.io.beside import SIDECAR
from labeler.photos.io.stored import StoredPhoto
from labeler.photos.xmp import Packet
from labeler.types import Failure


@dataclass(frozen=True)
class WrittenRegions:
    """sidecars, copies: files that were written, or were as they should be already.

    faces: names in them. left_out: files that were not written, and why.
    """

    sidecars: tuple[Path, ...]
    copies: tuple[Path, ...]
    faces: int
    left_out: tuple[Failure, ...]


def write_regions(
    library: Library,
    into: Path,
    choice: ChoiceOfNames,
    embed: bool = False,
    progress: Progress | None = None,
) -> WrittenRegions:
    """Write an XMP file for every photo with a named face into a folder.

    The user's photos are never written. Nothing of another program is overwritten, nor what
    somebody changed since it was written here: what a sidecar beside the photo says is taken over
    into the new one, and where somebody else's file has the place already, the photo is left out.
    What is there as it should be counts as written, so an interrupted run can be gone on with.

    Args:
        choice: which names to write.
        embed: write copies of the photos with the names inside; formats that cannot hold them get
            a sidecar beside the copy.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file.
    """
    tree = Tree(library, into)
    with library.reading():
        by_photo = known.faces_by_photo(library, choice)
        photo_of, paths = library.photos(), library.photo_ids_by_path()
    writer = _Writer(OwnFiles(library), tree, embed)
    for done, path in enumerate(sorted(paths)):
        rows = by_photo.get(paths[path], [])
        facts = photo_of[paths[path]].facts
        faces = _faces(rows, facts.width, facts.height)
        if facts.is_video and any(face.name for face in faces):
            writer.left_out.append(Failure(path, _NO_REGIONS))
        elif any(face.name for face in faces):
            writer.write(path, faces, facts.metadata.orientation)
        if progress:
            progress(done + 1, len(paths), writer.faces)
    return WrittenRegions(
        tuple(writer.sidecars), tuple(writer.copies), writer.faces, tuple(writer.left_out)
    )


def _faces(rows: Sequence[FaceRow], width: int, height: int) -> list[NamedArea]:
    """Return the faces of a photo on which the user has the word, as areas of the upright photo."""
    return [
        NamedArea(frames.area_of(row.box, width, height), row.person, row.rejected)
        for row in rows
        if row.person or row.ignored or row.rejected
    ]


_NO_REGIONS = (
    "It is a video, and other programs keep faces of photos only; `labeler video` tells who is in "
    "it."
)


class _Writer:
    """Writes what belongs to one photo after the other, and counts."""

    def __init__(self, own: OwnFiles, tree: Tree, embed: bool) -> None:
        self.own, self.tree, self.embed = own, tree, embed
        self.sidecars: list[Path] = []
        self.copies: list[Path] = []
        self.left_out: list[Failure] = []
        self.faces = 0
        self._taken: set[str] = set()
        self._looked_into: set[Path] = set()

    def write(self, path: str, upright: Sequence[NamedArea], orientation: int | None) -> None:
        """Write what is said about one photo, or note why that cannot be done.

        Args:
            orientation: by which it is turned upright, unless that is the file's own.
        """
        try:
            photo = stored.look_into(path, orientation)
            faces = [
                NamedArea(frames.stored(face.area, photo.orientation), face.name, face.denied)
                for face in upright
            ]
            target = self.tree.place(path)
            self._take(target)
            if self.embed:
                self._write_copy(path, target, photo, faces)
            else:
                self._write_sidecar(path, target, photo, faces)
        except LabelerError as error:
            self.left_out.append(Failure(path, str(error)))
        except OSError as error:
            self.left_out.append(Failure(path, f"It cannot be read: {error.strerror or error}."))
        else:
            self.faces += sum(face.name is not None for face in faces)

    def _write_sidecar(
        self, path: str, target: Path, photo: StoredPhoto, faces: Sequence[NamedArea]
    ) -> None:
        beside = [Path(one) for one in sidecars_of(path)]
        theirs = [one for one in beside if not xmp_writer.is_ours(_packet(one))]
        adobe = bool(theirs) and theirs[0].stem == Path(path).stem
        name = target.with_suffix(SIDECAR)
        if not adobe or same_name(str(name)) in self._taken:
            name = Path(f"{target}{SIDECAR}")
        for there in sidecars_of(str(target)):
            if not xmp_writer.is_ours(_packet(Path(there))):
                raise LabelerError(
                    f"{there} was written by another program and is left as it is; "
                    "choose another folder."
                )
        self._take(name)
        before = _mergeable(_packet(theirs[0]), theirs[0]) if theirs else None
        packet = xmp_writer.packet(faces, (photo.width, photo.height), photo.orientation, before)
        if os.path.lexists(name) and not (holds(name, packet) or self._is_our_sidecar(name)):
            raise LabelerError(
                f"{name} was changed since it was written and is left as it is; "
                "choose another folder."
            )
        self._put(name, packet, self._is_our_sidecar)
        self.sidecars.append(name)

    def _take(self, target: Path) -> None:
        """Note that a path is somebody's, for disks that tell no large letters from small ones."""
        if same_name(str(target)) in self._taken:
            raise LabelerError(f"Another photo has the place {target}; export them separately.")
        self._taken.add(same_name(str(target)))

    def _is_our_sidecar(self, there: Path) -> bool:
        """Tell whether a sidecar has nothing in it but what this program wrote.

        Of one that another library, or an earlier version, wrote, only its mark tells; it holds
        names, and no picture.
        """
        if self.own.is_known(there):
            return self.own.is_standing(there)
        return not there.is_symlink() and xmp_writer.is_ours(_packet(there))

    def _write_copy(
        self, path: str, target: Path, photo: StoredPhoto, faces: Sequence[NamedArea]
    ) -> None:
        if os.path.lexists(target) and os.path.samefile(path, target):
            raise LabelerError(f"{path} is a photo of yours; choose a folder for copies of it.")
        size = (photo.width, photo.height)
        data, _ = read_regular(path, decoding.MOST_BYTES)
        before = xmp.read(photo.packets[0]) if photo.packets and not photo.extended else None
        packet = xmp_writer.packet(
            faces, size, photo.orientation, _mergeable(before, Path(path)) if before else None
        )
        inside = xmp_insertion.with_xmp(data, packet)
        new = data if inside is None else inside

        def differs_in_names(there: Path) -> bool:
            """Is it what is to be written, but for the XMP, which this program wrote?"""
            if there.is_symlink() or inside is None:
                return False
            found = stored.look_into(str(there))
            if not any(xmp_writer.is_ours(xmp.read(packet)) for packet in found.packets):
                return False
            return (
                xmp_insertion.with_xmp(read_regular(str(there), decoding.MOST_BYTES)[0], packet)
                == new
            )

        free = not os.path.lexists(target) or holds(target, new)
        if not (free or self.own.is_standing(target) or differs_in_names(target)):
            raise LabelerError(f"{target} exists already; choose another folder.")
        self._put(target, new, differs_in_names, path)
        self.copies.append(target)
        if inside is None:
            self._write_sidecar(path, target, photo, faces)

    def _put(
        self, target: Path, data: bytes, may_replace: MayReplace, like: str | None = None
    ) -> None:
        folder = target.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LabelerError(f"{folder} cannot be made ({error.strerror}).") from error
        if folder not in self._looked_into:
            remove_parts(folder)
            self._looked_into.add(folder)
        self.own.write(target, data, may_replace=may_replace, like=like)


def _packet(path: Path) -> Packet:
    return xmp.read(read_regular(str(path), xmp.MOST_BYTES + 1)[0])


def _mergeable(packet: Packet, path: Path) -> Packet:
    if packet.trouble:
        raise LabelerError(
            f"The XMP of {path} cannot be taken over: {packet.trouble}; mend or remove it first."
        )
    return packet
