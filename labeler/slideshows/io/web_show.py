"""Render a show as one HTML file that holds its pictures and needs nothing else, not even a net."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from pathlib import Path

from PIL import Image as PILImage

from labeler.io.files import whole_file
from labeler.slideshows import motion
from labeler.slideshows.io import music, slide_images, slide_photos
from labeler.slideshows.io.slide_images import Picture, Size
from labeler.slideshows.io.web_page import END, HEAD, MUSIC
from labeler.slideshows.slideshow import TITLE_SECONDS, Show, Slide
from labeler.types import Box

LONGEST_SIDE = 1600
JPEG_QUALITY = 84
PORTRAIT_SIZE = 480
BLUR_SIZE = (64, 40)
"""The blur behind a photo is embedded this small; the browser makes it large."""

Progress = Callable[[int, int], None]
"""Called with slides done and slides in all; raises an exception when nobody wants the rest."""


def render(
    show: Show, out: Path, music_file: Path | None = None, progress: Progress | None = None
) -> float:
    """Write the show to `out`, which appears only when it is complete; return its seconds.

    Raises:
        LabelerError: a photo or the music cannot be read, or the file cannot be written.
    """
    with whole_file(out) as temporary, temporary.open("w", encoding="utf-8") as page:
        page.write(HEAD.replace("{title}", escape(show.title)))
        if music_file:
            page.write(MUSIC.replace("{sound}", _sound(music_file, show.seconds)))
        page.write(_title(show))
        for place, slide in enumerate(show.slides):
            page.write(_figure(show, slide))
            if progress:
                progress(place + 1, len(show.slides))
        page.write(END.replace("{crossfade}", f"{show.crossfade:g}"))
    return show.seconds


def _title(show: Show) -> str:
    """Return the title card."""
    photo = slide_photos.load(show.cover)
    faces = [face.box for face in show.cover.faces]
    pictures = slide_images.portraits(photo, faces, PORTRAIT_SIZE)
    portraits = "".join(f'<img alt="" src="{_jpeg(picture)}">' for picture in pictures)
    return (
        f'<section class="slide title" data-seconds="{TITLE_SECONDS:g}" hidden>{_fill(photo)}'
        f'<div class="card"><div class="faces" style="--faces:{len(pictures)}">{portraits}</div>'
        f"<h1>{escape(show.title)}</h1><p>{escape(show.subtitle)}</p></div></section>\n"
    )


def _figure(show: Show, slide: Slide) -> str:
    """Return one slide."""
    photo, sights = slide_photos.seen(show, slide.candidate)
    picture = photo.copy()
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), PILImage.Resampling.LANCZOS, reducing_gap=3.0)
    head = motion.head_box(photo.width, photo.height, sights.faces)
    told = " · ".join((*slide.candidate.people, *slide.lines))
    return (
        f'<figure class="slide" data-seconds="{slide.duration:.6g}"'
        f' data-head="{_fractions(head, photo.size)}" hidden>{_fill(photo)}'
        f'<img class="photo" width="{picture.width}" height="{picture.height}" decoding="async"'
        f' alt="{escape(told)}" src="{_jpeg(picture)}">'
        f"{_caption(slide.lines, show.growing_up)}</figure>\n"
    )


def _caption(lines: tuple[str, ...], centred: bool) -> str:
    if not lines:
        return ""
    more = "".join(f"<span>{escape(line)}</span>" for line in lines[1:])
    kind = ' class="centred"' if centred else ""
    return f"<figcaption{kind}><b>{escape(lines[0])}</b>{more}</figcaption>"


def _fill(photo: Picture) -> str:
    blur = slide_photos.blurred(photo, BLUR_SIZE, brightness=1.0)
    return f'<div class="fill" style="background-image:url({_jpeg(blur)})"></div>'


def _sound(path: Path, seconds: float) -> str:
    return "data:audio/mp4;base64," + base64.b64encode(music.encoded(path, seconds)).decode()


def _fractions(box: Box, size: Size) -> str:
    width, height = size
    edges = (box.left / width, box.top / height, box.right / width, box.bottom / height)
    return " ".join(f"{edge:.4f}" for edge in edges)


def _jpeg(picture: Picture) -> str:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
