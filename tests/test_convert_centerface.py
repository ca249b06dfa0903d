"""The detector's files are what `tools/convert_centerface.py` makes of the published one."""

from __future__ import annotations

import os
from pathlib import Path

import onnx
import pytest

from labeler.faces.networks import centerface
from labeler.faces.networks.custom import file_hash
from tools import convert_centerface
from tools.convert_centerface import FOLDER

ORIGINAL = "LABELER_CENTERFACE"


def test_both_files_are_converted_from_the_original_byte_for_byte() -> None:
    if not (original := os.environ.get(ORIGINAL)):
        pytest.skip(f"{ORIGINAL} does not name the file that CenterFace was published as.")
    floats = convert_centerface.in_floats(Path(original))
    assert floats.SerializeToString() == (FOLDER / centerface.FLOATS).read_bytes()
    made = convert_centerface.in_bytes(floats).SerializeToString()
    assert made == (FOLDER / centerface.BYTES).read_bytes()


def test_the_file_in_bytes_has_the_ranges_that_were_measured() -> None:
    floats = onnx.load(FOLDER / centerface.FLOATS)
    made = convert_centerface.in_bytes(floats).SerializeToString()
    assert made == (FOLDER / centerface.BYTES).read_bytes()


def test_another_file_is_not_converted(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes((FOLDER / centerface.FLOATS).read_bytes())
    with pytest.raises(SystemExit, match=r"other\.onnx is another file than the one that"):
        convert_centerface.in_floats(other)


def test_the_provenance_names_the_files_that_there_are() -> None:
    text = (FOLDER / "CENTERFACE.md").read_text(encoding="utf-8")
    found = {path.name: file_hash(path).hexdigest() for path in FOLDER.glob("*.onnx")}
    assert found == centerface.SHA256
    for name, sha256 in found.items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{name}`")]
        assert f"`{sha256}`" in row
    assert convert_centerface.ORIGINAL_SHA256 in text


def test_any_number_of_pictures_of_any_size_fits() -> None:
    for name in centerface.SHA256:
        graph = onnx.load(FOLDER / name).graph
        (given,) = graph.input
        sides = given.type.tensor_type.shape.dim
        assert given.name == centerface.INPUT
        assert [side.dim_param or side.dim_value for side in sides] == ["n", "h", "w", 3]
        assert tuple(value.name for value in graph.output) == centerface.OUTPUTS
