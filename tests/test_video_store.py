"""Videos in the library: tracks are faces, and a name holds for whoever is found there again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from labeler import tracks
from labeler.exchange import backup
from labeler.exchange.steps.backups import read_library
from labeler.exchange.steps.restore import restore_backup
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.doubts import doubts
from labeler.types import (
    AnalysedPhoto,
    Box,
    PhotoFacts,
    PhotoFile,
    Track,
    VideoFacts,
    WatchedVideo,
)

from .test_store import MODEL, add, found_face

CONTENT = "c" * 64


def track(start: float, end: float, left: float, at: float | None = None) -> Track:
    """A face that moves 10 pixels to the right each second."""
    times = np.arange(start, end + 0.01, 0.5)
    boxes = [[time, left + 10 * (time - start), 10, 50, 60] for time in times]
    at = start if at is None else at
    face = replace(found_face(0, seed=int(left)), box=Box(left + 10 * (at - start), 10, 50, 60))
    return Track(face, at, start, end, np.array(boxes, np.float32), looks=3)


def video(*seen: Track, path: str = "/v/a.mp4", content: str = CONTENT) -> AnalysedPhoto:
    watched = WatchedVideo(VideoFacts(20, 25, 640, 480), ((0, 12.5), (12.5, 20)), seen)
    return AnalysedPhoto(
        PhotoFile(path, 100, 200),
        content,
        PhotoFacts(640, 480, seconds=20),
        tuple(one.face for one in seen),
        video=watched,
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path)


def test_tracks_are_read_as_they_were_written(library: Library) -> None:
    seen = (track(0, 5, 100, at=2.5), track(3, 8, 300), track(14, 16, 100))
    add(library, video(*seen))
    table, found = library.faces(), library.video_tracks()
    assert table.ids.tolist() == found.ids.tolist()
    assert found.at.tolist() == [2.5, 3, 14]
    assert [found.starts.tolist(), found.ends.tolist()] == [[0, 3, 14], [5, 8, 16]]
    boxes = library.track_boxes(found.ids.tolist())
    assert np.array_equal(boxes[int(found.ids[0])], seen[0].boxes)
    (photo,) = library.photos().values()
    assert photo.facts.seconds == 20
    record = library.video(photo.id)
    assert record is not None
    assert record.shots == ((0, 12.5), (12.5, 20))
    assert record.fps == 25
    shown = library.face(int(found.ids[0]))
    assert shown is not None
    assert shown[0].at == 2.5
    assert library.video_tracks([photo.id + 1]).ids.tolist() == []


def test_only_faces_that_are_seen_together_have_one_moment(library: Library) -> None:
    face = found_face(0)
    facts = PhotoFacts(640, 480)
    add(library, AnalysedPhoto(PhotoFile("/p/a.jpg", 1, 2), "photo", facts, (face, face)))
    add(library, video(track(0, 5, 100), track(3, 8, 300), track(9, 10, 100)))
    for moments in (library.faces().moments, library.face_columns().moments):
        first, second, together, also, later = moments.tolist()
        assert first == second != together == also != later
    assert len({first, together, later}) == 3
    ungrouped = library.ungrouped(MODEL)
    assert ungrouped.moments.tolist() == [first, second, together, also, later]


def test_a_name_holds_when_a_video_is_watched_in_another_way(library: Library) -> None:
    add(library, video(track(0, 5, 100), track(3, 8, 300)))
    named, other = library.faces().ids.tolist()
    naming.name_faces(library, [named], "Rosa")
    # Other frames are looked at: the best look is another one, and nothing begins where it did.
    add(library, video(track(3.25, 8, 302), track(0.25, 5, 102.5, at=4.25)))
    found = library.video_tracks()
    assert sorted(found.ids.tolist()) == [named, other]
    assert found.at[found.ids == named].tolist() == [4.25]
    assert standing.labels(library).names == {named: "Rosa"}


def test_a_name_waits_for_a_video_that_was_forgotten(library: Library) -> None:
    add(library, video(track(0, 5, 100), track(8, 12, 100)))
    named = int(library.faces().ids[1])
    naming.name_faces(library, [named], "Rosa")
    library.remove_faces(library.faces().ids.tolist())
    add(library, video(track(8.25, 12, 102.5, at=10.25), track(0, 5, 100)))
    (face,) = standing.labels(library).names
    assert library.video_tracks().at[library.video_tracks().ids == face].tolist() == [10.25]


def test_backups_tell_when_a_face_is_in_a_video(library: Library, tmp_path: Path) -> None:
    add(library, video(track(0, 5, 100), track(8, 12, 100)))
    naming.name_faces(library, [int(library.faces().ids[1])], "Rosa")
    document = backup.to_document(read_library(library))
    read = backup.from_document(document)
    assert [key.at for entry in read.entries for key in entry.faces] == [8]
    elsewhere = Library.create(tmp_path / "elsewhere")
    add(elsewhere, video(track(0, 5, 100), track(8, 12, 100)))
    restore_backup(elsewhere, read)
    (face,) = standing.labels(elsewhere).names
    assert face == elsewhere.faces().ids[1]


def test_nobody_is_twice_in_a_video(library: Library) -> None:
    add(library, video(track(0, 5, 100), track(8, 12, 100)))
    entry = naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    assert doubts(library, [library.last_entry()]) == (), entry


def test_a_track_is_where_it_was_between_two_looks() -> None:
    boxes = track(1, 3, 100).boxes
    assert tracks.box_at(boxes, 1.75) == Box(107.5, 10, 50, 60)
    assert tracks.box_at(boxes, 0.75) == Box(100, 10, 50, 60)
    assert tracks.box_at(boxes, 3.75) is None
    assert tracks.box_at(boxes[:0], 1) is None


def test_tracks_with_one_number_are_all_there_at_one_time() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        starts = random.uniform(0, 20, 12)
        ends = starts + random.uniform(0, 6, 12)
        first = tracks.seen_together(list(zip(starts, ends, strict=True)))
        for one in set(first.tolist()):
            of = first == one
            assert starts[of].max() <= ends[of].min()
            assert one == np.flatnonzero(of)[0]
