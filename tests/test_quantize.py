"""Networks in bytes against the same networks in floats, and the files that hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from labeler.errors import ModelError
from labeler.faces.io import face_finder
from labeler.faces.io.detectors import CenterFaceDetector
from labeler.faces.io.embedders import DlibEmbedder
from labeler.faces.networks import (
    cache,
    centerface,
    dlib_resnet,
    dlib_weights,
    processor,
    quantize,
    runtime,
)
from labeler.io import packages
from labeler.photos.io import decoding

needs_exact_sums = pytest.mark.skipif(
    not processor.sums_bytes_exactly(), reason="This processor is not given networks in bytes."
)
IDENTITY = np.ones((1, 1, 1, 1), np.float32)


def network(
    nodes: Sequence[onnx.NodeProto], constants: dict[str, np.ndarray], channels: int = 1
) -> onnx.ModelProto:
    """Return a network from bytes `picture` (n, h, w, channels) to floats `result`.

    Its nodes begin with `pixels`, the picture as floats, channels first.
    """
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["picture"], ["as_float"], to=TensorProto.FLOAT),
            helper.make_node("Transpose", ["as_float"], ["pixels"], perm=[0, 3, 1, 2]),
            *nodes,
        ],
        "small",
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, ["n", "h", "w", channels])],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, ["n", "c", "y", "x"])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def conv(source: str, weights: str, result: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node("Conv", [source, *weights.split()], [result], **attributes)


def run(model: onnx.ModelProto, picture: np.ndarray, result: str = "result") -> np.ndarray:
    return runtime.session(model.SerializeToString()).run([result], {"picture": picture})[0]


def measured(model: onnx.ModelProto, picture: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return the range of every activation that becomes bytes."""
    names = quantize.byte_tensors(model)
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    found = {name: run(shown, picture, name) for name in names}
    return {name: (float(v.min()), float(v.max())) for name, v in found.items()}


def constants_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}


def one_layer(weights: np.ndarray, bias: np.ndarray | None = None, **pads: Any) -> onnx.ModelProto:
    """Return a network of one convolution, and one that shows its results as they are."""
    filters = len(weights)
    constants = {"w": weights, "same": np.eye(filters, dtype=np.float32)[:, :, None, None]}
    if bias is not None:
        constants["b"] = bias
    nodes = [conv("pixels", "w b" if bias is not None else "w", "inner", **pads)]
    nodes.append(conv("inner", "same", "result"))
    return network(nodes, constants, weights.shape[1])


