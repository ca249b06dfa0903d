"""What can be set, as a page: environment variables, folders, and what a library remembers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from labeler.faces.io.face_finder import FinderSettings
from tools.manual.commands import commands, group, prose

ROOT = Path(__file__).resolve().parents[2]
INTRODUCTION = """\
# Settings

There is no file of settings. What you choose with an option holds for that command, but for what
a library remembers, below. The dashboard's page *Settings* shows the same.

## Environment variables

| variable | does the same as |
|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    return INTRODUCTION + "\n".join([*_variables(), "", *_finder(), "", *_remembered()]) + "\n"


def _variables() -> Iterator[str]:
    everything: list[tuple[str, Any]] = [("labeler", group())]
    everything += [(f"labeler {name}", one) for name, one in commands().items()]
    for name, command in everything:
        for option in command.params:
            known = option.envvar or []
            for variable in [known] if isinstance(known, str) else known:
                yield f"| `{variable}` | `{name} {option.opts[0]}` |"


def _finder() -> Iterator[str]:
    yield "## How faces are found\n"
    yield (
        "`labeler index` remembers these from run to run; see [other networks and processors]"
        "(../how-to/networks.md).\n"
    )
    yield "| setting | unless you choose |\n|---|---|"
    for field in fields(FinderSettings):
        yield f"| `{field.name}` | {field.default if field.default != '' else 'none'} |"


def _remembered() -> Iterator[str]:
    """What else stands in the table of settings, from the code that reads it."""
    yield "## What else a library remembers\n"
    yield "In the table `settings` of [its file](schema.md), as JSON.\n"
    yield "| name | is |\n|---|---|"
    for name, said in sorted(remembered().items()):
        yield f"| `{name}` | {prose(said)} |"


def remembered() -> dict[str, str]:
    """Return the names of all settings in the code, with what is said below each of them."""
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "labeler").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for node, after in zip(body, [*body[1:], None], strict=True):
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
                continue
            text = after.value if isinstance(after, ast.Expr) else None
            said = text.value if isinstance(text, ast.Constant) else None
            if isinstance(said, str) and said.startswith("Setting: "):
                words = " ".join(said.removeprefix("Setting: ").split())
                found[str(node.value.value)] = words
    return found
