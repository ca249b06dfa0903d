"""The pictures of a video one after the other: upright, in square pixels, each with its time.

Nothing but the frames that somebody holds is in memory, however long the video is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.io import media
from labeler.photos import video_tags
from labeler.photos.io import tones
from labeler.types import Image, VideoFacts

MOST_PIXELS = 8192 * 8192
"""A frame may have; 8K has half as many."""
MOST_THREADS = 8
"""Cores that decode one video; each of them holds a frame."""
MOST_ASPECT = 8
"""A pixel that is so many times longer than high is a mistake in the file."""
MOST_BAD = 2_000
"""After so many damaged packets in a row, nothing good is expected any more."""
MOST_BEGUN = 50
"""Streams may begin in the middle of a file."""
END_MISSING = 1.0
"""Seconds missing at the end of a video from which on that is worth a word."""
MOST_GAP = 10.0
"""Seconds. A frame that is said to be so long after the end of the video is not."""
MOST_DISORDER = 1.0
"""Seconds. A frame that is so much older than the one before begins another count of the time."""
SPARSE_RATE = 23.0
"""Frames per second from which on some may be left out."""
MOST_SKIPPED = 4.5
"""Frames. From where so many lack on, none is left out on purpose."""
LEAST_RATE, MOST_RATE, USUAL_RATE = 0.01, 1000.0, 25.0
"""Frames per second."""
_SAME_TIME = 1e-3
_DISCONTINUOUS = 0x0200
"""FFmpeg's AVFMT_TS_DISCONT, which PyAV does not name in all versions."""
_PICTURES = frozenset("heic heix heim heis hevc hevx mif1 msf1 avif avis crx".split())  # noqa: SIM905
_ENCRYPTED = "The video is encrypted; only the program that it was bought with can show it."
_NOTHING = "No picture of the video can be decoded; restore it from a backup."


@dataclass(frozen=True, slots=True)
class Turn:
    """How decoded pixels become upright ones: mirrored along the diagonal first, then flipped."""

    transposed: bool = False
    across: bool = False
    down: bool = False

    def applied(self, image: Image) -> Image:
        """Return (h, w, …) upright, contiguous."""
        return np.ascontiguousarray(self.seen(image))

    def seen(self, image: Any) -> Any:
        """Return (h, w, …) upright, as another view of the same memory."""
        if self.transposed:
            image = image.swapaxes(0, 1)
        if self.across:
            image = image[:, ::-1]
        if self.down:
            image = image[::-1]
        return image


class Frame:
    """A frame of a video: a `Picture` that is converted as finely as somebody needs it.

    at: seconds from the start of the video.
    width, height: of the upright video, whatever this frame was stored with.
    """

    may_be_turned = False
    is_marked = False

    def __init__(self, decoded: Any, at: float, turn: Turn, size: tuple[int, int]) -> None:
        self._decoded = decoded
        self._turn = turn
        self.at = at
        self.width, self.height = size

    def pixels(self, longest_side: int | None = None) -> Image:
        """Return the upright picture in sRGB, (height, width, 3) uint8."""
        longer = max(self.width, self.height)
        scale = min((longest_side or longer) / longer, 1.0)
        size = max(round(self.width * scale), 1), max(round(self.height * scale), 1)
        return self._turn.applied(tones.rgb(self._decoded, self._stored(size)))

    def parts(self, boxes: Sequence[tuple[int, int, int, int]]) -> list[Image]:
        """Return parts of the upright picture, each given by its left, top, right and bottom.

        They are in memory of their own; only they are brought into the light of photos.
        """
        stored = tones.unfinished(self._decoded, self._stored((self.width, self.height)))
        whole = self._turn.seen(stored)
        return [
            tones.finished(self._decoded, whole[top:bottom, left:right].copy())
            for left, top, right, bottom in boxes
        ]

    def coarse(self, width: int, height: int) -> Image:
        """Return the whole frame squeezed into few pixels: brightness and two colour differences.

        Upright or not, (h, w, 3) uint8; for finding out where something changes.
        """
        return tones.coarse(self._decoded, width, height)

    def _stored(self, size: tuple[int, int]) -> tuple[int, int]:
        return (size[1], size[0]) if self._turn.transposed else size


