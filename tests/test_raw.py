"""RAW files, written here by hand in the layouts that cameras use, sound and broken."""

from __future__ import annotations

import builtins
import io
import struct
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from labeler.errors import UnreadablePhotoError
from labeler.photos.io import raw

EXIF, GPS = 0x8769, 0x8825
WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, STRIPS = 0x100, 0x101, 0x103, 0x106, 0x111
ORIENTATION, STRIP_SIZES, CHANGED, TILES, SUBDIRECTORIES = 0x112, 0x117, 0x132, 0x144, 0x14A
XMP, TAKEN = 0x2BC, 0x9003
TAKEN_AT = "2019:07:04 15:30:12"
NORTH = {1: (2, b"N\0"), 2: (5, [(48, 1), (12, 1), (30, 1)])}

Value = bytes | Sequence[int] | Sequence[tuple[int, int]]
Directory = dict[int, tuple[int, Value]]


def jpeg(width: int, height: int, colours: tuple[str, str] = ("red", "blue"), **o: object) -> bytes:
    """One colour on the left, another one on the right."""
    picture = Image.new("RGB", (width, height), colours[1])
    picture.paste(colours[0], (0, 0, width // 2, height))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **o)
    return buffer.getvalue()


def exif_of(**tags: int | str) -> Image.Exif:
    exif = Image.Exif()
    if "orientation" in tags:
        exif[ORIENTATION] = tags["orientation"]
    if "taken" in tags:
        exif.get_ifd(EXIF)[TAKEN] = tags["taken"]
    return exif


def tiff(directories: list[Directory], order: str = "<", head: bytes | None = None) -> bytes:
    """Write directories one behind the other; the main one is the first.

    A value of (n,) in one of the pointers stands for the n-th directory, and bytes in STRIPS or
    TILES for the data itself, which is put at the end.
    """
    sizes = [2 + 12 * len(each) + 4 for each in directories]
    starts = [8 + sum(sizes[:number]) for number in range(len(sizes))]
    end, tail, out = 8 + sum(sizes), b"", b""
    for directory in directories:
        out += struct.pack(order + "H", len(directory))
        for tag, (kind, value) in sorted(directory.items()):
            if tag in (EXIF, GPS, SUBDIRECTORIES):
                value = [starts[number] for number in value]
            if tag in (STRIPS, TILES) and isinstance(value, bytes):
                place, tail = end + len(tail), tail + value
                value = [place]
            raw_value = packed(kind, value, order)
            count = len(raw_value) // {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8}[kind]
            if len(raw_value) > 4:
                place, tail = end + len(tail), tail + raw_value
                raw_value = struct.pack(order + "I", place)
            out += struct.pack(order + "HHI4s", tag, kind, count, raw_value)
        out += bytes(4)
    magic = head or (b"II*\0" if order == "<" else b"MM\0*")
    return magic + struct.pack(order + "I", 8) + out + tail


def packed(kind: int, value: Value, order: str) -> bytes:
    if isinstance(value, bytes):
        return value
    letter = {1: "B", 3: "H", 4: "I", 5: "II", 10: "ii"}[kind]
    numbers = [item if isinstance(item, tuple) else (item,) for item in value]
    return b"".join(struct.pack(order + letter, *each) for each in numbers)


def text(value: str) -> tuple[int, bytes]:
    return 2, value.encode() + b"\0"


def strip(data: bytes, kind: int, width: int, height: int) -> Directory:
    return {
        WIDTH: (4, [width]),
        HEIGHT: (4, [height]),
        COMPRESSION: (3, [7]),
        PHOTOMETRIC: (3, [kind]),
        STRIPS: (4, data),
        STRIP_SIZES: (4, [len(data)]),
    }


THUMBNAIL = jpeg(160, 107, ("green", "green"))
PREVIEW = jpeg(960, 640)
LOSSLESS = b"\xff\xd8\xff\xc4\0\x04\0\0\xff\xc3\0\x0e\x0e\x10\0\x20\0\2\0\0\0\0\0\0" + b"\7" * 99


def camera_raw(
    preview: bytes = PREVIEW,
    order: str = "<",
    head: bytes | None = None,
    orientation: int = 6,
    sensor: tuple[int, int] = (6000, 4000),
) -> bytes:
    """Nikon's and Adobe's layout: a thumbnail in front, sensor and preview in subdirectories."""
    main: Directory = strip(THUMBNAIL, 6, 160, 107) | {
        CHANGED: text("2020:01:01 00:00:00"),
        ORIENTATION: (3, [orientation]),
        SUBDIRECTORIES: (4, [3, 4]),
        XMP: (1, b"<x:xmpmeta/>"),
        EXIF: (4, [1]),
        GPS: (4, [2]),
    }
    details: Directory = {TAKEN: text(TAKEN_AT), 0x927C: (7, b"maker's own" * 50)}
    parts = [main, details, NORTH, strip(LOSSLESS, 32803, *sensor), strip(preview, 6, 960, 640)]
    return tiff(parts, order, head)


def exif(picture: Image.Image) -> Image.Exif:
    return Image.Image.getexif(picture)


def assert_preview(picture: Image.Image, size: tuple[int, int] = (960, 640)) -> None:
    """It is the large picture, red on the left and blue on the right, as it was stored."""
    assert (picture.format, picture.size) == ("JPEG", size)
    left, right = picture.getpixel((20, 20)), picture.getpixel((size[0] - 20, 20))
    assert np.abs(np.subtract((left, right), ((255, 0, 0), (0, 0, 255)))).max() <= 3


@pytest.mark.parametrize("order", ["<", ">"])
def test_largest_preview_with_the_containers_exif(order: str) -> None:
    picture = raw.open_raw(camera_raw(order=order))
    assert_preview(picture)
    found = exif(picture)
    assert (found[ORIENTATION], found[CHANGED]) == (6, "2020:01:01 00:00:00")
    assert found.get_ifd(EXIF) == {TAKEN: TAKEN_AT}  # without the maker's own
    assert found.get_ifd(GPS) == {1: "N", 2: (48, 12, 30)}
    assert picture.info["xmp"] == b"<x:xmpmeta/>"


def test_preview_can_be_decoded_scaled_down() -> None:
    picture = raw.open_raw(camera_raw())
    picture.draft("RGB", (480, 320))
    picture.load()
    assert picture.size == (480, 320)


@pytest.mark.parametrize("head", [b"IIU\0", b"IIRO", b"IIRS"])
def test_panasonic_and_olympus_have_a_number_of_their_own(head: bytes) -> None:
    picture = raw.open_raw(camera_raw(head=head, orientation=8))
    assert_preview(picture)
    assert exif(picture)[ORIENTATION] == 8
    assert exif(picture).get_ifd(EXIF)[TAKEN] == TAKEN_AT


def test_fujifilm_has_exif_in_the_preview_only() -> None:
    own = exif_of(orientation=8, taken=TAKEN_AT)
    preview = jpeg(960, 640, exif=own)
    head = b"FUJIFILMCCD-RAW 0201FF389501X-T1".ljust(84, b"\0")
    data = head + struct.pack(">II", 92, len(preview)) + preview + bytes(range(256)) * 40
    picture = raw.open_raw(data)
    assert_preview(picture)
    assert exif(picture)[ORIENTATION] == 8
    assert exif(picture).get_ifd(EXIF)[TAKEN] == TAKEN_AT


def test_the_containers_orientation_goes_before_the_previews() -> None:
    preview = jpeg(960, 640, exif=exif_of(orientation=3, taken="2001:01:01 01:01:01"))
    found = exif(raw.open_raw(camera_raw(preview, orientation=6)))
    assert (found[ORIENTATION], found.get_ifd(EXIF)[TAKEN]) == (6, TAKEN_AT)
    found = exif(raw.open_raw(camera_raw(preview, orientation=0)))  # which means nothing
    assert found[ORIENTATION] == 3
    assert exif(raw.open_raw(camera_raw(orientation=9)))[ORIENTATION] == 1


def test_a_preview_that_lies_across_the_sensor_is_upright() -> None:
    picture = raw.open_raw(camera_raw(jpeg(640, 960), orientation=6))
    assert_preview(picture, (640, 960))
    assert exif(picture)[ORIENTATION] == 1
    picture = raw.open_raw(camera_raw(jpeg(640, 960), orientation=6, sensor=(4000, 6000)))
    assert exif(picture)[ORIENTATION] == 6


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def test_canon_has_boxes_of_directories() -> None:
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    facts = box(
        b"uuid",
        canon,
        box(b"CNCV", b"CanonCR3_001/00.09.00/00.00.00"),
        box(b"CMT1", tiff([{ORIENTATION: (3, [3]), EXIF: (4, [0])}])),
        box(b"CMT2", tiff([{TAKEN: text(TAKEN_AT)}])),
        box(b"CMT3", b"the maker's own"),
        box(b"CMT4", tiff([NORTH])),
        box(b"THMB", THUMBNAIL),
    )
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + len(PREVIEW)) + PREVIEW
    data = box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", facts) + large
    picture = raw.open_raw(data)
    assert_preview(picture)
    assert exif(picture)[ORIENTATION] == 3
    assert exif(picture).get_ifd(EXIF) == {TAKEN: TAKEN_AT}
    assert exif(picture).get_ifd(GPS) == {1: "N", 2: (48, 12, 30)}


def test_jpegs_that_are_sensor_data_are_no_previews() -> None:
    """Lossy DNGs hold the sensor's picture as JPEG tiles, and masks as JPEG strips."""
    larger = jpeg(1600, 1200, ("white", "white"))
    tiles: Directory = {WIDTH: (4, [1600]), HEIGHT: (4, [1200]), TILES: (4, larger)}
    mask = strip(larger, 52527, 1600, 1200)
    picture = strip(PREVIEW, 6, 960, 640)
    data = tiff([picture | {SUBDIRECTORIES: (4, [1, 2])}, tiles, mask])
    assert_preview(raw.open_raw(data))


def test_a_cut_preview_gives_way_to_a_smaller_one() -> None:
    data = camera_raw() + jpeg(1600, 1200)[:-2000]
    assert_preview(raw.open_raw(data))


def test_a_preview_with_its_own_thumbnail_and_several_pictures() -> None:
    inner = b"Exif\0\0" + tiff([{ORIENTATION: (3, [1])}]) + THUMBNAIL
    preview = jpeg(960, 640, exif=inner)
    buffer = io.BytesIO(preview)
    pictures = [Image.open(io.BytesIO(PREVIEW)), Image.new("RGB", (80, 60))]
    buffer.seek(0)
    assert_preview(raw.open_raw(camera_raw(preview)))
    several = io.BytesIO()
    pictures[0].save(several, "MPO", save_all=True, append_images=pictures[1:])
    assert_preview(raw.open_raw(camera_raw(several.getvalue())))


def test_without_libraw_small_previews_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *rest: object) -> object:
        if name == "rawpy":
            raise ImportError(name)
        return original(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UnreadablePhotoError, match=r"face-labeler\[raw\]"):
        raw.open_raw(camera_raw(jpeg(639, 400)))
    assert raw.open_raw(camera_raw(jpeg(640, 400))).size == (640, 400)


