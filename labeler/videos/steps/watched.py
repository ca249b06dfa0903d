"""Read the videos of a library, and who is seen in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps.listing import who_is
from labeler.people.steps.stand import Stand, stand
from labeler.photos.steps.folders import is_in
from labeler.types import Photo
from labeler.videos.presence import Guess, Named, SeenTrack, SeenVideo

_SOURCES: dict[str, Named] = {"user": "named", "auto": "recognized"}


def watched(library: Library, videos: Sequence[int] | None = None) -> list[SeenVideo]:
    """Return videos that are present, by path.

    Args:
        videos: photo ids of some; None = all.
    """
    with library.reading():
        found = library.photos() if videos is None else library.photos_with(videos)
        present = {id_: photo for id_, photo in found.items() if photo.facts.is_video}
        if not present:
            return []
        tracks = _tracks(library, [*present], stand(library))
        seen = [_video(library, photo, tracks.get(id_, [])) for id_, photo in present.items()]
    return sorted(seen, key=lambda video: video.path)


def _tracks(library: Library, videos: Sequence[int], now: Stand) -> dict[int, list[SeenTrack]]:
    """Return the tracks of videos by photo id."""
    table = library.video_tracks(videos)
    groups = dict(zip(now.table.ids.tolist(), now.clusters.tolist(), strict=True))
    found: dict[int, list[SeenTrack]] = {}
    columns = (table.ids, table.videos, table.starts, table.ends)
    for face, video, start, end in zip(*(c.tolist() for c in columns), strict=True):
        person, source, probability = who_is(face, now.labels, now.automatic.get(face))
        group, likely = groups.get(face, -1), now.likely.get(face)
        track = SeenTrack(
            face,
            start,
            end,
            group if group >= 0 else None,
            person,
            _SOURCES[source] if source else None,
            probability,
            face in now.labels.ignored,
            None if likely is None or person else Guess(likely.person, likely.probability),
        )
        found.setdefault(video, []).append(track)
    return found


def _video(library: Library, photo: Photo, tracks: Iterable[SeenTrack]) -> SeenVideo:
    record = library.video(photo.id)
    return SeenVideo(
        photo.id,
        photo.path,
        photo.facts.seconds or 0.0,
        record.fps if record else 0.0,
        photo.facts.width,
        photo.facts.height,
        record.shots if record else (),
        tuple(tracks),
    )


def chosen(library: Library, paths: Iterable[Path]) -> list[int] | None:
    """Return the photo ids of the videos that paths name, those in folders as well; None = all.

    Raises:
        LabelerError: one is no video of the library, and none is in it.
    """
    wanted = [os.path.realpath(path) for path in paths]
    if not wanted:
        return None
    with library.reading():
        ids = {i for i, photo in library.photos().items() if photo.facts.is_video}
        by_path = [
            (os.path.realpath(path), photo)
            for path, photo in library.photo_ids_by_path().items()
            if photo in ids
        ]
    found: dict[int, None] = {}
    for path in wanted:
        own = [photo for there, photo in by_path if is_in(there, path)]
        if not own:
            raise LabelerError(
                f"{path} is no video that the library knows; `labeler index` it first."
            )
        found.update(dict.fromkeys(own))
    return [*found]
