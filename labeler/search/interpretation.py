"""What the words of a search mean in one library: people's names, places, or words to look for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import chain

from labeler.errors import QueryError
from labeler.folding import fold, has_word, matches, one_spelling
from labeler.people import names
from labeler.place import Place, all_names, is_called
from labeler.search.grammar import written
from labeler.search.tree import (
    Album,
    All,
    Either,
    In,
    Node,
    Not,
    Only,
    Person,
    Phrase,
    Span,
    Text,
    Unnamed,
    Word,
    Words,
    joined,
    quoted,
    with_part,
)

_JOKERS = "*?"


@dataclass(frozen=True)
class Known:
    """The names of the people and albums (folders) of a library, and the places of its photos.

    albums, places: None = not known beforehand; then any may turn up.
    """

    people: Iterable[str]
    albums: Collection[str] | None = ()
    places: Collection[Place] | None = ()
    _by_spelling: dict[str, list[str]] = field(init=False, repr=False, compare=False)
    _by_folded: dict[str, list[str]] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spelled: dict[str, list[str]] = {}
        folded: dict[str, list[str]] = {}
        for name in sorted(self.people):
            spelled.setdefault(one_spelling(name), []).append(name)
            folded.setdefault(fold(name), []).append(name)
        object.__setattr__(self, "_by_spelling", spelled)
        object.__setattr__(self, "_by_folded", folded)
        longest = max((len(name.split()) for name in folded), default=0)
        object.__setattr__(self, "_longest", longest)

    def called(self, text: str) -> tuple[str, ...]:
        """Return the people with a name, as `labeler.people.names.called` does."""
        found = self._by_spelling.get(one_spelling(text)) or self._by_folded.get(fold(text), [])
        return (text,) if text in found else tuple(found)

    def with_words(self, text: str) -> tuple[str, ...]:
        """Return the people of whose names these words are a part."""
        return names.with_words(text, self._everybody())

    def first_name(self, words: Sequence[Word]) -> tuple[int, tuple[str, ...]]:
        """Return the longest name that words begin with: how many words it takes, and whose it is.

        A whole name goes before a part of one. (1, ()) if they begin with no name.
        """
        for find in (self.called, self.with_words):
            for number in range(min(len(words), self._longest), 0, -1):
                if not any(word.prefix for word in words[:number]):
                    people = find(" ".join(word.text for word in words[:number]))
                    if people:
                        return number, people
        return 1, ()

    def similar_person(self, text: str) -> str | None:
        """Return the name that somebody may have meant who wrote another."""
        folded = fold(text)
        likely = get_close_matches(folded, self._by_folded, n=1, cutoff=0.65)
        begun = [name for name in self._by_folded if folded and name.startswith(folded)]
        if likely or begun:
            return self._by_folded[(likely or begun)[0]][0]
        return next(iter(names.nearly_with(text, self._everybody())), None)

    def _everybody(self) -> Iterable[str]:
        return chain.from_iterable(self._by_folded.values())

    def similar_album(self, pattern: str) -> str | None:
        """Return the album that somebody may have meant."""
        return _similar(pattern, self.albums or ())

    def has_place(self, words: str, prefix: bool = False) -> bool:
        """Tell whether photos may have been taken in a place that is called so."""
        return self.places is None or any(is_called(at, words, prefix) for at in self.places)

    def similar_place(self, words: str) -> str | None:
        """Return the place, region or country that somebody may have meant."""
        return _similar(words, all_names(self.places or ()))

    def misspelt_place(self, text: str) -> str | None:
        """Return the place that a word to look for is nearly called."""
        folded = {fold(name): name for name in all_names(self.places or ())}
        likely = get_close_matches(fold(text), folded, n=1, cutoff=0.8)
        return folded[likely[0]] if likely else None


def _similar(text: str, names: Iterable[str]) -> str | None:
    folded = {fold(name): name for name in names}
    wanted = fold(text)
    likely = [name for name in sorted(folded) if wanted in name]
    likely += get_close_matches(wanted, folded, n=1)
    return folded[likely[0]] if likely else None


def resolve(tree: Node, known: Known, text: str) -> Node:
    """Return a tree in which names and words to look for are told apart.

    A bare word at the very end of the search may be the beginning of one, unless it is left out.

    Args:
        text: the search, for errors.

    Raises:
        QueryError: a person, an album or a place is asked for that there is not.
    """
    if _is_plain(tree) and (people := known.called(text)):  # such as: Rosa "Rosi" Lind
        return Person(text.strip(), people, at=tree.at)
    return _Resolver(known, text, tree.at.end).node(tree)


def _is_plain(tree: Node) -> bool:
    """Tell whether there is nothing in a search but words."""
    if isinstance(tree, All):
        return all(map(_is_plain, tree.parts))
    return isinstance(tree, Phrase) or (isinstance(tree, Words) and not tree.negated)


def shown(tree: Node) -> tuple[frozenset[str], bool]:
    """Return the people that a resolved search asks for, and whether it asks for unnamed faces.

    Those whom it leaves out are not among them.
    """
    if isinstance(tree, Person):
        return frozenset(tree.names), False
    if isinstance(tree, Unnamed):
        return frozenset(), True
    parts = tree.people if isinstance(tree, Only) else getattr(tree, "parts", ())
    found = [shown(part) for part in parts]
    return frozenset().union(*(people for people, _ in found)), any(any_ for _, any_ in found)


def words_looked_for(tree: Node) -> list[Text]:
    """Return the words that a resolved search wants to find, as they were written."""
    if isinstance(tree, Text):
        return [tree]
    return [found for part in getattr(tree, "parts", ()) for found in words_looked_for(part)]


@dataclass(frozen=True)
class _Resolver:
    known: Known
    text: str
    end: int

    def node(self, node: Node) -> Node:
        if isinstance(node, Words):
            return self._words(node)
        if isinstance(node, Phrase):
            people = () if node.prefix else self.known.called(node.text)
            if not people and not node.prefix:
                people = self._meant_by(node.text, node.at)
            if people:
                return Person(node.text, people, at=node.at)
            return self._found(node, node.prefix)
        if isinstance(node, Person):
            return self._person(node)
        if isinstance(node, Only):
            return Only(tuple(self._people(node.people)), at=node.at)
        if isinstance(node, Album):
            return self._album(node)
        if isinstance(node, In):
            return self._place(node)
        if isinstance(node, Not):
            return replace(node, part=self.node(node.part))
        if isinstance(node, (All, Either)):
            return replace(node, parts=tuple(self.node(part) for part in node.parts))
        return node

    def _words(self, run: Words) -> Node:
        found: list[Node] = []
        rest = run.words
        while rest:
            number, people = self.known.first_name(rest)
            at = Span(rest[0].at.start, rest[number - 1].at.end)
            if people:
                name = " ".join(word.text for word in rest[:number])
                people = self.known.called(name) or self._meant_by(name, at)
                one: Node = Person(name, people, at=at)
            else:
                left_out = run.negated and not found
                one = self._found(rest[0], at.end == self.end and not left_out)
            found.append(Not(one, at=at) if run.negated and not found else one)
            rest = rest[number:]
        return joined(All, found)

    def _found(self, words: Word | Phrase, may_go_on: bool) -> Node:
        """Return what finds words: in texts, and in names of places, where a `*` must say that they
        go on: the beginning of a country's name is a word of its own too often.
        """
        text, at = words.text, words.at
        if not has_word(text):
            message = "There is no letter and no digit to look for."
            raise QueryError(message, self.text, at.start, at.end)
        written: Node = Text(text, words.prefix or may_go_on, at=at)
        if not self.known.has_place(text, words.prefix):
            return written
        return joined(Either, (written, In(text, words.prefix, at=at)))

    def _person(self, node: Person) -> Person:
        people = self.known.called(node.text) or self._meant_by(node.text, node.at)
        if not people:
            raise self._nobody(node.text, node.at)
        return replace(node, names=people)

    def _meant_by(self, part: str, at: Span) -> tuple[str, ...]:
        """Return the one person of whose name this is a part; () = there is none.

        Raises:
            QueryError: there are several.
        """
        people = self.known.with_words(part)
        if len(people) > 1:
            message = (
                f"{part} may be {names.listed(people)}; write the whole name, or "
                f"text:{written(part)} for the word."
            )
            instead = with_part(self.text, at, written(people[0]))
            raise QueryError(message, self.text, at.start, at.end, instead)
        return people

    def _people(self, nodes: Iterable[Node]) -> Iterable[Node]:
        """Return the people that 'only' names; all else would be words to look for."""
        for node in nodes:
            found = self.node(node)
            for one in getattr(found, "parts", (found,)):
                if isinstance(one, Text):
                    raise self._nobody(one.text, one.at)
                yield one

    def _nobody(self, name: str, at: Span) -> QueryError:
        meant = self.known.similar_person(name)
        part = written(meant) if meant else None
        said = f"Nobody is called {name}"
        return self._unknown(said, at, meant, part, "`labeler people` lists the names.")

    def _album(self, node: Album) -> Album:
        pattern, albums = fold(node.pattern), self.known.albums
        joker = any(letter in pattern for letter in _JOKERS)
        if albums is None or joker or any(matches(pattern, fold(album)) for album in albums):
            return node
        meant = self.known.similar_album(node.pattern)
        part = f"album:{quoted(meant)}" if meant else None
        said = f"No album is called {node.pattern}"
        raise self._unknown(said, node.at, meant, part, "* stands for any letters.")

    def _place(self, node: In) -> In:
        if self.known.has_place(node.name, node.prefix):
            return node
        meant = self.known.similar_place(node.name)
        part = f"in:{written(meant)}" if meant else None
        said = f"No photo was taken in {node.name}"
        raise self._unknown(
            said, node.at, meant, part, "`in:` takes a town, a region or a country."
        )

    def _unknown(
        self, said: str, at: Span, meant: str | None, part: str | None, otherwise: str
    ) -> QueryError:
        """Return the error of a name that there is not, with what may have been meant.

        part: how the search asks for that. otherwise: what to do if nothing comes to mind.
        """
        hint = f"did you mean {meant}?" if meant else otherwise
        instead = with_part(self.text, at, part) if part else None
        return QueryError(f"{said}; {hint}", self.text, at.start, at.end, instead)
