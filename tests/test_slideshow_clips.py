"""Videos in slideshows: of each, the best moment, moving."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.errors import LabelerError
from labeler.faces.steps.index import index
from labeler.io.mp4 import RATE
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.io.frames import frame_at
from labeler.slideshows import plan_text
from labeler.slideshows.choice import Choice
from labeler.slideshows.io.sounds import QUIET, Heard, mixed
from labeler.slideshows.moments import Appearance, TrackSpan, best_moment
from labeler.slideshows.slideshow import Clip, ShownFace
from labeler.slideshows.steps import files, slideshow
from labeler.types import Box

from .conftest import DEMO
from .filming import film, panned


def appearance(
    person: str, moment: int, start: float, end: float, size: float, wanted: bool = True
) -> Appearance:
    boxes = np.array([[start, 10, 10, size, size], [end, 30, 10, size, size]], np.float32)
    face = ShownFace(person, Box(10, 10, size, size))
    return Appearance(moment, TrackSpan((start + end) / 2, start, end, boxes), face, wanted)


def test_the_best_moment_shows_most_of_the_people() -> None:
    alone = appearance("Rosa", 1, 0, 20, 200)
    both = (appearance("Rosa", 2, 30, 42, 50), appearance("Henrik", 2, 34, 40, 60))
    guest = appearance("", 2, 30, 42, 70, wanted=False)
    clip, shown, others = best_moment([alone, *both, guest])
    assert clip == Clip(34.5, 37, 39.5)  # around Henrik, whose face is larger
    assert [face.person for face in shown] == ["Henrik", "Rosa"]
    assert shown[1].box == Box(pytest.approx(10 + 20 * 7 / 12), 10, 50, 50)
    assert [box.width for box in others] == [70]
    clip, shown, _ = best_moment([alone, guest])
    assert clip == Clip(7.5, 10, 12.5)
    assert best_moment([appearance("Rosa", 1, 3, 5, 40)])[0] == Clip(3, 4, 5)


@pytest.mark.slow
def test_a_slideshow_plays_a_part_of_a_video(demo_library: Library, tmp_path: Path) -> None:
    photo = sorted((DEMO / "photos").rglob("*.jpg"))[0]
    (tmp_path / "videos").mkdir()
    path = film(tmp_path / "videos" / "party.mp4", panned(photo, 60, (640, 480), 0.2), rate=10)
    index(demo_library, [path.parent])
    tracks = demo_library.video_tracks()
    face = int(tracks.ids[0])
    naming.name_faces(demo_library, [face], "Filmed")
    with pytest.raises(LabelerError):
        slideshow.plan_show(demo_library, Choice(("Filmed",)))
    show = slideshow.plan_show(
        demo_library, Choice(("Filmed",)), slideshow.Extent(videos=True, places=False)
    )
    (slide,) = show.slides
    clip = slide.candidate.clip
    assert clip is not None
    assert clip.end - clip.start == pytest.approx(5)
    again = slideshow.of_library(demo_library, plan_text.read(plan_text.written(show)))
    assert again.slides[0].candidate.clip == clip
    out = tmp_path / "filmed.mp4"
    made = files.render(show, out, files.Style(files.VideoLook((320, 240), 25)))
    assert (made.slides, made.failed) == (1, ())
    for after in (1.5, 3.0):
        shown = frame_at(out, show.slides[0].start + after).astype(float)[:150]  # above the words
        there = Image.fromarray(frame_at(path, clip.start + after)).resize((320, 240))
        elsewhere = Image.fromarray(frame_at(path, clip.start + after - 1.2)).resize((320, 240))
        right = np.abs(shown - np.asarray(there)[:150]).mean()
        assert right < 8
        assert right < np.abs(shown - np.asarray(elsewhere)[:150]).mean() / 2
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(LabelerError, match="replaced or changed"):
        files.render(show, tmp_path / "second.mp4")


def tone(path: Path, hertz: float, seconds: float) -> Path:
    samples = np.sin(2 * np.pi * hertz * np.arange(round(seconds * 8000)) / 8000) * 8000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.repeat(samples.astype("<i2"), 2).tobytes())
    return path


def test_the_music_goes_down_while_a_clip_is_heard(tmp_path: Path) -> None:
    tune, clip = tone(tmp_path / "tune.wav", 400, 4), tone(tmp_path / "clip.wav", 1000, 6)
    heard = [Heard(clip, 1.0, 3.0, 2.5, 0.5), Heard(clip, 5.0, 7.0, 2.0, 0.5)]

    def loud(samples: np.ndarray, hertz: float, start: float) -> float:
        """How loud a tone is in the half second from a time on, against 8000 of 32768."""
        part = samples[0, round(start * RATE) : round((start + 0.5) * RATE)]
        wave_ = np.exp(2j * np.pi * hertz * np.arange(len(part)) / RATE)
        return 2 * abs(np.mean(part * wave_)) * 32768 / 8000

    both = np.concatenate([*mixed(tune, heard, 10)], axis=1)
    assert both.shape == (2, 10 * RATE)
    for start, music, clip_ in ((2, 1, 0), (4, QUIET, 1), (6, 1, 0)):
        assert loud(both, 400, start) == pytest.approx(music, abs=0.05)
        assert loud(both, 1000, start) == pytest.approx(clip_, abs=0.05)
    assert loud(both, 1000, 7.3) > 0.5
    assert loud(both, 1000, 8.2) < 0.05  # of the second clip, there is only one second
    alone = np.concatenate([*mixed(None, heard[:1], 6)], axis=1)
    assert loud(alone, 1000, 4) == pytest.approx(1, abs=0.05)
    assert np.abs(alone[:, : 3 * RATE]).max() == 0
