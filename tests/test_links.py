"""The user's word laid over computed clusters, against a version that asks face by face."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labeler.groups.links import regrouped
from labeler.types import Link

FACES = 9
ABSENT = 100
"""A face that is not in the table."""


def same(*faces: int) -> Link:
    return (frozenset(faces),)


def different(*parts: tuple[int, ...]) -> Link:
    return tuple(map(frozenset, parts))


def group(clusters: list[int], *links: Link, next_cluster: int = 0) -> list[int]:
    ids = np.arange(len(clusters))
    return regrouped(ids, np.array(clusters), links, next_cluster).tolist()


@st.composite
def some_links(draw: st.DrawFn) -> list[Link]:
    faces = st.sampled_from([*range(FACES), ABSENT])
    result: list[Link] = []
    for _ in range(draw(st.integers(0, 5))):
        mentioned = draw(st.lists(faces, min_size=2, unique=True))
        if draw(st.booleans()):
            result.append(same(*mentioned))
        else:
            cut = draw(st.integers(1, len(mentioned) - 1))
            end = draw(st.integers(cut + 1, len(mentioned)))
            parts = (mentioned[:cut], mentioned[cut:end], mentioned[end:])
            result.append(different(*(tuple(part) for part in parts if part)))
    return result


some_clusters = st.lists(st.integers(-1, 3), min_size=FACES, max_size=FACES)


def naive(clusters: dict[int, int], links: list[Link], next_cluster: int) -> dict[int, int]:
    now = dict(clusters)
    fresh = max(next_cluster, *(cluster + 1 for cluster in now.values()))
    for link in links:
        sets = [[face for face in sorted(part) if face in now] for part in link]
        sizes = Counter(now.values())
        if len(link) == 1:
            if len(sets[0]) < 2:
                continue
            old = {now[face] for face in sets[0]} - {-1}
            new = min(old, key=lambda cluster: (-sizes[cluster], cluster)) if old else fresh
            fresh += not old
            now = {f: new if f in sets[0] or c in old else c for f, c in now.items()}
            continue
        for cluster in sorted(set(now.values()) - {-1}):
            inside = [[face for face in part if now[face] == cluster] for part in sets]
            if sum(map(bool, inside)) < 2:
                continue
            largest = max(inside, key=len)  # the first of equally large ones
            for part in inside:
                if part and part is not largest:
                    now.update(dict.fromkeys(part, fresh if len(part) > 1 else -1))
                    fresh += len(part) > 1
            left = [face for face in now if now[face] == cluster]
            if len(left) == 1:
                now[left[0]] = -1
    return now


def holds(link: Link, clusters: list[int]) -> bool:
    """Tell whether clusters agree with a link, as far as its faces are there."""
    parts = [[clusters[face] for face in part if face != ABSENT] for part in link]
    if len(link) == 1:
        return len(parts[0]) < 2 or (len(set(parts[0])) == 1 and parts[0][0] >= 0)
    grouped = [set(part) - {-1} for part in parts]
    return sum(map(len, grouped)) == len(set().union(*grouped))


def test_one_set_unites_under_the_largest() -> None:
    assert group([0, 1, 1, 2, -1, -1], same(0, 1, 4)) == [1, 1, 1, 2, 1, -1]
    assert group([3, 3, 1, 1], same(0, 2)) == [1, 1, 1, 1]  # equally large: the smaller id
    assert group([0, 0, -1, -1, -1], same(2, 4)) == [0, 0, 1, -1, 1]
    assert group([0, 0, -1, -1], same(2, 3), next_cluster=7) == [0, 0, 7, 7]
    assert group([0, 0, -1], same(2, ABSENT)) == [0, 0, -1]


def test_several_sets_divide_what_holds_two_of_them() -> None:
    assert group([0] * 6, different((0, 1), (2, 3, 4))) == [1, 1, 0, 0, 0, 0]
    assert group([0] * 5, different((3, 4), (0, 1))) == [1, 1, 0, 0, 0]
    assert group([0] * 4, different((0,), (1,))) == [0, -1, 0, 0]
    assert group([0, 0, 1, 1], different((0,), (1,))) == [-1, -1, 1, 1]
    assert group([0] * 3 + [1] * 3, different((0, 3), (1, 4)), next_cluster=9) == [
        0,
        -1,
        0,
        1,
        -1,
        1,
    ]
    assert group([0] * 6, different((0, 1), (2, 3), (4, 5)), next_cluster=9) == [0, 0, 9, 9, 10, 10]
    assert group([0, 0, 1], different((0,), (2,))) == [0, 0, 1]


def test_the_latest_word_counts() -> None:
    assert group([0, 0, 1, 1], same(0, 2), different((0, 1), (2, 3))) == [0, 0, 2, 2]
    assert group([0, 0, 0, 0], different((0, 1), (2, 3)), same(1, 2)) == [0, 0, 0, 0]


def test_new_ids_are_in_nobodys_use() -> None:
    assert group([5, 5, 5, 5], different((0, 1), (2, 3)), next_cluster=3) == [5, 5, 6, 6]


def test_the_arguments_are_not_written_to() -> None:
    clusters = np.array([0, 0, 1])
    regrouped(np.arange(3), clusters, [same(0, 2)])
    assert clusters.tolist() == [0, 0, 1]
    assert regrouped(np.arange(0), np.arange(0), [same(0, 2)]).tolist() == []


@given(some_clusters, some_links(), st.integers(0, 6))
def test_it_equals_the_naive_one(clusters: list[int], links: list[Link], following: int) -> None:
    expected = naive(dict(enumerate(clusters)), links, following)
    assert group(clusters, *links, next_cluster=following) == list(expected.values())


@given(some_clusters, some_links(), st.permutations(range(FACES)))
def test_the_order_of_the_faces_does_not_matter(
    clusters: list[int], links: list[Link], order: list[int]
) -> None:
    mixed = regrouped(np.array(order), np.array(clusters)[order], links)
    assert mixed.tolist() == np.array(group(clusters, *links))[order].tolist()


@given(some_clusters, some_links())
def test_the_last_word_holds(clusters: list[int], links: list[Link]) -> None:
    result = group(clusters, *links)
    assert not links or holds(links[-1], result)
    assert not links or group(result, links[-1]) == result


@given(some_clusters, some_links())
def test_clusters_that_agree_with_all_links_stay_as_they_are(
    clusters: list[int], links: list[Link]
) -> None:
    true = [link for link in links if holds(link, clusters)]
    assert group(clusters, *true) == clusters
    result = group(clusters, *links)
    if all(holds(link, result) for link in links):
        assert group(result, *links) == result
