"""labeler sort"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli import sort_output
from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    complain,
    open_library,
    print_json,
    progress_bar,
    tell_left_out,
)
from labeler.errors import UsageError
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.steps.left_out import leaving_out as leaving_out_of
from labeler.reports.io import sort_page
from labeler.sorting import layout
from labeler.sorting.io import transfer
from labeler.sorting.steps import lists as path_lists
from labeler.sorting.steps.apply import Placing, apply_sort, failures
from labeler.sorting.steps.plan import SortedPhoto, SortOptions
from labeler.sorting.steps.preview import write_preview
from labeler.sorting.steps.staying import staying
from labeler.sorting.steps.undo import undo_sort

if TYPE_CHECKING:
    from labeler.library.store import Library

HEADING = Heading.USE
EXAMPLE = "labeler sort ~/inbox --into ~/Pictures/people --move --apply"
_FIELDS = ", ".join(f"{{{name}}}" for name in layout.FIELDS)


def command(
    context: typer.Context,
    inbox: Annotated[
        Path | None, typer.Argument(metavar="INBOX", help="Folder of new photos.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that gets one folder per person.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; otherwise only the plan is shown.")
    ] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Copy the photos (default).")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move them out of the inbox.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Make symbolic links to them.")] = False,
    hard_link: Annotated[
        bool, typer.Option("--hard-link", help="Give the same files second names.")
    ] = False,
    template: Annotated[
        str, typer.Option("--layout", metavar="TEMPLATE", help=f"Folders and name, from {_FIELDS}.")
    ] = layout.DEFAULT,
    together: Annotated[
        bool, typer.Option("--together", help="Several people: one folder 'A & B', not each.")
    ] = False,
    unknown: Annotated[
        str | None, typer.Option(metavar="NAME", help="Folder for photos of unknown people.")
    ] = None,
    no_face: Annotated[
        str | None, typer.Option(metavar="NAME", help="Folder for photos without a face.")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="PERSON", help="Two folders: with this person, and without."),
    ] = None,
    search: Annotated[
        str, typer.Option(metavar="QUERY", help="Only what this finds; see `labeler search`.")
    ] = "",
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Show the plan as a page of photos.")
    ] = None,
    list_: Annotated[
        Path | None,
        typer.Option(
            "--list",
            metavar="FILE",
            help="Write the paths of the photos, one a line (with --only: those with the person). "
            "{person} in the name makes one list each. Without --into, that is all.",
        ),
    ] = None,
    null: Annotated[
        bool, typer.Option("--null", help="End the paths in the list as `xargs -0` wants it.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with what arrives, until Ctrl-C; with --apply.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time between two looks of --watch.")
    ] = 2.0,
    manifest: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where --apply records what it does.",
            show_default="DIR/.face-labeler/sort-TIME.jsonl",
        ),
    ] = None,
    undo: Annotated[
        Path | None,
        typer.Option(
            metavar="MANIFEST",
            help="Take back a sort of this library (DIR: the latest one); needs nothing else.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Sort new photos by the people on them. Shows the plan; --apply carries it out.

    A photo of two people goes to both folders, one without a known person stays where it is, and
    no file is ever overwritten: the same photo is skipped, another of the same name gets a number.
    Sidecars, the RAW file of a pair and the movie of a live photo go with their photo. With
    --search, all other photos are left out; people are those who are recognized, albums the
    folders in INBOX. What --apply does is recorded, so that --undo can take it back, also after an
    interruption.
    """
    if undo is not None:
        if inbox or into or apply or watch:
            raise UsageError("--undo needs the manifest and nothing else.")
        _undo(open_library(context), undo, json)
        return
    method = _method(copy, move, link, hard_link)
    options = SortOptions(method, template, together, unknown, no_face, only, search).checked()
    if inbox is None:
        raise UsageError("Say what to sort: labeler sort INBOX --into DIR.")
    if into is None and (list_ is None or apply or watch):
        raise UsageError("Say where to sort the photos: --into DIR.")
    if watch and (not apply or json or preview or list_):
        raise UsageError("--watch needs --apply, and makes no --json, --preview or --list.")
    if null and list_ is None:
        raise UsageError("--null says how to write a list; add --list FILE.")
    library = open_library(context)
    placing = Placing(library, inbox, into, method, manifest) if into and apply else None
    if watch:
        assert into is not None
        assert placing is not None
        _watch(library, inbox, into, placing, options, every, beginning(context))
        return
    leaving_out = leaving_out_of(library)
    with placing or nullcontext(), _told_how_to_undo(placing, beginning(context)):
        plan = _planned(library, inbox, into, options, preview, list_, leaving_out)
        if placing:
            plan = _carried_out(plan, placing)
    if not json:
        tell_left_out(leaving_out.met())
    _tell(plan, into, placing, options, list_, null, json, beginning(context))


