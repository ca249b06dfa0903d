"""labeler search"""

from __future__ import annotations

import os
import sys
from itertools import islice
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, open_library, print_json, say, shown
from labeler.cli.streams import write_bytes
from labeler.photos.roots import said_of
from labeler.photos.steps import whereabouts
from labeler.search.steps.search import FoundPhoto, search_photos
from labeler.types import Fact, Metadata

HEADING = Heading.USE
EXAMPLE = "labeler search rosa + henrik -felix summer 2008"
_OPTIONS = ("-0", "-h")


class SearchCommand(TyperCommand):
    """A command whose words may begin with one minus: `-felix` is no option."""

    def parse_args(self, ctx, args: list[str]) -> list[str]:  # type: ignore[no-untyped-def]
        """Hand on the options first, with their values, and all else as words."""
        ends = args.index("--") if "--" in args else len(args)
        with_value = {name for one in self.params for name in _takes_value(one)}
        options, words = [], []
        left = iter(args[:ends])
        for one in left:
            if one in _OPTIONS or one.startswith("--"):
                options += [one, *islice(left, one in with_value)]
            else:
                words.append(one)
        return super().parse_args(ctx, [*options, "--", *words, *args[ends + 1 :]])


def _takes_value(parameter: Any) -> list[str]:
    is_flag = getattr(parameter, "is_flag", True) or getattr(parameter, "count", False)
    return [] if is_flag else parameter.opts


CLASS = SearchCommand


def command(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", show_default=False)],
    null: Annotated[
        bool, typer.Option("--null", "-0", help="End each path with a zero byte, for `xargs -0`.")
    ] = False,
    number: Annotated[bool, typer.Option("--count", help="Print only how many there are.")] = False,
    json: Json = False,
) -> None:
    """Print the paths of the photos that a search means, by date.

    People, by name or a part of it: rosa · rosa + henrik (both) · rosa | henrik · only rosa (nobody
    else) · -felix (without) · unnamed. Faces: faces:3 · faces>=3. Dates: 2008 · summer 2008 · march
    2008 · 2008-03-05 · 5.3.2008 · before 2010 · after 2010 · 2005..2010. Albums: album:"Lisbon*" ·
    -album:Lisbon. Places, if the photos have positions: in:Lisbon · in:portugal · in:"new york" ·
    gps · near:38.72,-9.14 (25 km around). All other words are looked for in captions, keywords and
    the names of files and places: cake · "birthday cake" · text:rosa (neither person nor place);
    the last one may be only the beginning of a word, unless it is a place's.
    In a shell, put the search in quotes: labeler search 'rosa | henrik'.
    """
    library = open_library(context)
    found = search_photos(library, as_one(query))
    for note in found.notes:
        complain(note)
    if json:
        print_json([_document(one) for one in found.photos])
    elif number:
        say(str(len(found.photos)))
    else:
        _print_paths([one.photo.path for one in found.photos], null)
        if found.hint:
            complain(found.hint.message)
        elif not found.photos and not found.notes:
            complain("No photo is like that.")
        if not found.photos:
            for root in whereabouts.roots_away(library):
                complain(said_of(root, folder=shown(root.folder)))


def as_one(words: list[str]) -> str:
    """Return a search from the words of a command line, from which the shell took the quotes."""
    if len(words) == 1:
        return words[0]
    return " ".join(_quoted_again(word) for word in words)


def _quoted_again(word: str) -> str:
    if " " not in word or '"' in word:
        return word
    field, colon, value = word.partition(":")
    return f'{field}:"{value}"' if colon and field.isalpha() else f'"{word}"'


def _document(found: FoundPhoto) -> dict[str, object]:
    metadata = found.photo.facts.metadata
    return {
        "photo": found.photo.path,
        "photo_id": found.photo.id,
        "taken": metadata.date,
        "caption": metadata.caption,
        "faces": found.faces,
        "people": found.people,
        "facts": _facts(metadata),
    }


def _facts(known: Metadata) -> dict[str, dict[str, object]]:
    """Return what is known of a photo besides who is on it, and who says so."""
    place = None if known.latitude is None else [known.latitude, known.longitude]
    facts: dict[Fact, object] = {
        "date": known.taken,
        "place": place,
        "caption": known.caption,
        "keywords": known.keywords,
        "rating": known.rating,
        "orientation": known.orientation,
    }
    found: dict[str, dict[str, object]] = {
        fact: {"is": value, "from": known.whence.get(fact)}
        for fact, value in facts.items()
        if value
    }
    if "date" in found:
        found["date"]["from"] = known.taken_from
    if known.doubted:
        found["not believed"] = {"is": known.doubted, "from": None}
    return found


def _print_paths(paths: list[str], null: bool) -> None:
    if sys.stdout.isatty() and not null:
        for path in paths:
            say(shown(path))
        return
    # Other programs get the very bytes of a path, whatever they are.
    end = b"\0" if null else os.linesep.encode()
    write_bytes(b"".join(os.fsencode(path) + end for path in paths))
