"""labeler live"""

from __future__ import annotations

import json as json_
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import complain, open_library, say, shown
from labeler.cli.streams import write
from labeler.errors import UsageError
from labeler.live.answers import LEAST
from labeler.live.visits import COOLDOWN
from labeler.wording import certainty

if TYPE_CHECKING:
    from labeler.live.io.commands import OnPerson
    from labeler.live.steps.watching import Happened

HEADING = Heading.USE
EXAMPLE = "labeler live rtsp://door.local/stream --only Rosa"
STRANGER = "somebody unknown"


def command(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE]",
            help="A camera by number, device or name, an rtsp:// or http:// address, or a video.",
        ),
    ] = "0",
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Tell of nobody but this person; may be repeated."),
    ] = None,
    least: Annotated[
        float, typer.Option(metavar="P", help="Give a name from this probability on.")
    ] = LEAST,
    cooldown: Annotated[
        float,
        typer.Option(metavar="S", help="Seconds without somebody after which they have left."),
    ] = COOLDOWN,
    on_person: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Run this when somebody with a name comes; the name is in its environment, as "
            "LABELER_PERSON. No shell is involved.",
        ),
    ] = None,
    snapshots: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep a picture in this folder when somebody comes."),
    ] = None,
    json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print a JSON object on a line for each event, as where nobody reads."
        ),
    ] = False,
) -> None:
    """Tell who comes before a camera and who leaves, until Ctrl-C.

    Pictures are looked at as they come and forgotten. A photo held before the camera is taken for
    the person: this is not for access control.
    """
    from labeler.live.io.commands import OnPerson
    from labeler.live.steps.watching import Wishes, source_at, watch
    from labeler.people.steps.naming import known_person

    if not 0 < least <= 1:
        raise UsageError("--least is a probability, such as 0.9.")
    if not 0 <= cooldown <= 86_400:
        raise UsageError("--cooldown is a number of seconds, such as 10.")
    if snapshots is not None and not snapshots.is_dir():
        raise UsageError(f"There is no folder {snapshots}; make it first.")
    run = OnPerson(on_person) if on_person is not None else None
    address = source_at(source)
    library = open_library(context)
    people = tuple(known_person(library, name) for name in only or ())
    wishes = Wishes(people, least, cooldown)
    as_lines = json or not sys.stdout.isatty()
    if not as_lines:
        say(f"Watching {shown(address.shown)}. Ctrl-C ends it.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with closing(watch(library, address, wishes, complain)) as happenings:
            for happened in happenings:
                _act(happened, run, snapshots)
                _tell(happened, as_lines)
    except KeyboardInterrupt:
        return


def _tell(happened: Happened, as_lines: bool) -> None:
    event = happened.event
    if as_lines:
        write(json_.dumps(_document(happened)))
        sys.stdout.flush()
        return
    who = event.person or STRANGER
    sure = f" ({certainty(event.probability)})" if event.person and event.kind == "came" else ""
    say(f"{happened.time:%H:%M:%S}  {who} {event.kind}{sure}")


def _document(happened: Happened) -> dict[str, Any]:
    event = happened.event
    return {
        "time": happened.time.isoformat(timespec="milliseconds"),
        "event": event.kind,
        "person": event.person or None,
        "probability": round(event.probability, 4) if event.person else None,
        "track": event.track,
    }


def _act(happened: Happened, run: OnPerson | None, snapshots: Path | None) -> None:
    from labeler.errors import LabelerError
    from labeler.live.io.snapshots import keep

    event = happened.event
    if event.kind != "came":
        return
    if snapshots is not None and happened.image is not None:
        try:
            keep(snapshots, happened.image, happened.time, event.person)
        except LabelerError as error:  # the disk may be full for a while
            complain(str(error))
    if run is not None and event.person:
        trouble = run.run(
            {
                "LABELER_PERSON": event.person,
                "LABELER_PROBABILITY": f"{event.probability:.4f}",
                "LABELER_TIME": happened.time.isoformat(timespec="seconds"),
                "LABELER_TRACK": str(event.track),
            }
        )
        if trouble:
            complain(trouble)
