"""Commands of `labeler` without the second that a new Python takes."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from labeler.cli import main


def command(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command about the library in a folder, in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["labeler", "--library", str(folder), *map(str, words)])
        patch.setattr(main, "_end", sys.exit)
        with pytest.raises(SystemExit) as ended:
            main.main()
    code = ended.value.code
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(sys.argv, code if isinstance(code, int) else 0, *said)
