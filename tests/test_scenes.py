"""Who is on screen, how long and with whom: against a look at each tenth of a second."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.search.evaluation import PhotoFields, Searched
from labeler.search.grammar import parse
from labeler.search.interpretation import Known, resolve, shown
from labeler.videos import intervals
from labeler.videos.presence import BRIDGE, Guess, SeenTrack, SeenVideo
from labeler.videos.scenes import scenes, windows
from labeler.videos.screen_time import screen_time

from .commanding import command
from .test_store import add
from .test_video_store import track, video

PEOPLE = ("Rosa", "Henrik", "Felix")
SECONDS = 20
spans = st.lists(
    st.tuples(st.integers(0, SECONDS - 1), st.integers(1, 8)).map(
        lambda one: (float(one[0]), float(min(one[0] + one[1], SECONDS)))
    ),
    max_size=4,
)
casts = st.fixed_dictionaries(dict.fromkeys((*PEOPLE, None), spans))
"""When everybody is on screen, whole seconds, so that no gap is bridged; None: without a name."""
MIDDLES = np.arange(0.05, SECONDS, 0.1)


def seen_video(cast: dict[str | None, list[tuple[float, float]]], photo_id: int = 1) -> SeenVideo:
    tracks = [
        SeenTrack(face, start, end, None, person, "named" if person else None)
        for face, (person, (start, end)) in enumerate(
            (person, span) for person, own in cast.items() for span in own
        )
    ]
    return SeenVideo(photo_id, f"/{photo_id}.mp4", SECONDS, 25, 640, 480, (), tuple(tracks))


def found(video: SeenVideo, query: str, within: float = 0.0) -> list[tuple[float, float]]:
    places = windows([video], within)
    tree = resolve(parse(query), Known(PEOPLE), query)
    number = len(places)
    fields = PhotoFields(np.ones(number, int), np.zeros(number, int), np.zeros((number, 2)), {})
    searched = Searched(fields, places.people, lambda _: (), lambda _: ())
    people, unnamed = shown(tree)
    result = scenes([video], places, searched.evaluate(tree), people, unnamed)
    return [(scene.start, scene.end) for scene in result]


def inside(moments: np.ndarray, spans: list[tuple[float, float]]) -> np.ndarray:
    return np.array([any(start <= m <= end for start, end in spans) for m in moments])


@given(spans, spans)
def test_intervals_are_what_their_moments_are(
    one: list[tuple[float, float]], two: list[tuple[float, float]]
) -> None:
    both = intervals.intersection(one, two)
    any_ = intervals.union([*one, *two])
    assert inside(MIDDLES, both).tolist() == (inside(MIDDLES, one) & inside(MIDDLES, two)).tolist()
    assert inside(MIDDLES, any_).tolist() == (inside(MIDDLES, one) | inside(MIDDLES, two)).tolist()
    assert all(end < start for (_, end), (start, _) in pairwise(any_))
    assert intervals.length(any_) == pytest.approx(inside(MIDDLES, any_).sum() / 10)


@settings(max_examples=40)
@given(casts)
def test_a_person_twice_on_screen_counts_once(cast: dict[str | None, list]) -> None:
    rows = screen_time([seen_video(cast)])
    for person in PEOPLE:
        seconds = sum(row.seconds for row in rows if row.name == person)
        assert seconds == pytest.approx(inside(MIDDLES, cast[person]).sum() / 10)
    unknown = [row.seconds for row in rows if not row.is_known]
    assert unknown == sorted((end - start for start, end in cast[None]), reverse=True)
    names = [row.name for row in rows if not row.is_known]
    assert names == [f"unknown_{number}" for number in range(1, len(names) + 1)]


@settings(max_examples=40)
@given(casts)
def test_scenes_are_the_moments_at_which_the_search_holds(cast: dict[str | None, list]) -> None:
    video = seen_video(cast)
    there = {person: inside(MIDDLES, cast[person]) for person in cast}
    rosa, henrik, felix, unnamed = (there[person] for person in (*PEOPLE, None))
    strangers = sum(inside(MIDDLES, [span]).astype(int) for span in cast[None])
    wanted = {
        "rosa + henrik": rosa & henrik,
        "rosa | henrik": rosa | henrik,
        "rosa -felix": rosa & ~felix,
        "-felix": ~felix,
        "only rosa": rosa & ~henrik & ~felix & ~unnamed,
        "only rosa + henrik": rosa & henrik & ~felix & ~unnamed,
        "unnamed rosa": rosa & unnamed,
        "faces:2": rosa.astype(int) + henrik + felix + strangers == 2,
    }
    for query, moments in wanted.items():
        assert inside(MIDDLES, found(video, query)).tolist() == moments.tolist(), query


@settings(max_examples=40)
@given(casts, st.integers(1, 4))
def test_within_asks_a_window_that_slides(cast: dict[str | None, list], within: int) -> None:
    """People come and go at whole seconds: at those, and between two of them, all is said."""
    video = seen_video(cast)

    def sees(person: str, start: float) -> bool:
        return any(s <= start + within and e >= start for s, e in cast[person])

    for query, people, holds in (
        ("rosa + henrik", ("Rosa", "Henrik"), lambda w: sees("Rosa", w) and sees("Henrik", w)),
        ("rosa -felix", ("Rosa",), lambda w: sees("Rosa", w) and not sees("Felix", w)),
    ):
        runs: list[tuple[float, float]] = []
        place, step = -float(within), 0.5
        while place <= SECONDS:
            if holds(place):
                begin = place
                while place + step <= SECONDS and holds(place + step):
                    place += step
                runs.append((np.floor(begin), np.ceil(place) + within))
            place += step
        asked = [span for person in people for span in cast[person]]
        clipped = [(max(start, 0.0), min(end, SECONDS)) for start, end in runs]
        wanted = [intervals.around(run, asked) for run in clipped]
        assert found(video, query, within) == list(
            intervals.at_least(intervals.union(one for one in wanted if one), 0)
        ), query


def test_who_comes_just_in_time_is_in_the_scene() -> None:
    video = seen_video({"Rosa": [(0, 5)], "Henrik": [(7, 10)], "Felix": [], None: []})
    assert found(video, "rosa + henrik", 2) == [(5, 7)]
    assert found(video, "rosa + henrik", 1.9) == []
    assert found(video, "rosa + henrik", 3) == [(4, 8)]


def test_who_is_lost_for_a_blink_was_there() -> None:
    lost = seen_video({"Rosa": [(0, 5), (5 + BRIDGE, 9)], "Henrik": [(0, 9)]})
    assert found(lost, "rosa + henrik") == [(0, 9)]
    assert [row.seconds for row in screen_time([lost])] == [9, 9]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Rosa and Henrik in two videos, with somebody whom nobody knows."""
    library = Library.create(tmp_path / "library")
    add(library, video(track(0, 5, 100), track(3, 8, 300), track(14, 16, 100), path="/v/a.mp4"))
    add(library, video(track(1, 3, 100), track(2, 9, 300), path="/w/b.mp4", content="d" * 64))
    faces = library.video_tracks().ids.tolist()
    naming.name_faces(library, [faces[0], faces[3]], "Rosa")
    naming.name_faces(library, [faces[1], faces[4]], "Henrik")
    return library


