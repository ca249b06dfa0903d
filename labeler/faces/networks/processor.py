"""Can this processor multiply bytes and add up the products without error?

x86 processors without the VNNI instructions add pairs of products of an unsigned and a signed byte
in 16 bits, where large sums are clipped. The answer comes from trying it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from labeler.faces.networks.runtime import session


@lru_cache(maxsize=1)
def sums_bytes_exactly() -> bool:
    """Return True if onnxruntime's integer convolution of the largest bytes gives the right sum."""
    from onnx import TensorProto, helper, numpy_helper

    channels = 16
    weights = np.full((16, channels, 3, 3), 127, dtype=np.int8)
    right = 255 * 127 * channels * 9
    constants = {
        "one": np.float32(1),
        "right": np.float32(right / 200),
        "unsigned_zero": np.uint8(0),
        "signed_zero": np.int8(0),
        "weights": weights,
    }
    node = helper.make_node(
        "QLinearConv",
        ["x", "one", "unsigned_zero", "weights", "one", "signed_zero", "right", "unsigned_zero"],
        ["y"],
    )
    graph = helper.make_graph(
        [node],
        "largest_bytes",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, channels, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, [1, 16, 6, 6])],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (sums,) = session(model.SerializeToString()).run(
        None, {"x": np.full((1, channels, 8, 8), 255, dtype=np.uint8)}
    )
    return bool((sums == 200).all())
