"""What was seen of a video before the program was stopped, shot by shot, in a file of the cache.

A file is a row of records: the length of each in bytes (8, little-endian), then NumPy's own format.
One that is cut off, as by a computer that went out, counts as not there.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from labeler.errors import LabelerError
from labeler.io.files import private_folder
from labeler.types import Box, FoundFace, Track

SeenShot = tuple[tuple[float, float], tuple[Track, ...]]
"""Start and end of a shot, seconds, and the tracks in it."""
_LENGTH = struct.Struct("<Q")
_MOST_BYTES = 1 << 30
_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)


def file_of(folder: Path, content_hash: str, how: str) -> Path:
    """Return where what was seen of a video is kept.

    Args:
        how: tells in which way it is watched; what another way has found is no use.
    """
    return folder / f"{hashlib.sha256(f'{content_hash} {how}'.encode()).hexdigest()}.shots"


def add(file: Path, shot: tuple[float, float], tracks: Sequence[Track]) -> None:
    """Keep one more shot. A full disk costs no more than what could be gone on with."""
    block = _packed(shot, tracks)
    with suppress(OSError, LabelerError):
        private_folder(file.parent)
        with open(file, "ab") as out:
            out.write(_LENGTH.pack(len(block)) + block)


def read(file: Path) -> list[SeenShot]:
    """Return the shots that were kept, in order; [] = none, or they cannot be used."""
    found: list[SeenShot] = []
    end = 0
    with suppress(*_DAMAGE), open(file, "rb") as kept:
        while len(head := kept.read(_LENGTH.size)) == _LENGTH.size:
            (length,) = _LENGTH.unpack(head)
            block = kept.read(min(length, _MOST_BYTES))
            if len(block) < length:
                break
            found.append(_unpacked(block))
            end = kept.tell()
    with suppress(OSError):  # the next shot goes behind the last whole one
        if file.stat().st_size > end:
            with open(file, "rb+") as kept:
                kept.truncate(end)
    return found


def forget(file: Path) -> None:
    """Remove what was kept."""
    with suppress(OSError):
        file.unlink()


def _packed(shot: tuple[float, float], tracks: Sequence[Track]) -> bytes:
    faces = [track.face for track in tracks]
    out = io.BytesIO()
    np.savez(
        out,
        shot=np.array(shot),
        times=np.array([(t.at, t.start, t.end, t.looks) for t in tracks]).reshape(-1, 4),
        box=np.array([face.box.as_tuple() for face in faces]).reshape(-1, 4),
        quality=np.array([(f.score, f.sharpness, f.frontality) for f in faces]).reshape(-1, 3),
        landmarks=np.array([face.landmarks for face in faces], np.float32).reshape(-1, 5, 2),
        descriptors=np.array([face.descriptor for face in faces], np.float32),
        lengths=np.array([len(track.boxes) for track in tracks], np.int64),
        boxes=np.concatenate([np.empty((0, 5), np.float32), *(t.boxes for t in tracks)]),
    )
    return out.getvalue()


def _unpacked(block: bytes) -> SeenShot:
    with np.load(io.BytesIO(block), allow_pickle=False) as kept:
        start, end = kept["shot"].tolist()
        boxes = np.split(kept["boxes"], np.cumsum(kept["lengths"])[:-1])
        rows = zip(
            kept["times"].tolist(),
            kept["box"].tolist(),
            kept["quality"].tolist(),
            kept["landmarks"],
            kept["descriptors"],
            boxes,
            strict=False,  # nothing split in parts is one part, which is empty
        )
        tracks = tuple(
            Track(
                FoundFace(Box(*box), quality[0], landmarks, descriptor, quality[1], quality[2]),
                times[0],
                times[1],
                times[2],
                own,
                int(times[3]),
            )
            for times, box, quality, landmarks, descriptor, own in rows
        )
    return (start, end), tracks
