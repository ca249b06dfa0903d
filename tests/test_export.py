"""What leaves the library is what the user said, where the user wants it, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labeler import journal
from labeler.exchange import regions, xmp_insertion
from labeler.exchange.steps import adopt, pictures_out, regions_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.faces.steps import drawing
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos import xmp as packets
from labeler.photos.io import decoding, stored
from labeler.types import Box

from .exchanging import (
    ORIENTATIONS,
    PEOPLE,
    SIZE,
    beside,
    exiftool,  # noqa: F401
    faces_on,
    files_in,
    library_of,
    mwg,
    overlap,
    told,
    turned,
    write_lists,
    write_tables,
    xmp,
)
from .test_cli import Shell

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parent.parent / "docs" / "exchange.md"
MINE = ChoiceOfNames()


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder of the couple's photo in two orientations."""
    for number in (1, 6):
        turned(tmp_path / "photos" / f"{number}.jpg", number)
    return tmp_path / "photos"


@pytest.fixture
def library(album: Path, tmp_path: Path, models_folder: Path) -> Library:
    library = library_of(tmp_path / "library", album, models_folder)
    name_couples(library)
    return library


def name_couples(library: Library) -> None:
    for path in library.photo_ids_by_path():
        for row, person in zip(faces_on(library, Path(path)), PEOPLE, strict=True):
            naming.name_faces(library, [row.face], person)


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("embed", [False, True])
def test_round_trip_in_all_orientations(tmp_path: Path, models_folder: Path, embed: bool) -> None:
    """ExifTool reads what was written; another library takes it over, box for box."""
    for number in ORIENTATIONS:
        turned(tmp_path / "photos" / f"{number}.jpg", number)
    library = library_of(tmp_path / "library", tmp_path / "photos", models_folder)
    name_couples(library)
    before = files_in(tmp_path / "photos")
    written = regions_out.write_regions(library, tmp_path / "out", MINE, embed)
    assert (written.left_out, written.faces) == ((), 16)
    assert files_in(tmp_path / "photos") == before
    for number in ORIENTATIONS:
        out = tmp_path / "out" / (f"{number}.jpg" if embed else f"{number}.jpg.xmp")
        info = told(out, "-RegionInfo", "-Subject", "-PersonInImage", "-HierarchicalSubject")
        width, height = SIZE if number < 5 else SIZE[::-1]
        size = info["RegionInfo"]["AppliedToDimensions"]
        assert size == {"W": width, "H": height, "Unit": "pixel"}
        regions = info["RegionInfo"]["RegionList"]
        assert [(one["Name"], one["Type"]) for one in regions] == [(n, "Face") for n in PEOPLE]
        assert info["Subject"] == info["PersonInImage"] == list(PEOPLE)
        assert info["HierarchicalSubject"] == ["People|Rosa", "People|Clara"]
        with Image.open(tmp_path / "photos" / f"{number}.jpg") as image:
            assert image.size == (width, height)

    copies = tmp_path / "out" if embed else tmp_path / "copies"
    if not embed:
        shutil.copytree(tmp_path / "photos", copies)
        for sidecar in (tmp_path / "out").iterdir():
            shutil.copy(sidecar, copies)
    other = library_of(tmp_path / "other", copies, models_folder)
    plan = adopt.apply(other, adopt.plan(other))
    assert [one.outcome for one in plan.regions] == ["name"] * 16
    for number in ORIENTATIONS:
        mine = faces_on(library, tmp_path / "photos" / f"{number}.jpg")
        theirs = faces_on(other, copies / f"{number}.jpg")
        assert [row.person for row in theirs] == [row.person for row in mine] == list(PEOPLE)
        assert all(overlap(a.box, b.box) > 0.99 for a, b in zip(mine, theirs, strict=True))


@pytest.mark.usefixtures("exiftool")
def test_drawn_faces_come_back_where_they_were_drawn(
    album: Path, library: Library, tmp_path: Path, models_folder: Path
) -> None:
    box = Box(40, 40, 90, 110)
    face = drawing.draw_face(library, album / "6.jpg", box)
    naming.name_faces(library, [face], "Ghost")
    regions_out.write_regions(library, tmp_path / "out", MINE, embed=True)
    other = library_of(tmp_path / "other", tmp_path / "out", models_folder)
    plan = adopt.apply(other, adopt.plan(other))
    (ghost,) = plan.with_outcome("draw")
    assert ghost.box is not None
    assert ghost.box.as_tuple() == pytest.approx(box.as_tuple(), abs=0.01)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_copy_of_a_photo_never_runs_as_the_user(
    album: Path, library: Library, tmp_path: Path
) -> None:
    for path in album.rglob("*.jpg"):
        path.chmod(0o4755)
    written = regions_out.write_regions(library, tmp_path / "out", MINE, embed=True)
    assert written.copies
    assert {oct(stat.S_IMODE(one.stat().st_mode)) for one in written.copies} == {"0o755"}
    times = {(album / one.name).stat().st_mtime_ns for one in written.copies}
    assert {one.stat().st_mtime_ns for one in written.copies} == times


