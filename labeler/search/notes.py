"""What is said about words of a search that are nothing, or were read as something else."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import QueryError
from labeler.search.grammar import written
from labeler.search.interpretation import Known
from labeler.search.tree import (
    In,
    Located,
    Node,
    Not,
    Period,
    Person,
    Text,
    Unnamed,
    leaves,
    quoted,
    with_part,
)


def read_otherwise(tree: Node, known: Known, text: str) -> list[str]:
    """Return sentences about names in a resolved search that were read as something else.

    Somebody is called May, and the search says May 2008; or Lisbon is a part of a name, and a town.
    """
    found = []
    for leaf in leaves(tree):
        said = text[leaf.at.start : leaf.at.end]
        if isinstance(leaf, (Period, Unnamed, Located)) and (who := _named_in(said, known)):
            what = "a time" if isinstance(leaf, Period) else "a word of searches"
            found.append(f"{said} is read as {what}; write {quoted(who)} in quotes for the person.")
        elif isinstance(leaf, Person) and _is_place_too(leaf, known):
            found.append(f"{said} is read as {leaf.names[0]}; in:{quoted(said)} is the place.")
    return found


def _is_place_too(person: Person, known: Known) -> bool:
    """Tell whether a part of somebody's name is what a place is called."""
    is_part = bool(person.names) and not known.called(person.text)
    return is_part and bool(known.places) and known.has_place(person.text)


def _named_in(text: str, known: Known) -> str | None:
    """Return who is called like some of the words in a row."""
    words = text.split()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            people = known.called(" ".join(words[start:end]))
            if people:
                return people[0]
    return None


@dataclass(frozen=True, slots=True)
class LookedFor:
    """A word or phrase of a search that is neither a name nor a place. left_out: after a minus.
    is_plain: nothing but the word itself was written, not text:word."""

    words: Text
    left_out: bool
    is_plain: bool


def looked_for(tree: Node, text: str, known: Known, left_out: bool = False) -> list[LookedFor]:
    """Return the words that a resolved search looks for in texts, in order, but for known places.

    Args:
        left_out: the tree stands behind a minus.
    """
    if isinstance(tree, Text):
        is_plain = not text[tree.at.start : tree.at.end].casefold().startswith("text:")
        return [LookedFor(tree, left_out, is_plain)]
    if isinstance(tree, Not):
        return looked_for(tree.part, text, known, not left_out)
    parts = getattr(tree, "parts", ())
    # Where nobody knows the places beforehand, any word may be one.
    places = {part.at for part in parts if isinstance(part, In) and known.places is not None}
    return [
        found
        for part in parts
        if not (isinstance(part, Text) and part.at in places)  # it is the name of a place, too
        for found in looked_for(part, text, known, left_out)
    ]


def nothing_to_leave_out(words: Text, known: Known, text: str) -> QueryError:
    """Return the error of a word to be left out that is nobody's name, and that no photo has."""
    said = f"Nobody and nothing is called {words.text}, so there is nothing to leave out"
    meant = known.similar_person(words.text)
    what = f"did you mean {meant}?" if meant else "leave out the word."
    return _about(words, text, f"{said}; {what}", meant)


def nearly_a_name(words: Text, known: Known, text: str) -> QueryError | None:
    """Return the error of a word to be left out that is nearly a name; None = it is not."""
    meant = known.similar_person(words.text)
    if meant is None:
        return None
    what = f"did you mean {meant}? The word itself is text:{written(words.text)}."
    return _about(words, text, f"Nobody is called {words.text}; {what}", meant)


def _about(words: Text, text: str, message: str, meant: str | None) -> QueryError:
    at = words.at
    instead = with_part(text, at, written(meant)) if meant else None
    return QueryError(message, text, at.start, at.end, instead)
