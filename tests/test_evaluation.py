"""Scores against brute force and against numbers computed by hand."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.metrics.evaluation import (
    cluster_scores,
    f_score,
    identification_at_fpir,
    identification_curve,
    identification_rates,
    name_scores,
    threshold_at_fpir,
)

labelled = st.lists(st.tuples(st.integers(-1, 3), st.sampled_from("abcd")), min_size=1, max_size=12)
"""Clusters and persons of a few faces."""
probes = st.lists(
    st.tuples(st.sampled_from([-inf, -1.5, 0.0, 0.25, 0.5, 1.0, 7.0]), st.booleans(), st.booleans())
    | st.tuples(st.floats(-1, 1), st.booleans(), st.booleans()),
    max_size=15,
)
"""Scores with many ties, whether the best candidate is right, and whether the person is known."""


def brute_force(clusters: list[int], truth: list[str]) -> tuple:
    """Pair precision and recall, and BCubed precision and recall, straight from the definitions."""
    n = len(truth)
    together = [[i == j or (clusters[i] == clusters[j] != -1) for j in range(n)] for i in range(n)]
    same = [[truth[i] == truth[j] for j in range(n)] for i in range(n)]
    pairs = list(combinations(range(n), 2))
    both = sum(together[i][j] and same[i][j] for i, j in pairs)
    in_cluster = sum(together[i][j] for i, j in pairs)
    in_truth = sum(same[i][j] for i, j in pairs)
    right = [sum(together[i][j] and same[i][j] for j in range(n)) for i in range(n)]
    return (
        both / in_cluster if in_cluster else None,
        both / in_truth if in_truth else None,
        sum(right[i] / sum(together[i]) for i in range(n)) / n,
        sum(right[i] / sum(same[i]) for i in range(n)) / n,
    )


@given(labelled)
def test_cluster_scores_equal_the_definitions(rows: list) -> None:
    clusters, truth = [cluster for cluster, _ in rows], [person for _, person in rows]
    precision, recall, b_precision, b_recall = brute_force(clusters, truth)
    scores = cluster_scores(clusters, truth)
    assert scores.pair_precision == pytest.approx(precision)
    assert scores.pair_recall == pytest.approx(recall)
    assert scores.pair_f == pytest.approx(f_score(precision, recall))
    assert scores.bcubed_precision == pytest.approx(b_precision)
    assert scores.bcubed_recall == pytest.approx(b_recall)
    assert scores.bcubed_f == pytest.approx(f_score(b_precision, b_recall))


@given(labelled, st.randoms(use_true_random=False))
def test_cluster_scores_ignore_order_and_numbering(rows: list, random) -> None:
    scores = cluster_scores(*zip(*rows, strict=True))
    shuffled = [(cluster if cluster < 0 else 90 - 7 * cluster, person) for cluster, person in rows]
    random.shuffle(shuffled)
    other = cluster_scores(*zip(*shuffled, strict=True))
    assert other.pair_f == pytest.approx(scores.pair_f)
    assert other.bcubed_precision == pytest.approx(scores.bcubed_precision)
    assert other.bcubed_recall == pytest.approx(scores.bcubed_recall)


def test_cluster_scores_by_hand() -> None:
    scores = cluster_scores([0, 0, 0, 1, -1, -1], ["a", "a", "b", "b", "a", "c"])
    # pairs together: 3, of them right: 1; pairs of one person: 3 (a) + 1 (b)
    assert scores.pair_precision == pytest.approx(1 / 3)
    assert scores.pair_recall == pytest.approx(1 / 4)
    # face by face: 2/3 2/3 1/3 1 1 1 of the cluster, 2/3 2/3 1/2 1/2 1/3 1 of the person
    assert scores.bcubed_precision == pytest.approx(28 / 36)
    assert scores.bcubed_recall == pytest.approx(22 / 36)


def test_cluster_scores_at_the_bounds() -> None:
    assert set(dataclasses.astuple(cluster_scores([], []))) == {None}
    assert set(dataclasses.astuple(cluster_scores([5, 2, 5], ["a", "b", "a"]))) == {1.0}
    alone = cluster_scores([-1, -1], ["a", "b"])
    assert (alone.pair_precision, alone.pair_recall, alone.pair_f) == (None, None, None)
    assert (alone.bcubed_precision, alone.bcubed_recall) == (1.0, 1.0)
    with pytest.raises(ValueError, match="2 clusters, but 1"):
        cluster_scores([0, 0], ["a"])


def test_name_scores_by_hand() -> None:
    scores = name_scores(
        ["Rosa", "Rosa", None, "Emil", None, "Rosa"],
        ["Rosa", "Emil", "Emil", "Emil", "stranger", "stranger"],
        frozenset({"Rosa", "Emil"}),
    )
    assert scores.precision == pytest.approx(2 / 4)
    assert scores.recall == pytest.approx(2 / 4)
    assert scores.unknown_rejected == pytest.approx(1 / 2)
    nobody = name_scores([None], ["Rosa"], frozenset())
    assert (nobody.precision, nobody.recall, nobody.unknown_rejected) == (None, None, 1.0)


def accepted(rows: list, threshold: float) -> tuple[float | None, float | None]:
    """TPIR and FPIR straight from their definitions."""
    hits = mates = alarms = strangers = 0
    for score, right, mated in rows:
        taken = score != -inf and score >= threshold
        if mated:
            mates += 1
            hits += taken and right
        else:
            strangers += 1
            alarms += taken
    return hits / mates if mates else None, alarms / strangers if strangers else None


def columns(rows: list) -> tuple[list, list, list]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@given(probes, st.floats(-2, 2) | st.sampled_from([-inf, inf, 0.25]))
def test_identification_rates_equal_the_definitions(rows: list, threshold: float) -> None:
    rates = identification_rates(*columns(rows), threshold)
    tpir, fpir = accepted(rows, threshold)
    assert (rates.tpir, rates.fpir) == (tpir, fpir)
    assert rates.fnir == (None if tpir is None else 1 - tpir)


@given(probes)
def test_identification_curve_equals_the_rates_at_each_score(rows: list) -> None:
    curve = identification_curve(*columns(rows))
    expected = [inf, *sorted({score for score, _, _ in rows} - {-inf}, reverse=True)]
    assert curve.thresholds.tolist() == expected
    for position, threshold in enumerate(expected):
        tpir, fpir = accepted(rows, threshold)
        assert (None if curve.tpir is None else curve.tpir[position]) == tpir
        assert (None if curve.fpir is None else curve.fpir[position]) == fpir


@given(probes, st.floats(0, 1) | st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0]))
def test_rates_at_fpir_are_the_best_that_any_threshold_gives(rows: list, most: float) -> None:
    outcomes = [
        (threshold, *accepted(rows, threshold)) for threshold in {inf, *(row[0] for row in rows)}
    ]
    found = identification_at_fpir(*columns(rows), fpir=most)
    if all(mated for _, _, mated in rows):
        assert found is None
        return
    allowed = [outcome for outcome in outcomes if outcome[0] > -inf and outcome[2] <= most]
    threshold, tpir, fpir = min(allowed)
    assert found is not None
    assert (found.threshold, found.tpir, found.fpir) == (threshold, tpir, fpir)
    assert tpir == max((outcome[1] for outcome in allowed), key=lambda rate: rate or 0.0)


def test_identification_by_hand() -> None:
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.75, 0.65, 0.4, 0.3]
    right = [1, 1, 0, 1, 1, 1, 0, 0, 0]  # 0.75 is a stranger: 'right' means nothing there
    mated = [1, 1, 1, 1, 1, 0, 0, 0, 0]
    by_fpir = {
        fpir: identification_at_fpir(scores, right, mated, fpir) for fpir in (0.0, 0.25, 0.5)
    }
    found = {fpir: rates and (rates.threshold, rates.tpir) for fpir, rates in by_fpir.items()}
    # 0.7 is accepted without being right, so it lowers the threshold but adds no hit
    assert found == {0.0: (0.8, 2 / 5), 0.25: (0.7, 2 / 5), 0.5: (0.5, 4 / 5)}
    assert identification_at_fpir([1.0, 1.0], [1, 0], [1, 0], 0.5).threshold == inf


def test_identification_of_nobody_and_of_nonsense() -> None:
    nothing = identification_rates([], [], [], 0.5)
    assert (nothing.tpir, nothing.fnir, nothing.fpir) == (None, None, None)
    assert identification_at_fpir([0.5], [1], [1], 0.01) is None
    without_strangers = identification_curve([0.5], [1], [1])
    assert without_strangers.fpir is None
    assert threshold_at_fpir(without_strangers, 0.01) is None
    for scores in ([float("nan")], [inf], [0.5, 0.5]):
        with pytest.raises(ValueError, match="score"):
            identification_curve(scores, [1], [1])
    with pytest.raises(ValueError, match="share"):
        threshold_at_fpir(identification_curve([0.5], [1], [0]), 1.5)
