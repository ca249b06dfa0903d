"""Tell which figures of the README and the documentation nobody has measured, or not lately.

    python -m tools.figures [--mark]

A figure is *missing* if neither `benchmarks/figures.toml` nor `benchmarks/RESULTS.md` holds it. It
is *older* if code that it measures is another than it was then; comments and docstrings do not
count. Whoever changes such code measures again, or says `older = true` in the table, as `--mark`
does, and the documentation shows that. Ends with 1 if a figure is missing, older without saying so,
or says so in vain.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "figures.toml"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PLUMBING = ("labeler/cli/", "labeler/library/", "labeler/types.py", "labeler/wording.py")
"""What nearly every benchmark imports, and none measures."""
_QUOTED = re.compile(
    r"(?<![\w.,:])\d[\d,]*\.\d+(?![\w.])"
    r"|(?<![\w.,:])\d[\d,]*(?= ?%| s\b| ms\b| MB\b| GB\b| times\b| of \d)"
)
"""Numbers with a decimal point, and those of something that is measured."""


@dataclass(frozen=True)
class Figure:
    """A row of the table. at: when it was measured. code: what it measures, from the top."""

    what: str
    measured: str
    command: str
    at: datetime
    code: tuple[str, ...]
    older: bool = False


def figures() -> list[Figure]:
    """Return the rows of the table, each with the files that it measures."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["figure"]
    return [
        Figure(**{**row, "code": tuple(row.get("code") or imported(row["command"]))})
        for row in rows
    ]


def imported(command: str) -> list[str]:
    """Return the files of the project that the benchmark in a command imports, and itself."""
    named = re.search(r"benchmarks\.(\w+)", command)
    if named is None:
        return []
    source = ROOT / "benchmarks" / f"{named[1]}.py"
    found = {source}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            found |= {ROOT / f"{name.replace('.', '/')}.py" for name in names}
    files = sorted(str(path.relative_to(ROOT).as_posix()) for path in found if path.is_file())
    return [name for name in files if not name.startswith(PLUMBING)]


def has_history() -> bool:
    """Tell whether the project's history is here, as it is not in a source distribution."""
    return bool(_git("rev-parse", "HEAD"))


def changed_since(moment: datetime, paths: tuple[str, ...]) -> list[str]:
    """Return the files whose code is another than it was; comments and docstrings are none."""
    then = _git("rev-list", "-1", f"--before={moment.isoformat()}", "HEAD").strip()
    if not then:
        return []
    touched = _git("diff", "--name-only", then, "--", *paths).split()
    return [path for path in touched if path.endswith(".py") and _is_other(path, then)]


def is_older(figure: Figure) -> bool:
    """Tell whether code has changed since a figure was measured."""
    return bool(changed_since(figure.at, figure.code))


def _is_other(path: str, then: str) -> bool:
    now = ROOT / path
    text = now.read_text(encoding="utf-8") if now.exists() else ""
    return _code(_git("show", f"{then}:{path}")) != _code(text)


def _code(text: str) -> str:
    """Return what a module does, without what it says about it."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [one for one in node.body if not _is_said(one)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_said(node: ast.AST) -> bool:
    is_constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_constant and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _git(*words: str) -> str:
    """Return what git says, '' if it has nothing to say here."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def mark() -> None:
    """Say in the table which figures are older than what they measure."""
    text = TABLE.read_text(encoding="utf-8")
    for figure in figures():
        if is_older(figure) and not figure.older:
            row = text.index(f"what = {json.dumps(figure.what, ensure_ascii=False)}")
            end = text.find("\n[[figure]]", row)
            end = len(text) if end < 0 else end
            text = f"{text[:end].rstrip()}\nolder = true\n{text[end:]}"
    TABLE.write_text(text, encoding="utf-8")


def known_numbers() -> set[str]:
    """Return all numbers that the table and the results hold."""
    text = TABLE.read_text(encoding="utf-8") + RESULTS.read_text(encoding="utf-8")
    found = set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))
    shares = {one for one in found if re.fullmatch(r"0\.\d+|1\.0+", one)}
    return found | {_plain(100 * float(one)) for one in shares}


def missing(pages: list[Path]) -> Iterator[tuple[Path, str, str]]:
    """Yield page, number and line for each figure that nobody has measured."""
    known = known_numbers()
    for page in pages:
        for line in without_code(page.read_text(encoding="utf-8")).splitlines():
            for number in _QUOTED.findall(line):
                if number not in known:
                    yield page, number, line.strip()


def pages() -> list[Path]:
    """Return the pages that speak of what was measured here."""
    docs = ROOT / "docs"
    return [
        ROOT / "README.md",
        *sorted(docs.glob("*.md")),
        *sorted((docs / "how-to").glob("*.md")),
        *sorted((docs / "explanation").glob("*.md")),
    ]


def without_code(text: str) -> str:
    """Return Markdown without what is to be typed, and without addresses."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(
        r"`[^`\n]*`|\]\([^)]*\)|https?://\S+|Python 3\.\d+(–3\.\d+)?|CC BY 4\.0", "", text
    )


def main() -> int:
    if sys.argv[1:] == ["--mark"]:
        mark()
    wrong = 0
    for page, number, line in missing(pages()):
        print(f"{page.relative_to(ROOT)}: nobody has measured {number}: {line}")
        wrong = 1
    for figure in figures():
        older = is_older(figure)
        if older != figure.older:
            said = "is older than what it measures" if older else "is not older, and says so"
            print(f"figures.toml: “{figure.what}” {said} (`{figure.command}`)")
            wrong = 1
    return wrong


def _plain(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    sys.exit(main())
