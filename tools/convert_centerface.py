"""Convert CenterFace's published network into the two files that come with the program.

    python -m tools.convert_centerface [ORIGINAL]

ORIGINAL: `centerface_bnmerged.onnx`; `labeler/faces/networks/data/CENTERFACE.md` says where it is.
Without it, only the file in bytes is made anew, as is due whenever `ranges.json` has changed.

The original declares a fixed input of 10 × 3 × 32 × 32 and lists its weights among the inputs,
which makes onnxruntime warn and keeps it from folding constants. If a file becomes another one, its
SHA-256 has to be changed where the program checks it, and in `CENTERFACE.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import onnx
import onnx.version_converter
from onnx import TensorProto, helper

from labeler.faces.networks import centerface, quantize
from labeler.faces.networks.custom import file_hash

FOLDER = Path(centerface.__file__).with_name("data")
ORIGINAL_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
OPSET = 13
"""The first version that has one scale per filter for bytes; the original is of version 9."""
_FIRST = "input.1"


def in_floats(original: Path) -> onnx.ModelProto:
    """Return the network with free batch size, height and width, from bytes on.

    Raises:
        SystemExit: it is another file.
    """
    if file_hash(original).hexdigest() != ORIGINAL_SHA256:
        raise SystemExit(f"{original} is another file than the one that CENTERFACE.md names.")
    model = onnx.load(original)
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


def in_bytes(floats: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network of `in_floats` with the ranges that were measured."""
    return quantize.quantized(floats, quantize.ranges("centerface"))


def _take_bytes(graph: onnx.GraphProto) -> None:
    """Let the network begin with the picture as it is in memory."""
    del graph.input[:]
    picture = helper.make_tensor_value_info(centerface.INPUT, TensorProto.UINT8, ["n", "h", "w", 3])
    graph.input.append(picture)
    cast = helper.make_node("Cast", [centerface.INPUT], ["picture_as_float"], to=TensorProto.FLOAT)
    turn = helper.make_node("Transpose", ["picture_as_float"], [_FIRST], perm=[0, 3, 1, 2])
    nodes = [cast, turn, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def main(arguments: list[str]) -> None:
    floats = FOLDER / centerface.FLOATS
    if arguments:
        floats.write_bytes(in_floats(Path(arguments[0])).SerializeToString())
    made = FOLDER / centerface.BYTES
    made.write_bytes(in_bytes(onnx.load(floats)).SerializeToString())
    for path in (floats, made):
        print(file_hash(path).hexdigest(), path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
