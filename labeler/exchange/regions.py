"""Regions in XMP: rectangles with names, as the Metadata Working Group and Microsoft write them.

MWG: `mwg-rs:Regions` holds `AppliedToDimensions` and a `RegionList`; an area is given by its
centre, in fractions of the stored picture (or in pixels, if its unit says so). Microsoft:
`MP:RegionInfo` holds `MPRI:Regions`, with rectangles 'left, top, width, height' in fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from labeler.exchange import acdsee, iptc_regions, rdf
from labeler.exchange.frames import Area
from labeler.exchange.region import FACE, NO_AREA, Region, placed
from labeler.photos.xmp import Element

MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
ST_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
ST_DIM = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
MP = "{http://ns.microsoft.com/photo/1.2/}"
MPRI = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
MPREG = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
MOST_REGIONS = 1_000


def of_packet(about: tuple[Element, ...]) -> list[Region]:
    """Return the regions of a packet: MWG's before Microsoft's, ACDSee's and the IPTC's, at most
    1,000 of each."""
    kinds = (
        [region for description in about for _, region in mwg_items(description)],
        [region for description in about for _, region in microsoft_items(description)],
        [region for description in about for region in acdsee.items(description)],
        [region for description in about for region in iptc_regions.items(description)],
    )
    return [region for kind in kinds for region in kind[:MOST_REGIONS]]


def mwg_items(description: Element) -> Iterator[tuple[Element, Region]]:
    """Yield MWG's regions with the list items that they are."""
    for info in description.findall(MWG + "Regions"):
        size = None
        for dimensions in rdf.fields(info, MWG + "AppliedToDimensions"):
            width, height = (rdf.number(rdf.text(dimensions, ST_DIM + side)) for side in "wh")
            size = (width, height) if width > 0 and height > 0 else None
        for item in rdf.items(info, MWG + "RegionList"):
            name, kind = rdf.text(item, MWG + "Name"), rdf.text(item, MWG + "Type").strip()
            area, trouble = _mwg_area(item, size)
            yield item, placed(name, kind, area, size, trouble)


def _mwg_area(item: Element, size: tuple[float, float] | None) -> tuple[Area | None, str]:
    found = next(rdf.fields(item, MWG + "Area"), None)
    if found is None:
        return None, NO_AREA
    x, y, width, height = (rdf.number(rdf.text(found, ST_AREA + side)) for side in "xywh")
    across = rdf.number(rdf.text(found, ST_AREA + "d"))
    if math.isnan(width) and across > 0 and size:  # a circle: in fractions of the shorter side
        width, height = across * min(size) / size[0], across * min(size) / size[1]
    if rdf.text(found, ST_AREA + "unit").strip().casefold() == "pixel":
        if size is None:
            return None, "it is in pixels of a picture whose size is not said"
        x, width, y, height = x / size[0], width / size[0], y / size[1], height / size[1]
    return Area(x - width / 2, y - height / 2, width, height), ""


def microsoft_items(description: Element) -> Iterator[tuple[Element, Region]]:
    """Yield Microsoft's regions with the list items that they are."""
    for info in description.findall(MP + "RegionInfo"):
        for item in rdf.items(info, MPRI + "Regions"):
            name = rdf.text(item, MPREG + "PersonDisplayName")
            area, trouble = _rectangle(rdf.text(item, MPREG + "Rectangle"))
            yield item, placed(name, FACE, area, None, trouble)


def _rectangle(text: str) -> tuple[Area | None, str]:
    parts = text.split(",")
    if not text.strip():  # somebody is on the photo, nobody said where
        return None, NO_AREA
    if len(parts) != 4:
        return None, "its rectangle is not four numbers"
    return Area(*map(rdf.number, parts)), ""
