"""Files made to keep the reader busy or to fill its memory cost neither, and ordinary ones pass."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from benchmarks import bombs
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.exchange.io import backup_file
from labeler.faces.io.face_finder import FinderSettings, make_finder
from labeler.faces.steps import analyse
from labeler.io.files import read_text
from labeler.photos import heads
from labeler.photos.io import decoding, opening, rgb, stored
from labeler.photos.io.memory import Memory
from labeler.photos.io.walk import walk
from labeler.types import AnalysedPhoto, PhotoFile

pytestmark = pytest.mark.slow

SMALL: dict[str, Callable[[], bytes]] = {
    "scans of a progressive JPEG": lambda: bombs.jpeg_of_scans(100, heads.MOST_SCANS),
    "zeros behind a JPEG's head": lambda: bombs.jpeg_head() + bytes(heads.MOST_JUNK + 3),
    "zeros behind a JPEG's scan": lambda: bombs.jpeg(10, 10)[:-2] + bytes(heads.LEAST_BYTES + 2000),
    "0xFF without end": lambda: b"\xff\xd8" + b"\xff" * (heads.MOST_JUNK + 3),
    "parts of a JPEG": lambda: bombs.jpeg_of_segments(b"", heads.MOST_SEGMENTS),
    "EXIF in many parts": lambda: bombs.jpeg_of_segments(b"Exif\0\0", 21),
    "parts of a PNG": lambda: bombs.png(9, 9, before=bombs.chunk(b"teSt", b"") * heads.MOST_CHUNKS),
    "a PNG's pixels in small parts": lambda: bombs.png_of_small_parts(heads.MOST_CHUNKS),
    "a narrow PNG": lambda: bombs.png(1, heads.MOST_SIDE + 1),
    "a wide PNG": lambda: bombs.png(heads.MOST_SIDE + 1, 1),
    "a text that unfolds": lambda: bombs.png(
        9, 9, before=bombs.chunk(b"zTXt", b"a\0\0" + bombs.zeros(10**7))
    ),
    "comments of a GIF": lambda: bombs.gif(9, 9, b"!\xfe" + b"\1a" * (heads.MOST_BLOCKS + 1)),
    "extensions of a GIF": lambda: bombs.gif(9, 9, b"!\xfe\0" * (heads.MOST_BLOCKS + 1)),
    "junk in a GIF": lambda: bombs.gif(9, 9)[:13] + bytes(heads.MOST_BLOCKS + 2),
    "strips of a TIFF": lambda: bombs.tiff_of_strips(heads.MOST_STRIPS + 1),
    "one strip of a TIFF": lambda: bombs.tiff(14_000, 14_000, 4, 16, 14_000, b""),
    "a compressed BMP": lambda: bombs.bmp_rle(3000, 3000),
    "a large WebP": lambda: bombs.WEBP,
}


@pytest.mark.parametrize("kind", SMALL)
def test_files_that_would_take_too_long_are_refused_at_once(kind: str) -> None:
    data = SMALL[kind]()
    before = time.process_time()
    with pytest.raises(UnreadablePhotoError) as caught:
        decoding.OpenedPhoto(data).pixels(800)
    assert time.process_time() - before < 2
    assert len(str(caught.value)) < 300


def test_a_preview_of_many_scans_is_no_preview() -> None:
    scans = bombs.jpeg_of_scans(1000, heads.MOST_SCANS)
    with pytest.raises(UnreadablePhotoError, match="preview"):
        decoding.OpenedPhoto(b"II*\0\x08\0\0\0" + bytes(8) + scans, "a.nef")


def test_a_strip_of_many_scans_is_refused() -> None:
    scans = bombs.jpeg_of_scans(100, heads.MOST_SCANS)
    entries = [
        (256, 4, 1, 100),
        (257, 4, 1, 100),
        (259, 3, 1, 7),
        (273, 4, 1, 8),
        (278, 4, 1, 100),
        (279, 4, 1, len(scans)),
    ]
    data = b"II*\0" + (8 + len(scans)).to_bytes(4, "little") + scans + bombs.directory(entries)
    with pytest.raises(UnreadablePhotoError, match="scans"):
        heads.read(data)


def test_what_follows_a_picture_is_not_counted() -> None:
    film = b"ftyp" + b"\xff\xda\x00\x02" * 10 * heads.MOST_SCANS
    data = bombs.jpeg(100, 50, progressive=True) + film
    assert decoding.OpenedPhoto(data).pixels().shape == (50, 100, 3)


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8", b"GIF89a", b"II*\0", b"MM\0+"]))
def test_no_head_is_worse_than_a_refusal(data: bytes, magic: bytes) -> None:
    with suppress(UnreadablePhotoError):
        assert heads.read(magic + data).working >= 0


def test_what_cameras_and_programs_write_passes() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    for kind, options in (
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(60_000)}),
        ("PNG", {"compress_level": 0}),
        ("GIF", {"comment": b"a" * 20_000}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg"}),
        ("TIFF", {"big_tiff": True}),
    ):
        stream = io.BytesIO()
        Image.fromarray(noise).save(stream, kind, **options)
        assert decoding.OpenedPhoto(stream.getvalue()).pixels().shape == (300, 400, 3)


def test_what_stands_behind_a_png_s_pixels_is_read_without_decoding_them(tmp_path: Path) -> None:
    told = PngImagePlugin.PngInfo()
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    told.add(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + packet, after_idat=True)
    stream = io.BytesIO()
    Image.new("RGB", (50, 40)).save(stream, "PNG", pnginfo=told)
    broken = stream.getvalue()
    at = broken.index(b"IDAT") + 6
    broken = broken[:at] + bytes(8) + broken[at + 8 :]
    path = tmp_path / "a.png"
    path.write_bytes(broken)
    assert stored.look_into(str(path)).packets == (packet,)
    with pytest.raises(UnreadablePhotoError):
        decoding.OpenedPhoto(broken).pixels()


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.integers(1, 9),
    st.sampled_from(["RGB", "RGBA", "L", "P", "CMYK", "LA", "1", "I;16"]),
)
def test_blocks_give_the_same_picture(width: int, height: int, factor: int, mode: str) -> None:
    noise = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    image = (
        Image.fromarray(noise[..., 0].astype(np.uint16) * 99)
        if mode == "I;16"
        else (image.convert(mode))
    )
    whole = rgb.srgb(rgb.eight_bits(image), None).reduce(factor)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rgb, "_BLOCK", (13, 7))
        assert np.array_equal(rgb.reduced(image, factor, None), np.asarray(whole))


@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_turning_is_transposing(turn: Image.Transpose) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (5, 8, 3), dtype=np.uint8)
    assert np.array_equal(
        rgb.turned(noise, turn), np.asarray(Image.fromarray(noise).transpose(turn))
    )


def test_a_second_look_that_was_prepared_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1700, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG", compress_level=1)
    monkeypatch.setattr(decoding, "_REDUCED_AT_ONCE", 100_000)
    alone, both = (decoding.OpenedPhoto(stream.getvalue()) for _ in range(2))
    assert alone.pixel_hash() == both.pixel_hash(1280)
    monkeypatch.setattr(opening, "opened", None)  # nothing is decoded again
    monkeypatch.undo()
    monkeypatch.setattr(decoding, "_REDUCED_AT_ONCE", 100_000)
    assert np.array_equal(both.pixels(1280), alone.pixels(1280))


# --- the memory of all decoding


def test_nobody_gets_more_than_there_is() -> None:
    memory, most_seen, used, lock = Memory(100), [0], [0], threading.Lock()

    def work(size: int) -> None:
        with memory.reserved(size), memory.reserved(size // 2):
            with lock:
                used[0] += size
                most_seen[0] = max(most_seen[0], used[0])
            time.sleep(0.001)
            with lock:
                used[0] -= size

    sizes = [10, 40, 100, 60, 30, 90, 5, 55] * 5
    threads = [threading.Thread(target=work, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert 0 < most_seen[0] <= 100


def test_what_is_larger_than_everything_is_alone_and_comes_in_turn() -> None:
    memory, order, inside = Memory(100), list[str](), threading.Event()

    def work(name: str, size: int) -> None:
        with memory.reserved(size):
            order.append(name)
            inside.set()

    with memory.reserved(50):
        huge = threading.Thread(target=work, args=("huge", 1000))
        huge.start()
        while not memory._waiting:
            time.sleep(0.001)
        small = threading.Thread(target=work, args=("small", 10))
        small.start()  # would fit, but has to wait until its turn
        assert not inside.wait(0.05)
    huge.join(10)
    small.join(10)
    assert order == ["huge", "small"]


def test_who_has_a_share_never_waits() -> None:
    memory = Memory(100)
    both = threading.Barrier(2, timeout=10)

    def work() -> None:
        with memory.reserved(50):
            both.wait()  # both have a half, and want all of it
            with memory.reserved(100):
                pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    with memory.reserved(100):  # and all of it is free again
        pass


def test_an_error_gives_the_share_back() -> None:
    memory = Memory(100)
    with pytest.raises(ZeroDivisionError), memory.reserved(100):
        raise ZeroDivisionError
    assert memory._fits(100)
    assert not memory._waiting


MEASURED = """
import sys, threading
from labeler.photos.io import decoding
from labeler.photos.io.memory import memory
memory.most = 200_000_000
data = sys.stdin.buffer.read()
def look():
    photo = decoding.OpenedPhoto(data)
    photo.pixel_hash(1280)
    photo.pixels(1280)