def test_what_another_program_wrote_is_taken_over(
    album: Path, library: Library, tmp_path: Path
) -> None:
    rosa = faces_on(library, album / "1.jpg")[0]
    extra = (
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>A title</rdf:li></rdf:Alt></dc:title>"
        "<dc:subject><rdf:Bag><rdf:li>Lake</rdf:li><rdf:li>Rosa</rdf:li></rdf:Bag></dc:subject>"
        "<MP:RegionInfo rdf:parseType='Resource'><MPRI:Regions><rdf:Bag><rdf:li "
        "MPReg:PersonDisplayName='Wrong' MPReg:Rectangle='0.09, 0.25, 0.2, 0.3'/></rdf:Bag>"
        "</MPRI:Regions></MP:RegionInfo>"
    )
    away = Box(500, 600, 60, 60)
    packet = mwg([("Wrong", rosa.box), ("Rex", away)], SIZE)
    end = b"</rdf:Description></rdf:RDF>"
    sidecar = beside(album / "1.jpg", packet.replace(end, extra.encode() + end))
    kept = sidecar.read_bytes()
    regions_out.write_regions(library, tmp_path / "out", MINE)
    assert sidecar.read_bytes() == kept
    parsed = packets.read((tmp_path / "out" / "1.jpg.xmp").read_bytes())
    assert parsed.trouble == ""
    found = [(one.name, one.kind) for one in regions.of_packet(parsed.about)]
    assert found == [
        ("Rosa", "Face"),
        ("Clara", "Face"),
        ("Rex", "Face"),
        ("Rosa", "Face"),
        ("Clara", "Face"),
    ]
    subjects = packets.values(parsed.about, "{http://purl.org/dc/elements/1.1/}subject")
    assert subjects == ["Lake", "Rosa", "Clara"]
    assert packets.values(parsed.about, "{http://purl.org/dc/elements/1.1/}title") == ["A title"]


def test_regions_that_the_user_denied_are_not_handed_on(
    album: Path, library: Library, tmp_path: Path
) -> None:
    rosa, clara = faces_on(library, album / "1.jpg")
    beside(album / "1.jpg", mwg([("Emil", rosa.box), ("Ines", clara.box)], SIZE))
    naming.unlabel_faces(library, [rosa.face, clara.face])
    naming.name_faces(library, [rosa.face], "Emil")
    naming.reject_faces(library, [rosa.face], "Emil")
    naming.name_faces(library, [clara.face], "Clara")
    regions_out.write_regions(library, tmp_path / "out", MINE)
    text = (tmp_path / "out" / "1.jpg.xmp").read_text(encoding="utf-8")
    assert re.findall(r"<mwg-rs:Name>(.*?)<|mwg-rs:Name=\"(.*?)\"", text) == [("Clara", "")]


def test_nothing_of_others_is_overwritten(album: Path, library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "1.xmp").write_bytes(xmp("<dc:title>Mine</dc:title>"))
    before = files_in(out, album)
    written = regions_out.write_regions(library, out, MINE)
    (left,) = written.left_out
    assert left.path == str(album / "1.jpg")
    assert "was written by another program and is left as it is" in left.reason
    assert [path.name for path in written.sidecars] == ["6.jpg.xmp"]
    assert before.items() <= files_in(out, album).items()
    # What is ours is renewed.
    naming.name_faces(library, [faces_on(library, album / "6.jpg")[0].face], "Emil")
    regions_out.write_regions(library, out, MINE)
    assert "Emil" in (out / "6.jpg.xmp").read_text(encoding="utf-8")


