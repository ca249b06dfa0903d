"""`labeler status --report` helps to find a fault, and tells nothing of whose photos they are."""

from __future__ import annotations

import json
import os
import platform
import re
from pathlib import Path

import pytest

from labeler.faces.steps.library_finder import descriptor_model
from labeler.io.system import computer, versions
from labeler.library.connecting import FILE_NAME
from labeler.library.store import Library
from labeler.people.steps import naming

from .commanding import command
from .conftest import DEMO, true_names


def words_of_the_library(library: Library) -> set[str]:
    """Return every name and every word of a path that there is in a library and around it."""
    naming.name_faces(library, [1], "Ada Lovelace")
    paths = [*library.photos_by_folder(), str(library.folder), str(DEMO), str(Path.home())]
    paths += [one.name for one in (DEMO / "photos").rglob("*")]
    words = {word for path in paths for word in re.split(r"[\W_]+", path) if len(word) > 3}
    return {*words, *" ".join(true_names(library).values()).split(), "Ada", "Lovelace"}


def test_it_has_no_name_and_no_path(demo_library: Library) -> None:
    words = words_of_the_library(demo_library)
    assert {"Rosa", "Christmas", "demo"} <= words
    demo_library.close()
    facts = json.loads(command(demo_library.folder, "status", "--report", "--json").stdout)
    values = [value for rows in facts.values() for value in rows.values()]
    told = {word for value in values for word in re.split(r"[\W_]+", value)}
    assert told & words == set()
    assert not any(re.search(r"[/\\]\w", value) for value in values)
    said = command(demo_library.folder, "status", "--report").stdout
    rows = {line.strip() for line in said.splitlines()}
    expected = {f"{name}: {value}" for part in facts.values() for name, value in part.items()}
    assert rows == {*facts, *expected}
    assert platform.node() not in told


def test_it_has_versions_processor_and_counts(demo_library: Library) -> None:
    demo_library.close()
    facts = json.loads(command(demo_library.folder, "status", "--report", "--json").stdout)
    assert facts["Versions"] == versions()
    assert {"face-labeler", "Python", "dash", "onnxruntime", "umap-learn"} <= set(versions())
    assert "ruff" not in versions()
    assert facts["Computer"]["processor"] == computer()["processor"]
    assert facts["Computer"]["cores"].endswith(f" of {os.cpu_count()}")
    own = json.loads(command(demo_library.folder, "status", "--json").stdout)
    assert facts["Library"]["faces"] == str(own["faces"])
    assert facts["Library"]["network"] == descriptor_model(demo_library).id


@pytest.mark.parametrize("held", [None, b"no database" * 200])
def test_it_says_so_if_there_is_no_library_to_count_in(held: bytes | None, tmp_path: Path) -> None:
    if held:
        (tmp_path / FILE_NAME).write_bytes(held)
    done = command(tmp_path, "status", "--report")
    assert f"library: {'cannot be used' if held else 'there is none'}" in done.stdout
    assert str(tmp_path) not in done.stdout
    assert str(tmp_path) in done.stderr
