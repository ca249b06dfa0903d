"""One video of the user's: looked at if need be, judged against a cast, its people named."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.faces.steps.index import Progress, index
from labeler.faces.steps.watching import OnWatch
from labeler.groups.steps import group, numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import casting, naming
from labeler.people.steps.recognize import recognize
from labeler.photos.steps.changes import AS_BEFORE, Ways
from labeler.photos.video_names import is_video
from labeler.videos.presence import Guess, SeenTrack, SeenVideo
from labeler.videos.screen_time import ScreenTime
from labeler.videos.steps.watched import watched


@dataclass(frozen=True, slots=True)
class Looked:
    """A video, and whether it was looked at just now; note: what could not be read, or ''."""

    video: SeenVideo
    is_new: bool = False
    note: str = ""


def look_at(
    library: Library,
    path: Path,
    progress: Progress | None = None,
    every: float | None = None,
    thorough: bool | None = None,
    on_watch: OnWatch | None = None,
) -> Looked:
    """Return a video; if it is new or has changed, watch it first, and recognize who is known.

    Its faces are grouped, if nothing in the library is yet.

    Args:
        every, thorough: how it shall be watched, see `labeler.types.Watching`; None = as before.
        on_watch: see `labeler.faces.steps.index.index`.

    Raises:
        LabelerError: it is not there, or no video that can be watched.
    """
    if found := _known(library, path, Ways(every, thorough)):
        if len(library.grouping()[0].ids) or not found.tracks:
            return Looked(found)
        _group(library)  # nothing was ever grouped
        return Looked(_known(library, path) or found)
    if path.is_dir():
        raise LabelerError(
            f"{path} is a folder; `labeler index` watches the videos in it, and `labeler "
            "screentime` tells of them."
        )
    if not is_video(path.name):
        raise LabelerError(
            f"{path.name} does not have the name of a video, such as {path.stem}.mp4."
        )
    report = index(
        library,
        [path],
        progress,
        retry_failed=True,
        every=every,
        thorough=thorough,
        on_watch=on_watch,
    )
    if report.failed:
        raise LabelerError(f"{path.name}: {report.failed[0].reason}")
    _group(library)
    if standing.labels(library).names:
        recognize(library)
    found = _known(library, path)
    if found is None:
        raise LabelerError(
            f"{path.name} is one of the files that are left out; `labeler index {path.name} "
            "--include NAME` looks at it all the same."
        )
    return Looked(found, report.new > 0, report.noted[0].reason if report.noted else "")


def _group(library: Library) -> None:
    """Put faces that are new into groups, so that a track is not all that is known of somebody."""
    if len(library_finder.ungrouped(library).ids) and group.welcome(library) is None:
        group.cluster(library)


def _known(library: Library, path: Path, ways: Ways = AS_BEFORE) -> SeenVideo | None:
    """Return a video of the library whose file has not changed since it was watched so."""
    where = os.path.abspath(path)
    known = library.known_files().get(where)
    if known is None or not known.is_present or ways.of(known.how) != known.how:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    if (status.st_size, status.st_mtime_ns) != (known.size, known.modified_ns):
        return None
    videos = watched(library, [library.photo_ids_by_path()[where]])
    return replace(videos[0], path=where) if videos else None


def judged_against(library: Library, video: SeenVideo, people: Sequence[str]) -> SeenVideo:
    """Return a video in which nobody is recognized but some people; what the user said stands.

    Raises:
        UnknownPersonError: somebody is not known.
    """
    who = casting.cast_of(library, people)
    found, least = casting.cast(library, [track.face for track in video.tracks], who)

    def judged(track: SeenTrack) -> SeenTrack:
        if track.source == "named":
            return track
        one = found.get(track.face)
        unknown = replace(track, person=None, source=None, probability=None, guess=None)
        if one is None:
            return unknown
        if one.probability < least:
            return replace(unknown, guess=Guess(one.person, one.probability))
        return replace(unknown, person=one.person, source="recognized", probability=one.probability)

    return replace(video, tracks=tuple(map(judged, video.tracks)))


def name_unknown(
    library: Library, rows: Collection[ScreenTime], called: Sequence[tuple[str, str]]
) -> list[int]:
    """Name people who have no name yet, all faces of their group at once; return the decisions.

    Args:
        rows: the screen time of a video. called: such as ('unknown_1', 'Rosa').

    Raises:
        LabelerError: nobody is called so, or the name is none.
    """
    unknown = {row.name: row for row in rows if not row.is_known}
    for name, _ in called:
        if name not in unknown:
            last = f"there are unknown_1 to unknown_{len(unknown)}" if unknown else "there is none"
            raise LabelerError(f"Nobody in this video is called {name}; {last}.")
    faces = [(_faces(library, unknown[name]), person) for name, person in called]
    return [naming.name_faces(library, own, person) for own, person in faces]


def _faces(library: Library, row: ScreenTime) -> list[int]:
    if row.who.cluster is None:
        return [track.face for one in row.videos for track in one.tracks]
    members = numbering.cluster_members(library, [row.who.cluster])
    labels = standing.labels(library)
    return [face for face in members if face not in labels.names.keys() | labels.ignored]
