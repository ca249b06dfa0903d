"""labeler name"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, chosen_faces, tell_decision
from labeler.people.steps import naming
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler name --cluster 0 Rosa"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    cluster: Annotated[
        list[int] | None, typer.Option(help="Name all faces of this cluster; may be repeated.")
    ] = None,
    face: Annotated[list[int] | None, typer.Option(help="Name this face; may be repeated.")] = None,
    json: Json = False,
) -> None:
    """Say who a cluster or a face is. The journal keeps it, whatever is computed again."""
    library, faces = chosen_faces(context, cluster, face)
    (said,) = library.entries([naming.name_faces(library, faces, person)])
    document = {"person": said.person, "faces": len(said.faces)}
    told = f"{count(len(said.faces), 'face')} named {said.person}."
    tell_decision(library, [said.id], json, document, told)
