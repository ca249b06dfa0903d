"""Find the scenes that a search means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labeler.folding import says
from labeler.library.store import Library
from labeler.positions import positions_of_all
from labeler.search import interpretation
from labeler.search.grammar import parse
from labeler.search.steps import search
from labeler.search.steps.search import Hint, SearchData
from labeler.search.tree import Text, leaves
from labeler.videos.intervals import Intervals
from labeler.videos.scenes import Scene, scenes, windows
from labeler.videos.steps.said import said
from labeler.videos.steps.watched import watched
from labeler.videos.subtitles import Cue


@dataclass(frozen=True, slots=True)
class FoundScenes:
    """Scenes by video and time; hint, notes: see `labeler.search.steps.search.SearchMatches`."""

    scenes: tuple[Scene, ...]
    hint: Hint | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Cues:
    """What subtitles say, video by video."""

    of_videos: Sequence[Sequence[Cue]]

    def spans(self, texts: Iterable[Text] | None = None) -> dict[int, Intervals]:
        """Return by number of the video when some of these texts, or anything, is said."""
        wanted = None if texts is None else list(texts)
        return {
            number: tuple(
                span
                for span, line in own
                if wanted is None or any(says(line, one.text, one.prefix) for one in wanted)
            )
            for number, own in enumerate(self.of_videos)
        }


def find_scenes(
    library: Library,
    text: str,
    videos: Sequence[int] | None = None,
    within: float = 0.0,
    least: float = 0.0,
    data: SearchData | None = None,
) -> FoundScenes:
    """Return the scenes in which the people of a search are on screen.

    Words may be said in the scene, by subtitles in or beside the video, or stand in what is known
    of the whole video; all else chooses the videos.

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
        tree = interpretation.resolve(parse(text), data.known, text)
        has_words = any(isinstance(leaf, Text) for leaf in leaves(tree))
        cues = _Cues(said(library, seen) if has_words else [[]] * len(seen))
        found = windows(seen, within, cues.spans())
        rows = positions_of_all(data.fields.ids, [video.photo_id for video in seen])[found.videos]
        places = replace(
            data,
            fields=data.fields.of(rows),
            people=found.people,
            by_date=np.arange(len(found)),
        )
        judged = search.judged(
            library, text, places, lambda words: found.seeing(cues.spans([words]))
        )
    people, unnamed = interpretation.shown(judged.tree)
    spans = cues.spans(interpretation.words_looked_for(judged.tree))
    shown = scenes(seen, found, judged.mask, people, unnamed, least, spans)
    return FoundScenes(tuple(shown), judged.hint if not shown else None, judged.notes)
