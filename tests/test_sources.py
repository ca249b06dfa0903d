"""Who is believed about a photo: corrections count wherever they stand, dead clocks do not."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.exchange.steps import adopt, regions_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.faces.steps.index import index
from labeler.geometry import orientation_left
from labeler.library import migrations
from labeler.library.store import Library
from labeler.photos import sources, takeout
from labeler.photos.io import decoding, metadata
from labeler.photos.io.indexed import indexed_pixels
from labeler.photos.io.walk import walk
from labeler.types import Metadata, PhotoFile

from .exchanging import (
    ORIENTATIONS,
    PEOPLE,
    SIZE,
    beside,
    faces_on,
    library_of,
    mwg,
    turned,
)
from .test_cli import Shell
from .test_metadata import encoded, exif_of, iptc_of, jpeg_with_iptc, xmp_of

CAMERA, CORRECTED = datetime(2024, 6, 1, 12, 0, 7), datetime(1978, 8, 12, 10)
ORIGINAL, DIGITIZED, CHANGED = 0x9003, 0x9004, 0x0132
NOON = 1_258_375_918
"""16 November 2009, 12:51:58 in Greenwich."""
UNSET = ("1970:01:01 00:00:00", "1980:01:01 00:03:11", "1904:01:01 00:00:00", "1969:12:31 19:00:00")


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def known_of(folder: Path, name: str = "a.jpg") -> Metadata:
    """Return what is known of a photo in a folder."""
    (file,) = (f for f in walk([folder]) if Path(f.path).name == name)
    assert isinstance(file, PhotoFile)
    return decoding.facts(decoding.OpenedPhoto(Path(file.path).read_bytes()), file).metadata


def photo(folder: Path, name: str = "a.jpg", original: str | None = None, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    exif = exif_of({}, {} if original is None else {ORIGINAL: original})
    kind = "PNG" if name.endswith("png") else "JPEG"
    (folder / name).write_bytes(encoded(kind, exif=exif.tobytes(), **more))
    return folder / name


def note(photo: Path, name: str | None = None, **said: object) -> Path:
    """Write Google Takeout's JSON beside a photo."""
    document = {"title": photo.name, "photoTakenTime": {"timestamp": str(NOON)}} | said
    path = photo.parent / (name or f"{photo.name}.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


# --- corrections beside the photo


@pytest.mark.parametrize(
    "field", ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"]
)
@pytest.mark.parametrize("whole_name", [True, False])
def test_every_fact_of_a_sidecar_goes_before_the_photo_s(
    tmp_path: Path, field: str, whole_name: bool
) -> None:
    inside = xmp_of("<dc:description>inside</dc:description>", 'xmp:Rating="2"')
    path = photo(tmp_path, original="2024:06:01 12:00:07", xmp=inside)
    packet = xmp_of(
        f"<dc:description>said later</dc:description><{field}>1978-08-12T10:00:00</{field}>",
        'exif:GPSLatitude="38,43.2N" exif:GPSLongitude="9,8.4W" xmp:Rating="5"',
    )
    beside(path, packet, whole_name)
    known = known_of(tmp_path)
    assert (known.taken, known.taken_from) == (CORRECTED, "sidecar")
    assert (known.caption, known.rating) == ("said later", 5)
    assert known.latitude == pytest.approx(38.72)
    assert set(known.whence.values()) == {"sidecar"}


def test_two_sidecars_count_one_after_the_other(tmp_path: Path) -> None:
    path = photo(tmp_path, original="2024:06:01 12:00:07")
    beside(path, xmp_of("<dc:title>of the whole name</dc:title>"))
    beside(path, xmp_of("<dc:title>Adobe's</dc:title>", 'xmp:CreateDate="1978-08-12T10:00"'), False)
    known = known_of(tmp_path)
    assert (known.caption, known.taken, known.taken_from) == (
        "of the whole name",
        CORRECTED,
        "sidecar",
    )
    (file,) = walk([tmp_path])
    assert isinstance(file, PhotoFile)
    os.utime(path.with_suffix(".xmp"), ns=(1, 1))
    (again,) = walk([tmp_path])
    assert isinstance(again, PhotoFile)
    assert again.sidecar_ns != file.sidecar_ns  # either's change is noticed


def test_a_scanner_s_last_change_goes_behind_what_somebody_says_of_the_picture() -> None:
    exif = exif_of({CHANGED: "2024:06:01 12:00:07"})
    said = xmp_of(attributes='exif:DateTimeOriginal="1978-08-12T10:00"')
    with_iptc = jpeg_with_iptc(iptc_of((2, 55, b"19780812")), encoded(exif=exif))
    for data, source in ((encoded(exif=exif, xmp=said), "xmp"), (with_iptc, "iptc")):
        found = decoding.OpenedPhoto(data).metadata
        assert found.taken is not None
        assert (found.taken.year, found.taken_from) == (1978, source)
    alone = decoding.OpenedPhoto(encoded(exif=exif)).metadata
    assert (alone.taken, alone.taken_from) == (CAMERA, "exif")


def test_a_copy_without_a_sidecar_takes_nothing_back(tmp_path: Path, models_folder: Path) -> None:
    path = photo(tmp_path / "a", original="2024:06:01 12:00:07")
    beside(path, xmp_of("<dc:title>said</dc:title>", 'xmp:CreateDate="1978-08-12T10:00"'))
    library = library_of(tmp_path / "library", tmp_path / "a", models_folder)
    shutil.copytree(tmp_path / "a", tmp_path / "b", ignore=shutil.ignore_patterns("*.xmp"))
    index(library, [tmp_path / "b"])
    (found,) = library.photos().values()
    assert (found.facts.metadata.taken, found.facts.metadata.caption) == (CORRECTED, "said")
    with Image.open(path) as image:  # the same pixels, and not a word about them
        image.save(tmp_path / "b" / "bare.jpg", quality="keep")
    index(library, [tmp_path / "b"])
    (found,) = library.photos().values()
    assert (found.facts.metadata.taken, found.facts.metadata.caption) == (CORRECTED, "said")
    beside(path, xmp_of("<dc:title>anew</dc:title>"))
    index(library, [tmp_path / "a"])
    (found,) = library.photos().values()
    assert found.facts.metadata.caption == "anew"


# --- Google Takeout


@pytest.mark.parametrize(
    ("name", "json_name"),
    [
        ("a.png", "a.png.json"),
        ("a.png", "a.json"),
        ("a.png", "a.png.supplemental-metadata.json"),
        ("a.png", "a.png.supplemental-me.json"),
        ("a.png", "a.png..json"),
        ("a(1).png", "a.png(1).json"),
        ("a(1).png", "a.png.supplemental-metadata(1).json"),
        ("a.PNG", "a.png.json"),
        ("a-edited.png", "a.png.json"),
        ("a-bearbeitet(2).png", "a.png(2).json"),
        (f"{'x' * 47}.png", f"{'x' * 46}.json"),
        (f"{'x' * 40}.png", f"{'x' * 40}.png.s.json"),
        ("PXL_1.MP.png", "PXL_1.MP.json"),
    ],
)
def test_takeout_s_file_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, json_name: str
) -> None:
    path = photo(tmp_path, name)
    if json_name == "PXL_1.MP.json":
        (tmp_path / "PXL_1.MP").write_bytes(b"moving")
    place = {"latitude": 38.72, "longitude": -9.14, "altitude": 3.0}
    note(path, json_name, description="by the river", geoData=place)
    known = known_of(tmp_path, name)
    assert (known.taken, known.taken_from) == (datetime(2009, 11, 16, 12, 51, 58), "takeout")
    assert (known.caption, known.latitude, known.longitude) == ("by the river", 38.72, -9.14)
    assert known.whence == {"caption": "takeout", "place": "takeout"}


