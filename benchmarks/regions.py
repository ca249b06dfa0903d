"""Names that other programs wrote, read back: how many reach the right face?

    python -m benchmarks.regions PHOTOS [--photos N]

PHOTOS has a `faces.csv` (file, left, top, width, height, person). Some of its photos are copied to
a temporary folder; ExifTool writes their true faces as regions into the copies, which get all
eight EXIF orientations in turn; the copies are indexed, and the names are taken over. This is done
for the boxes that different programs draw: the true ones, squares, larger heads, tight ones, and
ones that somebody drew by hand. Counted is whether a named face covers the true one of that name.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from labeler import geometry
from labeler.exchange import frames
from labeler.exchange.steps import adopt
from labeler.faces.steps.index import index
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.metrics.steps.evaluate import LEAST_OVERLAP
from labeler.photos.io.decoding import TURNS
from labeler.types import Box

_TO_STORED = {6: 8, 8: 6}
QUALITY = 95
Truth = dict[str, list[tuple[Box, str]]]
Drawn = Callable[[Box, np.random.Generator], Box]


def scaled(box: Box, across: float, down: float, lower: float = 0.0) -> Box:
    """Return a box made larger around its centre, which moves down by a share of its height."""
    width, height = box.width * across, box.height * down
    x = box.left + box.width / 2
    y = box.top + box.height * (0.5 + lower)
    return Box(x - width / 2, y - height / 2, width, height)


def square(box: Box, random: np.random.Generator) -> Box:
    left, top, right, bottom = geometry.dlib_square_exact(box)
    return Box(left, top, right - left, bottom - top)


def by_hand(box: Box, random: np.random.Generator) -> Box:
    across, down = random.uniform(0.8, 1.6, 2)
    moved = scaled(box, across, down, random.uniform(-0.12, 0.12))
    return Box(moved.left + box.width * random.uniform(-0.15, 0.15), *moved.as_tuple()[1:])


STYLES: dict[str, Drawn] = {
    "as in the table": lambda box, _: box,
    "squares (dlib, digiKam)": square,
    "large squares, 1.4 times": lambda box, r: scaled(square(box, r), 1.4, 1.4),
    "heads with hair (Picasa)": lambda box, _: scaled(box, 1.7, 1.6, -0.1),
    "twice as large": lambda box, _: scaled(box, 2.0, 2.0),
    "tight, 0.65": lambda box, _: scaled(box, 0.65, 0.65, 0.05),
    "drawn by hand": by_hand,
}


def read_truth(photos: Path, most: int) -> Truth:
    truth: Truth = defaultdict(list)
    with open(photos / "faces.csv", newline="") as table:
        for row in csv.DictReader(table):
            box = Box(*(float(row[key]) for key in ("left", "top", "width", "height")))
            truth[row["file"]].append((box, row["person"].replace("/", " ")))
    # Groups are the hard case: take the photos with most faces, and as many from all others.
    by_size = sorted(truth, key=lambda file: (-len(truth[file]), file))
    chosen = by_size[: most // 2] + by_size[most // 2 :: max(len(by_size) // (most // 2), 1)]
    return {file: truth[file] for file in chosen[:most]}


def copy_turned(photos: Path, truth: Truth, into: Path) -> dict[str, int]:
    """Copy the photos, turned and marked with each EXIF orientation in turn; return these."""
    turns = {}
    for number, file in enumerate(truth):
        orientation = number % 8 + 1
        turns[file] = orientation
        with Image.open(photos / file) as image:
            upright = image.convert("RGB")
        back = TURNS.get(_TO_STORED.get(orientation, orientation))
        stored = upright if back is None else upright.transpose(back)
        exif = Image.Exif()
        exif[0x0112] = orientation
        (into / file).parent.mkdir(parents=True, exist_ok=True)
        stored.save(into / file, "JPEG", quality=QUALITY, exif=exif)
    return turns


def write_regions(
    photos: Path, truth: Truth, turns: dict[str, int], drawn: Drawn, where: str
) -> None:
    """Write the true names with ExifTool: into the photos, or beside them."""
    random = np.random.default_rng(1)
    documents = []
    for file, faces in truth.items():
        with Image.open(photos / file) as image:
            width, height = image.size
        upright = frames.stored_size(width, height, turns[file])
        regions = []
        for box, person in faces:
            area = frames.stored(frames.area_of(drawn(box, random), *upright), turns[file])
            centre = {"X": area.left + area.width / 2, "Y": area.top + area.height / 2}
            size = {"W": area.width, "H": area.height, "Unit": "normalized"}
            regions.append({"Area": {**centre, **size}, "Name": person, "Type": "Face"})
        size = {"W": width, "H": height, "Unit": "pixel"}
        info = {"AppliedToDimensions": size, "RegionList": regions}
        name = str(photos / file) + (".xmp" if where == "beside" else "")
        Path(name).unlink(missing_ok=True) if where == "beside" else None
        documents.append({"SourceFile": name, "RegionInfo": info})
    table = photos / "regions.json"
    table.write_text(json.dumps(documents), encoding="utf-8")
    options = ["-q", "-overwrite_original", f"-json={table}", "-struct"]
    for start in range(0, len(documents), 200):
        files = [document["SourceFile"] for document in documents[start : start + 200]]
        subprocess.run(["exiftool", *options, *files], check=True)


def measure(library: Library, photos: Path, truth: Truth) -> dict[str, float | int]:
    """Take the names over, count which reach the right face, and take them back."""
    plan = adopt.plan(library)
    found = adopt.apply(library, plan)
    names = standing.labels(library).names
    table = library.faces()
    paths = {photo: Path(path) for path, photo in library.photo_ids_by_path().items()}
    named: dict[str, list[tuple[Box, str]]] = defaultdict(list)
    for face, photo, box in zip(
        table.ids.tolist(), table.photo_ids.tolist(), table.boxes, strict=True
    ):
        if face in names:
            file = str(paths[photo].relative_to(photos))
            named[file].append((Box(*box.tolist()), names[face]))
    right = total = given = 0
    for file, faces in truth.items():
        mine = named.get(file, [])
        total, given = total + len(faces), given + len(mine)
        pairs = geometry.match_boxes(
            np.array([box.as_tuple() for box, _ in faces]),
            np.array([box.as_tuple() for box, _ in mine]).reshape(-1, 4),
            LEAST_OVERLAP,
        )
        right += sum(faces[i][1] == mine[j][1] for i, j in pairs)
    if found.entry is not None:
        from labeler.people.steps import history

        history.undo(library)
    return {
        "faces": total,
        "named": given,
        "drawn": len(plan.with_outcome("draw")),
        "left out": len(plan.with_outcome("left out")),
        "precision": right / max(given, 1),
        "recall": right / total,
    }


def main(photos: Path, most: int) -> None:
    truth = read_truth(photos, most)
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder).resolve() / "photos"
        copies.mkdir()
        turns = copy_turned(photos, truth, copies)
        library = Library.create(Path(folder) / "library")
        index(library, [copies])
        print(f"{len(truth)} photos, all eight orientations; {len(library.faces())} faces found")
        for style, drawn in STYLES.items():
            write_regions(copies, truth, turns, drawn, "beside")
            print(f"{style:26}", _line(measure(library, copies, truth)), flush=True)
        for sidecar in copies.rglob("*.xmp"):
            sidecar.unlink()
        write_regions(copies, truth, turns, square, "inside")
        index(library, [copies])
        print(f"{'squares, inside the photos':26}", _line(measure(library, copies, truth)))
        shutil.rmtree(copies)


def _line(scores: dict[str, float | int]) -> str:
    return " · ".join(
        f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value:5}"
        for name, value in scores.items()
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("--photos", dest="most", type=int, default=400)
    options = parser.parse_args()
    main(options.photos.absolute(), options.most)
