from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as PILImage

from labeler import geometry
from labeler.errors import LabelerError, UnknownPersonError
from labeler.faces.steps.index import index
from labeler.io.files import whole_file
from labeler.library.store import Library
from labeler.people.steps import listing, naming, people
from labeler.slideshows import slideshow
from labeler.slideshows.choice import Choice
from labeler.slideshows.io import slide_images, slide_photos
from labeler.slideshows.io.video import VideoLook
from labeler.slideshows.slideshow import Candidate, Rendered, Show, ShownFace, Slide
from labeler.slideshows.steps import files
from labeler.slideshows.steps.files import Style, render
from labeler.slideshows.steps.slideshow import Extent, plan_show
from labeler.types import Box, Image

pytestmark = pytest.mark.slow

DEMO = Path(__file__).parents[1] / "data" / "demo"
ROSA = ("IMG_1000.jpg", "IMG_1012.jpg", "IMG_1073.jpg")
SMALL = (320, 180)
SMALL_STYLE = Style(VideoLook(SMALL))
KINDS = ["rosa.mp4", "rosa.html"]
TRICKY_CAPTION = '<b>&"Žofie"'
ROOT = Path(__file__).parent.parent


def candidate(path: Path, width: int = 1000, height: int = 800, **more: Any) -> Candidate:
    faces = (ShownFace("Rosa", more.pop("face", Box(10, 10, 100, 100))),)
    facts: dict[str, Any] = {"taken": None} | more
    return Candidate(
        str(path), caption="", album="Lake", width=width, height=height, faces=faces, **facts
    )


def show_of(photos: list[Candidate]) -> Show:
    slides = tuple(Slide(photo, 0, 0, (TRICKY_CAPTION,)) for photo in photos)
    show = Show("Rosa", "2003 – 2023", ("Rosa",), photos[0], slides)
    return slideshow.evenly_timed(show, slideshow.SLIDE_SECONDS)


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
    library = Library.create(tmp_path_factory.mktemp("library"))
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
def show(library: Library) -> Show:
    show = plan_show(library, Choice(("Rosa",)))
    slides = tuple(replace(slide, lines=(TRICKY_CAPTION,)) for slide in show.slides)
    return replace(show, slides=slides)


@pytest.fixture
def broken_show(show: Show, tmp_path: Path) -> Show:
    """The same show, but the file of the second slide is damaged."""
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(Path(show.slides[1].candidate.photo_path).read_bytes()[:2000])
    photos = [slide.candidate for slide in show.slides]
    photos[1] = replace(photos[1], photo_path=str(damaged), content_hash="")
    return show_of(photos)


def decoded(path: Path) -> list[Image]:
    with av.open(str(path)) as container:
        return [rgb(frame) for frame in container.decode(video=0)]


