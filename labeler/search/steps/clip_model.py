"""The model for searching by meaning that a library was looked at with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from labeler.errors import LabelerError, ModelError
from labeler.faces.io.encoders import Encoders
from labeler.faces.networks.clip_description import MeaningDescription, read_meaning_description
from labeler.faces.networks.custom import file_hash
from labeler.library.store import Library

_SETTING = "meaning_model"
"""Setting: the CLIP model with which photos are looked at."""
NO_MODEL = (
    "Searching by meaning needs a model of the CLIP family on this computer, two ONNX files and a "
    "tokenizer.json described in a TOML file: `labeler embed MODEL.toml` looks at all photos "
    "with it; people, dates, places, captions and keywords need no model."
)


@dataclass(frozen=True)
class MeaningModel:
    """A pair of networks, and the id that its vectors are stored with."""

    id: str
    encoders: Encoders

    @property
    def scale(self) -> float:
        return self.encoders.described.logit_scale


def choose(library: Library, file: Path) -> MeaningModel:
    """Make the model that a TOML file describes the library's, if it works.

    Raises:
        UsageError: the file is missing or wrong.
        ModelError: a network or the tokenizer is missing or does not fit.
    """
    described = read_meaning_description(file)
    encoders = _encoders(described)
    encoders.check()
    image_hash = file_hash(described.image).hexdigest()
    _keep(library, file, described, image_hash)
    return MeaningModel(described.model_id(image_hash), encoders)


def has_model(library: Library) -> bool:
    """Tell whether a model was ever chosen."""
    return library.setting(_SETTING) is not None


def chosen(library: Library) -> MeaningModel:
    """Return the library's model.

    Raises:
        LabelerError: there is none, or its files are gone, wrong, or another model by now.
    """
    file, model_id, image_hash, stamp = _kept(library)
    if not file.is_file():
        raise ModelError(
            f"The model {file} is gone; bring it back, or say which one to take: "
            "`labeler embed MODEL.toml`."
        )
    described = read_meaning_description(file)
    if not described.image.is_file():
        raise ModelError(f"There is no network {described.image}; correct `image` in {file}.")
    if _stamp(described.image) != stamp:  # copied or replaced: only its content tells
        image_hash = file_hash(described.image).hexdigest()
    if described.model_id(image_hash) != model_id:
        raise ModelError(
            f"The model {file} is another one than the photos were looked at with; "
            f"`labeler embed {file}` looks at them again."
        )
    _keep(library, file, described, image_hash)  # so that a copied file is read through once
    return MeaningModel(model_id, _encoders(described))


def _keep(library: Library, file: Path, described: MeaningDescription, image_hash: str) -> None:
    kept = {
        "file": os.path.abspath(file),  # later runs may start in another folder
        "id": described.model_id(image_hash),
        "image_hash": image_hash,
        "image_stamp": list(_stamp(described.image)),
    }
    if library.setting(_SETTING) != kept:
        library.write_setting(_SETTING, kept)


def _kept(library: Library) -> tuple[Path, str, str, tuple[int, ...]]:
    match library.setting(_SETTING):
        case {
            "file": str(file),
            "id": str(model_id),
            "image_hash": str(image_hash),
            "image_stamp": [int(size), int(modified)],
        }:
            return Path(file), model_id, image_hash, (size, modified)
    raise LabelerError(NO_MODEL)


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what differs when a file was replaced; zeros if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _encoders(described: MeaningDescription) -> Encoders:
    files = (described.image, described.text, described.tokenizer)
    return _opened(described, tuple(map(_stamp, files)))


@lru_cache(maxsize=1)
def _opened(described: MeaningDescription, stamps: tuple[tuple[int, ...], ...]) -> Encoders:
    """Keep the networks open for the next search of this process, unless a file has changed."""
    return Encoders(described)
