"""What is installed: the engine with the dashboard inside, the demo album, and nothing beside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

pytest.importorskip("hatchling", reason="hatchling is not installed")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was unpacked, as installing it does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def test_only_one_package_is_installed(installed: Path) -> None:
    assert {p.name for p in installed.iterdir() if p.suffix != ".dist-info"} == {"labeler"}
    assert list((installed / "labeler" / "demo_album").rglob("*.jpg"))
    assert list((installed / "labeler" / "demo_album" / "videos").glob("*.mp4"))


def test_the_dashboard_runs_from_inside(installed: Path) -> None:
    code = (
        "from labeler.cli.dashboard import dashboard_module; app = dashboard_module('shell.app');"
        "print(app.__name__, (app.ASSETS / 'dashboard.css').is_file())"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=installed, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["labeler.dashboard.shell.app", "True"], done.stderr


def test_nothing_of_the_dashboard_needs_the_checkout() -> None:
    """Inside, modules name each other from where they are."""
    sources = (ROOT / "dashboard").rglob("*.py")
    assert [p.name for p in sources if "from dashboard" in p.read_text(encoding="utf-8")] == []