def _method(copy: bool, move: bool, link: bool, hard_link: bool) -> transfer.Method:
    if copy + move + link + hard_link > 1:
        raise UsageError("Choose one of --copy, --move and --link, or --hard-link.")
    return "move" if move else "link" if link else "hard-link" if hard_link else "copy"


def _planned(
    library: Library,
    inbox: Path,
    into: Path | None,
    options: SortOptions,
    preview: Path | None,
    list_: Path | None,
    leaving_out: LeavingOut,
) -> list[SortedPhoto]:
    """Make the plan, and the page that shows it."""
    from labeler.sorting.steps import sort

    if preview:  # looking at thousands of photos comes first, so refuse before
        sort_page.check_free(preview)
    if list_:
        path_lists.check_free(list_)
    with progress_bar("Looking at") as progress:
        plan = sort.plan_sort(
            library, inbox, into, progress, options=options, leaving_out=leaving_out
        )
    if preview:
        with progress_bar("Drawing") as progress:
            write_preview(plan, inbox, into, options.method, preview, progress)
    return plan


def _carried_out(plan: list[SortedPhoto], placing: Placing) -> list[SortedPhoto]:
    with progress_bar("Placing") as progress:
        return apply_sort(plan, placing, progress)


@contextmanager
def _told_how_to_undo(placing: Placing | None, program: str) -> Iterator[None]:
    """Tell it also when Ctrl-C comes: what was finished can be gone on with, or taken back."""
    try:
        yield
    except KeyboardInterrupt:
        if placing and placing.record:
            complain(sort_output.how_to_undo(placing.record, program))
        raise


def _tell(
    plan: list[SortedPhoto],
    into: Path | None,
    placing: Placing | None,
    options: SortOptions,
    list_: Path | None,
    null: bool,
    json: bool,
    program: str,
) -> None:
    """Write the list, and tell what is planned or was done."""
    lists: list[Path] = []
    left_out: list[str] = []
    if list_ is not None:
        moved = placing is not None and options.method == "move"
        lists, left_out = path_lists.write_lists(plan, list_, options, moved, null)
    if json:
        print_json(plan)
    else:
        if plan or not options.search:
            sort_output.print_plan(plan, into, options.method, placing is not None)
        else:
            complain("No photo is like that.")
        if options.method == "move" and into is not None:
            sort_output.print_staying(staying(plan))
        sort_output.print_written(lists, placing.record if placing else None, program)
    for path in left_out:
        complain(f"{path!r} has a line break in its name and is not in the list; use --null.")
    if failures(plan) or left_out:
        raise typer.Exit(1)


def _watch(
    library: Library,
    inbox: Path,
    into: Path,
    placing: Placing,
    options: SortOptions,
    every: float,
    program: str,
) -> None:
    from labeler.sorting.steps.watch import watch

    done: list[SortedPhoto] = []
    with placing, _until_ctrl_c() as stop:
        for item in watch(library, inbox, into, placing, options, every, stop):
            done.append(item)
            sort_output.print_photo(item, into)
    sort_output.print_summary(done, into, options.method, applied=True)
    if options.method == "move":
        sort_output.print_staying(staying(done))
    sort_output.print_written([], placing.record, program)
    if failures(done):
        raise typer.Exit(1)


@contextmanager
def _until_ctrl_c() -> Iterator[threading.Event]:
    """Yield what Ctrl-C sets, so that the photo at hand is finished; a second one interrupts."""
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def ask(*_: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _undo(library: Library, path: Path, json: bool) -> None:
    report = undo_sort(library, path)
    if json:
        print_json(report)
    else:
        sort_output.print_undone(report)
    if not report.complete:
        raise typer.Exit(1)
