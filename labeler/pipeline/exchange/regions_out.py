"""Write the names of the faces so that other programs know them: into sidecars, or into copies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange import embedding, frames, xmp_writer
from labeler.exchange.embedded import sidecars_of
from labeler.exchange.xmp_writer import NamedArea
from labeler.files import read_regular, whole_file
from labeler.images import photos, stored, xmp
from labeler.images.stored import StoredPhoto
from labeler.images.walk import SIDECAR
from labeler.images.xmp import Packet
from labeler.pipeline.exchange import known
from labeler.pipeline.exchange.known import Choice
from labeler.pipeline.exchange.places import Tree
from labeler.pipeline.index import Progress
from labeler.pipeline.listing import FaceRow
from labeler.sorting.transfer import copy_stamp
from labeler.storage.store import Library
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
    choice: Choice,
    embed: bool = False,
    progress: Progress | None = None,
) -> WrittenRegions:
    """Write an XMP file for every photo with a named face into a folder.

    The user's photos are never written. Nothing of another program is overwritten: what a sidecar
    beside the photo says is taken over into the new one, and where another program's file has the
    place already, the photo is left out.

    Args:
        choice: which names to write.
        embed: write copies of the photos with the names inside; formats that cannot hold them get
            a sidecar beside the copy.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file.
    """
    tree = Tree(library, into)
    by_photo = known.faces_by_photo(library, choice)
    photo_of = library.photos()
    paths = library.photo_ids_by_path()
    writer = _Writer(tree, embed)
    for done, path in enumerate(sorted(paths)):
        rows = by_photo.get(paths[path], [])
        facts = photo_of[paths[path]].facts
        faces = _faces(rows, facts.width, facts.height)
        if any(face.name for face in faces):
            writer.write(path, faces)
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


class _Writer:
    """Writes what belongs to one photo after the other, and counts."""

    def __init__(self, tree: Tree, embed: bool) -> None:
        self.tree, self.embed = tree, embed
        self.sidecars: list[Path] = []
        self.copies: list[Path] = []
        self.left_out: list[Failure] = []
        self.faces = 0
        self._taken: set[Path] = set()

    def write(self, path: str, upright: Sequence[NamedArea]) -> None:
        """Write what is said about one photo, or note why that cannot be done."""
        try:
            photo = stored.look_into(path)
            faces = [
                NamedArea(frames.stored(face.area, photo.orientation), face.name, face.denied)
                for face in upright
            ]
            target = self.tree.place(path)
            if target in self._taken:
                raise LabelerError(f"Another photo has the place {target}; export them separately.")
            self._taken.add(target)
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
        if not adobe or name in self.sidecars:
            name = Path(f"{target}{SIDECAR}")
        for there in sidecars_of(str(target)):
            if not xmp_writer.is_ours(_packet(Path(there))):
                raise LabelerError(
                    f"{there} was written by another program and is left as it is; "
                    "choose another folder."
                )
        before = _mergeable(_packet(theirs[0]), theirs[0]) if theirs else None
        packet = xmp_writer.packet(faces, (photo.width, photo.height), photo.orientation, before)
        _put(name, packet)
        self.sidecars.append(name)

    def _write_copy(
        self, path: str, target: Path, photo: StoredPhoto, faces: Sequence[NamedArea]
    ) -> None:
        if os.path.lexists(target) and os.path.samefile(path, target):
            raise LabelerError(f"{path} is a photo of yours; choose a folder for copies of it.")
        size = (photo.width, photo.height)
        data, _ = read_regular(path, photos.MOST_BYTES)
        before = xmp.read(photo.packets[0]) if photo.packets and not photo.extended else None
        packet = xmp_writer.packet(
            faces, size, photo.orientation, _mergeable(before, Path(path)) if before else None
        )
        inside = embedding.with_xmp(data, packet)
        self._check_copy(target, data)
        _put(target, data if inside is None else inside, like=path)
        self.copies.append(target)
        if inside is None:
            self._write_sidecar(path, target, photo, faces)

    def _check_copy(self, target: Path, data: bytes) -> None:
        """Refuse to overwrite a photo that is not a copy that was made here before."""
        if not os.path.lexists(target) or _holds(target, data):
            return
        there = stored.look_into(str(target))
        if not any(xmp_writer.is_ours(xmp.read(packet)) for packet in there.packets):
            raise LabelerError(f"{target} exists already; choose another folder.")


def _packet(path: Path) -> Packet:
    return xmp.read(read_regular(str(path), xmp.MOST_BYTES + 1)[0])


def _mergeable(packet: Packet, path: Path) -> Packet:
    if packet.trouble:
        raise LabelerError(
            f"The XMP of {path} cannot be taken over: {packet.trouble}; mend or remove it first."
        )
    return packet


def _put(target: Path, data: bytes, like: str | None = None) -> None:
    """Write a file, unless it is as it should be; `like`: with the times of another file."""
    if _holds(target, data):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabelerError(f"{target.parent} cannot be made ({error.strerror}).") from error
    with whole_file(target) as temporary:
        temporary.write_bytes(data)
        if like is not None:
            copy_stamp(like, temporary)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_regular(str(path), len(data) + 1)[0] == data
    except OSError:
        return False
