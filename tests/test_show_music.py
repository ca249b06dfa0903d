from __future__ import annotations

import json
import subprocess
import wave
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as PILImage

from labeler.errors import LabelerError
from labeler.slideshows import slideshow
from labeler.slideshows.io import music
from labeler.slideshows.io.video import VideoLook
from labeler.slideshows.slideshow import Candidate, Show, ShownFace, Slide
from labeler.slideshows.steps.files import Style, render
from labeler.types import Box

from .test_beats import clicks

SMALL = (160, 90)
RATE = 22050


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "a.png"
    PILImage.new("RGB", (160, 90), (120, 90, 60)).save(path)
    return path


def show_of(photo: Path, count: int) -> Show:
    face = (ShownFace("Rosa", Box(60, 30, 20, 20)),)
    candidate = Candidate(str(photo), None, "", "", 160, 90, face)
    slides = (Slide(candidate, 0, 0, ()),) * count
    show = Show("Rosa", "", ("Rosa",), candidate, slides)
    return slideshow.evenly_timed(show, slideshow.SLIDE_SECONDS)


def write_wave(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32000).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of 440 Hz with tags that nobody should find in the show."""
    moments = np.arange(5 * RATE) / RATE
    path = tmp_path_factory.mktemp("music")
    plain = write_wave(path / "plain.wav", 0.5 * np.sin(2 * np.pi * 440 * moments))
    out = path / "tone.mp3"
    with av.open(str(plain)) as source, av.open(str(out), "w") as target:
        target.metadata["title"] = "SecretSong"
        stream = target.add_stream("mp3", rate=44100)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out


def heard(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)


def loudness(samples: np.ndarray, second: float) -> float:
    part = samples[:, round(second * 48000) :][:, :4800]
    return float(np.sqrt((part**2).mean()))


def test_music_is_repeated_and_faded_to_the_length_of_the_show(
    photo: Path, tone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rosa.mp4"
    rendered = render(show_of(photo, 2), out, Style(VideoLook(SMALL, music=tone)))
    assert rendered.seconds == 12
    samples = heard(out)
    assert samples.shape[1] / 48000 == pytest.approx(12, abs=0.05)
    with av.open(str(out)) as container:
        sound = container.streams.audio[0].codec_context
        assert (sound.name, sound.sample_rate, sound.layout.name) == ("aac", 48000, "stereo")
        seconds = float(container.streams.video[0].duration * container.streams.video[0].time_base)
        assert seconds == 12
    full = loudness(np.concatenate(list(music.track(tone, 12)), axis=1), 4)
    assert full > 0.15
    assert loudness(samples, 0.0) < 0.15 * full
    for second in (1.5, 4, 6.5, 8.5):  # over the joint at 5 s, too
        assert loudness(samples, second) == pytest.approx(full, rel=0.1)
    assert loudness(samples, 10.45) == pytest.approx(full / 2, rel=0.15)
    assert loudness(samples, 11.85) < 0.1 * full
    assert b"SecretSong" not in out.read_bytes()


def test_sound_and_pictures_lie_side_by_side_in_the_file(
    photo: Path, tone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rosa.mp4"
    render(show_of(photo, 3), out, Style(VideoLook(SMALL, music=tone)))
    with av.open(str(out)) as container:
        last = {"video": 0.0, "audio": 0.0}
        for packet in container.demux(video=0, audio=0):
            if packet.pts is not None:
                last[packet.stream.type] = float(packet.pts * packet.time_base)
                assert abs(last["video"] - last["audio"]) < 3


def test_a_show_lasts_as_long_as_its_music(photo: Path, tmp_path: Path) -> None:
    tune = write_wave(tmp_path / "tune.wav", np.full(round(13.37 * RATE), 0.1))
    style = Style(VideoLook(SMALL, music=tune), fit_music=True)
    rendered = render(show_of(photo, 3), tmp_path / "rosa.mp4", style)
    assert rendered.seconds == pytest.approx(13.37, abs=0.03)
    with pytest.raises(LabelerError, match=r"lasts 0:13 min, .* 60 slides; .*--most 7"):
        render(show_of(photo, 60), tmp_path / "b.mp4", style)


def test_slides_change_on_the_beat(photo: Path, tmp_path: Path) -> None:
    samples, times = clicks(100, 0.2, 14)
    tune = write_wave(tmp_path / "tune.wav", samples)
    out = tmp_path / "rosa.mp4"
    dark = tmp_path / "dark.png"
    PILImage.new("RGB", (160, 90), (5, 5, 5)).save(dark)
    slides = [show_of(path, 1).slides[0] for path in (photo, dark) * 4]
    show = Show("Rosa", "", ("Rosa",), slides[0].candidate, tuple(slides))
    show = slideshow.evenly_timed(show, 3.3)
    style = Style(VideoLook(SMALL, music=tune), seconds=3.3, on_beat=True)
    render(show, out, style)
    with av.open(str(out)) as container:
        light = [f.to_ndarray(format="gray").mean() for f in container.decode(video=0)]
    middle = (max(light[100:]) + min(light[100:-30])) / 2
    crossings = [
        (n + (middle - a) / (b - a)) / 25
        for n, (a, b) in enumerate(pairwise(light[:-30]))
        if (a - middle) * (b - middle) < 0 and n > 95
    ]
    assert len(crossings) == 7
    beats = np.concatenate([times, times + 14])
    assert (
        np.abs(np.array(crossings)[:, None] - beats).min(axis=1).max() < 0.06
    )  # a frame lasts 0.04


def test_music_without_a_beat_is_told(photo: Path, tone: Path, tmp_path: Path) -> None:
    style = Style(VideoLook(SMALL, music=tone), on_beat=True)
    with pytest.raises(LabelerError, match=r"tone.mp3 has no steady beat; leave out --on-beat"):
        render(show_of(photo, 2), tmp_path / "rosa.mp4", style)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["picture", "text", "gone", "silent video", "short"])
def test_what_is_no_music_is_told_before_any_work(photo: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "music.bin"
    if kind == "picture":
        path.write_bytes(photo.read_bytes())
    elif kind == "text":
        path.write_text("la la la " * 500)
    elif kind == "silent video":
        render(show_of(photo, 1), tmp_path / "v.mp4", Style(VideoLook(SMALL)))
        (tmp_path / "v.mp4").rename(path)
    elif kind == "short":
        write_wave(path, np.ones(1000))
    with pytest.raises(LabelerError, match=r"^music.bin .*choose a") as caught:
        render(show_of(photo, 1), tmp_path / "rosa.mp4", Style(VideoLook(SMALL, music=path)))
    assert str(caught.value).count(". ") == 0
    assert not (tmp_path / "rosa.mp4").exists()


def test_the_page_holds_the_music_without_its_tags(photo: Path, tone: Path, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    render(show_of(photo, 2), out, Style(VideoLook(SMALL, music=tone)))
    text = out.read_text(encoding="utf-8")
    assert "SecretSong" not in text
    assert text.count('<audio id="music"') == 1
    assert "data:audio/mp4;base64," in text


def test_ffprobe_finds_nothing_wrong(photo: Path, tone: Path, tmp_path: Path) -> None:
    import shutil

    if not shutil.which("ffprobe"):
        pytest.skip("ffprobe is not installed")
    out = tmp_path / "rosa.mp4"
    render(show_of(photo, 2), out, Style(VideoLook(SMALL, music=tone)))
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kinds = {s["codec_type"]: s for s in json.loads(done.stdout)["streams"]}
    assert kinds["video"]["pix_fmt"] == "yuv420p"
    assert kinds["video"]["color_space"] == kinds["video"]["color_transfer"] == "bt709"
    assert (kinds["audio"]["codec_name"], kinds["audio"]["channels"]) == ("aac", 2)
    assert music.length(out) == pytest.approx(12, abs=0.05)
