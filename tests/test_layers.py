"""Imports point one way: dashboard and cli → steps → io → pure. A module's place tells its layer.

A room of `labeler/` is the folder of a feature. What lies in it directly is pure: values in, values
out. In its `io/` lies what reads files or runs networks, in its `steps/` what joins the room with
the library.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from labeler.faces.networks.toml_file import tomllib

ROOT = Path(__file__).parent.parent
FORBIDDEN_IN_PURE = {
    "PIL",
    "io",
    "os",
    "pathlib",
    "rich",
    "shutil",
    "sqlite3",
    "time",
    "typer",
}
LAYER_OF = {
    "cli": "cli",
    "io": "io",
    "library": "io",
    "networks": "io",
    "steps": "steps",
}
"""Folders whose modules are not pure; the innermost counts."""
ALLOWED = {
    "pure": {"pure"},
    "io": {"io", "pure"},
    "steps": {"steps", "io", "pure"},
    "cli": {"cli", "door", "steps", "io", "pure", "dashboard"},
    "door": {"door", "steps", "io", "pure"},
    "dashboard": {"dashboard", "steps", "io", "pure"},
}
COMMON = {
    "__init__",
    "errors",
    "folding",
    "geometry",
    "journal",
    "place",
    "positions",
    "relations",
    "tracks",
    "types",
    "wording",
}
"""What all rooms speak of."""
DOORS = {"api", "estimators", "face_recognition"}
"""What programs import: they know all rooms, and none knows them."""
ROOMS = (
    "io",
    "library",
    "photos",
    "faces",
    "groups",
    "people",
    "metrics",
    "reports",
    "search",
    "family",
    "sorting",
    "videos",
    "slideshows",
    "live",
    "exchange",
    "cli",
)
"""From the bottom to the top: no room knows those that come after it."""
MODULES = sorted(
    path for folder in ("labeler", "dashboard") for path in (ROOT / folder).rglob("*.py")
)


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def layer(name: str) -> str | None:
    """Return the layer of a dotted name of ours, told by its place; None for anybody else's."""
    parts = name.split(".")
    if parts[0] == "dashboard":
        return "dashboard"
    if parts[0] != "labeler" or len(parts) == 1:
        return None
    if parts[1] in DOORS:
        return "door"
    places = [part for part in parts[1:] if part in LAYER_OF]
    return LAYER_OF[places[-1]] if places else "pure"


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def room(name: str) -> str:
    """Return the room in which a module of the engine lies, '' for all others."""
    parts = name.split(".")
    return parts[1] if parts[0] == "labeler" and len(parts) > 2 and parts[1] in ROOMS else ""


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    own = layer(dotted(path))
    if own is None or dotted(path).endswith("__init__"):
        return
    used = {found for name in imports(path) if (found := layer(name))}
    assert used <= ALLOWED[own]
    if own == "pure":
        assert not {name.split(".")[0] for name in imports(path)} & FORBIDDEN_IN_PURE


def test_no_module_lies_outside_of_a_room() -> None:
    engine = ROOT / "labeler"
    assert {path.stem for path in engine.glob("*.py")} == COMMON | DOORS
    assert {path.relative_to(engine).parts[0] for path in engine.glob("*/**/*.py")} == set(ROOMS)


@pytest.mark.parametrize("path", [p for p in MODULES if room(dotted(p))], ids=dotted)
def test_no_room_knows_those_above(path: Path) -> None:
    own = ROOMS.index(room(dotted(path)))
    used = {found for name in imports(path) if (found := room(name))}
    assert {name for name in used if ROOMS.index(name) > own} == set()


def test_common_modules_know_no_room() -> None:
    used = {room(name) for stem in COMMON for name in imports(ROOT / "labeler" / f"{stem}.py")}
    assert used == {""}


def test_one_place_imports_the_library_that_would_report_to_its_maker() -> None:
    everywhere = [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]
    using = {dotted(path) for path in everywhere if "onnxruntime" in imports(path)}
    assert using == {"labeler.faces.networks.runtime"}


def named(path: Path) -> set[str]:
    """Return what a module imports, inside functions too, and its strings: packages of data."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    strings = {node.value for node in tree if isinstance(node, ast.Constant)}
    return {name.split(".")[0] for name in imports(path)} | {str(one) for one in strings}


def test_every_dependency_is_used() -> None:
    """What nobody imports or reads data from only makes the installation larger."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", text)[0] for text in project["dependencies"] if ";" not in text}
    ours = {name for path in MODULES for name in named(path)}
    holds = {
        package: {file.parts[0].split(".")[0] for file in metadata.files(package) or ()}
        for package in needed
    }
    assert {package for package, modules in holds.items() if not modules & (ours - {""})} == set()


def test_one_place_opens_sound_and_video() -> None:
    """Elsewhere, containers are only written."""
    reading = re.compile(r"av\.open\((?!.*\"w\")")
    opening = {dotted(path) for path in MODULES if reading.search(path.read_text("utf-8"))}
    assert opening == {"labeler.io.media"}


def test_importing_is_free() -> None:
    """Asking for help must not load the networks' libraries."""
    heavy = "{'onnxruntime', 'dlib', 'umap', 'faiss', 'dash', 'onnx', 'sklearn', 'pandas', 'av'}"
    code = f"import sys, labeler.cli.main; print(sorted(set(sys.modules) & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_changes_nothing_in_the_process() -> None:
    """A program that uses a module of ours keeps its own settings."""
    names = [dotted(path).removesuffix(".__init__") for path in MODULES]
    code = f"""
import os, sys, warnings
import dash, dash_mantine_components, flask, numba, plotly, umap  # what they change is not ours
from PIL import Image
from importlib import import_module
def state():
    return Image.MAX_IMAGE_PIXELS, list(warnings.filters), dict(os.environ), os.getcwd()
before = state()
for name in {names}:
    import_module(name)
after = state()
print([(b, a) for b, a in zip(before, after) if a != b])
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr
