"""Reading files of every kind, the broken ones included."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.photos.io import decoding
from labeler.photos.io.walk import walk
from labeler.types import Failure, Metadata, PhotoFacts, PhotoFile
from labeler.types import Image as Pixels


def picture(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right, with a green top-left corner."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    pixels[: height // 4, : width // 8] = (0, 255, 0)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Pixels:
    return decoding.OpenedPhoto(data).pixels()


# What each orientation's camera stored, so that undoing it gives the upright picture.
STORED_AS = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", STORED_AS)
def test_all_orientations_come_out_upright(orientation: int, kind: str) -> None:
    stored = picture()
    for step in STORED_AS[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = decoding.OpenedPhoto(encoded(stored, kind, exif=exif, **options))
    assert np.array_equal(photo.pixels(), np.asarray(picture()))
    assert (photo.width, photo.height, photo.may_be_turned) == (40, 20, False)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "AVIF"])
def test_formats_give_the_same_picture(kind: str) -> None:
    decoding.OpenedPhoto(encoded(picture(), "PNG"))  # registers HEIF
    options = {"quality": 95} if kind in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    pixels = decoded(encoded(picture(64, 64), kind, **options))
    assert pixels.shape == (64, 64, 3)
    assert pixels.dtype == np.uint8
    difference = np.abs(pixels.astype(int) - np.asarray(picture(64, 64)).astype(int))
    assert np.median(difference) <= 6


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_colour_modes_become_rgb(mode: str) -> None:
    level = 255 if mode == "1" else 204  # both are in every palette, so nothing is dithered
    grey = np.full((8, 8), level, dtype=np.uint8)
    if mode == "I;16":
        image = Image.fromarray((grey.astype(np.uint16) << 8) + 7)
    else:
        image = Image.fromarray(grey).convert("RGB").convert(mode)
    pixels = decoded(encoded(image, "TIFF" if mode in ("CMYK", "LA") else "PNG"))
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.astype(int) - level).max() <= 1


def test_damaged_files_are_one_sentence_each(demo_album: Path, tmp_path: Path) -> None:
    broken = demo_album / "photos" / "2008 Lake holiday" / "IMG_broken.jpg"
    with pytest.raises(UnreadablePhotoError, match="truncated"):
        decoded(broken.read_bytes())
    with pytest.raises(UnreadablePhotoError, match="not a picture"):
        decoded(b"Dear diary, this is not a picture.")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(UnreadablePhotoError, match="empty"):
        decoding.read_bytes(str(tmp_path / "empty.jpg"))
    with pytest.raises(UnreadablePhotoError, match="cannot be read"):
        decoding.read_bytes(str(tmp_path / "absent.jpg"))


def test_huge_pictures_are_refused() -> None:
    data = encoded(picture(), "PNG")
    with pytest.raises(UnreadablePhotoError, match=r"more than the limit.*--max-megapixels"):
        decoding.OpenedPhoto(data, most_pixels=40 * 20 - 1)
    assert decoding.OpenedPhoto(data, most_pixels=40 * 20).width == 40


def test_walk_finds_photos_in_order_and_skips_the_rest(tmp_path: Path) -> None:
    for name in (
        "b/2.JPG",
        "b/1.jpeg",
        "a.png",
        "notes.txt",
        ".hidden/x.jpg",
        "b/.x.jpg",
        "lib/t.jpg",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    found = list(walk([tmp_path], skip=tmp_path / "lib"))
    names = [os.path.relpath(file.path, tmp_path) for file in found]
    assert names == ["a.png", "b/1.jpeg", "b/2.JPG"]
    assert all(isinstance(file, PhotoFile) and file.size == 1 for file in found)


def test_walk_reports_dangling_links_and_missing_roots(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (failure,) = walk([tmp_path])
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("The file cannot be read")
    with pytest.raises(LabelerError, match="does not exist"):
        list(walk([tmp_path / "nowhere"]))


def test_walk_reports_unreadable_folders(tmp_path: Path, refuse_locked: Callable[[], None]) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "open.jpg").write_bytes(b"x")
    refuse_locked()
    found = list(walk([tmp_path]))
    failures = [item for item in found if isinstance(item, Failure)]
    assert [failure.reason for failure in failures] == [
        "The folder cannot be read: Permission denied."
    ]
    assert failures[0].path == str(tmp_path / "locked")
    assert len(found) == 2


def test_a_jpeg_is_decoded_no_finer_than_asked_for() -> None:
    photo = decoding.OpenedPhoto(encoded(picture(1600, 1200), "JPEG", quality=90))
    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.pixels(400).shape == (300, 400, 3)
    assert photo.pixels(200).shape == (300, 400, 3)  # what is there is enough
    assert photo.pixels(401).shape == (600, 800, 3)
    assert photo.pixels().shape == photo.pixels(9999).shape == (1200, 1600, 3)
    small = np.asarray(picture(400, 300)).astype(int)
    reduced = decoding.OpenedPhoto(encoded(picture(1600, 1200), "JPEG", quality=90)).pixels(400)
    assert np.median(np.abs(reduced.astype(int) - small)) <= 3


def test_a_reduced_jpeg_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = picture(300, 400).transpose(STORED_AS[6][0])
    photo = decoding.OpenedPhoto(encoded(stored, "JPEG", exif=exif, quality=95))
    assert (photo.width, photo.height) == (300, 400)
    pixels = photo.pixels(100)
    assert pixels.shape == (100, 75, 3)
    assert pixels[60, 10].argmax() == 0  # red on the left, blue on the right
    assert pixels[60, 65].argmax() == 2


def test_without_an_orientation_a_photo_may_be_turned() -> None:
    assert decoding.OpenedPhoto(encoded(picture(), "JPEG")).may_be_turned
    exif = Image.Exif()
    exif[0x0112] = 9  # there is no ninth
    photo = decoding.OpenedPhoto(encoded(picture(), "JPEG", exif=exif))
    assert photo.may_be_turned
    assert photo.pixels().shape == (20, 40, 3)


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries whose values are proportional to light."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    gamma_one = b"curv\0\0\0\0" + struct.pack(">I", 0)
    tags = {
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        b"rTRC": gamma_one,
        b"gTRC": gamma_one,
        b"bTRC": gamma_one,
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value
    header = struct.pack(
        ">I4sI4s4s4s", start + len(body), b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ "
    )
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_colours_are_converted_to_srgb(kind: str) -> None:
    """Half the light is 188 in sRGB (IEC 61966-2-1: 1.055 · 0.5^(1/2.4) − 0.055)."""
    grey = Image.new("RGB", (32, 32), (128, 128, 128))
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(grey, kind, icc_profile=linear_profile(), **options)
    assert np.abs(decoded(data).astype(int) - 188).max() <= 1
    broken = encoded(grey, kind, icc_profile=linear_profile()[:150], **options)
    assert np.abs(decoded(broken).astype(int) - 128).max() <= 1


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (4, 2), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 2, 2))
    assert decoded(encoded(image, "PNG")).tolist() == [[[255] * 3] * 2 + [[255, 0, 0]] * 2] * 2
    palette = image.convert("P")
    assert (
        decoded(encoded(palette, "PNG", transparency=palette.getpixel((0, 0))))[0, 0].min() == 255
    )


def test_large_pictures_are_reduced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_REDUCED_AT_ONCE", 100_000)
    for mode in ("1", "RGB", "P"):
        data = encoded(picture(800, 600).convert(mode), "PNG")
        photo = decoding.OpenedPhoto(data)
        pixels = photo.pixels(100)
        assert (pixels.shape, photo.width) == ((75, 100, 3), 800)
        assert photo.pixels(90) is pixels
        assert photo.pixels(300).shape == (200, 267, 3)
        if mode == "RGB":
            assert np.array_equal(pixels[70, 10], decoded(data)[560, 80])
        assert photo.pixels().shape == (600, 800, 3)


def test_the_facts_come_from_file_sidecar_name_and_time(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[306] = "2011:01:02 03:04:05"
    exif[270] = "Großmutter".encode()
    path = tmp_path / "IMG_20190704_153012.jpg"
    path.write_bytes(encoded(picture(), "JPEG", exif=exif))
    (file,) = walk([path])
    assert isinstance(file, PhotoFile)
    facts = decoding.facts(decoding.OpenedPhoto(path.read_bytes()), file)
    known = Metadata(datetime(2011, 1, 2, 3, 4, 5), "exif", "Großmutter")
    assert facts == PhotoFacts(40, 20, known)
    path.write_bytes(encoded(picture(), "JPEG"))
    (tmp_path / "IMG_20190704_153012.jpg.xmp").mkdir()  # an unreadable sidecar costs nothing
    (file,) = walk([tmp_path])
    assert isinstance(file, PhotoFile)
    known = decoding.facts(decoding.OpenedPhoto(path.read_bytes()), file).metadata
    assert known == Metadata(datetime(2019, 7, 4, 15, 30, 12), "file name")


def test_sidecars_are_found_beside_the_photo(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.xmp", "b.jpg", "b.xmp", "b.jpg.xmp", "c.jpg"):
        (tmp_path / name).write_bytes(b"x")
    found = {Path(f.path).name: f for f in walk([tmp_path]) if isinstance(f, PhotoFile)}
    assert [Path(found[n].sidecar or "-").name for n in ("a.jpg", "b.jpg", "c.jpg")] == [
        "a.xmp",
        "b.jpg.xmp",
        "-",
    ]
    assert found["a.jpg"].sidecar_ns == (tmp_path / "a.xmp").stat().st_mtime_ns
    assert (found["c.jpg"].sidecar_ns, list(walk([tmp_path / "a.jpg"]))) == (0, [found["a.jpg"]])


SMALL = picture(48, 32)
REAL_FILES = {
    kind: encoded(SMALL, kind) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")
} | {
    "progressive": encoded(SMALL, "JPEG", progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    "cmyk": encoded(SMALL.convert("CMYK"), "JPEG"),
    "deflate": encoded(SMALL, "TIFF", compression="tiff_deflate"),
    "profile": encoded(SMALL, "PNG", icc_profile=linear_profile()),
}


@pytest.mark.filterwarnings("ignore")  # Pillow's, about what was damaged
@settings(deadline=10_000, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(sorted(REAL_FILES)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    kept=st.floats(0.05, 1),
)
def test_a_damaged_file_is_a_picture_or_one_sentence(
    kind: str, changes: list[tuple[float, int]], kept: float
) -> None:
    data = bytearray(REAL_FILES[kind])
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    data = data[: max(int(kept * len(data)), 1)]
    try:
        photo = decoding.OpenedPhoto(bytes(data), most_pixels=10_000_000)
        pixels = photo.pixels(24)
        whole = photo.pixels()
    except UnreadablePhotoError as error:
        problem = str(error)
    else:
        problem = ""
        assert whole.shape == (photo.height, photo.width, 3)
        assert pixels.dtype == whole.dtype == np.uint8
    assert not problem or problem.endswith(".")


def test_other_formats_are_refused_whatever_the_name_says() -> None:
    """Pillow would hand PostScript to another program."""
    with pytest.raises(UnreadablePhotoError, match="not a picture in a format"):
        decoding.OpenedPhoto(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.jpg")


def test_compressed_bmp_bombs_are_refused() -> None:
    """Pillow pads them byte by byte in Python: 64 KB would take most of a minute."""
    side = 15800
    head = struct.pack("<2sIHHI", b"BM", 0, 0, 0, 1078)
    head += struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 0, 0, 0, 256, 0) + bytes(1024)
    with pytest.raises(UnreadablePhotoError, match=r"more than|compressed BMP"):
        decoded(head + bytes([1, 1, 0, 0]) * side + bytes([0, 1]))


def test_wide_values_are_converted_strip_by_strip() -> None:
    values = np.arange(600 * 3, dtype=np.float32).reshape(600, 3) / (600 * 3)
    expected = (values * 255).astype(np.uint8)
    found = decoded(encoded(Image.fromarray(values), "TIFF"))
    assert np.array_equal(found, np.repeat(expected[:, :, None], 3, axis=2))
    wide = (values * 65535).astype(np.uint16)
    found = decoded(encoded(Image.fromarray(wide), "PNG"))
    assert np.array_equal(found[:, :, 0], wide >> 8)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_pixel_hash_is_that_of_the_pixels(kind: str) -> None:
    image = picture(1800, 900)
    exif = Image.Exif()
    exif[270] = "A caption"
    plain = decoding.OpenedPhoto(encoded(image, kind))
    captioned = decoding.OpenedPhoto(encoded(image, kind, exif=exif))
    assert plain.pixel_hash() == captioned.pixel_hash()
    captioned.pixels()  # what was decoded before makes no difference
    assert plain.pixel_hash() == captioned.pixel_hash()
    image.paste((255, 255, 255), (880, 440, 920, 470))
    assert decoding.OpenedPhoto(encoded(image, kind)).pixel_hash() != plain.pixel_hash()


# -- files that are nearly whole, and those that decoders misread ---------------------------------

NEARLY_WHOLE = {
    "no end mark": lambda data: data[:-2],
    "half an end mark": lambda data: data[:-1],
    "zeros instead": lambda data: data[:-2] + bytes(3000),
    "zeros behind": lambda data: data + bytes(3000),
    "ones instead": lambda data: data[:-2] + b"\xff" * 512,
}
LACKING = {
    "a byte of the last block": lambda data: data[:-3],
    "some blocks": lambda data: data[:-12],
    "zeros over some blocks": lambda data: data[:-200] + bytes(200),
    "half of it": lambda data: data[: len(data) // 2],
}
JPEGS = {
    "plain": {},
    "coarse to fine": {"progressive": True},
    "with restarts": {"restart_marker_blocks": 7},
}


def scene() -> Image.Image:
    """A picture with something to see in every block."""
    down, across = np.mgrid[0:203, 0:301]
    waves = [np.sin(across / 9 + n) * np.cos(down / 7 - n) * 127 + 128 for n in range(3)]
    return Image.fromarray(np.stack(waves, axis=-1).astype(np.uint8))


@pytest.mark.parametrize("how", JPEGS)
@pytest.mark.parametrize("damage", NEARLY_WHOLE)
def test_a_jpeg_that_lacks_only_its_end_is_read(how: str, damage: str) -> None:
    data = encoded(scene(), "JPEG", **JPEGS[how])
    photo = decoding.OpenedPhoto(NEARLY_WHOLE[damage](data), "x.jpg")
    assert np.array_equal(photo.pixels(), decoded(data))
    missing = damage in ("no end mark", "half an end mark", "ones instead")
    assert ("end mark" in photo.note) >= missing


@pytest.mark.parametrize("how", JPEGS)
@pytest.mark.parametrize("damage", LACKING)
def test_a_jpeg_that_lacks_pixels_is_refused(how: str, damage: str) -> None:
    data = LACKING[damage](encoded(scene(), "JPEG", **JPEGS[how]))
    with pytest.raises(UnreadablePhotoError, match="truncated"):
        decoded(data)


def planar(pixels: Pixels, packed: bool, order: str) -> bytes:
    """Return a TIFF of 16 bits that keeps each colour by itself, in two strips."""
    height, width, colours = pixels.shape
    half = -(-height // 2)
    strips = []
    for number in range(colours):
        for rows in (pixels[:half, :, number], pixels[half:, :, number]):
            strip = (rows.astype(np.uint16) * 257).astype(f"{order}u2").tobytes()
            strips.append(zlib.compress(strip) if packed else strip)
    starts = np.cumsum([8, *(len(strip) for strip in strips)])
    tags = {
        256: [width], 257: [height], 258: [16] * colours, 259: [8 if packed else 1], 262: [2],
        273: starts[:-1].tolist(), 277: [colours], 278: [half],
        279: [len(strip) for strip in strips], 284: [2],
    }  # fmt: skip
    if colours == 4:
        tags[338] = [2]  # the fourth is transparency
    place = int(starts[-1]) + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, numbers in sorted(tags.items()):
        stored = struct.pack(f"{order}{len(numbers)}I", *numbers)
        entries += struct.pack(f"{order}HHI", tag, 4, len(numbers))
        entries += stored if len(numbers) == 1 else struct.pack(f"{order}I", place + len(values))
        values += b"" if len(numbers) == 1 else stored
    mark = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, int(starts[-1]))
    directory = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    return mark + b"".join(strips) + directory + values


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("colours", [3, 4])
def test_a_tiff_of_planes_shows_what_it_holds(colours: int, packed: bool, order: str) -> None:
    shown = np.asarray(scene())
    stored = np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)])[..., :colours]
    assert np.array_equal(decoded(planar(stored, packed, order)), shown)


def test_a_tiff_of_other_planes_is_refused() -> None:
    data = planar(np.asarray(scene()), False, "<")
    ycbcr = data.replace(struct.pack("<HHII", 262, 4, 1, 2), struct.pack("<HHII", 262, 4, 1, 5))
    assert ycbcr != data
    with pytest.raises(UnreadablePhotoError):
        decoded(ycbcr)
