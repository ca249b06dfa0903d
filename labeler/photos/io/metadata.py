"""What photo files say about themselves: dates, captions, keywords, places.

Everything here reads what strangers' programs wrote, so nothing raises: what cannot be read is
as good as absent.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from PIL import ExifTags, ImageFile, IptcImagePlugin
from PIL import Image as PILImage

from labeler.photos import dates, sources, takeout, xmp
from labeler.photos.xmp import values
from labeler.types import Metadata, Source

LONGEST_CAPTION = 10_000
LONGEST_KEYWORD = 500
_RATING = 0x4746
"""Microsoft's tag, which has no name in Pillow."""

_CAPTION_BY_MACHINE = re.compile(
    r"|[A-Z .-]*DIGITAL CAMERA|SONY DSC|SAMSUNG( CAMERA PICTURES)?|DJI|Exif[_ ]JPEG(_PICTURE)?"
    r"|DCIM[\\/].*"  # action cameras and drones write the path on their memory card
    r"|(?i:default|untitled|screenshot|oplus_\d+|created with gimp)"
)


def embedded(image: PILImage.Image) -> Metadata:
    """Return what is written inside the file, without decoding its pixels.

    Load the pixels of a PNG before, because metadata may stand behind them, but not those of a
    TIFF, because its file is closed then. Who is believed, says `labeler.photos.sources`. When a
    file was changed, as EXIF also says, counts only where nothing says when the photo was taken.
    """
    readings = []
    read: tuple[tuple[Source, Callable[[PILImage.Image], Metadata]], ...] = (
        ("exif", _from_exif),
        ("xmp", _from_xmp_in),
        ("iptc", _from_iptc),
        ("exif", _last_change),
    )
    for source, reading in read:
        known = Metadata()
        with contextlib.suppress(Exception):  # Pillow raises what it likes on broken metadata
            known = reading(image)
        # How the file's own EXIF wants it turned is applied when it is decoded; XMP inside repeats.
        readings.append(sources.said_by(source, replace(known, orientation=None)))
    known = sources.merged(readings[:-1])
    return known if known.taken else sources.merged(readings)


def combined(
    embedded: Metadata,
    sidecar: Metadata | None,
    name: str,
    modified_ns: int,
    more: Iterable[Metadata] = (),
    latest: datetime | None = None,
) -> Metadata:
    """Return all that is known of a photo; who is believed, says `labeler.photos.sources`.

    Args:
        sidecar: what the XMP file beside it says. more: what further files beside it say, each with
            its source. latest: nothing can have been taken later.
    """
    readings = [
        sources.said_by("exif", embedded),
        sources.said_by("file name", _of_clock(dates.date_in_name(name))),
        sources.said_by("file time", Metadata(dates.file_time(modified_ns))),
    ]
    if sidecar is not None:
        told = replace(sidecar, taken_from="sidecar" if sidecar.taken else None)
        readings.insert(0, sources.said_by("sidecar", told))
    return sources.merged([*readings[:1], *more, *readings[1:]], latest)


def from_takeout(data: bytes) -> Metadata:
    """Return what a JSON file of Google Takeout says; nothing if it is another one."""
    note = takeout.read(data)
    if note is None:
        return Metadata()
    dated = _of_clock(None if note.taken is None else dates.from_seconds(note.taken))
    latitude, longitude = _place(note.latitude, note.longitude)
    caption = _caption([note.description])
    known = replace(dated, caption=caption, latitude=latitude, longitude=longitude)
    return sources.said_by("takeout", known)


