"""Read damaged files, many thousands of them: does anything crash, hang or eat the memory?

    python -m benchmarks.fuzz PHOTOS [--seconds 600] [--seed 0]

First, each of the files of `benchmarks.bombs`, which claim much more than they hold, is read in a
process of its own: it may take ten seconds of the processor, and 1.5 GB. Then every photo under
PHOTOS, one picture in each further format that can be written here, and a text of every kind that
is read (backup, lists, tables, plan, XMP, Picasa's), is damaged in all kinds of ways (bytes
flipped, cut off, blocks moved, lengths made huge) and then read as the program reads it: head,
metadata, pixels, hash. That happens in a process of its own with 3 GB of address space, so that a
crash of a decoder shows as one, with the number of the damage: with that seed it happens again.
Reported: what was refused, the slowest file, the peak memory.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from benchmarks.bombs import all_bombs, backup_of_lists
from labeler.errors import LabelerError
from labeler.exchange import backup, picasa, regions
from labeler.exchange.frames import Area
from labeler.exchange.io import backup_file
from labeler.exchange.xmp_writer import NamedArea, packet
from labeler.faces.networks.description import read_description
from labeler.family.steps import kin
from labeler.family.steps.pair_lists import read_pairs
from labeler.photos import xmp
from labeler.photos.io import decoding, metadata
from labeler.photos.io.walk import walk
from labeler.slideshows.steps.slideshow import load_plan
from labeler.types import Box, FaceKey, JournalEntry, PhotoFile

MOST_SECONDS = 10
MOST_MEMORY = 1_500
"""MB."""
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
    samples += [*in_other_formats(samples[0][1]), *texts()]
    read_bombs()
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


def read_bombs() -> None:
    """Read each file that claims much in a new process, and tell what the worst ones cost."""
    bombs = [*all_bombs(), ("lists.json.gz", lambda: backup_of_lists(200_000_000))]
    context = multiprocessing.get_context("spawn")
    costs: list[tuple[float, float, str]] = []
    outcomes = Counter[str]()
    for name, make in bombs:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(make())
            queue = context.Queue()
            worker = context.Process(target=measured, args=(path, queue))
            worker.start()
            outcome, seconds, peak = queue.get()
            worker.join()
        outcomes[outcome] += 1
        costs.append((seconds, peak, name))
        if seconds > MOST_SECONDS or peak > MOST_MEMORY:
            print(f"{name} takes {seconds:.1f} s and {peak:.0f} MB.", flush=True)
    print(f"{len(bombs)} files that claim much, {outcomes['read']} of them read")
    print("slowest: {0:.1f} s ({2})".format(*max(costs)), end="; ")
    print("largest: {1:.0f} MB ({2})".format(*max(costs, key=lambda cost: cost[1])), flush=True)


def measured(path: Path, queue: multiprocessing.Queue[tuple[str, float, float]]) -> None:
    started = time.process_time()
    outcome = read(path.read_bytes(), path.name)
    seconds = time.process_time() - started
    queue.put((outcome, seconds, peak_memory()))


def peak_memory() -> float:
    """Return MB. What `getrusage` tells on Linux counts the parent, of before this process ran."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def texts() -> Samples:
    """Return a sound text of every kind that is read."""
    area = NamedArea(Area(0.1, 0.2, 0.3, 0.4), "Rosa")
    face = FaceKey("0" * 64, Box(1, 2, 30, 40))
    now = datetime.now(timezone.utc)
    said = backup.Backup(
        now, (backup.BackedUpPhoto("0" * 64),), (JournalEntry(1, now, "name", (face,), "Rosa"),), ()
    )
    plan = b'{"labeler_show": 1, "title": "a", "people": ["Rosa"], "slides": [{"path": "a.jpg", '
    plan += b'"content_hash": "", "width": 90, "height": 90, "faces": [{"person": "Rosa", '
    plan += b'"box": [1, 2, 30, 40], "landmarks": []}]}]}'
    return [
        ("names.json", json.dumps(backup.to_document(said)).encode()),
        ("names.json.gz", gzip.compress(json.dumps(backup.to_document(said)).encode(), mtime=0)),
        ("lfw.pairs", b"2\t1\nRosa\t1\t2\nRosa\t1\tEmil\t3\n"),
        ("csv.pairs", b"path1,path2,same\na.jpg,b.jpg,1\n"),
        ("family.kin", b"person,is,of\nRosa,parent,Emil\n"),
        ("show.plan", plan),
        ("model.toml", b'file = "a.onnx"\nsize = [1, 2.5, 3]\n[more]\na = 1979-05-27\n'),
        ("photo.xmp", packet([area], (4000, 3000), 1, None)),
        (".picasa.ini", b"[a.jpg]\nfaces=rect64(3f845bcb59418507),8e62b2035b74b477\n"),
        ("contacts.xml", b'<contacts><contact id="8e62b2035b74b477" name="Rosa"/></contacts>'),
    ]


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
    slow = f"{slowest[0]:.2f} s (seed {slowest[1]}, {slowest[2]})"
    print(f"slowest: {slow}; peak {peak_memory():.0f} MB")


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
    """Read a file as the program does; return what came of it."""
    try:
        if Path(name).suffix in READERS:
            READERS[Path(name).suffix](data, name)
            return "read"
        photo = decoding.OpenedPhoto(data, name)
        decoding.facts(photo, PhotoFile(name, len(data), 0))
        photo.pixel_hash(1280)
        photo.pixels(1280)
    except LabelerError as error:
        return _without_numbers(str(error).split("(")[0])
    except MemoryError:
        return "not enough memory"
    return "read"


def from_path(reader: Callable[[Path], object]) -> Callable[[bytes, str], object]:
    """Return a function that hands a file's content to a reader of paths."""

    def given(data: bytes, name: str) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            try:
                return reader(path)
            except LabelerError as error:
                raise LabelerError(str(error).replace(str(path), "the file")) from error

    return given


def _packet(data: bytes, name: str) -> None:
    metadata.from_xmp(data)
    regions.of_packet(xmp.read(data).about)


def _contacts(data: bytes, name: str) -> None:
    try:
        picasa.read_contacts(data)
    except ValueError as error:
        raise LabelerError(str(error)) from error


READERS: dict[str, Callable[[bytes, str], object]] = {
    ".gz": from_path(backup_file.read),
    ".json": lambda data, name: from_path(backup_file.read)(gzip.compress(data, 1), name),
    ".pairs": from_path(read_pairs),
    ".kin": from_path(kin._read),
    ".plan": from_path(load_plan),
    ".toml": from_path(read_description),
    ".xmp": _packet,
    ".ini": lambda data, name: picasa.read_ini(data),
    ".xml": _contacts,
}
"""By the ending of a name; all else is a photo."""


def _without_numbers(text: str) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in text)[:70]


if __name__ == "__main__":
    main()
