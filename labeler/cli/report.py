"""labeler report"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    argument,
    beginning,
    open_library,
    print_json,
    say,
    shown,
)
from labeler.errors import UsageError
from labeler.reports.label_report import LabelReport, few
from labeler.wording import count, exactly, percent

HEADING = Heading.MEASURE
EXAMPLE = "labeler report --out report.html"
LISTED = 5
"""So many of the worst are listed; the page has all."""


def command(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write a page with plots and all tables; an older report is replaced.",
            show_default=False,
        ),
    ] = None,
    pictures: Annotated[
        bool,
        typer.Option("--pictures", help="Put pictures of the faces that it lists into the page."),
    ] = False,
    json: Json = False,
) -> None:
    """Tell how well your people are recognized, measured on your own names.

    Each face that you named is asked who it is, without its own photo (and those of the same
    burst), and once more as if its person had no name. Names that may be wrong are listed.
    """
    from labeler.reports.steps import report as pipeline

    if pictures and out is None:
        raise UsageError("--pictures puts pictures into a page; say where with --out FILE.html.")
    library = open_library(context)
    if out is not None:
        pipeline.check_page(out)
    report = pipeline.report(library)
    if out is not None:
        pipeline.write_page(library, report, out, pictures)
    if json:
        print_json(report)
        return
    _tell(report, beginning(context))
    if out is not None:
        has = ", with pictures of people in it" if pictures else ""
        say(f"All of it, with plots: {shown(str(out))}{has}")


def _tell(report: LabelReport, labeler: str) -> None:
    people = count(len(report.people), "person", "people")
    say(
        f"{count(report.faces, 'named face')} of {people} on {count(report.photos, 'photo')}: "
        f"{report.asked:,} asked who they are without their own photo, all as strangers."
    )
    now = report.at_knob
    say(
        f"Of the automatic names {percent(now.precision)} would be right "
        f"({exactly(report.wanted_precision)} wanted: from probability {now.threshold:.2f} on); "
        f"{percent(now.recall)} of known people's faces would get their name, and "
        f"{percent(now.strangers_named)} of strangers a name. The probabilities are off by "
        f"{percent(report.calibration_error)}."
    )
    if few(report):
        say(few(report))
    _tell_worst(report)
    _tell_mislabelled(report, labeler)


def _tell_worst(report: LabelReport) -> None:
    worst = [one for one in report.people_scores if one.f is not None and one.f < 1][:LISTED]
    if worst:
        say("Recognized worst:")
    for one in worst:
        faces = count(one.asked, "face")
        precision, recall = percent(one.precision), percent(one.recall)
        say(f"  {one.person}: precision {precision}, recall {recall} of {faces}")
    if report.confusions:
        say("Taken for somebody else most often:")
    for pair in report.confusions[:LISTED]:
        say(
            f"  {pair.person} for {pair.taken_for}: {count(pair.as_known, 'face')}; "
            f"{pair.as_stranger:,} if {pair.person} had no name"
        )


def _tell_mislabelled(report: LabelReport, labeler: str) -> None:
    suspects = report.mislabelled
    if not suspects:
        return
    say("Names that may be wrong; each with what corrects it, and what says that it is right:")
    for one in suspects[:LISTED]:
        say(
            f"  face {one.face}, named {one.person}, looks like {one.looks_like} "
            f"({percent(one.probability)}): {shown(one.photo)}"
        )
        for verb in ("name", "reject"):
            say(f"    {labeler} {verb} --face {one.face} {argument(one.looks_like)}")
    if len(suspects) > LISTED:
        say(f"  … and {len(suspects) - LISTED:,} more; --out FILE.html or --json lists them.")
