"""A hash by which a photo is known again after it was resized or encoded anew.

It is the sign of each low frequency of the picture, 255 bits (after Zauner, *Implementation and
Benchmarking of Perceptual Image Hash Functions*, 2010, with 16 × 16 frequencies in place of 8 × 8:
an album holds many photos of one scene). benchmarks/likeness.py measures it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 64
"""Pixels of the square gray picture that is hashed."""
FREQUENCIES = 16
MOST_DIFFERENT = 20
"""Bits in which hashes of one photo differ at most."""
MOST_OTHER_SHAPE = 0.02
"""And the proportions of its sides, at most, in parts of one another; plus a pixel for rounding."""
_ONES = np.array([bin(byte).count("1") for byte in range(256)], dtype=np.uint16)


def perceptual_hash(gray: NDArray[np.floating]) -> str:
    """Return the hash of a picture as 64 hexadecimal digits.

    Args:
        gray: (64, 64) brightness, the upright picture squeezed into a square.
    """
    from scipy.fft import dctn

    waves = dctn(np.asarray(gray, dtype=np.float64), norm="ortho")[:FREQUENCIES, :FREQUENCIES]
    flat = waves.ravel()[1:]  # without the mean brightness
    bits = np.concatenate([[False], flat > np.median(flat)])
    return np.packbits(bits).tobytes().hex()


def distances(one: str, others: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return in how many bits a hash differs from each of others, which are (n, 32) bytes."""
    mine = np.frombuffer(bytes.fromhex(one), dtype=np.uint8)
    return _ONES[others ^ mine].sum(axis=1, dtype=np.int64)


def packed(hashes: list[str]) -> NDArray[np.uint8]:
    """Return hashes as (n, 32) bytes."""
    joined = b"".join(map(bytes.fromhex, hashes))
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, FREQUENCIES**2 // 8)


def may_be_scaled(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two sizes can be those of one picture, scaled."""
    a, b = one[0] * other[1], other[0] * one[1]
    rounding = max(MOST_OTHER_SHAPE, 1.5 / max(min(*one, *other), 1))
    return min(a, b) > 0 and abs(np.log(a / b)) <= rounding


def turned(text: str, transposed: bool, across: bool, down: bool) -> str:
    """Return about what the hash of a picture is that was turned or mirrored.

    Mirroring changes the sign of every other frequency; only bits of the faintest ones may differ.

    Args:
        transposed: rows have become columns, before: across: left and right, and down: top and
            bottom have changed places.
    """
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(text), dtype=np.uint8))
    waves = bits.reshape(FREQUENCIES, FREQUENCIES).astype(bool)
    waves = waves.T if transposed else waves
    odd = np.arange(FREQUENCIES) % 2 == 1
    waves = waves ^ (odd[None, :] & across) ^ (odd[:, None] & down)
    return np.packbits(waves.ravel()).tobytes().hex()
