"""Find, group, name and sort the faces in a photo library, entirely on your own computer.

What programs may rely on is what `labeler.__all__` lists; it is loaded when it is first used. The
module `labeler.face_recognition` has the functions of the package of that name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labeler.api import FaceLibrary, open_library
    from labeler.errors import LabelerError, LibraryError, QueryError
    from labeler.estimators import FaceClusterer, OpenSetKNN

__all__ = [
    "FaceClusterer",
    "FaceLibrary",
    "LabelerError",
    "LibraryError",
    "OpenSetKNN",
    "QueryError",
    "__version__",
    "open_library",
]

_FOUND_IN = {
    "FaceClusterer": "labeler.estimators",
    "FaceLibrary": "labeler.api",
    "LabelerError": "labeler.errors",
    "LibraryError": "labeler.errors",
    "OpenSetKNN": "labeler.estimators",
    "QueryError": "labeler.errors",
    "open_library": "labeler.api",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("face-labeler")
    if name not in _FOUND_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FOUND_IN[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
