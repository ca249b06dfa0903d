"""The addresses of the pages about people, and what is said in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, quote, unquote, urlencode

PEOPLE = "/people"
GROUPS = "/groups"
STRANGERS = "/groups/strangers"
MAP = "/map"
IGNORED = "/ignored"
HISTORY = "/history"
RESEMBLANCE = "/resemblance"
LOOKALIKE = "/lookalike"
VERIFY = "/verify"
SLIDESHOW = "/slideshow"
TAB = "tab"
"""Says in an address which tab of a page is meant."""
LONGEST_SELECTION = 1500
"""Letters: browsers take longer addresses, but nobody sends one."""
MOST_SELECTED = 1_000_000
LONGEST_NUMBER = 18
"""Digits; SQLite has no larger numbers."""
UNDATED = 0
"""Stands for the year of photos without a date."""
_UNDATED_WORD = "unknown"
_DOTS = re.compile(r"~*\.{1,2}")


def number_in(word: str) -> int | None:
    """Return the number that a word of an address is; None = it is none that anything has.

    >>> number_in("12"), number_in("-1"), number_in("9" * 5000)
    (12, None, None)
    """
    known = word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER
    return int(word) if known else None


def address(person: str) -> str:
    """Return the address of a person's page.

    Browsers take a name of one or two dots for a way up, however it is written; it gets a mark.

    >>> address("Rosa/Emil"), address(".."), address("~.")
    ('/people/Rosa%2FEmil', '/people/~..', '/people/~~.')
    """
    mark = "~" if _DOTS.fullmatch(person) else ""
    return f"{PEOPLE}/{mark}{quote(person, safe='')}"


def to_confirm(person: str) -> str:
    """Return the address of the names of a person that wait to be confirmed."""
    return f"{address(person)}?{TAB}=confirm"


def person_of(path: str) -> str | None:
    """Return whose page an address is; None = the page of all people.

    >>> person_of("/people/Rosa%2FEmil"), person_of("/people/~.."), person_of("/people")
    ('Rosa/Emil', '..', None)
    """
    _, _, name = path.removeprefix("/").partition("/")
    person = unquote(name)
    return (person[1:] if person[:1] == "~" and _DOTS.fullmatch(person) else person) or None


def group_address(number: int) -> str:
    """Return the address of the page of one group."""
    return f"{GROUPS}/{number}"


def group_of(path: str) -> int | None:
    """Return the group that an address names; None = all groups.

    >>> group_of("/groups/12"), group_of("/groups")
    (12, None)
    """
    return number_in(path.removeprefix(GROUPS).strip("/"))


def on_map(person: str | None = None, group: int | None = None) -> str:
    """Return the address of the map where it shows a person or a group.

    >>> on_map(person="Rosa"), on_map(group=12)
    ('/map?person=Rosa', '/map?group=12')
    """
    return f"{MAP}?" + urlencode({"person": person} if person else {"group": group})


def resemblance_of(person: str) -> str:
    """Return the address of the page that tells whom somebody takes after.

    >>> resemblance_of("Nora"), resemblance_of("")
    ('/resemblance?person=Nora', '/resemblance')
    """
    return f"{RESEMBLANCE}?person={quote(person, safe='')}" if person else RESEMBLANCE


def selection(faces: Iterable[int]) -> str:
    """Return the end of the map's address that says which faces are selected.

    '' = none, or too many for an address.

    >>> selection([7, 5, 6, 12]), selection([])
    ('?faces=5-7.12', '')
    """
    runs: list[list[int]] = []
    for face in sorted(set(faces)):
        if runs and face == runs[-1][1] + 1:
            runs[-1][1] = face
        else:
            runs.append([face, face])
    text = ".".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"?faces={text}" if text and len(text) <= LONGEST_SELECTION else ""


def selected(search: str | None) -> list[int]:
    """Return the faces that an address says are selected; what is no number counts for nothing.

    >>> selected("?faces=5-7.12"), selected("?faces=x")
    ([5, 6, 7, 12], [])
    """
    faces: list[int] = []
    for run in asked(search, "faces").split("."):
        first, _, last = run.partition("-")
        start, end = number_in(first), number_in(last or first)
        if start is not None and end is not None:
            faces += range(start, min(end + 1, start + MOST_SELECTED - len(faces)))
    return faces


def asked(search: str | None, what: str) -> str:
    """Return what the end of an address, such as '?sort=name', says of something; '' = nothing."""
    return parse_qs((search or "").removeprefix("?")).get(what, [""])[0]


def people_of(search: str | None) -> list[str]:
    """Return the people that the end of an address names, each once.

    >>> people_of("?person=Rosa&person=Emil")
    ['Rosa', 'Emil']
    """
    return list(dict.fromkeys(parse_qs((search or "").removeprefix("?")).get("person", [])))


def show_of(people: Iterable[str], search: str) -> str:
    """Return the address where a show of people begins, of the photos that a search finds.

    >>> show_of(["Rosa"], "rosa 2008")
    '/slideshow?person=Rosa&q=rosa+2008'
    """
    return f"{SLIDESHOW}?" + urlencode([*(("person", who) for who in people), ("q", search)])


def year_of(search: str | None) -> int | None:
    """Return the year that an address asks for, `UNDATED` for photos without one; None = all.

    >>> year_of("?year=2008")
    2008
    """
    word = asked(search, "year")
    if word == _UNDATED_WORD:
        return UNDATED
    return number_in(word)


def company_of(search: str | None) -> str | None:
    """Return with whom an address asks for photos; None = with anybody.

    >>> company_of("?with=Henrik")
    'Henrik'
    """
    return asked(search, "with") or None


def ending(year: int | None = None, company: str | None = None, tab: str = "") -> str:
    """Return the end of an address that asks for a year, and for photos with somebody.

    Args:
        tab: of the page that is meant; '' = the first one.

    >>> ending(2008), ending(company="Henrik"), ending(), ending(2008, tab="faces")
    ('?year=2008', '?with=Henrik', '', '?tab=faces&year=2008')
    """
    parts: dict[str, str | int] = {TAB: tab} if tab else {}
    if year is not None:
        parts["year"] = _UNDATED_WORD if year == UNDATED else year
    if company is not None:
        parts["with"] = company
    return "?" + urlencode(parts) if parts else ""