def rgb(frame: av.VideoFrame) -> Image:
    """Return the colours as BT.709 means them; PyAV's own conversion depends on its version."""
    width, height = frame.width, frame.height
    planes = frame.to_ndarray(format="yuv420p").reshape(-1).astype(float)
    light = (planes[: width * height].reshape(height, width) - 16) / 219
    half = planes[width * height :].reshape(2, height // 2, width // 2)
    blue, red = ((half.repeat(2, axis=1).repeat(2, axis=2)) - 128) / 224
    r, b = light + 2 * (1 - 0.2126) * red, light + 2 * (1 - 0.0722) * blue
    g = (light - 0.2126 * r - 0.0722 * b) / 0.7152
    return (np.clip(np.stack([r, g, b], axis=-1), 0, 1) * 255).round().astype(np.uint8)


def test_video_holds_every_second_of_the_show(show: Show, tmp_path: Path) -> None:
    out = tmp_path / "rosa.mp4"
    told: list[tuple[int, int]] = []
    rendered = render(show, out, SMALL_STYLE, lambda *progress: told.append(progress))
    assert rendered == Rendered(3, 16.0, ())
    assert told == [(done, 400) for done in range(1, 401)]
    assert list(tmp_path.iterdir()) == [out]
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (*SMALL, 25)
        context = stream.codec_context
        colours = (context.colorspace, context.color_primaries, context.color_trc)
        assert (*colours, context.color_range) == (1, 1, 1, 1)
        chapters = [(part["metadata"]["title"], part["start"]) for part in container.chapters()]
    assert chapters == [("Rosa", 0), ("2003", 3000), ("2008", 7000), ("2023", 11000)]
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a browser could not start to play early"
    frames = decoded(out)
    assert len(frames) == 16 * 25
    assert min(frame.mean() for frame in frames[:-25]) > 20
    assert frames[-1].mean() < 2


def test_video_shows_each_photo_in_its_colours_at_its_time(show: Show, tmp_path: Path) -> None:
    out = tmp_path / "rosa.mp4"
    render(show, out, SMALL_STYLE)
    frames = decoded(out)
    for place, slide in enumerate(show.slides):
        photo, sights = slide_photos.seen(show, slide.candidate)
        view = slide_images.stage(photo, sights, SMALL)
        middle = slide_images.motion.between(view.wide, view.close, 0.5)
        edges = (middle.left, middle.top, middle.right, middle.bottom)
        bicubic = PILImage.Resampling.BICUBIC
        expected = np.asarray(photo.resize(SMALL, bicubic, box=edges, reducing_gap=3), dtype=float)
        frame = frames[round((slide.start + slide.duration / 2) * 25)]
        upper = slice(0, SMALL[1] // 2)  # above the caption
        difference = np.abs(frame[upper] - expected[upper])
        assert difference.mean() < 4, place
        assert np.abs((frame[upper] - expected[upper]).mean(axis=(0, 1))).max() < 3, place


@pytest.mark.parametrize("rate", [24, 30])
def test_other_sizes_rates_and_times(show: Show, tmp_path: Path, rate: int) -> None:
    out = tmp_path / "rosa.mp4"
    rendered = render(show, out, Style(VideoLook((180, 320), rate), seconds=2.5))
    assert rendered.seconds == pytest.approx(8.5, abs=1 / rate)
    frames = decoded(out)
    assert len(frames) == round(rendered.seconds * rate)
    assert frames[0].shape == (320, 180, 3)


@pytest.mark.parametrize("name", KINDS)
def test_a_photo_that_cannot_be_read_is_left_out(
    broken_show: Show, tmp_path: Path, name: str
) -> None:
    rendered = render(broken_show, tmp_path / name, SMALL_STYLE)
    assert (rendered.slides, rendered.seconds) == (2, 12.0)
    assert [failure.path for failure in rendered.failed] == [str(tmp_path / "damaged.jpg")]
    assert rendered.failed[0].reason.startswith("The picture is truncated")
    if name.endswith("mp4"):
        assert len(decoded(tmp_path / name)) == 12 * 25
    else:
        assert (tmp_path / name).read_text(encoding="utf-8").count("<figure") == 2


def test_a_photo_that_was_replaced_is_left_out(show: Show, tmp_path: Path) -> None:
    other, same_size = tmp_path / "other.jpg", tmp_path / "same.jpg"
    PILImage.new("RGB", (300, 300)).save(other)
    PILImage.new("RGB", (1200, 900)).save(same_size)
    first = show.slides[0].candidate
    photos = [
        candidate(other),
        first,
        replace(first, photo_path=str(same_size)),
        replace(first, photo_path=str(tmp_path / "gone.jpg")),
    ]
    rendered = render(show_of(photos), tmp_path / "rosa.html")
    assert [(Path(failure.path).name, failure.reason) for failure in rendered.failed] == [
        ("other.jpg", "The picture has changed; index it again."),
        ("same.jpg", "The photo has been replaced or changed since it was chosen."),
        ("gone.jpg", "The file cannot be read: No such file or directory."),
    ]
    assert rendered.slides == 1


@pytest.mark.parametrize("name", KINDS)
def test_without_a_readable_photo_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match=r"None of the photos of Rosa .*gone.jpg"):
        render(show_of([candidate(tmp_path / "gone.jpg")]), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", KINDS)
def test_a_cancelled_rendering_leaves_nothing_behind(name: str, show: Show, tmp_path: Path) -> None:
    def cancel(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(show, tmp_path / name, progress=cancel)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next_one(show: Show, tmp_path: Path) -> None:
    photo = json.dumps(show.slides[0].candidate.photo_path)
    code = f"""
import os, signal, sys
from pathlib import Path
from labeler.io.files import whole_file
with whole_file(Path(sys.argv[1])) as part:
    part.write_text({photo})
    os.kill(os.getpid(), signal.SIGKILL)
"""
    dead = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.mp4")], cwd=ROOT)
    assert dead.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    mine = tmp_path / f".b.mp4.{os.getpid()}-1.part"
    mine.write_text("another thread is at it")
    (tmp_path / ".c.part").write_text("somebody else's")
    render(show, tmp_path / "list.txt")
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, ".c.part", "list.txt"}


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
    assert render(show, out) == Rendered(3, 16.0, ())
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
    render(show_of([large]), tmp_path / "rosa.html")
    page = Page((tmp_path / "rosa.html").read_text(encoding="utf-8"))
    (photo,) = [attrs for _, attrs in page.tags if attrs.get("class") == "photo"]
    assert (photo["width"], photo["height"]) == ("1600", "800")
    (figure,) = [attrs for tag, attrs in page.tags if tag == "figure"]
    assert figure["data-head"] == "0.2350 0.3000 0.3650 0.6875"


# -- what is not written -------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_nothing_of_the_photos_but_what_is_seen_is_in_the_file(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret_folder" / "secret_name.jpg"
    secret.parent.mkdir()
    exif = PILImage.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 34.0), 3: "E", 4: (11.0, 5.0, 6.0)})
    picture = PILImage.effect_noise((640, 480), 40).convert("RGB")
    picture.save(secret, exif=exif, comment=b"SecretComment", xmp=b"<x>SecretXmp</x>")
    photo = candidate(secret, 640, 480, face=Box(200, 100, 100, 120))
    render(show_of([photo]), tmp_path / name, SMALL_STYLE)
    data = (tmp_path / name).read_bytes()
    pictures = [base64.b64decode(match) for match in re.findall(rb"base64,([\w+/=]+)", data)]
    assert bool(pictures) == name.endswith("html")
    for part in (re.sub(rb"base64,[\w+/=]+", b"", data), *pictures):
        assert not re.search(rb"secret|exif\0|ns\.adobe", part, re.IGNORECASE)
    for part in pictures:
        assert not PILImage.open(io.BytesIO(part)).getexif()
    if not pictures:
        with av.open(str(tmp_path / name)) as container:
            assert set(container.metadata) <= {
                *("major_brand", "minor_version", "compatible_brands"),
                *("title", "encoder"),
            }


