"""Show a plan for sorting as one HTML file: each photo with its faces marked, and where it goes.

The file holds its pictures, reduced, and needs nothing else, not even a net.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image as PILImage

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.io.files import is_page, whole_file
from labeler.photos.io import decoding, unindexed
from labeler.photos.io.walk import photo_files
from labeler.types import Box, Failure, PhotoFile

LONGEST_SIDE = 480
JPEG_QUALITY = 78
_MARK = '<meta name="generator" content="labeler sort">'
"""Tells a page of ours, which may be replaced, from a file of somebody else's."""

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{mark}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline'">
<title>{title}</title>
<style>
* { box-sizing: border-box; margin: 0; }
body { background: #101114; color: #fff; padding: clamp(16px, 3vw, 40px);
  font: 400 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-weight: 500; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-weight: 500; font-size: 19px; margin: 36px 0 14px; }
header p { color: #dedee2; margin-top: 6px; }
table { border-collapse: collapse; margin-top: 18px; }
td, th { text-align: left; font-weight: 400; padding: 3px 26px 3px 0; overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.photos { display: grid; gap: 18px; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
  align-items: start; }
figure { background: #1b1c21; border-radius: 10px; overflow: hidden; }
.picture { position: relative; margin: 0 auto; }
.picture img { display: block; width: 100%; height: auto; }
.face { position: absolute; border: 2px solid #7ee0a2; border-radius: 4px;
  box-shadow: 0 0 0 1px rgba(0, 0, 0, .6), inset 0 0 0 1px rgba(0, 0, 0, .35); }
.face.unknown { border: 2px dashed #dedee2; }
.face span { position: absolute; left: -2px; top: 100%; margin-top: 3px; padding: 0 6px;
  border-radius: 4px; background: rgba(12, 12, 15, .82); font-size: 13px; white-space: nowrap;
  max-width: 180px; overflow: hidden; text-overflow: ellipsis; }
.face.right span { left: auto; right: -2px; }
.face.low span { top: auto; bottom: 100%; margin: 0 0 3px; }
figcaption { padding: 10px 14px 13px; overflow-wrap: anywhere; }
figcaption b { font-weight: 500; }
figcaption p { color: #dedee2; font-size: 14px; margin-top: 3px; }
figcaption .error { color: #ffb4a6; }
</style>
</head>
<body>
"""


@dataclass(frozen=True, slots=True)
class MarkedFace:
    """A face to be framed. name: None = unknown. note: such as '97%'."""

    box: Box
    name: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One photo of the plan. lines: what is said below its name. width, height: upright pixels."""

    path: str
    width: int
    height: int
    faces: tuple[MarkedFace, ...] = ()
    lines: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Photos that have something in common, which the heading says."""

    heading: str
    cards: tuple[Card, ...]


def check_free(out: Path) -> None:
    """Refuse to write over anything but an older page of this kind.

    Raises:
        LabelerError: there is something else.
    """
    try:
        with open(out, "rb") as file:
            ours = _MARK.encode() in file.read(400)
    except FileNotFoundError:
        return
    except OSError:
        ours = False
    if not ours:
        raise LabelerError(f"{out} exists already; choose another name for the preview.")


def render(
    title: str,
    summary: Sequence[str],
    folders: Sequence[tuple[str, int]],
    sections: Sequence[Section],
    out: Path,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the page. A photo that cannot be read any more is shown without its picture.

    Args:
        summary: sentences. folders: with the number of photos that go there.

    Raises:
        LabelerError: the file cannot be written, or is something else.
    """
    check_free(out)
    total = sum(len(section.cards) for section in sections)
    done = 0
    # A path may hold bytes that are not UTF-8; they are spelled.
    with (
        whole_file(out, is_page(_MARK)) as temporary,
        open(temporary, "w", encoding="utf-8", errors="backslashreplace") as page,
    ):
        page.write(HEAD.replace("{mark}", _MARK).replace("{title}", escape(title)))
        page.write(f"<header><h1>{escape(title)}</h1>")
        page.writelines(f"<p>{escape(line)}</p>" for line in summary)
        page.write(f"{_table(folders)}</header>\n")
        for section in sections:
            if section.cards:
                heading = f"{section.heading} ({len(section.cards):,})"
                page.write(f'<section><h2>{escape(heading)}</h2><div class="photos">\n')
                files = photo_files(card.path for card in section.cards)
                for card, file in zip(section.cards, files, strict=True):
                    page.write(_figure(card, file))
                    done += 1
                    if progress:
                        progress(done, total)
                page.write("</div></section>\n")
        page.write("</body>\n</html>\n")


def _table(folders: Sequence[tuple[str, int]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{number:,}</td></tr>'
        for name, number in folders
    )
    return f"<table>{rows}</table>" if rows else ""


def _figure(card: Card, file: PhotoFile | Failure) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in card.lines)
    if card.error:
        lines += f'<p class="error">{escape(card.error)}</p>'
    return (
        f"<figure>{_picture(card, file)}<figcaption><b>{escape(Path(card.path).name)}</b>"
        f"{lines}</figcaption></figure>\n"
    )


def _picture(card: Card, file: PhotoFile | Failure) -> str:
    if not card.width or not card.height:
        return ""
    try:
        # It was accepted when it was looked at, so its size is no reason to refuse it now.
        limit = max(card.width * card.height, decoding.MOST_PIXELS)
        pixels = unindexed.pixels_of(file, LONGEST_SIDE, limit)
    except UnreadablePhotoError:
        return ""
    picture = PILImage.fromarray(pixels)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), PILImage.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY, optimize=True)
    source = "data:image/jpeg;base64," + base64.b64encode(jpeg.getvalue()).decode()
    faces = "".join(_face(face, card) for face in card.faces)
    # A tall picture is narrower than its card, so that it is not taller than the screen.
    width = f"min(100%, {round(420 * card.width / card.height)}px)"
    return (
        f'<div class="picture" style="width:{width}"><img alt="" width="{picture.width}"'
        f' height="{picture.height}" loading="lazy" src="{source}">{faces}</div>'
    )


def _face(face: MarkedFace, card: Card) -> str:
    box = face.box
    edges = {
        "left": box.left / card.width,
        "top": box.top / card.height,
        "width": box.width / card.width,
        "height": box.height / card.height,
    }
    style = ";".join(f"{name}:{100 * value:.2f}%" for name, value in edges.items())
    classes = ["face"]
    classes += [] if face.name is not None else ["unknown"]
    classes += ["right"] if box.left > card.width * 0.6 else []
    classes += ["low"] if box.bottom > card.height * 0.85 else []
    label = escape(" ".join(filter(None, (face.name, face.note))) or "unknown")
    return (
        f'<div class="{" ".join(classes)}" style="{style}" title="{label}">'
        f"<span>{label}</span></div>"
    )
