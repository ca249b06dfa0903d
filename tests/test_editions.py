"""An edited photo is the same photo: names follow it when it is cropped, turned or mirrored."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from labeler.faces.steps.index import index
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces

from .conftest import DEMO

ALBUM = DEMO / "photos" / "2003 Christmas at home"


@pytest.fixture(scope="module")
def group_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one photo whose four faces have names, beside it; copy it before you change it."""
    folder = tmp_path_factory.mktemp("group-photo")
    (folder / "photos").mkdir()
    return folder