@pytest.mark.parametrize(
    ("original", "taken", "source"),
    [
        ("2009:11:16 13:51:58", datetime(2009, 11, 16, 13, 51, 58), "exif"),  # the time there
        ("2009:11:16 22:21:59", datetime(2009, 11, 16, 22, 21, 59), "exif"),  # + 9:30 hours
        ("2024:06:01 12:00:07", datetime(2009, 11, 16, 12, 51, 58), "takeout"),  # corrected
        ("2009:11:16 14:03:58", datetime(2009, 11, 16, 12, 51, 58), "takeout"),
        ("1970:01:01 00:00:00", datetime(2009, 11, 16, 12, 51, 58), "takeout"),
        (None, datetime(2009, 11, 16, 12, 51, 58), "takeout"),
    ],
)
def test_google_s_date_is_a_correction_unless_it_is_that_moment_elsewhere(
    tmp_path: Path, original: str | None, taken: datetime, source: str
) -> None:
    note(photo(tmp_path, original=original))
    known = known_of(tmp_path)
    assert (known.taken, known.taken_from) == (taken, source)


def test_the_hour_in_a_name_is_the_one_there(tmp_path: Path) -> None:
    name = "IMG_20091116_135158.png"
    note(photo(tmp_path, name))
    assert known_of(tmp_path, name).taken == datetime(2009, 11, 16, 13, 51, 58)
    whatsapp = "IMG-20091116-WA0001.png"
    note(photo(tmp_path, whatsapp))
    assert known_of(tmp_path, whatsapp).taken == datetime(2009, 11, 16, 12, 51, 58)


