"""Make what a show shall become: a video, a page, a playlist, or a folder of its photos."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import remove_parts, whole_file
from labeler.slideshows import captions, slideshow
from labeler.slideshows.io import music, slide_photos, video, web_show
from labeler.slideshows.io.video import VideoLook
from labeler.slideshows.slideshow import Rendered, Show
from labeler.sorting.io import free_names, transfer
from labeler.types import Failure
from labeler.wording import spelled

VIDEO, PAGE = frozenset({".mp4"}), frozenset({".html", ".htm"})
PLAYLIST, LIST = frozenset({".m3u8", ".m3u"}), frozenset({".txt"})

Progress = Callable[[int, int], None]
"""Called between frames, slides or files with how many are done and how many there are. It raises
an exception when nobody wants the rest; of a file that is being made, nothing is left then."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a show is made.

    look: size, frames per second, music. seconds: how long a slide is seen; None = as usual.
    fit_music: the show lasts as long as the music. on_beat: slides change on its beats.
    folder: what is made is a folder, whatever its name. link: with links in it, not copies.
    """

    look: VideoLook = field(default_factory=VideoLook)
    seconds: float | None = None
    fit_music: bool = False
    on_beat: bool = False
    folder: bool = False
    link: bool = False


def render(
    show: Show, out: Path, style: Style | None = None, progress: Progress | None = None
) -> Rendered:
    """Make `out` of the show: .mp4, .html, a list of paths (.m3u8, .txt), or a folder.

    Photos that are gone, damaged or replaced are left out; the show is then shorter.

    Raises:
        LabelerError: `out` exists already, cannot be written, or has another ending; no photo can
            be shown; the music cannot be played, or is too short.
    """
    style = style or Style()
    check(out, style)
    remove_parts(out.parent)
    show, failed = slide_photos.checked(show)
    if _is_folder(out, style):
        more = _fill_folder(show, out, "link" if style.link else "copy", progress)
        return Rendered(len(show.slides) - len(more), 0.0, failed + more)
    suffix = out.suffix.lower()
    if suffix in PLAYLIST | LIST:
        more = _write_list(show, out, suffix in PLAYLIST)
        return Rendered(len(show.slides) - len(more), 0.0, failed + more)
    show = timed(show, style)
    if suffix in VIDEO:
        seconds = video.render(show, out, style.look, progress)
    else:
        seconds = web_show.render(show, out, style.look.music, progress)
    return Rendered(len(show.slides), seconds, failed)


def check(out: Path, style: Style) -> None:
    """Make sure that `out` can be made, before any work is done.

    Raises:
        LabelerError: see `render`.
    """
    if style.look.music:
        music.check(style.look.music)
    if _is_folder(out, style):
        if os.path.lexists(out) and not out.is_dir():
            raise LabelerError(f"{out} exists already and is no folder; choose another name.")
        if not out.parent.is_dir():
            raise LabelerError(f"The folder {out.parent} does not exist; create it first.")
        return
    if out.suffix.lower() not in VIDEO | PAGE | PLAYLIST | LIST:
        raise LabelerError(
            f"{out.name} must end in .mp4 for a video, .html for a page, .m3u8 or .txt for a list "
            "of the photos, or in / for a folder of them."
        )
    if not out.parent.is_dir():
        raise LabelerError(f"The folder {out.parent} does not exist; create it first.")
    if os.path.lexists(out):
        raise LabelerError(f"{out} exists already; choose another name.")


def timed(show: Show, style: Style) -> Show:
    """Return the show with each slide seen for as long as the style says.

    Raises:
        LabelerError: that is too short, or the music has no steady beat.
    """
    if style.seconds is not None:
        least = slideshow.least_step(show) + show.crossfade
        if style.seconds < least:
            raise LabelerError(f"A slide must be seen for at least {least:g} seconds.")
        show = slideshow.evenly_timed(show, style.seconds)
    tune = style.look.music
    if tune is None or not (style.fit_music or style.on_beat):
        return show
    lasts = music.length(tune)
    if style.fit_music:
        show = _fitted(show, lasts)
    if style.on_beat:
        show = slideshow.on_beats(show, _all_beats(tune, lasts, show.seconds))
    return slideshow.ending(show, lasts) if style.fit_music else show


def _fitted(show: Show, lasts: float) -> Show:
    try:
        return slideshow.lasting(show, lasts)
    except ValueError as error:
        room = int((lasts - slideshow.TITLE_SECONDS) / slideshow.least_step(show))
        told = f"{captions.clock(lasts)} min"
        advice = f"show at most {room} (--most {room})" if room >= 1 else "choose a longer piece"
        raise LabelerError(
            f"The music lasts {told}, which is too short for {len(show.slides)} slides; {advice}."
        ) from error


def _all_beats(tune: Path, lasts: float, until: float) -> list[float]:
    """Return the beats of the music, which is repeated until the show ends."""
    once = music.beat_times(tune)
    if not once:
        raise LabelerError(f"{tune.name} has no steady beat; leave out --on-beat.")
    rounds = range(int(until // lasts) + 1)
    return [beat + number * lasts for number in rounds for beat in once]


def _is_folder(out: Path, style: Style) -> bool:
    return style.folder or out.is_dir()


def _fill_folder(
    show: Show, folder: Path, method: transfer.Method, progress: Progress | None
) -> tuple[Failure, ...]:
    """Copy the photos into a folder, or link them, their names numbered in the order of the show.

    Nothing is overwritten; what is there already is not copied again. Return what failed.
    """
    failed = []
    digits = max(3, len(str(len(show.slides))))
    taken: dict[Path, str] = {}
    try:
        folder.mkdir(exist_ok=True)
        transfer.remove_leftovers(folder)
    except OSError as error:
        raise LabelerError(f"{folder} cannot be written ({error.strerror}).") from error
    for place, slide in enumerate(show.slides, 1):
        source, content = Path(slide.candidate.photo_path), slide.candidate.content_hash
        wanted = folder / f"{place:0{digits}} {source.name}"
        try:
            target = free_names.free_target(source, wanted, method, content, taken)
            if not transfer.is_placed(source, target, method):
                transfer.put(source, target, method, content)
            taken[target] = free_names.held(source, method, content)
        except (OSError, LabelerError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            failed.append(Failure(str(source), f"It cannot be put into {folder} ({reason})."))
        if progress:
            progress(place, len(show.slides))
    return tuple(failed)


def _write_list(show: Show, out: Path, playlist: bool) -> tuple[Failure, ...]:
    """Write the absolute paths, one a line; return the photos whose path has a line break."""
    failed = []
    lines = [b"#EXTM3U"] if playlist else []
    for slide in show.slides:
        path = slide.candidate.photo_path
        if "\n" in path or "\r" in path:
            failed.append(Failure(path, "Its path has a line break, which no list can hold."))
            continue
        if playlist:
            seconds = max(round(slide.duration - show.crossfade), 1)
            # On one line, whatever the caption holds: the next line would be played.
            told = spelled(" ".join(slide.lines[:1])).encode("utf-8", "replace")
            lines.append(b"#EXTINF:%d,%s" % (seconds, told))
        lines.append(os.fsencode(path))
    with whole_file(out) as temporary:
        temporary.write_bytes(b"\n".join([*lines, b""]))
    return tuple(failed)
