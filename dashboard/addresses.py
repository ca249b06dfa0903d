"""The addresses of the pages about people, and what is said in them."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, unquote, urlencode

PEOPLE = "/people"
IGNORED = "/ignored"
UNDATED = 0
"""Stands for the year of photos without a date."""
_UNDATED_WORD = "unknown"


def address(person: str) -> str:
    """Return the address of a person's page."""
    return f"{PEOPLE}/{quote(person, safe='')}"


def person_of(path: str) -> str | None:
    """Return whose page an address is; None = the page of all people."""
    _, _, name = path.removeprefix("/").partition("/")
    return unquote(name) or None


def asked(search: str | None, what: str) -> str:
    """Return what the end of an address, such as '?sort=name', says of something; '' = nothing."""
    return parse_qs((search or "").removeprefix("?")).get(what, [""])[0]


def year_of(search: str | None) -> int | None:
    """Return the year that an address asks for, `UNDATED` for photos without one; None = all.

    >>> year_of("?year=2008")
    2008
    """
    word = asked(search, "year")
    if word == _UNDATED_WORD:
        return UNDATED
    return int(word) if word.isascii() and word.isdigit() else None


def company_of(search: str | None) -> str | None:
    """Return with whom an address asks for photos; None = with anybody.

    >>> company_of("?with=Henrik")
    'Henrik'
    """
    return asked(search, "with") or None


def ending(year: int | None = None, company: str | None = None) -> str:
    """Return the end of an address that asks for a year, and for photos with somebody.

    >>> ending(2008), ending(company="Henrik"), ending()
    ('?year=2008', '?with=Henrik', '')
    """
    parts: dict[str, str | int] = {}
    if year is not None:
        parts["year"] = _UNDATED_WORD if year == UNDATED else year
    if company is not None:
        parts["with"] = company
    return "?" + urlencode(parts) if parts else ""
