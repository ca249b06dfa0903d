"""dlib's 128-d face recognition network as an ONNX graph.

The architecture is stated by dlib's example `dnn_face_recognition_ex.cpp`: a 29-layer residual
network on 150 × 150 chips. The graph takes the chips as they are (uint8, height × width × rgb) and
does dlib's own input scaling, (rgb − mean) / 256, inside its first convolution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from labeler.faces.networks.dlib_weights import DIMENSIONS, Convolution, ResNetWeights

CHIP_SIZE = 150
MEAN_RGB = (122.782, 117.001, 104.298)
# (filters, plain residual blocks, does the group start by halving the resolution?)
_GROUPS = ((32, 3, False), (64, 3, True), (128, 2, True), (256, 2, True), (256, 0, True))


class _Graph:
    """Nodes under construction. Every method adds nodes and returns the name of their output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def convolve(self, source: str, layer: Convolution, stride: int, padding: int) -> str:
        return self.add(
            "Conv",
            [source, self.constant(layer.weights), self.constant(layer.bias)],
            strides=[stride] * 2,
            pads=[padding] * 4,
        )


def build(weights: ResNetWeights) -> onnx.ModelProto:
    """Return the network: `chips` (n, 150, 150, 3) uint8 → `descriptors` (n, 128) float32."""
    graph = _Graph()
    layers = iter(weights.convolutions)
    x = graph.add("Cast", ["chips"], to=TensorProto.FLOAT)
    x = graph.add("Transpose", [x], perm=[0, 3, 1, 2])
    first = _with_input_scaling(next(layers))
    x = graph.add("Relu", [graph.convolve(x, first, stride=2, padding=0)])
    x = graph.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    size, channels = ((CHIP_SIZE - 7) // 2 + 1 - 3) // 2 + 1, 32
    for filters, blocks, halves in _GROUPS:
        if halves:
            x = _halving_block(graph, x, next(layers), next(layers), size, channels, filters)
            size, channels = size // 2, filters
        for _ in range(blocks):
            x = _residual_block(graph, x, next(layers), next(layers))
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x])])
    projection = graph.constant(weights.projection)
    graph.nodes.append(helper.make_node("MatMul", [x, projection], ["descriptors"]))
    return _model(graph)


def _with_input_scaling(layer: Convolution) -> Convolution:
    """W∗((x − mean) / 256) + b = (W / 256)∗x + (b − ΣW·mean / 256), exact as nothing is padded."""
    scaled = layer.weights.astype(np.float64) / 256
    mean = np.array(MEAN_RGB).reshape(1, 3, 1, 1)
    bias = layer.bias - (scaled * mean).sum(axis=(1, 2, 3))
    return Convolution(scaled.astype(np.float32), bias.astype(np.float32))


def _residual_block(graph: _Graph, x: str, first: Convolution, second: Convolution) -> str:
    y = graph.add("Relu", [graph.convolve(x, first, stride=1, padding=1)])
    y = graph.convolve(y, second, stride=1, padding=1)
    return graph.add("Relu", [graph.add("Add", [x, y])])


def _halving_block(
    graph: _Graph,
    x: str,
    first: Convolution,
    second: Convolution,
    size: int,
    channels: int,
    filters: int,
) -> str:
    """Halve the resolution; dlib adds tensors of unequal size as if the smaller had zeros."""
    y = graph.add("Relu", [graph.convolve(x, first, stride=2, padding=0)])
    y = graph.convolve(y, second, stride=1, padding=1)
    skip = graph.add("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    missing = size // 2 - ((size - 3) // 2 + 1)
    if missing:
        y = _pad(graph, y, [0, 0, 0, 0, 0, 0, missing, missing])
    if filters > channels:
        skip = _pad(graph, skip, [0, 0, 0, 0, 0, filters - channels, 0, 0])
    return graph.add("Relu", [graph.add("Add", [skip, y])])


def _pad(graph: _Graph, x: str, pads: list[int]) -> str:
    return graph.add("Pad", [x, graph.constant(np.array(pads, dtype=np.int64))], mode="constant")


def _model(graph: _Graph) -> onnx.ModelProto:
    chips = helper.make_tensor_value_info(
        "chips", TensorProto.UINT8, ["n", CHIP_SIZE, CHIP_SIZE, 3]
    )
    descriptors = helper.make_tensor_value_info("descriptors", TensorProto.FLOAT, ["n", DIMENSIONS])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "dlib_resnet", [chips], [descriptors], graph.constants),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model
