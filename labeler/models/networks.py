"""Networks that a user brings: open them, and say in one sentence what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from labeler.errors import ModelError
from labeler.models.runtime import session

FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


def opened(path: Path, key: str = "file", threads: int = 1) -> Any:
    """Return a session of a network.

    Args:
        key: what names it in its description.

    Raises:
        ModelError: the file is missing or no network.
    """
    if not path.is_file():
        raise ModelError(f"There is no network {path}; correct `{key}` in its description.")
    try:
        return session(path, threads)
    except Exception as error:  # onnxruntime's errors have no common class
        raise ModelError(f"{path} is not an ONNX network: {reason(error)}.") from error


def is_fixed(dimension: Any) -> bool:
    """Free dimensions have a name, none, or −1."""
    return isinstance(dimension, int) and dimension > 0


def fits(found: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Tell whether an input of a shape can take another; what is free takes all."""
    return len(found) == len(wanted) and all(
        one == other or not (is_fixed(one) and is_fixed(other))
        for one, other in zip(found, wanted, strict=True)
    )


def shape_text(dimensions: Sequence[Any]) -> str:
    return f"({', '.join('?' if one is None else str(one) for one in dimensions)})"


def reason(error: Exception) -> str:
    """Return what onnxruntime says, without its prefixes."""
    return (str(error).splitlines() or [type(error).__name__])[0].split(" : ")[-1].strip(" .")


def file_hash(path: Path) -> Any:
    """Return the SHA-256 of a file's content, to be read or to be gone on with."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found
