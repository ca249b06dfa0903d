"""Render a show as an MP4 file: H.264 in yuv420p, which every player and browser can show."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image as PILImage

from labeler.errors import UnreadablePhotoError
from labeler.files import whole_file
from labeler.shows import slide_images, slideshow
from labeler.shows.slide_images import Caption, Picture, Size, Stage
from labeler.shows.slideshow import Rendered, Show, Slide
from labeler.types import Failure

SIZE = (1280, 720)
FRAMES_PER_SECOND = 25
ENCODER = {"preset": "veryfast", "crf": "20"}
BT709 = 1
"""The number by which H.264 and FFmpeg know the colours of high-definition television."""

FRAMES_AHEAD = 2
"""Frames per core that may wait to be drawn or encoded."""

Drawing = Callable[[], Picture]
Progress = Callable[[int, int], None]
"""Called with slides done and slides in all."""


def render(show: Show, out: Path, size: Size = SIZE, progress: Progress | None = None) -> Rendered:
    """Write the show to `out`, which appears only when it is complete.

    A photo that cannot be read any more is left out; the show is then shorter. No more than two
    photos are in memory at a time.

    Args:
        size: width and height of the video in pixels, both even.

    Raises:
        LabelerError: no photo can be read, or the file cannot be written.
    """
    failed: list[Failure] = []
    fade = round(show.crossfade * FRAMES_PER_SECOND)
    with whole_file(out) as temporary:
        scenes = _scenes(show, size, failed, progress)
        frames = _encode(_drawn(_frames(scenes, fade)), temporary, size, show.title)
        slides = len(show.slides) - len(failed)
        if not slides:
            raise slide_images.none_readable(show.person)
    return Rendered(slides, frames / FRAMES_PER_SECOND, tuple(failed))


@dataclass(frozen=True)
class _Scene:
    """A stretch of the video that can be drawn at any progress from 0 to 1."""

    draw: Callable[[float], Picture]
    frames: int


def _scenes(
    show: Show, size: Size, failed: list[Failure], progress: Progress | None
) -> Iterator[_Scene]:
    """Yield the title and the slides, each photo read when its turn comes."""
    card = _title_card(show, size)
    yield _Scene(lambda _: card, round(slideshow.TITLE_SECONDS * FRAMES_PER_SECOND))
    shown = 0
    for place, slide in enumerate(show.slides):
        try:
            photo = slide_images.load(slide.candidate)
        except UnreadablePhotoError as error:
            failed.append(Failure(slide.candidate.photo_path, str(error)))
        else:
            stage = slide_images.stage(photo, slide.candidate, size)
            del photo
            yield _slide_scene(slide, stage, size, inward=shown % 2 == 0)
            shown += 1
        if progress:
            progress(place + 1, len(show.slides))


def _title_card(show: Show, size: Size) -> Picture:
    try:
        cover = (slide_images.load(show.cover), show.cover.face)
    except UnreadablePhotoError:  # it is reported when its own slide comes
        return slide_images.title_card(show.title, show.subtitle, None, size)
    return slide_images.title_card(show.title, show.subtitle, cover, size)


def _slide_scene(slide: Slide, stage: Stage, size: Size, inward: bool) -> _Scene:
    caption: Caption | None = slide_images.caption(slide.lines, size)

    def draw(progress: float) -> Picture:
        frame = stage.frame(size, progress if inward else 1 - progress)
        if caption:
            caption.draw_on(frame)
        return frame

    return _Scene(draw, round(slide.duration * FRAMES_PER_SECOND))


def _frames(scenes: Iterator[_Scene], fade: int) -> Iterator[Drawing]:
    """Yield every frame; neighbours overlap for `fade` frames, and the last scene turns black."""
    current, start = next(scenes), 0
    for following in scenes:
        yield from _alone(current, start, fade)
        yield from _fading(current, following, fade)
        current, start = following, fade
    yield from _alone(current, start, fade)
    yield from _fading(current, None, fade)


def _alone(scene: _Scene, start: int, fade: int) -> Iterator[Drawing]:
    for frame in range(start, scene.frames - fade):
        yield partial(scene.draw, frame / scene.frames)


def _fading(old: _Scene, new: _Scene | None, fade: int) -> Iterator[Drawing]:
    for frame in range(fade):
        yield partial(_faded, old, new, frame, fade)


def _faded(old: _Scene, new: _Scene | None, frame: int, fade: int) -> Picture:
    below = old.draw((old.frames - fade + frame) / old.frames)
    above = new.draw(frame / new.frames) if new else PILImage.new("RGB", below.size)
    progress = (frame + 1) / (fade + 1 if new else fade)
    return PILImage.blend(below, above, progress * progress * (3 - 2 * progress))


def _drawn(drawings: Iterator[Drawing]) -> Iterator[Picture]:
    """Draw frames on all cores (Pillow releases the GIL) and yield them in order."""
    cores = os.cpu_count() or 1
    waiting: deque[Future[Picture]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        for drawing in drawings:
            waiting.append(pool.submit(drawing))
            if len(waiting) > FRAMES_AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _encode(frames: Iterator[Picture], out: Path, size: Size, title: str) -> int:
    """Write the frames to a file and return their number."""
    import av

    count = 0
    with av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["title"] = title
        stream = _stream(container, size)
        for picture in frames:
            count += 1
            frame = av.VideoFrame.from_image(picture)
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return count


def _stream(container: Any, size: Size) -> Any:
    stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=ENCODER)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, FRAMES_PER_SECOND)
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = 1  # television's range of 16…235
    return stream
