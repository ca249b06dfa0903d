"""The TOML file that describes a recognition network of yours, an ONNX file beside it.

The network takes one picture of an aligned face and gives one descriptor. The networks of the
ArcFace family are such, and need only three keys:

    id = "arcface-r50"
    file = "w600k_r50.onnx"
    threshold = 1.20

A file with all keys, whose values are the defaults except for those three:

    id = "arcface-r50"        # your name for the network, without "/"
    file = "w600k_r50.onnx"   # the network; a relative path starts at the folder of this file
    threshold = 1.20          # scale both vectors to length 1: at a smaller distance, two faces
                              # are rather one person (a cosine c is the distance √(2 − 2c))
    size = 112                # side of the input in pixels
    layout = "nchw"           # order of the input's dimensions: "nchw" or "nhwc"
    colours = "rgb"           # order of the input's channels: "rgb" or "bgr"
    mean = 127.5              # the input is (x − mean) / scale for bytes x; either may be a list
    scale = 127.5             # of three numbers in the order of `colours`
    mirror = true             # add the descriptor of the mirror image: slower, more accurate
    template = [              # where the face lies on the input, in pixels: the eyes, the tip of
        [38.2946, 51.6963],   # the nose, the corners of the mouth, each time the one on the left
        [73.5318, 51.5014],   # first. Default: these points, which ArcFace published for 112
        [56.0252, 71.7366],   # pixels, scaled to `size`
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]

Stored with the descriptors is the id with eight digits of a hash over the network and all keys that
change its numbers. So another network under the same name, or other colours, are another model, and
`labeler index` searches all photos again. Another threshold is not: it counts from the next
`labeler index` on.
"""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from labeler.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ARCFACE = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655),
           (70.7299, 92.2041))  # fmt: skip
ARCFACE_SIZE = 112


@dataclass(frozen=True, slots=True)
class Description:
    """What the TOML file says, with everything filled in. Hashable, see `Once`."""

    id: str
    file: Path
    threshold: float
    size: int
    layout: str
    colours: str
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    mirror: bool
    template: tuple[tuple[float, float], ...]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e6  # false for NaN, too


def _is_list(value: Any, length: int, of: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and len(value) == length and all(map(of, value))


def _is_mean(value: Any) -> bool:
    return _is_number(value) or _is_list(value, 3, _is_number)


def _is_scale(value: Any) -> bool:
    return _is_mean(value) and min(_three(value)) > 0


def _is_template(value: Any) -> bool:
    if not _is_list(value, 5, lambda point: _is_list(point, 2, _is_number)):
        return False
    return value[1][0] - value[0][0] > 1  # smaller: eyes in the wrong order, or not in pixels


class _Key(NamedTuple):
    accepts: Callable[[Any], bool]
    wanted: str
    default: Any = None


_KEYS = {
    "id": _Key(lambda v: _is_text(v) and "/" not in v, "a text without “/”"),
    "file": _Key(_is_text, "the path of an ONNX file"),
    "threshold": _Key(
        lambda v: _is_number(v) and 0 < v <= 2, "a number greater than 0 and at most 2"
    ),
    "size": _Key(
        lambda v: type(v) is int and 16 <= v <= 1024, "a whole number from 16 to 1024", ARCFACE_SIZE
    ),
    "layout": _Key(lambda v: v in ("nchw", "nhwc"), "“nchw” or “nhwc”", "nchw"),
    "colours": _Key(lambda v: v in ("rgb", "bgr"), "“rgb” or “bgr”", "rgb"),
    "mean": _Key(_is_mean, "a number or three", 127.5),
    "scale": _Key(_is_scale, "a number greater than 0, or three", 127.5),
    "mirror": _Key(lambda v: isinstance(v, bool), "true or false", True),
    "template": _Key(
        _is_template, "five points [x, y] in pixels of the input, of the eyes the left one first"
    ),
}


def read_description(path: Path) -> Description:
    """Return what a file says.

    Raises:
        UsageError: the file is missing or wrong; the message says where.
    """
    values = _toml(path)
    for key in values:
        if key not in _KEYS:
            (nearest,) = get_close_matches(key, _KEYS, n=1, cutoff=0)
            raise UsageError(f"{path} has an unknown key `{key}`; did you mean `{nearest}`?")
    for key, (accepts, wanted, _) in _KEYS.items():
        if key in values and not accepts(values[key]):
            found = reprlib.repr(values[key])
            raise UsageError(f"In {path}, `{key}` must be {wanted}, not {found}.")
    for key in ("id", "file", "threshold"):
        if key not in values:
            raise UsageError(f"{path} lacks the key `{key}`: {_KEYS[key].wanted}.")
    values = {key: values.get(key, known.default) for key, known in _KEYS.items()}
    scaled = np.array(ARCFACE) * values["size"] / ARCFACE_SIZE
    template = scaled.tolist() if values["template"] is None else values["template"]
    return Description(
        **{
            **values,
            "file": path.absolute().parent / Path(values["file"]).expanduser(),
            "threshold": float(values["threshold"]),
            "mean": _three(values["mean"]),
            "scale": _three(values["scale"]),
            "template": tuple((float(x), float(y)) for x, y in template),
        }
    )


def _three(value: Any) -> tuple[float, ...]:
    return tuple(np.broadcast_to(np.array(value, dtype=float), 3).tolist())


def _toml(path: Path) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path} that describes a network.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # also bytes that are not UTF-8
        raise UsageError(f"{path} is not TOML: {str(error).rstrip('.')}.") from error