def test_the_commands_tell_times_to_programs(library: Library) -> None:
    folder = library.folder
    done = command(folder, "screentime", "--json")
    rows = json.loads(done.stdout)
    assert [(row["person"], row["seconds"]) for row in rows] == [
        ("Henrik", 12),
        ("Rosa", 7),
        ("unknown_1", 2),
    ]
    assert rows[0]["videos"] == [
        {"video": "/w/b.mp4", "seconds": 7, "share": 0.35},
        {"video": "/v/a.mp4", "seconds": 5, "share": 0.25},
    ]
    one = json.loads(command(folder, "screentime", "/w", "--json").stdout)
    assert [(row["person"], row["seconds"]) for row in one] == [("Henrik", 7), ("Rosa", 2)]

    def scenes_of(*words: object) -> list[tuple[object, ...]]:
        return [tuple(one.values()) for one in json.loads(command(folder, *words).stdout)]

    both = ["Henrik", "Rosa"]
    assert scenes_of("scenes", "rosa + henrik", "--json") == [
        ("/v/a.mp4", 3, 5, both),
        ("/w/b.mp4", 2, 3, both),
    ]
    assert scenes_of("scenes", "-rosa henrik", "/v/a.mp4", "--least", "2", "--json") == [
        ("/v/a.mp4", 5, 8, ["Henrik"])
    ]
    assert scenes_of("scenes", "unnamed", "--json") == [("/v/a.mp4", 14, 16, [])]
    assert scenes_of("scenes", "text:b.mp4 only rosa", "--json") == [("/w/b.mp4", 1, 2, ["Rosa"])]
    assert scenes_of("scenes", "rosa + unnamed", "--within", "9", "--json") == [
        ("/v/a.mp4", 5, 14, ["Henrik"])
    ]


