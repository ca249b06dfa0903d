"""labeler faces"""

from __future__ import annotations

import typer

from labeler.cli.output import Json, open_library, percent, print_json, say
from labeler.pipeline.listing import FaceRow, list_faces

EXAMPLE = "labeler faces --json > faces.json"


def command(context: typer.Context, json: Json = False) -> None:
    """List all faces: where they are, their cluster, and who they are."""
    rows = list_faces(open_library(context))
    if json:
        print_json([_document(row) for row in rows])
        return
    for row in rows:
        cluster = f"group {row.cluster}" if row.cluster is not None else "alone"
        say(f"{row.face}\t{cluster}\t{_who(row)}\t{row.photo}")
    if not rows:
        say("There are no faces yet; `labeler index PATH` finds them.")


def _document(row: FaceRow) -> dict[str, object]:
    return {
        "face": row.face,
        "photo": row.photo,
        "box": row.box.as_tuple(),
        "score": row.score,
        "cluster": row.cluster,
        "person": row.person,
        "source": row.source,
        "probability": row.probability,
        "xy": row.xy,
    }


def _who(row: FaceRow) -> str:
    if row.person is None:
        return "ignored" if row.ignored else "?"
    return row.person if row.source == "user" else f"{row.person} ({percent(row.probability or 0)})"