# -- lists and folders ---------------------------------------------------------------------------


def test_lists_hold_the_paths_in_order(show: Show, tmp_path: Path) -> None:
    paths = [slide.candidate.photo_path for slide in show.slides]
    assert render(show, tmp_path / "rosa.txt") == Rendered(3, 0.0, ())
    assert (tmp_path / "rosa.txt").read_text().splitlines() == paths
    render(show, tmp_path / "rosa.m3u8")
    lines = (tmp_path / "rosa.m3u8").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", f"#EXTINF:4,{TRICKY_CAPTION}"]
    assert lines[2::2] == paths


@pytest.mark.parametrize("link", [False, True])
def test_a_folder_keeps_the_order_and_overwrites_nothing(
    show: Show, tmp_path: Path, link: bool
) -> None:
    folder = tmp_path / "St. Rosa"
    folder.mkdir()
    (folder / "002 IMG_1012.jpg").write_text("mine")
    style = Style(folder=True, link=link)
    names = ["001 IMG_1000.jpg", "002 IMG_1012 (2).jpg", "003 IMG_1073.jpg"]
    for _ in range(2):  # doing it again changes nothing
        assert render(show, folder, style) == Rendered(3, 0.0, ())
        assert sorted(os.listdir(folder)) == sorted([*names, "002 IMG_1012.jpg"])
    for name, slide in zip(names, show.slides, strict=True):
        assert (folder / name).is_symlink() == link
        assert (folder / name).read_bytes() == Path(slide.candidate.photo_path).read_bytes()
    assert (folder / "002 IMG_1012.jpg").read_text() == "mine"


