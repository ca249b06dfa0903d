"""labeler ignore"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Clusters,
    Faces,
    Json,
    beginning,
    chosen_faces,
    open_library,
    print_json,
    say,
)
from labeler.errors import UsageError
from labeler.people.steps import naming
from labeler.wording import count

if TYPE_CHECKING:
    from labeler.people.steps.ignored import IgnoredGroup

HEADING = Heading.NAME
EXAMPLE = "labeler ignore --cluster 7"


def command(
    context: typer.Context,
    cluster: Clusters = None,
    face: Faces = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List who is ignored, with what came to them later.")
    ] = False,
    json: Json = False,
) -> None:
    """Say that faces are nobody you care about: strangers, statues, or no faces at all.

    They get no automatic name, nor do faces that resemble them more than anybody with a name. A
    group that is ignored stays so: faces that join it later are not asked about. `labeler unlabel`
    brings back what was ignored.
    """
    if listed:
        _list(context, [*(cluster or []), *(face or [])], json)
        return
    library, faces = chosen_faces(context, cluster, face)
    entry = naming.ignore_faces(library, faces)
    ignored = len(set(faces))
    if json:
        print_json({"entry": entry, "faces": ignored})
        return
    say(f"{count(ignored, 'face')} ignored.")


def _list(context: typer.Context, chosen: Sequence[int], json: bool) -> None:
    from labeler.people.steps.ignored import ignored_groups

    if chosen:
        raise UsageError("--list lists all; leave out --cluster and --face.")
    groups = ignored_groups(open_library(context))
    if json:
        print_json(groups)
        return
    for group in groups:
        say(_told(group, beginning(context)))
    if not groups:
        say("Nobody is ignored.")


def _told(group: IgnoredGroup, labeler: str) -> str:
    faces = count(len(group.faces), "face")
    if group.cluster is None:
        one = f"--face {group.faces[0]}"
        return f"{faces} in no group; `{labeler} unlabel {one}` brings one back."
    later = f", {len(group.later):,} more came later" if group.later else ""
    back = f"`{labeler} unlabel --cluster {group.cluster}` brings them back."
    return f"cluster {group.cluster}: {faces}{later}; {back}"
