"""`labeler` without a command: what whoever has just installed it, or clicked on it, wants."""

from __future__ import annotations

import os
import sys

import typer

from labeler.cli.dashboard import Reach, dashboard_module, show
from labeler.cli.output import opened, say
from labeler.cli.streams import write
from labeler.io.shortcuts import VARIABLE
from labeler.library.connecting import FILE_NAME
from labeler.library.store import Library

PORT = 8050


def start(context: typer.Context) -> None:
    """Open the dashboard, also on a library that is to be made; for programs, print the help."""
    if not (is_shortcut() or _is_terminal()):
        write(context.get_help())
        return
    if not (context.obj / FILE_NAME).exists():
        say(f"There is no library yet; one is made in {context.obj}.")
    say("The dashboard opens in the browser. `labeler --help` lists what else there is.")
    library = opened(context, Library.create(context.obj))
    show(library, dashboard_module("shell.app").free_port(PORT), True, Reach())


def is_shortcut() -> bool:
    """Tell whether what `labeler install-shortcut` made has started the program."""
    return bool(os.environ.get(VARIABLE))


def hold_window() -> None:
    """Let whoever clicked on a shortcut read what went wrong, before its window closes."""
    if is_shortcut() and _is_terminal():
        try:
            input("Press Enter to close this window. ")
        except (EOFError, KeyboardInterrupt):
            return


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
