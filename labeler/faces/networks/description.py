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

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from labeler.faces.networks.toml_file import (
    Key,
    beside,
    is_list,
    is_name,
    is_number,
    is_one_or_three,
    is_positive_one_or_three,
    is_text,
    is_whole,
    read_keys,
    three,
)

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


def _is_template(value: Any) -> bool:
    if not is_list(value, 5, lambda point: is_list(point, 2, is_number)):
        return False
    return value[1][0] - value[0][0] > 1  # smaller: eyes in the wrong order, or not in pixels


_KEYS = {
    "id": Key(is_name, "a text without “/”"),
    "file": Key(is_text, "the path of an ONNX file"),
    "threshold": Key(
        lambda v: is_number(v) and 0 < v <= 2, "a number greater than 0 and at most 2"
    ),
    "size": Key(is_whole(16, 1024), "a whole number from 16 to 1024", ARCFACE_SIZE),
    "layout": Key(lambda v: v in ("nchw", "nhwc"), "“nchw” or “nhwc”", "nchw"),
    "colours": Key(lambda v: v in ("rgb", "bgr"), "“rgb” or “bgr”", "rgb"),
    "mean": Key(is_one_or_three, "a number or three", 127.5),
    "scale": Key(is_positive_one_or_three, "a number greater than 0, or three", 127.5),
    "mirror": Key(lambda v: isinstance(v, bool), "true or false", True),
    "template": Key(
        _is_template, "five points [x, y] in pixels of the input, of the eyes the left one first"
    ),
}


def read_description(path: Path) -> Description:
    """Return what a file says.

    Raises:
        UsageError: the file is missing or wrong; the message says where.
    """
    values = read_keys(path, _KEYS, ("id", "file", "threshold"))
    scaled = np.array(ARCFACE) * values["size"] / ARCFACE_SIZE
    template = scaled.tolist() if values["template"] is None else values["template"]
    return Description(
        **{
            **values,
            "file": beside(path, values["file"]),
            "threshold": float(values["threshold"]),
            "mean": three(values["mean"]),
            "scale": three(values["scale"]),
            "template": tuple((float(x), float(y)) for x, y in template),
        }
    )
