"""Render a show as one HTML file that holds its pictures and needs nothing else, not even a net."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from pathlib import Path

from PIL import Image as PILImage

from labeler import geometry
from labeler.errors import UnreadablePhotoError
from labeler.files import whole_file
from labeler.shows import motion, slide_images, slideshow
from labeler.shows.slide_images import PORTRAIT_MARGIN, Picture, Size
from labeler.shows.slideshow import Rendered, Show, Slide
from labeler.shows.web_page import END, HEAD
from labeler.types import Box, Failure

LONGEST_SIDE = 1600
JPEG_QUALITY = 84
PORTRAIT_SIZE = 480
BLUR_SIZE = (64, 40)
"""The blur behind a photo is embedded this small; the browser makes it large."""

Progress = Callable[[int, int], None]
"""Called with slides done and slides in all."""


def render(show: Show, out: Path, progress: Progress | None = None) -> Rendered:
    """Write the show to `out`, which appears only when it is complete.

    A photo that cannot be read any more is left out; the show is then shorter.

    Raises:
        LabelerError: no photo can be read, or the file cannot be written.
    """
    failed: list[Failure] = []
    with whole_file(out) as temporary, temporary.open("w", encoding="utf-8") as page:
        page.write(HEAD.replace("{title}", escape(show.title)))
        page.write(_title(show))
        for place, slide in enumerate(show.slides):
            try:
                page.write(_figure(show, slide))
            except UnreadablePhotoError as error:
                failed.append(Failure(slide.candidate.photo_path, str(error)))
            if progress:
                progress(place + 1, len(show.slides))
        page.write(END.replace("{crossfade}", f"{show.crossfade:g}"))
        slides = len(show.slides) - len(failed)
        if not slides:
            raise slide_images.none_readable(show.person)
    return Rendered(slides, slideshow.length(slides), tuple(failed))


def _title(show: Show) -> str:
    """Return the title card; without the portrait if its photo cannot be read."""
    try:
        photo = slide_images.load(show.cover)
    except UnreadablePhotoError:  # it is reported when its own slide comes
        fill = portrait = ""
    else:
        fill = _fill(photo)
        portrait = f'<img alt="" src="{_jpeg(_portrait(photo, show.cover.face))}">'
    return (
        f'<section class="slide title" data-seconds="{slideshow.TITLE_SECONDS:g}" hidden>'
        f'{fill}<div class="card">{portrait}<h1>{escape(show.title)}</h1>'
        f"<p>{escape(show.subtitle)}</p></div></section>\n"
    )


def _figure(show: Show, slide: Slide) -> str:
    """Return one slide.

    Raises:
        UnreadablePhotoError: the photo cannot be read any more.
    """
    candidate = slide.candidate
    photo = slide_images.load(candidate)
    picture = photo.copy()
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), PILImage.Resampling.LANCZOS, reducing_gap=3.0)
    head = motion.head_box(photo.width, photo.height, candidate.face)
    return (
        f'<figure class="slide" data-seconds="{slide.duration:g}"'
        f' data-head="{_fractions(head, photo.size)}" hidden>{_fill(photo)}'
        f'<img class="photo" width="{picture.width}" height="{picture.height}" decoding="async"'
        f' alt="{escape(" · ".join((show.person, *slide.lines)))}" src="{_jpeg(picture)}">'
        f"{_caption(slide.lines)}</figure>\n"
    )


def _caption(lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    more = "".join(f"<span>{escape(line)}</span>" for line in lines[1:])
    return f"<figcaption><b>{escape(lines[0])}</b>{more}</figcaption>"


def _fill(photo: Picture) -> str:
    blur = slide_images.blurred(photo, BLUR_SIZE, brightness=1.0)
    return f'<div class="fill" style="background-image:url({_jpeg(blur)})"></div>'


def _portrait(photo: Picture, face: Box) -> Picture:
    square = geometry.square_around(face, PORTRAIT_MARGIN, photo.width, photo.height)
    return photo.resize((PORTRAIT_SIZE, PORTRAIT_SIZE), PILImage.Resampling.LANCZOS, box=square)


def _fractions(box: Box, size: Size) -> str:
    width, height = size
    edges = (box.left / width, box.top / height, box.right / width, box.bottom / height)
    return " ".join(f"{edge:.4f}" for edge in edges)


def _jpeg(picture: Picture) -> str:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
