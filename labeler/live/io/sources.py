"""The newest picture of a camera, a stream or a video, whatever was there before.

A thread reads all the time, for as long as somebody wants pictures; those that nobody took are
dropped. What breaks off is opened again, sooner at first and later every half minute.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from labeler.errors import LabelerError
from labeler.io import media
from labeler.live.addresses import Address
from labeler.photos.io.frames import MOST_PIXELS, Footage, Frame, Turn

PATIENCE = 10.0
"""Seconds for which nothing may come before a stream counts as broken."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a broken stream is tried again: twice as many each time."""
STEADY = 60.0
"""Seconds after which a stream that came back is as good as one that never broke."""
_CLOSING = 2.0


class SourceError(LabelerError):
    """There are no pictures to be had; the message says why."""


class Source:
    """Gives the newest picture. To be used as a context manager, by one thread.

    Args:
        on_trouble: called from another thread with a sentence when pictures stop coming, and with
            one when they come again.
    """

    def __init__(self, address: Address, on_trouble: Callable[[str], None]) -> None:
        self._address, self._on_trouble = address, on_trouble
        self._fresh = threading.Condition()
        self._frame: tuple[Frame, float] | None = None
        self._ended = False
        self._error: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._worked = False
        self._is_broken = False

    def __enter__(self) -> Source:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(_CLOSING)

    def latest(self, seconds: float) -> tuple[Frame, float] | None:
        """Return the newest picture that was not returned before, and when it arrived, in seconds
        of `time.monotonic`; None = none came in so many seconds.

        Raises:
            SourceError: there will be none, since it cannot be opened.
            EOFError: the video has ended.
        """
        with self._fresh:
            self._fresh.wait_for(lambda: self._frame or self._ended, seconds)
            found, self._frame = self._frame, None
            if found is None and self._ended:
                if self._error is not None:
                    raise self._error
                raise EOFError
            return found

    def _run(self) -> None:
        try:
            if self._address.kind == "file":
                self._play()
            else:
                self._read_on()
        except Exception as error:  # of whatever kind: whoever waits is to know
            self._error = error
        finally:
            with self._fresh:
                self._ended = True
                self._fresh.notify_all()

    def _play(self) -> None:
        """Show a video in its own time, as a camera would."""
        began = time.monotonic()
        for frame in Footage(self._address.url).frames():
            if self._stop.wait(max(began + frame.at - time.monotonic(), 0)):
                return
            self._show(frame)

    def _read_on(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._read()
                trouble = f"{self._address.shown} sends no more pictures"
            except SourceError:
                raise
            except Exception as error:
                told = sentence(error, self._address)
                if not self._worked:
                    raise SourceError(told) from error
                trouble = f"{self._address.shown} broke off"
            if self._stop.is_set():
                return
            if not self._worked:
                raise SourceError(f"{self._address.shown} sends no pictures; is it a camera?")
            if time.monotonic() - began > STEADY:
                pause = FIRST_PAUSE
            if pause == FIRST_PAUSE:
                self._on_trouble(f"{trouble}; it is tried again until it comes back.")
            self._is_broken = True
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _read(self) -> None:
        for decoded, at in self._decoded():
            if self._stop.is_set():
                return
            frame = Frame(decoded, at, Turn(), (decoded.width, decoded.height))
            self._worked = True
            if self._is_broken:
                self._is_broken = False
                self._on_trouble(f"{self._address.shown} is back.")
            self._show(frame)

    def _decoded(self) -> Iterator[tuple[Any, float]]:
        """Yield decoded frames as they come; those that are damaged are left out."""
        import av

        with closing(self._opened()) as container:
            if not container.streams.video:
                raise SourceError(f"{self._address.shown} sends no pictures; is it a camera?")
            stream = container.streams.video[0]
            stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
            stream.thread_type = "SLICE"  # by frames, the picture would come later
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except (av.FFmpegError, ValueError):
                    continue
                yield from ((frame, time.monotonic()) for frame in frames)

    def _opened(self) -> Any:
        if self._address.kind == "camera":
            return media.camera_opened(self._address.device, _device(self._address))
        return media.stream_opened(self._address.url, PATIENCE)

    def _show(self, frame: Frame) -> None:
        with self._fresh:
            self._frame = frame, time.monotonic()
            self._fresh.notify_all()


def _device(address: Address) -> str:
    """Return the name of a camera as its kind wants it: Windows does not number them."""
    if address.device != "dshow" or not address.url.isdecimal():
        return address.url
    import av

    found = [one for one in av.enumerate_input_devices("dshow") if "video" in one.media_types]
    if int(address.url) >= len(found):
        raise FileNotFoundError(errno.ENOENT, "no such camera")
    return f"video={found[int(address.url)].name}"


def sentence(error: Exception, address: Address) -> str:
    """Say why there are no pictures, and what to do."""
    import av

    who = address.shown
    number = getattr(error, "errno", None)
    if address.kind == "stream":
        if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
            return f"{who} wants a name and a password; put NAME:PASSWORD@ before its name."
        if isinstance(error, av.error.HTTPNotFoundError):
            return f"There is no stream at {who}; look up its path in the camera's manual."
        if isinstance(error, av.error.InvalidDataError):
            return f"What {who} sends is no video; look up its address in the camera's manual."
        return (
            f"Nothing answers at {who}; check that the address is right and the camera is switched "
            "on."
        )
    if number == errno.ENOENT:
        return f"There is no {_named(who)}; plug it in, or say another number."
    if number in (errno.EACCES, errno.EPERM):
        return (
            f"You may not use {_named(who)}; allow it in the system's settings, or on Linux join "
            "the group video."
        )
    if number == errno.EBUSY:
        return f"Another program uses {_named(who)}; close it and try again."
    return f"{_named(who).capitalize()} gives no pictures; plug it in again, or try another one."


def _named(who: str) -> str:
    return who if who.startswith("camera") else f"camera {who}"
