"""labeler verify"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from labeler.cli.streams import write_table
from labeler.errors import UsageError
from labeler.family import verdict_words
from labeler.wording import spelled

if TYPE_CHECKING:
    from labeler.family.steps.verification import AskedFace, PairsReport, Verification

HEADING = Heading.FAMILY
EXAMPLE = "labeler verify passport.jpg beach.jpg"
MOST_SENTENCES = 12
"""More pairs are told as a table."""
LISTED = 10


def command(
    context: typer.Context,
    photos: Annotated[
        list[Path] | None, typer.Argument(metavar="PHOTO PHOTO …", show_default=False)
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure a list of pairs: LFW's pairs.txt, or CSV with path1,path2,same.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--photos",
            metavar="DIR",
            help="Where the photos of the list are. Default: where the list is.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Tell whether the faces on two or more photos are the same person, and how surely.

    The photos need not be in the library. With --pairs, tell how often that is right on a list of
    pairs: accuracy, ROC, errors.
    """
    if (pairs is None) == (not photos):
        raise UsageError("Give two or more photos, or a list of pairs with --pairs FILE.")
    if folder is not None and pairs is None:
        raise UsageError("--photos says where the photos of a list are; add --pairs FILE.")
    from labeler.family.steps import verification as pipeline

    library = open_library(context, create=True)
    if pairs is not None:
        with progress_bar("Looking", per_second="photos/s") as progress:
            report = pipeline.measure(library, pairs, folder, progress)
        if json:
            print_json(report)
        else:
            _tell_list(report)
        return
    found = pipeline.verify(library, photos or [])
    if json:
        print_json(found)
    else:
        _tell_pairs(found)


def _tell_pairs(found: Verification) -> None:
    if len(found.pairs) > MOST_SENTENCES:
        _table(found)
    else:
        for pair in found.pairs:
            one, other = (_name(found.faces[place]) for place in (pair.one, pair.other))
            answer = verdict_words.in_full(pair.probability)
            rare = verdict_words.rate(pair.false_accept_rate)
            say(
                f"{one} and {other}: {answer}. The probability that it is one person is "
                f"{verdict_words.chance(pair.probability)} (distance {pair.distance:.3f}, cosine "
                f"{pair.cosine:.3f}). Of pairs of different people, {rare} "
                f"{'are' if rare.endswith('%') else 'is'} as close."
            )
    whose = "" if found.measured else "; for your network, as far as it is like dlib's"
    say(
        f"One person is more likely than two below distance {found.threshold:.2f}, where "
        f"{found.false_accept_rate:.1%} of pairs of different people would pass (measured on "
        f"Labeled Faces in the Wild{whose}). The probability takes both answers to be equally "
        "likely before looking."
    )
    for path in found.without_face:
        complain(f"No face was found on {shown(path)}.")


def _table(found: Verification) -> None:
    """Print a matrix of distances, where ✓ marks one person, and ? what cannot be told."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("", *(str(place + 1) for place in range(len(found.faces)))):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    cells = {
        places: f"{pair.distance:.2f}{_mark(pair.probability)}"
        for pair in found.pairs
        for places in ((pair.one, pair.other), (pair.other, pair.one))
    }
    for place in range(len(found.faces)):
        row = [cells.get((place, other), "–") for other in range(len(found.faces))]
        table.add_row(str(place + 1), *map(spelled, row))
    for place, face in enumerate(found.faces, start=1):
        say(f"{place}: {_name(face)}")
    width = 7 * (len(found.faces) + 1)
    say("Distances; ✓ = the same person, ? = perhaps, – = on one photo:")
    write_table(table, width)


def _mark(probability: float) -> str:
    if verdict_words.verdict(probability) == "same":
        return "✓"
    return " " if verdict_words.kind(probability) == "different" else "?"


def _name(face: AskedFace) -> str:
    where = shown(face.photo)
    return where if face.of == 1 else f"{where} (face {face.number} of {face.of} from the left)"


def _tell_list(report: PairsReport) -> None:
    say(
        f"{count(report.pairs, 'pair')} ({report.same:,} of one person) of "
        f"{count(report.photos, 'photo')}; {report.compared:,} could be compared, the others count "
        "as wrong."
    )
    if report.cross_validated is not None and report.best_threshold is not None:
        say(
            f"Accuracy {report.cross_validated:.2%}, cross-validated (best threshold "
            f"{report.best_threshold:.3f})."
        )
    if report.accuracy is not None:
        at = report.at_threshold
        say(f"Accuracy at the network's threshold, {report.threshold:.2f}: {report.accuracy:.2%}.")
        say(f"  one person:    {at.same_accepted:,} accepted, {at.same_refused:,} refused")
        say(
            f"  two people:    {at.different_accepted:,} accepted, {at.different_refused:,} refused"
        )
    if report.auc is not None and report.equal_error_rate is not None:
        say(f"ROC AUC {report.auc:.4f}, equal error rate {report.equal_error_rate:.2%}.")
    for rate in report.rates:
        say(
            f"  at a false accept rate of {rate.far:.1%}, {rate.tar:.2%} of true pairs are accepted"
        )
    if report.auc is None:
        say("The list has pairs of one kind only, so that there is no ROC curve.")
    _list("Photos without a face", report.without_face)
    _list("Files that cannot be used", [f"{one.path}: {one.reason}" for one in report.failed])


def _list(what: str, lines: Sequence[str]) -> None:
    if lines:
        complain(f"{what} ({len(lines):,}):")
    for line in lines[:LISTED]:
        complain(f"  {shown(line)}")
    if len(lines) > LISTED:
        complain(f"  … and {len(lines) - LISTED:,} more; --json lists them.")
