"""Faces are followed from look to look: by where they are and how large, never two at once."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.faces.tracking import MOST_KEPT, Look, Tracker, Trail, best_looks, with_ends
from labeler.types import Box, Detection


def face(x: float, y: float = 200.0, size: float = 100.0, score: float = 0.9) -> Detection:
    return Detection(Box(x - size * 0.4, y - size / 2, size * 0.8, size), score)


def look(at: float, found: Detection, quality: float = 1.0, who: str = "") -> Look[str]:
    return Look(at, found, quality, who)


def follow(*frames: tuple[float, dict[str, Detection]]) -> list[Trail[str]]:
    """Follow faces, each given by who it is, over the frames."""
    tracker: Tracker[str] = Tracker()
    for at, found in frames:
        tracker.add(at, [look(at, one, who=who) for who, one in found.items()])
    return tracker.trails


def people(trails: list[Trail[str]]) -> list[str]:
    return ["".join(one.what for one in trail.kept) for trail in trails]


def test_two_people_are_two_tracks() -> None:
    trails = follow(*((at / 2, {"a": face(100 + 20 * at), "b": face(400)}) for at in range(6)))
    assert people(trails) == ["aaaaaa", "bbbbbb"]


def test_faces_that_pass_each_other_stay_apart() -> None:
    """They are of different size, as people are who pass each other at different distances."""
    trails = follow(
        *(
            (at / 2, {"a": face(100 + 60 * at, size=120), "b": face(400 - 60 * at, size=80)})
            for at in range(6)
        )
    )
    assert people(trails) == ["aaaaaa", "bbbbbb"]


def test_a_walking_face_is_expected_where_it_goes() -> None:
    """Somebody walks to where another one stood until now."""
    trails = follow(
        (0.0, {"a": face(100), "b": face(320)}),
        (0.5, {"a": face(170), "b": face(390)}),
        (1.0, {"a": face(240), "b": face(460)}),
        (1.5, {"a": face(310), "b": face(530)}),
    )
    assert people(trails) == ["aaaa", "bbbb"]


def test_a_face_far_away_or_of_another_size_is_somebody_else() -> None:
    assert people(follow((0, {"a": face(100)}), (0.5, {"b": face(400)}))) == ["a", "b"]
    assert people(follow((0, {"a": face(100)}), (0.5, {"b": face(100, size=250)}))) == ["a", "b"]


def test_a_face_that_was_not_seen_once_is_the_same() -> None:
    seen, unseen = {"a": face(100)}, dict[str, Detection]()
    assert people(follow((0, seen), (0.5, unseen), (1, seen))) == ["aa"]
    gone = [(at / 2, unseen) for at in range(1, 5)]
    assert people(follow((0, seen), *gone, (2.5, seen))) == ["a", "a"]


def test_a_face_seen_twice_is_sure() -> None:
    doubtful, sure = face(100, score=0.45), face(100, score=0.7)
    once, twice = (
        follow(*((at / 2, {"a": one}) for at, one in enumerate(found)))[0]
        for found in ([sure, doubtful, doubtful], [sure, doubtful, sure])
    )
    assert (once.is_sure(3), twice.is_sure(3)) == (False, True)


@pytest.mark.parametrize(("score", "sure"), [(0.7, False), (0.85, True)])
def test_where_one_frame_was_searched_a_clear_face_is_enough(score: float, sure: bool) -> None:
    (trail,) = follow((0, {"a": face(100, score=score)}))
    assert trail.is_sure(1) == sure
    assert not trail.is_sure(2)


def test_the_best_looks_are_from_all_over_the_time() -> None:
    qualities = [0.2, 1.0, 0.9, 0.8, 0.7, 0.6, 0.95, 0.1, 0.3]
    looks = [look(at / 2, face(100), quality) for at, quality in enumerate(qualities)]
    assert [one.quality for one in best_looks(looks, 3)] == [1.0, 0.8, 0.95]
    assert [one.quality for one in best_looks(looks, 1)] == [1.0]
    assert [one.quality for one in best_looks(looks[:1], 3)] == [0.2]


def test_bad_looks_are_not_taken_to_fill_up() -> None:
    looks = [look(at / 2, face(100), quality) for at, quality in enumerate([0.1, 1.0, 0.2])]
    assert [one.quality for one in best_looks(looks, 3)] == [1.0]


def test_bad_looks_at_the_ends_are_asked_who_they_are() -> None:
    qualities = [0.1, 0.2, 0.9, 1.0, 0.3, 0.1, 0.2]
    looks = [look(at / 2, face(100), quality) for at, quality in enumerate(qualities)]
    chosen = best_looks(looks, 3)
    assert [one.quality for one in chosen] == [0.9, 1.0]
    assert [one.quality for one in with_ends(chosen, looks)] == [0.2, 0.9, 1.0, 0.3]
    assert with_ends(chosen, looks[1:5]) == chosen


def test_a_trail_is_divided_at_a_time() -> None:
    trail: Trail[str] = Trail()
    for at in range(6):
        trail.add(look(at / 2, face(100 + at)))
    before, after = trail.divided(1.5)
    assert (before.times, after.times) == ([0, 0.5, 1], [1.5, 2, 2.5])
    assert [one.at for one in (*before.kept, *after.kept)] == trail.times
    assert (*before.boxes, *after.boxes) == tuple(trail.boxes)


def test_of_a_long_track_few_looks_are_kept() -> None:
    rng = np.random.default_rng(0)
    trail: Trail[str] = Trail()
    for at in range(4000):
        trail.add(look(at / 2, face(100), float(rng.random())))
    assert len(trail.times) == 4000
    assert len(trail.kept) == MOST_KEPT
    times = [one.at for one in trail.kept]
    assert times == sorted(times)
    assert times[0] < 400
    assert times[-1] > 1600
    assert np.mean([one.quality for one in trail.kept]) > 0.7
