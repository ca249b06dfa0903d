"""How fast names come to faces before a camera, how often they are right, and whether they flicker.

    python -m benchmarks.live PHOTOS VIDEO.mp4 … [--side 480] [--seconds 60]

PHOTOS is a folder with a table `faces.csv` of who is where (file, left, top, width, height,
person). Beside each video lies its truth, as JSON; see `benchmarks.videos`, which makes such
videos. Its `cast` has names, by photos that the video does not show; everybody else is a stranger.

Each video is played in its own time at 640 × 360, as `labeler live` gets the pictures of a camera:
those that come while one is looked at are dropped. Told are the median and the 95th percentile of
the time from a picture's arrival to its names, of the time until the detector has found the faces
and of that for the embedder where it was asked; pictures answered per second; of the faces of the
cast that are at least 40 pixels high the shares that were named rightly, wrongly and not; of the
strangers' the share that was given a name; how often a face's name changed after it was given,
per minute of faces; and the share of one core that is used while nobody is there.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from labeler import geometry
from labeler.faces.steps import library_finder
from labeler.faces.steps.index import index
from labeler.groups.steps.group import cluster
from labeler.library.store import Library
from labeler.live.addresses import Address
from labeler.live.io.looking import SIDE, Looker
from labeler.live.io.sources import Source
from labeler.live.steps.names import LiveNames
from labeler.live.steps.seeing import LivePeople, Seen
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces
from labeler.types import Image

LONGEST_SIDE = 640
LEAST_FACE = 40
"""Pixels of the height of a face in the picture that is looked at."""
LEAST_OVERLAP = 0.3
NEAR = 2
"""Frames for which a true box holds before and after its own: one in five has any."""
IDLE_SECONDS = 10
OTHERS = 60
"""Photos of others that the library has, too."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("videos", type=Path, nargs="+")
    parser.add_argument("--side", type=int, nargs="+", default=[SIDE])
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, video in enumerate(asked.videos):
            truth = json.loads(video.with_suffix(".json").read_text())
            library = _library(Path(folder) / str(number), asked.photos, truth)
            names = LiveNames(library)
            names.learn()
            for side in asked.side:
                looker = Looker(library_finder.library_finder(library), side)
                looker.describe(np.zeros((64, 64, 3), np.uint8), [])
                run = _Run(truth)
                run.play(video, LivePeople(looker, names), asked.seconds)
                print(f"{video.name} at {side}: {run.line()}", flush=True)
        idle = _idle(LivePeople(looker, names))
    print(f"while nobody is there: {100 * idle:.0f}% of one core")


def _library(folder: Path, photos: Path, truth: dict[str, Any]) -> Library:
    """Return a library in which the cast has names, by photos that the video does not show."""
    shown = {shot.get("photo") for shot in truth["shots"]}
    people: dict[str, list[tuple[str, list[float]]]] = defaultdict(list)
    with open(photos / "faces.csv", newline="") as table:
        for row in csv.DictReader(table):
            if row["file"] not in shown:
                box = [float(row[key]) for key in ("left", "top", "width", "height")]
                people[row["file"]].append((row["person"], box))
    cast = set(truth["cast"])
    own = [file for file, faces in people.items() if any(who in cast for who, _ in faces)]
    rest = sorted(set(people) - set(own))[:OTHERS]
    library = Library.create(folder)
    index(library, [photos / file for file in (*own, *rest)])
    cluster(library)
    found: dict[str, list[int]] = defaultdict(list)
    by_path = {str((photos / file).resolve()): faces for file, faces in people.items()}
    for face in list_faces(library):
        faces = by_path[str(Path(face.photo).resolve())]
        boxes = np.array([box for _, box in faces])
        overlaps = geometry.intersection_over_union([face.box.as_tuple()], boxes)[0]
        who = faces[int(overlaps.argmax())][0]
        if overlaps.max() >= LEAST_OVERLAP and who in cast:
            found[who].append(face.face)
    for who, ids in found.items():
        naming.name_faces(library, ids, who)
    return library


