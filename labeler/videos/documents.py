"""What the commands about videos print with --json: their keys are a promise.

Times are seconds from the start of the video, boxes upright pixels of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from labeler.types import FloatArray
from labeler.videos.intervals import Intervals
from labeler.videos.presence import Guess, SeenVideo
from labeler.videos.scenes import Scene
from labeler.videos.screen_time import ScreenTime

Document = dict[str, object]


def of_screen_time(rows: Iterable[ScreenTime]) -> list[Document]:
    """Return people and videos; cluster: the group of somebody without a name."""
    return [
        {
            "person": row.name,
            "seconds": _rounded(row.seconds),
            "cluster": row.who.cluster,
            "videos": [
                {
                    "video": one.video.path,
                    "seconds": _rounded(one.seconds),
                    "share": _rounded(one.share, 4),
                }
                for one in row.videos
            ],
        }
        for row in rows
    ]


def of_scenes(scenes: Iterable[Scene]) -> list[Document]:
    """Return scenes; people: everybody with a name in one, those who were asked for first."""
    return [
        {
            "video": scene.video.path,
            "start": _rounded(scene.start),
            "end": _rounded(scene.end),
            "people": list(scene.people),
        }
        for scene in scenes
    ]


def of_video(
    video: SeenVideo, rows: Iterable[ScreenTime], boxes: Mapping[int, FloatArray]
) -> Document:
    """Return all that is known of a video; perhaps: who somebody without a name may be.

    Args:
        rows: its screen time. boxes: by face id, the times and boxes of its track, (m, 5).
    """
    people, unknown = [], []
    for row in rows:
        (own,) = row.videos
        said: Document = {"seconds": _rounded(own.seconds), "share": _rounded(own.share, 4)}
        shown = _spans(own.scenes)
        if row.is_known:
            first, last = own.scenes[0][0], own.scenes[-1][1]
            people.append(
                {
                    "person": row.name,
                    **said,
                    "first": _rounded(first),
                    "last": _rounded(last),
                    "scenes": shown,
                    "source": own.source,
                    "probability": _rounded(own.probability or 0.0, 4),
                }
            )
        else:
            unknown.append(
                {
                    "name": row.name,
                    **said,
                    "scenes": shown,
                    "cluster": row.who.cluster,
                    "perhaps": _guess(own.guess),
                }
            )
    return {
        "video": video.path,
        "seconds": _rounded(video.seconds),
        "fps": _rounded(video.fps),
        "width": video.width,
        "height": video.height,
        "shots": _spans(video.shots),
        "people": people,
        "unknown": unknown,
        "tracks": [
            {
                "track": track.face,
                "start": _rounded(track.start),
                "end": _rounded(track.end),
                "cluster": track.cluster,
                "person": track.person,
                "probability": _rounded(track.probability, 4),
                "boxes": [
                    [_rounded(time), *(_rounded(side, 1) for side in box)]
                    for time, *box in boxes[track.face].tolist()
                ],
            }
            for track in video.tracks
        ],
    }


def _guess(guess: Guess | None) -> Document | None:
    if guess is None:
        return None
    return {"person": guess.person, "probability": _rounded(guess.probability, 4)}


def _spans(intervals: Intervals) -> list[Document]:
    return [{"start": _rounded(start), "end": _rounded(end)} for start, end in intervals]


def _rounded(value: float | None, places: int = 3) -> float | None:
    return None if value is None else round(float(value), places)
