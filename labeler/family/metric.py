"""How much more likely two people's faces are if the two are close kin than if they are not.

The model is that of quantitative genetics (Lynch and Walsh 1998, "Genetics and Analysis of
Quantitative Traits"; in face recognition, PLDA, Ioffe 2006): a person's mean descriptor is normally
distributed, and so are those of two relatives together; their covariance is a share of the part of
the variance that runs in families. In coordinates in which all variances are 1 and the shared part
is diagonal, kin are pairs of numbers with correlation ρ, strangers pairs with correlation 0, and
the logarithm of the ratio of the two densities is a sum over the coordinates. It regards that some
faces resemble everybody (the squares), which plain cosine similarity does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray

Coordinates = NDArray[np.float64]
PHOTO_NOISE = 0.5
"""The mean of n photos is drawn to everybody's mean by n / (n + this): chosen by families left out
(benchmarks/kinship.py)."""


@dataclass(frozen=True)
class KinMetric:
    """The constants of the model, written by `python -m benchmarks.kinship --fit`.

    mean: (d,) of all people. axes: (d, k), from descriptors to coordinates. rho: (k,) correlation
    of close kin in each coordinate, 0…1. traits: (d, 2) and offsets (2,): from a descriptor to how
    male and how old it looks, both with standard deviation 1 and mean 0. spread: (k + 2, k + 2)
    covariance of people in coordinates and traits. photos: (k, k) of the photos of one person.
    """

    mean: Coordinates
    axes: Coordinates
    rho: Coordinates
    traits: Coordinates
    offsets: Coordinates
    spread: Coordinates
    photos: Coordinates

    def coordinates(self, X: FloatArray) -> Coordinates:
        """Return where faces are, (n, k), from their descriptors (n, d)."""
        return np.asarray((X.astype(np.float64) - self.mean) @ self.axes)

    def looks(self, X: FloatArray) -> Coordinates:
        """Return how male and how old faces look, (n, 2), from their descriptors (n, d)."""
        return np.asarray(X.astype(np.float64) @ self.traits - self.offsets)

    def likeness(self, one: Coordinates, other: Coordinates) -> Coordinates:
        """Return the logarithm of the likelihood ratio of kin and strangers, natural, any sign.

        Args:
            one: (…, k) people, as `person` gives them. other: (…, k), broadcast against `one`.

        Returns:
            (…), higher = more alike.
        """
        crossed, squared = self._weights
        cross = (one * other) @ crossed
        return np.asarray(cross - (one**2) @ squared - (other**2) @ squared + self._level)

    def likenesses(self, some: Coordinates, others: Coordinates) -> Coordinates:
        """Return the `likeness` of each of (n, k) people with each of (m, k), as (n, m)."""
        crossed, squared = self._weights
        squares = ((some**2) @ squared)[:, None] + ((others**2) @ squared)[None]
        return np.asarray((some * crossed) @ others.T - squares + self._level)

    @property
    def _weights(self) -> tuple[Coordinates, Coordinates]:
        rest = 1 - self.rho**2
        return self.rho / rest, self.rho**2 / (2 * rest)

    @property
    def _level(self) -> float:
        return float(-0.5 * np.log(1 - self.rho**2).sum())


def person(faces: Coordinates) -> Coordinates:
    """Return a person, (k,), from the coordinates (n, k) of n ≥ 1 photos."""
    return np.asarray(faces.mean(axis=0) * (len(faces) / (len(faces) + PHOTO_NOISE)))
