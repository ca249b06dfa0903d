"""The two networks of a model for searching by meaning: pictures and texts become vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from labeler.errors import ModelError
from labeler.faces.networks import custom
from labeler.faces.networks.clip_description import MeaningDescription
from labeler.faces.networks.runtime import Once
from labeler.types import FloatArray, Image

BATCH = 8
"""Pictures or texts per call of a network."""
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_USUAL = {
    "image": ("image_embeds", "image_features", "image_embedding", "pooler_output"),
    "text": ("text_embeds", "text_features", "text_embedding", "pooler_output"),
}
"""Outputs with the vector in Hugging Face's and open_clip's exports, the projected one first."""


class Encoders:
    """The pair that a file describes; each network is opened when it is first needed.

    What embeds raises `ModelError` with one sentence when a file is missing, damaged or does not
    fit the description.
    """

    def __init__(self, described: MeaningDescription) -> None:
        self.described = described
        self._image = Once(_ImageNetwork, described)
        self._text = Once(_TextNetwork, described)

    def check(self) -> None:
        """Try both networks, so that no work begins with a wrong pair.

        Raises:
            ModelError: one does not work, or their vectors cannot be compared.
        """
        size = self.described.size
        noise = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
        of_image = self.embed_pictures(list(noise)).shape[1]
        of_text = self.embed_texts(["a photo"]).shape[1]
        if of_image != of_text:
            raise ModelError(mismatch(self.described, of_image, of_text))

    def prepared(self, picture: Image) -> Image:
        """Return an upright picture (height, width, 3) in sRGB as the image network sees it."""
        return prepared(picture, self.described.size, self.described.fit)

    def embed_pictures(self, pictures: Sequence[Image]) -> FloatArray:
        """Return vectors (n, d) of length 1 of n prepared pictures."""
        return _of_length_1(self._image().run(pictures), self.described.image.name)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Return vectors (n, d) of length 1 of n texts."""
        return _of_length_1(self._text().run(texts), self.described.text.name)


def mismatch(described: MeaningDescription, of_image: int, of_text: int) -> str:
    """Return the sentence for vectors that cannot be compared."""
    return (
        f"{described.image.name} gives vectors of {of_image} numbers, but {described.text.name} "
        f"of {of_text}: take two exports of one model, both with the projection."
    )


def prepared(picture: Image, size: int, fit: str) -> Image:
    """Return a picture (size, size, 3) uint8, reduced with a bicubic filter as CLIP's training did.

    fit: "crop" cuts out the middle, so that the shorter side is `size`; "squash" keeps everything.
    """
    image = PILImage.fromarray(picture)
    box = (0.0, 0.0, float(image.width), float(image.height))
    if fit == "crop":
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
    return np.asarray(image.resize((size, size), PILImage.Resampling.BICUBIC, box=box))


class _ImageNetwork:
    def __init__(self, described: MeaningDescription) -> None:
        self._described = described
        self._session = custom.opened(described.image, "image")
        self._output = _output(self._session, "image", described.image_output, described.image)
        self._input = self._checked_input()

    def run(self, pictures: Sequence[Image]) -> FloatArray:
        mean, std = (np.array(v, np.float32) for v in (self._described.mean, self._described.std))
        tensor = ((np.stack(pictures) / np.float32(255) - mean) / std).transpose(0, 3, 1, 2)
        tensor = np.ascontiguousarray(tensor, dtype=custom.FLOATS[self._input.type])
        name = self._described.image.name
        return _in_batches(self._session, self._output, {self._input: tensor}, name)

    def _checked_input(self) -> Any:
        name, size = self._described.image.name, self._described.size
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise ModelError(
                f"{name} should have one input, the picture, not {len(inputs)}: export the image "
                "and the text network as two files."
            )
        wanted = ("n", 3, size, size)
        if not custom.fits(inputs[0].shape, wanted) or inputs[0].type not in custom.FLOATS:
            raise ModelError(
                f"{name} has an input {inputs[0].type} of shape "
                f"{custom.shape_text(inputs[0].shape)}, but its description (`size`) says "
                f"tensor(float) of shape {custom.shape_text(wanted)}."
            )
        return inputs[0]


