"""labeler reject"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, chosen_faces, print_json, say
from labeler.people.steps import naming
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler reject --face 12 --face 13 Rosa"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    cluster: Annotated[
        list[int] | None,
        typer.Option(help="No face of this cluster is the person; may be repeated."),
    ] = None,
    face: Annotated[
        list[int] | None, typer.Option(help="This face is not the person; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Say who a face is not. It is never recognized as this person, unless you name it so."""
    library, faces = chosen_faces(context, cluster, face)
    (said,) = library.entries([naming.reject_faces(library, faces, person)])
    rejected = len(said.faces)
    if json:
        print_json({"person": said.person, "faces": rejected})
        return
    say(f"{count(rejected, 'face')} noted as not {said.person}.")
