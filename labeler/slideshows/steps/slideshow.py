"""Plan the show of one or several people: read the library → filter → choose → write captions."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.faces import quality
from labeler.io.files import check_free, legible, read_text, whole_file
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import listing, naming
from labeler.people.steps.listing import FaceRow
from labeler.photos.albums import ANYWHERE, WantedPlace
from labeler.photos.steps.albums import albums_of, where_asked
from labeler.photos.steps.places import places_by_photo
from labeler.place import short_text
from labeler.search.steps.search import SearchMatches, search_matches
from labeler.search.tree import wanted_place
from labeler.slideshows import captions, plan_text, selection, slideshow
from labeler.slideshows import choice as choices
from labeler.slideshows.choice import Choice
from labeler.slideshows.io import slide_photos
from labeler.slideshows.moments import Appearance, TrackSpan, best_moment
from labeler.slideshows.slideshow import Candidate, Clip, Show, ShownFace, Slide
from labeler.types import Box, FaceTable, Failure, Photo

MOST_SLIDES = 60
MOST_PLAN_BYTES = 20_000_000
_NOT_OURS = (
    "It is no photo of this library, or it has been replaced or changed since it was chosen."
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of what was asked for is shown.

    most: slides at most, spread evenly over the years; None = no limit. best_per_year: of each
    year, so many of the best; None = as they are spread. growing_up: one person's face through
    the years. pinned: what is written below photos that are shown in any case, by content hash.
    places: captions may name the town. videos: of each video of the people, its best moment.
    """

    most: int | None = MOST_SLIDES
    best_per_year: int | None = None
    growing_up: bool = False
    pinned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: bool = True
    videos: bool = False


def plan_show(
    library: Library,
    choice: Choice,
    extent: Extent | None = None,
    go_on: Callable[[], None] | None = None,
) -> Show:
    """Return the show of the photos that are asked for, the best of them, each picture once.

    Args:
        go_on: called before a photo is looked at; it raises an exception when nobody wants the
            rest.

    Raises:
        UnknownPersonError: somebody of whom the show shall be is not known.
        LabelerError: no photo is left (the sentence says by which filter), or the extent is wrong.
    """
    extent = extent or Extent()
    people = [naming.known_person(library, person) for person in choice.people]
    choice = replace(choice, people=tuple(dict.fromkeys(people)))
    _check(choice, extent)
    found = search_matches(library, choice.search) if choice.search else None
    photos = _with_faces(library, choice.people, extent, _wanted_place(choice, found))
    pinned = [photo for photo in photos.values() if photo.content_hash in extent.pinned]
    kept = choices.filtered(_searched(photos, choice, found), choice)
    if extent.growing_up:
        kept = _growing(kept, choice.people[0])
    failed: list[Failure] = []
    look = partial(_look, failed, go_on)
    chosen = selection.choose(
        [*kept, *pinned], extent.most, extent.best_per_year, look, set(extent.pinned)
    )
    if not chosen:
        who, first = captions.together(choice.people), failed[0]
        raise LabelerError(
            f"None of the photos of {who} can be read any more; index the folder again "
            f"({Path(first.path).name}: {first.reason.rstrip('.')})."
        )
    births = standing.labels(library).births
    return replace(_show(choice.people, chosen, births, extent), left_out=tuple(failed))


def _searched(
    photos: Mapping[int, Candidate], choice: Choice, matches: SearchMatches | None
) -> list[Candidate]:
    """Return those of the photos, by id, that a search finds, all if nothing is searched for.

    Raises:
        LabelerError: there is none.
    """
    if matches is None:
        return list(photos.values())
    wanted = set(matches.photo_ids)
    found = [photo for number, photo in photos.items() if number in wanted]
    if not found:
        who = captions.together(choice.people)
        raise LabelerError(f"No photo of {who} is found by '{choice.search}'; ask for less.")
    return found


def save_plan(show: Show, out: Path) -> None:
    """Write the show as a text to be edited; see `labeler.slideshows.plan_text`.

    Raises:
        LabelerError: the file exists already, or cannot be written.
    """
    check_free(out, "the plan")
    with whole_file(out) as temporary:
        temporary.write_text(plan_text.written(show), encoding="utf-8")


def load_plan(path: Path) -> Show:
    """Return the show that a text describes.

    Raises:
        LabelerError: it cannot be read, or is no plan.
    """
    return plan_text.read(read_text(path, "the plan of a show", MOST_PLAN_BYTES))


