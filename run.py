#!/usr/bin/env python3
"""Set everything up in `.venv` and run it. Needs nothing but Python 3.10–3.13.

python3 run.py demo     build the demo library and open the dashboard on it
python3 run.py check    run the checks: style, types, tests; with --quick, those that take long and
                        those in a browser are left out, with --all, what is tried everywhere counts
python3 run.py matrix   run the quick tests with the lowest and the newest versions of all
                        dependencies, on each Python that is found; takes an hour. What follows goes
                        to pytest, as in `run.py matrix tests/test_search.py`
python3 run.py docs     build the documentation into the folder `site`, and open it
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
NO_TESTS = 5
"""What pytest exits with if there is nothing to do."""
MOST_WORKERS = 4
"""Each worker holds a library and its networks in memory, 1 GB at most."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        print("face-labeler needs Python 3.10, 3.11, 3.12 or 3.13.", file=sys.stderr)
        return 1
    match arguments:
        case ["demo", *options]:
            install(".")
            library = ["--library", str(ROOT / "demo-library")]
            return run(str(PYTHON), "-m", "labeler.cli.main", *library, "demo", *options)
        case ["check", *options]:
            install(".[dev]")
            install_browser()
            install_exiftool()
            return check(options)
        case ["matrix", *options]:
            return run(sys.executable, str(ROOT / "tools" / "matrix.py"), *options)
        case ["docs", *options]:
            install(".[docs]")
            return documentation("--no-browser" not in options)
    print(__doc__, file=sys.stderr)
    return 2


def install(what: str) -> None:
    """Install the project, editable, into `.venv`; quick when nothing has changed."""
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        venv.create(VENV, with_pip=True)
    print("Installing (a few minutes the first time) …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not sys.dont_write_bytecode:
        # Python compiles what it imports, and keeps it; pip would compile four times as many files.
        command.append("--no-compile")
    subprocess.run([*command, "--editable", what], cwd=ROOT, check=True)


def install_browser() -> None:
    """Get Chromium for the browser test, where the machine lets us; the test says if it lacks."""
    if any(map(shutil.which, BROWSERS)):
        return
    print("Installing Chromium for the browser test …", flush=True)
    install_package("chromium")
    if not any(map(shutil.which, BROWSERS)):
        subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"])


def install_exiftool() -> None:
    """Get ExifTool, the judge of what is written into photos; the tests say if it lacks."""
    if shutil.which("exiftool"):
        return
    print("Installing ExifTool for the tests of metadata …", flush=True)
    install_package("libimage-exiftool-perl")


def install_package(name: str) -> None:
    """Install a package of the system, where there is apt and we may use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", name], **quiet)


def check(options: list[str]) -> int:
    """Run all checks, also after one has failed, and return 1 if any did."""
    quick, everything = "--quick" in options, "--all" in options
    options = [option for option in options if option not in ("--quick", "--all")]
    left_out = "".join(
        f" and not {marker}"
        for marker, out in (("slow", quick), ("exhaustive", not everything))
        if out
    )
    side_by_side = [f"-n{min(os.cpu_count() or 1, MOST_WORKERS)}", "--dist=loadfile", *options]
    codes = [
        run(str(PYTHON), "-m", "ruff", "check", "."),
        run(str(PYTHON), "-m", "ruff", "format", "--check", "."),
        run(str(PYTHON), "-m", "mypy"),
        tests(f"not browser{left_out}", *side_by_side),
    ]
    if not quick:
        codes.append(tests("browser and not timed", *side_by_side))
        # How long somebody waits is measured with nothing else at work.
        codes.append(tests("timed", *options))
    return int(any(codes))


def documentation(opened: bool) -> int:
    """Build the documentation, strictly, and show it in the browser if that is wished."""
    # What is printed otherwise is about versions that are excluded in pyproject.toml.
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    code = run(str(PYTHON), "-m", "mkdocs", "build", "--strict", "--quiet")
    page = ROOT / "site" / "index.html"
    if not code:
        print(f"The documentation: {page}")
        if opened:
            webbrowser.open(page.as_uri())
    return code


def tests(which: str, *options: str) -> int:
    """Run the tests with or without a marker; that there are none of them is fine."""
    code = run(str(PYTHON), "-m", "pytest", "-m", which, *options)
    return 0 if code == NO_TESTS else code


def run(*command: str) -> int:
    print("$", *(Path(command[0]).name, *command[1:]), flush=True)
    try:
        return subprocess.run(command, cwd=ROOT).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
