"""labeler ignore"""

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
EXAMPLE = "labeler ignore --cluster 12"


def command(
    context: typer.Context,
    cluster: Clusters = None,
    face: Faces = None,
    json: Json = False,
) -> None:
    """Say that faces are nobody you care about: strangers, statues, or no faces at all.

    They get no automatic name, nor do faces that resemble them more than anybody with a name.
    """
    library, faces = chosen_faces(context, cluster, face)
    entry = naming.ignore_faces(library, faces)
    ignored = len(set(faces))
    if json:
        print_json({"entry": entry, "faces": ignored})
        return
    say(f"{count(ignored, 'face')} ignored.")
