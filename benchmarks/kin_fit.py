"""Fit the likeness between kin to the families of a labelled folder; see benchmarks.kinship."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.families import Families
from labeler.family.metric import KinMetric

SHARED = {"parent": 0.5, "sibling": 0.5, "grandparent": 0.25}
"""The share of the genes that kin have in common, on average."""
MEN = frozenset(
    "James John Robert Michael William David Richard Thomas Charles Daniel Mark Paul Steven "  # noqa: SIM905
    "George Kenneth Kevin Brian Edward Ronald Jeffrey Gary Eric Stephen Larry Scott Frank Gregory "
    "Patrick Jack Dennis Jerry Jose Henry Douglas Peter Roger Bill Tom Mike Jim Bob Steve Joe Tony "
    "Juan Carlos Luis Vladimir Mohammed Andy Greg Rick Roy Ray Jeff".split()
)
WOMEN = frozenset(
    "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy "  # noqa: SIM905
    "Sandra Margaret Kimberly Emily Donna Michelle Carol Amanda Laura Sharon Amy Angela Anna "
    "Pamela Emma Nicole Helen Christine Rachel Carolyn Janet Maria Catherine Heather Diane Julie "
    "Joyce Victoria Ruth Kelly Christina Joan Andrea Martha Gloria Teresa Ann Sara Jean Alice "
    "Diana Natalie Marie Jane Claire Anne Monica Jelena Ana Elena Kate Renee".split()
)
"""First names in Labeled Faces in the Wild that hardly anybody of the other sex has."""


@dataclass(frozen=True)
class Choices:
    """What is chosen by cross-validation.

    shrinkage: how far the covariance of people is drawn to a multiple of the unit matrix.
    strength: the correlation of close kin, as a share of all that runs in families. noise: see
    `labeler.family.metric.PHOTO_NOISE`.
    """

    shrinkage: float = 0.3
    strength: float = 0.35
    noise: float = 0.5


def fit(families: Families, looks: np.ndarray, rows: np.ndarray, chosen: Choices) -> KinMetric:
    """Return the metric as some of the people, a mask (n,), teach it.

    Args:
        looks: (d, 2) directions of looking male and looking old; see `directions`.
    """
    means, counts = families.means, families.counts
    mean = means[rows].mean(axis=0)
    people = (means - mean) * (counts / (counts + chosen.noise))[:, None]
    own = np.cov(people[rows].T)
    d = len(mean)
    own = (1 - chosen.shrinkage) * own + chosen.shrinkage * np.trace(own) / d * np.eye(d)
    values, vectors = np.linalg.eigh(own)
    white = vectors / np.sqrt(values)
    shared, directions_ = np.linalg.eigh(white.T @ _in_common(families, people, rows) @ white)
    kept = np.flatnonzero(shared > 0)[::-1]  # what does not run in families says nothing
    axes = white @ directions_[:, kept]
    return _metric(families, looks, rows, mean, axes, shared[kept] * chosen.strength)


def _in_common(families: Families, people: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the covariance that runs in families, by least squares over all kinds of kin."""
    total, weight = np.zeros((people.shape[1],) * 2), 0.0
    for relation, share in SHARED.items():
        pairs = families.kin[relation]
        pairs = pairs[rows[pairs].all(axis=1)]
        total += share * people[pairs[:, 0]].T @ people[pairs[:, 1]]
        weight += share**2 * len(pairs)
    return (total + total.T) / 2 / weight


def _metric(
    families: Families,
    looks: np.ndarray,
    rows: np.ndarray,
    mean: np.ndarray,
    axes: np.ndarray,
    rho: np.ndarray,
) -> KinMetric:
    seen = families.means[rows] @ looks
    traits, offsets = looks / seen.std(axis=0), seen.mean(axis=0) / seen.std(axis=0)
    both = np.hstack(
        [(families.means[rows] - mean) @ axes, families.means[rows] @ traits - offsets]
    )
    several = rows[families.of_face] & (families.counts[families.of_face] > 1)
    apart = (families.X[several] - families.means[families.of_face[several]]) @ axes
    freedom = several.sum() - len(np.unique(families.of_face[several]))
    return KinMetric(
        mean,
        axes,
        np.clip(rho, 0, 0.9),
        traits,
        offsets,
        np.cov(both.T),
        apart.T @ apart / freedom,
    )


def directions(families: Families, X: np.ndarray, first_names: np.ndarray) -> np.ndarray:
    """Return the directions, (d, 2), in which descriptors look male, and look old.

    Args:
        X: (n, d) of Labeled Faces in the Wild. first_names: (n,) of the people on them.
    """
    return np.column_stack([_male(X, first_names), _old(families)])


def _male(X: np.ndarray, first_names: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    man = np.isin(first_names, list(MEN))
    known = man | np.isin(first_names, list(WOMEN))
    model = LogisticRegression(C=10, max_iter=2000, class_weight="balanced")
    return np.asarray(model.fit(X[known], man[known]).coef_[0])


def _old(families: Families) -> np.ndarray:
    """Learn from people of two generations on one photo which of them looks older."""
    from sklearn.linear_model import LogisticRegression

    older = {tuple(pair) for name in ("parent", "grandparent") for pair in families.kin[name]}
    on_photo: dict[int, dict[int, np.ndarray]] = {}
    for x, who, photo in zip(families.X, families.of_face, families.photos, strict=True):
        on_photo.setdefault(int(photo), {})[int(who)] = x
    apart = np.array(
        [
            there[one] - there[other]
            for there in on_photo.values()
            for one in there
            for other in there
            if (one, other) in older
        ]
    )
    sign = np.repeat([1, -1], len(apart))
    model = LogisticRegression(C=3, fit_intercept=False, max_iter=2000)
    return np.asarray(model.fit(np.concatenate([apart, -apart]), sign).coef_[0])
