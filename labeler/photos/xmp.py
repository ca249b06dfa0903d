"""An XMP packet as its elements: the one place where XML from strangers is parsed.

XMP has no document type and no entities, so a packet with either is refused before it is parsed:
nothing can be expanded, and nothing outside the packet is ever looked at. Size and number of tags
are bounded as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

MOST_BYTES = 4_000_000
MOST_TAGS = 100_000
"""Each takes some 100 bytes of memory, however short it is in the packet."""

Element = ElementTree.Element

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Packet:
    """What a packet holds.

    root: the whole of it; None if it cannot be used. about: the elements whose attributes and
    children are the photo's properties. trouble: what is wrong, as the end of a sentence; '' =
    nothing. Of a broken packet, what stands before the fault is there.
    """

    root: Element | None
    about: tuple[Element, ...]
    trouble: str = ""


def read(packet: bytes) -> Packet:
    """Parse a packet, encoded in UTF-8 or (with a mark of its byte order) UTF-16.

    Descriptions deeper down speak of something else, such as a picture that was pasted in; they
    are not in `about`.
    """
    if len(packet) > MOST_BYTES:
        return Packet(None, (), f"it is larger than {MOST_BYTES // 10**6} MB")
    if packet.count(b"<") + packet.count(b"=") > MOST_TAGS:
        return Packet(None, (), f"it has more than {MOST_TAGS:,} tags")
    wide = packet[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = packet.decode("utf-16" if wide else "utf-8", "replace")
    text = re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)  # XML forbids them
    if re.search(r"<!(DOCTYPE|ENTITY)", text):
        return Packet(None, (), "it has a document type or entities, which XMP never has")
    root, trouble = _parsed(text)
    rdf = next(root.iter(RDF + "RDF"), None) if root is not None else None
    if rdf is None:
        return Packet(root, (), trouble or "there is no RDF in it")
    return Packet(root, tuple(rdf.findall(RDF + "Description")), trouble)


def _parsed(text: str) -> tuple[Element | None, str]:
    if not text.strip():
        return None, "it is empty"
    builder = ElementTree.TreeBuilder()
    parser = ElementTree.XMLParser(target=builder)
    trouble = ""
    try:
        parser.feed(text[max(text.find("<"), 0) :])
        parser.close()
    except ElementTree.ParseError as error:  # what stands before the fault is kept
        trouble = f"it is broken ({error})"
    try:
        return builder.close(), trouble
    except AssertionError:  # not even one element begins in it
        return None, trouble


def values(about: tuple[Element, ...] | list[Element], name: str) -> list[str]:
    """Return a property's values, the one in the default language first."""
    found = []
    for description in about:
        found.append(description.get(name, ""))
        for child in description.findall(name):
            items = child.findall(f"*/{RDF}li")
            items.sort(key=lambda item: item.get(LANG) != "x-default")
            found += ["".join(item.itertext()) for item in items or [child]]
    return [value for value in found if value.strip()]
