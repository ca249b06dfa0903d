"""labeler same"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Clusters,
    Faces,
    Json,
    chosen_faces,
    print_json,
    say,
    tell_doubts,
)
from labeler.people.steps import naming
from labeler.people.steps.doubts import doubts
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
    against = doubts(library, [naming.same_faces(library, faces)])
    united = len(set(faces))
    if json:
        print_json({"faces": united, "doubts": against})
        return
    say(f"{count(united, 'face')} put together as one person.")
    tell_doubts(against)
