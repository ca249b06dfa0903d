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
    name = naming.clean_name(person)
    naming.reject_faces(library, faces, name)
    rejected = len(set(faces))
    if json:
        print_json({"person": name, "faces": rejected})
        return
    say(f"{count(rejected, 'face')} noted as not {name}.")