def test_people_read_tables_and_sentences(library: Library) -> None:
    table = command(library.folder, "screentime").stdout
    assert "Henrik" in table
    assert "0:12" in table
    assert "30%" in table
    told = command(library.folder, "scenes", "rosa + henrik").stdout
    assert "/v/a.mp4\n  0:03–0:05  2.0 s  Henrik, Rosa\n" in told
    assert "2 scenes in 2 videos, 0:03 in all." in told
    nobody = command(library.folder, "scenes", "rosa + unnamed")
    assert nobody.stderr == "There is no scene like that.\n"
    misspelt = command(library.folder, "scenes", "rosa + henrk")
    assert "did you mean Henrik?" in misspelt.stderr
    unknown = command(library.folder, "scenes", "rosa", "/v/c.mp4")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "is no video that the library knows" in unknown.stderr


def test_a_scene_at_the_very_start_begins_at_nought() -> None:
    ((start, _),) = found(seen_video({"Rosa": [(0, 5)]}), "rosa")
    assert str(start) == "0.0"


def test_who_somebody_may_be_is_weighed_by_the_time() -> None:
    tracks = (
        SeenTrack(1, 0, 6, cluster=3, guess=Guess("Rosa", 0.8)),
        SeenTrack(2, 10, 12, cluster=3, guess=Guess("Henrik", 0.9)),
        SeenTrack(3, 14, 16, cluster=4, guess=Guess("Henrik", 0.09)),
    )
    rows = screen_time([SeenVideo(1, "/a.mp4", 20, 25, 640, 480, (), tracks)])
    guesses = [row.videos[0].guess for row in rows]
    assert guesses[0] is not None
    assert guesses[0].person == "Rosa"
    assert guesses[0].probability == pytest.approx(0.6)
    assert guesses[1] is None


def test_what_is_said_chooses_scenes(tmp_path: Path) -> None:
    """In a text track of one video, in a file beside the other."""
    library = Library.create(tmp_path / "library")
    with av.open(str(tmp_path / "a.mkv"), "w") as file:
        text = file.add_mux_stream("subrip")
        for start, line in ((2000, b"<i>Who has</i> the cake?"), (6000, b"Good night.")):
            packet = av.Packet(line)
            packet.stream, packet.time_base = text, Fraction(1, 1000)
            packet.pts = packet.dts = start
            packet.duration = 1500
            file.mux(packet)
    (tmp_path / "b.de.srt").write_bytes(
        "1\r\n00:00:04,000 --> 00:00:05,250\r\nNoch ein St\xfcck\r\nCake?\r\n".encode("cp1252")
    )
    for number, name in enumerate(("a.mkv", "b.mp4")):
        own = video(track(0, 3, 100), path=str(tmp_path / name), content=str(number) * 64)
        add(library, own)
    naming.name_faces(library, library.video_tracks().ids.tolist(), "Rosa")

    def scenes_of(*words: object) -> list[tuple[object, ...]]:
        rows = json.loads(command(library.folder, "scenes", *words, "--json").stdout)
        return [(Path(row["video"]).name, row["start"], row["end"]) for row in rows]

    for _ in range(2):  # the second time, from the cache
        assert scenes_of("cake") == [("a.mkv", 2, 3.5), ("b.mp4", 4, 5.25)]
    assert scenes_of("rosa cake") == [("a.mkv", 2, 3)]
    assert scenes_of("rosa cake", "--within", "2") == [("a.mkv", 0, 3.5), ("b.mp4", 2, 5)]
    assert scenes_of('"stuck cake"') == [("b.mp4", 4, 5.25)]
    assert scenes_of("rosa -cake") == [("a.mkv", 0, 2), ("b.mp4", 0, 3)]
    assert scenes_of("text:night") == [("a.mkv", 6, 7.5)]
    done = command(library.folder, "scenes", "cheese")
    assert "in no caption, subtitle, keyword" in done.stderr
