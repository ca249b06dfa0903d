"""Convert weights once and keep the result; the folder may be deleted at any time."""

from __future__ import annotations

from pathlib import Path

from labeler.faces.networks import processor
from labeler.io import packages
from labeler.io.files import cached_file, found_cached

_VERSION = 2
"""Raise it when a conversion changes, so that old files are not used."""


def dlib_resnet(folder: Path, exact: bool = False) -> Path:
    """Return the path of dlib's recognition network as ONNX, converting it first if needed.

    exact: compute in 32-bit floats, as dlib does, and not in bytes.
    """
    in_bytes = not exact and processor.sums_bytes_exactly()
    path = folder / f"dlib_resnet-{'bytes' if in_bytes else 'floats'}-{_VERSION}.onnx"
    if found := found_cached(path):
        return found
    from labeler.faces.networks import dlib_resnet, dlib_weights, quantize

    model = dlib_resnet.build(dlib_weights.read_resnet(packages.dlib_resnet_weights()))
    if in_bytes:
        model = quantize.quantized(model, quantize.ranges("dlib_resnet"))
    return cached_file(path, lambda part: part.write_bytes(model.SerializeToString()))
