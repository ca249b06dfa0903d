"""Regions in XMP as ACDSee writes them: like MWG's, in a namespace of their own.

`acdsee-rs:Regions` holds `AppliedToDimensions` and a `RegionList`. `DLYArea` is what the user sees,
`ALGArea` what the program found; both are given by their centre, in fractions of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from labeler.exchange import rdf
from labeler.exchange.frames import Area
from labeler.exchange.region import NO_AREA, Region, placed
from labeler.photos.xmp import Element

_RS = "{http://ns.acdsee.com/regions/}"
_AREA = "{http://ns.acdsee.com/sType/Area#}"
_DIM = "{http://ns.acdsee.com/sType/Dimensions#}"
_GUESSES = frozenset({"denied", "suggested"})
"""How a name was given that the user has not said, or has even refused."""


def items(description: Element) -> Iterator[Region]:
    """Yield the regions in a description."""
    for info in description.findall(_RS + "Regions"):
        size = None
        for dimensions in rdf.fields(info, _RS + "AppliedToDimensions"):
            width, height = (rdf.number(rdf.text(dimensions, _DIM + side)) for side in "wh")
            size = (width, height) if width > 0 and height > 0 else None
        for item in rdf.items(info, _RS + "RegionList"):
            is_guess = rdf.text(item, _RS + "NameAssignType").strip().casefold() in _GUESSES
            name = "" if is_guess else rdf.text(item, _RS + "Name")
            area = _area(item)
            kind = rdf.text(item, _RS + "Type").strip()
            yield placed(name, kind, area, size, NO_AREA if area is None else "")


def _area(item: Element) -> Area | None:
    for name in ("DLYArea", "ALGArea"):
        for found in rdf.fields(item, _RS + name):
            x, y, width, height = (rdf.number(rdf.text(found, _AREA + side)) for side in "xywh")
            return Area(x - width / 2, y - height / 2, width, height)
    return None
