"""labeler unlabel"""

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
)
from labeler.people.steps import naming
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler unlabel --face 17"


def command(
    context: typer.Context,
    cluster: Clusters = None,
    face: Faces = None,
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
