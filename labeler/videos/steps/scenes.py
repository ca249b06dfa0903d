"""Find the scenes that a search means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labeler.library.store import Library
from labeler.positions import positions_of_all
from labeler.search import interpretation
from labeler.search.steps import search
from labeler.search.steps.search import Hint, SearchData
from labeler.videos.scenes import Scene, scenes, windows
from labeler.videos.steps.watched import watched


@dataclass(frozen=True, slots=True)
class FoundScenes:
    """Scenes by video and time; hint, notes: see `labeler.search.steps.search.SearchMatches`."""

    scenes: tuple[Scene, ...]
    hint: Hint | None = None
    notes: tuple[str, ...] = ()


def find_scenes(
    library: Library,
    text: str,
    videos: Sequence[int] | None = None,
    within: float = 0.0,
    least: float = 0.0,
    data: SearchData | None = None,
) -> FoundScenes:
    """Return the scenes in which the people of a search are on screen; all else chooses the videos.

    Args:
        videos: photo ids of some; None = all.
        within: those who are asked for may come so many seconds after each other.
        least: shorter scenes are left out, seconds.
        data: what a search looks at; None = it is read.

    Raises:
        QueryError: it cannot be understood, or asks for a person, album or place that there is not.
    """
    search.prepare(library, text)
    with library.reading():
        if data is None:
            data = search.data_of(library, search.faces_on_photos(library))
        seen = watched(library, videos)
        found = windows(seen, within)
        rows = positions_of_all(data.fields.ids, [video.photo_id for video in seen])[found.videos]
        places = replace(
            data,
            fields=data.fields.of(rows),
            people=found.people,
            by_date=np.arange(len(found)),
        )
        judged = search.judged(library, text, places)
    people, unnamed = interpretation.shown(judged.tree)
    shown = scenes(seen, found, judged.mask, people, unnamed, least)
    return FoundScenes(tuple(shown), judged.hint if not shown else None, judged.notes)
