"""Rewrite CenterFace's published ONNX file so that it takes pictures of any size.

The file declares a fixed input of 10 × 3 × 32 × 32 and lists its weights among the inputs, which
makes onnxruntime warn and keeps it from folding constants.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

INPUT = "input.1"
OUTPUTS = ("537", "538", "539", "540")
"""Heat-map (1 channel), log scale (height, width), offset (y, x), landmarks (unused here)."""
STRIDE = 4
MULTIPLE = 32
"""The picture's sides must be multiples of this."""


def dynamic(path: Path) -> onnx.ModelProto:
    """Return the network with free batch size, height and width."""
    import onnx

    model = onnx.load(path)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(value for value in inputs if value.name == INPUT)
    for value in (*model.graph.input, *model.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        for index, name in ((0, "n"), (2, f"{value.name}_height"), (3, f"{value.name}_width")):
            dimensions[index].dim_param = name
    del model.graph.value_info[:]
    return model
