"""labeler kin"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeler import relations
from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, count, open_library, print_json, say
from labeler.errors import UsageError

if TYPE_CHECKING:
    from labeler.family.steps.kin import KinReport

HEADING = Heading.FAMILY
EXAMPLE = "labeler kin Clara --parent Rosa --parent Henrik --spouse Jonas"
_Names = list[str] | None


def _option(relation: str) -> Any:
    return typer.Option(
        f"--{relation}",
        metavar="NAME",
        help=f"A {relation} of the person; may be repeated.",
        show_default=False,
    )


def command(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", show_default=False)] = None,
    parent: Annotated[_Names, _option("parent")] = None,
    grandparent: Annotated[_Names, _option("grandparent")] = None,
    sibling: Annotated[_Names, _option("sibling")] = None,
    spouse: Annotated[_Names, _option("spouse")] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take back that these are kin of the person.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="KIN.csv",
            help="Note all of a table with the columns person, is, of.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Note who is whose kin, or list it. `labeler undo` takes it back.

    Grandparents and siblings follow from parents; say them only where a parent between is missing.
    """
    from labeler.family.steps import kin as pipeline

    given = {"parent": parent, "grandparent": grandparent, "sibling": sibling, "spouse": spouse}
    relatives = [(relation, name) for relation in given for name in given[relation] or []]
    if file is not None and (person is not None or relatives or remove):
        raise UsageError("--file takes everything from the table; leave out the rest.")
    if relatives and person is None:
        raise UsageError("Say whose kin these are: labeler kin PERSON --parent NAME.")
    if remove and not relatives:
        raise UsageError("Say who is no kin: labeler kin PERSON --remove --parent NAME.")
    library = open_library(context)
    if file is not None:
        report = pipeline.import_kin(library, file)
    elif relatives and person is not None:
        change = pipeline.remove_kin if remove else pipeline.add_kin
        report = change(library, person, relatives)
    else:
        kin = pipeline.known_kin(library, person)
        if json:
            print_json(kin)
            return
        for one in kin:
            say(f"{relations.say_kin(one)}.")
        if not kin:
            say("No kin are known; `labeler kin CHILD --parent NAME` notes some.")
        return
    if json:
        print_json(report)
    else:
        _tell(report, remove)


def _tell(report: KinReport, remove: bool) -> None:
    for one in report.changed:
        say(f"{'No longer: ' if remove else ''}{relations.say_kin(one)}.")
    if report.unchanged:
        say(f"{count(len(report.unchanged), 'relation')} known before.")
    if report.unknown:
        names = ", ".join(report.unknown)
        complain(f"Left out, as nobody in the library is called so: {names}.")
    for sentence in report.refused:
        complain(f"Left out: {sentence}")
