"""The one way out: whatever is printed arrives, however the output is encoded.

Windows' redirected console speaks the code page of the country, a server without a locale ASCII. A
letter that they do not have is spelled; a sign of ours that only looks nice becomes a plain one.
"""

from __future__ import annotations

import codecs
import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

_PLAINLY = "labeler-plainly"
_PLAIN = {
    **{"–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "·": ";", "•": "*", "✓": "*"},
    **{"█": "#", "▒": "+"},
    **{"→": "->", "×": "x", "≥": ">=", "“": '"', "”": '"', "‘": "'", "’": "'", "‹": "<", "›": ">"},
    **{"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "},
}
_GONE = frozenset({errno.EPIPE, errno.EINVAL, errno.ESHUTDOWN})
"""What writing to a reader that has gone says; Windows says the second."""


def prepare() -> None:
    """Let whatever libraries print by themselves, such as the help, never fail either."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)


def write(text: str, to_stderr: bool = False) -> None:
    """Print a text and end its line.

    Raises:
        BrokenPipeError: nobody reads the output any more. Complaints that nobody reads are dropped.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"  # None: it is closed
    encodable = text.encode(encoding, _PLAINLY).decode(encoding)
    with suppress(OSError) if to_stderr else _broken():
        typer.echo(encodable, err=to_stderr)


def write_bytes(data: bytes) -> None:
    """Print what other programs read, to the byte.

    Raises:
        BrokenPipeError: nobody reads the output any more.
    """
    sys.stdout.flush()
    with _broken():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _broken() -> Iterator[None]:
    """Tell in the same way on every system that nobody reads any more."""
    try:
        yield
    except OSError as error:
        if error.errno in _GONE:
            raise BrokenPipeError(*error.args) from error
        raise


def write_table(table: Table, width: int | None = None) -> None:
    """Print a table, in colour on a terminal.

    Args:
        width: letters in a row; None = as the terminal has.
    """
    from rich.console import Console

    console = Console(markup=False, emoji=False, highlight=False, width=width)
    with console.capture() as captured:
        console.print(table)
    write(captured.get().removesuffix("\n"))


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    plain = (
        _PLAIN.get(letter) or letter.encode("ascii", "backslashreplace").decode()
        for letter in letters
    )
    return "".join(plain), error.end


codecs.register_error(_PLAINLY, _plainly)