@pytest.mark.parametrize("name", ["FB_IMG_1258375918123.jpg", "mmexport1258375918000.jpg"])
def test_milliseconds_in_a_name_are_a_moment(tmp_path: Path, name: str) -> None:
    photo(tmp_path, name)
    known = known_of(tmp_path, name)
    assert (known.taken, known.taken_from) == (datetime(2009, 11, 16, 12, 51, 58), "file name")


@pytest.mark.parametrize("name", ["1258375918123.jpg", "x12583759181234.jpg", "a9258375918123.jpg"])
def test_other_long_numbers_are_none(tmp_path: Path, name: str) -> None:
    photo(tmp_path, name)
    assert known_of(tmp_path, name).taken_from == "file time"


@pytest.mark.parametrize(
    ("said", "stars"),
    [
        ('xmp:Rating="3"', 3),
        ('xmp:Rating="-1"', -1),
        ('xmp:Rating="0"', None),
        ('xmp:Rating="7"', None),
        ('xmp:Rating="many"', None),
        ('MP:Rating="75"', 4),
        ('MP:Rating="99"', 5),
        ('MP:Rating="1"', 1),
        ('acdsee:rating="2" MP:Rating="99"', 2),
    ],
)
def test_ratings(tmp_path: Path, said: str, stars: int | None) -> None:
    path = photo(tmp_path)
    spaces = (
        'xmlns:MP="http://ns.microsoft.com/photo/1.0/" '
        'xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/" '
    )
    beside(path, xmp_of(attributes=spaces + said))
    assert known_of(tmp_path).rating == stars


def test_ratings_of_windows_in_the_file() -> None:
    assert decoding.OpenedPhoto(encoded(exif=exif_of({0x4746: 4}))).metadata.rating == 4


def test_a_sidecar_goes_before_google(tmp_path: Path) -> None:
    path = photo(tmp_path)
    note(path, description="Google's")
    beside(path, xmp_of("<dc:title>mine</dc:title>", 'xmp:CreateDate="1978-08-12T10:00"'))
    known = known_of(tmp_path)
    assert (known.taken, known.caption) == (CORRECTED, "mine")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "{",
        '{"photoTakenTime": 5}',
        '{"photoTakenTime": {"timestamp": "soon"}}',
        '{"photoTakenTime": {"timestamp": "1e999"}, "geoData": 7, "people": {"name": "x"}}',
        '{"photoTakenTime": {"timestamp": 99999999999999999999}, "people": [1, {"name": 2}]}',
        '{"photoTakenTime": {"timestamp": "0"}, "geoData": {"latitude": 0, "longitude": 0}}',
        '{"photoTakenTime": {}, "geoData": {"latitude": 91, "longitude": 0}, "description": 3}',
        "[" * 100_000,
        '[{"SourceFile": "a.jpg", "EXIF:DateTimeOriginal": "2001:02:03 04:05:06"}]',
    ],
)
def test_other_json_says_nothing(text: str) -> None:
    assert metadata.from_takeout(text.encode()) == Metadata()


