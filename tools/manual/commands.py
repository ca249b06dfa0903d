"""The command line as a page: each command with its options and an example, from the code."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import typer

from labeler.cli import main
from labeler.cli.headings import Heading

INTRODUCTION = """\
# Commands

`labeler --library DIR COMMAND` chooses the library; without it, that of the environment variable
`LABELER_LIBRARY` is meant, or the one in your platform's folder for program data. Every command
explains itself with `--help`. With `--json`, most of them print [one document for
programs](json.md): those keys, and the names of the commands, are a promise.

A command ends with 0 when all is well, 1 when something could not be done, 2 when it was asked
wrongly, and 130 when it was interrupted. Whatever goes wrong is one sentence; `labeler --debug …`
(or `LABELER_DEBUG=1`) shows where, too.
"""


def group() -> Any:
    """Return the command `labeler` itself, with all others in it."""
    return typer.main.get_command(main.app)


def commands() -> dict[str, Any]:
    """Return the commands that are shown, by name, in the order of `labeler --help`."""
    found = {name: one for name, one in group().commands.items() if not one.hidden}
    return {
        name: one
        for heading in Heading
        for name, one in sorted(found.items())
        if _is_in(name, heading)
    }


def names_of(option: Any) -> list[str]:
    """Return how an option, with its opposite, may be written; [] for what is no option."""
    return [one for one in (*option.opts, *option.secondary_opts) if one.startswith("-")]


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([INTRODUCTION, *_overview(), *_global_options(), *_sections()])


def _is_in(name: str, heading: Heading) -> bool:
    return main._heading_of[name] is heading


def _overview() -> Iterator[str]:
    for heading in Heading:
        found = [name for name in commands() if _is_in(name, heading)]
        yield f"**{heading.value}**: " + " · ".join(f"[{name}](#labeler-{name})" for name in found)
        yield ""


def _global_options() -> Iterator[str]:
    yield "## labeler { #labeler }\n"
    yield "Before the name of a command:\n"
    yield from _table(group(), typer.Context(group(), info_name="labeler"))


def _sections() -> Iterator[str]:
    for heading in Heading:
        yield f"## {heading.value}\n"
        for name, command in commands().items():
            if _is_in(name, heading):
                yield from _section(name, command)


def _section(name: str, command: Any) -> Iterator[str]:
    from tools.manual import json_keys  # which imports this module

    context = typer.Context(
        command, info_name=name, parent=typer.Context(group(), info_name="labeler")
    )
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    yield f"### labeler {name} {{ #labeler-{name} }}\n"
    yield f"```text\n{usage}\n```\n"
    yield prose(command.help or "") + "\n"
    yield from _table(command, context)
    if json_keys.documents(name):
        yield f"[What `--json` prints](json.md#{name}).\n"
    yield f"```sh\n{(command.epilog or '').removeprefix('Example: ')}\n```\n"


def _table(command: Any, context: typer.Context) -> Iterator[str]:
    rows = [record for one in command.params if (record := _record(one, context))]
    if rows:
        yield "| option | does |\n|---|---|"
        yield from (f"| {_code(names)} | {_cell(does)} |" for names, does in rows)
        yield ""


def _record(parameter: Any, context: typer.Context) -> tuple[str, str] | None:
    record = parameter.get_help_record(context)
    if record is None:
        return None
    names, does = record
    if parameter.param_type_name == "argument" and does.strip() in ("", "[required]"):
        return None  # the usage says it already
    return re.sub(r"\s+", " ", names.strip()), " ".join(does.split())


def prose(text: str) -> str:
    """Return the words of a help as Markdown: nothing in them is markup but code."""
    paragraphs = [" ".join(one.split()) for one in text.split("\n\n")]
    return "\n\n".join(_escaped(one) for one in paragraphs)


def _escaped(text: str) -> str:
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_\[\]<>|#])", _entity, part) for part in parts
    )


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _code(text: str) -> str:
    return f"<code>{html.escape(text).replace('|', '&#124;')}</code>"
