"""Photos with names in them, as other programs leave them, for the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labeler import geometry
from labeler.exchange import frames
from labeler.exchange.steps import pictures_out, tables_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.exchange.steps.owned import OwnFiles
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.photos.io.decoding import TURNS
from labeler.types import Box

ORIENTATIONS = range(1, 9)
BACK = {6: 8, 8: 6}

Named = tuple[str, Box]
"""A name, and the face's box in upright pixels."""


@pytest.fixture
def exiftool() -> None:
    if not shutil.which("exiftool"):
        pytest.skip("ExifTool, the judge of what is written, is not here; `python3 run.py check`.")


def tool(*arguments: object) -> str:
    done = subprocess.run(
        ["exiftool", *map(str, arguments)], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(path: Path, *tags: str) -> dict[str, Any]:
    """Return what ExifTool reads, structures as such, numbers as numbers."""
    return json.loads(tool("-j", "-struct", "-n", *tags, path))[0]


COUPLE = Path(__file__).parent.parent / "data/demo/photos/2003 Christmas at home/IMG_1005.jpg"
CROP = (150, 100, 1190, 860)
SIZE = (CROP[2] - CROP[0], CROP[3] - CROP[1])
PEOPLE = ("Rosa", "Clara")
"""From left to right on the couple's photo, which is cropped so that no mirroring or turning puts
a face where another one was."""


def turned(out: Path, orientation: int, like: str = "JPEG") -> Path:
    """Write the couple's photo so that only its EXIF orientation brings it upright again.

    The pixels of two orientations differ a little, so that they are two photos.
    """
    with Image.open(COUPLE) as image:
        upright = image.convert("RGB").crop(CROP)
    turn = TURNS.get(BACK.get(orientation, orientation))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out.parent.mkdir(parents=True, exist_ok=True)
    (upright if turn is None else upright.transpose(turn)).save(
        out, like, quality=90 + orientation % 8, exif=exif.tobytes()
    )
    return out


def library_of(folder: Path, photos: Path, models: Path) -> Library:
    """Return a new library of a folder of photos."""
    shutil.copytree(models, folder / "cache" / "models")
    library = Library.create(folder)
    index(library, [photos])
    return library


def mwg(
    faces: Sequence[Named],
    size: tuple[int, int],
    orientation: int = 1,
    applied_to: tuple[int, int] | None = None,
    kind: str = "Face",
) -> bytes:
    """Return a packet with regions as the standard says. size: of the upright photo."""
    stored = applied_to or frames.stored_size(*size, orientation)
    items = []
    for name, box in faces:
        area = frames.stored(frames.area_of(box, *size), orientation)
        x, y = area.left + area.width / 2, area.top + area.height / 2
        items.append(
            f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area '
            f'stArea:x="{x}" stArea:y="{y}" stArea:w="{area.width}" stArea:h="{area.height}" '
            'stArea:unit="normalized"/></rdf:Description></rdf:li>'
        )
    return xmp(
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions '
        f'stDim:w="{stored[0]}" stDim:h="{stored[1]}" stDim:unit="pixel"/>'
        f"<mwg-rs:RegionList><rdf:Bag>{''.join(items)}</rdf:Bag></mwg-rs:RegionList>"
        "</mwg-rs:Regions>"
    )


def xmp(inside: str) -> bytes:
    """Return a packet with these properties of the photo."""
    spaces = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dc": "http://purl.org/dc/elements/1.1/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "stArea": "http://ns.adobe.com/xmp/sType/Area#",
        "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
        "MP": "http://ns.microsoft.com/photo/1.2/",
        "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
        "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    }
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in spaces.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Other 1.0"><rdf:RDF {names}>'
        f'<rdf:Description rdf:about="">{inside}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def beside(photo: Path, packet: bytes, whole_name: bool = True) -> Path:
    """Write a sidecar."""
    path = Path(f"{photo}.xmp") if whole_name else photo.with_suffix(".xmp")
    path.write_bytes(packet)
    return path


def faces_on(library: Library, photo: Path) -> list[FaceRow]:
    """Return the faces of one photo, from the left."""
    rows = [row for row in list_faces(library) if os.path.samefile(row.photo, photo)]
    return sorted(rows, key=lambda row: row.box.left)


def overlap(one: Box, other: Box) -> float:
    both = geometry.intersection_over_union(
        np.array([one.as_tuple()]), np.array([other.as_tuple()])
    )
    return float(both[0, 0])


def files_in(*folders: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time of all files, to see that nothing was written."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_lists(library: Library, into: Path, choice: ChoiceOfNames) -> pictures_out.WrittenFiles:
    """Write the lists alone, as the command does with all that it is asked for."""
    files, left_out = pictures_out.lists_of(library, into, choice)
    OwnFiles(library).write_all(files)
    return pictures_out.WrittenFiles(tuple(files), left_out)


def write_tables(library: Library, into: Path) -> tuple[Path, ...]:
    """Write the tables alone; return where they are."""
    files = tables_out.tables_of(library, into)
    OwnFiles(library).write_all(files)
    return tuple(files)