def test_what_google_knows_of_people() -> None:
    document = {
        "photoTakenTime": {"timestamp": 5},
        "people": [{"name": "Rosa"}, {"name": "O&#39;Brien"}],
    }
    said = takeout.read(json.dumps(document).encode())
    assert said is not None
    assert said.people == ("Rosa", "O'Brien")
    assert takeout.read(b'{"photoTakenTime": {"timestamp": 5}}' + b" " * takeout.MOST_BYTES) is None


# --- clocks that were never set


@pytest.mark.parametrize("unset", UNSET)
def test_a_clock_that_was_never_set_is_doubted(tmp_path: Path, unset: str) -> None:
    path = photo(tmp_path, original=unset)
    os.utime(path, (NOON, NOON))
    known = known_of(tmp_path)
    assert known.taken_from == "file time"
    assert known.date is None
    assert known.doubted == datetime.strptime(unset, "%Y:%m:%d %H:%M:%S")
    named = photo(tmp_path, "IMG_20190704_153012.jpg", original=unset)
    assert known_of(tmp_path, named.name).taken_from == "file name"


def test_who_repeats_that_clock_is_no_other_witness(tmp_path: Path) -> None:
    repeated = 'exif:DateTimeOriginal="1980-01-01T00:03:11" xmp:CreateDate="1980-01-01T00:03:11"'
    path = photo(tmp_path, original="1980:01:01 00:03:11", xmp=xmp_of(attributes=repeated))
    beside(path, xmp_of(attributes=repeated))  # as darktable writes without being told anything
    assert known_of(tmp_path).date is None
    beside(path, xmp_of(attributes='exif:DateTimeOriginal="1978-08-12T10:00:00"'))
    assert known_of(tmp_path).date == CORRECTED


@pytest.mark.parametrize("said", ["1980-01-01T00:00:00", "1970-01-01"])
def test_what_somebody_writes_is_believed(tmp_path: Path, said: str) -> None:
    path = photo(tmp_path, original="2024:06:01 12:00:07")
    beside(path, xmp_of(attributes=f'exif:DateTimeOriginal="{said}"'))
    assert known_of(tmp_path).date == datetime.fromisoformat(said)


def test_the_next_date_in_the_file_is_asked() -> None:
    details = {ORIGINAL: "1970:01:01 00:00:00", DIGITIZED: "2008:07:04 15:30:12"}
    exif = exif_of({CHANGED: "2011:01:01 00:00:00"}, details)
    assert decoding.OpenedPhoto(encoded(exif=exif)).metadata.taken == datetime(
        2008, 7, 4, 15, 30, 12
    )
    details.pop(DIGITIZED)
    said = xmp_of(attributes='photoshop:DateCreated="2009-01-02"')
    exif = exif_of({CHANGED: "2011:01:01 00:00:00"}, details)
    found = decoding.OpenedPhoto(encoded(exif=exif, xmp=said)).metadata
    assert (found.taken, found.taken_from) == (datetime(2009, 1, 2), "xmp")


def test_nothing_was_taken_in_the_future(tmp_path: Path) -> None:
    path = photo(tmp_path, original="2089:06:01 12:00:07")
    os.utime(path, (NOON, NOON))
    known = known_of(tmp_path)
    assert (known.date, known.doubted) == (None, datetime(2089, 6, 1, 12, 0, 7))


@pytest.mark.parametrize(
    "day", ["1980:01:02 00:00:00", "1969:12:31 23:14:05", "2000:01:01 00:00:00"]
)
def test_other_days_are_believed(tmp_path: Path, day: str) -> None:
    photo(tmp_path, original=day)
    assert known_of(tmp_path).taken_from == "exif"


# --- which way up


def test_orientations_are_composed_as_pictures_are() -> None:
    stored = np.arange(6).reshape(2, 3)
    for wanted in ORIENTATIONS:
        for done in ORIENTATIONS:
            left = orientation_left(wanted, done)
            assert np.array_equal(_upright(_upright(stored, done), left), _upright(stored, wanted))


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    picture = Image.fromarray(pixels.astype(np.uint8))
    turn = decoding.TURNS.get(orientation)
    return np.asarray(picture if turn is None else picture.transpose(turn))


