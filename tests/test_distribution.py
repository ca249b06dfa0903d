"""What surrounds the program: releases, the matrix of versions, containers and services."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from labeler.cli.main import app
from labeler.faces.networks.toml_file import tomllib
from tools import matrix, release

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder whose texts all say 0.2.0."""
    for name in ("pyproject.toml", "CHANGELOG.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    rewrite(tmp_path / "pyproject.toml", f'version = "{PROJECT["version"]}"', 'version = "0.2.0"')
    rewrite(tmp_path / "CHANGELOG.md", r"## .*", "## 0.2.0 (2027-01-02)")
    rewrite(tmp_path / "CITATION.cff", r"version: .*", "version: 0.2.0\ndate-released: 2027-01-02")
    return tmp_path


def rewrite(path: Path, pattern: str, text: str) -> None:
    found = re.sub(rf"(?m)^{pattern}$", text, path.read_text(encoding="utf-8"), count=1)
    path.write_text(found, encoding="utf-8")


def test_a_release_needs_texts_that_agree(texts: Path) -> None:
    release.check_texts("0.2.0", texts)


@pytest.mark.parametrize(
    ("file", "pattern", "instead", "says"),
    [
        ("pyproject.toml", r'version = "0\.2\.0"', 'version = "0.2.1"', "pyproject.toml"),
        ("CHANGELOG.md", r"## 0\.2\.0 .*", "## 0.2.0 (unreleased)", "CHANGELOG.md has to begin"),
        ("CITATION.cff", r"version: .*", "version: 0.1.0", "version: 0.2.0"),
        ("CITATION.cff", r"date-released: .*", "date-released: 2026-01-02", "date-released"),
    ],
)
def test_texts_that_do_not_agree(
    file: str, pattern: str, instead: str, says: str, texts: Path
) -> None:
    rewrite(texts / file, pattern, instead)
    with pytest.raises(release.ReleaseError, match=re.escape(says)):
        release.check_texts("0.2.0", texts)
    with pytest.raises(release.ReleaseError, match="no version"):
        release.check_texts("0.2", texts)


def test_citation_and_project_have_one_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {PROJECT['version']}\n" in citation


def test_the_matrix_knows_every_dependency_and_its_lowest_version() -> None:
    assert matrix._direct() == PROJECT["dependencies"]
    lowest = matrix.lowest_of(PROJECT["dependencies"])
    assert {"av==16", "umap-learn==0.5.7", "waitress==3.0.1"} <= set(lowest)
    found = {10: Path("a"), 13: Path("b")}
    names = [one.name for one in matrix.combinations(found)]
    assert names == ["3.10-lowest", "3.10-newest", "3.13-newest"]


def options_of(name: str) -> set[str]:
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


@pytest.mark.parametrize(
    "file", ["Containerfile", "compose.yaml", "packaging/systemd/face-labeler.service"]
)
def test_services_use_options_that_there_are(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    (line,) = [one for one in text.splitlines() if "dashboard" in one and "--no-browser" in one]
    words = shlex.split(re.sub(r"[\[\],]", " ", line))
    used = {word for word in words if word.startswith("--")}
    assert used
    assert used <= options_of("dashboard")


def test_what_the_home_server_page_types_exists() -> None:
    page = (ROOT / "docs" / "how-to" / "home-server.md").read_text(encoding="utf-8")
    for line in re.findall(r"(?m)^    .*labeler dashboard (.*)$", page):
        used = {word for word in line.split() if word.startswith("--")}
        assert used <= options_of("dashboard"), line
    for unit in re.findall(r"`(face-labeler[\w-]*\.\w+)`", page):
        assert (ROOT / "packaging" / "systemd" / unit).exists(), unit


def test_forms_ask_for_the_report() -> None:
    for form in ("fault", "wish"):
        text = (ROOT / ".github" / "ISSUE_TEMPLATE" / f"{form}.yml").read_text(encoding="utf-8")
        assert "`labeler status --report`" in text
