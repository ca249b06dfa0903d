"""One bound on the memory of all decoding in this process: who would need more waits for it."""

from __future__ import annotations

import ctypes
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

MOST_BYTES = 1_320_000_000
"""What all pictures that are decoded at once may need together, with the files they come from."""
_WORTH_RETURNING = 100_000_000
"""Bytes after which freed memory is given back to the system at once."""


class Memory:
    """Lets whoever wants memory in, in the order in which they came, as long as it is enough.

    What is larger than all of it is let in alone. A thread that has a share and wants more gets
    it at once: it must never wait for another one, which may be waiting for it. So the first
    share should be the largest.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self._used = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._own = threading.local()

    @contextmanager
    def reserved(self, size: int) -> Iterator[None]:
        """Hold `size` bytes; within a larger share of the same thread, nothing more."""
        held: int = getattr(self._own, "held", 0)
        more = max(size - held, 0)
        self._take(more, waits=held == 0)
        self._own.held = held + more
        try:
            yield
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold the picture
            raise
        finally:
            self._own.held = held
            if more > _WORTH_RETURNING:
                _return_memory()
            with self._changed:
                self._used -= more
                self._changed.notify_all()

    def _take(self, size: int, waits: bool) -> None:
        turn = object()
        with self._changed:
            if waits:
                self._waiting.append(turn)
                try:
                    self._changed.wait_for(lambda: self._waiting[0] is turn and self._fits(size))
                finally:  # also when interrupted
                    self._waiting.remove(turn)
                    self._changed.notify_all()
            self._used += size

    def _fits(self, size: int) -> bool:
        return self._used == 0 or self._used + size <= self.most


memory = Memory()


def _return_memory() -> None:
    """Give what was freed back to the system; glibc would keep a large picture's for the thread."""
    with suppress(OSError, AttributeError, TypeError):  # other systems do it by themselves
        ctypes.CDLL(None).malloc_trim(0)