def residual() -> onnx.ModelProto:
    """Return a network with everything that ours have: a sum of branches, pads, pools."""
    rng = np.random.default_rng(3)
    sizes = {"w1": (8, 3, 3, 3), "w2": (8, 8, 3, 3), "w3": (16, 8, 3, 3), "w4": (4, 16, 1, 1)}
    constants = {
        name: (rng.normal(size=size) / np.sqrt(np.prod(size[1:]))).astype(np.float32)
        for name, size in sizes.items()
    }
    constants["w1"] /= 50
    for name, weights in list(constants.items()):
        bias = rng.normal(size=len(weights)) / 5
        constants[name.replace("w", "b")] = bias.astype(np.float32)
    constants["more_channels"] = np.array([0, 0, 0, 0, 0, 8, 0, 0])
    nodes = [
        conv("pixels", "w1 b1", "c1", pads=[1] * 4, strides=[2, 2]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["m1"], kernel_shape=[3, 3], strides=[1, 1]),
        conv("m1", "w2 b2", "c2", pads=[1] * 4),
        helper.make_node("Add", ["m1", "c2"], ["a1"]),
        helper.make_node("Relu", ["a1"], ["r2"]),
        conv("r2", "w3 b3", "c3", pads=[1] * 4, strides=[2, 2]),
        helper.make_node("AveragePool", ["r2"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Pad", ["p1", "more_channels"], ["p2"], mode="constant"),
        helper.make_node("Add", ["p2", "c3"], ["a2"]),
        helper.make_node("Relu", ["a2"], ["r3"]),
        conv("r3", "w4 b4", "result"),
    ]
    return network(nodes, constants, 3)


@needs_exact_sums
def test_every_kind_of_layer_is_nearly_exact_in_bytes() -> None:
    model = residual()
    pictures = np.random.default_rng(4).integers(0, 256, (4, 20, 20, 3), dtype=np.uint8)
    pictures = np.concatenate([pictures, np.full((1, 20, 20, 3), 255, np.uint8)])
    exact = run(model, pictures)
    fast = run(quantize.quantized(model, measured(model, pictures)), pictures)
    off = np.abs(fast - exact)
    spread = exact.max() - exact.min()
    assert 0 < off.max() < 0.03 * spread
    assert np.sqrt((off**2).mean()) < 0.006 * spread


@needs_exact_sums
@pytest.mark.parametrize("pads", [[0] * 4, [1, 1, 1, 1], [0, 2, 1, 0]])
def test_one_layer_is_as_exact_as_eight_bits_allow(pads: list[int]) -> None:
    """The error of each value is at most what rounding weights, bias and result brings."""
    rng = np.random.default_rng(5)
    weights = (rng.normal(size=(6, 3, 3, 3)) * np.logspace(-2, 1, 6)[:, None, None, None]).astype(
        np.float32
    )
    bias = (rng.normal(size=6) * 100).astype(np.float32)
    model = one_layer(weights, bias, pads=pads)
    pictures = rng.integers(0, 256, (2, 16, 18, 3), dtype=np.uint8)
    known = measured(model, pictures)
    exact = run(model, pictures)
    fast = run(quantize.quantized(model, known), pictures)
    # The sum of the pixels under each filter, times half a step of its weights.
    scale = np.abs(weights).reshape(6, -1).max(axis=1) / 127
    total = run(one_layer(np.ones_like(weights), None, pads=pads), pictures)
    step = (max(known["inner"][1], 0) - min(known["inner"][0], 0)) / 255
    most = (total + 1) * scale[:, None, None] / 2 + step
    assert (np.abs(fast - exact) <= most * 1.001).all()
    assert np.abs(fast - exact).max() > 0


@needs_exact_sums
def test_every_byte_of_the_picture_arrives_exactly() -> None:
    picture = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    model = one_layer(IDENTITY)
    assert quantize.byte_tensors(model) == ["pixels", "inner"]
    fast = run(quantize.quantized(model, {"inner": (0.0, 255.0)}), picture)
    assert np.allclose(fast[0, 0], picture[0, ..., 0], atol=1e-4)


@needs_exact_sums
@pytest.mark.parametrize(
    ("weight", "bias", "known", "least", "most"),
    [(1, 0, (0, 100), 0, 100), (1, -128, (-50, 40), -50, 40), (-1, 0, (-60, -10), -60, 0)],
)
def test_what_is_out_of_range_is_clipped_and_does_not_wrap(
    weight: float, bias: float, known: tuple[float, float], least: float, most: float
) -> None:
    """Zero is always within the range."""
    picture = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    model = one_layer(IDENTITY * weight, np.array([bias], np.float32))
    fast = run(quantize.quantized(model, {"inner": known}), picture)
    expected = np.clip(picture[0, ..., 0].astype(float) * weight + bias, least, most)
    assert np.abs(fast[0, 0] - expected).max() <= (most - least) / 255


@needs_exact_sums
def test_zero_stays_exactly_zero() -> None:
    """Pads are zeros: a shift of them would blur the edges of every layer."""
    picture = np.array([[0, 0, 100, 255]], np.uint8).reshape(1, 2, 2, 1)
    model = one_layer(np.full((1, 1, 1, 1), -0.1, np.float32), pads=[1] * 4)
    fast = run(quantize.quantized(model, {"inner": (-19.236, 17.152)}), picture)[0, 0]
    assert (fast[0] == 0).all()
    assert (fast[1, 1:3] == 0).all()
    assert fast[2, 1] == pytest.approx(-10, abs=0.08)


@needs_exact_sums
def test_a_filter_without_weights_still_gives_its_bias() -> None:
    weights = np.array([1, 0, 1e-20], np.float32).reshape(3, 1, 1, 1)
    model = one_layer(weights, np.array([0, 90, -40], np.float32))
    picture = np.full((1, 4, 4, 1), 200, np.uint8)
    fast = run(quantize.quantized(model, measured(model, picture)), picture)
    assert np.abs(fast[0, :, 0, 0] - [200, 90, -40]).max() < 0.5


def test_weights_are_signed_bytes_with_one_symmetric_scale_per_filter() -> None:
    rng = np.random.default_rng(6)
    size = np.array([1e-3, 1, 50, 1e4])
    weights = (rng.normal(size=(4, 3, 3, 3)) * size[:, None, None, None]).astype(np.float32)
    found = constants_of(quantize.quantized(one_layer(weights), {"inner": (-1.0, 1.0)}))
    whole, scale, zero = found["w_q"], found["w_q_scale"], found["w_q_zero"]
    assert (whole.dtype, zero.dtype) == (np.int8, np.int8)
    assert np.abs(whole.astype(int)).reshape(4, -1).max(axis=1).tolist() == [127] * 4
    assert not zero.any()
    most = np.abs(weights).reshape(4, -1).max(axis=1)
    assert np.allclose(scale, most / 127, rtol=1e-6)
    back = whole * scale[:, None, None, None]
    assert (np.abs(back - weights) <= scale[:, None, None, None] * 0.5001).all()
    assert "w" not in found  # the floats are not kept as well


def test_the_last_layer_stays_in_floats() -> None:
    model = residual()
    names = quantize.byte_tensors(model)
    assert names == ["pixels", "r1", "m1", "c2", "r2", "c3", "p1", "p2", "r3"]
    result = quantize.quantized(model, dict.fromkeys(names, (0.0, 1.0)))
    (last,) = [node for node in result.graph.node if "result" in node.output]
    assert last.op_type == "Conv"
    assert list(last.input)[1:] == ["w4", "b4"]
    before, after = constants_of(model), constants_of(result)
    assert np.array_equal(after["w4"], before["w4"])
    assert np.array_equal(after["b4"], before["b4"])
    assert {"w1", "w2", "w3"}.isdisjoint(after)


def test_the_given_network_is_not_changed() -> None:
    model = residual()
    before = model.SerializeToString()
    quantize.quantized(model, {})
    assert model.SerializeToString() == before


def real_network(name: str) -> onnx.ModelProto:
    if name == "centerface":
        return onnx.load(centerface.network(exact=True))
    return dlib_resnet.build(dlib_weights.read_resnet(packages.dlib_resnet_weights()))


@pytest.mark.parametrize(("name", "raw"), [("centerface", "input.1"), ("dlib_resnet", None)])
def test_ranges_are_known_for_all_tensors_of_our_networks(name: str, raw: str | None) -> None:
    model, known = real_network(name), quantize.ranges(name)
    tensors = quantize.byte_tensors(model)
    assert len(tensors) > 50
    assert len(set(tensors)) == len(tensors)
    assert set(tensors) - {raw} == set(known)
    (turned,) = [node for node in model.graph.node if "Transpose" in node.op_type][:1]
    assert known.get(turned.output[0], (0, 255)) == (0, 255)  # the picture's bytes
    assert all(np.isfinite(pair).all() and pair[0] < pair[1] for pair in known.values())
    # What a ReLU makes has no negative values.
    made = {node.output[0] for node in model.graph.node if node.op_type == "Relu"}
    assert all(known[tensor][0] == 0 for tensor in made & set(known))


@needs_exact_sums
def test_centerface_in_bytes_gives_nearly_the_same_heat_map(demo_album: Path) -> None:
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1003.jpg"
    tensor = CenterFaceDetector.tensor(decoding.decode_file(str(path)), 512)
    exact, fast = (
        runtime.session(centerface.network(one)).run(None, {centerface.INPUT: tensor})
        for one in (True, False)
    )
    heat, offsets = np.abs(exact[0] - fast[0]), np.abs(exact[2] - fast[2])
    assert exact[0].max() > 0.8
    assert 0 < heat.max() < 0.25
    assert heat.mean() < 0.003
    spots = exact[0][0, 0] > 0.5
    assert offsets[0][:, spots].max() < 0.5


def test_the_processor_is_judged_by_what_it_computes() -> None:
    """Random extreme bytes through onnxruntime against whole numbers in numpy."""
    rng = np.random.default_rng(7)
    channels, filters = 32, 16
    x = rng.choice(np.array([0, 255], np.uint8), (1, channels, 6, 6), p=[0.2, 0.8])
    signs = rng.choice([-127, 127], (filters, 1, 1, 1))
    w = np.where(rng.random((filters, channels, 3, 3)) < 0.8, signs, -signs).astype(np.int8)
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.int64), (3, 3), axis=(2, 3))
    right = np.einsum("ncyxij,fcij->nfyx", windows, w.astype(np.int64))
    scale = np.float32(np.abs(right).max() / 120)
    constants = {
        "one": np.float32(1),
        "scale": scale,
        "zero": np.uint8(0),
        "middle": np.uint8(128),
        "signed_zero": np.int8(0),
        "w": w,
    }
    inputs = ["x", "one", "zero", "w", "one", "signed_zero", "scale", "middle"]
    graph = helper.make_graph(
        [helper.make_node("QLinearConv", inputs, ["y"])],
        "extremes",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, right.shape)],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (sums,) = runtime.session(model.SerializeToString()).run(None, {"x": x})
    agrees = bool(np.abs(sums - (right / scale + 128)).max() <= 0.51)
    assert processor.sums_bytes_exactly() is agrees


