"""Render a show as an MP4 file: H.264 in yuv420p with AAC, which every player and browser can show.

The years are its chapters. Of the photos, it holds what is seen, and nothing else.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from labeler.io import mp4
from labeler.io.files import whole_file
from labeler.slideshows.io import planes, slide_images, slide_photos, sounds
from labeler.slideshows.io.clips import ClipReader
from labeler.slideshows.io.planes import Planes
from labeler.slideshows.io.slide_images import Caption, Size, Stage
from labeler.slideshows.io.sounds import Heard
from labeler.slideshows.slideshow import Show
from labeler.videos.io import sound

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
FRAMES_PER_SECOND = 25
ENCODER = {"preset": "superfast", "crf": "20", "x264-params": "mbtree=1:rc-lookahead=10"}
"""With mbtree, 'superfast' makes files as good and hardly larger than 'veryfast' in 3/5 of its time
(benchmarks/RESULTS.md)."""

FRAMES_AHEAD = 2
"""Frames per core that may wait to be drawn or encoded."""

Drawing = Callable[[], Planes]
Progress = Callable[[int, int], None]
"""Called with frames done and frames in all; it raises an exception when nobody wants the rest."""


@dataclass(frozen=True, slots=True)
class VideoLook:
    """How a video is made: width and height in pixels, both even; frames per second; its music.

    sound: clips are heard, and the music goes down meanwhile.
    """

    size: Size = SIZES["720p"]
    rate: int = FRAMES_PER_SECOND
    music: Path | None = None
    sound: bool = False


def render(show: Show, out: Path, look: VideoLook, progress: Progress | None = None) -> float:
    """Write the show to `out`, which appears only when it is complete; return its seconds.

    No more than two photos are in memory at a time.

    Raises:
        LabelerError: a photo or the music cannot be read, or the file cannot be written.
    """
    fade = round(show.crossfade * look.rate)
    lengths = _lengths(show, look.rate)
    total = sum(lengths) - (len(lengths) - 1) * fade
    drawings = _frames(_scenes(show, look.size, lengths, look.rate), fade)
    with whole_file(out) as temporary, closing(_told(_drawn(drawings), total, progress)) as frames:
        _encode(frames, temporary, show, look, total / look.rate)
    return total / look.rate


def _lengths(show: Show, rate: int) -> list[int]:
    """Return the frames of the title and of each slide, both cross-fades included.

    The begins are rounded, not the lengths, so that nothing adds up.
    """
    fade = round(show.crossfade * rate)
    begins = [0, *(round(slide.start * rate) for slide in show.slides)]
    begins.append(round((show.seconds - show.crossfade) * rate))
    return [end - begin + fade for begin, end in pairwise(begins)]


@dataclass(frozen=True)
class _Scene:
    """A stretch of the video that can be drawn at any progress from 0 to 1.

    lines: what the caption says; it is not part of what `draw` draws.
    """

    draw: Callable[[float], Planes]
    frames: int
    lines: tuple[str, ...] = ()
    caption: Caption | None = None

    def frame(self, number: int) -> Planes:
        picture = self.draw(number / self.frames)
        return self.caption.drawn_on(picture) if self.caption else picture


def _scenes(show: Show, size: Size, lengths: list[int], rate: int) -> Iterator[_Scene]:
    """Yield the title and the slides, each photo read when its turn comes."""
    cover = slide_photos.load(show.cover)
    faces = [face.box for face in show.cover.faces]
    card = slide_images.title_card(show.title, show.subtitle, cover, faces, size)
    del cover
    title = planes.converted(card)
    yield _Scene(lambda _: title, lengths[0])
    for place, slide in enumerate(show.slides):
        clip, number = slide.candidate.clip, lengths[place + 1]
        caption = slide_images.caption(slide.lines, size, centred=show.growing_up)
        if clip is not None:
            seconds = number / rate
            reader = ClipReader(slide.candidate.photo_path, clip, size, seconds)
            yield _Scene(reader.frame, number, slide.lines, caption)
            continue
        photo, sights = slide_photos.seen(show, slide.candidate)
        stage = slide_images.stage(photo, sights, size)
        del photo
        draw = partial(_seen, stage, size, place % 2 == 0)
        yield _Scene(draw, number, slide.lines, caption)


def _seen(stage: Stage, size: Size, inward: bool, progress: float) -> Planes:
    return stage.frame(size, progress if inward else 1 - progress)


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
        yield partial(scene.frame, frame)


def _fading(old: _Scene, new: _Scene | None, fade: int) -> Iterator[Drawing]:
    for frame in range(fade):
        yield partial(_faded, old, new, frame, fade)


def _faded(old: _Scene, new: _Scene | None, frame: int, fade: int) -> Planes:
    """Mix two scenes. One caption goes before the other one comes, so that each can be read."""
    below = old.draw((old.frames - fade + frame) / old.frames)
    above = new.draw(frame / new.frames) if new else planes.black(below.size)
    progress = (frame + 1) / (fade + 1 if new else fade)
    mixed = below.blended(above, progress * progress * (3 - 2 * progress))
    if new and new.caption and new.lines == old.lines:
        return new.caption.drawn_on(mixed)
    caption = old.caption if progress < 0.5 else new.caption if new else None
    return caption.drawn_on(mixed, abs(2 * progress - 1)) if caption else mixed


def _drawn(drawings: Iterator[Drawing]) -> Iterator[Planes]:
    """Draw frames on all cores (Pillow releases the GIL) and yield them in order."""
    cores = os.cpu_count() or 1
    waiting: deque[Future[Planes]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        for drawing in drawings:
            waiting.append(pool.submit(drawing))
            if len(waiting) > FRAMES_AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _told(
    frames: Iterator[Planes], total: int, progress: Progress | None
) -> Generator[Planes, None, None]:
    """Yield the frames and tell how many there were."""
    for done, frame in enumerate(frames, 1):
        yield frame
        if progress:
            progress(done, total)


def _encode(
    frames: Iterator[Planes], out: Path, show: Show, look: VideoLook, seconds: float
) -> None:
    """Write the frames, and the sound beside them, to a file."""
    import av

    rate = Fraction(look.rate)
    with mp4.written(out) as container:
        container.metadata["title"] = show.title
        stream = mp4.film(container, look.size, rate, ENCODER)
        heard = _sound(show, look, seconds)
        track = mp4.SoundTrack(container, heard) if heard else None
        container.set_chapters(_chapters(show, seconds))
        for place, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture.stacked(), format="yuv420p")
            container.mux(stream.encode(frame))
            if track:
                track.write_until((place + 1) * mp4.RATE // look.rate)
        container.mux(stream.encode(None))
        if track:
            track.finish()


def _sound(show: Show, look: VideoLook, seconds: float) -> Iterator[mp4.Samples] | None:
    """Return what is heard, None = nothing."""
    clips = [*_heard(show, look.rate)] if look.sound else []
    return sounds.mixed(look.music, clips, seconds) if look.music or clips else None


def _heard(show: Show, rate: int) -> Iterator[Heard]:
    import av

    for slide, frames in zip(show.slides, _lengths(show, rate)[1:], strict=True):
        clip, path = slide.candidate.clip, Path(slide.candidate.photo_path)
        if clip is None:
            continue
        with suppress(av.FFmpegError, OSError):  # that it cannot be read its pictures tell
            if sound.has_sound(path):
                seconds = min(frames / rate, clip.end - clip.start)
                yield Heard(path, clip.start, slide.start, seconds, show.crossfade)


def _chapters(show: Show, seconds: float) -> Any:
    """Return one chapter for the title and one for each year."""
    marks = [(0.0, show.title)]
    for year, start in slide_photos.years_of(show):
        marks.append((start, str(year) if year else "Without a date"))
    ends = [start for start, _ in marks[1:]] + [seconds]
    return mp4.chapters(
        (start, end, title) for (start, title), end in zip(marks, ends, strict=True)
    )
