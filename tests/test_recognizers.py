"""Other networks: what their description says is what is computed, and what is wrong is said."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from labeler import geometry
from labeler.errors import LabelerError, ModelError, UsageError
from labeler.faces.descriptors import REFERENCE_THRESHOLD
from labeler.faces.io import alignment
from labeler.faces.io.face_finder import FinderSettings, make_finder
from labeler.faces.io.recognizers import OnnxEmbedder, TemplateAligner, read_recognizer
from labeler.faces.networks import description
from labeler.faces.networks.description import read_description
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.photos.io import decoding
from labeler.types import Box, Detection, FloatArray, Image, WholePicture

from .documented import write_examples

pytestmark = pytest.mark.slow

SIZE, DIMENSIONS = 16, 8
MAP = np.random.default_rng(7).normal(size=(12, DIMENSIONS)).astype(np.float32)
MAP[:, 0] += 0.1
TEMPLATE = np.array(description.ARCFACE)
FACE = Detection(Box(100, 100, 150, 200), 0.9)
PHOTO = Path("photos") / "2003 Christmas at home" / "IMG_1002.jpg"


def network(
    layout: str = "nchw",
    size: int | str = SIZE,
    batch: int | str = "n",
    factor: float = 1.0,
    outputs: int = 1,
    flat: bool = True,
    kind: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """Return a network that maps the mean colours of the four quarters by `MAP`."""
    sides = ("three", size, size) if isinstance(size, str) else (3, size, size)
    shape = [batch, *(sides if layout == "nchw" else (*sides[1:], sides[0]))]
    half = size // 2 if isinstance(size, int) else SIZE // 2
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2])
        if layout == "nhwc"
        else helper.make_node("Identity", ["x"], ["t"]),
        helper.make_node("AveragePool", ["t"], ["m"], kernel_shape=[half] * 2, strides=[half] * 2),
        helper.make_node("Flatten", ["m"], ["f"]),
        helper.make_node("MatMul", ["f", "map"], ["p"]),
        *(
            helper.make_node("Identity" if flat else "Unsqueeze", ["p", "axes"][: 2 - flat], [name])
            for name in "yz"[:outputs]
        ),
    ]
    constants = [
        numpy_helper.from_array((MAP * factor).astype(helper.tensor_dtype_to_np_dtype(kind)), "map")
    ]
    if not flat:
        constants.append(numpy_helper.from_array(np.array([2], dtype=np.int64), "axes"))
    graph = helper.make_graph(
        nodes,
        "quarters",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(name, kind, None) for name in "yz"[:outputs]],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def in_double_precision() -> onnx.ModelProto:
    model = network()
    model.graph.node[-1].CopyFrom(helper.make_node("Cast", ["p"], ["y"], to=TensorProto.DOUBLE))
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE
    return model


def expected(
    chip: Image, mean: Any = 127.5, scale: Any = 127.5, order: slice = slice(None)
) -> FloatArray:
    """Return by hand what `network` gives for a chip."""
    half = len(chip) // 2
    x = (chip[..., order].astype(float) - mean) / scale
    quarters = x.reshape(2, half, 2, half, 3).mean(axis=(1, 3))
    return quarters.transpose(2, 0, 1).ravel() @ MAP


Describe = Callable[..., Path]


@pytest.fixture
def describe(tmp_path: Path) -> Describe:
    """Return a function that writes a network and its description, and returns the latter."""

    def write(model: onnx.ModelProto | None = None, text: str = "", **values: Any) -> Path:
        onnx.save(model or network(), tmp_path / "quarters.onnx")
        values = {"id": "quarters", "file": "quarters.onnx", "threshold": 1.2, "size": SIZE} | (
            values
        )
        lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
        path = tmp_path / "quarters.toml"
        path.write_text("\n".join([*lines, text]), encoding="utf-8")
        return path

    return write


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


@pytest.fixture
def chips() -> list[Image]:
    sizes = (21, SIZE, SIZE, 3)  # more than one batch
    return list(np.random.default_rng(1).integers(0, 256, sizes, dtype=np.uint8))


def embed(path: Path, faces: list[list[Image]]) -> FloatArray:
    return read_recognizer(path)[1].embed(faces)


def close(found: FloatArray, wanted: Any) -> bool:
    return found.dtype == np.float32 and np.allclose(found, wanted, rtol=1e-4, atol=1e-4)


def test_descriptors_are_computed_as_described(describe: Describe, chips: list[Image]) -> None:
    found = embed(describe(), [[chip] for chip in chips])
    assert found.shape == (len(chips), DIMENSIONS)
    assert close(found, [expected(chip) for chip in chips])


def test_mean_scale_and_order_of_channels(describe: Describe, chips: list[Image]) -> None:
    path = describe(mean=[10, 20.5, 30], scale=[1, 2.0, 4], colours="bgr")
    wanted = [expected(c, [10, 20.5, 30], [1, 2, 4], slice(None, None, -1)) for c in chips]
    assert close(embed(path, [[chip] for chip in chips]), wanted)


@pytest.mark.parametrize("batch", [1, 2, 4, "n", -1])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_layouts_and_batches(
    describe: Describe, chips: list[Image], layout: str, batch: int | str
) -> None:
    path = describe(network(layout, batch=batch), layout=layout)
    assert close(embed(path, [[chip] for chip in chips]), [expected(chip) for chip in chips])


def test_free_sides(describe: Describe, chips: list[Image]) -> None:
    assert close(embed(describe(network(size="s")), [[chips[0]]]), [expected(chips[0])])


def test_half_precision(describe: Describe, chips: list[Image]) -> None:
    found = embed(describe(network(kind=TensorProto.FLOAT16)), [[chips[0]]])
    assert found.dtype == np.float32
    assert np.allclose(found, [expected(chips[0])], atol=0.02)


def test_mirror_image_is_added(describe: Describe, chips: list[Image]) -> None:
    aligner, embedder = read_recognizer(describe())
    points = np.concatenate([np.zeros((5, 2)), TEMPLATE * SIZE / 112]).astype(np.float32)
    views = aligner.chips(chips[0], points)
    assert np.array_equal(views[1], views[0][:, ::-1])
    total = expected(views[0]) + expected(views[1])
    assert close(embedder.embed([views]), [total / np.linalg.norm(total)])
    assert len(read_recognizer(describe(mirror=False))[0].chips(chips[0], points)) == 1


def test_no_faces(describe: Describe) -> None:
    assert embed(describe(), []).shape == (0, DIMENSIONS)


def test_id_names_what_changes_the_numbers(describe: Describe) -> None:
    def model(**changes: Any) -> Any:
        return read_recognizer(describe(**changes))[1].model

    first = model()
    name, _, digits = first.id.rpartition("-")
    assert (name, len(digits), first.threshold) == ("quarters", 8, 1.2)
    assert model(threshold=1).id == first.id
    assert model(mean=127.5, mirror=True).id == first.id
    others: list[dict[str, Any]] = [
        {"mirror": False},
        {"colours": "bgr"},
        {"mean": 0},
        {"id": "other"},
    ]
    ids = {model(**other).id for other in others} | {model(model=network(factor=2)).id}
    assert len(ids | {first.id}) == 6


def test_pickled_without_the_network(describe: Describe, chips: list[Image]) -> None:
    parts = read_recognizer(describe())
    packed = pickle.dumps(parts)
    assert len(packed) < 3000
    aligner, embedder = pickle.loads(packed)
    assert embedder.model == parts[1].model
    assert np.array_equal(embedder.embed([[chips[0]]]), parts[1].embed([[chips[0]]]))
    assert aligner.landmarks(np.zeros((300, 300, 3), np.uint8), FACE).shape == (10, 2)


def test_several_threads(describe: Describe, chips: list[Image]) -> None:
    embedder = pickle.loads(pickle.dumps(read_recognizer(describe())[1]))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda chip: embedder.embed([[chip]])[0], chips))
    assert close(np.array(found), [expected(chip) for chip in chips])


# Alignment


def picture_of(point: FloatArray, radius: float) -> Image:
    """Return a black picture with one white dot."""
    y, x = np.mgrid[:400, :400]
    inside = np.hypot(x - point[0], y - point[1]) <= radius
    return np.repeat(inside[..., None] * np.uint8(255), 3, axis=2)


def place_of_dot(chip: Image) -> FloatArray:
    """Return the dot's centre of gravity."""
    weights = chip[..., 0] / chip[..., 0].sum()
    y, x = np.mgrid[: len(chip), : len(chip)]
    return np.array([(weights * x).sum(), (weights * y).sum()])


