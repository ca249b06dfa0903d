"""What photo files say about themselves: dates, captions, keywords, places.

Everything here reads what strangers' programs wrote, so nothing raises: what cannot be read is
as good as absent.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from PIL import ExifTags, ImageFile, IptcImagePlugin
from PIL import Image as PILImage

from labeler.photos import dates, xmp
from labeler.photos.xmp import values
from labeler.types import DateSource, Metadata

LONGEST_CAPTION = 10_000
LONGEST_KEYWORD = 500
MOST_KEYWORDS = 1_000

_CAPTION_BY_MACHINE = re.compile(
    r"|[A-Z .-]*DIGITAL CAMERA|SONY DSC|SAMSUNG( CAMERA PICTURES)?|DJI|Exif[_ ]JPEG(_PICTURE)?"
    r"|DCIM[\\/].*"  # action cameras and drones write the path on their memory card
    r"|(?i:default|untitled|screenshot|oplus_\d+|created with gimp)"
)


def embedded(image: PILImage.Image) -> Metadata:
    """Return what is written inside the file, without decoding its pixels.

    Load the pixels of a PNG before, because metadata may stand behind them, but not those of a
    TIFF, because its file is closed then. For the date, the caption and the place, EXIF goes
    before XMP before IPTC; keywords are united.
    """
    sources = []
    for read in (_from_exif, _from_xmp_in, _from_iptc):
        with contextlib.suppress(Exception):  # Pillow raises what it likes on broken metadata
            sources.append(read(image))
    return _merged(*sources)


def combined(embedded: Metadata, sidecar: Metadata | None, name: str, modified_ns: int) -> Metadata:
    """Return all that is known of a photo.

    The date is what the camera wrote, else the sidecar's, else the one in the file's name, else the
    time of the file. A caption and a place in the sidecar are what the user edited last; they win.
    """
    sidecar = sidecar or Metadata()
    facts = _merged(sidecar, embedded)
    candidates: tuple[tuple[datetime | None, DateSource | None], ...] = (
        (embedded.taken, embedded.taken_from),
        (sidecar.taken, "sidecar"),
        (dates.date_in_name(name), "file name"),
        (dates.file_time(modified_ns), "file time"),
    )
    taken, source = next((found for found in candidates if found[0]), (None, None))
    return replace(facts, taken=taken, taken_from=source)


def _merged(*sources: Metadata) -> Metadata:
    """Take each field from the first source that has it; unite the keywords."""
    dated = next((source for source in sources if source.taken), Metadata())
    placed = next((source for source in sources if source.latitude is not None), Metadata())
    return Metadata(
        dated.taken,
        dated.taken_from,
        next((source.caption for source in sources if source.caption), ""),
        _keywords(word for source in sources for word in source.keywords),
        placed.latitude,
        placed.longitude,
    )


# --- EXIF


def _from_exif(image: PILImage.Image) -> Metadata:
    # A PNG's own getexif loads the pixels. That error must reach whoever wants the pixels: of a
    # damaged PNG Pillow raises it once only, and then gives half a picture.
    exif = PILImage.Image.getexif(image)
    try:
        details = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # the main directory may still be readable
        details = {}
    tag = ExifTags.Base
    written = (
        details.get(tag.DateTimeOriginal),
        details.get(tag.DateTimeDigitized),
        exif.get(tag.DateTime),
    )
    taken = next((date for date in map(dates.read, map(_text, written)) if date), None)
    captions = (
        _text(exif.get(tag.ImageDescription)),
        _comment(details.get(tag.UserComment), exif.endian),
        _utf16(exif.get(tag.XPTitle)),
        _utf16(exif.get(tag.XPComment)),
    )
    keywords = _keywords(_utf16(exif.get(tag.XPKeywords)).split(";"))
    latitude, longitude = _exif_place(exif)
    return Metadata(
        taken, "exif" if taken else None, _caption(captions), keywords, latitude, longitude
    )


def _text(value: object, is_utf8: bool = False) -> str:
    """Return EXIF or IPTC text. EXIF's standard says ASCII, but many programs write UTF-8."""
    if not isinstance(value, (str, bytes)):
        return ""
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    try:
        # IPTC's fields are short, so declared UTF-8 may be cut in the middle of a letter.
        return raw.decode("utf-8", "ignore" if is_utf8 else "strict")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _utf16(value: object) -> str:
    """Return the text of one of Windows' own tags."""
    return value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else ""


def _comment(value: object, endian: str | None) -> str:
    """Return EXIF's UserComment: eight bytes name the character set, then comes the text."""
    if not isinstance(value, bytes):
        return _text(value)
    charset, raw = value[:8].rstrip(b"\0 "), value[8:]
    if charset == b"UNICODE":
        text = raw.decode(_byte_order(raw, endian), "ignore").lstrip("\ufeff")
    elif charset == b"JIS":
        text = raw.decode("iso2022_jp", "ignore")
    else:  # some programs leave the character set out
        text = _text(raw if charset in (b"ASCII", b"") else value)
    text = text.strip("\0 ")
    return "" if re.search(r"[\0-\x08\x0e-\x1f\x7f-\x9f]", text) else text  # binary, not text


