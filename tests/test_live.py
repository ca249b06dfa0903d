"""Names over what a camera sees: none flickers, a visit is told once, streams come back."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PILImage

from dashboard.camera.callbacks import _kept
from dashboard.shell.app import create_app
from dashboard.shell.security import Gate, protect
from dashboard.shell.session import Session
from labeler.errors import LabelerError, UsageError
from labeler.library.store import Library
from labeler.live.addresses import address_of
from labeler.live.answers import UNKNOWN, Answer, nobody_twice, settled
from labeler.live.attention import ALERT, QUIET, Attention
from labeler.live.evidence import MOST_LOOKS, Evidence, LiveLook
from labeler.live.following import PAST, Following
from labeler.live.io.commands import OnPerson
from labeler.live.steps.keeping import keep_named
from labeler.live.visits import STRANGER_AFTER, Present, Visits
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces
from labeler.types import Box, Detection

from .commanding import command
from .conftest import DEMO, true_names
from .filming import panned

PHOTO = DEMO / "photos" / "2003 Christmas at home" / "IMG_1000.jpg"
"""Of Rosa alone."""


def direction(degrees: float) -> np.ndarray:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)


def test_a_name_does_not_flicker() -> None:
    answer = settled(UNKNOWN, [("Rosa", 0.89)], 0.9)
    assert answer == UNKNOWN
    answer = settled(answer, [("Rosa", 0.95), ("Clara", 0.01)], 0.9)
    assert answer.person == "Rosa"
    for likely in ([("Rosa", 0.5)], [("Clara", 0.95), ("Rosa", 0.1)], [("Rosa", 0.6)]):
        answer = settled(answer, likely, 0.9)
        assert answer.person == "Rosa"
    for _ in range(2):
        answer = settled(answer, [("Clara", 0.95), ("Rosa", 0.1)], 0.9)
    assert answer.person == "Clara"
    assert settled(settled(answer, [], 0.9), [], 0.9) == UNKNOWN


def test_nobody_is_seen_twice_at_once() -> None:
    two = nobody_twice([Answer("Rosa", 0.99), Answer("Rosa", 0.95), Answer("Clara", 0.9)])
    assert [one.person for one in two] == ["Rosa", "", "Clara"]


def test_a_dozen_looks_are_kept_the_best_ones() -> None:
    evidence = Evidence()
    for number in range(100):
        evidence.add(LiveLook(number, direction(number % 5), number % 20), 0.43)
    assert len(evidence.looks) == MOST_LOOKS
    assert {look.quality for look in evidence.looks} == {19, 18, 17}


def test_looks_are_wanted_at_first_and_when_a_better_one_comes() -> None:
    evidence = Evidence()
    for at in (0.0, 0.2, 0.4):
        assert evidence.wants(at, 1.0)
        evidence.add(LiveLook(at, direction(0), 1.0), 0.43)
    assert not evidence.wants(0.6, 1.0)
    assert evidence.wants(0.6, 1.5)
    assert evidence.wants(2.0, 0.5)


def test_somebody_who_takes_the_place_of_another_is_somebody_else() -> None:
    evidence = Evidence()
    for at in range(5):
        evidence.add(LiveLook(at, direction(at), 1.0), 0.43)
    assert not evidence.add(LiveLook(6, direction(80), 1.0), 0.43)
    assert evidence.add(LiveLook(7, direction(82), 1.0), 0.43)
    assert len(evidence.looks) == 2
    # If the picture of the face changed at once as well, one look is enough.
    assert evidence.wants(7.01, 0.1, changed=True)
    assert evidence.add(LiveLook(7.01, direction(0), 1.0), 0.43, changed=True)
    assert len(evidence.looks) == 1


def test_a_visit_is_told_once_however_often_the_face_is_lost() -> None:
    visits, told = Visits(cooldown=5), []
    there = [Present(1, "Rosa", 0.99, 0.0)]
    for at in range(60):
        # Away for 3 s now and then, and for good after 40 s.
        faces = there if at < 40 and at % 10 < 7 else []
        told += [(e.kind, e.person, e.at) for e in visits.see(float(at), faces)]
    assert told == [("came", "Rosa", 0.0), ("left", "Rosa", 36.0)]


def test_who_is_there_has_not_left_though_nobody_looked_for_a_while() -> None:
    visits, rosa = Visits(cooldown=1), [Present(1, "Rosa", 0.99, 0.0)]
    assert [event.kind for event in visits.see(0.0, rosa)] == ["came"]
    assert visits.see(5.0, rosa) == []


def test_a_face_that_gets_a_name_soon_is_no_stranger() -> None:
    visits = Visits()
    assert visits.see(0.5, [Present(1, "", 0.0, 0.0)]) == []
    (came,) = visits.see(1.0, [Present(1, "Rosa", 0.95, 0.0)])
    assert (came.kind, came.person) == ("came", "Rosa")
    (stranger,) = visits.see(9.0, [Present(2, "", 0.0, 9.0 - STRANGER_AFTER)])
    assert (stranger.person, stranger.track) == ("", 2)


def test_what_is_remembered_of_a_face_does_not_grow() -> None:
    following = Following()
    for step in range(1000):
        face = Detection(Box(100 + step % 7, 50, 80, 100), 0.9)
        (one,) = following.add(step / 10, [face], [1.0])
    assert one.number == 1
    assert one.is_face
    assert len(one.trail.times) == len(one.trail.boxes) == len(one.trail.scores) == PAST
    assert following.add(200.0, [face], [1.0])[0].number == 2


def test_a_room_without_people_is_searched_seldom() -> None:
    attention = Attention()
    rng = np.random.default_rng(1)
    room = rng.integers(0, 200, (32, 48)).astype(np.uint8)
    noisy = [(room + rng.integers(0, 4, room.shape)).astype(np.uint8) for _ in range(100)]
    searched = 0
    for step, picture in enumerate(noisy):
        lit = (picture + (20 if step > 50 else 0)).astype(np.uint8)  # the sun comes out
        if attention.is_due(step / 10, lit):
            attention.searched(step / 10, lit, somebody=False)
            searched += 1
    assert searched <= 10 / QUIET + 1
    somebody = noisy[-1].copy()
    somebody[8:24, 20:28] = 120
    assert attention.is_due(9.9 + ALERT, somebody)


@pytest.mark.parametrize(
    ("source", "system", "url"),
    [
        ("1", "linux", "/dev/video1"),
        ("1", "darwin", "1:none"),
        ("FaceTime HD Camera", "darwin", "FaceTime HD Camera:none"),
        ("USB Camera", "win32", "video=USB Camera"),
        ("rtsp://a:b@door/x", "linux", "rtsp://a:b@door/x"),
    ],
)
def test_what_the_user_calls_a_camera(source: str, system: str, url: str) -> None:
    address = address_of(source, system, is_file=False)
    assert address.url == url
    assert "a:b" not in address.shown


@pytest.mark.parametrize("source", ["ftp://x", "rtsp://", "nothing", "file:///etc/passwd"])
def test_what_is_no_camera(source: str) -> None:
    with pytest.raises(UsageError):
        address_of(source, "linux", is_file=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([PHOTO], "Nobody has a name yet"),
        (["ftp://x"], "no address of a camera"),
        (["0", "--least", "2"], "--least is a probability"),
        (["0", "--cooldown", "nan"], "--cooldown is a number"),
        (["0", "--snapshots", "nowhere"], "There is no folder nowhere"),
        (["0", "--only", "Nobody Known"], "There is nobody called"),
        (["0", "--on-person", "'"], "quotation mark"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    demo_library: Library, words: list[object], said: str
) -> None:
    ended = command(demo_library.folder, "live", *words)
    assert ended.returncode in (1, 2)
    assert said in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="cameras have other names elsewhere")
def test_no_camera_and_no_stream_are_told(demo_library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    faces = [face for face, name in true_names(demo_library).items() if name == "Rosa"]
    naming.name_faces(demo_library, faces, "Rosa")
    demo_library.close()
    for source, said in (
        ("/dev/video99", "There is no camera /dev/video99"),
        (f"rtsp://anna:secret@127.0.0.1:{port}/x", "Nothing answers at rtsp://127.0.0.1"),
    ):
        ended = command(demo_library.folder, "live", source)
        assert ended.returncode == 1
        assert said in ended.stderr
        assert "secret" not in ended.stderr


def test_a_name_reaches_a_command_in_the_environment_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = tmp_path / "script.py"
    script.write_text("import os, sys; open(sys.argv[1], 'w').write(os.environ['LABELER_PERSON'])")
    name = "$(touch x); Rosa"
    command = OnPerson(f"'{sys.executable}' '{script}' '{out}'")
    assert command.run({"LABELER_PERSON": name}) == ""
    for _ in range(500):
        if out.exists() and out.read_text():
            break
        time.sleep(0.02)
    assert out.read_text() == name
    with pytest.raises(UsageError, match="no program"):
        OnPerson("there-is-no-such-program")


def test_pictures_come_from_our_page_and_are_pictures(demo_library: Library) -> None:
    app = create_app(Session(demo_library))
    gate = Gate("127.0.0.1", 80, "secret")
    protect(app.server, gate)
    visitor = app.server.test_client()
    where = f"/camera-pictures/{'0' * 32}"
    stream = io.BytesIO()
    PILImage.new("RGB", (640, 360), "teal").save(stream, "JPEG")
    jpeg, own = stream.getvalue(), {"Host": "127.0.0.1"}
    assert visitor.post(where, data=jpeg, headers=own).status_code == 401
    visitor.set_cookie(gate.cookie, "secret", domain="127.0.0.1")
    strange = {**own, "Origin": "https://elsewhere.example"}
    assert visitor.post(where, data=jpeg, headers=strange).status_code == 403
    answer = visitor.post(where, data=jpeg, headers=own)
    assert answer.json["faces"] == []
    assert "Nobody has a name yet" in answer.json["trouble"]
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    for data in (b"", b"GIF89a", jpeg[:300], b"x" * 7_000_000):
        assert visitor.post(where, data=data, headers=own).status_code in (400, 413)
    assert visitor.post("/camera-pictures/x", data=jpeg, headers=own).status_code == 404


@pytest.mark.parametrize(
    "chosen",
    [
        None,
        {},
        {"picture": "data:image/jpeg;base64,####", "box": [0, 0, 1, 1]},
        {"picture": "data:image/jpeg;base64,R0lGODlh", "box": [0, 0, 1, 1]},
        {"picture": "", "box": [0, float("nan"), 1, 1]},
        {"picture": "", "box": [0, 1]},
    ],
)
def test_a_choice_that_no_page_makes_keeps_nothing(demo_library: Library, chosen: object) -> None:
    before = demo_library.state()
    with pytest.raises(LabelerError):
        _kept(Session(demo_library), "Rosa", chosen)  # type: ignore[arg-type]
    assert demo_library.state() == before
    assert not (demo_library.folder / "camera").exists()


def test_a_picture_is_kept_only_with_a_name(demo_library: Library) -> None:
    stream = io.BytesIO()
    (frame,) = panned(PHOTO, 1, (640, 360))
    PILImage.fromarray(frame).save(stream, "JPEG", quality=92)
    folder, taken = demo_library.folder / "camera", datetime(2026, 12, 1, 8, 15)
    face = Box(240, 90, 160, 190)
    for box, person in ((face, "  "), (Box(0, 0, 1, 1), "Rosa")):
        with pytest.raises(LabelerError):
            keep_named(demo_library, stream.getvalue(), box, person, taken)
        assert not folder.exists() or not list(folder.iterdir())
    kept = keep_named(demo_library, stream.getvalue(), face, "Rosa", taken)
    assert kept.path.name == "2026-12-01 08.15.00.jpg"
    (row,) = [one for one in list_faces(demo_library) if one.face == kept.face]
    assert (row.person, row.source, row.taken) == ("Rosa", "user", taken)
    with PILImage.open(kept.path) as saved:
        stream.seek(0)
        assert np.array_equal(np.asarray(saved), np.asarray(PILImage.open(stream)))


@pytest.fixture
def camera() -> Iterator[tuple[str, threading.Event]]:
    """The address of a camera that shows Rosa, and what makes it break off once."""
    breaks = threading.Event()
    pictures = []
    for frame in panned(PHOTO, 10, (640, 360)):
        stream = io.BytesIO()
        PILImage.fromarray(frame).save(stream, "JPEG")
        pictures.append(stream.getvalue())

    def serve(visitor: socket.socket, may_break: bool) -> None:
        with visitor, suppress(OSError):
            visitor.recv(4096)
            visitor.sendall(
                b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n"
            )
            for number in range(1000):
                if may_break and breaks.is_set():
                    return
                picture = pictures[number % len(pictures)]
                head = f"--x\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                visitor.sendall(head.encode() + picture + b"\r\n")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for may_break in (True, False, False):
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=[visitor, may_break], daemon=True).start()

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/stream", breaks


@pytest.mark.skipif(os.name == "nt", reason="sends Ctrl-C as POSIX does")
def test_a_stream_that_breaks_off_and_comes_back(
    demo_library: Library, camera: tuple[str, threading.Event], tmp_path: Path
) -> None:
    address, breaks = camera
    faces = [face for face, name in true_names(demo_library).items() if name == "Rosa"]
    naming.name_faces(demo_library, faces, "Rosa")
    demo_library.close()
    where = ["--library", str(demo_library.folder)]
    command = [sys.executable, "-m", "labeler.cli.main", *where, "live", address]
    more = ["--cooldown", "0.5", "--snapshots", str(tmp_path), "--least", "0.8"]
    with subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        lines = [json.loads(running.stdout.readline())]
        breaks.set()
        lines += [json.loads(running.stdout.readline()) for _ in range(2)]
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert [(one["event"], one["person"]) for one in lines] == [
        ("came", "Rosa"),
        ("left", "Rosa"),
        ("came", "Rosa"),
    ]
    assert all(set(one) == {"time", "event", "person", "probability", "track"} for one in lines)
    assert "tried again" in said
    assert "is back" in said
    assert running.returncode == 0
    assert len(list(tmp_path.glob("*Rosa*.jpg"))) == 2
