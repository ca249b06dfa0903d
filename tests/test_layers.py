"""Imports point one way: dashboard and cli → pipeline → edges → pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {
    "answer_scores",
    "dates",
    "descriptors",
    "quality",
    "attachment",
    "bands",
    "calibration",
    "classifier",
    "clusters",
    "cohesion",
    "cohort",
    "constraints",
    "errors",
    "evaluation",
    "geometry",
    "journal",
    "label_report",
    "line_charts",
    "layout",
    "linkage",
    "pairs",
    "links",
    "motion",
    "neighbours",
    "newcomers",
    "placement",
    "projection",
    "report_matrix",
    "report_page",
    "report_plots",
    "report_style",
    "shares",
    "slideshow",
    "splitting",
    "suggestions",
    "types",
}
EDGES = {
    "alignment",
    "computed",
    "database",
    "detectors",
    "embedders",
    "recognizers",
    "search",
    "walk",
    "export",
    "faces",
    "files",
    "lettering",
    "manifest",
    "metadata",
    "migrations",
    "photos",
    "raw",
    "raw_exif",
    "records",
    "rgb",
    "slide_images",
    "sort_page",
    "store",
    "thumbnails",
    "video",
    "web_page",
    "web_show",
}
FORBIDDEN_IN_PURE = {"sqlite3", "os", "pathlib", "time", "io", "PIL", "rich", "typer", "shutil"}
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
    """Return the layer of a dotted name of ours, or None for anybody else's."""
    parts = name.split(".")
    if parts[0] == "dashboard":
        return "dashboard"
    if parts[0] != "labeler" or len(parts) == 1:
        return None
    if parts[1] in ("cli", "pipeline", "models"):
        return parts[1]
    return "pure" if parts[1] in PURE else "edges" if parts[1] in EDGES else "unknown"


ALLOWED = {
    "pure": {"pure"},
    "models": {"models", "pure", "edges"},
    "edges": {"edges", "models", "pure"},
    "pipeline": {"pipeline", "edges", "models", "pure"},
    "cli": {"cli", "pipeline", "edges", "pure", "dashboard"},
    "dashboard": {"dashboard", "pipeline", "edges", "pure"},
}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    own = layer(dotted(path))
    if own is None or dotted(path).endswith("__init__"):
        return
    assert own != "unknown", "add the new module to a layer in this test"
    used = {found for name in imports(path) if (found := layer(name))} - {"unknown"}
    assert used <= ALLOWED[own]
    if own == "pure":
        assert not {name.split(".")[0] for name in imports(path)} & FORBIDDEN_IN_PURE


def test_every_module_has_a_layer() -> None:
    names = {path.stem for path in (ROOT / "labeler").glob("*.py")} - {"__init__"}
    assert names == PURE | EDGES


def test_importing_is_free() -> None:
    """Asking for help must not load the networks' libraries."""
    heavy = "{'onnxruntime', 'dlib', 'umap', 'faiss', 'dash', 'onnx', 'sklearn', 'pandas', 'av'}"
    code = f"import sys, labeler.cli.main; print(sorted(set(sys.modules) & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
