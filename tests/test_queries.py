"""The language of searches: what it says, where it goes wrong, and which photos it means."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import QueryError
from labeler.folding import fold, matches
from labeler.photos.sphere import distances_km
from labeler.place import Place
from labeler.search import interpretation, notes
from labeler.search.evaluation import PhotoFields, Searched, people_fields
from labeler.search.grammar import parse, written
from labeler.search.interpretation import Known
from labeler.search.tree import (
    About,
    Album,
    All,
    Either,
    Faces,
    In,
    Located,
    Near,
    Node,
    Not,
    Only,
    Period,
    Person,
    Phrase,
    Text,
    Unnamed,
    Word,
    Words,
    leaves,
)

PEOPLE = ("Anna", "Anna Maria", "Felix", "Henrik", "José", "June", "Maria", "Rosa")
PLACES = {
    (38.7, -9.1): Place("Alfama", "Lisbon", country="Portugal", also=("lissabon",)),
    (38.8, -9.0): Place("Lisbon Park", "", country="Portugal"),
    (60.0, 10.0): Place("", country="Norway"),
}
KNOWN = Known(PEOPLE, ("2008 Lisbon", "Lisbon", "Lake"), PLACES.values())
PIECES = (
    *("rosa", "Anna", "maria", "JOSE", "cake", "cak*", "only", "or", "and", "not", "-", "|", "+"),
    *("(", ")", '"', '"Anna Maria"', '"a ""b"""', "unnamed", "gps", "faces:0", "faces >= 2", ","),
    *("faces:..3", "2008", "summer", "march", "5", "before", "2005..2010", "2008-03-05", "after"),
    *("lisbon", "in:port*", 'place:"new york"', "in:", "wien"),
    *('album:"L*"', "near:38.7, -9.1", "text:cake*", "person:rosa", 'date:"may 2009"', "a:b", "*"),
)
QUERIES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES)).map(" ".join))


def words(*texts: str, negated: bool = False) -> Words:
    return Words(tuple(Word(text) for text in texts), negated)


