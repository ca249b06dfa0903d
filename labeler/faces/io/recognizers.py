"""Other recognition networks than dlib's: ONNX files described as in `models/description.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import ModelError
from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io import alignment
from labeler.faces.io.alignment import Aligner, DlibAligner
from labeler.faces.io.embedders import Embedder, mean_of_views
from labeler.faces.networks import custom
from labeler.faces.networks.description import Description, read_description
from labeler.faces.networks.runtime import Once
from labeler.types import Detection, FloatArray, Image

TIP_OF_NOSE = 0.71
"""How far the tip is from the middle of the eyes to the base of the nose: CenterFace's median on
the demo album."""


def read_recognizer(path: Path) -> tuple[Aligner, Embedder]:
    """Return what cuts out faces for the network that a TOML file describes, and what runs it.

    Raises:
        UsageError: the TOML file is missing or wrong.
        ModelError: the network is missing or does not fit the description.
    """
    described = read_description(path)
    aligner = TemplateAligner(np.array(described.template), described.size, described.mirror)
    return aligner, OnnxEmbedder(described)


class TemplateAligner:
    """Cuts out faces so that eyes, nose and mouth lie where a template wants them.

    Landmarks are dlib's five, then the template's five; NaN = not known, and not used.
    """

    def __init__(self, template: NDArray[np.float64], size: int, mirror: bool) -> None:
        self.template = template
        self.size = size
        self.mirror = mirror
        self._dlib = DlibAligner()
        in_square = _between_eyes(_eyes_and_nose(alignment.FIVE))
        self.chip_span = math.ceil(_between_eyes(template) / in_square)

    def landmarks(self, image: Image, face: Detection) -> FloatArray:
        five = self._dlib.landmarks(image, face)
        points = _eyes_and_nose(five) if face.points is None else face.points
        return np.concatenate([five, points]).astype(np.float32)

    def chips(self, image: Image, landmarks: FloatArray) -> list[Image]:
        points = landmarks[5:]
        known = np.isfinite(points).all(axis=1)
        chip = alignment.cut_out(image, points[known], self.template[known], self.size)
        return [chip, chip[:, ::-1]] if self.mirror else [chip]


def _eyes_and_nose(five: NDArray[Any]) -> NDArray[Any]:
    """Return the template's points as far as dlib's five tell them: nothing about the mouth."""
    left, right, base = five[2:4].mean(axis=0), five[:2].mean(axis=0), five[4]
    middle = (left + right) / 2
    unknown = np.full((2, 2), np.nan)
    return np.concatenate([[left, right, middle + TIP_OF_NOSE * (base - middle)], unknown])


def _between_eyes(points: NDArray[Any]) -> float:
    return float(np.linalg.norm(points[1] - points[0]))


class OnnxEmbedder:
    """Runs the described network. It is tried at once, so that no work begins with a wrong one."""

    def __init__(self, described: Description) -> None:
        self._network = Once(_Network, described)
        self.dimensions = self._network().dimensions
        self.model = DescriptorModel(
            f"{described.id}-{_fingerprint(described)}", described.threshold
        )

    def embed(self, faces: Sequence[Sequence[Image]]) -> FloatArray:
        if not len(faces):
            return np.empty((0, self.dimensions), dtype=np.float32)
        return mean_of_views(faces, self._network().run)


class _Network:
    """A session with its input prepared as described."""

    def __init__(self, described: Description) -> None:
        self._described = described
        self._name = described.file.name
        self._session = custom.opened(described.file)
        self._input = self._checked_input()
        self._fixed_batch = self._input.shape[0] if custom.is_fixed(self._input.shape[0]) else None
        size = described.size
        noise = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
        self.dimensions = self.run(noise).shape[1]

    def run(self, chips: NDArray[np.uint8]) -> FloatArray:
        """Return the descriptors (n, d) of n chips (n, s, s, 3)."""
        count, size = len(chips), self._fixed_batch or len(chips)
        # A network that takes just so many at a time gets the last one repeatedly.
        chips = np.concatenate([chips, np.repeat(chips[-1:], -count % size, axis=0)])
        parts = [self._descriptors(chips[i : i + size]) for i in range(0, len(chips), size)]
        found = np.concatenate(parts)[:count]
        if not (np.isfinite(found).all() and found.any(axis=1).all()):
            raise ModelError(f"{self._name} gives descriptors that are zero or not numbers.")
        return found

    def _descriptors(self, chips: NDArray[np.uint8]) -> FloatArray:
        try:
            found = self._session.run(None, {self._input.name: self._prepared(chips)})[0]
        except Exception as error:  # onnxruntime's errors have no common class
            raise ModelError(f"{self._name} cannot be run: {custom.reason(error)}.") from error
        if found.ndim != 2 or len(found) != len(chips) or not found.shape[1]:
            raise ModelError(
                f"{self._name} should give one descriptor per picture, an output of shape "
                f"({len(chips)}, d), not {found.shape}."
            )
        return found.astype(np.float32)

    def _prepared(self, chips: NDArray[np.uint8]) -> NDArray[np.floating]:
        described = self._described
        channels = chips[..., ::-1] if described.colours == "bgr" else chips
        mean, scale = (np.array(v, np.float32) for v in (described.mean, described.scale))
        tensor = (channels - mean) / scale
        if described.layout == "nchw":
            tensor = tensor.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(tensor, dtype=custom.FLOATS[self._input.type])

    def _checked_input(self) -> Any:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if (len(inputs), len(outputs)) != (1, 1):
            raise ModelError(
                f"{self._name} should have one input and one output, "
                f"not {len(inputs)} and {len(outputs)}."
            )
        if outputs[0].type not in custom.FLOATS:
            raise ModelError(f"{self._name} should give tensor(float), not {outputs[0].type}.")
        size, layout = self._described.size, self._described.layout
        sides = (3, size, size) if layout == "nchw" else (size, size, 3)
        found = inputs[0].shape
        if not custom.fits(found, ("n", *sides)) or inputs[0].type not in custom.FLOATS:
            raise ModelError(
                f"{self._name} has an input {inputs[0].type} of shape "
                f"{custom.shape_text(found)}, but its description (`size`, `layout`) says "
                f"tensor(float) of shape {custom.shape_text(['n', *sides])}."
            )
        return inputs[0]


def _fingerprint(described: Description) -> str:
    """Return eight digits that change with whatever changes the descriptors."""
    numbers = {**asdict(described), "id": None, "file": None, "threshold": None}
    found = custom.file_hash(described.file)
    found.update(repr(numbers).encode())
    return found.hexdigest()[:8]
