"""Videos in slideshows: of each, the best moment, moving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.errors import LabelerError
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.io.frames import frame_at
from labeler.slideshows import plan_text
from labeler.slideshows.choice import Choice
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
