"""Search the library: text → tree → what its words mean here → photos, by date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError, QueryError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people import names
from labeler.people.steps import bands
from labeler.people.steps.listing import who_is
from labeler.photos.steps.albums import album_names, where_asked
from labeler.photos.steps.folders import folders
from labeler.photos.steps.places import find_places
from labeler.place import Place
from labeler.positions import positions, positions_of_all
from labeler.search import interpretation, notes
from labeler.search.evaluation import (
    Mask,
    PeopleFields,
    PhotoFields,
    Searched,
    people_fields,
)
from labeler.search.grammar import parse, written
from labeler.search.interpretation import Known
from labeler.search.tree import About, Node, Text, leaves, wanted_place, with_part
from labeler.types import IntArray, Photo


@dataclass(frozen=True, slots=True)
class FaceOnPhoto:
    """A face as a search sees it; person: None = without a name."""

    face: int
    photo_id: int
    person: str | None
    ignored: bool


@dataclass(frozen=True)
class SearchData:
    """A library as a search sees it. fields.ids are ascending; by_date: their positions by date."""

    fields: PhotoFields
    by_date: IntArray
    people: PeopleFields
    known: Known


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say to whom a search finds nothing; instead: the search that may have been meant.

    word: that nothing has.
    """

    message: str
    instead: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class SearchMatches:
    """The ids of the photos that a search means, by date, those without one last.

    tree: what was looked for. hint: what may have been meant, where nothing was found. notes:
    sentences about words that are nothing, or something else than they may have been meant to be.
    """

    photo_ids: tuple[int, ...]
    tree: Node
    hint: Hint | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a search says of n rows of data: mask, (n,) bool; the rest as in `SearchMatches`."""

    mask: Mask
    tree: Node
    hint: Hint | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A photo and those of its faces that were asked for, and the people whom they show."""

    photo: Photo
    faces: tuple[int, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The photos that a search means, by date, those without one last.

    hint, notes: see `SearchMatches`.
    """

    photos: tuple[FoundPhoto, ...]
    hint: Hint | None = None
    notes: tuple[str, ...] = ()


def search_photos(library: Library, text: str) -> SearchResult:
    """Return the photos that a search means; `labeler.search.grammar` explains its words.

    Raises:
        QueryError: it cannot be understood, or asks for a person, album or place that there is not.
    """
    prepare(library, text)
    with library.reading():
        faces = faces_on_photos(library)
        found = matches(library, text, data_of(library, faces))
        photos = where_asked(
            library, library.photos_with(found.photo_ids), wanted_place(found.tree)
        )
    shown = shown_faces(found.tree, faces)
    return SearchResult(
        tuple(_found(photos[i], shown.get(i, ())) for i in found.photo_ids if i in photos),
        found.hint,
        found.notes,
    )


def matching_photos(library: Library, text: str) -> set[int]:
    """Return the ids of the photos that a search means; see `search_matches`."""
    return set(search_matches(library, text).photo_ids)


def search_matches(library: Library, text: str) -> SearchMatches:
    """Return the ids of the photos that a search means, and what was looked for.

    Raises:
        QueryError: it cannot be understood, or asks for a person, album or place that there is not.
    """
    prepare(library, text)
    with library.reading():
        return matches(library, text, data_of(library, faces_on_photos(library)))


def prepare(library: Library, text: str) -> None:
    """Do before the library is read what a search may have to write to it."""
    asks_about = any(isinstance(leaf, About) for leaf in leaves(parse(text)))
    find_places(library)
    if asks_about:
        from labeler.search.steps.clip_model import chosen

        with suppress(LabelerError):  # what is wrong with the model the search itself tells
            chosen(library)


def matches(library: Library, text: str, data: SearchData) -> SearchMatches:
    """Return the photos that a search means, given what was read of the library before.

    Raises:
        QueryError: it cannot be understood, or asks for a person, album or place that there is not.
    """
    found = judged(library, text, data)
    ids = data.fields.ids[data.by_date[found.mask[data.by_date]]]
    return SearchMatches(tuple(ids.tolist()), found.tree, found.hint, found.notes)


def judged(
    library: Library, text: str, data: SearchData, said: Callable[[Text], Mask] | None = None
) -> Judged:
    """Return which rows of some data a search means, in their order.

    Args:
        said: see `labeler.search.evaluation.Searched`.

    Raises:
        QueryError: it cannot be understood, or asks for a person, album or place that there is not.
    """
    tree = interpretation.resolve(parse(text), data.known, text)
    with_text = cache(partial(_with_text, library))  # asked for twice

    def is_there(words: Text) -> bool:
        return bool(with_text(words)) or (said is not None and bool(said(words).any()))

    nothing = _that_are_nothing(is_there, tree, data.known, text)
    searched = Searched(
        data.fields,
        data.people,
        with_text,
        lambda what: _about(library, what, text),
        said,
    )
    mask = searched.evaluate(tree)
    hint = None if mask.any() else _hint(is_there, text, tree, data.known)
    told = notes.read_otherwise(tree, data.known, text)
    unknown = [words for words in nothing if hint is None or hint.word != words]
    if unknown:
        where = "caption, keyword" if said is None else "caption, subtitle, keyword"
        told.append(
            f"Nobody is called {names.listed(unknown)}, and it is in no {where} or name "
            "of a file or place."
        )
    return Judged(mask, tree, hint, tuple(told))


def _that_are_nothing(
    is_there: Callable[[Text], bool], tree: Node, known: Known, text: str
) -> list[str]:
    """Return the words of a search that no photo has, each once.

    Raises:
        QueryError: such a word is to be left out. All photos would be found, also those of the
            person whose name was meant.
    """
    found = []
    for one in notes.looked_for(tree, text, known):
        words = one.words
        if is_there(words):
            continue
        if one.left_out and one.is_plain:
            raise notes.nothing_to_leave_out(words, known, text)
        found.append(words.text)
    return list(dict.fromkeys(found))


def read_photos(library: Library) -> tuple[PhotoFields, IntArray]:
    """Return what a search looks at besides faces, and the positions of the photos by date."""
    find_places(library)
    with library.reading():
        return _read_photos(library)


def _read_photos(library: Library) -> tuple[PhotoFields, IntArray]:
    ids, days, places = library.dates_and_places()
    ascending = np.argsort(ids)
    by_date = np.argsort(ascending)
    ids = ids[ascending]
    albums: dict[str, list[IntArray]] = {}
    roots = folders(library)
    for folder, own in library.photos_by_folder().items():
        for name in album_names(Path(folder), roots):
            albums.setdefault(name, []).append(positions_of_all(ids, own))
    for folder in library.folders_away():  # these are albums, too, though nothing of them is there
        for name in album_names(Path(folder), roots):
            albums.setdefault(name, []).append(np.empty(0, dtype=np.int64))
    inside = {name: np.unique(np.concatenate(some)) for name, some in albums.items()}
    located = _located(library, ids)
    return PhotoFields(ids, days[ascending], places[ascending], inside, located), by_date


def _located(library: Library, ids: IntArray) -> dict[Place, IntArray]:
    """Return by place the positions among ids (ascending) of the photos that were taken there."""
    found = {}
    for place, own in library.places():
        there = positions(ids, own)
        there = there[there >= 0]  # the file of others is missing
        if len(there):
            found[place] = there
    return found


def data_of(library: Library, faces: Iterable[FaceOnPhoto]) -> SearchData:
    """Return all that a search looks at, given the faces of the library."""
    everybody = standing.labels(library).names.values()
    return search_data(_read_photos(library), faces, everybody)


def search_data(
    photos: tuple[PhotoFields, IntArray],
    faces: Iterable[FaceOnPhoto],
    everybody: Iterable[str] = (),
) -> SearchData:
    """Return all that a search looks at.

    Args:
        everybody: who has a name; those whose photos are all away are known, too, and on none.
    """
    fields, by_date = photos
    people = people_fields(fields.ids, ((f.photo_id, f.person, f.ignored) for f in faces))
    on_none = dict.fromkeys(everybody, np.empty(0, dtype=np.int64))
    people = replace(people, photos={**on_none, **people.photos})
    return SearchData(fields, by_date, people, Known(people.photos, fields.albums, fields.located))


def faces_on_photos(library: Library) -> list[FaceOnPhoto]:
    """Return the faces of a library, also of those who were named automatically."""
    labels, table = standing.labels(library), library.faces()
    automatic = bands.automatic(library, labels, table)
    found = []
    for face, photo in zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True):
        person, _, _ = who_is(face, labels, automatic.get(face))
        found.append(FaceOnPhoto(face, photo, person, face in labels.ignored))
    return found


def shown_faces(tree: Node, faces: Iterable[FaceOnPhoto]) -> dict[int, list[FaceOnPhoto]]:
    """Return by photo id the faces that a resolved search asks for."""
    people, unnamed = interpretation.shown(tree)
    found: dict[int, list[FaceOnPhoto]] = {}
    for face in faces:
        wanted = face.person in people if face.person else unnamed and not face.ignored
        if wanted:
            found.setdefault(face.photo_id, []).append(face)
    return found


def _found(photo: Photo, faces: Iterable[FaceOnPhoto]) -> FoundPhoto:
    own = list(faces)
    people = dict.fromkeys(face.person for face in own if face.person)
    return FoundPhoto(photo, tuple(face.face for face in own), tuple(people))


def _with_text(library: Library, words: Text) -> list[int]:
    return library.photos_with_text(words.text, words.prefix)


def _about(library: Library, what: About, text: str) -> set[int]:
    """Return the photos that show something; the error points at the words for it."""
    from labeler.search.steps.image_search import about

    try:
        return about(library, what.text)
    except LabelerError as error:
        raise QueryError(str(error), text, what.at.start, what.at.end) from error


def _hint(is_there: Callable[[Text], bool], text: str, tree: Node, known: Known) -> Hint | None:
    """Return whom somebody may have meant who looked for a word that no photo has."""
    for words in interpretation.words_looked_for(tree):
        if known.has_place(words.text):
            continue
        meant = known.similar_person(words.text)
        if meant and not is_there(words):
            message = f"Nobody is called {words.text}; did you mean {meant}?"
            return Hint(message, with_part(text, words.at, written(meant)), words.text)
        place = known.misspelt_place(words.text)
        if place and not is_there(words):
            message = f"No photo was taken in {words.text}; did you mean {place}?"
            return Hint(message, with_part(text, words.at, f"in:{written(place)}"), words.text)
    return None
