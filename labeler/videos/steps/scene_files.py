"""Make of scenes what somebody wants of them: a video, one for each, a playlist, a list of cuts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import check_free, legible, remove_parts
from labeler.videos.edl import edl
from labeler.videos.io.cutting import Part, Progress, cut
from labeler.videos.io.writing import write_text
from labeler.videos.playlist import m3u8
from labeler.videos.scenes import Scene

_LONGEST_STEM = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made; None = not that. cut: one video. clips: a folder of one for each."""

    cut: Path | None = None
    clips: Path | None = None
    playlist: Path | None = None
    edl: Path | None = None

    @property
    def anything(self) -> bool:
        return any(self._all())

    def _all(self) -> tuple[Path | None, ...]:
        return self.cut, self.clips, self.playlist, self.edl


def check(wanted: Wanted) -> None:
    """Make sure that all can be made, before any work is done.

    Raises:
        LabelerError: it has another ending, is there already, or its folder is not.
    """
    for out, ending, what in (
        (wanted.cut, ".mp4", "the video"),
        (wanted.playlist, ".m3u8", "the playlist"),
        (wanted.edl, "", "the list"),
    ):
        if out is None:
            continue
        if ending and out.suffix.lower() != ending:
            raise LabelerError(f"{out.name} must end in {ending}; choose such a name for {what}.")
        check_free(out, what)
        if not out.parent.is_dir():
            raise LabelerError(f"The folder {out.parent} does not exist; create it first.")
    if wanted.clips and os.path.lexists(wanted.clips) and not wanted.clips.is_dir():
        raise LabelerError(f"{wanted.clips} is no folder; choose another name for the clips.")


def make(
    scenes: Sequence[Scene], wanted: Wanted, title: str, progress: Progress | None = None
) -> list[Path]:
    """Make what is wanted, and return the paths of what was made.

    Args:
        title: of the list of cuts.

    Raises:
        LabelerError: a video cannot be read, or something cannot be written.
    """
    parts = [_part(scene) for scene in scenes]
    made: list[Path] = []
    if wanted.playlist:
        write_text(wanted.playlist, m3u8(scenes))
        made.append(wanted.playlist)
    if wanted.edl:
        write_text(wanted.edl, edl(scenes, title))
        made.append(wanted.edl)
    if wanted.cut:
        remove_parts(wanted.cut.parent)
        cut(parts, wanted.cut, progress)
        made.append(wanted.cut)
    if wanted.clips:
        made += _clips(parts, wanted.clips, progress)
    return made


def _part(scene: Scene) -> Part:
    return Part(Path(scene.video.path), scene.start, scene.end, ", ".join(scene.people))


def _clips(parts: Sequence[Part], folder: Path, progress: Progress | None) -> list[Path]:
    names = [folder / _name(number, part) for number, part in enumerate(parts, 1)]
    for name in names:
        check_free(name, "the clips")
    folder.mkdir(parents=True, exist_ok=True)
    remove_parts(folder)
    for name, part in zip(names, parts, strict=True):
        cut([part], name, progress)
    return names


def _name(number: int, part: Part) -> str:
    """Return such as '003 holidays 72.4-80.0.mp4': in order, and found again in the video."""
    stem = legible(part.path.stem)[:_LONGEST_STEM]
    return f"{number:03} {stem} {part.start:.1f}-{part.end:.1f}.mp4"
