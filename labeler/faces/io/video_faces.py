"""From a video to the faces in it, each followed through its shot and embedded from its best looks.

The frames stream by: those that are searched wait for it in a short queue, and of each face only
a crop is kept.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from labeler.faces import quality, tracking
from labeler.faces.descriptors import mean_direction
from labeler.faces.io.face_finder import FaceFinder, LocatedFace
from labeler.faces.io.face_search import search
from labeler.faces.tracking import Look, Tracker, Trail
from labeler.photos import shots
from labeler.photos.io.frames import Footage, Frame
from labeler.types import (
    USUAL_WAY,
    Box,
    Detection,
    FoundFace,
    Image,
    Track,
    WatchedVideo,
    Watching,
    WholePicture,
)

QUICK = 0.6
"""Longer side of a searched frame, in parts of what the detector is meant for: 480 pixels for
CenterFace, which then finds three of four faces of 8 % of the height, and nine of ten of 10 %."""
GHOSTS = 0.25
"""Seconds before and after the middle of a fade of which nothing is believed."""
SOONEST = 0.2
"""Seconds between two searches that a sudden change of the picture causes."""
BEFORE_CUT = 3
"""Frames before a cut, the shot is searched once more; the last ones may be mixed with the next."""
SPARSE_FROM = 0.2
"""Seconds between two searches from which on not every frame needs to be decoded."""
MISSED = 2.2
"""Searches after which a face that was not seen is not the same track any more."""
LOOKS, THOROUGH_LOOKS = 3, 12
"""Faces of a track that are embedded, at most."""
AHEAD = 3
"""Searches per core that may wait."""
STRANGER = 1.25
"""Distance of two consecutive looks, in parts of the one up to which two faces are one person."""
ROOM = 0.7
"""Around a face, in parts of its longer side, for turning it upright and for the embedder."""
FINE = 120.0
"""Pixels of a face, by the mean of width and height, that its chip needs at most."""

Progress = Callable[[float, float], None]
"""Called with the seconds that are done and the seconds in all."""
OnShot = Callable[[tuple[float, float], tuple[Track, ...]], None]
"""Called with each shot, in order, as soon as its tracks are complete."""


@dataclass(frozen=True, slots=True)
class _Crop:
    """A face and its surroundings, as fine as the embedder needs them.

    left, top: where they are in the upright video. scale: its pixels for each of the crop.
    """

    image: Image
    left: int
    top: int
    scale: int


def watch(
    path: str | Path,
    finder: FaceFinder,
    how: Watching = USUAL_WAY,
    progress: Progress | None = None,
    on_shot: OnShot | None = None,
    since: float = 0.0,
    threads: int | None = None,
) -> WatchedVideo:
    """Find the faces of a video and follow them.

    Args:
        since: begin here, at the end of a shot that was watched before.
        threads: that search for faces; None = one for each core.

    Raises:
        UnreadablePhotoError: it is no video that can be read.
    """
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        watcher = _Watcher(Footage(path), finder, how, pool, on_shot)
        try:
            return watcher.watch(since, progress)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


class _Watcher:
    def __init__(
        self,
        footage: Footage,
        finder: FaceFinder,
        how: Watching,
        pool: ThreadPoolExecutor,
        on_shot: OnShot | None,
    ) -> None:
        self._footage = footage
        self._finder = finder
        self._how = how
        self._pool = pool
        self._stranger = STRANGER * finder.embedder.model.threshold
        self._most_waiting = AHEAD * (os.cpu_count() or 1)
        self._on_shot = on_shot
        self._changes = shots.ShotFinder()
        self._searches: deque[tuple[float, Future[list[Look[_Crop]]]]] = deque()
        self._searched = -np.inf
        self._before: deque[Frame] = deque(maxlen=BEFORE_CUT)
        self._tracker = self._new_tracker()
        self._times: list[float] = []
        self._start = 0.0
        self._embedding: list[Future[tuple[Track, ...]]] = []
        self._closing: deque[tuple[tuple[float, float], list[Future[tuple[Track, ...]]]]] = deque()
        self._shots: list[tuple[float, float]] = []
        self._tracks: list[Track] = []

    def watch(self, since: float, progress: Progress | None) -> WatchedVideo:
        facts, end = self._footage.facts, since
        self._start = since
        for frame in self._footage.frames(since, self._may_skip):
            end = frame.at
            changes = self._changes.feed(frame.at, frame.coarse(shots.WIDTH, shots.HEIGHT))
            self._search_if_due(frame)
            for change in changes:
                self._close(change)
            self._follow(self._changes.settled - GHOSTS, wait=False)
            self._hand_over(wait=False)
            self._before.append(frame)
            if progress:
                progress(frame.at, max(facts.seconds, frame.at))
        if self._before:
            end += 1 / facts.fps
        for change in self._changes.finish():
            self._close(change)
        if end > self._start:
            self._close(shots.Change(end, "cut"))
        self._hand_over(wait=True)
        facts = replace(facts, seconds=max(end, 0.0) if end else facts.seconds)
        found = tuple(self._shots), tuple(self._tracks)
        return WatchedVideo(facts, *found, self._footage.note, self._how)

    @property
    def _may_skip(self) -> bool:
        """Whether the times of what is seen may be a little less exact."""
        return not self._how.thorough and self._how.every >= SPARSE_FROM

    def _new_tracker(self) -> Tracker[_Crop]:
        return Tracker(max(tracking.LONGEST_GAP, MISSED * self._how.every))

    def _search_if_due(self, frame: Frame) -> None:
        if self._changes.suspicious and frame.at - self._searched >= SOONEST:
            # The end of a shot and the first frame of the next tell who is on screen until when.
            if self._before and self._before[0].at - self._searched >= SOONEST:
                self._search(self._before[0])
            self._search(frame)
        elif frame.at >= self._searched + self._how.every - 1e-3:
            self._search(frame)

    def _search(self, frame: Frame) -> None:
        self._searched = frame.at
        waiting = [job for _, job in self._searches if not job.done()]
        if len(waiting) >= self._most_waiting:
            waiting[0].result()
        self._searches.append((frame.at, self._pool.submit(self._looks, frame)))

    def _looks(self, frame: Frame) -> list[Look[_Crop]]:
        detector = self._finder.detector
        if self._how.thorough:
            found = search(detector, frame)[1]
        else:
            side = min(round(detector.side * QUICK), max(frame.width, frame.height))
            small = frame.pixels(side)
            across, down = frame.width / small.shape[1], frame.height / small.shape[0]
            found = [face.scaled(across, down) for face in detector.detect(small, side)]
        if not found:
            return []
        parts = [_around(face.box, frame.width, frame.height) for face in found]
        images = frame.parts(parts)
        return [
            _look(frame.at, face, image, left, top)
            for face, image, (left, top, _, _) in zip(found, images, parts, strict=True)
        ]

    def _follow(self, until: float, wait: bool) -> None:
        """Let the tracker know what was found before a time."""
        while self._searches and self._searches[0][0] < until:
            at, job = self._searches[0]
            if not (wait or job.done()):
                return
            self._searches.popleft()
            self._times.append(at)
            self._tracker.add(at, job.result())
            # Embedded at once, lest a shot of an hour keeps everybody's looks to its end.
            self._embed(self._tracker.ended(at), at)

    def _embed(self, trails: Sequence[Trail[_Crop]], end: float) -> None:
        """Make tracks of trails that are complete; the shot has lasted to `end` so far."""
        times = self._times
        sure = [trail for trail in trails if self._how.thorough or trail.is_sure(len(times))]
        if sure:
            shot = (self._start, end)
            self._embedding.append(self._pool.submit(self._tracked, shot, times[:], sure))

    def _close(self, change: shots.Change) -> None:
        """End a shot, and begin the next.

        What was found in the middle of a fade is dropped: there, faces look through each other.
        """
        start, end = self._start, change.at
        ghosts = GHOSTS if change.kind == "fade" else 0.0
        self._follow(end - ghosts, wait=True)
        while self._searches and self._searches[0][0] < end + ghosts:
            self._searches.popleft()
        self._embed(self._tracker.trails, end)
        self._closing.append(((start, end), self._embedding))
        self._tracker, self._times, self._embedding = self._new_tracker(), [], []
        self._start = end

    def _hand_over(self, wait: bool) -> None:
        while self._closing and (wait or all(job.done() for job in self._closing[0][1])):
            shot, jobs = self._closing.popleft()
            found = [track for job in jobs for track in job.result()]
            tracks = tuple(sorted(found, key=lambda track: track.start))
            self._shots.append(shot)
            self._tracks += tracks
            if self._on_shot:
                self._on_shot(shot, tracks)

    def _tracked(
        self, shot: tuple[float, float], times: list[float], trails: Sequence[Trail[_Crop]]
    ) -> tuple[Track, ...]:
        most = THOROUGH_LOOKS if self._how.thorough else LOOKS
        found: list[tuple[Trail[_Crop], list[Look[_Crop]], Sequence[FoundFace]]] = []
        waiting = list(trails)
        while waiting:
            chosen = [
                tracking.with_ends(tracking.best_looks(trail.kept, most), trail.kept)
                for trail in waiting
            ]
            embedded = self._embedded(chosen)
            seen = list(zip(waiting, chosen, embedded, strict=True))
            waiting = []
            for trail, looks, faces in seen:
                at = self._other_from(trail, looks, faces)
                if at is None:
                    found.append((trail, looks, faces))
                else:
                    waiting += trail.divided(at)
        found.sort(key=lambda one: one[0].times[0])
        return tuple(_track(*one, shot, times) for one in found)

    def _embedded(self, looks: Sequence[Sequence[Look[_Crop]]]) -> list[tuple[FoundFace, ...]]:
        return self._finder.embed([[self._located(look) for look in some] for some in looks])

    def _other_from(
        self, trail: Trail[_Crop], looks: Sequence[Look[_Crop]], faces: Sequence[FoundFace]
    ) -> float | None:
        """Return since when a trail shows somebody else than before; None = it does not.

        Who takes another one's place in a change that nobody noticed looks like the same face that
        moved a little.
        """
        steps = _steps(faces)
        if not len(steps) or steps.max() < self._stranger:
            return None
        first, last = (looks[int(steps.argmax()) + one].at for one in (0, 1))
        between = [look for look in trail.kept if first <= look.at <= last]
        if len(between) > 2:
            steps = _steps(self._embedded([between])[0])
        if steps.max() < self._stranger:  # the face turned little by little
            return None
        if len(between) <= 2:
            return last
        return between[int(steps.argmax()) + 1].at

    def _located(self, look: Look[_Crop]) -> LocatedFace:
        crop = look.what
        face = look.face.moved(-crop.left, -crop.top).scaled(1 / crop.scale, 1 / crop.scale)
        located = self._finder.located(WholePicture(crop.image), face)
        shift = np.array([crop.left, crop.top], np.float32)
        landmarks = located.face.landmarks * crop.scale + shift
        whole = replace(located.face, box=look.face.box, landmarks=landmarks)
        return LocatedFace(whole, located.chips)


def _around(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is kept of a picture of width × height pixels."""
    room = ROOM * max(box.width, box.height)
    return (
        max(int(box.left - room), 0),
        max(int(box.top - room), 0),
        min(int(box.right + room) + 1, width),
        min(int(box.bottom + room) + 1, height),
    )