CONVERSIONS: dict[str, Callable[[Path, bool], Path]] = {
    "centerface": lambda folder, exact: centerface.network(exact),
    "dlib_resnet": cache.dlib_resnet,
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_bytes_and_floats_are_different_files(models_folder: Path, name: str) -> None:
    fast, exact = (CONVERSIONS[name](models_folder, one) for one in (False, True))
    assert exact.name.startswith(f"{name}-floats")
    kinds = {one.data_type for one in onnx.load(exact).graph.initializer}
    assert TensorProto.INT8 not in kinds
    if processor.sums_bytes_exactly():
        assert fast.name.startswith(f"{name}-bytes")
        assert TensorProto.INT8 in {one.data_type for one in onnx.load(fast).graph.initializer}
        assert fast.stat().st_size < 0.35 * exact.stat().st_size
    else:
        assert fast == exact


@pytest.mark.parametrize("name", CONVERSIONS)
def test_a_processor_with_wrong_sums_gets_floats(
    models_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    exact = CONVERSIONS[name](models_folder, True)
    monkeypatch.setattr(processor, "sums_bytes_exactly", lambda: False)
    assert CONVERSIONS[name](models_folder, False) == exact


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(data: bytes) -> bytes:
    return b""


def other(data: bytes) -> bytes:
    return b"This is no network." * 100


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("damage", [truncated, empty, other])
def test_a_damaged_detector_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes], exact: bool
) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(damage(centerface.network(exact).read_bytes()))
    monkeypatch.setattr(centerface, "packaged_file", lambda package, relative: path)
    with pytest.raises(ModelError, match=r"network\.onnx is damaged; reinstall face-labeler to"):
        CenterFaceDetector(exact).detect(np.zeros((64, 64, 3), np.uint8), 64)


@pytest.mark.parametrize("damage", [truncated, empty, other])
def test_a_damaged_recogniser_in_the_cache_is_made_again(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    chip = np.random.default_rng(8).integers(0, 256, (150, 150, 3), dtype=np.uint8)
    embedder = DlibEmbedder(tmp_path, face_finder.DLIB_MODELS[1])
    expected = embedder.embed([[chip]])
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    again = DlibEmbedder(tmp_path, face_finder.DLIB_MODELS[1])
    assert np.array_equal(again.embed([[chip]]), expected)
    assert path.read_bytes() == whole


def test_a_network_that_never_loads_is_made_just_twice(tmp_path: Path) -> None:
    asked = []

    def damaged() -> Path:
        asked.append(len(asked))
        (tmp_path / "network.onnx").write_bytes(b"no network")
        return tmp_path / "network.onnx"

    with pytest.raises(Exception, match=r"network\.onnx"):
        runtime.cached_session(damaged)
    assert asked == [0, 1]


def test_a_good_network_in_the_cache_is_left_alone(models_folder: Path) -> None:
    path = cache.dlib_resnet(models_folder)
    before = path.stat()
    runtime.cached_session(lambda: cache.dlib_resnet(models_folder))
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