class Footage:
    """A video file, opened anew for each thing that is asked of it.

    note: after all frames were read: a sentence about what could not be; '' = nothing.

    Raises:
        UnreadablePhotoError: every member raises it where the file is no video that can be read.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.note = ""

    @cached_property
    def facts(self) -> VideoFacts:
        """What the file says of the whole video, and how its first frame lies."""
        with _open(self.path) as (container, stream):
            damage = _Damage()
            first = next(_decoded(container, stream, damage), None)
            if first is None:
                raise UnreadablePhotoError(_ENCRYPTED if damage.encrypted else _NOTHING)
            self._turn = _turn(first)
            width, height = _square(first, stream)
            if self._turn.transposed:
                width, height = height, width
            rate = _rate(stream)
            tags = video_tags.read({**stream.metadata, **container.metadata})
            return VideoFacts(_seconds(container, stream) or 1 / rate, rate, width, height, tags)

    def frames(self, since: float = 0.0, sparse: bool = False) -> Iterator[Frame]:
        """Yield the frames in the order of their times, from `since` seconds on.

        What is damaged is left out.

        Args:
            sparse: those may be left out as well that no other one is made of, if their neighbours
                are near; of many videos that is half of them, and half of the work.
        """
        facts, damage, last = self.facts, _Damage(), 0.0
        with _open(self.path) as (container, stream):
            if since > 0:
                _seek(container, since)
            sparse = sparse and facts.fps >= SPARSE_RATE and not _may_jump(container)
            if sparse:
                stream.codec_context.skip_frame = "NONREF"
            for frame in self._timed(container, stream, damage):
                if sparse and frame.at - last > MOST_SKIPPED / facts.fps:
                    rest = self.frames(max(last + _SAME_TIME, since))
                    first = next(rest, None)
                    if first is not None and first.at <= frame.at:
                        yield first
                        yield from rest
                        return
                    sparse = False  # the file's index is wrong
                    stream.codec_context.skip_frame = "DEFAULT"
                last = frame.at
                if frame.at >= since - 1e-6:
                    yield frame
            self.note = damage.sentence(last, facts, _seconds(container, stream))

    def frame_at(self, seconds: float) -> Frame:
        """Return the frame that is shown at a time, or the last one before it."""
        # Where the file's index is wrong, the way from the beginning is the sure one.
        for start in (seconds, 0.0):
            with _open(self.path) as (container, stream):
                if start > 0:
                    _seek(container, start)
                found = _shown_at(self._timed(container, stream, _Damage()), seconds)
            if found is not None and (start == 0.0 or seconds - MOST_GAP < found.at <= seconds):
                return found
        if found is None:
            raise UnreadablePhotoError("The video cannot be decoded at this place.")
        return found

    def _timed(self, container: Any, stream: Any, damage: _Damage) -> Iterator[Frame]:
        facts = self.facts
        promised = 0.0 if _may_jump(container) else _seconds(container, stream)
        clock = _Clock(_start(container, stream), 1 / facts.fps, promised)
        for decoded in _decoded(container, stream, damage):
            at = clock.time_of(decoded)
            yield Frame(decoded, at, self._turn, (facts.width, facts.height))


def frame_at(path: str | Path, seconds: float, longest_side: int | None = None) -> Image:
    """Return the upright picture that a video shows at a time, (height, width, 3) uint8.

    Raises:
        UnreadablePhotoError: there is none.
    """
    return Footage(path).frame_at(seconds).pixels(longest_side)


def _shown_at(frames: Iterator[Frame], seconds: float) -> Frame | None:
    before: Frame | None = None
    for frame in frames:
        if before is not None and frame.at > seconds + _SAME_TIME:
            return before
        before = frame
    return before


@contextmanager
def _open(path: Path) -> Iterator[tuple[Any, Any]]:
    """Give a container, and the stream in it that is the video."""
    import av

    try:
        path.stat()
        if not path.is_file():  # a pipe or a device would never end
            raise UnreadablePhotoError("This is no ordinary file.")
        with path.open("rb") as file:  # FFmpeg's words for damage are also those of the system
            is_empty = not file.read(1)
    except OSError as error:
        raise PassingTroubleError(f"The file cannot be read: {error.strerror}.") from error
    if is_empty:
        raise UnreadablePhotoError("The file is empty; restore it from a backup.")
    try:
        container = media.opened(path)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadablePhotoError(
            "The file is not a video in a format that can be read, whatever its name says, "
            "or its beginning is missing."
        ) from error
    with container:
        yield container, _stream(container)


def _stream(container: Any) -> Any:
    """Return the stream that a player would show, ready to be decoded."""
    import av

    if container.metadata.get("major_brand", "").strip() in _PICTURES:
        raise UnreadablePhotoError("This is a picture with the name of a video; rename it.")
    covers = av.stream.Disposition.attached_pic
    streams = [one for one in container.streams.video if not one.disposition & covers]
    if not streams:
        raise UnreadablePhotoError("There is only sound in this file, and no picture.")
    best = container.streams.best("video")
    stream = next((one for one in streams if best and one.index == best.index), streams[0])
    context = stream.codec_context
    if context is None:
        raise UnreadablePhotoError("The video is coded in a way that this program cannot read.")
    if context.width * context.height > MOST_PIXELS:
        raise UnreadablePhotoError(
            f"The video has {context.width} × {context.height} pixels, which is too many; "
            "8192 × 8192 can be read."
        )
    context.options = {"max_pixels": str(MOST_PIXELS)}
    context.thread_type = "AUTO"
    context.thread_count = min(os.cpu_count() or 1, MOST_THREADS)
    return stream


def _decoded(container: Any, stream: Any, damage: _Damage) -> Iterator[Any]:
    """Yield what can be decoded, whatever is between."""
    import av

    packets, bad, begun = container.demux(), 0, 0
    while bad < MOST_BAD and begun < MOST_BEGUN:
        try:
            packet = next(packets, None)
        except IndexError:  # PyAV stumbles over a stream that begins in the middle; it reads on
            begun += 1
            packets = container.demux()
            continue
        except (av.FFmpegError, OSError):
            damage.broken = True
            return
        if packet is None:
            return
        damage.reach(packet)
        if packet.stream.index != stream.index:  # stream_index is 0 in the packets at the end
            continue
        if packet.has_sidedata("encryption_info"):  # by chance, a frame of noise comes of it
            bad += 1
            damage.packets += 1
            damage.encrypted = True
            continue
        try:
            frames = packet.decode()
        except (av.FFmpegError, OSError, ValueError):
            bad += 1
            damage.packets += 1
            continue
        for frame in frames:
            bad = 0
            yield frame


@dataclass
class _Damage:
    """What went wrong while a video was read.

    packets: how many could not be decoded. encrypted: some are encrypted. broken: reading
    ended with an error. reached: seconds of the container's clock up to which there was anything,
    sound included.
    """

    packets: int = 0
    encrypted: bool = False
    broken: bool = False
    reached: float = 0.0

    def reach(self, packet: Any) -> None:
        if packet.dts is not None and packet.time_base:
            end = float((packet.dts + (packet.duration or 0)) * packet.time_base)
            self.reached = max(self.reached, end)

    def sentence(self, last: float, facts: VideoFacts, promised: float) -> str:
        missing = promised - max(last, self.reached)
        if missing > END_MISSING or (self.broken and promised - last > END_MISSING):
            return (
                f"The video breaks off after {last:.0f} of {promised:.0f} seconds; "
                "what comes before was read."
            )
        if self.packets:
            return "Some of the video's frames are damaged; the others were read."
        return ""


class _Clock:
    """Tells the time of each frame, whatever time stamps it has.

    They may lack, go back, or jump beyond the end: then time goes on from the frame before.

    Args:
        start: the time stamp at which the video starts, in seconds. step: usual seconds from frame
            to frame. promised: how long the video is; 0 = it is of a kind that may begin another
            count in the middle.
    """

    def __init__(self, start: float, step: float, promised: float) -> None:
        self._shift = -start
        self._step = step
        self._latest = promised + MOST_GAP if promised else 0.0
        self._last: float | None = None

    def time_of(self, decoded: Any) -> float:
        stamp = decoded.pts if decoded.pts is not None else decoded.dts
        expected = 0.0 if self._last is None else self._last + self._step
        at = expected
        if stamp is not None and decoded.time_base:
            at = float(stamp * decoded.time_base) + self._shift
            back = self._last is not None and at < self._last - MOST_DISORDER
            ahead = at > self._latest and at > expected + MOST_GAP
            if back or ahead:
                self._shift += expected - at
                at = expected
        at = max(at, 0.0 if self._last is None else self._last + _SAME_TIME)
        self._last = at
        return at


def _start(container: Any, stream: Any) -> float:
    if container.start_time is not None:
        return float(container.start_time / 1e6)
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _may_jump(container: Any) -> bool:
    """Tell whether the format lets the count of the time begin anew in the middle."""
    return bool(container.format.flags & _DISCONTINUOUS)


def _seconds(container: Any, stream: Any) -> float:
    """Return how long the video is by what the file says; 0 = it does not say."""
    if container.duration and container.duration > 0:
        return float(container.duration / 1e6)
    return max(float((stream.duration or 0) * (stream.time_base or 0)), 0.0)


def _rate(stream: Any) -> float:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and LEAST_RATE <= rate <= MOST_RATE:
            return float(rate)
    return USUAL_RATE


def _square(decoded: Any, stream: Any) -> tuple[int, int]:
    """Return width and height in square pixels."""
    aspect = stream.sample_aspect_ratio
    ratio = float(aspect) if aspect else 1.0
    if not 1 / MOST_ASPECT <= ratio <= MOST_ASPECT:
        ratio = 1.0
    return max(round(decoded.width * ratio), 1), decoded.height


def _turn(decoded: Any) -> Turn:
    """Return how a frame's display matrix wants it turned (ISO 14496-12)."""
    side = next((one for one in decoded.side_data if one.type.name == "DISPLAYMATRIX"), None)
    if side is None:
        return Turn()
    a, b, _, c, d, *_ = (int(number) for number in np.frombuffer(bytes(side), np.int32))
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Turn(True, c < 0, b < 0)
    return Turn(False, a < 0, d < 0)


def _seek(container: Any, seconds: float) -> None:
    """Go to the keyframe before a time. Where that cannot be, reading begins where it is."""
    import av

    with suppress(av.FFmpegError, OSError):
        container.seek(round(seconds * 1e6) + max(container.start_time or 0, 0))
