"""Convert weights once and keep the result; the folder may be deleted at any time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.files import whole_file
from labeler.models import locate

if TYPE_CHECKING:
    import onnx

_VERSION = 1
"""Raise it when a conversion changes, so that old files are not used."""


def dlib_resnet(folder: Path) -> Path:
    """Return the path of dlib's recognition network as ONNX, converting it first if needed."""

    def convert() -> onnx.ModelProto:
        from labeler.models import dlib_resnet, dlib_weights

        return dlib_resnet.build(dlib_weights.read_resnet(locate.dlib_resnet_weights()))

    return _cached(folder, "dlib_resnet", convert)


def centerface(folder: Path) -> Path:
    """Return the path of CenterFace with free input size, converting it first if needed."""

    def convert() -> onnx.ModelProto:
        from labeler.models import centerface

        return centerface.dynamic(locate.centerface_weights())

    return _cached(folder, "centerface", convert)


def _cached(folder: Path, name: str, convert: Callable[[], onnx.ModelProto]) -> Path:
    path = folder / f"{name}-{_VERSION}.onnx"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_bytes(convert().SerializeToString())
    return path
