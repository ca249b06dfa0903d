"""Rewrite CenterFace's published ONNX file so that it takes pictures of any size.

The file declares a fixed input of 10 × 3 × 32 × 32 and lists its weights among the inputs, which
makes onnxruntime warn and keeps it from folding constants.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

INPUT = "picture"
"""(n, height, width, 3) uint8, rgb."""
_FIRST = "input.1"
OUTPUTS = ("537", "538", "539", "540")
"""Heat-map (1 channel), log scale (height, width), offset (y, x), landmarks (y, x)."""
STRIDE = 4
OPSET = 13
"""The first version that has one scale per filter for bytes; the file is of version 9."""
MULTIPLE = 32
"""The picture's sides must be multiples of this."""


def dynamic(path: Path) -> onnx.ModelProto:
    """Return the network with free batch size, height and width."""
    import onnx.version_converter

    model = onnx.load(path)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(value for value in inputs if value.name == _FIRST)
    for value in (*model.graph.input, *model.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        for index, name in ((0, "n"), (2, f"{value.name}_height"), (3, f"{value.name}_width")):
            dimensions[index].dim_param = name
    del model.graph.value_info[:]
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    model = onnx.version_converter.convert_version(model, OPSET)
    _take_bytes(model.graph)
    return model


def _take_bytes(graph: onnx.GraphProto) -> None:
    """Let the network begin with the picture as it is in memory."""
    from onnx import TensorProto, helper

    del graph.input[:]
    picture = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", "h", "w", 3])
    graph.input.append(picture)
    cast = helper.make_node("Cast", [INPUT], ["picture_as_float"], to=TensorProto.FLOAT)
    turn = helper.make_node("Transpose", ["picture_as_float"], [_FIRST], perm=[0, 3, 1, 2])
    nodes = [cast, turn, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
