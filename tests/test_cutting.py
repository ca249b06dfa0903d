"""Parts of videos that are cut out and joined: how long, which pictures, which sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.io import media
from labeler.videos.io.cutting import Part, cut

RATE = 25
SECONDS = 6


def make_video(
    path: Path, size: tuple[int, int] = (160, 96), sound: bool = True, rate: int = RATE
) -> Path:
    """Write a video whose frames tell their number by their brightness, and their second by tone.

    Keyframes are 2 seconds apart. The tone has 400 Hz, and in every other second 800.
    """
    with av.open(str(path), "w") as container:
        film: Any = container.add_stream("libx264", rate=rate, options={"g": str(2 * rate)})
        film.width, film.height = size
        film.pix_fmt = "yuv420p"
        track: Any = container.add_stream("aac", rate=44100, layout="mono") if sound else None
        for number in range(SECONDS * rate):
            level = 20 + number % 200
            picture = np.full((size[1], size[0], 3), level, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(film.encode(frame))
        container.mux(film.encode(None))
        if sound:
            times = np.arange(SECONDS * 44100) / 44100
            pitch = np.where(times.astype(int) % 2, 800, 400)
            tone = (0.5 * np.sin(2 * np.pi * pitch * times)).astype(np.float32)[None]
            for start in range(0, tone.shape[1], 1024):
                block = np.ascontiguousarray(tone[:, start : start + 1024])
                frame = av.AudioFrame.from_ndarray(block, "fltp", "mono")
                frame.sample_rate, frame.pts = 44100, start
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def levels(path: Path) -> list[int]:
    """Return the brightness in the middle of each frame."""
    with media.opened(path) as container:
        return [
            int(frame.to_ndarray(format="rgb24")[frame.height // 2, frame.width // 2].mean())
            for frame in container.decode(video=0)
        ]


def sound(path: Path) -> np.ndarray:
    with media.opened(path) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames)


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax()) * 48000 / len(samples)


def test_parts_are_joined_to_the_frame_with_their_sound(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4")
    before = source.read_bytes()
    out = tmp_path / "out.mp4"
    parts = [Part(source, 1.2, 1.8, "Rosa"), Part(source, 4.0, 5.0, "Henrik")]
    assert cut(parts, out) == pytest.approx(1.6)
    assert source.read_bytes() == before
    shown = np.array(levels(out))
    wanted = np.array([20 + n for n in [*range(30, 45), *range(100, 125)]])
    assert len(shown) == len(wanted)
    assert np.abs(shown - wanted).max() <= 4
    heard = sound(out)
    assert abs(len(heard) / 48000 - 1.6) < 0.05
    assert pitch(heard[4800:24000]) == pytest.approx(800, abs=5)  # of second 1
    assert pitch(heard[38400:62400]) == pytest.approx(400, abs=5)  # of second 4
    within = np.abs(np.convolve(heard[4800:24000], np.ones(240) / 240, "same"))
    assert within.max() < 0.1  # no gap, no click
    with media.opened(out) as container:
        chapters = container.chapters()
        assert [one["metadata"]["title"] for one in chapters] == ["Rosa", "Henrik"]
        assert [one["start"] for one in chapters] == [0, 600]


def test_videos_of_other_shapes_stand_in_black(tmp_path: Path) -> None:
    wide = make_video(tmp_path / "wide.mp4")
    tall = make_video(tmp_path / "tall.mp4", (48, 80), sound=False, rate=10)
    out = tmp_path / "out.mp4"
    cut([Part(wide, 0, 1), Part(tall, 2, 3)], out)
    with media.opened(out) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == RATE
    assert {picture.shape for picture in pictures} == {(96, 160, 3)}
    assert len(pictures) == 2 * RATE
    assert (
        abs(int(pictures[30][48, 80, 0]) - (20 + 22)) <= 4
    )  # 0.2 s after second 2, at 10 a second
    assert pictures[30][48, [2, 157]].max() < 8
    assert np.abs(sound(out)[60000:]).max() < 0.01


def test_a_slow_video_keeps_its_pictures_and_their_times(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", sound=False, rate=10)
    out = tmp_path / "out.mp4"
    assert cut([Part(source, 1.0, 2.0)], out) == pytest.approx(1)
    wanted = np.repeat([20 + number for number in range(10, 20)], 3)
    assert np.abs(np.array(levels(out)) - wanted).max() <= 4


def test_a_file_in_which_no_jump_leads_where_it_should_is_read_from_its_start(
    tmp_path: Path,
) -> None:
    source = make_video(tmp_path / "a.ts", sound=False)
    out = tmp_path / "out.mp4"
    cut([Part(source, 1.2, 1.6)], out)
    wanted = np.array([20 + number for number in range(30, 40)])
    assert np.abs(np.array(levels(out)) - wanted).max() <= 4


def test_nothing_is_written_over_or_left_half(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", sound=False)
    before = source.read_bytes()
    with pytest.raises(LabelerError, match="exists already"):
        cut([Part(source, 0, 0.2)], source)
    assert source.read_bytes() == before
    with pytest.raises(LabelerError, match=r"gone\.mp4"):
        cut([Part(tmp_path / "gone.mp4", 0, 1)], tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