class _TextNetwork:
    def __init__(self, described: MeaningDescription) -> None:
        self._described = described
        self._tokenizer = _tokenizer(described)
        self._session = custom.opened(described.text, "text")
        self._output = _output(self._session, "text", described.text_output, described.text)
        self._tokens, self._mask = self._checked_inputs()

    def run(self, texts: Sequence[str]) -> FloatArray:
        encoded = self._tokenizer.encode_batch(list(texts))
        inputs = {self._tokens: np.array([one.ids for one in encoded])}
        if self._mask is not None:
            inputs[self._mask] = np.array([one.attention_mask for one in encoded])
        typed = {one: values.astype(_INTEGERS[one.type]) for one, values in inputs.items()}
        return _in_batches(self._session, self._output, typed, self._described.text.name)

    def _checked_inputs(self) -> tuple[Any, Any | None]:
        """Return the input for the tokens, and the one that says which of them count, if any."""
        name, length = self._described.text.name, self._described.length
        inputs = self._session.get_inputs()
        masks = [one for one in inputs if "mask" in one.name]
        tokens = [one for one in inputs if one not in masks]
        if len(tokens) != 1 or len(masks) > 1:
            raise ModelError(
                f"{name} should have the tokens of a text as input, perhaps with an "
                f"attention_mask, not {', '.join(one.name for one in inputs)}: export the image "
                "and the text network as two files."
            )
        for one in (*tokens, *masks):
            if not custom.fits(one.shape, ("n", length)) or one.type not in _INTEGERS:
                raise ModelError(
                    f"{name} has an input {one.type} of shape {custom.shape_text(one.shape)}, "
                    f"but its description (`length`) says whole numbers of shape (n, {length})."
                )
        return tokens[0], masks[0] if masks else None


def _in_batches(
    session: Any, output: str, inputs: dict[Any, NDArray[Any]], name: str
) -> FloatArray:
    """Run a network over rows of inputs; return its vectors (n, d)."""
    fixed = next((one.shape[0] for one in inputs if custom.is_fixed(one.shape[0])), None)
    size = fixed or BATCH
    count = len(next(iter(inputs.values())))
    parts = []
    for start in range(0, count, size):
        rows = {one.name: values[start : start + size] for one, values in inputs.items()}
        found = len(next(iter(rows.values())))
        if fixed:  # a network that takes just so many at a time gets the last one repeatedly
            rows = {
                key: np.concatenate([some, np.repeat(some[-1:], fixed - found, axis=0)])
                for key, some in rows.items()
            }
        try:
            vectors = session.run([output], rows)[0]
        except Exception as error:  # onnxruntime's errors have no common class
            raise ModelError(f"{name} cannot be run: {custom.reason(error)}.") from error
        sent = fixed or found
        if vectors.ndim != 2 or len(vectors) != sent or not vectors.shape[1]:
            raise ModelError(
                f"{name} should give one vector for each input, an output of shape ({sent}, d), "
                f"not {vectors.shape}."
            )
        parts.append(vectors[:found].astype(np.float32))
    return np.concatenate(parts)


def _output(session: Any, kind: str, wanted: str, path: Path) -> str:
    """Return the name of the output that holds the vectors."""
    outputs = {one.name: one for one in session.get_outputs()}
    vectors = [name for name, one in outputs.items() if len(one.shape or ()) in (0, 2)]
    usual = [name for name in _USUAL[kind] if name in outputs]
    if wanted:
        chosen = [wanted] if wanted in outputs else []
    else:
        chosen = usual or (vectors if len(vectors) == 1 else [])
        chosen = chosen or (list(outputs) if len(outputs) == 1 else [])
    if not chosen:
        raise ModelError(
            f"{path.name} has the outputs {', '.join(outputs)}: say in its description which of "
            f"them is the vector, with `{kind}_output`."
        )
    if outputs[chosen[0]].type not in custom.FLOATS:
        raise ModelError(
            f"{path.name} should give tensor(float), not {outputs[chosen[0]].type}, as {chosen[0]}."
        )
    return chosen[0]


def _of_length_1(vectors: FloatArray, name: str) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(vectors).all() and lengths.all()):
        raise ModelError(f"{name} gives vectors that are zero or not numbers.")
    return vectors / lengths


def _tokenizer(described: MeaningDescription) -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise ModelError(
            "Searching by meaning needs the package tokenizers; install it with "
            "`pip install 'face-labeler[meaning]'`."
        ) from error
    path = described.tokenizer
    if not path.is_file():
        raise ModelError(f"There is no tokenizer {path}; correct `tokenizer` in its description.")
    try:
        found = tokenizers.Tokenizer.from_file(str(path))
        found.enable_truncation(described.length)
        found.enable_padding(pad_id=described.pad, length=described.length)
    except Exception as error:  # it raises Exception itself
        raise ModelError(
            f"{path} is not a tokenizer.json that can be read: {custom.reason(error)}."
        ) from error
    return found
