"""Scores against brute force and against numbers computed by hand."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.evaluation import cluster_scores, f_score, name_scores

labelled = st.lists(st.tuples(st.integers(-1, 3), st.sampled_from("abcd")), min_size=1, max_size=12)


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
    assert scores.bcubed_f == pytest.approx(f_score(b_precision, b_recall))


def test_cluster_scores_by_hand() -> None:
    scores = cluster_scores([0, 0, 0, 1, -1, -1], ["a", "a", "b", "b", "a", "c"])
    # pairs together: 3, of them right: 1; pairs of one person: 3 (a) + 1 (b)
    assert scores.pair_precision == pytest.approx(1 / 3)
    assert scores.pair_recall == pytest.approx(1 / 4)
    assert cluster_scores([], []).pair_f is None


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
