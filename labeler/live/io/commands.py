"""A command of the user's, run when somebody comes; the name is in its environment only."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from labeler.errors import UsageError

MOST_RUNNING = 8
"""Runs of the command at once; while so many have not ended, no other is begun."""


class OnPerson:
    """Runs a command, never through a shell, and does not wait for it.

    Args:
        command: its words as a shell would divide them.

    Raises:
        UsageError: there is no such program.
    """

    def __init__(self, command: str) -> None:
        try:
            words = shlex.split(command, posix=os.name != "nt")
        except ValueError as error:
            raise UsageError(f"A quotation mark is missing in {command!r}.") from error
        program = shutil.which(words[0]) if words else None
        if program is None:
            named = words[0] if words else "''"
            raise UsageError(f"There is no program {named}; --on-person takes one that is there.")
        self._words = [program, *words[1:]]
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, said: Mapping[str, str]) -> str:
        """Begin the command; return why it was not begun, '' = it was.

        Args:
            said: what its environment says besides.
        """
        self._running = [one for one in self._running if one.poll() is None]
        if len(self._running) >= MOST_RUNNING:
            return f"{MOST_RUNNING} runs of {self._words[0]} have not ended; this one was left out."
        try:
            # What it prints must not come between our lines, which programs read.
            one = subprocess.Popen(
                self._words,
                env={**os.environ, **said},
                stdin=subprocess.DEVNULL,
                stdout=_stderr(),
            )
        except OSError as error:
            return f"{self._words[0]} could not be run: {error.strerror or error}."
        self._running.append(one)
        return ""


def _stderr() -> int | None:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL
