"""`labeler`: the one place where commands are registered and errors become sentences."""

from __future__ import annotations

import os
import pkgutil
import sqlite3
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import labeler.cli
from labeler.cli import start
from labeler.cli.headings import Heading
from labeler.cli.output import complain, shown
from labeler.cli.streams import prepare, write
from labeler.errors import LabelerError, QueryError, UsageError
from labeler.library import sentences

_heading_of: dict[str, Heading] = {}


class _Commands(TyperGroup):
    """All commands, listed below their headings."""

    def format_commands(self, context: Any, formatter: Any) -> None:
        shown_ones = [
            (name, command)
            for name in self.list_commands(context)
            if (command := self.get_command(context, name)) and not command.hidden
        ]
        width = formatter.width - 6 - max(len(name) for name, _ in shown_ones)
        for heading in Heading:
            rows = [
                (name, command.get_short_help_str(width))
                for name, command in shown_ones
                if _heading_of[name] is heading
            ]
            with formatter.section(heading.value):
                formatter.write_dl(rows)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# The base of everything that a wrong command line raises; Typer does not export it by name.
_CommandLineError: type[Exception] = typer.BadParameter.__mro__[2]
_INTERRUPTED = 130
_LONGEST_CAUSE = 300
_debug: list[bool] = []
"""Filled when tracebacks are wanted."""


def _add_commands() -> None:
    """Add the command of each module beside this one that has any."""
    for found in pkgutil.iter_modules(labeler.cli.__path__):
        if found.name == "main":
            continue
        module = import_module(f"labeler.cli.{found.name}")
        if not hasattr(module, "command"):
            continue
        more: dict[str, Any] = {
            "cls": getattr(module, "CLASS", None),
            "epilog": f"Example: {module.EXAMPLE}",
        }
        name = found.name.replace("_", "-")
        app.command(name, **more)(module.command)
        _heading_of[name] = module.HEADING
        if former := getattr(module, "FORMER_NAME", ""):
            app.command(former, hidden=True, **more)(module.command)


def default_library() -> Path:
    """Return the platform's folder for this program's data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("face-labeler", appauthor=False))


def _show_version(wanted: bool) -> None:
    if wanted:
        write(version("face-labeler"))
        raise typer.Exit


@app.callback(invoke_without_command=True, epilog="Example: labeler index ~/Pictures")
def choose_library(
    context: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option(
            envvar="LABELER_LIBRARY",
            help="Folder of the library; `labeler index` makes it if there is none. "
            "Default: the platform's folder for program data.",
        ),
    ] = None,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", envvar="LABELER_DEBUG", help="When something goes wrong, show where."
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Find, group, name and sort the faces in your photos. Everything stays on this computer."""
    _debug[:] = [True] if debug else []
    context.obj = library or default_library()
    if context.invoked_subcommand is None:
        start.start(context)


_add_commands()


def main() -> None:
    """Run the command line; end with 0, 1 (it cannot be done), 2 (wrong usage), or 130."""
    code: object = 0
    prepare()
    _silence()
    try:
        code = _run()
    except QueryError as error:
        complain(_pointed_at(error))
        code = 2
    except LabelerError as error:
        complain(str(error))
        code = 2 if isinstance(error, UsageError) else 1
    except _CommandLineError as error:
        message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
        help_ = " ".join(["labeler", *filter(None, [_command_of(error)]), "--help"])
        complain(f"{message}. See `{help_}`.")
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except sqlite3.Error as error:
        complain(sentences.of_error(error))
        code = 1
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        where = f" ({_shortened(shown(str(error.filename)))})" if error.filename else ""
        complain(f"{error.strerror or error}{where}; nothing that was finished is lost.")
        code = 1
    except MemoryError:
        complain("There is not enough memory for this; close other programs and try again.")
        code = 1
    except Exception as error:  # a fault of this program
        complain(
            f"Something went wrong that should not have ({_named(error)}); nothing that was "
            "finished is lost. Run `labeler --debug …` to see where it happened."
        )
        code = 1
    if code == _INTERRUPTED:
        complain("Interrupted; what was finished is kept. Run the same command again to go on.")
    if code not in (0, _INTERRUPTED):
        start.hold_window()
    _end(code if isinstance(code, int) else 0)


def _silence() -> None:
    """Keep from the user what libraries warn of, where it is told otherwise or is no fault."""
    # Broken EXIF, line by line; what matters of it is reported as a failure.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    # Whoever stops early knows that some items were not done, or done in vain.
    warnings.filterwarnings("ignore", r"\d+ tasks (which were|have been)", UserWarning)


def _run() -> object:
    """Run the command; with --debug, show the traceback of whatever goes wrong, too."""
    try:
        return app(standalone_mode=False)
    except SystemExit as ended:  # so Click takes it that nobody reads the output any more
        raise BrokenPipeError from ended
    except Exception:
        if _debug:
            traceback.print_exc()
        raise


def _named(error: Exception) -> str:
    """Return what went wrong, on one line of a bounded length."""
    said = " ".join(shown(str(error)).split())
    return _shortened(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_CAUSE else f"{text[:_LONGEST_CAUSE]}…"


def _pointed_at(error: QueryError) -> str:
    """Return the search, a line of carets under what is wrong with it, and the sentence."""
    before, wrong = error.text[: error.start], error.text[error.start : error.end]
    carets = " " * len(shown(before)) + "^" * max(len(shown(wrong)), 1)
    return f"{shown(error.text)}\n{carets}\n{error}"


def _command_of(error: Exception) -> str | None:
    context = getattr(error, "ctx", None)
    return context.info_name if context is not None and context.parent is not None else None


def _end(code: int) -> None:
    if code and threading.active_count() > 1:
        # At once: waiting for the threads that are inside a network would take seconds, and
        # ending the interpreter under them makes dlib abort. Everything is on disk by now.
        with suppress(OSError, AttributeError):  # it may be closed
            sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