def placed(points: FloatArray, scale: float, degrees: float) -> FloatArray:
    """Return points turned around and moved to the middle of the picture."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points - points.mean(axis=0)) * scale @ turn.T + 200


@pytest.mark.parametrize(("scale", "degrees"), [(1.0, 0), (2.4, 25), (3.3, -60)])
@pytest.mark.parametrize("size", [112, 160])
def test_points_land_on_the_template(size: int, scale: float, degrees: float) -> None:
    template = TEMPLATE * size / 112
    aligner = TemplateAligner(template, size, mirror=False)
    points = placed(TEMPLATE, scale, degrees).astype(np.float32)
    for point, wanted in zip(points, template, strict=True):
        image = picture_of(point, 4 * scale)
        (chip,) = aligner.chips(image, aligner.landmarks(image, Detection(FACE.box, 0.9, points)))
        assert chip.shape == (size, size, 3)
        assert np.abs(place_of_dot(chip) - wanted).max() < 0.3


def test_eyes_land_right_without_a_detectors_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """On dlib's mean face; the mouth is unknown then."""
    aligner = TemplateAligner(TEMPLATE, 112, mirror=False)
    five = placed(alignment.FIVE, 150, 20)
    monkeypatch.setattr(aligner._dlib, "landmarks", lambda image, face: five.astype(np.float32))
    eyes = np.array([five[2:4].mean(axis=0), five[:2].mean(axis=0)])
    for eye, wanted in zip(eyes, TEMPLATE, strict=False):
        image = picture_of(eye, 6)
        points = aligner.landmarks(image, FACE)
        assert np.allclose(points[:5], five, atol=1e-3)
        assert np.isfinite(points[:8]).all()
        assert np.isnan(points[8:]).all()
        (chip,) = aligner.chips(image, points)
        assert np.abs(place_of_dot(chip) - wanted).max() < 0.5


