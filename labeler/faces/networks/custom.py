"""Networks that a user brings: open them, and say in one sentence what is wrong with them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from labeler.errors import ModelError
from labeler.faces.networks.runtime import session

FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


def opened(path: Path, key: str = "file", threads: int = 1) -> Any:
    """Return a session of a network.

    Args:
        key: what names it in its description.

    Raises:
        ModelError: the file is missing, no network, or wants to read files from elsewhere.
    """
    if not path.is_file():
        raise ModelError(f"There is no network {path}; correct `{key}` in its description.")
    try:
        _check_data(path)
        return session(path, threads)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime's errors have no common class
        raise ModelError(f"{path} is not an ONNX network: {reason(error)}.") from error


def _check_data(path: Path) -> None:
    """Refuse a network that has numbers of its own in a file outside its folder.

    Such a file would be read whatever it is; older versions of onnxruntime do not ask.
    """
    import onnx

    own = {os.path.realpath(path.parent), os.path.dirname(os.path.realpath(path))}
    network = onnx.load(str(path), load_external_data=False)
    for location in sorted(set(_data_files(network))):
        there = os.path.realpath(os.path.join(path.parent, location))
        leads_out = os.path.isabs(location) or ".." in re.split(r"[/\\]", location)
        inside = any(os.path.commonpath([folder, there]) == folder for folder in own)
        if leads_out or not inside:
            raise ModelError(
                f"{path} wants to read {location}, which is not in its folder; use a network from "
                "somebody whom you trust."
            )


def _data_files(message: Any) -> Iterator[str]:
    """Yield the names of all files that some tensor of a network is in, however deep inside."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for one in value if not hasattr(value, "ListFields") else [value]:
            if field.name == "external_data":
                if one.key == "location":
                    yield one.value
            else:
                yield from _data_files(one)


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
