"""labeler same"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.output import Json, count, open_library, print_json, say
from labeler.errors import UsageError
from labeler.pipeline import naming

EXAMPLE = "labeler same --cluster 3 --cluster 9"


def command(
    context: typer.Context,
    cluster: Annotated[
        list[int] | None, typer.Option(help="All faces of this cluster; may be repeated.")
    ] = None,
    face: Annotated[list[int] | None, typer.Option(help="This face; may be repeated.")] = None,
    json: Json = False,
) -> None:
    """Say that clusters or faces are one person, whoever that is. They become one group."""
    if not cluster and not face:
        raise UsageError("Say which faces: --cluster N or --face N.")
    library = open_library(context)
    faces = naming.cluster_members(library, cluster or []) + (face or [])
    naming.same_faces(library, faces)
    united = len(set(faces))
    if json:
        print_json({"faces": united})
        return
    say(f"{count(united, 'face')} put together as one person.")
