"""The regions that other programs wrote, put onto the upright photos of the library."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labeler.errors import UnreadablePhotoError
from labeler.exchange import frames, matching
from labeler.exchange.io import xmp_in_files
from labeler.exchange.io.xmp_in_files import FoundRegions, PicasaFolders
from labeler.exchange.region import NoName, Region
from labeler.faces.steps.index import Progress
from labeler.io.parallel import in_parallel
from labeler.library.store import Library
from labeler.photos.io import beside, decoding
from labeler.photos.steps.changes import is_under
from labeler.types import Box, Failure, Photo


@dataclass(frozen=True, slots=True)
class PlacedRegion:
    """A region that names somebody. box: upright pixels; None if it has no place, see `trouble`.

    somewhere: it says who is on the photo, and not where. is_around: it shows a person, whose face
    is a part of it.
    """

    photo: Photo
    name: str
    box: Box | None
    trouble: str = ""
    somewhere: bool = False
    is_around: bool = False


@dataclass(frozen=True)
class ReadRegions:
    """regions: of each photo, those that the user edited last first. no_name: how many regions name
    nobody, by the reason. failures: what could not be read."""

    regions: tuple[PlacedRegion, ...]
    no_name: Mapping[NoName, int]
    failures: tuple[Failure, ...]


def read(
    library: Library,
    folders: Sequence[Path] = (),
    contacts: Path | None = None,
    progress: Progress | None = None,
    jobs: int = -1,
) -> ReadRegions:
    """Read the regions of the photos in `folders`; without any, of all in the library.

    Args:
        contacts: Picasa's `contacts.xml`, where its folders do not say who their contacts are.

    Raises:
        LabelerError: `contacts` cannot be used.
    """
    picasa = PicasaFolders(xmp_in_files.read_contacts(contacts) if contacts else {})
    photos, boxes = library.photos(), _boxes(library)
    paths = {
        path: photo
        for path, photo in paths_under(library, folders).items()
        if not photos[photo].facts.is_video
    }
    picasa.read(sorted({os.path.dirname(path) for path in paths}))
    found: list[PlacedRegion] = []
    failures: list[Failure] = []
    no_name: Counter[NoName] = Counter()
    folder = beside.Folders(decoding.SUFFIXES)
    notes = {path: folder.notes(path).others for path in paths}

    def look(path: str) -> FoundRegions | Failure:
        try:
            turn = photos[paths[path]].facts.metadata.orientation
            sidecars = xmp_in_files.sidecars_of(path)
            return xmp_in_files.regions_of(path, sidecars, picasa, turn, notes[path])
        except OSError as error:
            return Failure(path, f"The file cannot be read: {error.strerror or error}.")
        except UnreadablePhotoError as error:
            return Failure(path, str(error))

    for done, (path, result) in enumerate(zip(paths, in_parallel(look, paths, jobs), strict=True)):
        if isinstance(result, Failure):
            failures.append(result)
            continue
        failures += result.failures
        photo = photos[paths[path]]
        found += _placed(result, photo, boxes.get(photo.id, np.empty((0, 4))))
        no_name.update(
            one.no_name for one in (*result.regions, *result.upright) if one.no_name is not None
        )
        if progress:
            progress(done + 1, len(paths), len(found))
    return ReadRegions(tuple(found), no_name, tuple(failures))


def paths_under(library: Library, folders: Iterable[Path]) -> dict[str, int]:
    """Return the ids of the present photos in folders by path, in the order of the paths.

    Without a folder, all are returned.
    """
    tops = {os.path.abspath(folder) for folder in folders}
    by_path = library.photo_ids_by_path()
    return {path: by_path[path] for path in sorted(by_path) if not tops or is_under(path, tops)}


def _boxes(library: Library) -> dict[int, NDArray[np.float64]]:
    """Return the boxes of the faces on each photo."""
    table = library.faces()
    order = np.argsort(table.photo_ids, kind="stable")
    ids, starts = np.unique(table.photo_ids[order], return_index=True)
    return dict(zip(ids.tolist(), np.split(table.boxes[order], starts[1:]), strict=True))


def _placed(found: FoundRegions, photo: Photo, faces: NDArray[np.float64]) -> list[PlacedRegion]:
    """Return the regions of one file that name somebody."""
    groups: dict[tuple[float, float] | None, list[Region]] = {}
    for region in found.regions:
        groups.setdefault(region.applied_to, []).append(region)
    placed: dict[int, PlacedRegion] = {}
    for applied_to, regions in groups.items():
        turn = _turn(applied_to, regions, found, photo, faces)
        for region in regions:
            placed[id(region)] = _place(region, turn, photo)
    return [placed[id(region)] for region in found.regions if region.names_somebody] + [
        _place(region, 1, photo) for region in found.upright if region.names_somebody
    ]


def _turn(
    applied_to: tuple[float, float] | None,
    regions: Sequence[Region],
    found: FoundRegions,
    photo: Photo,
    faces: NDArray[np.float64],
) -> int | None:
    """Return the orientation that turns these regions upright; None = they fit no longer.

    Where the sizes leave it open, the standard's reading is kept unless the other one puts twice
    as many regions onto faces.
    """
    size = (found.width, found.height)
    readings = frames.readings(applied_to, size, found.orientation)
    if len(readings) < 2:
        return readings[0] if readings else None
    first, other = (
        len(matching.match(_upright_boxes(regions, reading, photo), faces)) for reading in readings
    )
    return readings[1] if other >= max(2 * first, 1) else readings[0]


def _upright_boxes(regions: Sequence[Region], turn: int, photo: Photo) -> NDArray[np.float64]:
    boxes = [
        frames.box_of(frames.upright(one.area, turn), *_size(photo)).as_tuple()
        for one in regions
        if one.area is not None
    ]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _place(region: Region, turn: int | None, photo: Photo) -> PlacedRegion:
    if region.area is None:
        return PlacedRegion(photo, region.name, None, region.trouble, region.somewhere)
    if turn is None:
        width, height = region.applied_to or (0, 0)
        trouble = (
            f"it was drawn on a picture of {width:g} × {height:g} pixels with other proportions"
        )
        return PlacedRegion(photo, region.name, None, trouble)
    box = frames.box_of(frames.upright(region.area, turn), *_size(photo))
    return PlacedRegion(photo, region.name, box, is_around=region.is_around)


def _size(photo: Photo) -> tuple[int, int]:
    return photo.facts.width, photo.facts.height
