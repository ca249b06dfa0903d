"""An XMP packet with the names of the faces on a photo, new or merged into what another program
wrote.

Written are MWG's regions, and the names as digiKam and Lightroom keep them besides: keywords
(`dc:subject`), `People|Name` and `People/Name` in the two programs' trees, and IPTC's
`PersonInImage`. Microsoft's regions are renewed where there are some, so that two lists of one
packet never disagree. Everything else in a packet is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np

from labeler.exchange import frames, matching, regions
from labeler.exchange.frames import Area
from labeler.exchange.region import FACE, Region
from labeler.exchange.regions import MP, MPREG, MPRI, MWG, ST_AREA, ST_DIM
from labeler.photos.xmp import RDF, Element, Packet

TOOLKIT = "face-labeler"
"""By this in `x:xmptk`, a file of ours is known as ours."""
PEOPLE = "People"
_X = "{adobe:ns:meta/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LR = "{http://ns.adobe.com/lightroom/1.0/}"
_DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
_TAGS_LIST = _DIGIKAM + "TagsList"
_IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_PREFIXES = {
    "x": _X,
    "rdf": RDF,
    "dc": _DC,
    "lr": _LR,
    "digiKam": _DIGIKAM,
    "Iptc4xmpExt": _IPTC_EXT,
    "mwg-rs": MWG,
    "stArea": ST_AREA,
    "stDim": ST_DIM,
    "MP": MP,
    "MPRI": MPRI,
    "MPReg": MPREG,
    "xmp": "{http://ns.adobe.com/xap/1.0/}",
    "xmpMM": "{http://ns.adobe.com/xap/1.0/mm/}",
    "xmpNote": "{http://ns.adobe.com/xmp/note/}",
    "xmpRights": "{http://ns.adobe.com/xap/1.0/rights/}",
    "stEvt": "{http://ns.adobe.com/xap/1.0/sType/ResourceEvent#}",
    "stRef": "{http://ns.adobe.com/xap/1.0/sType/ResourceRef#}",
    "exif": "{http://ns.adobe.com/exif/1.0/}",
    "tiff": "{http://ns.adobe.com/tiff/1.0/}",
    "aux": "{http://ns.adobe.com/exif/1.0/aux/}",
    "crs": "{http://ns.adobe.com/camera-raw-settings/1.0/}",
    "photoshop": "{http://ns.adobe.com/photoshop/1.0/}",
    "Iptc4xmpCore": "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}",
    "MicrosoftPhoto": "{http://ns.microsoft.com/photo/1.0/}",
    "acdsee": "{http://ns.acdsee.com/iptc/1.0/}",
    "darktable": "{http://darktable.sf.net/}",
}
for _prefix, _name in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _name.strip("{}"))


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A face on the stored picture. name: None = it must not be called anything.

    denied: names that the user took from it or refused.
    """

    area: Area
    name: str | None
    denied: AbstractSet[str] = frozenset()


def packet(
    faces: Sequence[NamedArea],
    size: tuple[int, int],
    orientation: int,
    before: Packet | None = None,
) -> bytes:
    """Return a packet in UTF-8 that says who the faces are.

    Args:
        faces: those with a name, and those about which regions of others would be wrong.
        size: of the stored picture. orientation: EXIF's.
        before: what another program wrote, which is changed. Its regions that speak of other
            places are kept, if they are for a picture of these proportions.
    """
    root, about = _skeleton(before)
    description = about[0]
    named = [face for face in faces if face.name]
    _write_mwg(about, description, faces, size, orientation)
    if any(part.find(MP + "RegionInfo") is not None for part in about):
        _write_microsoft(about, description, faces)
    names = list(dict.fromkeys(str(face.name) for face in named))
    _add(about, description, _DC + "subject", "Bag", names)
    for tree, kind, between in (
        (_LR + "hierarchicalSubject", "Bag", "|"),
        (_TAGS_LIST, "Seq", "/"),
    ):
        # A name with the sign in it would be read as two levels of the tree.
        paths = (f"{PEOPLE}{between}{name}" for name in names if between not in name)
        _add(about, description, tree, kind, paths)
    _add(about, description, _IPTC_EXT + "PersonInImage", "Bag", names)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{text}\n<?xpacket end="w"?>'
    ).encode()


def is_ours(written: Packet) -> bool:
    """Tell whether this program was the last to write a packet."""
    root = written.root
    return root is not None and root.get(_X + "xmptk", "").startswith(TOOLKIT)


