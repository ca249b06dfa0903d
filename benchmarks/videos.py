"""Videos whose truth is known: how good shots and tracks are, and how fast they are found.

    python -m benchmarks.videos PHOTOS [--seeds 0 1 2 …] [--seconds 120] [--size 1280x720]
    python -m benchmarks.videos PHOTOS --maker MAKER.py        made by another program
    python -m benchmarks.videos --videos FOLDER                made before

PHOTOS: a folder with faces.csv (file, left, top, width, height, person), such as data/demo. Beside
each video lies its truth, as JSON: {fps, frames, shots: [{start, end, fade, faces: [{person, boxes:
[[frame, left, top, width, height], …]}]}]}; frames count from 0, `end` is exclusive, `fade` is how
many frames are mixed with the shot before. Without `fade`, cuts are not told from fades.

For each video and all together: F1 of the cuts (± 2 frames) and of all changes (± 0.5 s of their
beginning or middle); purity of the tracks (boxes that show whom the track mostly shows), the share
of the time of faces of at least 40 pixels that tracks cover, and of tracks that show nobody; how
many times faster than it plays a video is watched, only decoded, and searched for shots.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.filming import film_from_photos
from labeler import geometry
from labeler.faces.io.face_finder import FaceFinder, make_finder
from labeler.faces.io.video_faces import watch
from labeler.photos import shots
from labeler.photos.io.frames import Footage
from labeler.types import Track, WatchedVideo, Watching

CUT_FRAMES, CHANGE_SECONDS = 2, 0.5
LEAST_FACE = 40
LEAST_OVERLAP = 0.3
STEP = 6
"""Frames from a box of the truth, at most, at which it is still about there."""


@dataclass
class Count:
    """right: that were found and are true. found, true: all of these."""

    right: int = 0
    found: int = 0
    true: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.true, 1)

    def add(self, other: Count) -> None:
        self.right += other.right
        self.found += other.found
        self.true += other.true


@dataclass
class Figures:
    """What was counted over videos; seconds of each part of the work."""

    cuts: Count = field(default_factory=Count)
    changes: Count = field(default_factory=Count)
    tracks: Count = field(default_factory=Count)
    cover: Count = field(default_factory=Count)
    nobody: int = 0
    seconds: float = 0.0
    parts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Figures) -> None:
        for mine, others in zip(self._counts(), other._counts(), strict=True):
            mine.add(others)
        self.nobody += other.nobody
        self.seconds += other.seconds
        self.parts.update(other.parts)

    def _counts(self) -> tuple[Count, ...]:
        return self.cuts, self.changes, self.tracks, self.cover

    def line(self, name: str) -> str:
        parts = ", ".join(
            f"{part} {self.seconds / max(taken, 1e-9):.1f} ×" for part, taken in self.parts.items()
        )
        return (
            f"{name}: cuts {self.cuts.f1:.3f}, changes {self.changes.f1:.3f}; "
            f"{self.tracks.found} tracks, {self.nobody} of nobody, "
            f"purity {self.tracks.right / max(self.tracks.true, 1):.4f}, "
            f"cover {self.cover.right / max(self.cover.true, 1):.3f}; {parts}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("photos", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--maker", type=Path)
    parser.add_argument("--videos", type=Path)
    parser.add_argument("--every", type=float, default=0.5)
    arguments = parser.parse_args()
    total = Figures()
    with tempfile.TemporaryDirectory() as folder:
        finder = make_finder(Path(folder) / "models")
        for video in _videos(arguments, Path(folder)):
            truth = json.loads(video.with_suffix(".json").read_text())
            figures = measured(video, truth, finder, arguments.every)
            print(figures.line(video.name), flush=True)
            total.add(figures)
    print(total.line("all"))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _videos(arguments: argparse.Namespace, folder: Path) -> Iterator[Path]:
    if arguments.videos:
        yield from sorted(
            path for path in arguments.videos.iterdir() if path.suffix in (".mp4", ".mkv")
        )
        return
    for seed in arguments.seeds:
        out = folder / f"{seed}.mp4"
        if arguments.maker:
            command = [sys.executable, arguments.maker, arguments.photos, out]
            options = ["--seed", seed, "--seconds", arguments.seconds, "--size", arguments.size]
            subprocess.run([str(word) for word in (*command, *options)], check=True)
        else:
            width, height = map(int, arguments.size.split("x"))
            film_from_photos(arguments.photos, out, seed, arguments.seconds, (width, height))
        yield out
        out.unlink()


def measured(video: Path, truth: Any, finder: FaceFinder, every: float) -> Figures:
    figures = Figures()
    started = time.perf_counter()
    seen = watch(video, finder, Watching(every))
    figures.parts["all"] = time.perf_counter() - started
    figures.seconds = seen.facts.seconds
    changes = _changes(video, figures)
    _judge_changes(changes, truth, figures)
    _judge_tracks(seen, truth, figures)
    return figures


def _changes(video: Path, figures: Figures) -> list[shots.Change]:
    """Find the shots again, alone, and note how long it takes to decode and to look."""
    finder, found = shots.ShotFinder(), []
    started, looking = time.perf_counter(), 0.0
    for frame in Footage(video).frames(sparse=True):
        now = time.perf_counter()
        found += finder.feed(frame.at, frame.coarse(shots.WIDTH, shots.HEIGHT))
        looking += time.perf_counter() - now
    found += finder.finish()
    figures.parts["decode"] = time.perf_counter() - started - looking
    figures.parts["shots"] = looking
    return found


def _judge_changes(found: Sequence[shots.Change], truth: Any, figures: Figures) -> None:
    rate, begun = truth["fps"], truth["shots"][1:]
    at = [change.at for change in found]
    starts = [
        [shot["start"] / rate, (shot["start"] + shot.get("fade", 0) / 2) / rate] for shot in begun
    ]
    figures.changes = _matched(at, starts, CHANGE_SECONDS)
    cuts = [[shot["start"] / rate] for shot in begun if not shot.get("fade", 0)]
    at = [change.at for change in found if change.kind == "cut"]
    figures.cuts = _matched(at, cuts, CUT_FRAMES / rate)


def _matched(found: Sequence[float], true: Sequence[Sequence[float]], within: float) -> Count:
    """Pair times one to one; each true one may be given by several times."""
    if not found or not true:
        return Count(0, len(found), len(true))
    apart = np.array([[min(abs(at - one) for one in either) for either in true] for at in found])
    rows, columns = linear_sum_assignment(np.minimum(apart, 3 * within))
    return Count(int((apart[rows, columns] <= within + 1e-6).sum()), len(found), len(true))


def _judge_tracks(seen: WatchedVideo, truth: Any, figures: Figures) -> None:
    rate = truth["fps"]
    for track in seen.tracks:
        whom = Counter(
            person
            for at, *box in track.boxes.tolist()
            if (person := who_is_in(truth, round(at * rate), box)) is not None
        )
        figures.tracks.found += 1
        if whom:
            figures.tracks.right += max(whom.values())
            figures.tracks.true += sum(whom.values())
        else:
            figures.nobody += 1
    for frame, boxes in _boxes_by_frame(truth).items():
        large = np.array([box for box in boxes if min(box[2:]) >= LEAST_FACE]).reshape(-1, 4)
        now = [track for track in seen.tracks if track.start <= frame / rate < track.end]
        found = np.array([_box_at(track, frame / rate) for track in now]).reshape(-1, 4)
        figures.cover.true += len(large)
        figures.cover.right += len(geometry.match_boxes(large, found, LEAST_OVERLAP))


def _boxes_by_frame(truth: Any) -> dict[int, list[list[float]]]:
    boxes: dict[int, list[list[float]]] = {}
    for shot in truth["shots"]:
        for face in shot["faces"]:
            for frame, *box in face["boxes"]:
                boxes.setdefault(frame, []).append(box)
    return boxes


def who_is_in(truth: Any, frame: int, box: Sequence[float]) -> str | None:
    """Return who is in a box, by the nearest boxes of the truth in the same shot."""
    shot = next((one for one in truth["shots"] if one["start"] <= frame < one["end"]), None)
    overlaps = {
        face["person"]: _overlap(box, near[1:])
        for face in (shot["faces"] if shot else ())
        if face["boxes"]
        for near in [min(face["boxes"], key=lambda row: abs(row[0] - frame))]
        if abs(near[0] - frame) <= STEP
    }
    who = max(overlaps, key=overlaps.__getitem__, default=None)
    return who if who is not None and overlaps[who] >= LEAST_OVERLAP else None


def _overlap(box: Sequence[float], other: Sequence[float]) -> float:
    return float(geometry.intersection_over_union(np.array([box]), np.array([other]))[0, 0])


def _box_at(track: Track, at: float) -> list[float]:
    times = track.boxes[:, 0]
    return [float(np.interp(at, times, track.boxes[:, side])) for side in range(1, 5)]


if __name__ == "__main__":
    main()
