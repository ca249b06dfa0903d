"""How long a show takes to be made, against how long it lasts, and how much memory that needs.

    python -m benchmarks.slideshow --library demo-library Rosa --slides 60 --size 1080p

The person's photos are repeated until there are so many slides. The memory is read during the work,
from the operating system (Linux).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from labeler.library.store import Library
from labeler.slideshows import slideshow
from labeler.slideshows.choice import Choice
from labeler.slideshows.io.video import SIZES, VideoLook
from labeler.slideshows.steps.files import Style, render
from labeler.slideshows.steps.slideshow import plan_show


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("person")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--slides", type=int, default=60)
    parser.add_argument("--size", choices=SIZES, default="1080p")
    parser.add_argument("--music", type=Path)
    options = parser.parse_args()
    show = plan_show(Library(options.library), Choice((options.person,)))
    repeated = (show.slides * options.slides)[: options.slides]
    show = slideshow.evenly_timed(replace(show, slides=repeated), slideshow.SLIDE_SECONDS)
    memory = Memory()
    began, worked = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, memory:
        out = Path(folder) / "show.mp4"
        style = Style(VideoLook(SIZES[options.size], music=options.music))
        rendered = render(show, out, style, memory.tell)
        megabytes = out.stat().st_size / 1e6
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(
        f"{rendered.slides} slides, {rendered.seconds:.0f} s of {options.size}, {megabytes:.0f} MB"
    )
    print(f"made in {took:.0f} s = {took / rendered.seconds:.2f} of its length")
    print(f"processor time {worked:.0f} s, {worked / rendered.seconds:.2f} of its length")
    tenths = " ".join(f"{megabytes:.0f}" for megabytes in memory.tenths())
    print(f"memory after each tenth: {tenths} MB")


class Memory:
    """Notes the resident memory of this process twice a second."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float]] = []
        self._done = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def tell(self, done: int, total: int) -> None:
        self._done = done / total

    def tenths(self) -> list[float]:
        """Return the most megabytes within each tenth of the work."""
        return [
            max((m for done, m in self._samples if tenth <= done * 10 < tenth + 1), default=0.0)
            for tenth in range(10)
        ]

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._samples.append((self._done, pages * os.sysconf("SC_PAGE_SIZE") / 1e6))


if __name__ == "__main__":
    main()
