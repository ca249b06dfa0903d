"""Videos in `labeler index`: found, watched, grouped, named, and known again."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dashboard.shell.jobs import Cancelled
from labeler.errors import LabelerError
from labeler.faces.io import watched_so_far
from labeler.faces.io.face_finder import FinderSettings
from labeler.faces.io.video_faces import FINE, watch
from labeler.faces.steps import drawing, library_finder, watching
from labeler.faces.steps.analyse import kept_of
from labeler.faces.steps.index import index
from labeler.groups.steps import group
from labeler.io.files import digest_regular
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming, split
from labeler.people.steps.listing import list_faces
from labeler.people.steps.recognize import recognize
from labeler.photos.io.not_used import NotUsed
from labeler.photos.io.walk import walk
from labeler.photos.steps.thumbnails import face_thumbnail, photo_picture
from labeler.types import USUAL_WAY, Box, Watching

from .conftest import DEMO, true_names
from .filming import film, panned
from .test_cli import Shell

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a video of 4 s: two photos of the demo album, each panned for 2 s."""
    folder = tmp_path_factory.mktemp("filmed")
    photos = sorted((DEMO / "photos").rglob("*.jpg"))[:2]
    frames = [frame for photo in photos for frame in panned(photo, 20, (640, 480))]
    film(folder / "party.mp4", frames, rate=10)
    return folder