def days(first: tuple[int, int, int], last: tuple[int, int, int]) -> Period:
    return Period(date(*first), date(*last))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("rosa", words("rosa")),
        ("rosa + henrik", All((words("rosa"), words("henrik")))),
        ("rosa+henrik", All((words("rosa"), words("henrik")))),
        ("rosa, henrik", words("rosa", "henrik")),
        ("only rosa", Only((words("rosa"),))),
        ("only rosa + henrik 2008", All((Only((words("rosa"), words("henrik"))), parse("2008")))),
        ("only rosa + 2008", All((Only((words("rosa"),)), parse("2008")))),
        ("-felix cake", words("felix", "cake", negated=True)),
        ("rosa without felix", All((words("rosa"), words("felix", negated=True)))),
        ("-(felix cake)", Not(words("felix", "cake"))),
        ("rosa | henrik", Either((words("rosa"), words("henrik")))),
        ("a b or c + d", Either((words("a", "b"), All((words("c"), words("d")))))),
        ("unnamed gps", All((Unnamed(), Located()))),
        ("faces:0", Faces(0, 0)),
        ("faces:3", Faces(3, 3)),
        ("faces>=3", Faces(3, None)),
        ("Faces > 3", Faces(4, None)),
        ("faces<3", Faces(0, 2)),
        ("faces:2..4", Faces(2, 4)),
        ("2008", days((2008, 1, 1), (2008, 12, 31))),
        ("summer 2008", days((2008, 6, 1), (2008, 8, 31))),
        ("winter 2008", days((2008, 12, 1), (2009, 2, 28))),
        ("March 2008", days((2008, 3, 1), (2008, 3, 31))),
        ("2008-02", days((2008, 2, 1), (2008, 2, 29))),
        ("5 march 2008", days((2008, 3, 5), (2008, 3, 5))),
        ("2008-03-05", days((2008, 3, 5), (2008, 3, 5))),
        ("before 2010", Period(None, date(2009, 12, 31))),
        ("after summer 2010", Period(date(2010, 9, 1), None)),
        ("2005..2010", days((2005, 1, 1), (2010, 12, 31))),
        ("2005..", Period(date(2005, 1, 1), None)),
        ('date:"may 2009"', days((2009, 5, 1), (2009, 5, 31))),
        ("24.12.2003", days((2003, 12, 24), (2003, 12, 24))),
        ("12.2003", days((2003, 12, 1), (2003, 12, 31))),
        ("12/2003", days((2003, 12, 1), (2003, 12, 31))),
        ("2003/12/24", days((2003, 12, 24), (2003, 12, 24))),
        ("2003.12", days((2003, 12, 1), (2003, 12, 31))),
        ("24/12/2003", days((2003, 12, 24), (2003, 12, 24))),
        ("12/24/2003", days((2003, 12, 24), (2003, 12, 24))),
        ("24-12-2003", days((2003, 12, 24), (2003, 12, 24))),
        ("05/05/2003", days((2003, 5, 5), (2003, 5, 5))),
        ("December 24, 2003", days((2003, 12, 24), (2003, 12, 24))),
        ("24th december 2003", days((2003, 12, 24), (2003, 12, 24))),
        ("24.12.2003..06.01.2004", days((2003, 12, 24), (2004, 1, 6))),
        ("before 24.12.2003", Period(None, date(2003, 12, 23))),
        ("version 1.2.3", words("version", "1.2.3")),
        ("before sunset 12345", words("before", "sunset", "12345")),
        ('album:"Lisbon*"', Album("Lisbon*")),
        ("-folder:Lisbon", Not(Album("Lisbon"))),
        ("album:Lisbon, rosa", All((Album("Lisbon"), words("rosa")))),
        ('"birthday cake"', Phrase("birthday cake")),
        ('"say ""hi"""*', Phrase('say "hi"', prefix=True)),
        ("text:cake", Text("cake")),
        ('-text:"big cake"', Not(Text("big cake"))),
        ("person:or", Person("or")),
        ("near:38.72, -9.14", Near(38.72, -9.14)),
        ('about:"birthday cake"', About("birthday cake")),
        ("in:Lisbon", In("Lisbon")),
        ('-Place:"New Y"*', Not(In("New Y", prefix=True))),
        ("in lisbon", words("in", "lisbon")),
    ],
)
def test_what_a_search_says(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("", "", "Write whom or what"),
        ("rosa |", "|", 'Something is missing after "|".'),
        ("| rosa", "|", 'Something is missing before "|".'),
        ("rosa + + felix", "+", 'Something is missing before "+".'),
        ("rosa (felix", "(", 'The closing ")" is missing.'),
        ("rosa) felix", ")", 'There is no "(" for this ")".'),
        ('cake "big', '"big', 'The closing " is missing'),
        ("rosa only", "only", 'After "only" comes a name'),
        ("only 2008", "2008", 'After "only" comes a name'),
        ("albun:Lisbon", "albun:Lisbon", "did you mean album:?"),
        ("rosa in:", "in:", "Write a town, region or country, as in:Lisbon."),
        ("rosa faces:many", "faces:many", "Write a number of faces"),
        ("faces<0", "faces<0", "Write a number of faces"),
        ("2008-02-30", "2008-02-30", "There is no 2008-02-30"),
        ("31.11.2003", "31.11.2003", "There is no 31.11.2003"),
        ("cake 3/5/2003", "3/5/2003", "may be two days; write year-month-day, as 2003-05-03."),
        ("x 2010..2005", "2010..2005", "ends before it begins"),
        ("near:lisbon", "near:lisbon", "in degrees"),
        ("near:98,0", "near:98,0", "in degrees"),
        ("rosa text:!", "text:!", "no letter and no digit"),
        ("person:", "person:", "Write a name"),
        ("album:", "album:", "Write the name of an album"),
        ("(" * 99, "(", "too many brackets"),
    ],
)
def test_an_error_points_at_the_word(text: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert text[caught.value.start : caught.value.end] == wrong
    instead = caught.value.instead
    assert ("did you mean" in message) == (instead is not None)
    if instead:
        parse(instead)


@settings(deadline=None)
@given(QUERIES)
def test_a_search_is_understood_or_the_error_lies_in_it(text: str) -> None:
    tree, error = None, None
    try:
        tree = parse(text)
    except QueryError as caught:
        error = caught
    if error:
        assert error.text == text
        assert 0 <= error.start <= error.end <= len(text)
        assert str(error).endswith((".", "?"))
    if tree:
        assert parse(str(tree)) == tree
        assert 0 <= tree.at.start < tree.at.end <= len(text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("rosa", Person("rosa", ("Rosa",))),
        ("cake", Text("cake", prefix=True)),
        ("-cake", Not(Text("cake"))),
        ("cake rosa", All((Text("cake"), Person("rosa", ("Rosa",))))),
        ("anna maria", Person("anna maria", ("Anna Maria",))),
        ("anna cake", All((Person("anna", ("Anna",)), Text("cake", prefix=True)))),
        (
            "-anna maria cake",
            All((Not(Person("anna maria", ("Anna Maria",))), Text("cake", prefix=True))),
        ),
        ('"Anna Maria"', Person("Anna Maria", ("Anna Maria",))),
        ('"Anna cake"', Text("Anna cake")),
        ("jose", Person("jose", ("José",))),
        ("text:rosa", Text("rosa")),
        ("ros*", Text("ros", prefix=True)),
        ("lisbon", Either((Text("lisbon", prefix=True), In("lisbon")))),
        ("lissabon -b", All((Either((Text("lissabon"), In("lissabon"))), Not(Text("b"))))),
        ("-portug*", Not(Either((Text("portug", True), In("portug", True))))),
        ('"lisbon park"', Either((Text("lisbon park"), In("lisbon park")))),
        ("text:lisbon", Text("lisbon")),
        ("in:nor*", In("nor", prefix=True)),
        ("june", Person("june", ("June",))),
        ("june 2008", days((2008, 6, 1), (2008, 6, 30))),
        ("person:june 2008", All((Person("june", ("June",)), parse("2008")))),
        ("only rosa felix", Only((Person("rosa", ("Rosa",)), Person("felix", ("Felix",))))),
    ],
)
def test_what_words_mean_depends_on_who_is_known(text: str, tree: Node) -> None:
    assert interpretation.resolve(parse(text), KNOWN, text) == tree