threads = [threading.Thread(target=look) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted otherwise elsewhere")
def test_eight_at_once_take_no_more_than_the_bound() -> None:
    data = bombs.png(6500, 6500)  # 170 MB each
    done = subprocess.run([sys.executable, "-c", MEASURED], input=data, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) / 1024 < 400


def test_the_analysis_reserves_the_memory_that_a_picture_needs(
    demo_album: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserved = list[int]()

    class Spy(Memory):
        @contextmanager
        def reserved(self, size: int) -> Iterator[None]:
            reserved.append(size)
            with super().reserved(size):
                yield

    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    monkeypatch.setattr(analyse, "memory", Spy(10**9))
    tasks = [analyse.Task(file) for file in walk([path]) if isinstance(file, PhotoFile)]
    (photo,) = analyse.analyse(tasks, make_finder(models_folder, FinderSettings(views=1)))
    assert isinstance(photo, AnalysedPhoto)
    assert len(reserved) == 1
    assert reserved[0] >= photo.facts.width * photo.facts.height * 3


# --- texts and backups


@pytest.mark.parametrize(
    "text",
    [
        b"[" + b"[]," * 100_000 + b"0]",
        b'{"a":' * 100_000,
        b'{"format":"face-labeler backup","version":1,"sha256":"","content":NaN}',
        b'{"format":"face-labeler backup","version":' + b"9" * 5000 + b"}",
        '{"format":"face-labeler backup","é":1}'.encode(),
    ],
    ids=["lists", "deep", "NaN", "digits", "not ASCII"],
)
def test_backups_that_would_fill_the_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    monkeypatch.setattr(backup_file, "MOST_MEMORY", 12_000_000)
    path = tmp_path / "b.json.gz"
    path.write_bytes(gzip.compress(text, 1))
    before = time.process_time()
    with pytest.raises(LabelerError) as caught:
        backup_file.read(path)
    assert time.process_time() - before < 5
    assert str(path) in str(caught.value)


def test_a_library_of_100_000_faces_is_far_below_the_bound() -> None:
    entry = json.dumps(
        {
            "entry": 100_000,
            "at": "2026-01-01T00:00:00.000",
            "action": "name",
            "person": "Rosa Maria",
            "value": None,
            "undoes": None,
            "answer": None,
            "faces": [[100_000, 1234.567, 1234.567, 123.456, 123.456, 0]],
        }
    ).encode()
    photo = json.dumps({"contents": ["a" * 64], **dict.fromkeys("abc", "a" * 64)}).encode()
    assert backup_file._memory(100_000 * (entry + photo)) < backup_file.MOST_MEMORY / 3


@pytest.mark.parametrize("content", [b"a\0b", b"\xff", b"a" * 11])
def test_a_text_that_is_none_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(LabelerError, match="a list"):
        read_text(path, "a list", 10)


def test_a_text_has_no_mark_at_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\r\n")
    assert read_text(path, "a list") == "a,b\r\n"


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5000, "."])
def test_no_such_file_is_one_sentence(name: str) -> None:
    with pytest.raises(LabelerError, match="path"):
        read_text(Path(name), "a list")
