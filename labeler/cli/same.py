"""labeler same"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Clusters, Faces, Json, chosen_faces, tell_decision
from labeler.people.steps import naming
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler same --cluster 3 --cluster 9"


def command(
    context: typer.Context,
    cluster: Clusters = None,
    face: Faces = None,
    json: Json = False,
) -> None:
    """Say that clusters or faces are one person, whoever that is. They become one group."""
    library, faces = chosen_faces(context, cluster, face)
    entry = naming.same_faces(library, faces)
    united = len(set(faces))
    told = f"{count(united, 'face')} put together as one person."
    tell_decision(library, [entry], json, {"faces": united}, told)