def of_library(library: Library, show: Show) -> Show:
    """Return a show that was read with the photos as the library knows them.

    Somebody else may have written the plan. So no path in it is opened, and nothing is shown but
    photos of this library, known by their content; others are left out, and told.

    Raises:
        LabelerError: none of the photos is in the library.
    """
    with library.reading():
        known = library.known_files().items()
        ids, present = library.photo_ids_by_path(), library.photos()
    paths: dict[str, list[str]] = {}
    for path, file in sorted(known):
        if file.is_present:
            paths.setdefault(file.content_hash, []).append(path)
    slides, left_out = [], list(show.left_out)
    for slide in show.slides:
        asked = slide.candidate
        path = _living(paths.get(asked.content_hash, ()), asked.photo_path)
        photo = present.get(ids.get(path, 0))
        if photo is None:
            left_out.append(Failure(asked.photo_path, _NOT_OURS))
        elif (photo.facts.width, photo.facts.height) != (asked.width, asked.height):
            left_out.append(Failure(asked.photo_path, "The picture has changed; index it again."))
        else:
            slides.append(replace(slide, candidate=replace(asked, photo_path=path)))
    if not slides:
        raise LabelerError(
            "None of the photos of the plan is in this library; index their folder first."
        )
    steps = [slide.duration - show.crossfade for slide in slides]
    cover = selection.best([slide.candidate for slide in slides])
    show = replace(show, slides=tuple(slides), cover=cover, left_out=tuple(left_out))
    return slideshow.timed(show, steps)


def _living(paths: Sequence[str], asked: str) -> str:
    """Return the path that is asked for, if it is one of those of the photo and there; else the
    first that is."""
    for path in sorted(paths, key=lambda path: path != asked):
        if os.access(path, os.R_OK):
            return path
    return paths[0] if paths else ""


def pinned(show: Show) -> dict[str, tuple[str, ...]]:
    """Return what is written below the photos that are pinned in a show, by content hash."""
    return {slide.candidate.content_hash: slide.lines for slide in show.slides if slide.pinned}


def _look(
    failed: list[Failure], go_on: Callable[[], None] | None, candidate: Candidate
) -> int | None:
    """Return the photo's fingerprint, or note why there is none."""
    if go_on:
        go_on()
    try:
        return slide_photos.fingerprint(candidate)
    except UnreadablePhotoError as error:
        failed.append(Failure(candidate.photo_path, str(error)))
        return None


def _check(choice: Choice, extent: Extent) -> None:
    for number in (extent.most, extent.best_per_year):
        if number is not None and number < 1:
            raise LabelerError("A slideshow needs at least one slide.")
    if not choice.people:
        raise LabelerError("Say of whom the show shall be: name at least one person.")
    if extent.growing_up and len(choice.people) > 1:
        raise LabelerError("Growing up is shown of one person at a time; name only one.")


def _with_faces(
    library: Library,
    people: Collection[str],
    extent: Extent,
    asked: WantedPlace = ANYWHERE,
) -> dict[int, Candidate]:
    """Return every photo, and video if wanted, that shows at least one of the people, by id.

    Args:
        asked: which of its files is shown, where a photo has several.

    Raises:
        LabelerError: there is none.
    """
    rows: dict[int, list[FaceRow]] = {}
    taken_at = places_by_photo(library) if extent.places else {}
    with library.reading():
        listed, table = listing.list_faces(library), library.faces()
        photos = library.photos()
        if not extent.videos or extent.growing_up:
            photos = {id_: one for id_, one in photos.items() if not one.facts.is_video}
        for row in listed:
            rows.setdefault(row.photo_id, []).append(row)
        shown_on = {
            id_: photos[id_]
            for id_, faces in rows.items()
            if id_ in photos and _is_any(faces, people)
        }
        albums = albums_of(library, shown_on)
        shown_on = where_asked(library, shown_on, asked)
        away = library.photos_away()
        tracks = _tracks(library, [i for i, one in shown_on.items() if one.facts.is_video])
    places = {face: place for place, face in enumerate(table.ids.tolist())}
    root = _common_folder({os.path.dirname(photo.path) for photo in photos.values()})
    found = {}
    for number, photo in shown_on.items():
        faces = rows[number]
        seen = [(row, _shown(row, table, places[row.face])) for row in faces if not row.ignored]
        if photo.facts.is_video:
            clip, shown, others = _in_video(seen, people, table, places, tracks)
        else:
            clip, (shown, others) = None, _on_photo(seen, people)
        place = short_text(taken_at[number]) if number in taken_at else ""
        candidate = replace(_candidate(photo, root, shown, others, place), clip=clip)
        inside = dict.fromkeys((*candidate.folders, *albums.get(number, ())))
        found[number] = replace(candidate, folders=tuple(inside))
    if not found:
        who = captions.together(tuple(people))
        if away:
            raise LabelerError(
                f"The photos of {who} are away just now; `labeler folders` tells which folder is "
                "not there."
            )
        raise LabelerError(f"No photo of {who} is there any more; index the folders again.")
    return found


_Seen = list[tuple[FaceRow, ShownFace]]
_Faces = tuple[tuple[ShownFace, ...], tuple[Box, ...]]
"""The faces of those whom the show is about, and where those of others are."""


def _on_photo(seen: _Seen, people: Collection[str]) -> _Faces:
    shown = _largest_of_each(face for row, face in seen if row.person in people)
    return shown, tuple(row.box for row, _ in seen if row.person not in people)