@pytest.mark.parametrize(
    "name", ["Rosa", "Anna Maria", "only", "2008", 'The "Duke"', "👵", "a:b", "-x"]
)
def test_every_name_can_be_asked_for(name: str) -> None:
    text = f"cake {written(name)} -{written(name)}"
    person = Person(name, (name,))
    tree = interpretation.resolve(parse(text), Known((name, "Rosa")), text)
    assert shape(tree) == shape(All((Text("cake"), person, Not(person))))


def shape(tree: Node) -> list[str]:
    """The leaves in order, however they are bracketed."""
    return str(tree).replace("(", "").replace(")", "").split(" + ")


def test_the_name_that_is_spelled_so_goes_before_those_that_sound_so() -> None:
    known = Known(("Jose", "José", "JOSÉ"))
    assert known.called("Jose") == known.called("jose") == ("Jose",)
    assert known.called("josé") == ("JOSÉ", "José")
    assert Known(("José", "Josè")).called("jose") == ("Josè", "José")


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("rosa ***", "***", "There is no letter and no digit to look for."),
        ('rosa "" b', '""', "There is no letter and no digit to look for."),
        ("cake person:henrk", "person:henrk", "Nobody is called henrk; did you mean Henrik?"),
        ("only rosa + cake", "cake", "Nobody is called cake; `labeler people` lists the names."),
        ("album:lisbo", "album:lisbo", "No album is called lisbo; did you mean 2008 Lisbon?"),
    ],
)
def test_who_is_not_known_is_an_error(text: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        interpretation.resolve(parse(text), KNOWN, text)
    assert str(caught.value) == message
    assert text[caught.value.start : caught.value.end] == wrong
    instead = caught.value.instead
    assert ("did you mean" in message) == (instead is not None)
    if instead:
        interpretation.resolve(parse(instead), KNOWN, instead)


def test_text_is_compared_without_case_and_accents() -> None:
    assert fold("  Zoë  STRASSE ") == fold("zoe straße")
    assert matches("l?s*", "lisbon")
    assert not matches("l.s", "las")


def test_distances_on_the_globe() -> None:
    lisbon, porto = (38.7223, -9.1393), (41.1579, -8.6291)
    found = distances_km(np.array([porto, lisbon, (np.nan, np.nan)]), lisbon)
    assert found[0] == pytest.approx(274, abs=1)
    assert found[1] == 0
    assert np.isnan(found[2])


# -- evaluation against the words of the promise, photo by photo ---------------------------------

FACE = st.tuples(st.sampled_from([None, *PEOPLE]), st.booleans())
PHOTO = st.fixed_dictionaries(
    {
        "faces": st.lists(FACE, max_size=4),
        "day": st.none() | st.dates(date(2004, 1, 1), date(2011, 1, 1)),
        "place": st.none() | st.sampled_from([(38.7, -9.1), (38.8, -9.0), (60.0, 10.0)]),
        "albums": st.sets(st.sampled_from(["Lisbon", "2008 Lisbon", "Lake"]), min_size=1),
        "words": st.sets(st.sampled_from(["cake", "rosa", "cakes", "b"])),
    }
)


def is_meant(tree: Node, photo: dict) -> bool:
    """The reference: what one photo must be like."""
    there = {person for person, _ in photo["faces"] if person}
    strangers = any(person is None and not ignored for person, ignored in photo["faces"])
    if isinstance(tree, All):
        return all(is_meant(part, photo) for part in tree.parts)
    if isinstance(tree, Either):
        return any(is_meant(part, photo) for part in tree.parts)
    if isinstance(tree, Not):
        return not is_meant(tree.part, photo)
    if isinstance(tree, Person):
        return bool(there & set(tree.names))
    if isinstance(tree, Only):
        asked = {name for part in tree.people for name in part.names}
        return all(is_meant(part, photo) for part in tree.people) and (
            there <= asked and not strangers
        )
    if isinstance(tree, Unnamed):
        return strangers
    if isinstance(tree, Faces):
        return tree.least <= len(photo["faces"]) <= (99 if tree.most is None else tree.most)
    if isinstance(tree, Period):
        day = photo["day"]
        return day is not None and (tree.first or day) <= day <= (tree.last or day)
    if isinstance(tree, Album):
        return any(matches(fold(tree.pattern), fold(name)) for name in photo["albums"])
    if isinstance(tree, Located):
        return photo["place"] is not None
    if isinstance(tree, Near):
        close = (38.7, -9.1), (38.8, -9.0)
        return photo["place"] in close and (tree.latitude, tree.longitude) == (38.7, -9.1)
    if isinstance(tree, In):
        names = PLACES[photo["place"]].names if photo["place"] else ()
        said = " ".join(f" {name.casefold()} " for name in names)
        wanted = f" {tree.name.casefold()}" + " " * (not tree.prefix)
        return wanted in said or (tree.name == "lissabon" and "Alfama" in names)
    if isinstance(tree, About):
        return "cake" in photo["words"] and tree.text == "cake"
    assert isinstance(tree, Text)
    return has_text(tree, photo)


def has_text(text: Text, photo: dict) -> bool:
    wanted = text.text.casefold()
    return any(w.startswith(wanted) if text.prefix else w == wanted for w in photo["words"])


@settings(deadline=None)
@given(st.lists(PHOTO, max_size=6), QUERIES)
def test_a_search_finds_what_it_says(photos: list[dict], query: str) -> None:
    try:
        tree = interpretation.resolve(parse(query), KNOWN, query)
    except QueryError:
        return
    ids = np.arange(len(photos)) * 3 + 5
    nowhere = (np.nan, np.nan)
    fields = PhotoFields(
        ids=ids,
        days=np.array([p["day"].toordinal() if p["day"] else 0 for p in photos], dtype=np.int64),
        places=np.array([p["place"] or nowhere for p in photos]).reshape(-1, 2),
        albums={
            name: np.array([i for i, p in enumerate(photos) if name in p["albums"]], np.int64)
            for name in KNOWN.albums or ()
        },
        located={
            place: np.array([i for i, p in enumerate(photos) if p["place"] == at], np.int64)
            for at, place in PLACES.items()
        },
    )
    faces = [(i, *face) for i, p in zip(ids.tolist(), photos, strict=True) for face in p["faces"]]
    people = people_fields(ids, [*faces, (4, "Rosa", False), (99, None, False)])

    def texts(text: Text) -> list[int]:
        return [i for i, p in zip(ids.tolist(), photos, strict=True) if has_text(text, p)]

    def about(what: About) -> list[int]:
        return [i for i, p in zip(ids.tolist(), photos, strict=True) if is_meant(what, p)]

    found = Searched(fields, people, texts, about).evaluate(tree)
    assert found.tolist() == [is_meant(tree, photo) for photo in photos]


# -- parts of names, and words that are nothing --------------------------------------------------

EMIL = Person("emil", ("Emil Lind",))
FAMILY = Known(("Rosa Lind", "Emil Lind", "May", 'Jo "Rosi" Berg', "Ji Park"), (), PLACES.values())


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("rosa", Person("rosa", ("Rosa Lind",))),
        ("-rosa", Not(Person("rosa", ("Rosa Lind",)))),
        ("only rosa", Only((Person("rosa", ("Rosa Lind",)),))),
        ("person:rosa", Person("rosa", ("Rosa Lind",))),
        ('"rosa"', Person("rosa", ("Rosa Lind",))),
        ('Jo "Rosi" Berg', Person('Jo "Rosi" Berg', ('Jo "Rosi" Berg',))),
        ("rosi", Person("rosi", ('Jo "Rosi" Berg',))),
        (
            "cake ROSA -emil",
            All((Text("cake"), Person("ROSA", ("Rosa Lind",)), Not(EMIL))),
        ),
        ("rosa lind emil", All((Person("rosa lind", ("Rosa Lind",)), EMIL))),
        ("text:rosa", Text("rosa")),
        ("ros", Text("ros", prefix=True)),
    ],
)
def test_a_part_of_one_name_is_that_person(text: str, tree: Node) -> None:
    assert shape(interpretation.resolve(parse(text), FAMILY, text)) == shape(tree)
    found = list(leaves(interpretation.resolve(parse(text), FAMILY, text)))
    assert found == list(leaves(tree))


