from __future__ import annotations

import base64
import csv
import io
import re
import shutil
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as PILImage

from labeler import geometry
from labeler.errors import LabelerError, UnknownPersonError
from labeler.files import whole_file
from labeler.pipeline import listing, naming
from labeler.pipeline.index import index
from labeler.pipeline.slideshow import make_slideshow
from labeler.shows import slide_images, slideshow, video, web_show
from labeler.shows.slideshow import Candidate
from labeler.storage.store import Library
from labeler.types import Box, Image

DEMO = Path(__file__).parents[1] / "data" / "demo"
ROSA = ("IMG_1000.jpg", "IMG_1012.jpg", "IMG_1073.jpg")
SMALL = (320, 180)
RENDERERS = [partial(video.render, size=SMALL), web_show.render]
TRICKY_CAPTION = '<b>&"Žofie"'


def candidate(path: Path, width: int = 1000, height: int = 800, **more: Any) -> Candidate:
    facts: dict[str, Any] = {"taken": None, "face": Box(10, 10, 100, 100)} | more
    return Candidate(
        str(path), caption="", album="Lake", width=width, height=height, score=0.9, **facts
    )


# -- rendering -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three photos of Rosa and one of Clara, named as the demo album tells."""
    folder = tmp_path_factory.mktemp("album")
    with (DEMO / "faces.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    wanted = {row["file"] for row in truth if Path(row["file"]).name in ROSA}
    alone = [row for row in truth if sum(row["file"] == other["file"] for other in truth) == 1]
    wanted.add(next(row["file"] for row in alone if row["person"] == "Clara"))
    for name in wanted:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEMO / name, folder / name)
    library = Library(tmp_path_factory.mktemp("library"))
    index(library, [folder])
    faces = listing.list_faces(library)
    for name in sorted(wanted):
        here = [face for face in faces if face.photo == str(folder / name)]
        known = [row for row in truth if row["file"] == name]
        boxes = np.array([face.box.as_tuple() for face in here])
        truth_boxes = [[float(row[k]) for k in ("left", "top", "width", "height")] for row in known]
        for i, j in geometry.match_boxes(boxes, np.array(truth_boxes), 0.3):
            naming.name_faces(library, [here[i].face], known[j]["person"])
    return library


@pytest.fixture
def show(library: Library) -> slideshow.Show:
    photos = {photo.path: photo.facts for photo in library.photos().values()}
    album = []
    for row in listing.list_faces(library):
        if row.person == "Rosa":
            facts = photos[row.photo]
            size, album_name = (facts.width, facts.height), Path(row.photo).parent.name
            told = (row.photo, row.taken, TRICKY_CAPTION, album_name)
            album.append(Candidate(*told, *size, row.box, row.score))
    return slideshow.plan("Rosa", album, 60)


@pytest.fixture
def broken_show(show: slideshow.Show, tmp_path: Path) -> slideshow.Show:
    """The same show, but the file of the second slide is damaged."""
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(Path(show.slides[1].candidate.photo_path).read_bytes()[:2000])
    album = [slide.candidate for slide in show.slides]
    album[1] = candidate(damaged, taken=album[1].taken)
    return slideshow.plan("Rosa", album, 60)


def decoded(path: Path) -> list[Image]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_image()) for frame in container.decode(video=0)]


