"""labeler different"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Faces, Json, open_library, print_json, say
from labeler.errors import UsageError
from labeler.groups.steps import numbering
from labeler.people.steps import naming
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler different --cluster 3 --cluster 9"


def command(
    context: typer.Context,
    cluster: Annotated[
        list[int] | None, typer.Option(help="The faces of this cluster; may be repeated.")
    ] = None,
    face: Faces = None,
    json: Json = False,
) -> None:
    """Say that clusters or faces are different people, each another one. They stay apart."""
    if len(cluster or []) + len(face or []) < 2:
        raise UsageError("Say at least twice which faces: --cluster N or --face N.")
    library = open_library(context)
    parts = [numbering.cluster_members(library, [number]) for number in cluster or []]
    parts += [[number] for number in face or []]
    naming.different_faces(library, parts)
    faces = sum(map(len, parts))
    if json:
        print_json({"people": len(parts), "faces": faces})
        return
    say(f"{count(faces, 'face')} kept apart as {len(parts):,} people.")
