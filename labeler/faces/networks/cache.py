"""Convert weights once and keep the result; the folder may be deleted at any time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.faces.networks import processor
from labeler.io import packages
from labeler.io.files import cached_file, found_cached

if TYPE_CHECKING:
    import onnx

_VERSION = 2
"""Raise it when a conversion changes, so that old files are not used."""


def dlib_resnet(folder: Path, exact: bool = False) -> Path:
    """Return the path of dlib's recognition network as ONNX, converting it first if needed.

    exact: compute in 32-bit floats, as dlib does, and not in bytes.
    """

    def convert() -> onnx.ModelProto:
        from labeler.faces.networks import dlib_resnet, dlib_weights

        return dlib_resnet.build(dlib_weights.read_resnet(packages.dlib_resnet_weights()))

    return _cached(folder, "dlib_resnet", convert, exact)


def centerface(folder: Path, exact: bool = False) -> Path:
    """Return the path of CenterFace with free input size, converting it first if needed."""

    def convert() -> onnx.ModelProto:
        from labeler.faces.networks import centerface

        return centerface.dynamic(packages.centerface_weights())

    return _cached(folder, "centerface", convert, exact)


def _cached(folder: Path, name: str, convert: Callable[[], onnx.ModelProto], exact: bool) -> Path:
    in_bytes = not exact and processor.sums_bytes_exactly()
    path = folder / f"{name}-{'bytes' if in_bytes else 'floats'}-{_VERSION}.onnx"
    if found := found_cached(path):
        return found
    from labeler.faces.networks import quantize

    model = convert()
    if in_bytes:
        model = quantize.quantized(model, quantize.ranges(name))
    return cached_file(path, lambda part: part.write_bytes(model.SerializeToString()))