def test_both_kinds_of_points_agree_on_a_photo(demo_album: Path, models_folder: Path) -> None:
    """dlib's landmarks and CenterFace's put a face on nearly the same place of the chip."""
    image = decoding.decode_file(str(demo_album / PHOTO))
    aligner = TemplateAligner(TEMPLATE, 112, mirror=False)
    found = make_finder(models_folder).detector.detect(image, 800)
    assert len(found) == 3
    for face in found:
        points = [
            aligner.landmarks(image, one)[5:] for one in (face, Detection(face.box, face.score))
        ]
        onto = [geometry.similarity(p[:3], TEMPLATE[:3]) for p in points]
        middle = points[0][:3].mean(axis=0)
        places = [turn[:, :2] @ middle + turn[:, 2] for turn in onto]
        assert np.abs(places[0] - places[1]).max() < 5


def test_span_of_the_chip() -> None:
    """dlib's chip of 150 pixels shows its square with 100, its eyes 0.5255 of that apart."""
    eyes = np.array([[0, 0], [52.548, 0]])
    template = np.concatenate([eyes, np.zeros((3, 2))])
    assert TemplateAligner(template, 150, mirror=False).chip_span == 100
    assert TemplateAligner(TEMPLATE, 112, mirror=False).chip_span == 68


# The description