# -- the steps -------------------------------------------------------------------------------------


def test_make_a_page_of_one_person(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    show = plan_show(library, Choice((" Rosa ",)))
    assert (show.title, show.people) == ("Rosa", ("Rosa",))
    assert render(show, out) == Rendered(3, 16.0, ())
    text = "".join(Page(out.read_text(encoding="utf-8")).text)
    assert "2003 – 2023 · 3 photos" in text
    assert "24 December 2003 · Christmas at home" in text


def test_the_age_is_told_where_the_birth_is_known(library: Library) -> None:
    entry = people.set_birth(library, "Rosa", date(1943, 3, 11))
    lines = [slide.lines[1] for slide in plan_show(library, Choice(("Rosa",))).slides]
    library.append("undo", undoes=entry)
    assert [line.rpartition(" · ")[2] for line in lines] == ["aged 60", "aged 65", "aged 80"]


def test_make_a_video_of_one_person(library: Library, tmp_path: Path) -> None:
    show = plan_show(library, Choice(("Rosa",)), Extent(most=1))
    rendered = render(show, tmp_path / "rosa.mp4")
    frames = decoded(tmp_path / "rosa.mp4")
    assert (rendered.slides, rendered.seconds) == (1, 8.0)
    assert (len(frames), frames[0].shape) == (200, (720, 1280, 3))


def test_several_people(library: Library) -> None:
    show = plan_show(library, Choice(("Clara", "Rosa")))
    assert show.title == "Clara & Rosa"
    assert len(show.slides) == 4
    together = [slide for slide in show.slides if len(slide.candidate.people) == 2]
    if together:
        both = plan_show(library, Choice(("Clara", "Rosa"), all_of_them=True))
        assert len(both.slides) == len(together)
    alone = plan_show(library, Choice(("Clara",), nobody_else=True))
    assert [slide.candidate.others for slide in alone.slides] == [()]


def test_growing_up_keeps_the_eyes_in_their_place(library: Library, tmp_path: Path) -> None:
    show = plan_show(library, Choice(("Rosa",)), Extent(growing_up=True))
    assert [slide.lines for slide in show.slides] == [("2003",), ("2008",), ("2023",)]
    for slide in show.slides:
        portrait, _ = slide_photos.seen(show, slide.candidate)
        assert portrait.size == (slide_photos.PORTRAIT_SIDE,) * 2
        # Found again on the picture that was made, the eyes are where they should be.
        face = slide.candidate.faces[0]
        eyes = slide_photos.EYES * slide_photos.PORTRAIT_SIDE
        landmarks = landmarks_on(portrait)
        found = np.stack([landmarks[0:2].mean(axis=0), landmarks[2:4].mean(axis=0)])
        distance = np.linalg.norm(eyes[0] - eyes[1])
        assert np.abs(found - eyes).max() < 0.12 * distance, face
    rendered = render(show, tmp_path / "rosa.mp4", SMALL_STYLE)
    assert rendered.seconds == pytest.approx(4 + 3 * 1.6)
    assert render(show, tmp_path / "rosa.html").slides == 3
    with pytest.raises(LabelerError, match="one person at a time"):
        plan_show(library, Choice(("Rosa", "Clara")), Extent(growing_up=True))


def landmarks_on(portrait: PILImage.Image) -> np.ndarray:
    from labeler.faces.io.alignment import DlibAligner
    from labeler.types import Detection

    side = slide_photos.PORTRAIT_SIDE
    around = Box(side * 0.34, side * 0.29, side * 0.32, side * 0.43)
    return DlibAligner().landmarks(np.asarray(portrait), Detection(around, 1.0))


def test_a_face_at_the_edge_of_its_photo_is_filled_up_with_blur() -> None:
    photo = PILImage.new("RGB", (400, 300), (200, 40, 40))
    eyes = ((60, 100), (40, 100), (20, 100), (30, 100), (45, 130))
    landmarks = tuple((float(x), float(y)) for x, y in eyes)
    face = ShownFace("Rosa", Box(0, 70, 80, 90), 1.0, 1.0, landmarks)
    portrait = np.asarray(slide_photos.aligned(photo, face))
    assert portrait[-1, 0].tolist() == [100, 20, 20]
    assert portrait[800, 800].tolist() == [200, 40, 40]
    assert portrait.min() >= 19, "no black corner"


def test_nothing_is_overwritten(library: Library, show: Show, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    out.write_text("mine")
    with pytest.raises(LabelerError, match="exists already; choose another name"):
        render(show, out)
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Rosa2", "There is nobody called Rosa2; did you mean Rosa?"),
        ("Clarra", "There is nobody called Clarra; did you mean Clara?"),
        ("Xy", "There is nobody called Xy; the names so far are Clara, Rosa."),
    ],
)
def test_an_unknown_name_is_told_with_the_closest_known_one(
    library: Library, name: str, sentence: str
) -> None:
    with pytest.raises(UnknownPersonError) as caught:
        plan_show(library, Choice(("Rosa", name)))
    assert str(caught.value) == sentence


