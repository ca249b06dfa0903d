"""Turn a network of 32-bit floats into one of 8-bit integers, two to three times as fast.

The result is in ONNX's QDQ form, which onnxruntime fuses into integer kernels. Activations become
unsigned bytes with one scale per tensor, weights signed bytes with one scale per filter, biases
32-bit integers. The scales of the activations follow from the ranges that were measured on
real photos by `benchmarks/quantization.py`; they are kept in `ranges.json`.

On processors that `processor.sums_bytes_exactly` denies, the network would be wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

    from labeler.types import FloatArray

Ranges = Mapping[str, tuple[float, float]]
"""The smallest and largest value of each activation that becomes bytes, by tensor name."""

_BYTES_IN_AND_OUT = ("Conv", "Add", "MaxPool", "AveragePool", "Pad")
_LARGEST_BIAS = 2**30
_ABSORBED = "Relu"  # clipping at zero is what rounding to unsigned bytes does anyway


def ranges(network: str) -> Ranges:
    """Return the measured ranges of a network's activations."""
    table = json.loads((Path(__file__).parent / "ranges.json").read_text())
    return {name: (low, high) for name, (low, high) in table[network].items()}


def byte_tensors(model: onnx.ModelProto) -> list[str]:
    """Return the names of the activations that `quantized` turns into bytes."""
    return [name for name in _plan(model) if name not in {v.name for v in model.graph.input}]


def quantized(model: onnx.ModelProto, known: Ranges) -> onnx.ModelProto:
    """Return the network with bytes wherever `known` gives an activation's range.

    The network's input must hold whole numbers from 0 to 255; they need no scale.
    """
    import onnx

    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    planned = _plan(model)
    results = {value.name for value in graph.output}
    writer = _GraphWriter()
    scales = {
        name: writer.quantize_activation(name, *known.get(name, (0.0, 255.0))) for name in planned
    }
    for node in graph.node:
        if _works_on_bytes(node, results) and node.op_type == "Conv":
            writer.quantize_weights(node, weights, scales[node.input[0]])
        for index, name in enumerate(node.input):
            if name in scales:
                node.input[index] = f"{name}_bytes_as_float"
        writer.nodes.append(node)
    _insert_in_order(graph, writer)
    onnx.checker.check_model(result)
    return result


def _plan(model: onnx.ModelProto) -> list[str]:
    """Inputs and outputs of the integer operators, where no ReLU follows that absorbs them."""
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    results = {value.name for value in graph.output}
    readers = Counter(name for node in graph.node for name in node.input)
    absorbed = {node.input[0] for node in graph.node if node.op_type == _ABSORBED}
    names: dict[str, None] = {}
    for node in graph.node:
        if _works_on_bytes(node, results):
            made = node.output[0]
            if made in absorbed and readers[made] == 1:
                made = next(n.output[0] for n in graph.node if made in n.input)
            for name in (*node.input, made):
                if name and name not in constants:
                    names[name] = None
    return list(names)


def _works_on_bytes(node: onnx.NodeProto, results: set[str]) -> bool:
    """The layers that make the network's results stay as they are: they need the last digits."""
    return node.op_type in _BYTES_IN_AND_OUT and not results & set(node.output)


class _GraphWriter:
    """Collects the nodes and constants of the new graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.pairs: dict[str, list[onnx.NodeProto]] = {}

    def constant(self, name: str, values: np.ndarray) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def quantize_activation(self, name: str, low: float, high: float) -> float:
        """Prepare the pair of nodes that rounds a tensor to bytes; return its scale."""
        from onnx import helper

        low, high = min(low, 0.0), max(high, 0.0)
        scale = np.float32((high - low) / 255 or 1.0)
        zero = np.uint8(np.clip(round(-low / float(scale)), 0, 255))
        by = [
            self.constant(f"{name}_scale", np.asarray(scale)),
            self.constant(f"{name}_zero", np.asarray(zero)),
        ]
        self.pairs[name] = [
            helper.make_node("QuantizeLinear", [name, *by], [f"{name}_bytes"]),
            helper.make_node(
                "DequantizeLinear", [f"{name}_bytes", *by], [f"{name}_bytes_as_float"]
            ),
        ]
        return float(scale)

    def quantize_weights(
        self, node: onnx.NodeProto, weights: Mapping[str, FloatArray], input_scale: float
    ) -> None:
        """Replace a convolution's weights by signed bytes and its bias by integers."""
        name, values = node.input[1], weights[node.input[1]]
        most = np.abs(values).reshape(len(values), -1).max(axis=1)
        biases = weights[node.input[2]] if len(node.input) > 2 else np.zeros(len(values))
        # Where the weights are next to nothing, the bias must still fit into 32 bits.
        least = np.maximum(np.abs(biases) / (input_scale * _LARGEST_BIAS), 1e-14)
        scale = np.maximum(most / 127, least).astype(np.float32)
        shape = (-1,) + (1,) * (values.ndim - 1)
        whole = np.clip(np.rint(values / scale.reshape(shape)), -127, 127).astype(np.int8)
        self._constant_pair(node, 1, f"{name}_q", whole, scale, np.int8)
        if len(node.input) > 2:
            bias_scale = (scale * input_scale).astype(np.float32)
            bias = np.rint(biases / bias_scale).astype(np.int32)
            self._constant_pair(node, 2, f"{node.input[2]}_q", bias, bias_scale, np.int32)

    def _constant_pair(
        self,
        node: onnx.NodeProto,
        index: int,
        name: str,
        values: np.ndarray,
        scale: FloatArray,
        kind: type,
    ) -> None:
        from onnx import helper

        inputs = [
            self.constant(name, values),
            self.constant(f"{name}_scale", scale),
            self.constant(f"{name}_zero", np.zeros(len(scale), dtype=kind)),
        ]
        self.nodes.append(
            helper.make_node("DequantizeLinear", inputs, [f"{name}_as_float"], axis=0)
        )
        node.input[index] = f"{name}_as_float"


def _insert_in_order(graph: onnx.GraphProto, writer: _GraphWriter) -> None:
    """Put each rounding pair right behind the node that makes its tensor, and drop dead weights."""
    ordered = []
    for value in graph.input:
        ordered += writer.pairs.get(value.name, [])
    for node in writer.nodes:
        ordered.append(node)
        for name in node.output:
            ordered += writer.pairs.get(name, [])
    used = {name for node in ordered for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(ordered)
    graph.initializer.extend([*kept, *writer.constants])
