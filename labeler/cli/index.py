"""labeler index"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.folders import tell_away
from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    complain,
    open_library,
    print_json,
    progress_bar,
    say,
    tell_failures,
    tell_left_out,
    tell_next,
    tell_not_used,
)
from labeler.cli.watching import Every, Thorough
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import OWN_RECOGNIZER, DetectorName
from labeler.faces.steps import index as pipeline
from labeler.faces.steps import library_finder
from labeler.groups.steps import group
from labeler.library.store import Library
from labeler.people.steps import waiting
from labeler.photos.io.decoding import MOST_PIXELS
from labeler.wording import count, photos_and_videos

HEADING = Heading.FIND
EXAMPLE = "labeler index ~/Pictures /media/camera/DCIM"


def command(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", show_default=False)],
    detector: Annotated[
        DetectorName | None,
        typer.Option(help="Who finds the faces.", show_default="as before; at first centerface"),
    ] = None,
    views: Annotated[
        int | None,
        typer.Option(
            metavar="1|2|8",
            help="Views of each face that are averaged: more are a little more accurate, and "
            "slower; 1 gives dlib's own descriptor.",
            show_default="as before; at first 2",
        ),
    ] = None,
    recognizer: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="TOML file that describes another recognition network (ONNX), or `dlib`.",
            show_default="as before; at first dlib",
        ),
    ] = None,
    exact: Annotated[
        bool | None,
        typer.Option(
            "--exact/--fast",
            help="Compute in 32-bit floats instead of bytes, at half the speed.",
            show_default="as before; at first fast",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Leave out such folders and files from now on, as in a .gitignore file; may be "
            "repeated. The same patterns can be written into a .labelerignore in any folder.",
        ),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Look into such folders, though programs make them or a pattern leaves them out.",
        ),
    ] = None,
    videos: Annotated[
        bool | None,
        typer.Option(
            "--videos/--no-videos",
            help="Watch videos for faces as well, from now on, or leave them out.",
            show_default="as before; at first --videos",
        ),
    ] = None,
    every: Every = None,
    thorough: Thorough = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try unchanged files again that failed before.")
    ] = False,
    max_megapixels: Annotated[
        int,
        typer.Option(
            min=1, help="Refuse larger pictures, and hold no more than this in memory at once."
        ),
    ] = MOST_PIXELS // 10**6,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Photos looked at side by side.", show_default="one per core"),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Use a Dask cluster whose workers see the same folders. Whoever reaches its "
            "scheduler or workers can run code as you: use it in a network that you trust, or with "
            "TLS (an address like tls://host:8786, and Dask's settings, distributed.comm.tls).",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Find new and changed photos and videos in folders and store the faces in them.

    Those that did not change cost next to nothing, so run it again whenever you have new ones.
    They are only read, never written. Folders that programs make (thumbnails, bins, snapshots), and
    of libraries of Photos all but the originals, are left out.
    """
    library = open_library(context, create=True)
    settings = library_finder.settings(
        library,
        detector=detector,
        views=views,
        recognizer=None if recognizer is None else _recognizer(recognizer),
        exact=exact,
    )
    with progress_bar("Indexing", per_second="photos/s") as progress:
        report = pipeline.index(
            library,
            paths,
            progress,
            settings,
            jobs=jobs or -1,
            retry_failed=retry_failed,
            most_pixels=max_megapixels * 10**6,
            dask=dask,
            exclude=exclude or (),
            include=include or (),
            videos=videos,
            every=every,
            thorough=thorough,
            on_watch=progress.watched,
        )
    welcome = _welcome(library) if report.new else None
    if json:
        print_json(report)
    else:
        _tell(report)
        tell_left_out(report.left_out, "--include NAME")
        tell_not_used(report.not_used)
        tell_away(library, beginning(context))
        if welcome is not None:
            _tell_welcomed(welcome)
        _tell_of_edited(library, report)
        tell_next(library, beginning(context))
    if (report.failed or report.away) and not report.photos:
        raise typer.Exit(1)


def _recognizer(given: Path) -> str:
    """Later runs may start in another folder, so the whole path is kept."""
    return OWN_RECOGNIZER if str(given) == OWN_RECOGNIZER else os.path.abspath(given)


def _tell(report: pipeline.IndexReport) -> None:
    speed = f", {report.new / report.seconds:.1f} photos/s" if report.new else ""
    say(
        f"{photos_and_videos(report.photos, report.videos)} with {count(report.faces, 'face')}: "
        f"{report.new:,} new, {report.unchanged:,} unchanged ({report.seconds:.1f} s{speed})."
    )
    newly = report.failed[: len(report.failed) - report.failed_before]
    tell_failures(newly, "file", "could not be used")
    tell_failures(report.noted, "file", "could be read, but should be looked at")
    if report.failed_before:
        complain(
            f"{count(report.failed_before, 'file')} failed before and did not change since; "
            "--retry-failed tries again."
        )


def _tell_of_edited(library: Library, report: pipeline.IndexReport) -> None:
    if report.followed:
        faces = count(report.followed, "face")
        say(f"{faces} of edited photos {'is' if report.followed == 1 else 'are'} known again.")
    if said := waiting.sentence(waiting.waiting(library)):
        say(f"{said}; `labeler waiting` lists them.")


def _welcome(library: Library) -> group.WelcomeReport | None:
    """Put the new faces into the groups; the photos are indexed also if that cannot be now."""
    try:
        return group.welcome(library)
    except LabelerError as error:
        complain(f"The new faces are in no group yet: {error}")
        return None


def _tell_welcomed(welcome: group.WelcomeReport) -> None:
    parts = [f"{welcome.joined:,} joined a group"]
    if welcome.new_groups:
        mates = welcome.faces - welcome.joined - welcome.alone
        parts.append(f"{mates:,} make {count(welcome.new_groups, 'new group')}")
    parts.append(f"{welcome.alone:,} alone")
    say(f"Of {count(welcome.faces, 'new face')}, {', '.join(parts)}.")
