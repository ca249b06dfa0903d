"""Make of a video's screen time what somebody wants of it: a page, a table, subtitles, chapters."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io import csv_cells, files
from labeler.io.files import check_free, same_name, whole_file
from labeler.library.store import Library
from labeler.photos.steps.thumbnails import face_thumbnail
from labeler.videos import chapters, subtitles, tables, video_page
from labeler.videos.io.writing import write_text
from labeler.videos.presence import SeenVideo
from labeler.videos.screen_time import ScreenTime, listed_first

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made; None = not that. srt: a folder, for a file of each person."""

    html: Path | None = None
    csv: Path | None = None
    vtt: Path | None = None
    srt: Path | None = None
    chapters: Path | None = None


def check(wanted: Wanted) -> None:
    """Make sure that all can be made, before any work is done.

    Raises:
        LabelerError: a name is no page's, or something has it; the folder for a file is not there.
    """
    if wanted.html:
        files.check_page(wanted.html, video_page.MARK, "page about a video")
    for out, what in (
        (wanted.csv, "the table"),
        (wanted.vtt, "the subtitles"),
        (wanted.chapters, "the chapters"),
    ):
        if out:
            check_free(out, what)
    for out in (wanted.html, wanted.csv, wanted.vtt, wanted.chapters):
        if out and not out.parent.is_dir():
            raise LabelerError(f"The folder {out.parent} does not exist; create it first.")
    if wanted.srt and os.path.lexists(wanted.srt) and not wanted.srt.is_dir():
        raise LabelerError(f"{wanted.srt} is no folder; choose another name for the subtitles.")


def make(
    library: Library, video: SeenVideo, rows: Sequence[ScreenTime], wanted: Wanted
) -> list[Path]:
    """Make what is wanted, and return the paths of what was made.

    Args:
        rows: the screen time of this video alone.

    Raises:
        LabelerError: something cannot be written.
    """
    made = []
    if wanted.html:
        page = video_page.render(video, rows, _portraits(library, rows))
        with whole_file(wanted.html, files.is_page(video_page.MARK)) as temporary:
            temporary.write_text(page, encoding="utf-8")
        made.append(wanted.html)
    if wanted.csv:
        write_text(wanted.csv, csv_cells.table(tables.COLUMNS, tables.rows(rows)))
        made.append(wanted.csv)
    if wanted.vtt:
        write_text(wanted.vtt, subtitles.vtt(rows))
        made.append(wanted.vtt)
    if wanted.chapters:
        found = chapters.chapters(video, rows)
        is_vtt = wanted.chapters.suffix.lower() == ".vtt"
        write_text(wanted.chapters, chapters.webvtt(found) if is_vtt else chapters.simple(found))
        made.append(wanted.chapters)
    if wanted.srt:
        made += _srt(wanted.srt, rows)
    return made


def _srt(folder: Path, rows: Iterable[ScreenTime]) -> list[Path]:
    names: dict[str, None] = {}
    texts: list[tuple[Path, str]] = []
    for row in rows:
        stem = base = _NOT_IN_NAMES.sub("_", row.name).strip(" .")[:_LONGEST_NAME] or "_"
        number = 2
        while same_name(stem) in names:
            stem, number = f"{base} {number}", number + 1
        names[same_name(stem)] = None
        texts.append((folder / f"{stem}.srt", subtitles.srt(row.videos[0], row.name)))
    for path, _ in texts:
        check_free(path, "the subtitles")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts:
        write_text(path, text)
    return [path for path, _ in texts]


def _portraits(library: Library, rows: Sequence[ScreenTime]) -> dict[str, bytes]:
    """Return by name a JPEG of those whom the page shows; without those that cannot be read."""
    found: dict[str, bytes] = {}
    for row in listed_first(rows, video_page.MOST_UNKNOWN)[0]:
        face = max(row.videos[0].tracks, key=lambda track: track.end - track.start).face
        with suppress(LabelerError):
            found[row.name] = face_thumbnail(library, face).read_bytes()
    return found
