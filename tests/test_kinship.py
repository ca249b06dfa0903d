"""The likeness of kin against brute force, and what is said of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.family import answers, family, resemblance
from labeler.family.answers import Comparison, Relative, Resemblance
from labeler.family.io import kin_constants
from labeler.family.metric import KinMetric, person
from labeler.family.resemblance import CohortOfPeople
from labeler.wording import listed

pytestmark = pytest.mark.slow

DIMENSIONS = 4


def small_metric(rho: tuple[float, ...] = (0.6, 0.3, 0.1, 0.0), noise: float = 0.5) -> KinMetric:
    """Coordinates are the descriptors themselves; photos of one person differ by `noise`."""
    k = len(rho)
    return KinMetric(
        mean=np.zeros(k),
        axes=np.eye(k),
        rho=np.array(rho),
        traits=np.eye(k)[:, :2],
        offsets=np.zeros(2),
        spread=np.eye(k + 2),
        photos=noise**2 * np.eye(k),
    )


def test_the_likeness_is_the_ratio_of_two_densities() -> None:
    metric, rng = small_metric(), np.random.default_rng(1)
    for one, other in rng.normal(size=(20, 2, DIMENSIONS)):
        expected = 0.0
        for rho, x, y in zip(metric.rho, one, other, strict=True):
            kin_density = multivariate_normal(cov=[[1, rho], [rho, 1]])
            expected += kin_density.logpdf([x, y]) - multivariate_normal(cov=np.eye(2)).logpdf(
                [x, y]
            )
        assert metric.likeness(one, other) == pytest.approx(expected)
        assert metric.likeness(other, one) == pytest.approx(expected)


def test_all_pairs_at_once_are_the_pairs_one_by_one() -> None:
    metric, rng = small_metric(), np.random.default_rng(2)
    some, others = rng.normal(size=(5, DIMENSIONS)), rng.normal(size=(7, DIMENSIONS))
    expected = [[metric.likeness(one, other) for other in others] for one in some]
    assert np.allclose(metric.likenesses(some, others), expected)


def test_a_person_of_few_photos_is_drawn_to_everybodys_mean() -> None:
    assert person(np.array([[3.0, 0.0]])) == pytest.approx([2.0, 0.0])
    assert person(np.full((4, 2), 9.0)) == pytest.approx([8.0, 8.0])


def test_photos_of_a_burst_count_once() -> None:
    faces = np.array([[1.0], [3.0], [10.0]])
    assert resemblance.per_occasion(faces, np.array([7, 7, 2])).tolist() == [[10.0], [2.0]]


def test_comparable_people_look_alike_and_the_nearest_come_first() -> None:
    others = np.array([[0.5, 0.0], [0.0, 0.1], [3.0, 0.0], [0.0, -0.9]])
    assert resemblance.comparable(np.zeros(2), others, 1.0).tolist() == [1, 0, 3]
    assert resemblance.comparable(np.zeros(2), others).tolist() == [1, 0, 3, 2]


def test_the_packaged_metric_is_sound_and_only_for_its_network() -> None:
    metric = kin_constants.kin_metric(DLIB_MODELS[2])
    assert metric is not None
    d, k = metric.axes.shape
    assert (d, len(metric.mean), len(metric.rho)) == (128, 128, k)
    assert metric.traits.shape == (128, 2)
    assert metric.spread.shape == (k + 2, k + 2)
    assert metric.photos.shape == (k, k)
    assert (metric.rho > 0).all()
    assert (metric.rho <= 0.9).all()
    assert np.linalg.eigvalsh(metric.spread).min() > -1e-4
    assert kin_constants.kin_metric(DescriptorModel("somebody-elses", 0.5)) is None


def test_made_up_people_are_as_the_metric_says() -> None:
    people, kinds = resemblance.made_up_people(small_metric())
    assert len(people) == len(kinds)
    assert np.abs(np.cov(kinds[:, :2].T) - np.eye(2)).max() < 0.05
    assert np.array_equal(kinds[:, 2:], people[:, : resemblance.ORIGIN])
    assert np.abs(people.std(axis=0) - 4 / 4.5).max() < 0.05


def people_with_photos(
    rng: np.random.Generator, middles: np.ndarray, photos: int, noise: float
) -> np.ndarray:
    return middles + noise * rng.normal(size=(photos, len(middles)))


def test_the_interval_holds_what_is_true_nine_times_in_ten() -> None:
    """People whose truth is known: the answer of very many photos of each."""
    noise, rng = 0.5, np.random.default_rng(3)
    metric = small_metric((0.6, 0.5, 0.4, 0.3, 0.2, 0.1), noise)
    cohort = CohortOfPeople(rng.normal(size=(200, 6)), made_up=True)
    held = []
    for _ in range(150):
        middles = rng.normal(size=(3, 6))
        photos = [people_with_photos(rng, one, 6, noise) for one in middles]
        gap = resemblance.answer(metric, photos[0], photos[1:], [cohort] * 2, 400).differences[0, 1]
        many = [people_with_photos(rng, one, 3000, noise) for one in middles]
        scores = [resemblance.score(metric, many[0], one, cohort) for one in many[1:]]
        held.append(gap.low <= scores[0] - scores[1] <= gap.high)
    assert 0.85 <= np.mean(held) <= 0.98


def test_differences_are_the_same_both_ways() -> None:
    metric, rng = small_metric(), np.random.default_rng(4)
    cohort = CohortOfPeople(rng.normal(size=(50, DIMENSIONS)), made_up=True)
    photos = [rng.normal(size=(5, DIMENSIONS)) for _ in range(3)]
    told = resemblance.answer(metric, photos[0], photos[1:], [cohort, cohort])
    one, other = told.differences[0, 1], told.differences[1, 0]
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert one.confidence + other.confidence == pytest.approx(1)
    assert one.value == pytest.approx(told.likenesses[0].score - told.likenesses[1].score)
    for likeness, relative in zip(told.likenesses, photos[1:], strict=True):
        assert likeness.low <= likeness.share <= likeness.high
        assert likeness.share == resemblance.share(metric, photos[0], relative, cohort)


def test_one_photo_says_less_than_many() -> None:
    metric, rng = small_metric(), np.random.default_rng(5)
    cohort = CohortOfPeople(rng.normal(size=(100, DIMENSIONS)), made_up=True)
    middles = rng.normal(size=(3, DIMENSIONS))
    widths = []
    for number in (1, 4, 60):
        photos = [people_with_photos(rng, one, number, 0.5) for one in middles]
        gap = resemblance.answer(metric, photos[0], photos[1:], [cohort] * 2).differences[0, 1]
        widths.append(gap.high - gap.low)
    assert widths[0] > widths[1] > 2 * widths[2]


@given(st.floats(-5, 5), st.floats(0.01, 3))
def test_confidence_grows_with_the_difference_and_is_even_at_none(gap: float, error: float) -> None:
    sure = resemblance.confidence(gap, error)
    assert 0 <= sure <= 1
    assert resemblance.confidence(-gap, error) == pytest.approx(1 - sure)
    assert resemblance.confidence(gap + 0.5, error) >= sure
    assert resemblance.confidence(0.0, error) == 0.5


# -- who is whose kin ---------------------------------------------------------------------------

KIN = {
    ("Rosa", "parent", "Clara"),
    ("Rosa", "parent", "Emil"),
    ("Clara", "parent", "Nora"),
    ("Jonas", "parent", "Nora"),
    ("Clara", "spouse", "Jonas"),
}


def test_grandparents_and_siblings_follow_from_parents() -> None:
    more = {("Rosa", "grandparent", "Nora"), ("Clara", "sibling", "Emil")}
    assert family.with_what_follows(KIN) == KIN | more


def test_a_family_is_everybody_who_is_connected() -> None:
    others = {("Yuki", "parent", "Pavel")}
    assert family.connected(KIN | others, "Emil") == KIN
    assert family.connected(KIN | others, "Yuki") == others
    assert family.connected(KIN, "Nobody") == set()


def test_generations_stand_below_each_other_and_spouses_side_by_side() -> None:
    assert family.generations(KIN) == [["Rosa"], ["Clara", "Jonas", "Emil"], ["Nora"]]
    assert family.generations([]) == []


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=14))
def test_children_always_stand_below_their_parents(pairs: set[tuple[int, int]]) -> None:
    kin_: set = set()
    for one, other in sorted(pairs):
        new = (f"p{one}", "parent", f"p{other}")
        if family.trouble(kin_, new, {}) is None:
            kin_.add(new)
    rows = family.generations(kin_)
    level = {who: number for number, row in enumerate(rows) for who in row}
    assert sorted(level) == sorted(family.everybody(kin_))
    assert all(level[one] < level[other] for one, _, other in kin_)


def test_what_cannot_be_is_said_in_one_sentence() -> None:
    births = {"Rosa": date(1950, 1, 1), "Emil": date(1940, 1, 1)}
    assert family.trouble(KIN, ("Rosa", "sibling", "Rosa"), {}) == (
        "Rosa cannot be a sibling of Rosa; name two people."
    )
    older = family.trouble(set(), ("Rosa", "parent", "Emil"), births)
    assert str(older).startswith("Rosa, born on 1950-01-01, cannot be a parent of Emil")
    circle = family.trouble(KIN, ("Nora", "parent", "Rosa"), {})
    assert circle == "Rosa is an ancestor of Nora already, and cannot be a child as well."
    assert family.trouble(KIN, ("Henrik", "parent", "Clara"), births) is None
    assert family.trouble(set(), ("Rosa", "spouse", "Emil"), births) is None


# -- sentences ----------------------------------------------------------------------------------


def found(confidence: float) -> Resemblance:
    clara = Relative("Clara", 9, 1.8, 0.943, 0.8, 0.98, 200)
    jonas = Relative("Jonas", 4, 0.2, 0.6, 0.3, 0.85, 200)
    gap = Comparison("Clara", "Jonas", 1.6, 0.4, 2.8, confidence)
    return Resemblance("Nora", 7, (clara, jonas), (gap,), "reference", True, False, "Clara")


def test_the_sentences_say_how_sure_they_are() -> None:
    assert answers.sentences(found(0.874)) == [
        "Nora is more like Clara than 94 of 100 comparable people (90% interval: 80 to 98).",
        "Nora is more like Jonas than 60 of 100 comparable people (90% interval: 30 to 85).",
        "Nora is more like Clara than like Jonas, with 87% confidence.",
    ]
    assert answers.sentences(found(0.79))[-1] == (
        "The photos cannot tell whether Nora is more like Clara or Jonas."
    )
    assert answers.sentences(found(1.0))[-1].endswith("with 99% confidence.")


def test_the_answer_says_what_it_was_compared_with() -> None:
    said = " ".join(answers.how(found(0.9)))
    assert "200 made-up people from the reference" in said
    assert "Photos that show both were left out" in said
    assert "same age" not in said
    assert listed(["a", "b", "c"]) == "a, b and c"
