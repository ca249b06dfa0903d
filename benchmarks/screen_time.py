"""How well people are kept apart in videos, and how well their screen time is told.

    python -m benchmarks.screen_time VIDEO.mp4 …

Beside each video lies its truth, as JSON; see `benchmarks.videos`, which makes such videos. It also
names the `cast`, and may tell their true `screen_time` in seconds.

Each video is indexed into a library of its own and grouped. Told are the BCubed F of the groups of
tracks whose faces are at least 40 pixels high; and how far screen times are off, all together, in
parts of the true ones, after each of the cast got a name for that one group in which they are
longest, which may be a track alone, and everybody was recognised. `tracks` is the error that tracks
alone would leave.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.videos import LEAST_FACE, who_is_in
from labeler.faces.steps.index import index
from labeler.groups.steps.group import cluster
from labeler.library.store import Library
from labeler.metrics.evaluation import cluster_scores
from labeler.people.steps import naming
from labeler.people.steps.recognize import recognize
from labeler.videos.intervals import length
from labeler.videos.presence import SeenTrack, on_screen
from labeler.videos.screen_time import screen_time
from labeler.videos.steps.watched import watched


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("videos", type=Path, nargs="+")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number, video in enumerate(parser.parse_args().videos):
            library = Library.create(Path(folder) / str(number))
            if number:  # the networks are converted once
                models = Path(folder) / "0" / "cache" / "models"
                shutil.copytree(models, library.cache / "models")
            rows.append(_measured(library, video))
            print(_line(video.name, rows[-1]), flush=True)
    print(_line("mean", np.mean(rows, axis=0)))


def _line(name: str, row: Sequence[float]) -> str:
    f1, precision, recall, error, left = row
    return (
        f"{name}: BCubed F {f1:.3f} ({precision:.3f}, {recall:.3f}); "
        f"screen time off by {error:.1%} (tracks {left:.1%})"
    )


def _measured(library: Library, video: Path) -> tuple[float, ...]:
    truth = json.loads(video.with_suffix(".json").read_text())
    index(library, [video])
    cluster(library)
    (seen,) = watched(library)
    who = _people(library, seen.tracks, truth)
    tall = _tall(library)
    judged = [one for one in seen.tracks if one.face in tall and who[one.face] is not None]
    found = [-1 if one.cluster is None else one.cluster for one in judged]
    scores = cluster_scores(found, [who[one.face] for one in judged])
    kept_apart = [scores.bcubed_f, scores.bcubed_precision, scores.bcubed_recall]
    cast, true = truth["cast"], _true_times(truth)
    groups = _groups(seen.tracks)
    for person in cast:
        own: defaultdict[tuple[int, ...], float] = defaultdict(float)
        for one in seen.tracks:
            if who[one.face] == person:
                own[groups[one.face]] += one.end - one.start
        if own:
            naming.name_faces(library, max(own, key=own.__getitem__), person)
    recognize(library)
    told = {row.name: row.seconds for row in screen_time(watched(library))}
    followed = {
        person: length(on_screen(one for one in seen.tracks if who[one.face] == person))
        for person in cast
    }
    return (
        *(score or 0.0 for score in kept_apart),
        _error(told, true, cast),
        _error(followed, true, cast),
    )


def _people(library: Library, tracks: Sequence[SeenTrack], truth: Any) -> dict[int, str | None]:
    """Return whom each track shows most, by its face."""
    boxes = library.track_boxes([one.face for one in tracks])
    found: dict[int, str | None] = {}
    for face, rows in boxes.items():
        seen = (who_is_in(truth, round(at * truth["fps"]), box) for at, *box in rows.tolist())
        people = Counter(one for one in seen if one is not None)
        found[face] = people.most_common(1)[0][0] if people else None
    return found


def _groups(tracks: Sequence[SeenTrack]) -> dict[int, tuple[int, ...]]:
    """Return the faces that get a name together, by each of them; a track may be alone."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for one in tracks:
        members[-one.face if one.cluster is None else one.cluster].append(one.face)
    return {face: tuple(faces) for faces in members.values() for face in faces}


def _tall(library: Library) -> set[int]:
    table = library.faces()
    return set(table.ids[table.boxes[:, 3] >= LEAST_FACE].tolist())


def _true_times(truth: Any) -> Mapping[str, float]:
    if "screen_time" in truth:
        return truth["screen_time"]
    times: Counter[str] = Counter()
    for shot in truth["shots"]:
        for face in shot["faces"]:
            frames = [row[0] for row in face["boxes"]]
            times[face["person"]] += (frames[-1] - frames[0]) / truth["fps"] if frames else 0.0
    return times


def _error(told: Mapping[str, float], true: Mapping[str, float], cast: Sequence[str]) -> float:
    off = sum(abs(told.get(one, 0.0) - true.get(one, 0.0)) for one in cast)
    return off / sum(true.get(one, 0.0) for one in cast)


if __name__ == "__main__":
    main()
