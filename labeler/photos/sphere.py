"""Distances on the globe, taken for a sphere. Places are latitude and longitude in degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def distances_km(places: NDArray[np.float64], centre: tuple[float, float]) -> NDArray[np.float64]:
    """Return the distance of places (n, 2), in degrees, from another, (n,) float64; NaN stays.

    By the haversine formula on a sphere.
    """
    latitude, longitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    lat, lon = np.radians(centre)
    chord = (
        np.sin((latitude - lat) / 2) ** 2
        + np.cos(latitude) * np.cos(lat) * np.sin((longitude - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def unit_vectors(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places (n, 2), in degrees, as points (n, 3) on a sphere of radius 1.

    Their straight distances, the chords, grow with those on the globe, everywhere alike: also at
    the poles and across the date line.
    """
    latitude, longitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    around = np.cos(latitude)
    return np.column_stack(
        [around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)]
    )


def chord_of_km(km: float) -> float:
    """Return how far points that are so far apart on the globe are on a sphere of radius 1."""
    return float(2 * np.sin(km / (2 * EARTH_RADIUS_KM)))


def km_of_chords(chords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances on the globe, (n,), of points whose straight distance is known."""
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chords / 2, 0, 1)))
