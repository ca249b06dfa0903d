"""Whatever a video file is like: what can be read is, upright and in time, and the rest told."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as PILImage

from labeler.errors import UnreadablePhotoError
from labeler.photos import video_tags
from labeler.photos.io.frames import Footage, frame_at
from labeler.photos.shots import HEIGHT, WIDTH, ShotFinder
from labeler.types import Image

from .filming import film


def numbered(count: int, size: tuple[int, int] = (160, 96)) -> list[Image]:
    """Return frames that grow brighter, red at the upper left and blue at the lower left."""
    frames = []
    for number in range(count):
        picture = np.full((size[1], size[0], 3), 40 + number * 150 // max(count - 1, 1), np.uint8)
        picture[: size[1] // 3, : size[0] // 4] = (230, 20, 20)
        picture[-size[1] // 3 :, : size[0] // 4] = (20, 20, 230)
        frames.append(picture)
    return frames


def brightness(picture: Image) -> float:
    return float(picture[picture.shape[0] // 2, picture.shape[1] // 2].mean())


def corners(picture: Image) -> str:
    """Return which colours are at the upper left, upper right, lower left and lower right."""
    height, width = picture.shape[:2]
    names = []
    for y in (height // 8, height - height // 8):
        for x in (width // 16, width - width // 16):
            red, green, blue = picture[y, x].astype(int)
            names.append("r" if red > green + 80 else "b" if blue > green + 80 else ".")
    return "".join(names)


def test_a_frame_is_found_by_its_time(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", numbered(100), options={"g": "250"})
    expected = [brightness(frame) for frame in numbered(100)]
    for seconds, number in ((0, 0), (0.99, 24), (1.0, 25), (2.5, 62), (3.96, 99), (99, 99)):
        assert brightness(frame_at(path, seconds)) == pytest.approx(expected[number], abs=2.5)
    assert frame_at(path, 1, 80).shape == (48, 80, 3)


@pytest.mark.parametrize(
    ("rotation", "upright", "shape"),
    [
        (0, "r.b.", (96, 160)),
        (90, "..rb", (160, 96)),
        (180, ".b.r", (96, 160)),
        (-90, "br..", (160, 96)),
    ],
)
def test_a_video_is_turned_as_players_turn_it(
    rotation: int, upright: str, shape: tuple[int, int], tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", numbered(5), rotation=rotation)
    footage = Footage(path)
    assert (footage.facts.height, footage.facts.width) == shape
    for frame in footage.frames():
        assert corners(frame.pixels()) == upright
        assert frame.pixels().shape == (*shape, 3)
        assert max(frame.pixels(80).shape) == 80


def test_pixels_become_square(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", numbered(5), aspect=Fraction(4, 3))
    assert (Footage(path).facts.width, Footage(path).facts.height) == (213, 96)
    assert frame_at(path, 0).shape == (96, 213, 3)
    turned = film(tmp_path / "b.mp4", numbered(5), aspect=Fraction(4, 3), rotation=90)
    assert frame_at(turned, 0).shape == (213, 96, 3)


def test_times_are_those_of_the_file_not_of_a_steady_clock(tmp_path: Path) -> None:
    stamps = [0, 1, 2, 30, 31, 80, 81, 100]
    path = film(tmp_path / "a.mkv", numbered(8), stamps=stamps)
    times = [frame.at for frame in Footage(path).frames()]
    assert times == pytest.approx([stamp / 25 for stamp in stamps], abs=2e-3)
    middle = brightness(numbered(8)[4])
    assert brightness(frame_at(path, 70 / 25)) == pytest.approx(middle, abs=2.5)


@pytest.mark.parametrize(
    ("codec", "pixels", "suffix"),
    [
        ("libx264", "yuv420p10le", ".mp4"),
        ("libx264", "yuv444p", ".mkv"),
        ("libx265", "yuv420p10le", ".mp4"),
        ("mpeg4", "yuv420p", ".avi"),
        ("mpeg2video", "yuv420p", ".mpg"),
        ("mpeg2video", "yuv422p", ".ts"),
        ("mjpeg", "yuvj420p", ".mov"),
        ("ffv1", "gray", ".mkv"),
        ("rawvideo", "bgr24", ".avi"),
        ("libvpx-vp9", "yuv420p", ".webm"),
        ("wmv2", "yuv420p", ".wmv"),
    ],
)
def test_formats_look_alike(codec: str, pixels: str, suffix: str, tmp_path: Path) -> None:
    path = film(tmp_path / f"a{suffix}", numbered(26), codec=codec, pixels=pixels)
    footage = Footage(path)
    frames = list(footage.frames())
    assert len(frames) == 26
    assert footage.note == ""
    assert frames[0].at == pytest.approx(0, abs=0.05)
    assert [frame.at for frame in frames] == sorted(frame.at for frame in frames)
    assert brightness(frames[-1].pixels()) == pytest.approx(190, abs=8)
    if pixels != "gray":
        assert corners(frames[3].pixels()) == "r.b."
    assert frames[3].coarse(32, 18).shape == (18, 32, 3)


def test_coarse_frames_do_not_depend_on_the_size(tmp_path: Path) -> None:
    """What is stored is compared, whatever colours a player would make of it."""
    coarse = []
    for height in (360, 720):
        red = np.full((height, height * 16 // 9, 3), (200, 60, 40), np.uint8)
        (frame,) = Footage(film(tmp_path / f"{height}.mp4", [red])).frames()
        coarse.append(frame.coarse(32, 18).astype(int))
    assert np.abs(coarse[0] - coarse[1]).max() <= 2


def test_high_dynamic_range_looks_like_a_photo(tmp_path: Path) -> None:
    """Middle grey of HDR is stored darker than on other videos; a face must not be in the dark."""
    hdr = {"codec": "libx265", "pixels": "yuv420p10le"}
    grey = [np.full((96, 160, 3), level, np.uint8) for level in (0, 60, 110, 148, 230)]
    perceptual = film(tmp_path / "pq.mp4", grey, colours=(16, 9), **hdr)  # type: ignore[arg-type]
    levels = [brightness(frame.pixels()) for frame in Footage(perceptual).frames()]
    assert levels == sorted(levels)
    assert levels[0] < 5
    assert 90 < levels[2] < 200  # about 58 % of PQ is the white of paper
    assert levels[3] > 225


def test_lines_of_two_moments_do_not_make_combs(tmp_path: Path) -> None:
    """An edge that moves between the fields is one edge, not two that alternate."""
    frames = []
    for number in range(8):
        picture = np.full((96, 160, 3), 30, np.uint8)
        picture[::2, 20 + 8 * number : 60 + 8 * number] = 220
        picture[1::2, 24 + 8 * number : 64 + 8 * number] = 220
        frames.append(picture)
    options = {"flags": "+ildct+ilme", "b": "8000000"}
    path = film(tmp_path / "a.mpg", frames, codec="mpeg2video", options=options, interlaced=True)
    for frame in Footage(path).frames():
        picture = frame.pixels().astype(int)
        assert picture.shape == (96, 160, 3)
        inner = picture[8:-8, :, 1]
        assert np.abs(inner[1:] - inner[:-1]).mean() < 1.5


def test_a_truncated_video_gives_what_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (96, 160, 3), dtype=np.uint8) for _ in range(125)]
    whole = film(tmp_path / "a.mkv", noise, options={"g": "10"}).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 3 // 5])
    footage = Footage(path)
    times = [frame.at for frame in footage.frames()]
    assert 2.5 < times[-1] < 3.5
    assert re.fullmatch(r"The video breaks off after 3 of 5 seconds; .*\.", footage.note)


def test_a_damaged_middle_is_left_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (96, 160, 3), dtype=np.uint8) for _ in range(125)]
    data = bytearray(film(tmp_path / "a.ts", noise, options={"g": "10"}).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 60_000] = rng.integers(0, 255, 60_000, dtype=np.uint8).tobytes()
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    footage = Footage(path)
    times = [frame.at for frame in footage.frames()]
    assert len(times) > 90
    assert times == sorted(times)
    assert times[-1] == pytest.approx(4.96, abs=0.1)


def test_time_stamps_that_jump_are_put_right(tmp_path: Path) -> None:
    """Two recordings in one file: the second begins its own count, or one of a day later."""
    for later in (0, 90_000 * 86_400):
        path = tmp_path / f"{later}.ts"
        one = film(tmp_path / "one.ts", numbered(50)).read_bytes()
        other = tmp_path / "other.ts"
        with av.open(str(other), "w", options={"output_ts_offset": str(later / 90_000)}) as file:
            stream = file.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
            for picture in numbered(50):
                file.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
            file.mux(stream.encode(None))
        path.write_bytes(one + other.read_bytes())
        times = [frame.at for frame in Footage(path).frames()]
        assert len(times) >= 98
        assert times == sorted(times)
        assert times[-1] == pytest.approx(3.96, abs=0.3)


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    footage = Footage(film(tmp_path / "a.mp4", numbered(1)))
    assert [frame.at for frame in footage.frames()] == [0]
    assert footage.facts.seconds == pytest.approx(0.04)
    assert footage.note == ""


def test_of_several_videos_the_one_counts_that_players_show(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=48_000, layout="mono")
        shown = file.add_stream("libx264", rate=25)
        other = file.add_stream("libx264", rate=25)
        for stream, size in ((shown, (160, 96)), (other, (64, 48))):
            stream.width, stream.height, stream.pix_fmt = (*size, "yuv420p")
        for number in range(25):
            for stream, size in ((shown, (160, 96)), (other, (64, 48))):
                frame = av.VideoFrame.from_ndarray(numbered(25, size)[number])
                file.mux(stream.encode(frame))
        silence = np.zeros((1, 48_000), np.float32)
        quiet = av.AudioFrame.from_ndarray(silence, "fltp", "mono")
        quiet.sample_rate, quiet.pts = 48_000, 0
        file.mux(sound.encode(quiet))
        for stream in (sound, shown, other):
            file.mux(stream.encode(None))
    footage = Footage(path)
    assert (footage.facts.width, footage.facts.height) == (160, 96)
    assert len(list(footage.frames())) == 25


def only_sound(path: Path) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = 48_000, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def picture(path: Path, kind: str) -> None:
    PILImage.new("RGB", (64, 48)).save(path, kind)


def heif(path: Path) -> None:
    import pillow_heif

    pillow_heif.from_pillow(PILImage.new("RGB", (64, 48))).save(path)


def encrypted(path: Path) -> None:
    key = "00112233445566778899aabbccddeeff"
    scheme = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": key, "encryption_kid": key}
    film(path, numbered(5), container=scheme)


def unknown_codec(path: Path) -> None:
    data = film(path, numbered(5)).read_bytes()
    path.write_bytes(data.replace(b"avc1\0\0\0\0\0\0", b"zzzz\0\0\0\0\0\0"))


def without_index(path: Path) -> None:
    data = film(path, numbered(50)).read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (only_sound, "only sound"),
        (lambda path: picture(path, "JPEG"), "not a video"),
        (lambda path: picture(path, "PNG"), "not a video"),
        (lambda path: picture(path, "GIF"), "not a video"),
        (heif, "is a picture"),
        (encrypted, "encrypted"),
        (unknown_codec, "coded in a way"),
        (without_index, "not a video"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\0" * 5000), "not a video"),
        (lambda path: path.write_text("a diary, not a film\n" * 200), "not a video"),
        (lambda path: path.mkdir(), "no ordinary file"),
        (lambda path: os.mkfifo(path), "no ordinary file"),
        (lambda path: None, "cannot be read"),
    ],
)
def test_what_is_no_video_is_told_in_a_sentence(
    made: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    made(path)
    for ask in (
        lambda: Footage(path).facts,
        lambda: list(Footage(path).frames()),
        lambda: frame_at(path, 1),
    ):
        with pytest.raises(UnreadablePhotoError, match=said) as caught:
            ask()
        assert re.fullmatch(r"[A-Z].*[^.]\.", str(caught.value))


def test_tags_tell_when_and_where() -> None:
    apple = {
        "creation_time": "2019-07-04T13:30:12.000000Z",
        "com.apple.quicktime.creationdate": "2019-07-04T15:30:12+0200",
        "com.apple.quicktime.location.ISO6709": "+48.8577+002.2950+035.000/",
        "title": " The tower ",
    }
    known = video_tags.read(apple)
    assert known.taken == datetime(2019, 7, 4, 15, 30, 12)
    assert (known.latitude, known.longitude) == (48.8577, 2.295)
    assert known.caption == "The tower"
    assert (known.taken_from, set(known.whence.values())) == ("video", {"video"})
    android = video_tags.read({"LOCATION": "-33.8568+151.2153/"})
    assert (android.latitude, android.longitude) == (-33.8568, 151.2153)
    minutes = video_tags.read({"location": "+4030.0-07530.0/"})
    assert (minutes.latitude, minutes.longitude) == (40.5, -75.5)
    seconds = video_tags.read({"location": "+403036-0753000+10/"})
    assert (seconds.latitude, seconds.longitude) == (40.51, -75.5)


@pytest.mark.parametrize("place", ["", "+0.0+0.0/", "+95+10/", "north", "+48.8/"])
def test_a_place_that_is_none_is_left_out(place: str) -> None:
    assert video_tags.read({"location": place}).latitude is None


def test_a_clock_that_was_never_set_tells_no_date() -> None:
    known = video_tags.read({"creation_time": "1904-01-01T00:00:00.000000Z"})
    assert (known.taken, known.doubted) == (None, datetime(1904, 1, 1))


def test_the_time_of_greenwich_becomes_that_of_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        known = video_tags.read({"creation_time": "2019-07-04T20:30:12.000000Z"})
        assert known.taken == datetime(2019, 7, 5, 5, 30, 12)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_stream_may_begin_in_the_middle(tmp_path: Path) -> None:
    """A recorder of television changes what it records: sound comes later than the picture."""
    silent = film(tmp_path / "silent.ts", numbered(50)).read_bytes()
    loud = tmp_path / "loud.ts"
    with av.open(str(loud), "w") as file:
        video = file.add_stream("libx264", rate=25)
        sounds = [file.add_stream("mp2", rate=48_000, layout="mono") for _ in range(3)]
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        for picture in numbered(50):
            file.mux(video.encode(av.VideoFrame.from_ndarray(picture)))
        for sound in sounds:
            quiet = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.int16), "s16", "mono")
            quiet.sample_rate, quiet.pts = 48_000, 0
            file.mux(sound.encode(quiet))
        for stream in (video, *sounds):
            file.mux(stream.encode(None))
    both = tmp_path / "both.ts"
    both.write_bytes(silent * 30 + loud.read_bytes())
    times = [frame.at for frame in Footage(both).frames()]
    assert len(times) > 31 * 48
    assert times == sorted(times)


def test_colours_that_there_are_none_are_taken_for_usual_ones(tmp_path: Path) -> None:
    """Damage can make them of a frame whose pixels are whole."""
    (frame,) = Footage(film(tmp_path / "a.mkv", numbered(1))).frames()
    frame._decoded.colorspace = 14
    assert corners(frame.pixels()) == "r.b."
    assert frame.coarse(32, 18).shape == (18, 32, 3)


def moving(number: int) -> list[Image]:
    """So many pictures of soft colours that move; at the middle, others."""
    rng = np.random.default_rng(3)
    soft = [
        np.asarray(PILImage.fromarray(colours).resize((400, 120), PILImage.Resampling.BICUBIC))
        for colours in rng.integers(0, 255, (2, 6, 20, 3), dtype=np.uint8)
    ]
    return [soft[2 * k // number][:, k : k + 160] for k in range(number)]


@pytest.mark.parametrize(
    ("options", "most"),
    [({"bf": "3"}, 0.75), ({"x264-params": "bframes=16:b-adapt=0:b-pyramid=none"}, 1.01)],
)
def test_frames_that_no_other_is_made_of_can_be_left_out(
    tmp_path: Path, options: dict[str, str], most: float
) -> None:
    path = film(tmp_path / "a.mp4", moving(150), options=options)
    whole = [frame.at for frame in Footage(path).frames()]
    some = [frame.at for frame in Footage(path).frames(sparse=True)]
    assert len(whole) == 150
    assert len(some) < most * len(whole)
    assert some == sorted(set(some))
    assert np.isin(np.round(some, 4), np.round(whole, 4)).all()
    assert np.diff(some).max() < 0.2  # wherever too many lacked, none is left out
    finder, found = ShotFinder(), []
    for frame in Footage(path).frames(sparse=True):
        found += finder.feed(frame.at, frame.coarse(WIDTH, HEIGHT))
    found += finder.finish()
    assert [(change.at, change.kind) for change in found] == [(3.0, "cut")]
