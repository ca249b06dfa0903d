"""labeler split"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.cli.streams import write_table
from labeler.errors import UsageError
from labeler.wording import count, spelled

if TYPE_CHECKING:
    from labeler.people.steps.split import Division, PartOfDivision

HEADING = Heading.NAME
EXAMPLE = "labeler split --person Rosa --apply"
MOST_PARTS = 50
GROUPS_SHOWN = 4
FACES_SHOWN = 4


def command(
    context: typer.Context,
    cluster: Annotated[int | None, typer.Option(help="Divide the faces of this cluster.")] = None,
    person: Annotated[str | None, typer.Option(help="Divide the faces of this person.")] = None,
    into: Annotated[
        int | None,
        typer.Option(
            min=2, max=MOST_PARTS, help="So many people. Default: as many as the faces suggest."
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; otherwise only the proposal is shown.")
    ] = False,
    json: Json = False,
) -> None:
    """Divide a group, or a person, that turns out to be several people. Shows the proposal.

    --apply carries it out. The name stays with one part, the largest of a person; the other parts
    become groups without a name. Undo takes all of it back in one step.
    """
    from labeler.people.steps import split as pipeline

    if (cluster is None) == (person is None):
        raise UsageError("Say what to divide: either --cluster N or --person NAME.")
    library = open_library(context)
    division = pipeline.propose(library, cluster, person, into)
    if apply:
        division = pipeline.apply(library, division)
    if json:
        print_json(_document(division, cluster))
        return
    _print(division, division.person if cluster is None else f"Group {cluster}")


def _document(division: Division, cluster: int | None) -> dict[str, object]:
    return {
        "cluster": cluster,
        "person": division.person,
        "parts": division.parts,
        "seems_one": division.seems_one,
        "applied": division.entry is not None,
        "entry": division.entry,
    }


def _print(division: Division, what: str | None) -> None:
    from rich.table import Table

    applied = division.entry is not None
    faces = count(sum(len(part.faces) for part in division.parts), "face")
    done = "is now divided" if applied else "would be divided"
    say(f"{what} ({faces}) {done} into {len(division.parts):,} people:")
    table = Table(box=None, pad_edge=False)
    for column in ("Part", "Faces", "Photos", "Years", "Cohesion"):
        table.add_column(column, justify="right")
    for column in ("Name", "Groups", "Some faces"):
        table.add_column(column, overflow="fold")
    for number, part in enumerate(division.parts, start=1):
        table.add_row(str(number), *map(spelled, _cells(part)))
    write_table(table)
    if not applied and division.seems_one:
        say("These faces seem to be one person: the parts hardly differ.")
    if not applied:
        say("This was the proposal; add --apply to carry it out.")
    else:
        say("This was one decision: Undo (the key U in the dashboard) takes all of it back.")


def _cells(part: PartOfDivision) -> tuple[str, ...]:
    groups = [str(cluster) for cluster in part.clusters]
    return (
        f"{len(part.faces):,}",
        f"{part.photos:,}",
        _years(part),
        "" if part.cohesion is None else f"{part.cohesion:.3f}",
        part.person or "",
        _some(groups, GROUPS_SHOWN) or "alone",
        _some([str(face) for face in part.faces], FACES_SHOWN),
    )


def _years(part: PartOfDivision) -> str:
    if part.first is None or part.last is None:
        return ""
    first, last = part.first.year, part.last.year
    return f"{first}" if first == last else f"{first}–{last}"


def _some(words: list[str], most: int) -> str:
    return ", ".join(words[:most]) + (", …" if len(words) > most else "")
