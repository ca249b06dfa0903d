"""Faces in Picasa's `.picasa.ini`, and the names of its contacts.

    [party.jpg]
    faces=rect64(3f845bcb59418507),8e62b2035b74b477;rect64(…),ffffffffffffffff
    [Contacts2]
    8e62b2035b74b477=Rosa;;

Each rectangle is one number of four times 16 bits: left, top, right, bottom in 65,535ths of the
picture, leading zeros left out. `ffffffffffffffff` and `0` stand for nobody. `[Contacts]` tells who
a contact is in Google's Web Albums, `someuser_lh,81706f5e4d3c2b1a`, which is nobody's name (old
versions had names there). Names that are in no `[Contacts2]` are in Picasa's `contacts.xml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from labeler.exchange.frames import Area
from labeler.exchange.region import FACE, Region, placed
from labeler.exchange.regions import MOST_REGIONS

NOBODY = frozenset({"ffffffffffffffff", "0", "0000000000000000"})
MOST_CONTACTS_BYTES = 20_000_000
_FACE = re.compile(r"rect64\(([0-9a-f]{1,16})\),([0-9a-f]{1,16})", re.IGNORECASE)
_WEB_ALBUMS = re.compile(r"[^,;]*_lh,[0-9a-f]+|[0-9a-f]{16}|", re.IGNORECASE)
_WHOLE = 0xFFFF


@dataclass(frozen=True)
class PicasaFolder:
    """What one `.picasa.ini` says: rectangles and contacts by file, and names by contact.

    The names of files are as `file_key` spells them.
    """

    faces: Mapping[str, tuple[tuple[Area, str], ...]]
    contacts: Mapping[str, str]


def read_ini(data: bytes) -> PicasaFolder:
    """Return what a `.picasa.ini` says. Lines that make no sense say nothing."""
    faces: dict[str, tuple[tuple[Area, str], ...]] = {}
    contacts: dict[str, str] = {}
    older: dict[str, str] = {}
    section = ""
    for line in _text(data).splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        key, _, value = line.partition("=")
        if section.casefold() in ("contacts", "contacts2"):
            name = value.split(";")[0].strip()
            if not _WEB_ALBUMS.fullmatch(name):
                known = contacts if section.casefold() == "contacts2" else older
                known.setdefault(key.strip().casefold(), name)
        elif key.strip().casefold() == "faces":
            found = _FACE.findall(value)[:MOST_REGIONS]
            faces[file_key(section)] = tuple((_area(hex_), who.casefold()) for hex_, who in found)
    return PicasaFolder(faces, {**older, **contacts})


def read_contacts(data: bytes) -> dict[str, str]:
    """Return the names in a `contacts.xml` by contact.

    Raises:
        ValueError: it is no such file.
    """
    if len(data) > MOST_CONTACTS_BYTES or re.search(rb"<!(DOCTYPE|ENTITY)", data):
        raise ValueError("it is too large or has entities")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError) as error:  # or an encoding that nobody knows
        raise ValueError(f"it is broken ({error})") from error
    found = {}
    for contact in root.iter("contact"):
        name = contact.get("name") or contact.get("display") or ""
        if contact.get("id") and name.strip():
            found[str(contact.get("id")).casefold()] = name.strip()
    return found


def regions(folder: PicasaFolder, file_name: str, contacts: Mapping[str, str]) -> list[Region]:
    """Return the regions of one photo of the folder; a contact that nobody knows has no name."""
    found = []
    for area, who in folder.faces.get(file_key(file_name), ()):
        name = "" if who in NOBODY else contacts.get(who) or folder.contacts.get(who, "")
        region = placed(name, FACE, area)
        found.append(replace(region, is_contact=who not in NOBODY))
    return found


def file_key(name: str) -> str:
    """Return a file's name as two systems that spell it differently both would."""
    return unicodedata.normalize("NFC", name).casefold()


def _area(hexadecimal: str) -> Area:
    number = int(hexadecimal, 16)
    left, top, right, bottom = ((number >> shift & _WHOLE) / _WHOLE for shift in (48, 32, 16, 0))
    return Area(left, top, right - left, bottom - top)


def _text(data: bytes) -> str:
    """Decode what should be UTF-8, but is the system's own code page in old versions."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
