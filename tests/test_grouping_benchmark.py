"""The synthetic library of the benchmarks is what it says, and all peers can be run on it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import peers, synthetic
from labeler.metrics.evaluation import cluster_scores


def toy_population(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """500 people in 250 households with six faces each; relatives share half of their looks."""
    random = np.random.default_rng(seed)
    people, households = np.repeat(np.arange(500), 6), np.repeat(np.arange(250), 2)
    looks = np.sqrt(0.5) * random.normal(size=(250, 24))[households]
    looks += np.sqrt(0.5) * random.normal(size=(500, 24))
    X = 6 * np.eye(24)[0] + looks[people] + 0.4 * random.normal(size=(3000, 24))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), people, households


@pytest.fixture(scope="module")
def model() -> synthetic.Population:
    return synthetic.population(*toy_population())


def test_a_drawn_population_is_like_the_real_one(model: synthetic.Population) -> None:
    X, people, households = toy_population()
    assert model.kinship == pytest.approx(0.5, abs=0.08)
    drawn = synthetic.draw_faces([model], people, households, np.random.default_rng(1))
    assert np.allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)
    again = synthetic.population(drawn, people, households)
    for root in ("between", "within"):
        assert np.linalg.norm(getattr(again, root)) == pytest.approx(
            np.linalg.norm(getattr(model, root)), rel=0.06
        )
    real, found = synthetic.profile(X, people), synthetic.profile(drawn, people)
    for name, quantiles in real.items():
        assert np.allclose(found[name], quantiles, rtol=0.12), name


def test_profile_by_hand() -> None:
    angles = np.radians([0, 60, 90, 180])  # chords: 2·sin(angle/2)
    X = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = synthetic.profile(X, np.array([0, 0, 1, 2]))
    assert found["nearest of the same"] == pytest.approx([1.0] * 5, abs=1e-6)
    nearest = 2 * np.sin(np.radians([45, 15, 15, 45]))
    assert found["nearest somebody else"] == pytest.approx(
        np.quantile(nearest, synthetic.QUANTILES), abs=1e-6
    )


@pytest.mark.parametrize("n", [1, 50, 3000])
def test_a_library_has_its_size_and_nobody_twice_on_a_photo(
    model: synthetic.Population, n: int
) -> None:
    drawn = synthetic.draw_library([model, model], n, seed=3)
    assert drawn.X.shape == (n, 24)
    assert drawn.X.dtype == np.float32
    assert np.array_equal(np.unique(drawn.people), np.arange(drawn.people.max() + 1))
    assert np.array_equal(np.unique(drawn.photos), np.arange(drawn.photos.max() + 1))
    assert (np.diff(drawn.photos) >= 0).all()
    assert len(set(zip(drawn.people.tolist(), drawn.photos.tolist(), strict=True))) == n
    assert np.bincount(drawn.photos).max() <= synthetic.MOST_ON_A_PHOTO
    again = synthetic.draw_library([model, model], n, seed=3)
    assert np.array_equal(drawn.X, again.X)
    assert np.array_equal(drawn.photos, again.photos)


def test_sizes_follow_zipf() -> None:
    sizes = np.sort(synthetic.person_sizes(200_000, np.random.default_rng(0)))
    assert sizes.sum() == 200_000
    assert (sizes == 1).mean() == pytest.approx(6 / np.pi**2, abs=0.01)
    assert (sizes == 2).mean() == pytest.approx(6 / np.pi**2 / 4, abs=0.01)
    assert 1000 < sizes[-1] <= synthetic.LARGEST


def test_every_peer_separates_what_is_far_apart() -> None:
    people = np.repeat(np.arange(6), 5)
    X = (np.eye(128)[people] + 0.01 * np.random.default_rng(0).normal(size=(30, 128))).astype("f4")
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    usual = {setting.method: setting for setting in peers.settings(30)}
    assert set(usual) == set(peers.METHODS)
    for setting in usual.values():
        clusters, seconds = peers.timed(setting, X, np.arange(30))
        assert cluster_scores(clusters, people.tolist()).pair_f == 1.0, setting
        assert seconds > 0
