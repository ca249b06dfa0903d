"""The finder that a library was made with, and the descriptors that it gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from labeler.faces.descriptors import DescriptorModel, comparable
from labeler.faces.io.face_finder import DLIB_MODELS, FaceFinder, FinderSettings, make_finder
from labeler.library.store import Library
from labeler.types import FloatArray, IntArray, NewFaces

_FINDER = "finder"
"""Setting: how faces are found, as above."""
_MODEL = "descriptor_model"
"""Setting: the model of the descriptors, with the distance up to which two are one person."""


def settings(library: Library, **changes: Any) -> FinderSettings:
    """Return the settings of the last run, with those changes that are not None."""
    kept = library.setting(_FINDER)
    # Somebody may have meddled with the file: what makes no sense is as good as never said.
    known = {
        field.name: kept[field.name]
        for field in fields(FinderSettings)
        if isinstance(kept, dict) and type(kept.get(field.name)) is type(field.default)
    }
    changed = {name: value for name, value in changes.items() if value is not None}
    return FinderSettings(**{**known, **changed})


def library_finder(library: Library) -> FaceFinder:
    """Return the finder of the last run."""
    return make_finder(library.models, settings(library))


def remember(library: Library, chosen: FinderSettings | None, model: DescriptorModel) -> None:
    """Make the settings, if given, and the model those of the library."""
    with library.writing():
        if chosen is not None:
            library.write_setting(_FINDER, asdict(chosen))
        library.write_setting(_MODEL, asdict(model))


def descriptor_model(library: Library) -> DescriptorModel:
    """Return the model of the library's descriptors."""
    match library.setting(_MODEL):
        case {"id": str(name), "threshold": float(threshold)} if threshold > 0:
            return DescriptorModel(name, threshold)
    return DLIB_MODELS[FinderSettings().views]


def descriptors(
    library: Library, face_ids: Sequence[int] | None = None
) -> tuple[IntArray, FloatArray]:
    """Return ids (n,) and comparable descriptors (n, d) of faces, by id.

    Args:
        face_ids: which faces; None = all on photos that are present or away.
    """
    model = descriptor_model(library)
    ids, X = library.descriptors(model.id, face_ids)
    return ids, comparable(X, model) if len(ids) else X


def ungrouped(library: Library) -> NewFaces:
    """Return the faces that no grouping has looked at, with comparable descriptors."""
    model = descriptor_model(library)
    new = library.ungrouped(model.id)
    return replace(new, X=comparable(new.X, model)) if len(new.ids) else new
