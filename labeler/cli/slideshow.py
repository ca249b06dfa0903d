"""labeler slideshow"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    complain,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.errors import UsageError
from labeler.wording import count

if TYPE_CHECKING:
    from labeler.slideshows.choice import Choice
    from labeler.slideshows.slideshow import Rendered, Show
    from labeler.slideshows.steps.files import Style
    from labeler.slideshows.steps.slideshow import Extent

HEADING = Heading.USE
EXAMPLE = "labeler slideshow Rosa --not-album 'Lisbon*' --music waltz.mp3 --out rosa.mp4"
_SIZE = re.compile(r"(\d{2,5})[x×](\d{2,5})", re.ASCII)


def command(
    context: typer.Context,
    people: Annotated[
        list[str] | None, typer.Argument(metavar="PERSON…", show_default=False)
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="What to make: .mp4 (video), .html (page), .m3u8 or .txt (list of the photos), "
            "or DIR/ (copies of the photos, numbered, with all that is written in them).",
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of the people on one photo.")] = False,
    only: Annotated[bool, typer.Option("--only", help="Nobody else on the photo.")] = False,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Not before 2003 or 2003-12-24.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Not after 2010 or 2010-06-30.")
    ] = None,
    album: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only folders such as 'Lisbon*'; may be repeated."),
    ] = None,
    not_album: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Not these; may be repeated.")
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="Only what says so in caption, keywords or file name; may be repeated.",
        ),
    ] = None,
    not_text: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Not what says so.")
    ] = None,
    search: Annotated[
        str,
        typer.Option(
            metavar="QUERY",
            show_default=False,
            help="Only what `labeler search` finds, such as 'summer 2008 -felix'.",
        ),
    ] = "",
    most: Annotated[
        int | None,
        typer.Option(
            min=1, show_default="60", help="At most so many photos, spread evenly over the years."
        ),
    ] = None,
    best_per_year: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Of each year the N best.")
    ] = None,
    growing_up: Annotated[
        bool, typer.Option("--growing-up", help="One person's face through the years.")
    ] = False,
    videos: Annotated[
        bool,
        typer.Option(
            "--videos", help="The best moment of each of their videos as well; see --sound."
        ),
    ] = False,
    sound: Annotated[
        bool,
        typer.Option(
            "--sound", help="With the sound of videos; the music goes down meanwhile (.mp4 only)."
        ),
    ] = False,
    no_places: Annotated[
        bool, typer.Option("--no-places", help="Let captions name no towns.")
    ] = False,
    size: Annotated[
        str, typer.Option(metavar="SIZE", help="720p, 1080p, 4k, or such as 1280x720.")
    ] = "720p",
    fps: Annotated[int, typer.Option(min=10, max=60, help="Frames per second.")] = 25,
    seconds: Annotated[
        float | None, typer.Option(show_default="5", help="How long a photo is seen.")
    ] = None,
    music: Annotated[Path | None, typer.Option(metavar="FILE", help="Music to play.")] = None,
    fit_music: Annotated[
        bool, typer.Option("--fit-music", help="Last as long as the music.")
    ] = False,
    on_beat: Annotated[
        bool, typer.Option("--on-beat", help="Change the photos on the beat of the music.")
    ] = False,
    link: Annotated[bool, typer.Option("--link", help="Links in DIR/ instead of copies.")] = False,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write the plan, to be edited.")
    ] = None,
    from_plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Show what this plan says. With PERSON: choose anew, keep what is pinned in it.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make a show of the photos of one or several people, in the order in which they were taken.

    Each moment is shown once, by its best photo, and the faces of these people are never cut off.
    Videos and pages hold pictures and captions, but no positions, paths or other data of the
    photos. Captions name the town of photos for which you wrote none, unless --no-places is given.
    """
    from labeler.slideshows import choice as choices
    from labeler.slideshows.steps import files, slideshow

    look = files.VideoLook(_size(size), fps, music, sound)
    folder = out is not None and out.endswith(("/", os.sep))
    style = files.Style(look, seconds, fit_music, on_beat, folder, link)
    choice = choices.Choice(
        people=tuple(people or ()),
        all_of_them=all_,
        nobody_else=only,
        since=choices.day(since) if since else None,
        until=choices.day(until, last=True) if until else None,
        albums=tuple(album or ()),
        not_albums=tuple(not_album or ()),
        texts=tuple(text or ()),
        not_texts=tuple(not_text or ()),
        search=search,
    )
    extent = slideshow.Extent(most, best_per_year, growing_up, places=not no_places, videos=videos)
    _check(style, choice, extent, out, plan, from_plan)
    show = slideshow.load_plan(from_plan) if from_plan else None
    if people:
        if most is None and best_per_year is None:
            extent = replace(extent, most=slideshow.MOST_SLIDES)
        if show:
            extent = replace(extent, pinned=slideshow.pinned(show))
        show = slideshow.plan_show(open_library(context), choice, extent)
    elif show:
        show = slideshow.of_library(open_library(context), show)
    assert show is not None
    if plan is not None:
        slideshow.save_plan(show, plan)
    _make(show, Path(out) if out else None, plan, style, json)