def test_beside_the_photos_only_if_that_is_the_chosen_folder(album: Path, library: Library) -> None:
    before = files_in(album)
    regions_out.write_regions(library, album, MINE)
    after = files_in(album)
    assert before.items() <= after.items()
    assert {Path(path).name for path in set(after) - set(before)} == {"1.jpg.xmp", "6.jpg.xmp"}
    embedded = regions_out.write_regions(library, album, MINE, embed=True)
    assert [one.reason.split(" is ")[1] for one in embedded.left_out] == [
        "a photo of yours; choose a folder for copies of it."
    ] * 2
    assert files_in(album) == after


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("like", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_copies_are_the_same_pictures(tmp_path: Path, models_folder: Path, like: str) -> None:
    suffix = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif"}[like]
    source = turned(tmp_path / "photos" / f"a.{suffix}", 6, like)
    library = library_of(tmp_path / "library", source.parent, models_folder)
    name_couples(library)
    for _ in range(2):
        written = regions_out.write_regions(library, tmp_path / "out", MINE, embed=True)
        assert written.left_out == ()
        copy = tmp_path / "out" / source.name
        assert written.copies == (copy,)
    one, other = (decoding.OpenedPhoto(path.read_bytes(), str(path)) for path in (source, copy))
    assert np.array_equal(one.pixels(), other.pixels())
    assert stored.look_into(str(copy)).orientation == 6
    holder = copy
    if like == "TIFF":  # which is copied as it is, with a sidecar
        assert copy.read_bytes() == source.read_bytes()
        holder = Path(f"{copy}.xmp")
    names = [one["Name"] for one in told(holder, "-RegionInfo")["RegionInfo"]["RegionList"]]
    assert names == list(PEOPLE)
    assert "Warning" not in told(holder, "-Warning", "-Error")
    assert "Error" not in told(holder, "-Warning", "-Error")
    index(library, [tmp_path / "photos", tmp_path / "out"])
    assert library.counts()["photos"] == 1  # known as copies of the photo


NO_PICTURES = (
    b"",
    b"\xff\xd8",
    b"\xff\xd8\xff\xe1\xff",
    b"\x89PNG\r\n\x1a\nx",
    b"RIFF\0\0\0\0WEBP",
    b"GIF89a",
)


@pytest.mark.parametrize("data", NO_PICTURES)
def test_files_that_cannot_hold_a_packet(data: bytes) -> None:
    assert xmp_insertion.with_xmp(data, b"packet") is None


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.binary(min_size=1, max_size=8), st.data())
def test_damaged_files_are_refused_or_kept(like: str, noise: bytes, data: st.DataObject) -> None:
    """No damage makes it fail; what can be decoded afterwards shows what it showed before."""
    stream = io.BytesIO()
    picture = Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3))
    picture.save(stream, like)
    whole = stream.getvalue()
    assert xmp_insertion.with_xmp(whole, b"<x/>") is not None
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + noise + whole[place + data.draw(st.integers(0, 8)) :]
    written = xmp_insertion.with_xmp(damaged, b"<x/>")
    before, after = pixels_of(damaged), None if written is None else pixels_of(written)
    if after is not None:
        assert before is None or np.array_equal(before, after)


def pixels_of(data: bytes) -> np.ndarray | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image.convert("RGB"))
    except Exception:  # Pillow raises what it likes
        return None


def test_too_much_for_one_segment(album: Path) -> None:
    data = (album / "1.jpg").read_bytes()
    assert xmp_insertion.with_xmp(data, b"x" * 65_504) is not None
    assert xmp_insertion.with_xmp(data, b"x" * 65_505) is None


def test_a_broken_sidecar_is_not_taken_over(album: Path, library: Library, tmp_path: Path) -> None:
    beside(album / "1.jpg", b"<x:xmpmeta")
    written = regions_out.write_regions(library, tmp_path / "out", MINE)
    assert "cannot be taken over: it is broken" in written.left_out[0].reason
    assert len(written.sidecars) == 1


def test_annotated_pictures_have_no_metadata(album: Path, library: Library, tmp_path: Path) -> None:
    path = album / "1.jpg"
    with Image.open(path) as image:
        exif = image.getexif()
        exif[0x010E], exif[0x010F] = "A secret caption", "Camera"
        exif.get_ifd(0x8825)[1] = "N"
        image.save(path, exif=exif, xmp=xmp("<dc:title>secret</dc:title>"), comment="secret")
    index(library, [album])
    found = pictures_out.write_annotated(library, tmp_path / "out", MINE)
    assert [one.name for one in found.files] == ["1.jpg", "6.jpg"]
    for out in found.files:
        data = out.read_bytes()
        assert b"secret" not in data
        assert str(album).encode() not in data
        with Image.open(out) as image:
            assert image.size == SIZE
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not image.getexif()
        plain_file = album / out.name
        shown, plain = (decoding.decode_file(str(p)).astype(int) for p in (out, plain_file))
        rosa, clara = faces_on(library, plain_file)
        changed = np.abs(shown - plain).max(axis=2) > 60
        for face in (rosa, clara):
            left, top, right = (round(v) for v in (face.box.left, face.box.top, face.box.right))
            assert changed[top - 4 : top + 4, left:right].mean() > 0.3
        assert changed.mean() < 0.08
    again = pictures_out.write_annotated(library, tmp_path / "out", MINE)
    assert again == found


