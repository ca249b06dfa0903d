"""Parts of videos as moving slides: read frame by frame by whoever draws, a few kept in memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from threading import Lock

from PIL import Image as PILImage

from labeler.errors import UnreadablePhotoError
from labeler.photos.io.frames import Footage, Frame
from labeler.slideshows.io import planes
from labeler.slideshows.io.planes import Planes, Size
from labeler.slideshows.io.slide_photos import FILL_BRIGHTNESS, blurred
from labeler.slideshows.slideshow import Clip

KEPT = 3 * (os.cpu_count() or 1) + 8
"""Frames: several are drawn side by side, and two slides while one fades into the other."""


class ClipReader:
    """The pictures of a clip, each as large as fits into the frame, in the middle of its blur.

    They may be asked for from several threads, in an order that is nearly that of time.

    Args:
        seconds: how long the slide is seen; when the clip is over, its last picture stays.
    """

    def __init__(self, path: str, clip: Clip, size: Size, seconds: float) -> None:
        self._clip, self._size, self._seconds = clip, size, seconds
        self._frames: Iterator[Frame] = Footage(path).frames(clip.start)
        self._kept: deque[tuple[float, Planes]] = deque(maxlen=KEPT)
        self._next: Frame | None = next(self._frames, None)
        self._lock = Lock()
        if self._next is None:
            raise UnreadablePhotoError("The video has no picture there any more; index it again.")

    def frame(self, progress: float) -> Planes:
        """Return the picture at a progress of the slide from 0 to 1."""
        at = min(self._clip.start + progress * self._seconds, self._clip.end)
        with self._lock:
            while self._next is not None and (not self._kept or self._next.at <= at):
                self._kept.append((self._next.at, self._fitted(self._next)))
                self._next = next(self._frames, None)
            shown = [picture for time, picture in self._kept if time <= at]
            return shown[-1] if shown else self._kept[0][1]

    def _fitted(self, frame: Frame) -> Planes:
        width, height = self._size
        scale = min(width / frame.width, height / frame.height)
        inner = (max(round(frame.width * scale), 1), max(round(frame.height * scale), 1))
        picture = PILImage.fromarray(frame.pixels(max(inner)))
        whole = picture.resize(inner, PILImage.Resampling.BILINEAR)
        if inner != self._size:
            behind = blurred(picture, self._size, FILL_BRIGHTNESS)
            behind.paste(whole, ((width - inner[0]) // 2, (height - inner[1]) // 2))
            whole = behind
        return planes.converted(whole)
