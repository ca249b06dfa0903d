"""What cosines between pictures and texts mean: chances instead of numbers that nobody can read.

The cosine of a picture and a text that belong together is about 0.3 with CLIP, of others 0.2, and
how high it is depends on picture and text. So a text is compared with others on the same picture,
as in CLIP's zero-shot classification (Radford et al. 2021): the softmax of the cosines times the
scale that the training used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeler.types import FloatArray

TEMPLATES = ("{}", "a photo of {}")
"""A text is looked for in these wordings: their mean is steadier than either."""
NEUTRAL = ("a photo", "a picture", "something")
"""What fits every photo. A photo is about a text that fits it better than all of these."""
LEAST_CHANCE = 0.6
"""From here on a photo is about a text: 0.5 would be as good as what fits every photo."""

LIVING = "person"
KINDS: dict[str, tuple[str, ...]] = {
    LIVING: ("a photo of a person", "a photo of the face of a living person", "a child", "a baby"),
    "painting": ("a painting of a person", "a drawing of a face", "a painted portrait"),
    "statue": ("a statue", "a photo of a stone sculpture of a head", "a bronze bust"),
    "doll": ("a doll", "a photo of a toy figure with a face", "a mannequin"),
    "screen": ("a face on a television screen", "a poster of a face", "a face printed on a page"),
}
"""What a face may belong to, and the texts whose mean stands for it."""
LEAST_NOT_LIVING = 0.8
"""A face is listed as not of a living person from this chance on, for all such kinds together."""


def wordings(text: str) -> list[str]:
    """Return a text in all TEMPLATES.

    >>> wordings("cake")
    ['cake', 'a photo of cake']
    """
    return [template.format(text) for template in TEMPLATES]


def mean_vectors(vectors: FloatArray, sizes: Sequence[int]) -> FloatArray:
    """Return the mean (k, d), of length 1, of each of k runs of vectors.

    Args:
        vectors: (sum of sizes, d), of length 1.
        sizes: how many belong together.
    """
    ends = np.cumsum(sizes)[:-1]
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends)])
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)


def chances(cosines: FloatArray, scale: float) -> FloatArray:
    """Return the chance of each of k texts for each of n pictures, rows that sum to 1.

    Args:
        cosines: (n, k).
        scale: what the model's training multiplied cosines by.
    """
    logits = scale * (cosines - cosines.max(axis=1, keepdims=True))
    weights = np.exp(logits)
    return weights / weights.sum(axis=1, keepdims=True)


def chance_of_text(cosines: FloatArray, neutral: FloatArray, scale: float) -> FloatArray:
    """Return for n pictures the chance (n,) of a text against the neutral one that fits best.

    Args:
        cosines: (n,) with the text.
        neutral: (n, k) with neutral texts.
    """
    both = np.stack([cosines, neutral.max(axis=1)], axis=1)
    return chances(both, scale)[:, 0]