def _in_video(
    seen: _Seen,
    people: Collection[str],
    table: FaceTable,
    places: Mapping[int, int],
    tracks: Mapping[int, TrackSpan],
) -> tuple[Clip, tuple[ShownFace, ...], tuple[Box, ...]]:
    return best_moment(
        Appearance(
            int(table.moments[places[row.face]]), tracks[row.face], face, row.person in people
        )
        for row, face in seen
    )


def _tracks(library: Library, videos: Sequence[int]) -> dict[int, TrackSpan]:
    """Return by face its track in videos."""
    found = library.video_tracks(videos)
    boxes = library.track_boxes(found.ids.tolist())
    columns = (found.ids, found.at, found.starts, found.ends)
    return {
        face: TrackSpan(at, start, end, boxes[face])
        for face, at, start, end in zip(*(one.tolist() for one in columns), strict=True)
    }


def _is_any(faces: Iterable[FaceRow], people: Collection[str]) -> bool:
    return any(row.person in people for row in faces)


def _wanted_place(choice: Choice, matches: SearchMatches | None) -> WantedPlace:
    searched = ANYWHERE if matches is None else wanted_place(matches.tree)
    return WantedPlace(
        (*choice.albums, *searched.inside),
        (*choice.not_albums, *searched.outside),
        (*choice.texts, *searched.said),
    )


def _shown(row: FaceRow, table: FaceTable, place: int) -> ShownFace:
    points = table.landmarks[place]
    known = tuple((float(x), float(y)) for x, y in points) if np.ptp(points) > 0 else ()
    return ShownFace(row.person or "", row.box, row.score, float(table.sharpness[place]), known)


def _largest_of_each(faces: Iterable[ShownFace]) -> tuple[ShownFace, ...]:
    """Return one face of each person, in the order of their names: the largest."""
    largest: dict[str, ShownFace] = {}
    for face in faces:
        rival = largest.get(face.person)
        if rival is None or _area(face) > _area(rival):
            largest[face.person] = face
    return tuple(largest[person] for person in sorted(largest))


def _area(face: ShownFace) -> float:
    return face.box.width * face.box.height


def _candidate(
    photo: Photo,
    root: Path | None,
    faces: tuple[ShownFace, ...],
    others: tuple[Box, ...],
    place: str,
) -> Candidate:
    known = photo.facts.metadata
    album, folders = _album(os.path.dirname(photo.path), root)
    return Candidate(
        photo_path=photo.path,
        taken=known.date,
        caption=known.caption,
        album=album,
        width=photo.facts.width,
        height=photo.facts.height,
        faces=faces,
        content_hash=photo.content_hash,
        keywords=known.keywords,
        folders=folders,
        others=others,
        place=place,
        orientation=known.orientation,
    )


def album_names(paths: Iterable[str]) -> list[str]:
    """Return the names of the albums that photos are in, which `Choice.albums` are compared with.

    Args:
        paths: of the photos.
    """
    folders = {os.path.dirname(path) for path in paths}
    root = _common_folder(folders)
    albums = [_album(folder, root) for folder in folders]
    names = {name for own, around in albums for name in (own, *around)}
    return sorted(names - {""}, key=str.casefold)


def _album(folder: str, root: Path | None) -> tuple[str, tuple[str, ...]]:
    """Return the name of a folder, and of all from below the common one down to it."""
    path = Path(folder)
    below = path.relative_to(root).parts if root and path.is_relative_to(root) else ()
    return legible(path.name), tuple(map(legible, below))


def _common_folder(folders: Collection[str]) -> Path | None:
    """Return the folder that holds all others: what is above it is no album's."""
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # none, or on several disks of Windows
        return None


def _growing(photos: Iterable[Candidate], person: str) -> list[Candidate]:
    """Return the photos with a date; faces that do not look at the camera count less.

    Raises:
        LabelerError: none has a date.
    """
    dated = [photo for photo in photos if photo.taken]
    if not dated:
        raise LabelerError(
            f"None of the photos of {person} tells when it was taken, so nobody grows up on them."
        )
    return [replace(photo, faces=tuple(_facing(face) for face in photo.faces)) for photo in dated]


def _facing(face: ShownFace) -> ShownFace:
    if not face.landmarks:
        return replace(face, score=face.score / 2)
    frontal = quality.frontality(np.array(face.landmarks, dtype=np.float32))
    return replace(face, score=face.score * frontal)


def _show(
    people: tuple[str, ...],
    photos: list[Candidate],
    births: Mapping[str, date],
    extent: Extent,
) -> Show:
    written = captions.growing_lines if extent.growing_up else captions.caption_lines
    slides = []
    for photo in photos:
        own = extent.pinned.get(photo.content_hash)
        lines = written(photo, births) if own is None else own
        slides.append(Slide(photo, 0.0, 0.0, lines, pinned=own is not None))
    show = Show(
        title=captions.together(people),
        subtitle=captions.subtitle(photos),
        people=people,
        cover=selection.best(photos),
        slides=tuple(slides),
        crossfade=slideshow.usual_crossfade(extent.growing_up),
        growing_up=extent.growing_up,
    )
    return slideshow.evenly_timed(show, slideshow.usual_seconds(show))
