"""Reading structures in XMP, which RDF lets programs spell in several ways."""

from __future__ import annotations

import math
from collections.abc import Iterator

from labeler.photos.xmp import LANG, RDF, Element


def fields(element: Element, name: str) -> Iterator[Element]:
    """Yield the fields of a structure that are elements."""
    for struct in _structs(element):
        yield from struct.findall(name)


def items(element: Element, name: str) -> Iterator[Element]:
    """Yield the items of a field that is a list."""
    for found in fields(element, name):
        for container in found:
            yield from container.findall(RDF + "li")


def text(element: Element, name: str) -> str:
    """Return a field, written as an attribute or as an element; '' if there is none."""
    for struct in _structs(element):
        child = struct.find(name)
        value = struct.get(name) if child is None else "".join(child.itertext())
        if value is not None:
            return value
    return ""


def texts(element: Element, name: str) -> list[str]:
    """Return the values of a field: items of a list (that in the default language first), or one.

    What is empty is left out.
    """
    listed = sorted(items(element, name), key=lambda item: item.get(LANG) != "x-default")
    values = ["".join(item.itertext()) for item in listed] or [text(element, name)]
    return [value.strip() for value in values if value.strip()]


def number(text: str) -> float:
    """Return a number, NaN if it is none. Some programs write a decimal comma."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan


def _structs(element: Element) -> list[Element]:
    """Return where RDF may put a structure's fields: in the element, or one description deeper."""
    return [element, *element.findall(RDF + "Description")]
