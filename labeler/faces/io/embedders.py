"""From chips to descriptors: dlib's network, or any other that is given as an ONNX file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from labeler.faces.descriptors import DescriptorModel
from labeler.faces.networks import cache
from labeler.faces.networks.runtime import Once, cached_session
from labeler.types import FloatArray, Image

BATCH = 16
"""Chips per call of a network: more need more memory and are not faster."""


class Embedder(Protocol):
    """Turns chips into descriptors. `model` is stored with them. May be pickled."""

    model: DescriptorModel

    def embed(self, faces: Sequence[Sequence[Image]]) -> FloatArray:
        """Return (n, d) float32 for n faces, each given as the same number of views."""


class DlibEmbedder:
    """dlib's 128-d network through onnxruntime.

    One view gives dlib's own descriptor (length ≈ 1.4). Of several, the sum is scaled to length 1,
    which raises the accuracy.

    Args:
        models: folder for the converted network.
        model: id and threshold of the descriptors.
        exact: compute in 32-bit floats, as dlib does, instead of bytes.
        threads: cores that one call may use.
    """

    def __init__(
        self, models: Path, model: DescriptorModel, exact: bool = False, threads: int = 1
    ) -> None:
        self.model = model
        self._session = Once(_dlib_resnet, models, exact, threads)

    def embed(self, faces: Sequence[Sequence[Image]]) -> FloatArray:
        if not len(faces):
            return np.empty((0, 128), dtype=np.float32)
        return mean_of_views(faces, lambda chips: self._session().run(None, {"chips": chips})[0])


def mean_of_views(faces: Sequence[Sequence[Image]], run: Any) -> FloatArray:
    """Return the descriptors (n, d) of n faces; those of several views are added and normalised."""
    views = len(faces[0])
    chips = [view for face in faces for view in face]
    single = np.concatenate([run(np.stack(batch)) for batch in _batches(chips)])
    if views == 1:
        return single
    total = single.reshape(len(faces), views, -1).sum(axis=1)
    return total / np.linalg.norm(total, axis=1, keepdims=True)


def _batches(chips: Sequence[Image]) -> Iterator[Sequence[Image]]:
    for start in range(0, len(chips), BATCH):
        yield chips[start : start + BATCH]


def _dlib_resnet(models: Path, exact: bool, threads: int) -> Any:
    return cached_session(lambda: cache.dlib_resnet(models, exact), threads)
