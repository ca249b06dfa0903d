"""Read damaged photos, many thousands of them: does anything crash, hang or eat the memory?

    python -m benchmarks.fuzz PHOTOS [--seconds 600] [--seed 0]

Every photo under PHOTOS, and one picture in each further format that can be written here, is
damaged in all kinds of ways (bytes flipped, cut off, blocks moved, lengths made huge) and then read
as `labeler index` reads it: head, metadata, pixels, hash. That happens in a process of its own with
3 GB of address space, so that a crash of a decoder shows as one, with the number of the damage:
with that seed it happens again. Reported: what was refused, the slowest file, the peak memory.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import resource
import time
from collections import Counter
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.images import photos
from labeler.images.walk import walk
from labeler.types import PhotoFile

MOST_SECONDS = 10
ADDRESS_SPACE = 3 << 30
WRITTEN = {"TIFF": "tif", "BMP": "bmp", "GIF": "gif", "AVIF": "avif", "HEIF": "heic", "PNG": "png"}
Samples = list[tuple[str, bytes]]
LARGEST = 2_000_000
"""Larger files are left out: damaging them takes longer than reading them."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    files = [item.path for item in walk([arguments.photos]) if isinstance(item, PhotoFile)]
    samples = [(path, Path(path).read_bytes()) for path in files]
    samples = [(name, data) for name, data in samples if len(data) <= LARGEST]
    samples += list(in_other_formats(samples[0][1]))
    context = multiprocessing.get_context("spawn")
    at = context.Value("q", arguments.seed)
    end, crashes = time.monotonic() + arguments.seconds, 0
    while (left := end - time.monotonic()) > 0:
        worker = context.Process(target=damage_and_read, args=(samples, at, left))
        worker.start()
        worker.join()
        if worker.exitcode == 0:
            break
        print(f"Seed {at.value} ends the process with {worker.exitcode}.", flush=True)
        crashes += 1
        at.value += 1
    print(f"{at.value - arguments.seed:,} damaged files, {crashes} crashes")


def in_other_formats(data: bytes) -> Samples:
    pillow_heif.register_heif_opener()
    picture = Image.open(io.BytesIO(data)).convert("RGB").resize((320, 240))
    made = []
    for kind, suffix in WRITTEN.items():
        out = io.BytesIO()
        picture.save(out, kind)
        made.append((f"made.{suffix}", out.getvalue()))
    return made


def damage_and_read(
    samples: list[tuple[str, bytes]], at: Synchronized[int], seconds: float
) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    end, outcomes = time.monotonic() + seconds, Counter[str]()
    slowest: tuple[float, int, str] = (0.0, 0, "")
    while time.monotonic() < end:
        random = np.random.default_rng(at.value)
        name, data = samples[random.integers(len(samples))]
        damaged = damage(data, random)
        started = time.monotonic()
        outcomes[read(damaged, name)] += 1
        slowest = max(slowest, (time.monotonic() - started, at.value, name))
        if slowest[0] > MOST_SECONDS:
            raise SystemExit(f"Seed {at.value} ({name}) takes {slowest[0]:.0f} s.")
        at.value += 1
    for outcome, number in outcomes.most_common():
        print(f"{number:8,} {outcome}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"slowest: {slowest[0]:.2f} s (seed {slowest[1]}, {slowest[2]}); peak {peak:.0f} MB")


def damage(data: bytes, random: np.random.Generator) -> bytes:
    """Return a file with one to three kinds of damage, more often near its head than elsewhere."""
    changed = np.frombuffer(data, dtype=np.uint8).copy()
    for _ in range(random.integers(1, 4)):
        head = len(changed) if random.random() < 0.5 else min(len(changed), 4096)
        kind = random.integers(5)
        place = int(random.integers(max(head, 1)))
        size = int(2 ** random.uniform(0, 10))
        if kind == 0:
            places = random.integers(head, size=random.integers(1, 30))
            changed[places] = random.integers(256, size=len(places))
        elif kind == 1:
            changed = changed[: max(place, 1)]
        elif kind == 2:
            changed[place : place + size] = random.choice(np.array([0, 255], dtype=np.uint8))
        elif kind == 3:
            changed = np.concatenate([changed[:place], changed[place + size :], changed[:1]])
        else:
            block = changed[place : place + size]
            to = int(random.integers(len(changed)))
            changed = np.concatenate([changed[:to], block, changed[to:]])
    return changed.tobytes()


def read(data: bytes, name: str) -> str:
    """Read a file as the index does; return what came of it."""
    try:
        photo = photos.OpenedPhoto(data, name)
        photos.facts(photo, PhotoFile(name, len(data), 0))
        photo.pixels(800)
        photo.pixel_hash()
    except (UnreadablePhotoError, PassingTroubleError) as error:
        return _without_numbers(str(error).split("(")[0])
    except MemoryError:
        return "not enough memory"
    return "read"


def _without_numbers(text: str) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in text)[:70]


if __name__ == "__main__":
    main()
