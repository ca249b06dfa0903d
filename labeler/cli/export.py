"""labeler export"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    complain,
    count,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.errors import UsageError
from labeler.types import Failure

HEADING = Heading.EXCHANGE
EXAMPLE = "labeler export --xmp ~/sidecars --annotated ~/with-names"
MOST_COMPLAINTS = 20


def command(
    context: typer.Context,
    xmp: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="XMP files with the names, for digiKam and others."),
    ] = None,
    embed: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Copies of the photos with the names inside.")
    ] = None,
    annotated: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures with boxes and names on them, and no metadata."),
    ] = None,
    lists: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For each person the paths of the photos.")
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="People, kin, faces and journal as CSV, and as one JSON."),
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option(
            "--person", metavar="NAME", help="Only this person; may be repeated. Not for --tables."
        ),
    ] = None,
    automatic: Annotated[
        bool,
        typer.Option("--automatic", help="Automatic names as well, not only your own."),
    ] = False,
    json: Json = False,
) -> None:
    """Give names to other programs: as XMP, copies, pictures, lists or tables, into other folders.

    Your photos and what other programs wrote are never changed. People whom you have hidden are
    neither on the pictures nor in the lists, unless --person asks for them.
    """
    from labeler.exchange.steps import pictures_out, regions_out, tables_out
    from labeler.exchange.steps.known import ChoiceOfNames
    from labeler.exchange.steps.owned import OwnFiles

    if not any((xmp, embed, annotated, lists, tables)):
        raise UsageError("Say what to export: --xmp, --embed, --annotated, --lists or --tables.")
    library = open_library(context)
    told = ChoiceOfNames(tuple(people or ()), automatic)
    written = ChoiceOfNames(tuple(people or ()), automatic, hidden=True)
    texts, pathless = pictures_out.lists_of(library, lists, told) if lists else ({}, ())
    document = tables_out.tables_of(library, tables) if tables else {}
    own = OwnFiles(library)
    own.check({**texts, **document})  # before anything is written
    report: dict[str, Any] = {}
    with progress_bar("Writing") as progress:
        if xmp:
            found = regions_out.write_regions(library, xmp, written, progress=progress)
            report["xmp"] = _part(xmp, found.sidecars, found.left_out)
        if embed:
            found = regions_out.write_regions(library, embed, written, True, progress)
            report["embed"] = _part(embed, (*found.copies, *found.sidecars), found.left_out)
        if annotated:
            pictures = pictures_out.write_annotated(library, annotated, told, progress)
            report["annotated"] = _part(annotated, pictures.files, pictures.left_out)
        if lists:
            own.write_all(texts)
            report["lists"] = _part(lists, tuple(texts), pathless)
        if tables:
            own.write_all(document)
            report["tables"] = _part(tables, tuple(document), ())
    if json:
        print_json(report)
    else:
        _tell(report)
    if any(part["left_out"] for part in report.values()):
        raise typer.Exit(1)


def _part(into: Path, files: Sequence[Path], left_out: Sequence[Failure]) -> dict[str, Any]:
    return {"into": into.absolute(), "files": files, "left_out": left_out}


_WHAT = {
    "xmp": "XMP file",
    "embed": "file",
    "annotated": "picture",
    "lists": "list",
    "tables": "table",
}


def _tell(report: dict[str, Any]) -> None:
    for kind, part in report.items():
        left_out = part["left_out"]
        for failure in left_out[:MOST_COMPLAINTS]:
            complain(f"{shown(failure.path)}: {failure.reason}")
        if len(left_out) > MOST_COMPLAINTS:
            complain(f"… and {len(left_out) - MOST_COMPLAINTS:,} more; --json lists all.")
        files = count(len(part["files"]), _WHAT[kind])
        say(f"{files} in {shown(str(part['into']))}")