def _skeleton(before: Packet | None) -> tuple[Element, list[Element]]:
    """Return the root of the packet to be written, and its descriptions, at least one."""
    if before is not None and before.root is not None and before.about:
        root = before.root
        rdf = next(root.iter(RDF + "RDF"))
    else:
        root = rdf = ElementTree.Element(RDF + "RDF")
        ElementTree.SubElement(rdf, RDF + "Description", {RDF + "about": ""})
    if root.tag != _X + "xmpmeta":
        root = ElementTree.Element(_X + "xmpmeta")
        root.append(rdf)
    root.set(_X + "xmptk", TOOLKIT)
    return root, rdf.findall(RDF + "Description")


def _write_mwg(
    about: Sequence[Element],
    description: Element,
    faces: Sequence[NamedArea],
    size: tuple[int, int],
    orientation: int,
) -> None:
    kept = []
    for part in about:
        for item, region in regions.mwg_items(part):
            fits = frames.readings(region.applied_to, size, orientation)[:1] == (orientation,)
            if fits and not _is_replaced(region, faces):
                kept.append(item)
        _remove(part, MWG + "Regions")
    named = [face for face in faces if face.name]
    if not named and not kept:
        return
    info = _resource(description, MWG + "Regions")
    dimensions = _resource(info, MWG + "AppliedToDimensions")
    for name, value in (("w", str(size[0])), ("h", str(size[1])), ("unit", "pixel")):
        ElementTree.SubElement(dimensions, ST_DIM + name).text = value
    container = ElementTree.SubElement(
        ElementTree.SubElement(info, MWG + "RegionList"), RDF + "Bag"
    )
    for face in named:
        item = _resource(container, RDF + "li")
        ElementTree.SubElement(item, MWG + "Name").text = face.name
        ElementTree.SubElement(item, MWG + "Type").text = FACE
        area = _resource(item, MWG + "Area")
        x, y = face.area.left + face.area.width / 2, face.area.top + face.area.height / 2
        numbers = (("x", x), ("y", y), ("w", face.area.width), ("h", face.area.height))
        for name, number in numbers:
            ElementTree.SubElement(area, ST_AREA + name).text = f"{number:.6f}"
        ElementTree.SubElement(area, ST_AREA + "unit").text = "normalized"
    container.extend(kept)


def _write_microsoft(
    about: Sequence[Element], description: Element, faces: Sequence[NamedArea]
) -> None:
    kept = []
    for part in about:
        for item, region in regions.microsoft_items(part):
            if not _is_replaced(region, faces):
                kept.append(item)
        _remove(part, MP + "RegionInfo")
    info = _resource(description, MP + "RegionInfo")
    container = ElementTree.SubElement(ElementTree.SubElement(info, MPRI + "Regions"), RDF + "Bag")
    for face in faces:
        if face.name:
            item = _resource(container, RDF + "li")
            area = face.area
            numbers = (area.left, area.top, area.width, area.height)
            ElementTree.SubElement(item, MPREG + "Rectangle").text = ", ".join(
                f"{number:.6f}" for number in numbers
            )
            ElementTree.SubElement(item, MPREG + "PersonDisplayName").text = face.name
    container.extend(kept)


def _is_replaced(region: Region, faces: Sequence[NamedArea]) -> bool:
    """Tell whether a region of another program is about a face on which the user has the word."""
    if region.area is None or region.kind.casefold() not in ("", FACE.casefold()):
        return False
    areas = [(f.area.left, f.area.top, f.area.width, f.area.height) for f in faces]
    area = (region.area.left, region.area.top, region.area.width, region.area.height)
    pairs = matching.match(np.array([area]), np.array(areas, dtype=np.float64).reshape(-1, 4))
    if not pairs:
        return False
    face = faces[pairs[0][1]]
    return face.name is not None or not face.denied or region.name.strip() in face.denied


def _add(
    about: Sequence[Element], description: Element, name: str, kind: str, values: Iterable[str]
) -> None:
    """Add what a list lacks; it is made if there is none."""
    found = [(part, child) for part in about for child in part.findall(name)]
    present = {
        "".join(item.itertext()) for _, child in found for item in child.findall(f"*/{RDF}li")
    }
    lacking = [value for value in values if value not in present]
    if not lacking:
        return
    containers = [container for _, child in found for container in child]
    container = containers[0] if containers else None
    if container is None:
        holder = found[0][1] if found else ElementTree.SubElement(description, name)
        holder.text = None
        container = ElementTree.SubElement(holder, RDF + kind)
    for value in lacking:
        ElementTree.SubElement(container, RDF + "li").text = value


def _resource(parent: Element, name: str) -> Element:
    return ElementTree.SubElement(parent, name, {RDF + "parseType": "Resource"})


def _remove(parent: Element, name: str) -> None:
    for child in parent.findall(name):
        parent.remove(child)
