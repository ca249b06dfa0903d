"""Change a show slide by slide. Each function returns a new one, timed as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeler.errors import LabelerError
from labeler.slideshows import slideshow
from labeler.slideshows.slideshow import Show, Slide


def move(show: Show, place: int, to: int) -> Show:
    """Move the slide at `place`, counted from 0, so that it comes to be at `to`.

    Raises:
        LabelerError: there is no such place.
    """
    slides = list(show.slides)
    _check(show, place)
    _check(show, to)
    slides.insert(to, slides.pop(place))
    return _with(show, slides)


def drop(show: Show, place: int) -> Show:
    """Leave the slide at `place` out.

    Raises:
        LabelerError: there is no such place, or it is the last slide.
    """
    _check(show, place)
    if len(show.slides) == 1:
        raise LabelerError("This is the last photo of the show; a show needs one.")
    return _with(show, [*show.slides[:place], *show.slides[place + 1 :]])


def pin(show: Show, place: int, pinned: bool = True) -> Show:
    """Note that the photo at `place` stays when the show is chosen anew, or need not.

    Raises:
        LabelerError: there is no such place.
    """
    return _changed(show, place, replace(_slide(show, place), pinned=pinned))


def write_caption(show: Show, place: int, text: str) -> Show:
    """Write other lines below the photo at `place`; the first one is the largest.

    Raises:
        LabelerError: there is no such place.
    """
    return _changed(show, place, replace(_slide(show, place), lines=lines(text)))


def entitle(show: Show, title: str, subtitle: str) -> Show:
    """Write other words on the title card.

    Raises:
        LabelerError: there is no title.
    """
    title, subtitle = " ".join(title.split()), " ".join(subtitle.split())
    if not title:
        raise LabelerError("A show needs a title of at least one letter.")
    return replace(show, title=title, subtitle=subtitle)


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(line for line in (" ".join(row.split()) for row in text.splitlines()) if line)


def _with(show: Show, slides: Sequence[Slide]) -> Show:
    steps = [slide.duration - show.crossfade for slide in slides]
    return slideshow.timed(replace(show, slides=tuple(slides)), steps)


def _changed(show: Show, place: int, slide: Slide) -> Show:
    return replace(show, slides=(*show.slides[:place], slide, *show.slides[place + 1 :]))


def _slide(show: Show, place: int) -> Slide:
    _check(show, place)
    return show.slides[place]


def _check(show: Show, place: int) -> None:
    if not 0 <= place < len(show.slides):
        raise LabelerError(
            f"There is no slide {place + 1}; the show has {len(show.slides)} of them."
        )
