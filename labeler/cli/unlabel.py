"""labeler unlabel"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.output import Json, chosen_faces, count, print_json, say
from labeler.pipeline import naming

EXAMPLE = "labeler unlabel --face 17"


def command(
    context: typer.Context,
    cluster: Annotated[
        list[int] | None, typer.Option(help="All faces of this cluster; may be repeated.")
    ] = None,
    face: Annotated[list[int] | None, typer.Option(help="This face; may be repeated.")] = None,
    json: Json = False,
) -> None:
    """Forget what you said about faces: names, who they are not, and that they are ignored."""
    library, faces = chosen_faces(context, cluster, face)
    entry = naming.unlabel_faces(library, faces)
    unlabelled = len(set(faces))
    if json:
        print_json({"entry": entry, "faces": unlabelled})
        return
    say(f"{count(unlabelled, 'face')} without a name again.")
