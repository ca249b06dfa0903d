"""What somebody fills into the page of shows: which photos, how many, and what to make of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.slideshows import choice as choices
from labeler.slideshows.choice import Choice
from labeler.slideshows.steps import slideshow
from labeler.slideshows.steps.slideshow import Extent

from ..home.work import whole_path

if TYPE_CHECKING:
    from labeler.slideshows.slideshow import Show
    from labeler.slideshows.steps.files import Style

SIZES = {"720p": "720p", "1080p": "1080p", "4k": "4k"}
FOLDERS = frozenset({"copies", "links"})
ENDINGS = {**dict.fromkeys(SIZES, ".mp4"), "page": ".html", "playlist": ".m3u8"}
_OPTION = re.compile(r" \(--[^)]*\)")
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
"""What some system does not take in the name of a file."""


@dataclass(frozen=True)
class Wishes:
    """Which photos a show is chosen from, and how many, as it was typed; see `Choice`, `Extent`."""

    people: tuple[str, ...] = ()
    all_of_them: bool = False
    nobody_else: bool = False
    since: str = ""
    until: str = ""
    albums: tuple[str, ...] = ()
    not_albums: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    not_texts: tuple[str, ...] = ()
    most: int | None = slideshow.MOST_SLIDES
    best_per_year: int | None = None
    growing_up: bool = False
    search: str = ""

    def choice(self) -> Choice:
        """Return what is asked for.

        Raises:
            LabelerError: nobody was chosen, or a date is none.
        """
        if not self.people:
            raise LabelerError("Say of whom the show shall be: choose at least one person.")
        since, until = self.since.strip(), self.until.strip()
        return Choice(
            people=self.people,
            all_of_them=self.all_of_them,
            nobody_else=self.nobody_else,
            since=choices.day(since) if since else None,
            until=choices.day(until, last=True) if until else None,
            albums=_said(self.albums),
            not_albums=_said(self.not_albums),
            texts=_said(self.texts),
            not_texts=_said(self.not_texts),
            search=self.search.strip(),
        )

    def extent(self, before: Show | None) -> Extent:
        """Return how much of it is shown, and what is pinned in the show that there was before."""
        extent = Extent(self.most, self.best_per_year, self.growing_up)
        return replace(extent, pinned=slideshow.pinned(before)) if before else extent

    @property
    def narrows(self) -> bool:
        """Tell whether anything but people and numbers is asked for."""
        filters = (self.since, self.until, self.albums, self.not_albums, self.texts, self.not_texts)
        return any((*filters, self.search, self.all_of_them, self.nobody_else))


@dataclass(frozen=True)
class Making:
    """What shall be made of a show. kind: one of SIZES, FOLDERS, 'page', 'playlist'."""

    kind: str
    file: str
    music: str = ""
    fit_music: bool = False
    on_beat: bool = False

    def target(self) -> Path:
        """Return what to write.

        Raises:
            LabelerError: it is no whole path, or ends in something else than what is made.
        """
        path = whole_path(self.file, "what to write", str(suggested_file("Rosa", self.kind)))
        ending = ENDINGS.get(self.kind)
        if ending and path.suffix.lower() != ending:
            raise LabelerError(f"The name {path.name} must end in {ending} for what you chose.")
        return path

    def style(self) -> Style:
        """Return how it is made.

        Raises:
            LabelerError: the music is no whole path, or is needed and not given.
        """
        from labeler.slideshows.io import video
        from labeler.slideshows.steps.files import Style, VideoLook

        size = video.SIZES[SIZES.get(self.kind, "720p")]
        if not has_sound(self.kind):
            return Style(VideoLook(size), folder=self.kind in FOLDERS, link=self.kind == "links")
        example = str(_music_folder() / "waltz.mp3")
        music = whole_path(self.music, "the music", example) if self.music.strip() else None
        if music is None and (self.fit_music or self.on_beat):
            raise LabelerError("Say which music the show shall follow, or let it follow none.")
        return Style(VideoLook(size, music=music), fit_music=self.fit_music, on_beat=self.on_beat)


def has_sound(kind: str) -> bool:
    """Tell whether what is made can have music."""
    return kind in SIZES or kind == "page"


def suggested_file(title: str, kind: str, typed: str = "") -> Path:
    """Return where a show may be written to: a file or folder that is not there yet.

    Args:
        typed: what stands in the field; its folder and name are kept, with the right ending.
    """
    ending = ENDINGS.get(kind, "")
    path = Path(os.path.expanduser(typed.strip()))
    if typed.strip() and path.is_absolute() and path.name:
        known = path.suffix.lower() in ENDINGS.values()
        return path.with_name((path.stem if known else path.name) + ending)
    stem = _FORBIDDEN.sub("-", title).strip(" .")[:80] or "Show"
    first = _video_folder() / (stem + ending)
    path, number = first, 2
    while os.path.lexists(path):
        path, number = first.with_name(f"{stem} {number}{ending}"), number + 1
    return path


def plain(sentence: str) -> str:
    """Return a sentence of the engine without the options of its command line."""
    return _OPTION.sub("", sentence).replace("leave out --on-beat", "do not follow its beat")


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def _video_folder() -> Path:
    videos = Path.home() / "Videos"
    return videos if videos.is_dir() else Path.home()


def _music_folder() -> Path:
    return Path.home() / "Music"