def test_only_whom_the_user_asks_for(album: Path, library: Library, tmp_path: Path) -> None:
    clara = faces_on(library, album / "1.jpg")[1]
    naming.ignore_faces(library, [clara.face])
    lists = write_lists(library, tmp_path / "all", MINE)
    assert [one.name for one in lists.files] == ["Clara.txt", "Rosa.txt"]
    assert (tmp_path / "all" / "Clara.txt").read_text() == f"{album / '6.jpg'}\n"
    assert (tmp_path / "all" / "Rosa.txt").read_text() == f"{album / '1.jpg'}\n{album / '6.jpg'}\n"
    library.append(journal.HIDE, person="Rosa")
    shy = write_lists(library, tmp_path / "shy", MINE)
    assert [one.name for one in shy.files] == ["Clara.txt"]
    asked = write_lists(library, tmp_path / "asked", ChoiceOfNames(("Rosa",)))
    assert [one.name for one in asked.files] == ["Rosa.txt"]
    regions_out.write_regions(library, tmp_path / "xmp", ChoiceOfNames(("Clara",)))
    assert "Rosa" not in (tmp_path / "xmp" / "6.jpg.xmp").read_text(encoding="utf-8")
    assert not (tmp_path / "xmp" / "1.jpg.xmp").exists()


def test_names_that_are_no_file_names(album: Path, library: Library, tmp_path: Path) -> None:
    faces = faces_on(library, album / "1.jpg")
    naming.name_faces(library, [faces[0].face], "../a/b")
    naming.name_faces(library, [faces[1].face], "A:B")
    naming.name_faces(library, [faces_on(library, album / "6.jpg")[0].face], "A/B")
    found = write_lists(library, tmp_path / "out", MINE)
    assert all(one.parent == tmp_path / "out" for one in found.files)
    assert len({one.read_text() for one in found.files}) >= 2
    assert len(set(found.files)) == 4


def test_tables_say_what_the_documentation_says(
    album: Path, library: Library, tmp_path: Path
) -> None:
    library.append(journal.BORN, person="Rosa", value="1950-01-02")
    library.append(journal.KIN, person="Clara", value="parent Rosa")
    naming.reject_faces(library, [faces_on(library, album / "1.jpg")[0].face], "Clara")
    files = write_tables(library, tmp_path / "out")
    document = json.loads(files[-1].read_text(encoding="utf-8"))
    assert (document["format"], document["version"]) == ("face-labeler export", 1)
    assert [one["person"] for one in document["people"]] == ["Clara", "Rosa"]
    assert document["people"][1]["born"] == "1950-01-02"
    assert document["faces"][0]["rejected"] == ["Clara"]
    assert len(document["journal"]) == library.counts()["decisions"]
    text = DOCS.read_text(encoding="utf-8")
    assert document["kin"] == [{"person": "Rosa", "is": "parent", "of": "Clara"}]
    for name in ("people", "kin", "faces", "journal"):
        with open(tmp_path / "out" / f"{name}.csv", newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        assert len(rows) == len(document[name])
        assert list(rows[0]) == list(document[name][0])
        section = text.split(f"### {name}")[1].split("\n#")[0]
        assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(rows[0])
    assert rows[0]["faces"] == "1"


def test_the_command(album: Path, library: Library, tmp_path: Path) -> None:
    shell = Shell(library.folder)
    assert "--xmp, --embed, --annotated" in shell.fails(2, "export")
    told_of = shell.json(
        "export", "--xmp", tmp_path / "x", "--annotated", tmp_path / "a", "--lists", tmp_path / "l"
    )
    assert set(told_of) == {"xmp", "annotated", "lists"}
    assert set(told_of["xmp"]) == {"into", "files", "left_out"}
    assert shell.run("export", "--tables", tmp_path / "t").stdout == f"5 tables in {tmp_path}/t\n"
    assert "did you mean Rosa?" in shell.fails(
        1, "export", "--lists", tmp_path / "n", "--person", "Ros"
    )
    assert not (tmp_path / "n").exists()
    assert "is a file; choose a folder" in shell.fails(1, "export", "--xmp", album / "1.jpg")


def test_a_folder_above_the_photos_is_not_theirs(
    album: Path, library: Library, tmp_path: Path
) -> None:
    before = files_in(album)
    written = regions_out.write_regions(library, tmp_path, MINE)
    assert [path.parent for path in written.sidecars] == [tmp_path, tmp_path]
    assert files_in(album) == before


def test_several_folders_are_told_apart(album: Path, library: Library, tmp_path: Path) -> None:
    again = tmp_path / "b" / "photos"
    turned(again / "1.jpg", 3)
    index(library, [again])
    name_couples(library)
    written = regions_out.write_regions(library, tmp_path / "out", MINE)
    assert sorted(str(path.relative_to(tmp_path / "out")) for path in written.sidecars) == [
        "photos 2/1.jpg.xmp",
        "photos 2/6.jpg.xmp",
        "photos/1.jpg.xmp",
    ]
