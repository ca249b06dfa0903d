"""A library of faces for programs: what the command line does, as methods.

    import labeler

    with labeler.open_library("faces") as library:
        library.index(["~/Pictures"])
        library.cluster()
        largest = library.groups().index[0]
        library.name("Rosa", groups=[largest])
        library.recognize()
        print(library.people())

Tables are pandas DataFrames; each method says what their columns are. Boxes are in upright pixels:
x to the right and y down from the top-left corner of the photo after its EXIF orientation was
applied, at full resolution. Whatever cannot be done raises a `labeler.LabelerError`, whose text is
one sentence that says what is wrong and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from labeler.library.store import Library
from labeler.photos.steps import folders
from labeler.types import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

    from labeler.faces.steps.index import IndexReport
    from labeler.groups.steps.group import ClusterReport
    from labeler.people.steps.recognize import RecognizeReport
    from labeler.slideshows.slideshow import Rendered

    StrPath = str | os.PathLike[str]

Progress = Callable[..., None]
"""Called again and again with how much is done and how much there is to do."""


def open_library(folder: StrPath, create: bool = True) -> FaceLibrary:
    """Open the library in a folder.

    Args:
        folder: where it is; `~` is your home.
        create: make an empty one if there is none.

    Raises:
        LibraryError: there is none, or it cannot be used.
    """
    path = _path(folder)
    library = Library.create(path) if create else Library(path)
    folders.look(library)
    return FaceLibrary(library)


class FaceLibrary:
    """The photos, faces and names in a library. To be closed, or used in a `with` statement.

    Several programs, and the dashboard, may use one library at the same time.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def __enter__(self) -> FaceLibrary:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the library's file in order. Using the library again opens it again."""
        self._library.close()

    @property
    def folder(self) -> Path:
        """Where the library is."""
        return self._library.folder

    # -- find and group -------------------------------------------------------------------------

    def index(
        self,
        folders: Iterable[StrPath],
        progress: Progress | None = None,
        jobs: int = -1,
        exclude: Sequence[str] = (),
        include: Sequence[str] = (),
        videos: bool | None = None,
    ) -> IndexReport:
        """Find new and changed photos and videos in folders and store the faces on them.

        Interrupted, it goes on where it was when it is called again.

        Args:
            jobs: so many photos at a time; -1 = one for each core.
            exclude: patterns, as in a .gitignore file, of what to leave out in these folders from
                now on. include: of what to look at, though programs make such folders.
            videos: watch them from now on, or leave them out; None = as before, at first watch.

        Raises:
            LabelerError: a folder does not exist.
        """
        from labeler.faces.steps.index import index

        roots = [_path(one) for one in folders]
        return index(
            self._library,
            roots,
            progress,
            jobs=jobs,
            exclude=exclude,
            include=include,
            videos=videos,
        )

    def cluster(self) -> ClusterReport:
        """Group the faces by person and draw the map. What you have said stays as it is.

        Raises:
            LabelerError: it is being done already.
        """
        from labeler.groups.steps.group import cluster

        return cluster(self._library)

    def recognize(self, precision: float | None = None) -> RecognizeReport:
        """Give faces without a name those of the people whom they show, where that is sure enough.

        Args:
            precision: the share of these names that is to be right; None = as the last time.

        Raises:
            LabelerError: nobody has a name yet.
        """
        from labeler.people.steps.recognize import recognize

        return recognize(self._library, precision)

    # -- look -----------------------------------------------------------------------------------

    def faces(self) -> pd.DataFrame:
        """Return all faces on present photos; the index is the face's id.

        Columns: photo (path), left, top, right, bottom (upright pixels), score (of the detector,
        0…1), group (-1 = none), person (None = no name), source ('user' or 'auto'),
        probability (of an automatic name), x, y (on the map), ignored, taken (date and time).
        """
        from labeler.people.steps.listing import list_faces

        rows = list_faces(self._library)
        columns: dict[str, list[Any]] = {
            "photo": [row.photo for row in rows],
            **{
                side: [getattr(row.box, side) for row in rows]
                for side in ("left", "top", "right", "bottom")
            },
            "score": [row.score for row in rows],
            "group": [-1 if row.cluster is None else row.cluster for row in rows],
            "person": [row.person for row in rows],
            "source": [row.source for row in rows],
            "probability": [np.nan if r.probability is None else r.probability for r in rows],
            "x": [np.nan if row.xy is None else row.xy[0] for row in rows],
            "y": [np.nan if row.xy is None else row.xy[1] for row in rows],
            "ignored": [row.ignored for row in rows],
            "taken": [row.taken for row in rows],
        }
        return _frame(columns, [row.face for row in rows], "face")

    def people(self) -> pd.DataFrame:
        """Return the people with a name, most photos first; the index is the name.

        Columns: faces, photos (how many), first, last (when they were taken), born (date), hidden.
        """
        from labeler.people.steps.listing import list_people

        rows = list_people(self._library)
        names = ("faces", "photos", "first", "last", "born", "hidden")
        columns = {name: [getattr(row, name) for row in rows] for name in names}
        return _frame(columns, [row.person for row in rows], "person")

    def groups(self) -> pd.DataFrame:
        """Return the groups, largest first; the index is the group's number.

        Columns: faces (tuple of ids, those that fit best first), person (the name of most of them),
        named, ignored, open (how many of the faces), cohesion (mean fit of the faces).
        """
        from labeler.people.steps.listing import list_groups

        rows = list_groups(self._library)
        names = ("faces", "person", "named", "ignored", "open", "cohesion")
        columns = {name: [getattr(row, name) for row in rows] for name in names}
        return _frame(columns, [row.cluster for row in rows], "group")

    def descriptors(self) -> tuple[IntArray, FloatArray]:
        """Return the ids of the faces on photos that are there, (n,) int64, and their descriptors,
        (n, d) float32.

        Those of faces that look alike are close together, in Euclidean distance.
        """
        from labeler.faces.steps.library_finder import descriptors

        away = self._library.photos_away() > 0
        there = self._library.face_columns().ids.tolist() if away else None
        return descriptors(self._library, there)

    def search(self, text: str) -> pd.DataFrame:
        """Return the photos that a search means, by date, those without one last.

        Args:
            text: as after `labeler search`, such as 'rosa + henrik -felix summer 2008'.

        The index is the photo's id. Columns: photo (path), taken, faces (tuple of the ids of those
        that were asked for), people (tuple of their names).

        Raises:
            QueryError: it cannot be understood, or asks for somebody or something unknown.
        """
        from labeler.search.steps.search import search_photos

        found = search_photos(self._library, text).photos
        columns: dict[str, list[Any]] = {
            "photo": [one.photo.path for one in found],
            "taken": [one.photo.facts.metadata.taken for one in found],
            "faces": [one.faces for one in found],
            "people": [one.people for one in found],
        }
        return _frame(columns, [one.photo.id for one in found], "photo_id")

    def screen_time(self, videos: Sequence[StrPath] = ()) -> pd.DataFrame:
        """Return how long everybody is on screen in videos, those with a name first.

        Args:
            videos: files and folders of them; () = all videos.

        The index counts rows: one for each person and video. Columns: person (the name, or
        unknown_1 and so on, by the time in these videos), known (has a name), group (-1 = none),
        video (path), seconds, share (of the video, 0…1), scenes (tuple of start and end, seconds),
        source ('named', 'recognized' or None), probability (NaN = no name).

        Raises:
            LabelerError: one of the videos is not known.
        """
        from labeler.videos.screen_time import screen_time
        from labeler.videos.steps.watched import chosen, watched

        seen = watched(self._library, chosen(self._library, map(_path, videos)))
        rows = [(row, own) for row in screen_time(seen) for own in row.videos]
        columns: dict[str, list[Any]] = {
            "person": [row.name for row, _ in rows],
            "known": [row.is_known for row, _ in rows],
            "group": [-1 if row.who.cluster is None else row.who.cluster for row, _ in rows],
            "video": [own.video.path for _, own in rows],
            "seconds": [own.seconds for _, own in rows],
            "share": [own.share for _, own in rows],
            "scenes": [own.scenes for _, own in rows],
            "source": [own.source for _, own in rows],
            "probability": [
                np.nan if (chance := own.probability) is None else chance for _, own in rows
            ],
        }
        return _frame(columns, list(range(len(rows))), "row")

    def scenes(
        self, text: str, videos: Sequence[StrPath] = (), within: float = 0.0, least: float = 0.0
    ) -> pd.DataFrame:
        """Return the scenes of videos in which the people of a search are on screen together.

        Args:
            text: as for `search`, such as 'rosa + henrik -felix'.
            videos: files and folders of them; () = all videos.
            within: they may come so many seconds after each other.
            least: shorter scenes are left out, seconds.

        The index counts them, by video and time. Columns: video (path), start, end (seconds from
        the start of the video), people (tuple of those with a name who are on screen).

        Raises:
            QueryError: it cannot be understood, or asks for somebody or something unknown.
            LabelerError: one of the videos is not known.
        """
        from labeler.videos.steps.scenes import find_scenes
        from labeler.videos.steps.watched import chosen

        among = chosen(self._library, map(_path, videos))
        found = find_scenes(self._library, text, among, within, least).scenes
        columns: dict[str, list[Any]] = {
            "video": [one.video.path for one in found],
            "start": [one.start for one in found],
            "end": [one.end for one in found],
            "people": [one.people for one in found],
        }
        return _frame(columns, list(range(len(found))), "scene")

    # -- say ------------------------------------------------------------------------------------

    def name(self, person: str, faces: Sequence[int] = (), groups: Sequence[int] = ()) -> int:
        """Give faces, or all faces of groups, a person's name; return the decision's number.

        Raises:
            LabelerError: the name is empty or too long, or there is no such face or group.
        """
        from labeler.groups.steps.numbering import cluster_members
        from labeler.people.steps.naming import name_faces

        meant = [*cluster_members(self._library, map(int, groups)), *map(int, faces)]
        return name_faces(self._library, meant, person)

    def undo(self, decision: int | None = None) -> int | None:
        """Take a decision back, the last one if none is given; return its number, None = no more.

        Raises:
            LabelerError: there is no such decision, or it was taken back already.
        """
        from labeler.people.steps.history import undo

        return undo(self._library, decision)

    # -- use ------------------------------------------------------------------------------------

    def sort(
        self,
        inbox: StrPath,
        into: StrPath,
        apply: bool = False,
        progress: Progress | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Sort new photos by the people on them; without `apply`, only tell what would be done.

        What is done is recorded: `labeler sort --undo INTO` takes it back.

        Args:
            inbox: the folder of new photos.
            into: the one in which people's folders are.
            options: fields of `labeler.sorting.steps.plan.SortOptions`, such as method='move'.

        The index is the photo's path. Columns: people (tuple of names), unknown (how many other
        faces), targets (tuple of paths), there (how many of the targets hold it already), error
        (None, or why it could not be read or placed).

        Raises:
            LabelerError: a folder does not exist or lies in the other, or nobody has a name.
        """
        from labeler.sorting.steps.apply import Placing, apply_sort
        from labeler.sorting.steps.plan import SortOptions
        from labeler.sorting.steps.sort import plan_sort

        chosen = SortOptions(**options).checked()
        source, target = _path(inbox), _path(into)
        placing = Placing(self._library, source, target, chosen.method) if apply else None
        with placing or nullcontext():
            plan = plan_sort(self._library, source, target, progress, options=chosen)
            if placing:
                plan = apply_sort(plan, placing, progress)
        columns: dict[str, list[Any]] = {
            "people": [tuple(one.person for one in item.people) for item in plan],
            **{
                name: [getattr(item, name) for item in plan]
                for name in ("unknown", "targets", "there", "error")
            },
        }
        return _frame(columns, [item.photo for item in plan], "photo")

    def slideshow(
        self,
        people: Sequence[str],
        out: StrPath,
        most: int | None = 60,
        progress: Progress | None = None,
        **choice: Any,
    ) -> Rendered:
        """Make a slideshow of the photos of people: a video, a page, a playlist or a folder.

        Args:
            out: .mp4, .html, .m3u8 or .txt, or a folder. Nothing is overwritten.
            most: so many photos at most, spread over the years; None = all.
            choice: fields of `labeler.slideshows.choice.Choice`, such as not_albums=('Lisbon*',).

        Raises:
            LabelerError: somebody is not known, no photo is left, or `out` cannot be made.
        """
        from labeler.slideshows.choice import Choice
        from labeler.slideshows.steps import files
        from labeler.slideshows.steps.slideshow import Extent, plan_show

        show = plan_show(self._library, Choice(tuple(people), **choice), Extent(most))
        return files.render(show, _path(out), progress=progress)

    def verify(self, photos: Sequence[StrPath]) -> pd.DataFrame:
        """Tell of all pairs of faces on different photos whether they are one person.

        The photos need not be in the library.

        Columns: photo, face, other_photo, other_face (numbers from the left, from 1 on), same,
        distance (Euclidean, of descriptors of length 1), probability (that it is one person, where
        both answers were equally likely before).

        Raises:
            LabelerError: fewer than two photos, or one cannot be read.
        """
        from labeler.family.steps.verification import verify

        found = verify(self._library, [_path(one) for one in photos])
        one = [found.faces[pair.one] for pair in found.pairs]
        other = [found.faces[pair.other] for pair in found.pairs]
        columns: dict[str, list[Any]] = {
            "photo": [face.photo for face in one],
            "face": [face.number for face in one],
            "other_photo": [face.photo for face in other],
            "other_face": [face.number for face in other],
            "same": [pair.same for pair in found.pairs],
            "distance": [pair.distance for pair in found.pairs],
            "probability": [pair.probability for pair in found.pairs],
        }
        return _frame(columns, list(range(len(found.pairs))), "pair")


def _path(given: StrPath) -> Path:
    return Path(os.path.expanduser(given))


def _frame(columns: dict[str, list[Any]], index: list[Any], name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns, index=pd.Index(index, name=name))
