"""Read the trained parameters out of dlib's serialised 128-d face recognition network.

The file is dlib's own serialisation of a network, input layer first, so convolutions appear in
the order in which an image meets them. Only three kinds of layer carry parameters, and each is
announced by its length-prefixed name: `con_4`, `affine_` and `fc_2`.

Format: an integer is one control byte (low four bits = number of bytes, top bit = negative) and
that many little-endian bytes; a tensor is the integer 2, four dimensions, and raw float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.errors import ModelError
from labeler.types import FloatArray

CONVOLUTIONS = 29
DIMENSIONS = 128
_KERNELS = [7] + [3] * (CONVOLUTIONS - 1)
_FILTERS = [32] * 7 + [64] * 8 + [128] * 6 + [256] * 8


@dataclass(frozen=True)
class Convolution:
    """A convolution with the affine layer behind it folded in.

    weights: (filters, channels, k, k) float32. bias: (filters,) float32.
    """

    weights: FloatArray
    bias: FloatArray


@dataclass(frozen=True)
class ResNetWeights:
    """29 convolutions in forward order and the last, bias-free layer, (256, 128) float32."""

    convolutions: tuple[Convolution, ...]
    projection: FloatArray


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def seek_behind(self, name: str) -> None:
        """Move behind the next layer name `name`."""
        marker = bytes([1, len(name)]) + name.encode()
        found = self.data.find(marker, self.position)
        if found < 0:
            raise ModelError(f"The network file lacks a layer {name}; reinstall the weights.")
        self.position = found + len(marker)

    def integer(self) -> int:
        control = self.data[self.position]
        count = control & 0x0F
        start = self.position + 1
        self.position = start + count
        value = int.from_bytes(self.data[start : self.position], "little")
        return -value if control & 0x80 else value

    def tensor(self) -> FloatArray:
        if (version := self.integer()) != 2:
            raise ModelError(f"A tensor of unknown version {version}; reinstall the weights.")
        size = int(np.prod([self.integer() for _ in range(4)]))
        start = self.position
        self.position = start + 4 * size
        return np.frombuffer(self.data, dtype="<f4", count=size, offset=start)


def read_resnet(path: Path) -> ResNetWeights:
    """Read dlib_face_recognition_resnet_model_v1.dat.

    Raises:
        ModelError: the file is not that network.
    """
    reader = _Reader(path.read_bytes())
    convolutions = []
    channels = 3
    for kernel, filters in zip(_KERNELS, _FILTERS, strict=True):
        reader.seek_behind("con_4")
        parameters = reader.tensor()
        reader.seek_behind("affine_")
        affine = reader.tensor()
        convolutions.append(_folded(parameters, affine, (filters, channels, kernel, kernel)))
        channels = filters
    reader.seek_behind("fc_2")
    outputs, inputs = reader.integer(), reader.integer()
    projection = reader.tensor()
    if (inputs, outputs) != (256, DIMENSIONS) or projection.size != inputs * outputs:
        raise ModelError("The network file does not end in 128 numbers; reinstall the weights.")
    return ResNetWeights(tuple(convolutions), projection.reshape(inputs, outputs))


def _folded(
    parameters: FloatArray, affine: FloatArray, shape: tuple[int, int, int, int]
) -> Convolution:
    """γ·(W∗x + b) + β = (γ·W)∗x + (γ·b + β)."""
    filters, size = shape[0], int(np.prod(shape))
    if parameters.size != size + filters or affine.size != 2 * filters:
        raise ModelError("A layer of the network file has the wrong size; reinstall the weights.")
    gamma, beta = affine[:filters], affine[filters:]
    weights = parameters[:size].reshape(shape) * gamma[:, None, None, None]
    return Convolution(
        weights.astype(np.float32), (parameters[size:] * gamma + beta).astype(np.float32)
    )
