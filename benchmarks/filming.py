"""Make a video of photos on which all faces are known, and so know who is on screen when.

A row of shots: a camera moves over a photo, from one view to another, while the light changes and
the hand shakes. Some shots show nobody, some come back later. Between them are cuts, cross-fades,
flashes and black.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PILImage
from PIL import ImageOps

RATE = 25
LEAST_PHOTOS = 3
"""Of somebody who may belong to the cast."""
NOBODY, AGAIN = 0.08, 0.2
"""Shares of the shots that show nobody, and that go on with an earlier one."""
FADES = (0, 0, 0, 0, 12, 20, 30)
"""Frames of two shots at once, one of these each time."""
FLASH_EVERY, BLACK_EVERY = 19, 14
"""Every so many shots, a flash begins one, and black ends one."""
FLASH, BLACK = 2, 6
"""Frames."""
LEAST_HEIGHT = 24
"""Pixels of a face that counts."""
STEP = 5

Faces = list[tuple[str, tuple[float, float, float, float]]]
View = tuple[float, float, float]
"""Middle across and down, and height, of what the camera sees, in pixels of the photo."""


@dataclass(frozen=True)
class Shot:
    photo: PILImage.Image
    faces: Faces
    begins: View
    ends: View
    light: tuple[float, float]
    shake: float
    frames: int
    fade: int = 0

    def view(self, number: int, size: tuple[int, int]) -> tuple[float, float, float]:
        """Return left, top, and pixels of the photo for each of the frame."""
        part = number / max(self.frames - 1, 1)
        eased = (1 - np.cos(np.pi * part)) / 2
        x, y, tall = (a + (b - a) * eased for a, b in zip(self.begins, self.ends, strict=True))
        tall = min(tall, self.photo.height, self.photo.width * size[1] / size[0])
        wide = tall * size[0] / size[1]
        x += self.shake * tall * np.sin(number * 0.8)
        y += self.shake * tall * np.sin(number * 1.1 + 1)
        left = min(max(x - wide / 2, 0), self.photo.width - wide)
        top = min(max(y - tall / 2, 0), self.photo.height - tall)
        return float(left), float(top), float(tall / size[1])

    def picture(self, number: int, size: tuple[int, int]) -> Any:
        """Return the frame, (height, width, 3) float32."""
        left, top, scale = self.view(number, size)
        box = (left, top, left + size[0] * scale, top + size[1] * scale)
        seen = self.photo.resize(size, PILImage.Resampling.BILINEAR, box)
        part = number / max(self.frames - 1, 1)
        return np.asarray(seen, np.float32) * (self.light[0] * (1 - part) + self.light[1] * part)

    def seen(self, number: int, size: tuple[int, int]) -> Iterator[tuple[str, list[float]]]:
        """Yield the faces whose middle is inside, with their boxes."""
        left, top, scale = self.view(number, size)
        for person, (x, y, width, height) in self.faces:
            box = [(x - left) / scale, (y - top) / scale, width / scale, height / scale]
            across, down = box[0] + box[2] / 2, box[1] + box[3] / 2
            if 0 <= across < size[0] and 0 <= down < size[1] and box[3] >= LEAST_HEIGHT:
                yield person, [round(edge, 1) for edge in box]


def film_from_photos(
    photos: Path, out: Path, seed: int, seconds: float, size: tuple[int, int], cast: int = 5
) -> None:
    """Write a video, and its truth beside it as JSON; see `benchmarks.videos`."""
    shots = _script(photos, random.Random(seed), seconds, cast)
    truth = _written(shots, out, size)
    out.with_suffix(".json").write_text(json.dumps(truth))


def _script(photos: Path, chance: random.Random, seconds: float, cast: int) -> list[Shot]:
    on_photo: dict[str, Faces] = defaultdict(list)
    photos_of: dict[str, set[str]] = defaultdict(set)
    with (photos / "faces.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            left, top, width, height = (float(row[k]) for k in ("left", "top", "width", "height"))
            on_photo[row["file"]].append((row["person"], (left, top, width, height)))
            photos_of[row["person"]].add(row["file"])
    known = sorted(name for name, files in photos_of.items() if name and len(files) >= LEAST_PHOTOS)
    chosen = chance.sample(known, min(cast, len(known)))
    stage = sorted({file for name in chosen for file in photos_of[name]})
    shots: list[Shot] = []
    while sum(shot.frames for shot in shots) < seconds * RATE:
        lot = chance.random()
        if lot < NOBODY:
            shot = _empty(chance)
        elif lot < NOBODY + AGAIN and shots:
            old = chance.choice(shots)
            shot = replace(old, begins=old.ends, ends=old.begins, frames=_frames(chance, 1, 4))
        else:
            file = chance.choice(stage)
            shot = _shot(photos / file, on_photo[file], chance)
        shots.append(replace(shot, fade=chance.choice(FADES) if shots else 0))
    return shots


def _frames(chance: random.Random, least: float, most: float) -> int:
    return round(chance.uniform(least, most) * RATE)


def _shot(path: Path, faces: Faces, chance: random.Random) -> Shot:
    with PILImage.open(path) as opened:
        photo = ImageOps.exif_transpose(opened).convert("RGB")
    some = [box for _, box in chance.sample(faces, chance.randint(1, min(3, len(faces))))]
    left, top = min(box[0] for box in some), min(box[1] for box in some)
    right, bottom = max(box[0] + box[2] for box in some), max(box[1] + box[3] for box in some)
    tall = max(bottom - top, (right - left) * 9 / 16) * chance.uniform(1.3, 3)
    x, y = (left + right) / 2, (top + bottom) / 2

    def view(most: float) -> View:
        across, down = chance.uniform(-most, most), chance.uniform(-most, most)
        return x + across * tall, y + down * tall / 2, tall * chance.uniform(0.8, 1.25)

    light = chance.uniform(0.8, 1.1), chance.uniform(0.8, 1.1)
    shake = chance.choice([0.0, 0.0, 0.004, 0.01])
    return Shot(photo, faces, view(0.1), view(0.4), light, shake, _frames(chance, 1, 6))


def _empty(chance: random.Random) -> Shot:
    """Return a shot of soft colours."""
    colours = np.random.default_rng(chance.randrange(1 << 30)).integers(0, 256, (9, 16, 3))
    photo = PILImage.fromarray(colours.astype(np.uint8)).resize((1280, 720))
    return Shot(photo, [], (640, 360, 600), (660, 350, 700), (1, 1), 0, _frames(chance, 1, 3))


def _written(shots: Sequence[Shot], out: Path, size: tuple[int, int]) -> dict[str, Any]:
    import av

    truth: list[dict[str, Any]] = []
    seconds: dict[str, float] = defaultdict(float)
    first, last = 0, None
    with av.open(str(out), "w") as file:
        options = {"crf": "24", "preset": "veryfast"}
        stream = file.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height = size
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, RATE)
        for place, shot in enumerate(shots):
            boxes: dict[str, list[list[float]]] = defaultdict(list)
            for number in range(shot.frames):
                picture, clear = _frame(shot, number, size, last, place)
                for person, box in shot.seen(number, size) if clear else ():
                    seconds[person] += 1 / RATE
                    if number % STEP == 0:
                        boxes[person].append([first + number, *box])
                shown = np.clip(picture, 0, 255).astype(np.uint8)
                file.mux(stream.encode(av.VideoFrame.from_ndarray(shown)))
            last = picture
            faces = [{"person": person, "boxes": rows} for person, rows in boxes.items()]
            end = first + shot.frames
            truth.append({"start": first, "end": end, "fade": shot.fade, "faces": faces})
            first = end
        file.mux(stream.encode(None))
    return {"fps": RATE, "frames": first, "shots": truth, "screen_time": dict(seconds)}


def _frame(
    shot: Shot, number: int, size: tuple[int, int], last: Any, place: int
) -> tuple[Any, bool]:
    """Return a frame as it is shown, and whether the faces of its shot are to be seen."""
    picture = shot.picture(number, size)
    if place % FLASH_EVERY == FLASH_EVERY - 1 and number < FLASH:
        return np.full_like(picture, 255), False
    if place % BLACK_EVERY == BLACK_EVERY - 1 and number >= shot.frames - BLACK:
        return np.zeros_like(picture), False
    part = (number + 1) / (shot.fade + 1)
    if last is None or part >= 1:
        return picture, True
    return picture * part + last * (1 - part), part >= 0.5