def test_a_library_without_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownPersonError, match="give names to faces first"):
        plan_show(Library.create(tmp_path / "library"), Choice(("Rosa",)))


@pytest.mark.parametrize(
    ("out", "style", "sentence"),
    [
        ("show.avi", Style(), "show.avi must end in .mp4"),
        ("rosa", Style(), "rosa must end in .mp4"),
        ("missing/show.mp4", Style(), "does not exist; create it first"),
        ("missing/folder", Style(folder=True), "does not exist; create it first"),
        ("show.mp4", Style(seconds=1.0), "at least 2.2 seconds"),
    ],
)
def test_requests_that_cannot_be_met(
    show: Show, tmp_path: Path, out: str, style: Style, sentence: str
) -> None:
    with pytest.raises(LabelerError, match=sentence):
        files.render(show, tmp_path / out, style)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_when_it_is_planned_is_told(library: Library, tmp_path: Path) -> None:
    photo = Path(plan_show(library, Choice(("Rosa",))).slides[1].candidate.photo_path)
    data = photo.read_bytes()
    photo.write_bytes(data[:3000])
    try:
        show = plan_show(library, Choice(("Rosa",)))
        rendered = render(show, tmp_path / "list.txt")
        photo.unlink()
        gone = plan_show(library, Choice(("Rosa",))).left_out
    finally:
        photo.write_bytes(data)
    assert len(show.slides) == rendered.slides == 2
    assert rendered.failed == show.left_out
    assert [failure.path for failure in (*show.left_out, *gone)] == [str(photo)] * 2
    assert "replaced or changed" in show.left_out[0].reason
    assert "No such file" in gone[0].reason


def test_no_slides_and_nobody_are_refused(library: Library) -> None:
    with pytest.raises(LabelerError, match="at least one slide"):
        plan_show(library, Choice(("Rosa",)), Extent(most=0))
    with pytest.raises(LabelerError, match="at least one person"):
        plan_show(library, Choice(()))
