"""A synthetic library of any size whose people are as hard to tell apart as real ones.

Real descriptors are taken apart by the one-way random-effects model

    x = mean + person + spread(person) · residual

with W = Σ (x − x̄)(x − x̄)ᵀ / (faces − people), pooled within people, and B = cov(x̄) − W · mean(1/n),
the covariance between people without the noise of their means. New people and residuals are drawn
by a smoothed bootstrap (Silverman 1986, section 6.4), which keeps both covariances and also what a
Gaussian loses: crowded regions, blurred faces that resemble each other, heavy tails:

    person   = √(1 − h²) · a real person's centre + h · N(0, B)
    residual = √(1 − h²) · a real residual + h · |that residual| · N(0, W) / √tr W

Members of a household take neighbouring real people, mostly relatives, as their models, and share
the part `kinship` of the noise; spreads are those observed. h² = `SMOOTHING`: less brings the
nearest stranger of a small library closer, but packs large libraries too densely.

Sizes of people: P(k faces) ∝ k⁻² (Zipf's law), up to 5,000 and to a twentieth of the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SMOOTHING = 0.35
FEWEST_FACES = 5
"""People with fewer tell too little about spread and residuals."""
LARGEST, LARGEST_SHARE = 5000, 0.05
MOST_ON_A_PHOTO = 6
PROBES = 2000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BLOCK = 1 << 15


@dataclass(frozen=True)
class Population:
    """What real descriptors say about people. All float32, d = length of a descriptor.

    mean: (d,). centres: (c, d) real people less the mean, with covariance B, relatives side by
    side. residuals: (r, d), their mean square is tr W. spreads: (s,), about 1.
    between, within: (d, d) roots R of B and W = R·Rᵀ. kinship: mean correlation of relatives.
    """

    mean: np.ndarray
    centres: np.ndarray
    residuals: np.ndarray
    spreads: np.ndarray
    between: np.ndarray
    within: np.ndarray
    kinship: float


@dataclass(frozen=True)
class SyntheticLibrary:
    """X: (n, d) float32 of length 1. people, photos: (n,) int64; photos are in rising order."""

    X: np.ndarray
    people: np.ndarray
    photos: np.ndarray


def population(X: np.ndarray, people: np.ndarray, households: np.ndarray) -> Population:
    """Estimate a population from real descriptors X (n, d), people (n,) and households (c,)."""
    X = X.astype(np.float64)
    counts = np.bincount(people)
    means = _sums(X, people) / counts[:, None]
    mean = means.mean(axis=0)
    deviations = X - means[people]
    within = deviations.T @ deviations / (len(X) - len(counts))
    total = float(np.trace(within))
    between = np.cov(means.T) - within * (1 / counts).mean()
    between = _power(between, 1)  # without the negative eigenvalues
    spreads = np.sqrt(
        _sums((deviations**2).sum(axis=1), people) / np.maximum(counts - 1, 1) / total
    )
    many = counts >= FEWEST_FACES
    inflated = deviations * np.sqrt(counts / np.maximum(counts - 1, 1))[people, None]
    residuals = (inflated / np.maximum(spreads, 1e-9)[people, None])[many[people]]
    residuals *= np.sqrt(total / (residuals**2).sum(axis=1).mean())
    centres = _without_noise(means - mean, counts, between, within)
    return Population(
        mean=mean.astype(np.float32),
        centres=centres[np.argsort(households, kind="stable")].astype(np.float32),
        residuals=residuals.astype(np.float32),
        spreads=spreads[many].astype(np.float32),
        between=_power(between, 0.5).astype(np.float32),
        within=_power(within, 0.5).astype(np.float32),
        kinship=_kinship(means - mean, households, float(np.trace(between))),
    )


def draw_library(populations: Sequence[Population], n: int, seed: int = 0) -> SyntheticLibrary:
    """Draw a library of n faces; each household belongs to one of the populations."""
    random = np.random.default_rng(seed)
    sizes = person_sizes(n, random)
    households = households_of(sizes, random)
    people = np.repeat(np.arange(len(sizes)), sizes)
    photos = photos_of(people, sizes, households, random)
    order = np.argsort(photos, kind="stable")
    people = people[order]
    X = draw_faces(populations, people, households, random)
    return SyntheticLibrary(X, people, photos[order])


def draw_faces(
    populations: Sequence[Population],
    people: np.ndarray,
    households: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """Draw a descriptor of length 1 for each of people (n,), who live in households (c,)."""
    kinds = random.integers(len(populations), size=households.max() + 1)[households]
    centres = np.empty((len(households), len(populations[0].mean)), dtype=np.float32)
    spreads = np.empty(len(households), dtype=np.float32)
    for kind, model in enumerate(populations):
        mine = kinds == kind
        centres[mine] = draw_people(model, households[mine], random)
        spreads[mine] = random.choice(model.spreads, mine.sum())
    X = np.empty((len(people), centres.shape[1]), dtype=np.float32)
    for start in range(0, len(people), _BLOCK):
        whose = people[start : start + _BLOCK]
        block = centres[whose]
        for kind, model in enumerate(populations):
            mine = kinds[whose] == kind
            scale = spreads[whose[mine], None]
            block[mine] += scale * draw_residuals(model, int(mine.sum()), random)
        X[start : start + _BLOCK] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return X


def person_sizes(n: int, random: np.random.Generator) -> np.ndarray:
    """Return how many faces each person has; they add up to n."""
    largest = max(1, min(LARGEST, int(n * LARGEST_SHARE)))
    share = np.cumsum(1.0 / np.arange(1, largest + 1) ** 2)
    sizes = 1 + np.searchsorted(share / share[-1], random.random(n))
    total = np.cumsum(sizes)
    last = int(np.searchsorted(total, n))
    sizes = sizes[: last + 1]
    sizes[last] -= total[last] - n
    return sizes


def households_of(sizes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the household (c,) of each person: 1 to 6 people who are about equally frequent."""
    order = np.argsort(np.log(sizes) + random.standard_normal(len(sizes)))
    members = random.integers(1, MOST_ON_A_PHOTO + 1, size=len(sizes))
    households = np.empty(len(sizes), dtype=np.int64)
    households[order] = np.repeat(np.arange(len(sizes)), members)[: len(sizes)]
    return households


