"""The measures of verification against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.family.verification import chance_of_nearest, false_accept_rate, probability_same
from labeler.metrics import pair_scores

pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.4, 0.5]), st.booleans()),
    min_size=2,
    max_size=30,
).filter(lambda rows: len({same for _, same in rows}) == 2)


def columns(rows: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    scores, same = zip(*rows, strict=True)
    return np.array(scores), np.array(same)


@given(pairs)
def test_auc_is_the_share_of_pairs_of_pairs_in_the_right_order(rows: list) -> None:
    scores, same = columns(rows)
    wins = [
        1.0 if right > wrong else 0.5 if right == wrong else 0.0
        for right in scores[same]
        for wrong in scores[~same]
    ]
    assert pair_scores.auc(scores, same) == pytest.approx(np.mean(wins))


@given(pairs)
def test_every_point_of_the_curve_is_what_its_threshold_leads_to(rows: list) -> None:
    scores, same = columns(rows)
    curve = pair_scores.roc(scores, same)
    for threshold, tar, far in zip(curve.thresholds, curve.tar, curve.far, strict=True):
        counts = pair_scores.confusion(scores, same, threshold)
        assert tar == pytest.approx(counts.same_accepted / same.sum())
        assert far == pytest.approx(counts.different_accepted / (~same).sum())
        assert counts.accuracy == pytest.approx(((scores >= threshold) == same).mean())
    error = pair_scores.equal_error(curve)
    assert np.minimum(curve.far, 1 - curve.tar).max() - 1e-12 <= error
    assert error <= np.maximum(curve.far, 1 - curve.tar).min() + 1e-12


@given(pairs)
def test_no_threshold_has_fewer_errors_than_the_best(rows: list) -> None:
    scores, same = columns(rows)
    best = pair_scores.best_threshold(scores, same)
    errors = ((scores >= best) != same).sum()
    for threshold in np.append(np.unique(scores), [np.inf, -np.inf]):
        assert errors <= ((scores >= threshold) != same).sum()


def test_rates_at_false_accepts_never_let_more_in() -> None:
    curve = pair_scores.roc([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 0, 1])
    tars = [(one.far, one.tar) for one in pair_scores.rates_at(curve, [0.0, 0.4, 0.5, 1.0])]
    assert tars == [(0.0, 1 / 3), (0.4, 1 / 3), (0.5, 2 / 3), (1.0, 1.0)]


def test_a_tenth_is_judged_by_the_others() -> None:
    scores, same = [0.9, 0.8, 0.2, 0.1], [True, True, False, False]
    assert pair_scores.cross_validated_accuracy(scores, same, ["a", "b", "c", "d"]) == 1.0
    assert pair_scores.cross_validated_accuracy(scores, same, ["a"] * 4) is None
    # Each part is told by the other that all its pairs are of the other kind.
    mixed = [1, 1, 0, 0], [True, False, True, False]
    assert pair_scores.cross_validated_accuracy(*mixed, ["a", "b", "a", "b"]) == 0.0


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        pair_scores.auc([np.nan, 1.0], [True, False])
    with pytest.raises(ValueError, match="pairs of two"):
        pair_scores.roc([0.1, 0.2], [True, True])
    assert np.isnan(pair_scores.auc([0.1], [True]))


def test_closer_faces_are_likelier_one_person_and_rarer_by_chance() -> None:
    distances = np.linspace(0, 1.4, 200)
    assert (np.diff(probability_same(distances)) <= 0).all()
    assert (np.diff(false_accept_rate(distances)) >= 0).all()
    assert false_accept_rate(0.0) == pytest.approx(1e-6)
    assert false_accept_rate(0.42) == pytest.approx(0.0096)
    assert false_accept_rate(1.4) == pytest.approx(1.0)
    assert probability_same(0.4214) == pytest.approx(0.5, abs=0.01)


def test_of_many_photos_one_is_close_by_chance_more_easily() -> None:
    assert chance_of_nearest(0.42, 1) == pytest.approx(0.0096)
    assert chance_of_nearest(0.42, 10) == pytest.approx(1 - (1 - 0.0096) ** 10)
    assert chance_of_nearest(2.0, 3) == pytest.approx(1.0)