def _look(at: float, face: Detection, image: Image, left: int, top: int) -> Look[_Crop]:
    """Return a face with its surroundings, no finer than needed, and how much it shows."""
    size = float(np.sqrt(face.box.width * face.box.height))
    scale = max(int(size / FINE), 1)
    crop = _Crop(_reduced(image, scale), left, top, scale)
    there = face.moved(-left, -top).scaled(1 / scale, 1 / scale)
    return Look(at, face, quality.of_look(there, crop.image), crop)


def _reduced(image: Image, scale: int) -> Image:
    """Return a picture of which each pixel is the mean of scale × scale."""
    if scale == 1:
        return image
    return np.asarray(PILImage.fromarray(image).reduce(scale))


def _steps(faces: Sequence[FoundFace]) -> NDArray[np.float64]:
    """Return how far each descriptor is from the one before, (n − 1,)."""
    descriptors = np.array([face.descriptor for face in faces], np.float64)
    return np.linalg.norm(descriptors[1:] - descriptors[:-1], axis=1)


def _track(
    trail: Trail[_Crop],
    looks: Sequence[Look[_Crop]],
    faces: Sequence[FoundFace],
    shot: tuple[float, float],
    times: Sequence[float],
) -> Track:
    best = max(range(len(looks)), key=lambda place: looks[place].quality)
    good = {look.at for look in tracking.good_looks(looks)}
    descriptors = [
        face.descriptor for look, face in zip(looks, faces, strict=True) if look.at in good
    ]
    face = replace(faces[best], descriptor=mean_direction(descriptors))
    boxes = np.array(
        [(at, *box.as_tuple()) for at, box in zip(trail.times, trail.boxes, strict=True)],
        np.float32,
    )
    start, end = _extent(trail.times[0], trail.times[-1], shot, times)
    return Track(face, looks[best].at, start, end, boxes, len(descriptors))


def _extent(
    first: float, last: float, shot: tuple[float, float], times: Sequence[float]
) -> tuple[float, float]:
    """Return from when to when a face is on screen: half the way to where it was not seen."""
    before = [at for at in times if at < first]
    after = [at for at in times if at > last]
    start = (before[-1] + first) / 2 if before else shot[0]
    end = (last + after[0]) / 2 if after else shot[1]
    return start, end
