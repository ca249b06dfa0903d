"""Tell whether new photos, which no library holds, are what a search means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labeler.errors import QueryError
from labeler.folding import says
from labeler.photos.io.gazetteer import load_gazetteer
from labeler.photos.nearest import Finder
from labeler.photos.steps.albums import album_names
from labeler.place import Place
from labeler.search import interpretation, notes
from labeler.search.evaluation import PhotoFields, Searched, people_fields
from labeler.search.grammar import parse
from labeler.search.interpretation import Known
from labeler.search.tree import About, In, Node, Text, leaves
from labeler.types import AnalysedPhoto

_ONE = np.zeros(1, dtype=np.int64)
"""The id of the only photo, and its position among all of them."""


class Wanted:
    """Judges one photo at a time, as if it were the only one of a library.

    People are those who are recognized on it, albums the folders from the inbox down. The gazetteer
    is read when a photo with a position comes and the search may mean a place, and kept.

    Raises:
        QueryError: the search cannot be understood, or asks what is known only of a library.
    """

    def __init__(self, text: str, inbox: Path) -> None:
        self._text = text
        self._tree = parse(text)
        self._inbox = Path(os.path.abspath(inbox))
        self._finder: Finder | None = None
        self._people: tuple[str, ...] | None = None
        self._resolved = self._tree
        for leaf in leaves(self._tree):
            if isinstance(leaf, About):
                message = "What photos show (about:) is known only of the library's; leave it out."
                raise QueryError(message, text, leaf.at.start, leaf.at.end)

    def resolved(self, people: Iterable[str]) -> Node:
        """Return what is looked for, given whom the library knows.

        Raises:
            QueryError: it asks for somebody else.
        """
        asked = tuple(people)
        if asked != self._people:
            # Which folders and places there will be is seen when the photos come.
            known = Known(asked, albums=None, places=None)
            self._resolved = interpretation.resolve(self._tree, known, self._text)
            self._people = asked
        return self._resolved

    def __call__(self, photo: AnalysedPhoto, on_it: Sequence[str], people: Iterable[str]) -> bool:
        """Tell whether a photo is meant.

        Args:
            on_it: who is recognized on it; its other faces have no name.
            people: whom the library knows.
        """
        tree = self.resolved(people)
        nameless = [None] * (len(photo.faces) - len(on_it))
        who = people_fields(_ONE, ((0, person, False) for person in (*on_it, *nameless)))
        said = _texts(photo)

        def with_text(words: Text) -> list[int]:
            return [0] if any(says(text, words.text, words.prefix) for text in said) else []

        fields = self._fields(photo, tree)
        # Nothing asks for what is shown: that is refused from the first.
        return bool(Searched(fields, who, with_text, lambda what: ()).evaluate(tree)[0])

    def _fields(self, photo: AnalysedPhoto, tree: Node) -> PhotoFields:
        known = photo.facts.metadata
        nowhere = known.latitude is None or known.longitude is None
        position = np.array(
            [(np.nan, np.nan) if nowhere else (known.latitude, known.longitude)], dtype=np.float64
        )
        place = None if nowhere else self._place(position, tree)
        folder = Path(photo.file.path).parent
        return PhotoFields(
            ids=_ONE,
            days=np.array([known.date.toordinal() if known.date else 0], dtype=np.int64),
            places=position,
            albums=dict.fromkeys(album_names(folder, [self._inbox]), _ONE),
            located={place: _ONE} if place else {},
        )

    def _place(self, position: NDArray[np.float64], tree: Node) -> Place | None:
        if not any(isinstance(leaf, In) for leaf in leaves(tree)):
            return None
        if self._finder is None:
            self._finder = Finder(load_gazetteer())
        return self._finder.places_at(position)[0]


def wish(text: str, inbox: Path, people: Iterable[str]) -> Wanted | None:
    """Return what tells which photos a search means, None = it is empty, and all are wanted.

    Raises:
        QueryError: the search cannot be understood, asks for somebody else than these people, or
            leaves out a word that is nearly a name.
    """
    if not text:
        return None
    wanted, known = Wanted(text, inbox), Known(people, albums=None, places=None)
    tree = wanted.resolved(known.people)  # errors come before any work
    for one in notes.looked_for(tree, text, known):
        if one.left_out and one.is_plain and (error := notes.nearly_a_name(one.words, known, text)):
            raise error
    return wanted


def _texts(photo: AnalysedPhoto) -> tuple[str, str, str]:
    """Return where words are looked for: caption, keywords, and the name of the file."""
    known = photo.facts.metadata
    return known.caption, " ".join(known.keywords), os.path.basename(photo.file.path)
