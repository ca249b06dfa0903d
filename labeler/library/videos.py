"""Videos and the tracks of faces in them.

A face in a video is a row among all faces, with the box and the time of its best look. Its row in
`tracks` says when it is on screen and where. Faces with the same `moment` are seen together: it is
the negative id of one of them, so that it never is the id of a photo.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler import tracks
from labeler.library import records
from labeler.library.database import Database
from labeler.library.values import holes
from labeler.library.whereabouts import faces_table
from labeler.types import (
    USUAL_WAY,
    AnalysedPhoto,
    Box,
    FaceKey,
    FloatArray,
    IntArray,
    WatchedVideo,
    Watching,
)


@dataclass(frozen=True)
class TrackColumns:
    """Tracks in order of their faces' ids, as parallel arrays of length n.

    ids: (n,) int64 faces. videos: (n,) int64 photo ids. starts, ends, at: (n,) float64 seconds.
    looks: (n,) int64.
    """

    ids: IntArray
    videos: IntArray
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    at: NDArray[np.float64]
    looks: IntArray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class VideoRecord:
    """fps: frames per second, the mean. shots: start and end of each, seconds.

    how: in which way it was watched.
    """

    fps: float
    shots: tuple[tuple[float, float], ...]
    how: Watching = USUAL_WAY


class VideoTables(Database):
    """The videos among the photos, and the tracks of their faces."""

    def video_tracks(
        self, video_ids: Sequence[int] | None = None, with_away: bool = False
    ) -> TrackColumns:
        """Return the tracks of videos.

        Args:
            video_ids: photo ids of some videos; None = all that are present.
            with_away: those of videos that are away as well.
        """
        query = (
            "SELECT id, photo_id, start, until, at, looks FROM tracks "
            f"JOIN {faces_table(with_away)} AS faces ON id = face_id"
        )
        if video_ids is None:
            rows = self._connection().execute(f"{query} ORDER BY id").fetchall()
        else:
            rows = sorted(self._among(f"{query} WHERE photo_id IN ({{}})", video_ids))
        columns = list(zip(*rows, strict=True)) or [()] * 6
        ids, videos, looks = (np.array(columns[i], dtype=np.int64) for i in (0, 1, 5))
        starts, ends, at = (np.array(columns[i], dtype=np.float64) for i in (2, 3, 4))
        return TrackColumns(ids, videos, starts, ends, at, looks)

    def track_boxes(self, face_ids: Sequence[int]) -> dict[int, FloatArray]:
        """Return by face id the times and boxes of its track, (m, 5) float32 each."""
        rows = self._among("SELECT face_id, boxes FROM tracks WHERE face_id IN ({})", face_ids)
        return {face: _numbers(boxes, 5) for face, boxes in rows}

    def video_ids(self) -> list[int]:
        """Return the photo ids of all videos, also of those that are away, ascending."""
        rows = self._connection().execute("SELECT photo_id FROM videos ORDER BY photo_id")
        return [row[0] for row in rows]

    def video(self, photo_id: int) -> VideoRecord | None:
        """Return what is known of a video besides its facts; None = it is none."""
        query = "SELECT fps, shots, every, thorough FROM videos WHERE photo_id = ?"
        row = self._connection().execute(query, [photo_id]).fetchone()
        if row is None:
            return None
        shots = tuple(map(tuple, _numbers(row[1], 2).tolist()))
        return VideoRecord(row[0], shots, Watching(row[2], bool(row[3])))

    def track_keys(self, contents: Sequence[str]) -> list[tuple[int, FaceKey]]:
        """Return for each look at a face in some videos its id and where it was then.

        A decision about a face that was found again, at another best look, is told by these.
        """
        rows = self._among(
            "SELECT face_id, content_hash, boxes FROM tracks JOIN faces ON faces.id = face_id "
            "JOIN photos ON photos.id = photo_id WHERE content_hash IN ({})",
            contents,
        )
        return [
            (face, FaceKey(content, Box(*row[1:]), row[0]))
            for face, content, boxes in rows
            for row in _numbers(boxes, 5).tolist()
        ]


def put_video(
    connection: sqlite3.Connection, photo_id: int, photo: AnalysedPhoto, model: str
) -> None:
    """Replace what is known of a video and of the faces in it; those found again keep their ids."""
    video = photo.video
    assert video is not None
    connection.execute(
        "UPDATE photos SET seconds = ? WHERE id = ?", [video.facts.seconds, photo_id]
    )
    connection.execute(
        "INSERT OR REPLACE INTO videos (photo_id, fps, shots, every, thorough) "
        f"VALUES ({holes(range(5))})",
        [
            photo_id,
            video.facts.fps,
            np.array(video.shots, dtype="<f4").tobytes(),
            video.how.every,
            video.how.thorough,
        ],
    )
    kept = _found_again(connection, photo_id, video)
    ids = [
        records.put_face(connection, photo_id, track.face, model, kept.get(number))
        for number, track in enumerate(video.tracks)
    ]
    spans = [(track.start, track.end) for track in video.tracks]
    together = tracks.seen_together(spans).tolist()
    for face_id, track, first in zip(ids, video.tracks, together, strict=True):
        connection.execute(
            "UPDATE faces SET at = ?, moment = ? WHERE id = ?", [track.at, -ids[first], face_id]
        )
        connection.execute(
            f"INSERT OR REPLACE INTO tracks VALUES ({holes(range(5))})",
            [
                face_id,
                track.start,
                track.end,
                track.looks,
                np.asarray(track.boxes, dtype="<f4").tobytes(),
            ],
        )


def _found_again(
    connection: sqlite3.Connection, photo_id: int, video: WatchedVideo
) -> dict[int, int]:
    """Return by the number of a track the face that it was before; forget those that are gone."""
    rows = connection.execute(
        "SELECT id, at, box_left, box_top, box_width, box_height FROM faces WHERE photo_id = ?",
        [photo_id],
    ).fetchall()
    places = [(row[1], Box(*row[2:6])) for row in rows if row[1] is not None]
    known = [row[0] for row in rows if row[1] is not None]
    pairs = tracks.matches(places, [track.boxes for track in video.tracks])
    kept = {track: known[place] for place, track in pairs}
    gone = {row[0] for row in rows} - set(kept.values())
    connection.executemany("DELETE FROM faces WHERE id = ?", [(face_id,) for face_id in gone])
    return kept


def _numbers(data: Any, columns: int) -> FloatArray:
    return np.frombuffer(data, dtype="<f4").reshape(-1, columns)
