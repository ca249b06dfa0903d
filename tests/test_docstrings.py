"""What docstrings show and what they refer to is true."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for top in ("labeler", "dashboard") for path in ROOT.glob(f"{top}/**/*.py"))
ROOMS = {path.name for path in (ROOT / "labeler").iterdir() if path.is_dir()}
REFERENCE = re.compile(r"`([a-z_]+(?:\.\w+)+)`")
FORMER_ROOMS = {"grouping", "recognition"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def with_examples() -> list[str]:
    return [name_of(path) for path in MODULES if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("name", with_examples())
def test_examples_are_true(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def references(path: Path) -> Iterator[str]:
    """Yield what a file refers to that must be in `labeler` or `dashboard`."""
    for reference in REFERENCE.findall(path.read_text("utf-8")):
        first = reference.partition(".")[0]
        if first in ("labeler", "dashboard"):
            yield reference
        elif first in ROOMS | FORMER_ROOMS:
            yield f"labeler.{reference}"


def is_there(reference: str) -> bool:
    """Tell whether a module of that name exists, and has what is named behind it."""
    place, *rest = ROOT, *reference.split(".")
    while rest and (place / rest[0]).is_dir():
        place /= rest.pop(0)
    module = place / f"{rest[0]}.py" if rest else place / "__init__.py"
    if rest and not module.exists():
        module = place / "__init__.py"
    elif rest:
        rest.pop(0)
    if not module.exists():
        return False
    tree = ast.walk(ast.parse(module.read_text("utf-8")))
    names = {getattr(node, key, None) for node in tree for key in ("name", "id", "attr", "arg")}
    return names.issuperset(rest)


def test_what_is_referred_to_exists() -> None:
    said = {(name_of(path), one) for path in MODULES for one in references(path)}
    assert {(where, one) for where, one in said if not is_there(one)} == set()
