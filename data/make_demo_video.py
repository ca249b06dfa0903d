"""Make the demo's video from photos of the album: a camera moves over them, with cuts and a tune.

    python data/make_demo_video.py

It writes demo/videos/birthday.mp4, and beside it what is said in it, as subtitles.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import av  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402

from benchmarks.filming import RATE, Faces, Shot, View  # noqa: E402
from labeler.videos.clock import exact  # noqa: E402

DEMO = Path(__file__).resolve().parent / "demo"
ALBUM = "photos/2023 Rosa 80th birthday"
OUT = DEMO / "videos" / "birthday.mp4"
SIZE = (640, 360)
TAKEN = "2023-05-20T15:30:00Z"
ENCODER = {"crf": "26", "preset": "veryslow"}

SHOTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], float, float, int], ...] = (
    # photo, who is in the middle at first, who at last, seconds, height in faces, frames of a fade
    ("IMG_1064.jpg", ("Rosa",), ("Rosa",), 2.6, 2.2, 0),
    ("IMG_1074.jpg", ("Henrik", "Rosa"), ("Henrik", "Rosa"), 3.4, 2.4, 0),
    ("IMG_1068.jpg", ("Henrik", "Ines"), ("Nora", "Rosa"), 3.6, 2.6, 12),
    ("IMG_1081.jpg", ("Henrik",), ("Henrik",), 2.0, 2.0, 0),
    ("IMG_1073.jpg", ("Rosa",), ("Rosa",), 2.0, 2.0, 0),
    ("IMG_1083.jpg", (), (), 1.6, 0.0, 12),
    ("IMG_1066.jpg", ("Ines",), ("Emil",), 2.6, 2.2, 0),
    ("IMG_1075.jpg", ("Clara", "Henrik"), ("Rosa", "Felix"), 3.6, 2.8, 0),
    ("IMG_1074.jpg", ("Rosa",), ("Henrik", "Rosa"), 2.4, 2.2, 0),
)
SAID = (
    (0.3, 2.4, "Eighty years, and not a day older!"),
    (2.9, 5.6, "Henrik, you promised to dance with me."),
    (6.6, 9.2, "Who has seen the cake?"),
    (15.3, 17.5, "The cake is still in the car."),
    (21.4, 23.6, "Thank you all for coming."),
)
TUNE = "C2 C1 D3 C3 F3 E6 C2 C1 D3 C3 G3 F6 C2 C1 c3 A3 F3 E3 D3"
"""Notes of one octave and the next (small letters), each with its length."""
NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "c": 12}
SOUND_RATE, BEAT, LOWEST = 44_100, 0.32, 261.63


def main() -> None:
    OUT.parent.mkdir(exist_ok=True)
    shots = list(_shots())
    _write(shots)
    parts = (
        f"{number}\n{exact(start, ',')} --> {exact(end, ',')}\n{text}\n"
        for number, (start, end, text) in enumerate(SAID, 1)
    )
    OUT.with_suffix(".srt").write_text("\n".join(parts), encoding="utf-8")
    seconds = sum(shot.frames for shot in shots) / RATE
    print(f"{OUT}: {seconds:.1f} s, {OUT.stat().st_size / 1e6:.2f} MB")


def _shots() -> Iterator[Shot]:
    faces: dict[str, Faces] = {}
    with (DEMO / "faces.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            left, top, width, height = (float(row[k]) for k in ("left", "top", "width", "height"))
            own = (row["person"], (left, top, width, height))
            faces.setdefault(row["file"], []).append(own)
    for name, first, last, seconds, room, fade in SHOTS:
        file = f"{ALBUM}/{name}"
        with Image.open(DEMO / file) as opened:
            photo = ImageOps.exif_transpose(opened).convert("RGB")
        boxes = dict(faces.get(file, []))
        begins, ends = (_view(photo, [boxes[who] for who in some], room) for some in (first, last))
        if begins == ends:  # the camera draws nearer
            begins = (begins[0], begins[1], begins[2] * 1.2)
        frames = round(seconds * RATE)
        yield Shot(photo, faces.get(file, []), begins, ends, (0.95, 1.02), 0.003, frames, fade)


def _view(photo: Image.Image, boxes: Sequence[Sequence[float]], room: float) -> View:
    if not boxes:
        return photo.width / 2, photo.height / 2, photo.height * 0.6
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    tall = max((bottom - top) * room, (right - left) * 1.25 * SIZE[1] / SIZE[0])
    return (left + right) / 2, (top + bottom) / 2, tall


def _write(shots: Sequence[Shot]) -> None:
    with av.open(str(OUT), "w", options={"movflags": "+faststart"}) as file:
        file.metadata["creation_time"] = TAKEN
        film: Any = file.add_stream("libx264", rate=RATE, options=ENCODER)
        film.width, film.height = SIZE
        film.pix_fmt, film.time_base = "yuv420p", Fraction(1, RATE)
        sound: Any = file.add_stream("aac", rate=SOUND_RATE, layout="mono")
        sound.bit_rate = 48_000
        last = None
        for shot in shots:
            for number in range(shot.frames):
                picture = shot.picture(number, SIZE)
                part = (number + 1) / (shot.fade + 1)
                if last is not None and part < 1:
                    picture = picture * part + last * (1 - part)
                pixels = np.clip(picture, 0, 255).astype(np.uint8)
                file.mux(film.encode(av.VideoFrame.from_ndarray(pixels)))
            last = picture
        file.mux(film.encode(None))
        samples = _tune(sum(shot.frames for shot in shots) * SOUND_RATE // RATE)
        frame = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
        frame.sample_rate, frame.pts = SOUND_RATE, 0
        file.mux(sound.encode(frame))
        file.mux(sound.encode(None))


def _tune(samples: int) -> Any:
    """Return a birthday song on something like a music box, (samples,) float32."""
    out = np.zeros(samples, np.float32)
    at = 0.5
    for note in TUNE.split():
        pitch = LOWEST * 2 ** (NOTES[note[0]] / 12)
        place = round(at * SOUND_RATE)
        time = np.arange(max(min(round(1.5 * SOUND_RATE), samples - place), 0)) / SOUND_RATE
        tone = np.sin(2 * np.pi * pitch * time) + 0.3 * np.sin(6 * np.pi * pitch * time)
        out[place : place + len(time)] += 0.2 * tone * np.exp(-3 * time) * np.minimum(time * 200, 1)
        at += int(note[1]) * BEAT
    return out


if __name__ == "__main__":
    main()
