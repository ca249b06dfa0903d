"""Commands of `labeler` without the second that a new Python takes."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from labeler.cli import main


def command(
    folder: Path, *words: object, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """Run a command about the library in a folder, in this process.

    Args:
        encoding: of its output, which is encoded strictly.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["labeler", "--library", str(folder), *map(str, words)])
        patch.setattr(main, "_end", sys.exit)
        with pytest.raises(SystemExit) as ended:
            main.main()
    said = []
    for stream in (out, err):
        stream.flush()
        # To Typer, which prints the help, a terminal that claims to know ASCII only knows UTF-8.
        known = "utf-8" if encoding == "ascii" else encoding
        said.append(stream.buffer.getvalue().decode(known))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(sys.argv, int(ended.value.code or 0), *said)