def test_the_documented_example_states_the_defaults(tmp_path: Path) -> None:
    examples = write_examples(description, "three keys:\n", "for those three:\n", tmp_path)
    first, second = (read_description(path) for path in examples)
    assert first == second
    assert first.file == tmp_path / "w600k_r50.onnx"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, "lacks the key `id`: a text"),
        ({"file": None}, "lacks the key `file`"),
        ({"threshold": None}, "lacks the key `threshold`"),
        ({"treshold": 1.1}, "unknown key `treshold`; did you mean `threshold`"),
        ({"colors": "rgb"}, "unknown key `colors`; did you mean `colours`"),
        ({"zzz": 1}, "unknown key `zzz`; did you mean `"),
        ({"id": "a/b"}, "`id` must be a text without"),
        ({"id": 5}, "`id` must be a text .* not 5"),
        ({"file": ""}, "`file` must be the path"),
        ({"threshold": "1.2"}, "`threshold` must be a number .* not '1.2'"),
        ({"threshold": 2.5}, "`threshold` must be .* at most 2"),
        ({"threshold": True}, "`threshold` must be a number"),
        ({"threshold": float("nan")}, "`threshold` must be a number"),
        ({"size": 112.0}, "`size` must be a whole number"),
        ({"size": 10**9}, "`size` must be a whole number"),
        ({"layout": "chw"}, "`layout` must be .nchw. or .nhwc., not 'chw'"),
        ({"colours": ["rgb"]}, "`colours` must be .rgb. or .bgr."),
        ({"mean": [1, 2]}, "`mean` must be a number or three"),
        ({"mean": 10**400}, "`mean` must be a number or three"),
        ({"scale": 0}, "`scale` must be a number greater than 0"),
        ({"scale": [1, 1, -1]}, "`scale` must be a number greater than 0"),
        ({"mirror": 1}, "`mirror` must be true or false, not 1"),
        ({"template": [[1, 2]]}, "`template` must be five points"),
        ({"template": (TEMPLATE / 112).tolist()}, "`template` must be five points"),
        ({"template": TEMPLATE[::-1].tolist()}, "the left one first"),
    ],
)
def test_wrong_descriptions(describe: Describe, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_recognizer(describe(**changes))
    one_sentence(caught.value)


def one_sentence(error: LabelerError) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    assert len(text) < 400


def test_unreadable_descriptions(tmp_path: Path) -> None:
    wrong = {"missing.toml": "There is no file", "folder": "cannot be read", "a.toml": "not TOML"}
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.toml").write_text("id = ")
    (tmp_path / "b.toml").write_bytes(b"id = '\xff\xfe'")
    for name, message in {**wrong, "b.toml": "is not text in UTF-8"}.items():
        with pytest.raises(UsageError, match=message) as caught:
            read_recognizer(tmp_path / name)
        one_sentence(caught.value)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network(size=32), r"shape \(n, 3, 32, 32\), but .* says .* \(n, 3, 16, 16\)"),
        (network("nhwc"), r"shape \(n, 16, 16, 3\), but"),
        (in_double_precision(), r"should give tensor\(float\), not tensor\(double\)"),
        (network(outputs=2), "one input and one output, not 1 and 2"),
        (network(flat=False), r"shape \(2, d\), not \(2, 8, 1\)"),
        (network(factor=0), "zero or not numbers"),
        (network(factor=float("nan")), "zero or not numbers"),
    ],
)
def test_wrong_networks(describe: Describe, model: onnx.ModelProto, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        read_recognizer(describe(model))
    one_sentence(caught.value)


def test_files_that_are_no_networks(describe: Describe) -> None:
    path = describe()
    (path.parent / "quarters.onnx").write_bytes(b"no network")
    with pytest.raises(ModelError, match=r"quarters\.onnx is not an ONNX network: ") as caught:
        read_recognizer(path)
    one_sentence(caught.value)
    (path.parent / "quarters.onnx").unlink()
    with pytest.raises(ModelError, match=r"There is no network .*quarters\.onnx; correct `file`"):
        read_recognizer(path)


def test_a_network_that_fails_when_run(describe: Describe) -> None:
    model = network(size="s")
    del model.graph.node[1].attribute[:]
    half = helper.make_attribute("kernel_shape", [5, 5])
    model.graph.node[1].attribute.append(half)  # more numbers than the map takes
    with pytest.raises(ModelError, match=r"quarters\.onnx cannot be run: ") as caught:
        read_recognizer(describe(model))
    one_sentence(caught.value)


# All together


def test_finder_with_another_network(
    describe: Describe, demo_album: Path, models_folder: Path
) -> None:
    path = describe(network(size=32), size=32)
    finder = make_finder(models_folder, FinderSettings(recognizer=str(path)))
    assert isinstance(finder.embedder, OnnxEmbedder)
    assert finder.id == f"centerface-800/{finder.embedder.model.id}"
    found = finder.find(WholePicture(decoding.decode_file(str(demo_album / PHOTO))))
    assert len(found) == 3
    for face in found:
        assert face.descriptor.shape == (DIMENSIONS,)
        assert np.linalg.norm(face.descriptor) == pytest.approx(1, abs=1e-5)
        assert face.landmarks.shape == (5, 2)
        assert np.isfinite(face.landmarks).all()
        assert face.sharpness > 0


@pytest.mark.parametrize("mirror", [True, False])
def test_library_with_another_network(
    describe: Describe, demo_album: Path, tmp_path: Path, mirror: bool
) -> None:
    library = Library.create(tmp_path / "library")
    path = describe(mirror=mirror)
    index(library, [demo_album / PHOTO], settings=FinderSettings(recognizer=str(path)))
    ids, X = finders.descriptors(library)
    assert len(ids) == 3
    assert X.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(X, axis=1), REFERENCE_THRESHOLD / 1.2, atol=1e-6)
    again = index(library, [demo_album / PHOTO])
    assert (again.new, again.unchanged) == (0, 1)
    library.close()
