"""Indexing: incremental, safe against bad files and interruptions."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io.face_finder import DLIB_MODELS, FaceFinder, FinderSettings
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.index import index
from labeler.faces.steps.library_finder import descriptor_model, descriptors
from labeler.io import files
from labeler.io.parallel import in_parallel
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.io.decoding import read_bytes
from labeler.types import Box, Detection
from labeler.types import Image as Pixels

pytestmark = pytest.mark.slow


class OneFace:
    """Detector, aligner and embedder in one: a face per photo, its mean colour the descriptor."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.id = "one-face"
        self.side, self.crowd_side, self.chip_span = 16, None, 16
        self.model = DescriptorModel("mean-colour", 0.43)
        self.seen = 0
        self.stop_after = stop_after

    def detect(self, image: Pixels, side: int) -> list[Detection]:
        self.seen += 1
        if self.stop_after is not None and self.seen > self.stop_after:
            raise KeyboardInterrupt
        height, width = image.shape[:2]
        return [Detection(Box(0, 0, width, height), 0.9)]

    def landmarks(self, image: Pixels, face: Detection) -> np.ndarray:
        return np.zeros((5, 2), dtype=np.float32)

    def chips(self, image: Pixels, landmarks: np.ndarray) -> list[Pixels]:
        return [image]

    def embed(self, faces: list[list[Pixels]]) -> np.ndarray:
        return np.array([chips[0].mean(axis=(0, 1)) for chips in faces], dtype=np.float32)


def finder(stop_after: int | None = None) -> FaceFinder:
    parts = OneFace(stop_after)
    return FaceFinder(parts, parts, parts)