def _byte_order(raw: bytes, endian: str | None) -> str:
    """Guess the order of UTF-16. It should be that of the EXIF block, but often is not."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if raw[:1] == b"\xff" else "utf-16-be"
    high_first = raw[::2].count(0) - raw[1::2].count(0)  # European text: high bytes are mostly 0
    return "utf-16-be" if high_first > 0 or (high_first == 0 and endian == ">") else "utf-16-le"


def _exif_place(exif: PILImage.Exif) -> tuple[float | None, float | None]:
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        tag = ExifTags.GPS
        latitude = _degrees(gps.get(tag.GPSLatitude), gps.get(tag.GPSLatitudeRef), "NS")
        longitude = _degrees(gps.get(tag.GPSLongitude), gps.get(tag.GPSLongitudeRef), "EW")
        return _place(latitude, longitude)
    except Exception:  # a broken place must not cost the date
        return None, None


def _degrees(parts: object, side: object, sides: str) -> float:
    """Return signed degrees from degrees, minutes, seconds; NaN if that makes no sense.

    Without the letter of its side a number is useless: a place on the wrong half of the Earth is
    worse than none.
    """
    letter = _text(side).strip("\0 ").upper()[:1]
    numbers = [float(part) for part in (parts if isinstance(parts, (tuple, list)) else (parts,))]
    if not letter or letter not in sides or not 1 <= len(numbers) <= 3:
        return math.nan
    if not all(0 <= number <= 60 for number in numbers[1:]) or not numbers[0] >= 0:
        return math.nan
    value = sum(number / 60**power for power, number in enumerate(numbers))
    return -value if letter == sides[1] else value


def _place(latitude: float, longitude: float) -> tuple[float | None, float | None]:
    """Return both or neither. Zero and zero is what programs write that know no place."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None, None
    return latitude, longitude


# --- XMP

_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP_DATES = (
    _EXIF + "DateTimeOriginal",
    "{http://ns.adobe.com/photoshop/1.0/}DateCreated",
    "{http://ns.adobe.com/xap/1.0/}CreateDate",
)
_XMP_CAPTIONS = (
    _DC + "description",
    "{http://ns.adobe.com/tiff/1.0/}ImageDescription",
    _DC + "title",
)
_TAGS_LIST = "{http://www.digikam.org/ns/1.0/}TagsList"


def from_xmp(packet: bytes) -> Metadata:
    """Return what an XMP packet says; of a broken one, what stands before the fault."""
    try:
        about = xmp.read(packet).about
    except Exception:  # expat's and the codecs' errors are of many kinds
        return Metadata()
    read = (date for name in _XMP_DATES for date in map(dates.read, values(about, name)) if date)
    taken = next(read, None)
    captions = [text for name in _XMP_CAPTIONS for text in values(about, name)]
    keywords = _keywords(values(about, _DC + "subject")) or _keywords(
        path.rpartition("/")[2] for path in values(about, _TAGS_LIST)
    )
    latitude, longitude = _place(
        _xmp_degrees(values(about, _EXIF + "GPSLatitude"), "NS"),
        _xmp_degrees(values(about, _EXIF + "GPSLongitude"), "EW"),
    )
    return Metadata(
        taken, "xmp" if taken else None, _caption(captions), keywords, latitude, longitude
    )


def _from_xmp_in(image: PILImage.Image) -> Metadata:
    packet = image.info.get("xmp", b"")
    return from_xmp(packet.encode("utf-8", "replace") if isinstance(packet, str) else packet)


def _xmp_degrees(values: list[str], sides: str) -> float:
    """Read '48,12.5N' and '48,12,30N'."""
    number = r"(\d{1,9}(?:\.\d{1,20})?)"
    pattern = rf"\s*{number}(?:,{number})?(?:,{number})?\s*([NSEW])\s*"
    match = re.fullmatch(pattern, values[0], re.ASCII) if values else None
    if not match:
        return math.nan
    *parts, side = match.groups()
    return _degrees([part for part in parts if part], side, sides)


# --- IPTC


def _from_iptc(image: PILImage.Image) -> Metadata:
    if not isinstance(image, ImageFile.ImageFile):
        return Metadata()
    fields = IptcImagePlugin.getiptcinfo(image) or {}
    is_utf8 = fields.get((1, 90)) == b"\x1b%G"

    def texts(number: int) -> list[str]:
        value = fields.get((2, number))
        return [_text(item, is_utf8) for item in (value if isinstance(value, list) else [value])]

    day, time = (re.sub(r"\D", "", texts(number)[0], flags=re.ASCII) for number in (55, 60))
    day = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    taken = dates.read(f"{day} {time[:2]}:{time[2:4]}:{time[4:6]}") or dates.read(day)
    source: DateSource | None = "iptc" if taken else None
    return Metadata(taken, source, _caption(texts(120)), _keywords(texts(25)))


# --- texts


def _clean(text: str, longest: int) -> str:
    return text.replace("\0", "").strip()[:longest].rstrip()


def _caption(candidates: Iterable[str]) -> str:
    """Return the first caption that is neither empty nor a program's."""
    captions = (_clean(text, LONGEST_CAPTION) for text in candidates)
    return next((text for text in captions if not _CAPTION_BY_MACHINE.fullmatch(text)), "")


def _keywords(words: Iterable[str]) -> tuple[str, ...]:
    cleaned = (_clean(word, LONGEST_KEYWORD) for word in words)
    return tuple(dict.fromkeys(word for word in cleaned if word))[:MOST_KEYWORDS]