@pytest.mark.parametrize("text", ["lind", "-lind", "only lind", "person:Lind", '"lind" 2008'])
def test_a_part_of_several_names_asks_which(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        interpretation.resolve(parse(text), FAMILY, text)
    assert "may be Emil Lind or Rosa Lind; write the whole name, or text:" in str(caught.value)
    assert caught.value.instead is not None
    interpretation.resolve(parse(caught.value.instead), FAMILY, caught.value.instead)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("may 2008", ['may 2008 is read as a time; write "May" in quotes for the person.']),
        ("may", []),
        ('"May" 2008', []),
        ("rosa 2008", []),
        ("2008", []),
    ],
)
def test_a_name_that_is_read_as_a_time_is_told(text: str, told: list[str]) -> None:
    assert notes.read_otherwise(
        interpretation.resolve(parse(text), FAMILY, text), FAMILY, text
    ) == (told)


def test_people_called_like_a_year_or_a_place() -> None:
    known = Known(("2008", "Lisbon Maier", "GPS"), (), PLACES.values())
    for text, said in (
        ("2008", '2008 is read as a time; write "2008" in quotes'),
        ("gps", 'gps is read as a word of searches; write "GPS" in quotes'),
        ("lisbon", 'lisbon is read as Lisbon Maier; in:"lisbon" is the place.'),
    ):
        (told,) = notes.read_otherwise(
            interpretation.resolve(parse(text), known, text), known, text
        )
        assert told.startswith(said)
