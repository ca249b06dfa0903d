"""Make a release: look at version and changelog, build, try what was built, tag.

    python3 tools/release.py 0.2.0          # everything but the tag
    python3 tools/release.py 0.2.0 --tag    # and the tag, signed

Nothing is uploaded. What is built lies in dist/; the demo album is looked through with it in a
fresh environment, so that nothing of the checkout helps.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
LEAST_FACES = 150
"""In the demo album there are about 190."""
IN_SDIST = ("CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "pyproject.toml", "run.py")


class ReleaseError(Exception):
    """Why this cannot be released."""


def main(arguments: list[str]) -> int:
    """Return 0, or 1 if something is not as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version")
    parser.add_argument("--tag", action="store_true", help="tag the commit, signed")
    wanted = parser.parse_args(arguments)
    try:
        check_texts(wanted.version, ROOT)
        check_tree()
        wheel, sdist = build(wanted.version)
        check_files(wheel, sdist)
        try_out(wheel)
        if wanted.tag:
            run(
                "git", "tag", "--sign", f"v{wanted.version}", "-m", f"face labeler {wanted.version}"
            )
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{wheel.name} and {sdist.name} in {DIST} are ready.")
    return 0


def check_texts(version: str, root: Path) -> None:
    """Refuse a version that pyproject.toml, the changelog and CITATION.cff do not agree on.

    Raises:
        ReleaseError: one of them says something else.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ReleaseError(f"{version} is no version like 0.2.0.")
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    if f'\nversion = "{version}"\n' not in project:
        raise ReleaseError(f"pyproject.toml does not say version {version}.")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = next((line for line in changes.splitlines() if line.startswith("## ")), "")
    dated = re.fullmatch(rf"## {re.escape(version)} \((\d{{4}}-\d\d-\d\d)\)", newest)
    if dated is None:
        raise ReleaseError(f"CHANGELOG.md has to begin with '## {version} ({date.today()})'.")
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    for line in (f"version: {version}", f"date-released: {dated[1]}"):
        if line not in citation.splitlines():
            raise ReleaseError(f"CITATION.cff does not say '{line}'.")


def check_tree() -> None:
    """Refuse to build what is not committed. Raises: ReleaseError."""
    if run("git", "status", "--porcelain"):
        raise ReleaseError("Something is not committed; `git status` tells what.")


def build(version: str) -> tuple[Path, Path]:
    """Build wheel and sdist with what is in this environment; return where they are."""
    run(sys.executable, "-m", "hatchling", "build", "-d", str(DIST))
    wheel = DIST / f"face_labeler-{version}-py3-none-any.whl"
    return wheel, DIST / f"face_labeler-{version}.tar.gz"


def check_files(wheel: Path, sdist: Path) -> None:
    """Look into what was built. Raises: ReleaseError: something is in it, or lacks."""
    with zipfile.ZipFile(wheel) as opened:
        tops = {name.split("/")[0] for name in opened.namelist()}
    packages = {top for top in tops if not top.endswith(".dist-info")}
    if packages != {"labeler"}:
        raise ReleaseError(f"{wheel.name} would install {sorted(packages)}, not labeler alone.")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    if missing := [name for name in IN_SDIST if name not in held]:
        raise ReleaseError(f"{sdist.name} lacks {', '.join(missing)}.")


def try_out(wheel: Path) -> None:
    """Install the wheel into a fresh environment and look through the demo album with it.

    Raises:
        ReleaseError: it cannot be installed, or finds too few faces.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "venv", with_pip=True)
        programs = Path(folder) / "venv" / ("Scripts" if os.name == "nt" else "bin")
        run(str(programs / "pip"), "install", "--quiet", str(wheel))
        labeler = [str(programs / "labeler"), "--library", str(Path(folder) / "library")]
        found = json.loads(run(*labeler, "demo", "--no-dashboard", "--json", cwd=folder))
        print(f"In a fresh environment, the demo album has {found['faces']} faces.")
        if found["faces"] < LEAST_FACES:
            raise ReleaseError(f"The demo album has {found['faces']} faces only.")
        print(run(*labeler, "status", "--report", cwd=folder))


def run(*command: str, cwd: str | Path = ROOT) -> str:
    """Return what a command prints. Raises: ReleaseError: it failed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ReleaseError(f"`{' '.join(command)}` failed:\n{done.stderr or done.stdout}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
