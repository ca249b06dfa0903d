"""labeler repair"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, beginning, print_json, say, shown
from labeler.library.repair.rebuilding import JOURNAL
from labeler.library.repair.repairing import RepairReport, repair
from labeler.wording import count

HEADING = Heading.KEEP
EXAMPLE = "labeler --library ~/faces repair"
_ROWS = {
    "journal": ("decision", "decisions"),
    "journal_faces": ("face in them", "faces in them"),
    "answers": ("tie between decisions", "ties between decisions"),
    "photos": ("photo", "photos"),
    "files": ("file of a photo", "files of photos"),
    "faces": ("face", "faces"),
    "descriptors": ("descriptor", "descriptors"),
}
"""The tables that are told one by one; all others can be made again."""


def command(context: typer.Context, json: Json = False) -> None:
    """Save what can be read of a damaged library; what you have said comes first.

    The damaged file is kept under another name. A library that is sound is left as it is; of one
    whose file has gone, the newest copy that the program has made is used.
    """
    report = repair(context.obj)
    if json:
        print_json(report)
    else:
        _tell(report, beginning(context))


def _tell(report: RepairReport, labeler: str) -> None:
    if report.source is None:
        if report.kept is None:
            say("The library is sound; there is nothing to repair.")
        else:
            say(
                f"The library is sound; the log of another file lay beside it, and is kept as "
                f"{shown(report.kept.name)}."
            )
        return
    say(f"Saved from {shown(report.source.name)}:")
    for table, words in _ROWS.items():
        if table in report.tables:
            found = report.tables[table]
            about = "" if table == "journal" else "about "
            lost = f", {about}{found.lost:,} lost" if found.lost else ""
            say(f"  {count(found.saved, *words)}{lost}")
    if report.kept is not None:
        say(f"The damaged file is kept as {shown(report.kept.name)}.")
    if any(report.tables[table].lost for table in JOURNAL if table in report.tables):
        say(f"`{labeler} restore` adds decisions from a backup that holds more.")
    if any(found.lost for table, found in report.tables.items() if table not in JOURNAL):
        say(f"Next: `{labeler} index PATH` with your photos, then `{labeler} cluster`.")
