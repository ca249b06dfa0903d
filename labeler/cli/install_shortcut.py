"""labeler install-shortcut"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.dashboard import dashboard_module
from labeler.cli.headings import Heading
from labeler.cli.output import say
from labeler.io.shortcuts import shortcut

HEADING = Heading.BEGIN
EXAMPLE = "labeler install-shortcut"


def command(
    context: typer.Context,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it again.")] = False,
) -> None:
    """Put what opens the dashboard where programs are started: menu, Applications or desktop.

    It opens the library that is named before the command; without one, always the default. Run it
    again after the program has moved.
    """
    root = context.parent if context.parent is not None else context
    chosen = root.params.get("library")
    words = [sys.executable, "-m", "labeler.cli.main"]
    words += ["--library", os.path.abspath(chosen)] if chosen else []
    icon = dashboard_module("shell.app").ASSETS / "favicon.svg"
    made = shortcut(sys.platform, words, icon, _home())
    if remove:
        removed = made.remove()
        say(f"{made.shown} is removed." if removed else "There is no shortcut.")
    elif made.install():
        say(f"{made.shown} opens the dashboard from now on; --remove takes it away again.")
    else:
        say(f"{made.shown} is there already.")


def _home() -> Path:
    """Return the folder that a system keeps for what starts programs."""
    import platformdirs

    if sys.platform == "darwin":
        return Path.home() / "Applications"
    if sys.platform == "win32":
        return platformdirs.user_desktop_path()
    return platformdirs.user_data_path()