def _check(
    style: Style,
    choice: Choice,
    extent: Extent,
    out: str | None,
    plan: Path | None,
    from_plan: Path | None,
) -> None:
    """Refuse what makes no sense before any work is done."""
    from labeler.slideshows.steps import files

    if out is None and plan is None:
        raise UsageError("Say what to make: --out FILE, or --plan FILE.json.")
    if not choice.people and from_plan is None:
        raise UsageError("Say of whom the show shall be: labeler slideshow PERSON --out FILE.")
    if not choice.people and (choice, extent) != (type(choice)(()), type(extent)(None)):
        raise UsageError(
            "A plan is shown as it is; to choose anew around what is pinned in it, add PERSON."
        )
    if (style.fit_music or style.on_beat) and style.look.music is None:
        raise UsageError("--fit-music and --on-beat need --music FILE.")
    if style.look.sound and (out is None or not out.lower().endswith(".mp4")):
        raise UsageError("--sound is heard in videos only: --out FILE.mp4.")
    if out is not None:
        files.check(Path(out), style)


def _make(show: Show, out: Path | None, plan: Path | None, style: Style, json: bool) -> None:
    from labeler.slideshows import captions
    from labeler.slideshows.steps import files

    rendered = None
    if out is not None:
        with progress_bar("Making") as progress:
            rendered = files.render(show, out, style, progress)
    if json:
        print_json(_document(show, rendered, out, plan))
        return
    for failure in rendered.failed if rendered else show.left_out:
        complain(f"{shown(failure.path)}: {failure.reason}")
    if plan is not None:
        say(f"Plan of {count(len(show.slides), 'slide')} of {show.title}: {plan.absolute()}")
    if rendered and out is not None:
        what = count(rendered.slides, "slide" if rendered.seconds else "photo")
        length = f", {captions.clock(rendered.seconds)} min" if rendered.seconds else ""
        say(f"{what} of {show.title}{length}: {out.absolute()}")


def _document(
    show: Show, rendered: Rendered | None, out: Path | None, plan: Path | None
) -> dict[str, object]:
    return {
        "person": show.title,
        "people": show.people,
        "slides": rendered.slides if rendered else len(show.slides),
        "seconds": rendered.seconds if rendered else show.seconds,
        "file": out.absolute() if out else None,
        "plan": plan.absolute() if plan else None,
        "failed": rendered.failed if rendered else show.left_out,
    }


def _size(text: str) -> tuple[int, int]:
    """Read '1080p' or '1920x1080'.

    Raises:
        UsageError: it is no size that a video can have.
    """
    from labeler.slideshows.io.video import SIZES

    if text.lower() in SIZES:
        return SIZES[text.lower()]
    match = _SIZE.fullmatch(text.lower())
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(64 <= side <= 7680 and side % 2 == 0 for side in size):
        raise UsageError(
            f"{text} is no size; write 720p, 1080p, 4k, or two even numbers such as 1280x720."
        )
    return size