def test_video_holds_every_second_of_the_show(show: slideshow.Show, tmp_path: Path) -> None:
    out = tmp_path / "rosa.mp4"
    told: list[tuple[int, int]] = []
    rendered = video.render(show, out, SMALL, lambda *progress: told.append(progress))
    assert rendered == slideshow.Rendered(3, 16.0, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert list(tmp_path.iterdir()) == [out]
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (*SMALL, 25)
        assert container.metadata["title"] == "Rosa"
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a browser could not start to play early"
    frames = decoded(out)
    assert len(frames) == 16 * 25
    assert min(frame.mean() for frame in frames[:-25]) > 20
    assert frames[-1].mean() < 2


def test_video_shows_each_photo_in_its_colours_at_its_time(
    show: slideshow.Show, tmp_path: Path
) -> None:
    out = tmp_path / "rosa.mp4"
    video.render(show, out, SMALL)
    frames = decoded(out)
    for place, slide in enumerate(show.slides):
        photo = slide_images.load(slide.candidate)
        stage = slide_images.stage(photo, slide.candidate, SMALL)
        expected = np.asarray(stage.frame(SMALL, 0.5), dtype=float)
        frame = frames[round((slide.start + slide.duration / 2) * 25)]
        upper = slice(0, SMALL[1] // 2)  # above the caption
        difference = np.abs(frame[upper] - expected[upper])
        assert difference.mean() < 4, place
        assert np.abs((frame[upper] - expected[upper]).mean(axis=(0, 1))).max() < 3, place


def test_video_leaves_out_a_photo_that_cannot_be_read(
    broken_show: slideshow.Show, tmp_path: Path
) -> None:
    out = tmp_path / "rosa.mp4"
    rendered = video.render(broken_show, out, SMALL)
    assert (rendered.slides, rendered.seconds) == (2, 12.0)
    assert [failure.path for failure in rendered.failed] == [str(tmp_path / "damaged.jpg")]
    assert rendered.failed[0].reason.startswith("The picture is truncated")
    assert len(decoded(out)) == 12 * 25


def test_page_leaves_out_a_photo_that_cannot_be_read(
    broken_show: slideshow.Show, tmp_path: Path
) -> None:
    rendered = web_show.render(broken_show, tmp_path / "rosa.html")
    assert (rendered.slides, rendered.seconds) == (2, 12.0)
    assert [failure.path for failure in rendered.failed] == [str(tmp_path / "damaged.jpg")]
    page = (tmp_path / "rosa.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 2


def test_a_photo_whose_size_has_changed_is_left_out(show: slideshow.Show, tmp_path: Path) -> None:
    other = tmp_path / "other.jpg"
    PILImage.new("RGB", (300, 300)).save(other)
    album = [show.slides[0].candidate, candidate(other)]
    rendered = web_show.render(slideshow.plan("Rosa", album, 9), tmp_path / "rosa.html")
    assert [failure.path for failure in rendered.failed] == [str(other)]


@pytest.mark.parametrize("render", RENDERERS, ids=["video", "page"])
def test_without_a_readable_photo_nothing_is_written(render: Any, tmp_path: Path) -> None:
    show = slideshow.plan("Rosa", [candidate(tmp_path / "gone.jpg")], 5)
    with pytest.raises(LabelerError, match="None of the photos of Rosa"):
        render(show, tmp_path / "rosa.out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("render", RENDERERS, ids=["video", "page"])
def test_an_interrupted_rendering_leaves_nothing_behind(
    render: Any, show: slideshow.Show, tmp_path: Path
) -> None:
    def interrupt(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(show, tmp_path / "rosa.out", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    lost = tmp_path / "missing" / "a.txt"
    with pytest.raises(LabelerError, match="cannot be written"), whole_file(lost) as temporary:
        temporary.write_text("x")


class Page(HTMLParser):
    """Collects tags with their attributes, and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_page_is_whole_in_itself_and_its_text_is_escaped(
    show: slideshow.Show, tmp_path: Path
) -> None:
    out = tmp_path / "rosa.html"
    assert web_show.render(show, out) == slideshow.Rendered(3, 16.0, ())
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    addresses = [v for _, attrs in page.tags for k, v in attrs.items() if k in ("src", "href")]
    addresses += re.findall(r"url\(([^)]*)\)", text)
    assert len(addresses) == 3 + 1 + 4
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert page.text.count(TRICKY_CAPTION) == 3
    photos = [attrs for tag, attrs in page.tags if attrs.get("class") == "photo"]
    for attrs in photos:
        data = base64.b64decode(attrs["src"].split(",", 1)[1])
        with PILImage.open(io.BytesIO(data)) as picture:
            assert picture.size == (int(attrs["width"]), int(attrs["height"])) == (1200, 900)


def test_page_shrinks_large_photos_and_tells_where_the_head_is(tmp_path: Path) -> None:
    PILImage.new("RGB", (4000, 2000), (90, 120, 60)).save(tmp_path / "large.jpg")
    face = Box(1000, 800, 400, 500)
    large = candidate(tmp_path / "large.jpg", 4000, 2000, face=face)
    web_show.render(slideshow.plan("Rosa", [large], 1), tmp_path / "rosa.html")
    page = Page((tmp_path / "rosa.html").read_text(encoding="utf-8"))
    (photo,) = [attrs for _, attrs in page.tags if attrs.get("class") == "photo"]
    assert (photo["width"], photo["height"]) == ("1600", "800")
    (figure,) = [attrs for tag, attrs in page.tags if tag == "figure"]
    assert figure["data-head"] == "0.2350 0.3000 0.3650 0.6875"


# -- the pipeline ----------------------------------------------------------------------------------


def test_make_a_page_of_one_person(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    report = make_slideshow(library, " Rosa ", out)
    assert (report.person, report.slides, report.seconds) == ("Rosa", 3, 16.0)
    assert (report.file, report.failed) == (out, ())
    text = "".join(Page(out.read_text(encoding="utf-8")).text)
    assert "2003 – 2023 · 3 photos" in text
    assert "24 December 2003 · Christmas at home" in text


def test_make_a_video_of_one_person(library: Library, tmp_path: Path) -> None:
    report = make_slideshow(library, "Rosa", tmp_path / "rosa.mp4", most=1)
    frames = decoded(report.file)
    assert (report.slides, report.seconds) == (1, 8.0)
    assert (len(frames), frames[0].shape) == (200, (720, 1280, 3))


def test_nothing_is_overwritten(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    out.write_text("mine")
    with pytest.raises(LabelerError, match="exists already; choose another name"):
        make_slideshow(library, "Rosa", out)
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Rosa2", "There is nobody called Rosa2; did you mean Rosa?"),
        ("clara", "There is nobody called clara; did you mean Clara?"),
        ("Xy", "There is nobody called Xy; the names so far are Clara, Rosa."),
    ],
)
def test_an_unknown_name_is_told_with_the_closest_known_one(
    library: Library, tmp_path: Path, name: str, sentence: str
) -> None:
    with pytest.raises(UnknownPersonError) as caught:
        make_slideshow(library, name, tmp_path / "show.html")
    assert str(caught.value) == sentence


def test_a_library_without_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownPersonError, match="give names to faces first"):
        make_slideshow(Library(tmp_path / "library"), "Rosa", tmp_path / "show.mp4")


@pytest.mark.parametrize(
    ("out", "most", "sentence"),
    [
        ("show.avi", 5, "show.avi must end in .mp4"),
        ("missing/show.mp4", 5, "does not exist; create it first"),
        ("show.mp4", 0, "at least one slide"),
    ],
)
def test_requests_that_cannot_be_met(
    library: Library, tmp_path: Path, out: str, most: int, sentence: str
) -> None:
    with pytest.raises(LabelerError, match=sentence):
        make_slideshow(library, "Rosa", tmp_path / out, most)
    assert list(tmp_path.iterdir()) == []
