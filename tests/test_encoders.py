"""Models for searching by meaning: what their description says is computed, errors are said."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from labeler.errors import LabelerError, ModelError, UsageError
from labeler.faces.io.encoders import Encoders, prepared
from labeler.faces.networks import clip_description
from labeler.faces.networks.clip_description import read_meaning_description
from labeler.types import Image

from .documented import write_examples
from .tiny_meaning import (
    COLOURS,
    LENGTH,
    SIZE,
    image_network,
    of_colour,
    text_network,
    tokenizer,
    write_model,
)

WORDS = tokenizer()


def encoders(path: Path) -> Encoders:
    return Encoders(read_meaning_description(path))


def plain(rgb: Any, height: int = SIZE, width: int = SIZE) -> Image:
    return np.full((height, width, 3), np.asarray(rgb) * 255, dtype=np.uint8)


def of_length_1(vector: Any) -> np.ndarray:
    return np.asarray(vector) / np.linalg.norm(vector)


def one_sentence(error: LabelerError) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    assert len(text) < 400


@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.FLOAT16])
@pytest.mark.parametrize("batch", ["n", 1, 3])
def test_pictures_become_vectors(tmp_path: Path, batch: int | str, kind: int) -> None:
    pair = encoders(write_model(tmp_path, image_network(batch=batch, kind=kind)))
    colours = np.random.default_rng(1).integers(0, 256, (10, 3)) / 255  # more than one call
    found = pair.embed_pictures([plain(colour) for colour in colours])
    assert found.dtype == np.float32
    wanted = [of_length_1(of_colour(np.floor(colour * 255 + 1e-6) / 255)) for colour in colours]
    assert np.allclose(found, wanted, atol=1e-5 if kind == TensorProto.FLOAT else 5e-3)


def test_mean_and_std_of_each_channel(tmp_path: Path) -> None:
    pair = encoders(write_model(tmp_path, mean=[0.1, 0.2, 0.3], std=[1, 2, 0.5]))
    (found,) = pair.embed_pictures([plain((1, 0, 1))])
    x = (np.array([1, 0, 1]) - [0.1, 0.2, 0.3]) / [1, 2, 0.5]
    assert np.allclose(found, of_length_1(np.append(x - x.mean(), 0.3)), atol=1e-5)


@pytest.mark.parametrize("kind", [TensorProto.INT32, TensorProto.INT64])
@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize(("batch", "length"), [("n", "tokens"), (1, LENGTH), (4, LENGTH)])
def test_texts_become_vectors(
    tmp_path: Path, kind: int, mask: bool, batch: int | str, length: int | str
) -> None:
    """As Hugging Face (mask) and open_clip (32 bits, no mask) export them."""
    network = text_network(WORDS, kind, mask, length, batch, name="vector")
    pair = encoders(write_model(tmp_path, text=network))
    texts = ["red", "A photo of GREEN", "blue something", "", "red green blue " * 50]
    found = pair.embed_texts(texts)
    for vector, colour in zip(found, COLOURS.values(), strict=False):
        assert np.allclose(vector, of_length_1(of_colour(colour)), atol=1e-5)
    assert np.allclose(found[3], [0, 0, 0, 1])
    # The long one is cut after twelve tokens, start and end among them: 4 red, 3 green, 3 blue.
    cut = sum(n * of_colour(c) for n, c in zip((4, 3, 3), COLOURS.values(), strict=True))
    assert np.allclose(found[4], of_length_1([*cut[:3], 0.3]), atol=1e-5)


def test_crop_and_squash() -> None:
    blue, red = plain((0, 0, 1), 20, 20), plain((1, 0, 0), 20, 20)
    wide = np.concatenate([blue, red, blue], axis=1)
    for picture in (wide, wide.transpose(1, 0, 2)):
        cropped = prepared(picture, 10, "crop")
        assert cropped.shape == (10, 10, 3)
        # As when the whole is reduced first, the filter looks a pixel beyond the middle.
        assert (cropped[1:-1, 1:-1] == [255, 0, 0]).all()
        squashed = prepared(picture, 30, "squash").mean(axis=(0, 1))
        assert np.allclose(squashed, [85, 0, 170], atol=3)


def test_the_projected_output_is_taken(tmp_path: Path) -> None:
    """Whatever else a network gives; which one, can be said."""
    several = image_network(names=("image_embeds", "last_hidden_state", "pooled"))
    assert encoders(write_model(tmp_path, several)).embed_pictures([plain((1, 0, 0))]).shape == (
        1,
        4,
    )
    strange = image_network(names=("x", "y"))
    pair = encoders(write_model(tmp_path, strange, image_output="x"))
    assert pair.embed_pictures([plain((1, 0, 0))]).shape == (1, 4)
    for wanted in ("", "z"):
        with pytest.raises(
            ModelError, match=r"has the outputs x, y: say .* `image_output`"
        ) as caught:
            encoders(write_model(tmp_path, strange, image_output=wanted)).check()
        one_sentence(caught.value)


@pytest.mark.parametrize(
    ("image", "text", "message"),
    [
        (image_network(size=32), None, r"shape \(batch_size, 3, 32, 32\), but .* \(n, 3, 16, 16\)"),
        (image_network(inputs=("a", "b")), None, "one input, the picture, not 2: export"),
        (image_network(factor=0), None, "vision_model.onnx gives vectors that are zero"),
        (image_network(factor=float("nan")), None, "vectors that are zero or not numbers"),
        (image_network(extra=3), None, "vectors of 7 numbers, but text_model.onnx of 4: take two"),
        (None, text_network(WORDS, extra=1), "vectors of 4 numbers, but text_model.onnx of 5"),
        (None, text_network(WORDS, length=77), r"shape \(batch_size, 77\), but .* \(n, 12\)"),
        (None, image_network(), "text_model.onnx has an input .*pixel|whole numbers of shape"),
        (text_network(WORDS), None, "vision_model.onnx should have one input, the picture, not 2"),
    ],
)
def test_wrong_networks(
    tmp_path: Path, image: onnx.ModelProto | None, text: onnx.ModelProto | None, message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        encoders(write_model(tmp_path, image, text)).check()
    one_sentence(caught.value)


@pytest.mark.parametrize("name", ["vision_model.onnx", "text_model.onnx", "tokenizer.json"])
def test_files_that_are_missing_or_damaged(tmp_path: Path, name: str) -> None:
    path = write_model(tmp_path)
    (tmp_path / name).write_bytes(b'{"no": "network"}')
    with pytest.raises(ModelError, match=f"{name} is not a") as caught:
        encoders(path).check()
    one_sentence(caught.value)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match=f"There is no .*{name}; correct `") as caught:
        encoders(path).check()
    one_sentence(caught.value)


def test_a_tokenizer_of_another_model(tmp_path: Path) -> None:
    """It has more tokens than the text network knows."""
    path = write_model(tmp_path)
    found = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    found["post_processor"]["special_tokens"]["<start>"]["ids"] = [9999]
    (tmp_path / "tokenizer.json").write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ModelError, match=r"text_model\.onnx cannot be run: ") as caught:
        encoders(path).check()
    one_sentence(caught.value)


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ModelError, match=r"pip install 'face-labeler\[meaning\]'"):
        encoders(write_model(tmp_path)).check()


def test_the_documented_example_states_the_defaults(tmp_path: Path) -> None:
    examples = write_examples(clip_description, "keys are needed:\n", "CLIP:\n", tmp_path)
    first, second = (read_meaning_description(path) for path in examples)
    assert first == second
    assert first.image == tmp_path / "vision_model.onnx"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, "lacks the key `id`"),
        ({"tokenizer": None}, "lacks the key `tokenizer`: the path of a tokenizer.json"),
        ({"imge": "a"}, "unknown key `imge`; did you mean `image`"),
        ({"id": "a/b"}, "`id` must be a text without"),
        ({"size": 7}, "`size` must be a whole number from 8"),
        ({"fit": "pad"}, "`fit` must be .crop. or .squash."),
        ({"std": 0}, "`std` must be a number greater than 0"),
        ({"logit_scale": 0}, "`logit_scale` must be a number greater than 0"),
        ({"length": 77.0}, "`length` must be a whole number"),
        ({"text_output": 1}, "`text_output` must be the name"),
    ],
)
def test_wrong_descriptions(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_meaning_description(write_model(tmp_path, **changes))
    one_sentence(caught.value)


def test_id_names_what_changes_the_vectors_of_pictures(tmp_path: Path) -> None:
    def name(**changes: Any) -> str:
        return read_meaning_description(write_model(tmp_path, **changes)).model_id("f00")

    first = name()
    assert first.startswith("colours-")
    assert first == name(length=20) == name(pad=1) == name(logit_scale=5) == name(text_output="x")
    others = {name(size=32), name(fit="squash"), name(mean=0.4), name(std=1), name(id="b")}
    assert len(others | {first}) == 6
    assert read_meaning_description(tmp_path / "colours.toml").model_id("f11") not in others
