"""The screen time of a video as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.videos.screen_time import ScreenTime

COLUMNS = (
    "person",
    "seconds",
    "share",
    "first",
    "last",
    "scenes",
    "source",
    "probability",
    "cluster",
    "video",
)


def rows(found: Iterable[ScreenTime]) -> list[list[object]]:
    """Return for each person and video what `COLUMNS` say; scenes: how many. '' = not known."""
    table: list[list[object]] = []
    for row in found:
        for own in row.videos:
            chance, cluster = own.probability, row.who.cluster
            table.append(
                [
                    row.name,
                    round(own.seconds, 3),
                    round(own.share, 4),
                    round(own.scenes[0][0], 3),
                    round(own.scenes[-1][1], 3),
                    len(own.scenes),
                    own.source or "",
                    "" if chance is None else round(chance, 4),
                    "" if cluster is None else cluster,
                    own.video.path,
                ]
            )
    return table
