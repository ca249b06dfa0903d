"""Speed of indexing whole photos beside the `face_recognition` package.

    python -m benchmarks.index PHOTOS [PHOTOS…] [--cores 2]

On the same photos and the same cores, each in a process of its own with a peak memory of its own:
`face_recognition`'s documented loop (load_image_file, face_locations, face_encodings), this
project's `index` into a new library, and then this project's parts one after the other on one core.
`face_recognition` is left out, with a line that says so, if it is not installed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from labeler.faces.io.face_finder import FinderSettings, make_finder
from labeler.faces.io.face_search import search
from labeler.photos.io.decoding import OpenedPhoto, read_bytes
from labeler.photos.io.walk import walk
from labeler.types import PhotoFile

Figures = dict[str, float]


def with_face_recognition(files: list[str], _: int) -> Figures:
    """The loop of its documentation."""
    import face_recognition

    faces, started = 0, time.perf_counter()
    for path in files:
        image = face_recognition.load_image_file(path)
        boxes = face_recognition.face_locations(image)
        faces += len(face_recognition.face_encodings(image, boxes))
    return {"seconds": time.perf_counter() - started, "faces": faces}


def with_index(files: list[str], cores: int) -> Figures:
    """`labeler index` into a new library; making the networks is not counted, loading them is."""
    from labeler.faces.steps.index import index
    from labeler.library.store import Library

    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder))
        make_finder(library.models).find(OpenedPhoto(read_bytes(files[0]), files[0]))
        started = time.perf_counter()
        report = index(library, [Path(path) for path in files], jobs=cores)
        return {"seconds": time.perf_counter() - started, "faces": report.faces}


def with_parts(files: list[str], _: int) -> Figures:
    """Decoding, detection, alignment and embedding one after the other, on one core."""
    with tempfile.TemporaryDirectory() as folder:
        finder = make_finder(Path(folder), FinderSettings())
        finder.find(OpenedPhoto(read_bytes(files[0]), files[0]))
        clock = dict.fromkeys(("decode", "detect", "align", "embed"), 0.0)
        faces = 0
        for path in files:
            start = time.perf_counter()
            photo = OpenedPhoto(read_bytes(path), path)
            photo.pixels(finder.detector.side)
            decoded = time.perf_counter()
            search(finder.detector, photo)
            detected = time.perf_counter()
            located = finder.locate(photo)  # searches once more: that time is taken off below
            aligned = time.perf_counter()
            finder.embed([located])
            embedded = time.perf_counter()
            clock["decode"] += decoded - start
            clock["detect"] += detected - decoded
            clock["align"] += max(aligned - detected - (detected - decoded), 0.0)
            clock["embed"] += embedded - aligned
            faces += len(located)
        return {"seconds": sum(clock.values()), "faces": faces, **clock}


def measured(work: Callable[..., Figures], files: list[str], cores: int) -> Figures:
    """Run in a new process on the first `cores` cores; add its peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, initializer=_stay_on, initargs=(cores,)) as pool:
        return pool.apply(_with_memory, (work, files, cores))


def _stay_on(cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _with_memory(work: Callable[..., Figures], files: list[str], cores: int) -> Figures:
    figures = work(files, cores)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**figures, "peak_mb": peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    files = [item.path for item in walk(arguments.photos) if isinstance(item, PhotoFile)]
    cores = arguments.cores
    table = {"this project": measured(with_index, files, cores)}
    table["this project, one core"] = measured(with_index, files, 1)
    table["its parts, one core"] = measured(with_parts, files, 1)
    try:
        table["face_recognition"] = measured(with_face_recognition, files, cores)
    except ImportError as error:
        print(f"face_recognition is left out: {error}")
    if arguments.json:
        print(json.dumps(table, indent=2))
        return
    print(f"{len(files)} photos, {cores} cores")
    for name, row in table.items():
        parts = [f"{key} {row[key]:.2f} s" for key in row if key not in ("faces", "peak_mb")]
        print(
            f"{name:24} {len(files) / row['seconds']:7.2f} photos/s "
            f"{row['faces'] / row['seconds']:7.1f} faces/s {row['faces']:5.0f} faces "
            f"{row['peak_mb']:6.0f} MB  {', '.join(parts)}"
        )


if __name__ == "__main__":
    main()