@pytest.mark.parametrize("like", ["JPEG", "PNG", "TIFF", "HEIF", "WEBP"])
@pytest.mark.parametrize("own", [1, 6])
def test_a_sidecar_turns_every_format(tmp_path: Path, like: str, own: int) -> None:
    if like == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    path = tmp_path / f"a.{like.lower()}"
    exif = Image.Exif()
    exif[0x0112] = own
    stored = Image.fromarray(np.arange(64 * 32 * 3, dtype=np.uint8).reshape(32, 64, 3))
    stored.resize((640, 320)).save(path, like, exif=exif.tobytes())
    lying = decoding.OpenedPhoto(path.read_bytes(), path.name, orientation=1).pixels()
    for wanted in ORIENTATIONS:
        found = decoding.OpenedPhoto(path.read_bytes(), path.name, orientation=wanted)
        pixels = found.pixels()
        assert pixels.shape[:2] == (found.height, found.width)
        assert np.array_equal(pixels, _upright(lying, wanted))


@pytest.mark.slow
def test_a_turned_photo_is_found_shown_and_written_upright(
    tmp_path: Path, models_folder: Path
) -> None:
    """Regions lie on the stored picture, as digiKam writes them with the orientation beside."""
    upright = turned(tmp_path / "upright" / "a.jpg", 1)
    reference = library_of(tmp_path / "reference", upright.parent, models_folder)
    named = [(n, row.box) for n, row in zip(PEOPLE, faces_on(reference, upright), strict=True)]
    path = turned(tmp_path / "photos" / "a.jpg", 6)
    with Image.open(path) as image:
        image.save(path, quality=95, exif=b"")  # nothing in the file says how it is turned
    packet = mwg(named, SIZE, 6).replace(b"</rdf:RDF>", _turn(6) + b"</rdf:RDF>")
    beside(path, packet)
    library = library_of(tmp_path / "library", path.parent, models_folder)
    (found,) = library.photos().values()
    assert (found.facts.width, found.facts.height) == SIZE
    adopt.apply(library, adopt.plan(library))
    assert [row.person for row in faces_on(library, path)] == list(PEOPLE)
    told = Shell(library.folder).run("export", "--annotated", tmp_path / "out")
    assert told.returncode == 0
    (picture,) = (tmp_path / "out").rglob("*.jpg")
    with Image.open(picture) as shown:
        assert shown.size == SIZE
    assert indexed_pixels(found, 10_000).shape[:2] == SIZE[::-1]
    written = regions_out.write_regions(library, tmp_path / "xmp", ChoiceOfNames())
    again = library_of(tmp_path / "again", path.parent, models_folder)
    shutil.copy(written.sidecars[0], beside(path, b""))
    index(again, [path.parent])
    adopt.apply(again, adopt.plan(again))
    assert [row.person for row in faces_on(again, path)] == list(PEOPLE)


def _turn(orientation: int) -> bytes:
    return (
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        f'tiff:Orientation="{orientation}"/>'
    ).encode()


def test_what_turns_the_raw_file_does_not_turn_its_picture(tmp_path: Path) -> None:
    path = photo(tmp_path)
    beside(path, xmp_of(attributes='tiff:Orientation="6"'), whole_name=False)
    assert known_of(tmp_path).orientation == 6
    (tmp_path / "a.CR2").write_bytes(b"raw")
    assert known_of(tmp_path).orientation is None
    beside(path, xmp_of(attributes='tiff:Orientation="8"'))
    assert known_of(tmp_path).orientation == 8


def test_an_orientation_for_another_picture_is_not_applied(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded("JPEG"))
    Image.new("RGB", (40, 20)).save(path)
    size = 'tiff:ImageWidth="{}" tiff:ImageLength="{}" tiff:Orientation="6"'
    beside(path, xmp_of(attributes=size.format(400, 200)))
    assert known_of(tmp_path).orientation == 6
    beside(path, xmp_of(attributes=size.format(200, 400)))  # it was turned since
    assert known_of(tmp_path).orientation is None
    beside(path, xmp_of(attributes='tiff:Orientation="9"'))
    assert known_of(tmp_path).orientation is None