def photos_of(
    people: np.ndarray, sizes: np.ndarray, households: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Put the faces on photos of their household, nobody twice on one; numbered at random.

    A household has as many photos as its most frequent member has faces; the others are spread
    evenly over them, so that the same people meet again and again.
    """
    photos = np.zeros(households.max() + 1, dtype=np.int64)
    np.maximum.at(photos, households, sizes)
    first = np.cumsum(photos) - photos
    number = np.arange(len(people)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    available = photos[households[people]]
    shift = random.integers(photos[households])[people]
    slot = (number * available // sizes[people] + shift) % available
    taken, found = np.unique(first[households[people]] + slot, return_inverse=True)
    return random.permutation(len(taken))[found.reshape(-1)]


def profile(X: np.ndarray, people: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Return quantiles of four distances of a sample of faces.

    To a random face of the same person, the nearest of the same person, a random face of somebody
    else, and the nearest of somebody else.
    """
    random = np.random.default_rng(seed)
    rows = random.choice(len(X), min(PROBES, len(X)), replace=False)
    distances = np.sqrt(np.maximum(2 - 2 * (X[rows] @ X.T), 0))
    same = people[rows][:, None] == people
    mates = same.copy()
    mates[np.arange(len(rows)), rows] = False
    has_mate = mates.any(axis=1)
    chance = random.random(same.shape, dtype=np.float32)
    some_mate = np.where(mates, chance, -1).argmax(axis=1)
    some_other = np.where(same, -1, chance).argmax(axis=1)
    each = np.arange(len(rows))
    found = {
        "same person": distances[each, some_mate][has_mate],
        "nearest of the same": np.where(mates, distances, np.inf).min(axis=1)[has_mate],
        "somebody else": distances[each, some_other],
        "nearest somebody else": np.where(same, np.inf, distances).min(axis=1),
    }
    return {name: np.quantile(values, QUANTILES) for name, values in found.items()}


def draw_people(
    model: Population, households: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Return centres (c, d) of new people; those of a household are modelled on real neighbours."""
    _, first, whose, members = np.unique(
        np.sort(households), return_index=True, return_inverse=True, return_counts=True
    )
    whose = whose.reshape(-1)
    rank = np.arange(len(households)) - first[whose]
    start = random.integers(len(model.centres), size=len(members))
    models = model.centres[(start[whose] + rank) % len(model.centres)]
    shape = len(model.mean)
    noise = np.sqrt(1 - model.kinship) * _normal(random, len(households), shape)
    noise += np.sqrt(model.kinship) * _normal(random, len(members), shape)[whose]
    drawn = np.empty_like(models)
    drawn[np.argsort(households, kind="stable")] = (
        np.sqrt(1 - SMOOTHING) * models + np.sqrt(SMOOTHING) * noise @ model.between.T
    )
    return drawn + model.mean


def draw_residuals(model: Population, n: int, random: np.random.Generator) -> np.ndarray:
    residuals = model.residuals[random.integers(len(model.residuals), size=n)]
    size = np.linalg.norm(residuals, axis=1, keepdims=True) / np.linalg.norm(model.within)
    noise = _normal(random, n, len(model.mean)) @ model.within.T
    return np.sqrt(1 - SMOOTHING) * residuals + np.sqrt(SMOOTHING) * size * noise


def _normal(random: np.random.Generator, n: int, d: int) -> np.ndarray:
    return random.standard_normal((n, d), dtype=np.float32)


def _without_noise(
    means: np.ndarray, counts: np.ndarray, between: np.ndarray, within: np.ndarray
) -> np.ndarray:
    """Shrink means of n faces, whose covariance is B + W/n, so that it becomes B.

    By the optimal transport T^−½ (T^½ B T^½)^½ T^−½ between the two Gaussians, T = B + W/n.
    """
    centres = np.empty_like(means)
    for count in np.unique(counts):
        seen = between + within / count
        half, inverse = _power(seen, 0.5), _power(seen, -0.5)
        transport = inverse @ _power(half @ between @ half, 0.5) @ inverse
        centres[counts == count] = means[counts == count] @ transport
    return centres


def _kinship(means: np.ndarray, households: np.ndarray, variance: float) -> float:
    """Return the mean correlation of two people of one household, 0 if all live alone."""
    members = np.bincount(households)
    pairs = float((members * (members - 1)).sum())
    if not pairs:
        return 0.0
    products = (_sums(means, households) ** 2).sum() - (means**2).sum()
    return float(np.clip(products / pairs / variance, 0, 1))


def _power(S: np.ndarray, exponent: float) -> np.ndarray:
    """Return a power of a symmetric matrix, its negative eigenvalues taken for 0."""
    values, vectors = np.linalg.eigh(S)
    floor = values.max() * 1e-9
    kept = np.where(values > floor, np.maximum(values, floor) ** exponent, 0.0)
    return (vectors * kept) @ vectors.T


def _sums(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the sum of the rows of each code."""
    sums = np.zeros((codes.max() + 1, *values.shape[1:]))
    np.add.at(sums, codes, values)
    return sums