class _Run:
    def __init__(self, truth: dict[str, Any]) -> None:
        self._truth = truth
        self._faces: dict[int, list[tuple[str, list[float]]]] = defaultdict(list)
        for shot in truth["shots"]:
            for face in shot["faces"]:
                for frame, *box in face["boxes"]:
                    for near in range(int(frame) - NEAR, int(frame) + NEAR + 1):
                        if shot["start"] <= near < shot["end"]:
                            self._faces[near].append((face["person"], box))
        self._until, self._finding, self._describing = [], [], []  # type: ignore[var-annotated]
        self._told: Counter[str] = Counter()
        self._last: dict[int, tuple[str, str]] = {}
        self._changes = 0
        self._face_seconds = 0.0
        self._began = self._ended = 0.0

    def play(self, video: Path, people: LivePeople, seconds: float) -> None:
        with Source(Address("file", str(video), video.name), print) as source:
            before = 0.0
            for at, arrived, image, width in _pictures(source, seconds):
                self._began = self._began or arrived
                seen = people.see(image, arrived)
                self._ended = time.monotonic()
                self._until.append(self._ended - arrived)
                if seen.finding:
                    self._finding.append(seen.finding)
                    self._describing.append(seen.describing)
                self._judge(seen, at, image.shape[1] / width, arrived - before if before else 0)
                before = arrived

    def _judge(self, seen: Seen, at: float, scale: float, since: float) -> None:
        there = self._faces.get(round(at * self._truth["fps"]), [])
        true = [(who, [side * scale for side in box]) for who, box in there]
        if not true or not seen.faces:
            return
        own = np.array([face.box.as_tuple() for face in seen.faces])
        overlaps = geometry.intersection_over_union(own, np.array([box for _, box in true]))
        for row, face in enumerate(seen.faces):
            column = int(overlaps[row].argmax())
            who, box = true[column]
            if overlaps[row, column] < LEAST_OVERLAP or box[3] < LEAST_FACE:
                continue
            known = who in self._truth["cast"]
            said = "none" if not face.person else "right" if face.person == who else "wrong"
            self._told[f"{'known' if known else 'stranger'} {said}"] += 1
            self._face_seconds += min(since, 1.0)
            was = self._last.get(face.track)
            # Somebody else in the same place has another name.
            if was and was[0] == who and was[1] and was[1] != face.person:
                self._changes += 1
            self._last[face.track] = (who, face.person)

    def line(self) -> str:
        told, ms = self._told, 1000
        known = max(sum(n for what, n in told.items() if what.startswith("known")), 1)
        strange = max(sum(n for what, n in told.items() if what.startswith("stranger")), 1)
        asked = [one for one in self._describing if one > 0.002] or [0.0]
        return (
            f"arrival to name {_both(np.array(self._until) * ms)} ms, "
            f"detector {_both(np.array(self._finding) * ms)} ms, "
            f"embedder {_both(np.array(asked) * ms)} ms, "
            f"{len(self._until) / (self._ended - self._began):.1f} answers/s; "
            f"of {known} faces of the cast {100 * told['known right'] / known:.1f}% right, "
            f"{100 * told['known wrong'] / known:.1f}% wrong, "
            f"{100 * told['known none'] / known:.1f}% unknown; "
            f"of {strange} of strangers {100 * told['stranger wrong'] / strange:.1f}% named; "
            f"{self._changes / max(self._face_seconds / 60, 1e-9):.1f} changes a minute"
        )


def _both(values: Any) -> str:
    return f"{np.median(values):.0f} / {np.percentile(values, 95):.0f}"


def _pictures(source: Source, seconds: float) -> Iterator[tuple[float, float, Image, int]]:
    """Yield the time in the video, that of the arrival, the picture, and the video's width."""
    while True:
        try:
            found = source.latest(5)
        except EOFError:
            return
        if found is None or found[0].at > seconds:
            return
        frame, arrived = found
        yield frame.at, arrived, frame.pixels(LONGEST_SIDE), frame.width


def _idle(people: LivePeople) -> float:
    """Return the share of one core that pictures take on which nobody is, 25 of them a second."""
    rng = np.random.default_rng(0)
    room = rng.integers(0, 255, (9, 16, 3)).repeat(40, 0).repeat(40, 1)
    began = time.process_time()
    for number in range(IDLE_SECONDS * 25):
        noise = rng.integers(-3, 4, (1, 640, 3))
        people.see(np.clip(room + noise, 0, 255).astype(np.uint8), 1e6 + number / 25)
    return (time.process_time() - began) / IDLE_SECONDS


if __name__ == "__main__":
    main()