def album(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    for index_ in range(number):
        colour = (index_ % 256, index_ // 256, 7)
        Image.new("RGB", (16, 16), colour).save(folder / f"{index_:04}.png")
    return folder


def test_second_run_looks_at_nothing(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 5), Library.create(tmp_path / "library")
    first = index(library, [photos], finder=finder())
    assert (first.photos, first.new, first.unchanged, first.faces) == (5, 5, 0, 5)
    again = finder()
    second = index(library, [photos, photos / "0001.png"], finder=again)
    assert (second.photos, second.new, second.unchanged, second.faces) == (5, 0, 5, 5)
    assert again.detector.seen == 0  # type: ignore[attr-defined]


def test_changed_moved_and_deleted_photos(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 4), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    (photos / "sub").mkdir()
    (photos / "0000.png").rename(photos / "sub" / "renamed.png")
    (photos / "0001.png").unlink()
    Image.new("RGB", (16, 16), "red").save(photos / "0002.png")
    os.utime(photos / "0003.png")  # touched, same content
    looking = finder()
    report = index(library, [photos], finder=looking)
    assert (report.photos, report.new, report.faces) == (3, 3, 3)
    assert looking.detector.seen == 1  # type: ignore[attr-defined]
    names = standing.labels(library).names
    paths = {photo.id: Path(photo.path).name for photo in library.photos().values()}
    table = library.faces()
    named = {
        paths[p]
        for p, f in zip(table.photo_ids.tolist(), table.ids.tolist(), strict=True)
        if f in names
    }
    assert named == {"renamed.png", "0003.png"}
    # The deleted photo comes back, with its name.
    shutil.copy(photos / "sub" / "renamed.png", tmp_path / "copy.png")
    Image.new("RGB", (16, 16), (1, 0, 7)).save(photos / "0001.png")
    index(library, [photos], finder=finder())
    assert len(set(library.faces().ids.tolist()) & set(standing.labels(library).names)) == 3


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    first, second = album(tmp_path / "a", 2), album(tmp_path / "ab", 3)
    index(library, [first, second], finder=finder())
    shutil.rmtree(second)
    index(library, [first], finder=finder())
    assert sum(known.missing for known in library.known_files().values()) == 0


def test_bad_files_are_reported_and_nothing_is_lost(tmp_path: Path, demo_album: Path) -> None:
    photos, library = album(tmp_path / "photos", 3), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    broken = demo_album / "photos" / "2008 Lake holiday" / "IMG_broken.jpg"
    shutil.copy(broken, photos / "0001.png")  # a good photo was overwritten by a broken one
    shutil.copy(broken, photos / "broken.jpg")
    (photos / "text.jpg").write_text("not a photo")
    (photos / "empty.jpg").touch()
    report = index(library, [photos], finder=finder())
    reasons = {Path(failure.path).name: failure.reason for failure in report.failed}
    assert sorted(reasons) == ["0001.png", "broken.jpg", "empty.jpg", "text.jpg"]
    assert "truncated" in reasons["broken.jpg"]
    assert "not a picture" in reasons["text.jpg"]
    assert "empty" in reasons["empty.jpg"]
    assert (report.photos, report.new) == (2, 0)
    assert len(library.faces()) == 3


def test_odd_files_neither_hang_nor_stop_the_run(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 2), Library.create(tmp_path / "library")
    os.mkfifo(photos / "pipe.jpg")
    os.utime(photos / "0001.png", (2**34, 2**34))  # the year 2514
    with open(photos / "huge.tif", "wb") as file:
        file.truncate(10**13)
    report = index(library, [photos], finder=finder())
    assert sorted(Path(failure.path).name for failure in report.failed) == ["huge.tif", "pipe.jpg"]
    assert report.new == 2


def test_the_librarys_own_thumbnails_are_no_photos(tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 2)
    library = Library.create(photos / "sub" / ".." / "library")
    album(library.cache, 3)
    (tmp_path / "link").symlink_to(photos)
    for root in (photos, tmp_path / "link", library.folder):
        index(library, [root], finder=finder())
    assert len(library.photos()) == 2


def test_an_unreadable_folder_is_not_taken_for_gone(
    tmp_path: Path, refuse_locked: Callable[[], None]
) -> None:
    library = Library.create(tmp_path / "library")
    photos = album(tmp_path / "photos", 1)
    album(photos / "locked", 2)
    index(library, [photos], finder=finder())
    refuse_locked()
    report = index(library, [photos], finder=finder())
    assert len(report.failed) == 1
    assert not any(known.missing for known in library.known_files().values())


def test_an_interrupted_run_keeps_its_batches_and_goes_on(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 100), Library.create(tmp_path / "library")
    with pytest.raises(KeyboardInterrupt):
        index(library, [photos], finder=finder(stop_after=70), jobs=1)
    assert len(library.faces()) == 70
    rest = finder()
    report = index(library, [photos], finder=rest)
    assert (report.new, report.unchanged, report.faces) == (30, 70, 100)
    assert rest.detector.seen == 30  # type: ignore[attr-defined]


def test_another_finder_looks_again(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 3), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    ids = library.faces().ids.tolist()
    other = finder()
    other.id = "another"
    report = index(library, [photos], finder=other)
    assert report.new == 3
    assert library.faces().ids.tolist() == ids


def test_missing_roots_are_an_error_before_any_work(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    with pytest.raises(LabelerError, match="does not exist"):
        index(library, [album(tmp_path / "photos", 1), tmp_path / "nowhere"], finder=finder())
    assert len(library.faces()) == 0


def test_the_demo_album_is_found_whole(demo_library_folder: Path) -> None:
    library = Library(demo_library_folder)
    assert library.counts() == {
        "photos": 84,
        "videos": 0,
        "faces": 189,
        "missing": 0,
        "decisions": 0,
    }
    _, X = library.descriptors("dlib-resnet-v1-mirrored")
    assert np.allclose(np.linalg.norm(X, axis=1), 1, atol=1e-5)


def named(library: Library, name: str) -> set[str]:
    """Return the names of the files on which somebody is named."""
    names = standing.labels(library).names
    files = {photo.id: Path(photo.path).name for photo in library.photos().values()}
    table = library.faces()
    pairs = zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True)
    return {files[photo] for face, photo in pairs if names.get(face) == name}


def test_a_photo_edited_in_place_keeps_its_names(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 2), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    ids = library.faces().ids.tolist()
    before = (photos / "0000.png").read_bytes()
    picture = Image.open(photos / "0000.png")
    picture.load()
    note = PngImagePlugin.PngInfo()
    note.add_text("Description", "a caption, written later")
    picture.save(photos / "0000.png", pnginfo=note)
    Image.new("RGB", (16, 16), (200, 30, 90)).save(photos / "0001.png")  # another picture
    index(library, [photos], finder=finder())
    assert named(library, "Rosa") == {"0000.png"}
    assert library.faces().ids.tolist()[0] == ids[0]
    # The unedited file turns up somewhere else: it is the same photo.
    (photos / "old.png").write_bytes(before)
    index(library, [photos], finder=finder())
    assert len(library.photos()) == 2
    (photos / "0000.png").unlink()
    index(library, [photos], finder=finder())
    assert named(library, "Rosa") == {"old.png"}


def test_a_caption_written_before_the_descriptors_change_costs_no_name(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    exif = Image.Exif()
    exif[270] = "by the lake"
    Image.open(photos / "0000.png").save(photos / "0000.png", exif=exif)
    other = finder()
    other.embedder.model = DescriptorModel("other", 0.5)  # type: ignore[misc]
    other.id = "one-face/other"
    index(library, [photos], finder=other)
    assert named(library, "Rosa") == {"0000.png"}
    (photo,) = library.photos().values()
    assert photo.facts.metadata.caption == "by the lake"


def test_sidecars_are_read_without_looking_at_the_photo_again(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 2), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    (photos / "0001.xmp").write_text(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
        "photoshop:DateCreated='1961-05-07T10:11:12'/></rdf:RDF></x:xmpmeta>"
    )
    looking = finder()
    assert index(library, [photos], finder=looking).new == 1
    assert looking.detector.seen == 0  # type: ignore[attr-defined]
    known = {Path(p.path).name: p.facts.metadata for p in library.photos().values()}
    assert (known["0001.png"].taken, known["0001.png"].taken_from) == (
        datetime(1961, 5, 7, 10, 11, 12),
        "sidecar",
    )
    assert known["0000.png"].taken_from == "file time"
    assert known["0000.png"].date is None
    assert index(library, [photos], finder=finder()).unchanged == 2


def test_failed_files_are_not_tried_again_until_they_change(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    bad = photos / "bad.jpg"
    bad.write_bytes(b"not a picture")
    first = index(library, [photos], finder=finder())
    assert (len(first.failed), first.failed_before) == (1, 0)
    second = index(library, [photos], finder=finder())
    assert (second.failed, second.failed_before) == (first.failed, 1)
    third = index(library, [photos], finder=finder(), retry_failed=True)
    assert (len(third.failed), third.failed_before) == (1, 0)
    Image.new("RGB", (16, 16), (200, 30, 90)).save(bad)
    fourth = index(library, [photos], finder=finder())
    assert (fourth.new, fourth.failed) == (1, ())
    assert library.failures() == {}
    bad.write_bytes(b"not a picture")
    index(library, [photos], finder=finder())
    bad.unlink()
    index(library, [photos], finder=finder())
    assert library.failures() == {}


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    with (
        files.alone(library.folder / "index.lock", "Somebody"),
        pytest.raises(LabelerError, match=r"Another `labeler index` is at work.*wait"),
    ):
        index(library, [photos], finder=finder())
    assert index(library, [photos], finder=finder()).new == 1


def test_another_model_looks_at_the_whole_library_again(tmp_path: Path) -> None:
    """All faces must be comparable, also those in folders that this run was not about."""
    here, there = album(tmp_path / "here", 2), tmp_path / "there"
    there.mkdir()
    Image.new("RGB", (16, 16), (200, 30, 90)).save(there / "x.png")
    library = Library.create(tmp_path / "library")
    index(library, [here, there], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    other = finder()
    other.embedder.model = DescriptorModel("other", 0.86)  # type: ignore[misc]
    other.id = "one-face/other"
    report = index(library, [here], finder=other)
    assert (report.photos, report.new) == (2, 2)
    ids, X = descriptors(library)
    assert ids.tolist() == library.faces().ids.tolist()
    assert np.allclose(np.linalg.norm(X, axis=1), 0.5)
    assert named(library, "Rosa") == {"0000.png", "0001.png", "x.png"}
    again = finder()
    again.embedder.model, again.id = other.embedder.model, other.id  # type: ignore[misc]
    assert index(library, [here, there], finder=again).unchanged == 3


def test_copies_are_known_before_they_are_looked_at(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 3), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    for number in range(3):
        shutil.copy(photos / f"{number:04}.png", tmp_path / f"copy{number}.png")
    looking = finder()
    copies = sorted(tmp_path.glob("copy*.png"))
    report = index(library, copies, finder=looking)
    assert (report.new, report.faces, looking.detector.seen) == (3, 3, 0)  # type: ignore[attr-defined]
    assert len(library.faces()) == 3


def test_files_in_use_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grows while it is read is not stored as if it were whole."""
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    real = os.fstat

    def growing(number: int) -> os.stat_result:
        status = real(number)
        with open(photos / "0000.png", "ab") as file:
            file.write(b"more")
        return status

    monkeypatch.setattr("labeler.io.files.os.fstat", growing)
    (failure,) = index(library, [photos], finder=finder()).failed
    assert failure.reason == "The file cannot be read: it changed while it was read."
    monkeypatch.undo()
    assert index(library, [photos], finder=finder()).new == 1


SILENCED = "ORT_DISABLE_TELEMETRY"


@pytest.mark.filterwarnings("ignore")  # distributed's own
def test_a_dask_cluster_gives_the_same_library(
    tmp_path: Path, demo_album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    photos = sorted((demo_album / "photos" / "2003 Christmas at home").iterdir())
    local, remote = Library.create(tmp_path / "local"), Library.create(tmp_path / "remote")
    index(local, photos)
    shutil.copytree(local.cache, remote.cache)
    monkeypatch.delenv(SILENCED)  # the workers, on other computers, do not inherit it
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        index(remote, photos, dask=cluster.scheduler_address)
        with distributed.Client(cluster) as client:
            assert set(client.run(os.getenv, SILENCED).values()) == {"1"}
    assert len(local.faces()) == 19
    assert np.array_equal(local.faces().boxes, remote.faces().boxes)
    model = descriptor_model(local).id
    assert np.array_equal(local.descriptors(model)[1], remote.descriptors(model)[1])


def test_no_dask_scheduler_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    with pytest.raises(LabelerError, match="No Dask scheduler answers at"):
        index(library, [photos], finder=finder(), dask="127.0.0.1:9")


@pytest.mark.filterwarnings("ignore")  # distributed's own
def test_dask_with_tls_follows_dasks_settings(tmp_path: Path) -> None:
    """Whoever has no certificate of the cluster's authority does not get in."""
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    command = ["openssl", *options.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    own = {"cert": str(certificate), "key": str(key)}
    tls = {"ca-file": str(certificate), "client": own, "worker": own, "scheduler": own}
    with dask.config.set(
        {"distributed.comm.tls": {**dask.config.get("distributed.comm.tls"), **tls}}
    ):
        small = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
        with distributed.LocalCluster(
            protocol="tls://", dashboard_address=None, **small
        ) as cluster:
            address = cluster.scheduler_address
            assert address.startswith("tls://")
            assert list(in_parallel(abs, [-1, -2], dask=address)) == [1, 2]
            nothing = {"cert": None, "key": None}
            with (
                dask.config.set({"distributed.comm.tls.client": nothing}),
                pytest.raises(LabelerError, match="needs certificates"),
            ):
                list(in_parallel(abs, [-1], dask=address))


def test_a_photo_that_comes_back_untouched_is_present_again(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 2), Library.create(tmp_path / "library")
    index(library, [photos], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    (photos / "0001.png").rename(tmp_path / "away.png")
    index(library, [photos], finder=finder())
    assert named(library, "Rosa") == {"0000.png"}
    (tmp_path / "away.png").rename(photos / "0001.png")
    report = index(library, [photos], finder=finder())
    assert (report.unchanged, library.counts()["missing"]) == (2, 0)
    assert named(library, "Rosa") == {"0000.png", "0001.png"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_pipes_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos, library = album(tmp_path / "photos", 1), Library.create(tmp_path / "library")
    os.mkfifo(photos / "0000.png.xmp")
    os.mkfifo(photos / "pipe.jpg")
    report = index(library, [photos], finder=finder())
    assert [failure.reason for failure in report.failed] == [
        "It is not an ordinary file, whatever its name says."
    ]
    with pytest.raises(UnreadablePhotoError, match="not an ordinary file"):
        read_bytes(str(photos / "pipe.jpg"))


def test_passing_trouble_is_not_held_against_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, library = album(tmp_path / "photos", 2), Library.create(tmp_path / "library")
    small = index(library, [photos], finder=finder(), most_pixels=10)
    assert [failure.reason for failure in small.failed] == [
        "The picture has 16 × 16 pixels, more than the limit of 0 million; "
        "--max-megapixels raises it."
    ] * 2

    def unplugged(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("labeler.photos.io.decoding.read_regular", unplugged)
    assert len(index(library, [photos], finder=finder()).failed) == 2
    monkeypatch.undo()
    assert index(library, [photos], finder=finder()).new == 2


def test_folders_may_be_nested_deeper_than_python_can_call(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    Image.new("RGB", (16, 16)).save(tmp_path / "a.png")
    library = Library.create(tmp_path.parent / f"{tmp_path.name}-library")
    assert index(library, [tmp_path], finder=finder()).new == 1
    for depth in range(1100, 0, -1):  # shutil.rmtree cannot, and neither can pytest
        (tmp_path / "/".join("d" * depth)).rmdir()


@pytest.mark.parametrize("value", ["not json", "[1]", '{"x": 1}', '{"views": [1]}', "7"])
def test_damaged_settings_are_as_good_as_none(tmp_path: Path, value: str) -> None:
    library = Library.create(tmp_path / "library")
    with closing(sqlite3.connect(library.path)) as connection, connection:
        for name in ("finder", "descriptor_model"):
            connection.execute("INSERT INTO settings VALUES (?, ?)", [name, value])
    assert finders.settings(library) == FinderSettings()
    assert finders.descriptor_model(library) == DLIB_MODELS[2]
    assert finders.settings(library, views=8) == FinderSettings(views=8)
