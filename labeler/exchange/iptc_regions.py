"""Image regions of the IPTC (Photo Metadata Standard 2019.1): `Iptc4xmpExt:ImageRegion`.

A boundary is a rectangle with its upper left corner, a circle with its centre, or a polygon, in
fractions of the picture or in its pixels. A region is around a person, not around the face only.
"""

from __future__ import annotations

from collections.abc import Iterator

from labeler.exchange import rdf
from labeler.exchange.frames import Area
from labeler.exchange.region import FACE, NO_AREA, Region, placed
from labeler.photos.xmp import Element

IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_PEOPLE = ("human", "person", "face")
"""In the names and identifiers of kinds of regions that show a person."""


def items(description: Element) -> Iterator[Region]:
    """Yield the regions in a description, one for each person that a region names."""
    for item in rdf.items(description, IPTC_EXT + "ImageRegion"):
        area, trouble = None, NO_AREA
        for boundary in rdf.fields(item, IPTC_EXT + "RegionBoundary"):
            area, trouble = _boundary(boundary)
        people = rdf.texts(item, IPTC_EXT + "PersonInImage")
        kinds = _kinds(item)
        is_person = not kinds or any(word in kind for kind in kinds for word in _PEOPLE)
        names = people or rdf.texts(item, IPTC_EXT + "Name")[:1] or [""]
        for name in names:
            kind = FACE if people or is_person else next(iter(kinds))
            yield placed(name, kind, area, None, trouble, is_around=True)


def _kinds(item: Element) -> list[str]:
    """Return what a region is said to show, in small letters."""
    found = []
    for kind in rdf.items(item, IPTC_EXT + "rCtype"):
        found += rdf.texts(kind, IPTC_EXT + "Name")
        found += rdf.texts(kind, "{http://ns.adobe.com/xap/1.0/}Identifier")
        found += rdf.texts(kind, "{http://purl.org/dc/elements/1.1/}identifier")
        found += rdf.texts(kind, "{http://ns.adobe.com/xmp/Identifier/qual/1.0/}Identifier")
    return [kind.casefold() for kind in found]


def _boundary(boundary: Element) -> tuple[Area | None, str]:
    def value(element: Element, name: str) -> float:
        return rdf.number(rdf.text(element, IPTC_EXT + name))

    if rdf.text(boundary, IPTC_EXT + "rbUnit").strip().casefold() == "pixel":
        return None, "it is in pixels of a picture whose size is not said"
    x, y = value(boundary, "rbX"), value(boundary, "rbY")
    shape = rdf.text(boundary, IPTC_EXT + "rbShape").strip().casefold()
    if shape == "circle":
        radius = value(boundary, "rbRx")
        return Area(x - radius, y - radius, 2 * radius, 2 * radius), ""
    if shape == "polygon":
        vertices = list(rdf.items(boundary, IPTC_EXT + "rbVertices"))
        xs = [value(vertex, "rbX") for vertex in vertices]
        ys = [value(vertex, "rbY") for vertex in vertices]
        if not vertices:
            return None, NO_AREA
        return Area(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)), ""
    return Area(x, y, value(boundary, "rbW"), value(boundary, "rbH")), ""