@pytest.mark.slow
def test_another_orientation_beside_an_indexed_photo_is_another_edition(
    tmp_path: Path, models_folder: Path
) -> None:
    path = turned(tmp_path / "photos" / "a.jpg", 1)
    library = library_of(tmp_path / "library", path.parent, models_folder)
    (before,) = library.photos().values()
    beside(path, xmp_of(attributes='tiff:Orientation="3"'))
    report = index(library, [path.parent])
    (found,) = library.photos().values()
    assert (report.new, found.facts.metadata.orientation) == (1, 3)
    assert index(library, [path.parent]).unchanged == 1
    Path(f"{path}.xmp").unlink()
    index(library, [path.parent])
    assert list(library.photos()) == [before.id]  # with all that was said of its faces


# --- what the library keeps, and says


def test_the_library_keeps_who_said_it(tmp_path: Path, models_folder: Path) -> None:
    path = photo(
        tmp_path / "photos", original="1970:01:01 00:00:00", xmp=xmp_of("", 'xmp:Rating="4"')
    )
    note(path, description="by the river", geoData={"latitude": 38.72, "longitude": -9.14})
    library = library_of(tmp_path / "library", path.parent, models_folder)
    (found,) = library.photos().values()
    known = found.facts.metadata
    assert known.whence == {"caption": "takeout", "place": "takeout", "rating": "xmp"}
    (document,) = Shell(library.folder).json("search", "2009")
    assert document["facts"] == {
        "date": {"is": "2009-11-16T12:51:58", "from": "takeout"},
        "place": {"is": [38.72, -9.14], "from": "takeout"},
        "caption": {"is": "by the river", "from": "takeout"},
        "rating": {"is": 4, "from": "xmp"},
        "not believed": {"is": "1970-01-01T00:00:00", "from": None},
    }


def test_an_older_library_reads_again_what_it_did_not_believe(
    tmp_path: Path, models_folder: Path
) -> None:
    path = photo(tmp_path / "photos", original="2024:06:01 12:00:07")
    photo(tmp_path / "photos", "b.png", original="2024:06:01 12:00:08")
    beside(path, xmp_of(attributes='exif:DateTimeOriginal="1978-08-12T10:00:00"'))
    library = library_of(tmp_path / "library", path.parent, models_folder)
    _before_sources(library)
    again = Library(library.folder)
    report = index(again, [path.parent])
    assert (report.new, report.unchanged) == (1, 1)
    dates = {photo.facts.metadata.taken for photo in again.photos().values()}
    assert dates == {CORRECTED, datetime(2024, 6, 1, 12, 0, 8)}


def _before_sources(library: Library) -> None:
    """Have a library as one is that was made before who said what was kept, and migrated now."""
    library.close()
    (step,) = (step for step in migrations.MIGRATIONS if "ADD COLUMN whence" in step)
    (file,) = library.folder.glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        for column in ("rating", "orientation", "doubted", "whence"):
            connection.execute(f"ALTER TABLE photos DROP COLUMN {column}")
        old = "UPDATE photos SET taken = '2024-06-01T12:00:07', taken_from = 'exif'"
        connection.execute(f"{old} WHERE taken_from = 'sidecar'")
        connection.executescript(step)


def test_the_order_is_one_table() -> None:
    """Each fact is taken from whom the table names first, whatever the order of reading."""
    for fact, order in sources.ORDER.items():
        if fact in ("date", "keywords"):
            continue
        said = [
            sources.said_by(
                source,
                Metadata(None, None, source, (), 1.0 + n, 1.0, 1 + n % 5, 1 + n),
            )
            for n, source in enumerate(reversed(order))
        ]
        for some in (said, said[::-1]):
            kept = [replace(one, whence={fact: one.whence[fact]}) for one in some]
            found = sources.merged(_only(one, fact) for one in kept)
            assert found.whence == {fact: order[0]}


def _only(known: Metadata, fact: str) -> Metadata:
    fields = {
        "place": ("latitude", "longitude"),
        "caption": ("caption",),
        "rating": ("rating",),
        "orientation": ("orientation",),
    }[fact]
    return replace(Metadata(whence=known.whence), **{name: getattr(known, name) for name in fields})
