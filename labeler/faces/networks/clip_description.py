"""The TOML file that describes a model for searching by meaning: two ONNX files of the CLIP family.

One network turns a picture, the other a text into a vector; what fits together points the same way.
Usual exports work as they are: `vision_model.onnx` and `text_model.onnx` of Hugging Face (with the
projection: outputs `image_embeds` and `text_embeds`; of SigLIP: `pooler_output`), and open_clip's
`encode_image` and `encode_text`. Four keys are needed:

    id = "clip-vit-b-32"
    image = "vision_model.onnx"
    text = "text_model.onnx"
    tokenizer = "tokenizer.json"

A file with all keys, whose values are the defaults except for those four, and suit OpenAI's CLIP:

    id = "clip-vit-b-32"           # your name for the model, without "/"
    image = "vision_model.onnx"    # relative paths start at the folder of this file
    text = "text_model.onnx"
    tokenizer = "tokenizer.json"   # as Hugging Face's `tokenizers` writes it
    size = 224                     # side of the picture in pixels
    fit = "crop"                   # "crop": the middle square of the photo; "squash": all of it,
                                   # whatever its shape (SigLIP)
    mean = [0.48145466, 0.4578275, 0.40821073]   # the input is (x − mean) / std for red, green and
    std = [0.26862954, 0.26130258, 0.27577711]   # blue x from 0 to 1; either may be one number
    length = 77                    # tokens of a text; a longer one is cut off (SigLIP: 64)
    pad = 0                        # token that fills up a shorter one (SigLIP: 1)
    logit_scale = 100.0            # what training multiplied cosines by (SigLIP: 118)
    image_output = ""              # names of the outputs with the vectors; only needed where a
    text_output = ""               # network has several and none has one of the usual names

Stored with the photos' vectors is the id with eight digits of a hash over the image network and all
keys that change its numbers: another network under the same name is another model, and
`labeler embed` looks at all photos again. Text network, tokenizer and scale count at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from labeler.faces.networks.toml_file import (
    Key,
    beside,
    is_name,
    is_number,
    is_one_or_three,
    is_positive_one_or_three,
    is_text,
    is_whole,
    read_keys,
    three,
)

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
"""Of CLIP's training pictures: Radford et al. 2021, in the published preprocessing."""


@dataclass(frozen=True, slots=True)
class MeaningDescription:
    """What the TOML file says, with everything filled in. Hashable, see `Once`."""

    id: str
    image: Path
    text: Path
    tokenizer: Path
    size: int
    fit: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    length: int
    pad: int
    logit_scale: float
    image_output: str
    text_output: str

    def model_id(self, image_hash: str) -> str:
        """Return the id with eight digits that change with whatever changes pictures' vectors.

        image_hash: of the image network's content.
        """
        numbers = (self.size, self.fit, self.mean, self.std, self.image_output)
        digits = hashlib.sha256(f"{image_hash} {numbers!r}".encode()).hexdigest()[:8]
        return f"{self.id}-{digits}"


_KEYS = {
    "id": Key(is_name, "a text without “/”"),
    "image": Key(is_text, "the path of an ONNX file"),
    "text": Key(is_text, "the path of an ONNX file"),
    "tokenizer": Key(is_text, "the path of a tokenizer.json"),
    "size": Key(is_whole(8, 2048), "a whole number from 8 to 2048", 224),
    "fit": Key(lambda v: v in ("crop", "squash"), "“crop” or “squash”", "crop"),
    "mean": Key(is_one_or_three, "a number or three", list(CLIP_MEAN)),
    "std": Key(is_positive_one_or_three, "a number greater than 0, or three", list(CLIP_STD)),
    "length": Key(is_whole(3, 4096), "a whole number from 3 to 4096", 77),
    "pad": Key(is_whole(0, 2**31 - 1), "the number of a token", 0),
    "logit_scale": Key(lambda v: is_number(v) and v > 0, "a number greater than 0", 100.0),
    "image_output": Key(lambda v: isinstance(v, str), "the name of an output", ""),
    "text_output": Key(lambda v: isinstance(v, str), "the name of an output", ""),
}


def read_meaning_description(path: Path) -> MeaningDescription:
    """Return what a file says.

    Raises:
        UsageError: the file is missing or wrong; the message says where.
    """
    values = read_keys(path, _KEYS, ("id", "image", "text", "tokenizer"))
    return MeaningDescription(
        **{
            **values,
            **{key: beside(path, values[key]) for key in ("image", "text", "tokenizer")},
            "mean": three(values["mean"]),
            "std": three(values["std"]),
            "logit_scale": float(values["logit_scale"]),
        }
    )