@pytest.fixture(scope="module")
def seen(filmed: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library in which that video was indexed."""
    folder = tmp_path_factory.mktemp("library")
    shutil.copytree(models_folder, folder / "cache" / "models")
    library = Library.create(folder)
    report = index(library, [filmed])
    assert (report.photos, report.videos, report.failed) == (1, 1, ())
    return library


def names(folder: Path, videos: bool = True) -> list[str]:
    return [Path(one.path).name for one in walk([folder], videos=videos)]


def test_the_movie_of_a_live_photo_is_no_video_of_its_own(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.mov", "b.mp4", "c.MOV", "c.xmp"):
        (tmp_path / name).touch()
    assert names(tmp_path) == ["a.jpg", "b.mp4", "c.MOV"]
    assert names(tmp_path, videos=False) == ["a.jpg"]
    for videos, missed in ((True, {}), (False, {"video": {".mp4": 1, ".mov": 1}})):
        not_used = NotUsed(videos)
        list(walk([tmp_path], not_used=not_used, videos=videos))
        assert not_used.counts() == missed


def test_faces_are_in_the_shot_in_which_they_are(seen: Library) -> None:
    (video,) = seen.photos().values()
    assert (video.facts.width, video.facts.height) == (640, 480)
    assert video.facts.seconds == pytest.approx(4, abs=0.11)
    record = seen.video(video.id)
    assert record is not None
    assert record.shots[0][1] == pytest.approx(2, abs=0.11)
    tracks = seen.video_tracks()
    assert len(tracks) >= 2
    crosses = (tracks.starts < 1.8) & (tracks.ends > 2.2)
    assert not crosses.any()


def test_a_face_is_shown_as_it_was_at_its_moment(seen: Library) -> None:
    for face in seen.faces().ids.tolist():
        with Image.open(face_thumbnail(seen, face)) as picture:
            assert picture.size == (160, 160)
    (video,) = seen.photos()
    with Image.open(photo_picture(seen, video)) as picture:
        assert picture.size == (640, 480)


def test_nothing_is_watched_again_that_did_not_change(seen: Library, filmed: Path) -> None:
    ids = seen.faces().ids.tolist()
    report = index(seen, [filmed])
    assert (report.new, report.unchanged, report.videos) == (0, 1, 1)
    assert seen.faces().ids.tolist() == ids


def test_how_a_video_is_watched_is_kept_with_it(
    filmed: Path, models_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    shutil.copytree(filmed, tmp_path / "films")
    (film_,) = (tmp_path / "films").iterdir()
    shell = Shell(tmp_path / "library")
    shell.json("index", film_.parent)
    library = Library(shell.library)
    (video,) = library.photos()
    ids = library.faces().ids.tolist()
    searched = sum(len(boxes) for boxes in library.track_boxes(ids).values())
    naming.name_faces(library, ids[:1], "Rosa")
    assert shell.json("index", film_.parent, "--every", 0.2, "--thorough")["new"] == 1

    def stands() -> bool:
        named = standing.labels(library).names
        found = sum(len(boxes) for boxes in library.track_boxes(ids).values())
        record = library.video(video)
        how = record is not None and record.how == Watching(0.2, True)
        return how and named == {ids[0]: "Rosa"} and found > 1.5 * searched

    assert stands()
    assert shell.json("index", film_.parent)["unchanged"] == 1
    shell.json("video", film_)
    assert stands()
    moved = film_.rename(film_.with_name("moved.mp4"))
    shell.json("index", moved.parent)
    assert stands()
    index(library, [moved.parent], settings=FinderSettings(views=1))  # all is watched anew
    assert stands()
    shell.json("video", moved, "--quick")
    assert library.video(video).how == Watching(0.2, False)  # type: ignore[union-attr]
    assert standing.labels(library).names == {ids[0]: "Rosa"}
    assert "0.04" in shell.fails(2, "index", moved.parent, "--every", 0)


def test_how_far_a_video_is_is_told_and_can_end_it(
    filmed: Path, models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(models_folder, tmp_path / "cache" / "models")
    library = Library.create(tmp_path)
    monkeypatch.setattr(watching, "EVERY", 0.0)

    def enough(now: watching.Watched) -> None:
        if now.parts > 0.9:
            raise Cancelled

    with pytest.raises(Cancelled):
        index(library, [filmed], on_watch=enough)
    assert library.photos() == {}
    told: list[watching.Watched] = []
    assert index(library, [filmed], on_watch=told.append).new == 1
    assert told[0].names == ("party.mp4",)
    assert all(earlier.parts <= later.parts for earlier, later in pairwise(told[:-1]))
    assert told[-2].parts > 0.9
    assert told[-2].speed > 0
    assert told[-1].names == ()


def test_seldom_searched_faces_are_followed(filmed: Path, seen: Library) -> None:
    (path,) = filmed.iterdir()
    finder = library_finder.library_finder(seen)
    often, seldom = (watch(path, finder, Watching(every)) for every in (0.5, 2.0))
    assert len(seldom.tracks) == len(often.tracks)


def test_who_is_named_on_photos_is_known_in_a_video(
    filmed: Path, demo_library: Library, tmp_path: Path
) -> None:
    index(demo_library, [filmed])
    group.welcome(demo_library)
    tracks = demo_library.video_tracks()
    clusters = dict(
        zip(demo_library.faces().ids.tolist(), demo_library.faces().clusters.tolist(), strict=True)
    )
    joined = [face for face in tracks.ids.tolist() if clusters[face] >= 0]
    assert joined
    on_photos = [
        face
        for face, cluster in clusters.items()
        if cluster == clusters[joined[0]] and face not in tracks.ids
    ]
    assert on_photos
    naming.name_faces(demo_library, on_photos, "Rosa")
    recognize(demo_library, precision=0.9)
    found = {one.face_id: one.person for one in demo_library.recognitions().values()}
    assert found[joined[0]] == "Rosa"


def test_who_is_named_in_a_video_is_known_on_photos(filmed: Path, demo_library: Library) -> None:
    index(demo_library, [filmed])
    group.welcome(demo_library)
    filmed_faces = demo_library.video_tracks().ids.tolist()
    naming.name_faces(demo_library, filmed_faces[:1], "Rosa")
    recognize(demo_library, precision=0.9)
    truth = true_names(demo_library)
    found = [
        row.face
        for row in list_faces(demo_library)
        if row.source == "auto" and row.face not in filmed_faces
    ]
    assert len(found) > 3
    assert len({truth[face] for face in found}) == 1


def test_videos_are_left_out_until_they_are_wanted_again(
    filmed: Path, models_folder: Path, tmp_path: Path
) -> None:
    shell = Shell(tmp_path / "library")
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    told = shell.run("index", filmed, "--no-videos").stdout
    assert "Not used: 1 video (.mp4 1)" in told
    assert shell.json("index", filmed)["videos"] == 0
    again = shell.run("index", filmed, "--videos").stdout
    assert "1 video with" in again
    assert "1 video," in shell.run("status").stdout


def test_nobody_draws_on_a_video(seen: Library) -> None:
    (video,) = seen.photos()
    with pytest.raises(LabelerError, match="is a video"):
        drawing.draw_on(seen, video, Box(0, 0, 50, 50))


def test_a_name_holds_after_a_video_has_moved(
    filmed: Path, models_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    shutil.copytree(filmed, tmp_path / "before")
    library = Library.create(tmp_path / "library")
    index(library, [tmp_path / "before"])
    face = int(library.faces().ids[0])
    naming.name_faces(library, [face], "Rosa")
    (tmp_path / "before" / "party.mp4").rename(tmp_path / "before" / "renamed.mp4")
    report = index(library, [tmp_path / "before"])
    assert report.new == 1
    assert standing.labels(library).names == {face: "Rosa"}
    shown = library.face(face)
    assert shown is not None
    assert Path(shown[0].path).name == "renamed.mp4"


def test_what_is_no_video_is_told_in_one_sentence(models_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "empty.mp4").touch()
    (folder / "text.mov").write_text("not a video")
    shutil.copy(next((DEMO / "photos").rglob("*.jpg")), folder / "photo.mp4")
    report = index(Library.create(tmp_path / "library"), [folder])
    reasons = {Path(one.path).name: one.reason for one in report.failed}
    assert reasons.keys() == {"empty.mp4", "text.mov", "photo.mp4"}
    assert all(reason.endswith(".") and "\n" not in reason for reason in reasons.values())


def test_a_video_is_gone_on_with_where_it_was_stopped(
    filmed: Path, seen: Library, models_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(models_folder, tmp_path / "cache" / "models")
    library = Library.create(tmp_path)
    finder = library_finder.library_finder(library)
    (path,) = filmed.iterdir()
    kept = kept_of(library.cache / "watched", digest_regular(path)[0], finder, USUAL_WAY)
    shots: list[watched_so_far.SeenShot] = []
    whole = watch(path, finder, on_shot=lambda *shot: shots.append(shot))
    assert len(shots) == 2
    watched_so_far.add(kept, *shots[0])
    first = kept.stat().st_size
    (read,) = watched_so_far.read(kept)
    assert read[0] == shots[0][0]
    for own, other in zip(read[1], shots[0][1], strict=True):
        assert np.array_equal(own.boxes, other.boxes)
        assert np.array_equal(own.face.descriptor, other.face.descriptor)
        assert replace(own, boxes=other.boxes, face=other.face) == other
    marked = [replace(track, looks=99) for track in read[1]]
    watched_so_far.forget(kept)
    watched_so_far.add(kept, read[0], marked)
    watched_so_far.add(kept, *shots[1])
    with open(kept, "rb+") as file:  # it was being written when the computer went out
        file.truncate(first + 100)
    index(library, [filmed])
    tracks = library.video_tracks()
    assert len(tracks) == len(whole.tracks)
    assert tracks.looks.tolist()[: len(marked)] == [99] * len(marked)
    assert 99 not in tracks.looks[len(marked) :]
    assert np.allclose(tracks.starts, [track.start for track in whole.tracks], atol=0.11)
    assert not kept.exists()


@pytest.fixture
def named(models_folder: Path, tmp_path: Path) -> tuple[Library, Path, dict[int, str]]:
    """A library with a video of three photos, its file, and the names of all faces in it."""
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    path = tmp_path / "videos" / "party.mov"
    path.parent.mkdir()
    film(path, scenes(0, 1, 2), rate=10)
    index(library, [path.parent])
    names = {face: f"Person {face}" for face in library.faces().ids.tolist()}
    for face, name in names.items():
        naming.name_faces(library, [face], name)
    return library, path, names


def scenes(*photos: int) -> Iterator[np.ndarray]:
    """Yield 2 s of each of some photos of the demo album."""
    album = sorted((DEMO / "photos").rglob("*.jpg"))
    for photo in photos:
        yield from panned(album[photo], 20, (640, 480))


def in_view(library: Library) -> list[str]:
    shown = set(library.faces().ids.tolist())
    return sorted(name for face, name in standing.labels(library).names.items() if face in shown)


def test_names_follow_a_video_of_which_the_start_was_cut_away(
    named: tuple[Library, Path, dict[int, str]],
) -> None:
    library, path, names = named
    tracks = library.video_tracks()
    stay = sorted(names[face] for face in tracks.ids[tracks.starts > 1.5].tolist())
    film(path, scenes(1, 2), rate=10)
    report = index(library, [path.parent])
    assert report.followed == len(stay)
    assert in_view(library) == stay
    film(path, scenes(0, 1, 2), rate=10)  # the edit is taken back
    index(library, [path.parent])
    assert in_view(library) == sorted(names.values())


def test_names_follow_a_video_that_was_made_smaller_under_another_name(
    named: tuple[Library, Path, dict[int, str]],
) -> None:
    library, path, names = named
    smaller = (np.asarray(Image.fromarray(f).resize((480, 360))) for f in scenes(0, 1, 2))
    film(path.with_suffix(".mp4"), smaller, rate=10)
    path.unlink()
    index(library, [path.parent])
    assert set(in_view(library)) <= set(names.values())
    assert len(in_view(library)) >= len(names) - 1


def test_a_face_is_embedded_as_on_a_photo_however_large_it_is(
    models_folder: Path, tmp_path: Path
) -> None:
    """Large faces are kept in fewer pixels, until they are embedded."""
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    photo = tmp_path / "both" / "large.png"
    photo.parent.mkdir()
    with Image.open(sorted((DEMO / "photos").rglob("*.jpg"))[0]) as image:
        large = image.convert("RGB").resize((image.width * 2 // 2 * 2, image.height * 2 // 2 * 2))
    large.save(photo)
    film(photo.with_name("a.mp4"), [np.asarray(large)] * 15, rate=10, options={"crf": "12"})
    library = Library.create(tmp_path / "library")
    index(library, [photo.parent])
    table, tracks = library.faces(), library.video_tracks()
    in_video = np.isin(table.ids, tracks.ids)
    assert table.sizes[in_video].max() > 2 * FINE
    ids, X = library_finder.descriptors(library)
    assert np.array_equal(ids, table.ids)
    apart = np.linalg.norm(X[in_video][:, None] - X[~in_video][None], axis=2)
    assert (apart.min(axis=1) < 0.2).all()
    marks = table.landmarks[in_video].mean(axis=1)
    middles = table.boxes[in_video, :2] + table.boxes[in_video, 2:] / 2
    assert (np.abs(marks - middles) < table.boxes[in_video, 2:] / 4).all()


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("name", ["a.mp4", "a.m2ts"])
def test_what_cannot_be_gone_on_with_is_watched_anew(
    models_folder: Path, tmp_path: Path, name: str, number: int
) -> None:
    """Of some files no part can be read alone; of others all was seen, and not stored yet."""
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    finder = library_finder.library_finder(library)
    (tmp_path / "videos").mkdir()
    path = film(tmp_path / "videos" / name, scenes(0, 1), rate=10)
    kept = kept_of(library.cache / "watched", digest_regular(path)[0], finder, USUAL_WAY)
    shots: list[watched_so_far.SeenShot] = []
    whole = watch(path, finder, on_shot=lambda *shot: shots.append(shot))
    for shot in shots[:number]:
        watched_so_far.add(kept, *shot)
    report = index(library, [path.parent])
    assert report.failed == ()
    tracks = library.video_tracks()
    assert np.allclose(tracks.starts, [track.start for track in whole.tracks], atol=0.11)
    assert not kept.exists()


def test_somebody_who_is_twice_in_a_video_is_one_person(
    models_folder: Path, tmp_path: Path
) -> None:
    """On a photo, two faces are two people; in a video, only those that are seen together."""
    with open(DEMO / "faces.csv", newline="") as table:
        faces = list(csv.DictReader(table))
    number = Counter(face["file"] for face in faces)
    alone = [(face["person"], DEMO / face["file"]) for face in faces if number[face["file"]] == 1]
    rosa = [path for person, path in alone if person == "Rosa"]
    henrik = [path for person, path in alone if person == "Henrik"]
    (tmp_path / "album").mkdir()
    shown = (view for one in (*rosa[:2], *rosa[:1]) for view in panned(one, 20, (640, 480)))
    film(tmp_path / "album" / "a.mp4", shown, rate=10)
    for path in henrik[:3]:
        shutil.copy(path, tmp_path / "album")
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    index(library, [tmp_path / "album"])
    in_video = set(library.video_tracks().ids.tolist())
    assert len(in_video) == 3
    everybody = library.faces().ids.tolist()
    naming.name_faces(library, everybody, "Somebody")
    division = split.propose(library, person="Somebody", parts=2)
    parts = {frozenset(part.faces) for part in division.parts}
    assert parts == {frozenset(in_video), frozenset(everybody) - in_video}
    assert not division.seems_one