def _of_clock(taken: datetime | None) -> Metadata:
    """Return a date that some clock has given, put aside if it was never set."""
    if taken is not None and dates.is_start_of_a_clock(taken):
        return Metadata(doubted=taken)
    return Metadata(taken)


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
    written = (details.get(tag.DateTimeOriginal), details.get(tag.DateTimeDigitized))
    taken, doubted = _dates_of_clock(map(_text, written))
    captions = (
        _text(exif.get(tag.ImageDescription)),
        _comment(details.get(tag.UserComment), exif.endian),
        _utf16(exif.get(tag.XPTitle)),
        _utf16(exif.get(tag.XPComment)),
    )
    keywords = _keywords(_utf16(exif.get(tag.XPKeywords)).split(";"))
    latitude, longitude = _exif_place(exif)
    rating = _stars(_number(exif.get(_RATING)))
    return Metadata(
        taken,
        "exif" if taken else None,
        _caption(captions),
        keywords,
        latitude,
        longitude,
        rating,
        doubted=doubted,
    )


def _dates_of_clock(written: Iterable[str]) -> tuple[datetime | None, datetime | None]:
    """Return the first date that a clock may have shown, and the first one that it shows unset."""
    taken = doubted = None
    for text in written:
        if dates.is_of_unset_clock(text):
            doubted = doubted or dates.read(text)
        else:
            taken = taken or dates.read(text)
    return taken, doubted


def _last_change(image: PILImage.Image) -> Metadata:
    written = PILImage.Image.getexif(image).get(ExifTags.Base.DateTime)
    taken, doubted = _dates_of_clock([_text(written)])
    return Metadata(taken, doubted=doubted)


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _stars(rating: float) -> int | None:
    """Return 1 to 5 stars, −1 for a rejected photo; None for zero, which is no rating."""
    return int(rating) if rating in (-1, 1, 2, 3, 4, 5) else None


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
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_ACDSEE = "{http://ns.acdsee.com/iptc/1.0/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP_DATES = (
    _EXIF + "DateTimeOriginal",
    "{http://ns.adobe.com/photoshop/1.0/}DateCreated",
    _EXIF + "DateTimeDigitized",
    _XMP + "CreateDate",
    _ACDSEE + "datetime",
)
_XMP_CAPTIONS = (
    _DC + "description",
    _TIFF + "ImageDescription",
    _DC + "title",
    _ACDSEE + "caption",
)
_XMP_RATINGS = (_XMP + "Rating", _ACDSEE + "rating")
_TAGS_LIST = "{http://www.digikam.org/ns/1.0/}TagsList"


def from_xmp(packet: bytes, stored_size: tuple[int, int] | None = None) -> Metadata:
    """Return what an XMP packet says; of a broken one, what stands before the fault.

    Args:
        stored_size: of the photo, before it is turned. How to turn it does not count from a packet
            that speaks of a picture with other proportions: that was turned since.
    """
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
    rated = [text for name in _XMP_RATINGS for text in values(about, name)]
    rating = next(map(_xmp_number, rated), math.nan)
    percent = next(map(_xmp_number, values(about, _MICROSOFT + "Rating")), 0)
    if math.isnan(rating) and 1 <= percent <= 99:  # 1, 25, 50, 75, 99
        rating = 1 + round(percent / 25)
    turn = next(map(_xmp_number, values(about, _TIFF + "Orientation")), math.nan)
    return Metadata(
        taken,
        "xmp" if taken else None,
        _caption(captions),
        keywords,
        latitude,
        longitude,
        _stars(rating),
        int(turn) if turn in range(1, 9) and _is_for(about, stored_size) else None,
    )


def _is_for(about: tuple[xmp.Element, ...], stored_size: tuple[int, int] | None) -> bool:
    """Tell whether a packet may speak of a picture of this size; most do not say its size."""
    for names in (("ImageWidth", "ImageLength"), ("PixelXDimension", "PixelYDimension")):
        for space in (_TIFF, _EXIF):
            width, height = (
                next(map(_xmp_number, values(about, space + name)), math.nan) for name in names
            )
            if stored_size and width > 0 and height > 0:
                return (width > height) == (stored_size[0] > stored_size[1])
    return True


def _xmp_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


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
    source: Source | None = "iptc" if taken else None
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
    return tuple(dict.fromkeys(word for word in cleaned if word))[: sources.MOST_KEYWORDS]
