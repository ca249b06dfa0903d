"""A tiny but whole model for searching by meaning: it knows the colours of pictures and of words.

The image network gives how much red, green and blue there is more than on average, and a constant;
the text network adds up vectors of the same kind that it looks up for the tokens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers

SIZE, LENGTH = 16, 12
CONSTANT = 0.3
COLOURS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}
WORDS = {**COLOURS, "person": COLOURS["red"], "statue": COLOURS["green"], "doll": COLOURS["blue"]}
"""Every other word means nothing."""
EXPORT: dict[str, Any] = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 8}


def of_colour(rgb: Any) -> np.ndarray:
    """Return the vector (4,) for a colour with values from 0 to 1, before it is scaled."""
    x = np.asarray(rgb, dtype=np.float64) * 2 - 1
    return np.append(x - x.mean(), CONSTANT)


def image_network(
    size: int | str = SIZE,
    batch: int | str = "batch_size",
    kind: int = TensorProto.FLOAT,
    factor: float = 1.0,
    extra: int = 0,
    names: tuple[str, ...] = ("image_embeds",),
    inputs: tuple[str, ...] = ("pixel_values",),
) -> onnx.ModelProto:
    """Return the network, with `extra` more numbers per vector; only the first output has it."""
    matrix = np.zeros((3, 4 + extra))
    matrix[:, :3] = np.eye(3) - 1 / 3
    bias = np.zeros(4 + extra)
    bias[3] = CONSTANT
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    nodes = [
        helper.make_node("GlobalAveragePool", inputs[:1], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "matrix"], ["colour"]),
        helper.make_node("Add", ["colour", "bias"], [names[0]]),
        *(helper.make_node("Identity", ["flat"], [name]) for name in names[1:]),
    ]
    graph = helper.make_graph(
        nodes,
        "image",
        [helper.make_tensor_value_info(one, kind, [batch, 3, size, size]) for one in inputs],
        [
            helper.make_tensor_value_info(name, kind, [batch, 3 if i else 4 + extra])
            for i, name in enumerate(names)
        ],
        [
            numpy_helper.from_array((matrix * factor).astype(dtype), "matrix"),
            numpy_helper.from_array((bias * factor).astype(dtype), "bias"),
        ],
    )
    return helper.make_model(graph, **EXPORT)


def text_network(
    tokenizer: tokenizers.Tokenizer,
    kind: int = TensorProto.INT64,
    mask: bool = True,
    length: int | str = LENGTH,
    batch: int | str = "batch_size",
    extra: int = 0,
    name: str = "text_embeds",
) -> onnx.ModelProto:
    """Return the network. Without a mask, what fills up (token 0) has to mean nothing anyway."""
    table = np.zeros((tokenizer.get_vocab_size(), 4 + extra), dtype=np.float32)
    table[tokenizer.token_to_id("<start>"), 3] = CONSTANT
    table[0] = [0, 0, 9, 0, *[0] * extra] if mask else 0
    for word, colour in WORDS.items():
        table[tokenizer.token_to_id(f"{word}</w>"), :3] = of_colour(colour)[:3]
    inputs = [helper.make_tensor_value_info("input_ids", kind, [batch, length])]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["each"])]
    if mask:
        inputs.append(helper.make_tensor_value_info("attention_mask", kind, [batch, length]))
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["counts"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["counts", "last"], ["column"]),
            helper.make_node("Mul", ["each", "column"], ["counted"]),
        ]
    nodes.append(
        helper.make_node("ReduceSum", ["counted" if mask else "each", "axis"], [name], keepdims=0)
    )
    graph = helper.make_graph(
        nodes,
        "text",
        inputs,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, 4 + extra])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        ],
    )
    return helper.make_model(graph, **EXPORT)


def tokenizer() -> tokenizers.Tokenizer:
    """Return a byte pair encoding in the manner of CLIP's, trained so that WORDS are tokens."""
    made = tokenizers.Tokenizer(models.BPE(unk_token="<unknown>", end_of_word_suffix="</w>"))
    made.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<pad>", "<start>", "<end>", "<unknown>"],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    words = [*WORDS, "a", "photo", "of", "picture", "something"]
    made.train_from_iterator([" ".join(words)] * 50, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 1), ("<end>", 2)]
    )
    return made


def write_model(
    folder: Path,
    image: onnx.ModelProto | None = None,
    text: onnx.ModelProto | None = None,
    **values: Any,
) -> Path:
    """Write the files of a model and their description, and return the path of the latter.

    Args:
        values: keys of the description that differ; None = left out.
    """
    folder.mkdir(exist_ok=True)
    words = tokenizer()
    words.save(str(folder / "tokenizer.json"))
    onnx.save(image or image_network(), folder / "vision_model.onnx")
    onnx.save(text or text_network(words), folder / "text_model.onnx")
    keys = {
        "id": "colours",
        "image": "vision_model.onnx",
        "text": "text_model.onnx",
        "tokenizer": "tokenizer.json",
        "size": SIZE,
        "length": LENGTH,
        "mean": 0.5,
        "std": 0.5,
    } | values
    path = folder / "colours.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
