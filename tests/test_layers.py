"""Imports point one way: dashboard and cli → pipeline → edges → pure."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {
    "errors",
    "exchange.backup",
    "exchange.embedding",
    "exchange.frames",
    "exchange.likeness",
    "exchange.matching",
    "exchange.picasa",
    "exchange.regions",
    "exchange.xmp_writer",
    "geometry",
    "grouping.attachment",
    "grouping.clusters",
    "grouping.cohesion",
    "grouping.cohort",
    "grouping.constraints",
    "grouping.linkage",
    "grouping.links",
    "grouping.neighbours",
    "grouping.newcomers",
    "grouping.pairs",
    "grouping.placement",
    "grouping.projection",
    "grouping.splitting",
    "images.dates",
    "images.heads",
    "images.perceptual",
    "images.xmp",
    "journal",
    "kinship.answers",
    "kinship.family",
    "kinship.family_report",
    "kinship.metric",
    "kinship.relations",
    "kinship.resemblance",
    "places.nearest",
    "places.place",
    "places.sphere",
    "queries.evaluation",
    "queries.folding",
    "queries.grammar",
    "queries.lexer",
    "queries.meaning",
    "queries.periods",
    "queries.tree",
    "recognition.bands",
    "recognition.calibration",
    "recognition.classifier",
    "recognition.company",
    "recognition.meanings",
    "recognition.suggestions",
    "recognition.verdict_words",
    "recognition.verification",
    "reports.answer_scores",
    "reports.evaluation",
    "reports.label_report",
    "reports.family_charts",
    "reports.family_page",
    "reports.family_style",
    "reports.family_tree",
    "reports.line_charts",
    "reports.page_parts",
    "reports.pair_scores",
    "reports.report_matrix",
    "reports.report_page",
    "reports.report_plots",
    "reports.report_style",
    "shows.beats",
    "shows.choice",
    "shows.editing",
    "shows.motion",
    "shows.plan_text",
    "shows.selection",
    "shows.slideshow",
    "shows.captions",
    "sorting.companions",
    "sorting.layout",
    "sorting.seals",
    "types",
    "wording",
    "vision.descriptors",
    "vision.quality",
}
EDGES = {
    "exchange.annotated",
    "exchange.backup_file",
    "exchange.embedded",
    "exchange.gray",
    "files",
    "images.memory",
    "images.metadata",
    "images.opening",
    "images.photos",
    "images.raw",
    "images.raw_exif",
    "images.rgb",
    "images.stored",
    "images.thumbnails",
    "images.walk",
    "media",
    "places.gazetteer",
    "shows.lettering",
    "shows.music",
    "shows.planes",
    "shows.slide_images",
    "shows.slide_photos",
    "shows.video",
    "shows.web_page",
    "shows.web_show",
    "sorting.actions",
    "sorting.places",
    "sorting.transfer",
    "sorting.manifest",
    "sorting.sort_page",
    "storage.aftermath",
    "storage.computed",
    "storage.connecting",
    "storage.creating",
    "storage.database",
    "storage.exchange",
    "storage.marks",
    "storage.meanings",
    "storage.migrations",
    "storage.pages",
    "storage.places",
    "storage.privacy",
    "storage.putting_back",
    "storage.rebuilding",
    "storage.records",
    "storage.repairing",
    "storage.salvage",
    "storage.searching",
    "storage.sentences",
    "storage.sorts",
    "storage.store",
    "storage.wal",
    "storage.written",
    "vision.alignment",
    "vision.detectors",
    "vision.embedders",
    "vision.encoders",
    "vision.face_search",
    "vision.faces",
    "vision.recognizers",
}
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
    module = ".".join(parts[1:3] if (ROOT / "labeler" / parts[1]).is_dir() else parts[1:2])
    return "pure" if module in PURE else "edges" if module in EDGES else "unknown"


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
    modules = {dotted(path).removeprefix("labeler.") for path in (ROOT / "labeler").rglob("*.py")}
    layered = {name for name in modules if name.split(".")[0] not in ("cli", "pipeline", "models")}
    assert {name for name in layered if not name.endswith("__init__")} == PURE | EDGES


def test_one_place_imports_the_library_that_would_report_to_its_maker() -> None:
    everywhere = [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]
    using = {dotted(path) for path in everywhere if "onnxruntime" in imports(path)}
    assert using == {"labeler.models.runtime"}


def test_one_place_opens_sound_and_video() -> None:
    """Elsewhere, containers are only written."""
    reading = re.compile(r"av\.open\((?!.*\"w\")")
    opening = {dotted(path) for path in MODULES if reading.search(path.read_text("utf-8"))}
    assert opening == {"labeler.media"}


def test_importing_is_free() -> None:
    """Asking for help must not load the networks' libraries."""
    heavy = "{'onnxruntime', 'dlib', 'umap', 'faiss', 'dash', 'onnx', 'sklearn', 'pandas', 'av'}"
    code = f"import sys, labeler.cli.main; print(sorted(set(sys.modules) & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