@pytest.mark.parametrize("data", [b"", b"II", b"Dear diary, this is no picture.", bytes(5000)])
def test_other_files_are_one_sentence(data: bytes) -> None:
    with pytest.raises(UnreadablePhotoError, match="not a camera RAW file"):
        raw.open_raw(data)


# --- LibRaw


DNG: Directory = {
    0x10F: text("Labeler"),
    0x110: text("Test"),
    0xC612: (1, [1, 4, 0, 0]),  # DNGVersion
    0xC613: (1, [1, 1, 0, 0]),  # DNGBackwardVersion
    0xC614: text("Labeler Test"),  # UniqueCameraModel
    0xC621: (10, [(int(row == column), 1) for row in range(3) for column in range(3)]),
    0xC628: (5, [(1, 1)] * 3),  # AsShotNeutral; before it ColorMatrix1, the unit matrix
    0xC65A: (3, [21]),  # CalibrationIlluminant1: D65
}


def sensor_directory(width: int = 96, height: int = 64) -> Directory:
    """A sensor that sees red on the left, blue on the right, and white in the top rows."""
    sensor = np.full((height, width), 300, dtype="<u2")
    sensor[0::2, 0 : width // 2 : 2] = 9000
    sensor[1::2, width // 2 + 1 :: 2] = 9000
    sensor[: height // 4] = 9000
    return strip(sensor.tobytes(), 32803, width, height) | {
        0xFE: (4, [0]),
        0x102: (3, [16]),
        COMPRESSION: (3, [1]),
        0x115: (3, [1]),
        0x116: (4, [height]),
        0x11C: (3, [1]),
        0x828D: (3, [2, 2]),  # CFARepeatPatternDim
        0x828E: (1, [0, 1, 1, 2]),  # CFAPattern: red, green, green, blue
        0xC61A: (3, [0]),  # BlackLevel
        0xC61D: (4, [10000]),  # WhiteLevel
    }


def sensor_only(orientation: int = 1) -> bytes:
    """A DNG without preview."""
    facts: Directory = {ORIENTATION: (3, [orientation]), CHANGED: text(TAKEN_AT), EXIF: (4, [1])}
    return tiff([DNG | sensor_directory() | facts, {TAKEN: text(TAKEN_AT)}])


def colour(picture: Image.Image, x: float, y: float) -> str:
    """Name the colour of a place, which is given in parts of the picture."""
    pixel = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(pixel, tuple)
    bright = "".join(name for name, value in zip("rgb", pixel, strict=True) if value > 128)
    return {"r": "red", "b": "blue", "rgb": "white"}.get(bright, str(pixel))


def test_sensor_data_is_developed() -> None:
    pytest.importorskip("rawpy", reason="developing RAW files needs the extra [raw]")
    picture = raw.open_raw(sensor_only())
    assert (picture.mode, picture.size) == ("RGB", (96, 64))
    places = [colour(picture, *at) for at in ((0.25, 0.6), (0.75, 0.6), (0.5, 0.1))]
    assert places == ["red", "blue", "white"]
    assert exif(picture)[ORIENTATION] == 1
    assert exif(picture).get_ifd(EXIF)[TAKEN] == TAKEN_AT


def test_developed_pictures_are_upright() -> None:
    pytest.importorskip("rawpy", reason="developing RAW files needs the extra [raw]")
    picture = raw.open_raw(sensor_only(orientation=6))  # the top is on the right
    assert picture.size == (64, 96)
    places = [colour(picture, *at) for at in ((0.4, 0.25), (0.4, 0.75), (0.9, 0.5))]
    assert places == ["red", "blue", "white"]
    assert exif(picture)[ORIENTATION] == 1


def test_grey_sensors_are_developed() -> None:
    pytest.importorskip("rawpy", reason="developing RAW files needs the extra [raw]")
    grey = DNG | sensor_directory() | {PHOTOMETRIC: (3, [34892])}
    picture = raw.open_raw(tiff([grey]))
    assert (picture.mode, picture.size) == ("L", (96, 64))


def test_large_sensors_are_developed_at_half_size(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rawpy", reason="developing RAW files needs the extra [raw]")
    monkeypatch.setattr(raw, "HALF_FROM", 96)
    assert raw.open_raw(sensor_only()).size == (48, 32)


def test_uncompressed_previews_are_found() -> None:
    pytest.importorskip("rawpy", reason="uncompressed previews need the extra [raw]")
    pixels = np.zeros((480, 720, 3), dtype=np.uint8)
    pixels[:, :360, 0] = pixels[:, 360:, 2] = 255
    main = DNG | strip(pixels.tobytes(), 2, 720, 480)
    main |= {0xFE: (4, [1]), 0x102: (3, [8, 8, 8]), COMPRESSION: (3, [1]), 0x115: (3, [3])}
    main |= {ORIENTATION: (3, [6]), SUBDIRECTORIES: (4, [1])}
    picture = raw.open_raw(tiff([main, sensor_directory()]))
    assert picture.size == (720, 480)
    assert [colour(picture, *at) for at in ((0.25, 0.5), (0.75, 0.5))] == ["red", "blue"]
    assert exif(picture)[ORIENTATION] == 6


def test_what_libraw_cannot_develop_is_one_sentence() -> None:
    pytest.importorskip("rawpy", reason="developing RAW files needs the extra [raw]")
    with pytest.raises(UnreadablePhotoError, match="does not know its kind"):
        raw.open_raw(b"FOVb" + bytes(5000))
    with pytest.raises(UnreadablePhotoError, match="truncated"):
        raw.open_raw(sensor_only()[:3000])
    huge = DNG | sensor_directory() | {WIDTH: (4, [60_000]), HEIGHT: (4, [60_000])}
    with pytest.raises(UnreadablePhotoError, match="60000 × 60000 pixels, more than it can hold"):
        raw.open_raw(tiff([huge]))


# --- broken files


def try_to_open(data: bytes) -> None:
    """Open it, and read its EXIF as the caller does."""
    try:
        picture = raw.open_raw(data)
    except UnreadablePhotoError:
        return
    found = exif(picture)
    assert 1 <= found[ORIENTATION] <= 8
    found.get_ifd(EXIF)
    found.get_ifd(GPS)


SOUND = {
    "little-endian": camera_raw(),
    "big-endian": camera_raw(order=">"),
    "sensor only": sensor_only(),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.floats(0, 1))
def test_cut_files_raise_nothing_else(kind: str, part: float) -> None:
    try_to_open(SOUND[kind][: int(part * len(SOUND[kind]))])


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(SOUND)),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255))),
)
@example("sensor only", [(207, 50)])  # one colour
def test_changed_files_raise_nothing_else(kind: str, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(SOUND[kind])
    for place, value in changes:
        changed[place] = value
    try_to_open(bytes(changed))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([b"", b"II*\0", b"MM\0*", b"IIU\0", b"\0MRM", b"FOVb"]), st.binary())
@example(b"\0\0\0\x18ftypcrx ", b"\0\0\0\0" * 9)
@example(b"", b"\xff\xd8\xff\xc0\0\x0b\x08\x10\0\x10\0\x03\xff\xd9")
def test_random_bytes_raise_nothing_else(head: bytes, data: bytes) -> None:
    try_to_open(head + data)


LOOP = struct.pack("<HHHII", 1, 0x14A, 4, 1, 8) + struct.pack("<I", 8)
STARTS = b"\xff\xd8\xff\xe0\0\4" * 3_000_000
DIRECTORY = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x2BC, 1, 2**24, 8) * 1_500_000


@pytest.mark.parametrize(
    "data",
    [b"II*\0\x08\0\0\0" + LOOP, STARTS, b"II*\0" + STARTS, DIRECTORY, b"\xff\x00" * 10**7],
    ids=["directory in itself", "starts", "starts in a container", "directory", "no end"],
)
def test_files_made_to_be_slow_are_not(data: bytes) -> None:
    started = time.process_time()
    try_to_open(data)
    assert time.process_time() - started < 3
