"""What photo files say about themselves, wherever they say it, and when it is broken."""

from __future__ import annotations

import io
import math
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from labeler.photos import dates, xmp
from labeler.photos.dates import date_in_name
from labeler.photos.io.metadata import combined, embedded, from_xmp
from labeler.types import Metadata

pillow_heif.register_heif_opener()
pytestmark = pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
ORIGINAL, DIGITIZED, CHANGED = 0x9003, 0x9004, 0x0132
DESCRIPTION, COMMENT = 0x010E, 0x9286
XP_TITLE, XP_COMMENT, XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9E
FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"]

EXIF_DAY = datetime(2001, 2, 3, 4, 5, 6)
XMP_DAY = datetime(2002, 2, 3, 4, 5, 6)
IPTC_DAY = datetime(2003, 2, 3, 4, 5, 6)


def encoded(kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(buffer, kind, **options)
    return buffer.getvalue()


def read(data: bytes) -> Metadata:
    with Image.open(io.BytesIO(data)) as image:
        if image.format == "PNG":
            image.load()
        return embedded(image)


def exif_of(
    main: dict[int, object],
    details: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
) -> Image.Exif:
    exif = Image.Exif()
    for tag, value in main.items():
        exif[tag] = value
    exif.get_ifd(EXIF_IFD).update(details or {})
    exif.get_ifd(GPS_IFD).update(gps or {})
    return exif


def read_exif(
    main: dict[int, object],
    details: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
) -> Metadata:
    return read(encoded(exif=exif_of(main, details, gps)))


def xmp_of(children: str = "", attributes: str = "") -> bytes:
    """Return a packet with one rdf:Description, such as programs write it."""
    return f"""<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
   xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
   xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
   xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
   xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
   xmlns:digiKam="http://www.digikam.org/ns/1.0/">
  <rdf:Description rdf:about="" {attributes}>{children}</rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end='w'?>""".encode()


def bag(name: str, *words: str, kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def iptc_of(*records: tuple[int, int, bytes]) -> bytes:
    return b"".join(
        struct.pack(">BBBH", 0x1C, part, number, len(value)) + value
        for part, number, value in records
    )


def jpeg_with_iptc(block: bytes, jpeg: bytes | None = None) -> bytes:
    """Put an IPTC block into Photoshop's APP13 segment, right behind the start of the file."""
    jpeg = jpeg or encoded()
    resource = b"8BIM" + struct.pack(">HBBI", 0x0404, 0, 0, len(block)) + block
    segment = b"Photoshop 3.0\0" + resource + b"\0" * (len(block) % 2)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


FULL_EXIF = exif_of(
    {DESCRIPTION: "At the lake", XP_KEYWORDS: "Rosa;Łódź".encode("utf-16-le")},
    {ORIGINAL: "2001:02:03 04:05:06"},
    {1: "S", 2: (48.0, 12.0, 30.0), 3: "W", 4: (16.0, 30.0, 0.0)},
)
FULL_XMP = xmp_of(
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">By the water</rdf:li></rdf:Alt>'
    "</dc:description>" + bag("dc:subject", "Otto", "Rosa"),
    'exif:DateTimeOriginal="2002-02-03T04:05:06+05:00" exif:GPSLatitude="10,30N"'
    ' exif:GPSLongitude="20,15E"',
)
FULL_IPTC = iptc_of(
    (1, 90, b"\x1b%G"),
    (2, 55, b"20030203"),
    (2, 60, b"040506+0100"),
    (2, 120, "Größer".encode()),
    (2, 25, b"Emil"),
    (2, 25, "Łódź".encode()),
)


# --- the three places in a file


@pytest.mark.parametrize("kind", FORMATS)
def test_exif_of_every_format(kind: str) -> None:
    exif = FULL_EXIF.tobytes()  # given the object, Pillow forgets a TIFF's inner directories
    assert read(encoded(kind, exif=exif)) == Metadata(
        EXIF_DAY, "exif", "At the lake", ("Rosa", "Łódź"), -(48 + 12.5 / 60), -16.5
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_xmp_of_every_format(kind: str) -> None:
    if kind == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", FULL_XMP.decode())
        data = encoded(kind, pnginfo=info)
    elif kind == "TIFF":
        data = encoded(kind, tiffinfo={700: FULL_XMP})
    else:
        data = encoded(kind, xmp=FULL_XMP)
    assert read(data) == Metadata(XMP_DAY, "xmp", "By the water", ("Otto", "Rosa"), 10.5, 20.25)


def test_png_metadata_behind_the_pixels() -> None:
    """There exiftool puts XMP."""
    chunk = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + FULL_XMP
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = encoded("PNG", exif=FULL_EXIF)
    facts = read(png[:-12] + chunk + png[-12:])
    assert facts.keywords == ("Rosa", "Łódź", "Otto")


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_iptc(kind: str) -> None:
    if kind == "TIFF":
        data = encoded(kind, tiffinfo={33723: FULL_IPTC})
    else:
        data = jpeg_with_iptc(FULL_IPTC)
    assert read(data) == Metadata(IPTC_DAY, "iptc", "Größer", ("Emil", "Łódź"))


def test_the_first_place_wins_per_field_and_keywords_are_united() -> None:
    everything = jpeg_with_iptc(FULL_IPTC, encoded(exif=FULL_EXIF, xmp=FULL_XMP))
    assert read(everything) == Metadata(
        EXIF_DAY,
        "exif",
        "At the lake",
        ("Rosa", "Łódź", "Otto", "Emil"),
        -(48 + 12.5 / 60),
        -16.5,
    )
    without_exif = jpeg_with_iptc(FULL_IPTC, encoded(xmp=FULL_XMP))
    assert read(without_exif).taken_from == "xmp"
    mixed = jpeg_with_iptc(FULL_IPTC, encoded(xmp=xmp_of(attributes='exif:GPSLatitude="1,0N"')))
    assert read(mixed) == Metadata(IPTC_DAY, "iptc", "Größer", ("Emil", "Łódź"))


def test_pixels_stay_untouched() -> None:
    """Pillow raises the error of a damaged PNG only at the first try; it must not be lost here."""
    png = bytearray(encoded("PNG"))
    start = png.index(b"IDAT") + 8
    png[start : start + 20] = b"U" * 20
    with Image.open(io.BytesIO(png)) as image:
        embedded(image)
        with pytest.raises(OSError, match="broken data stream"):
            image.load()


def test_a_file_without_metadata() -> None:
    for kind in [*FORMATS, "BMP", "GIF"]:
        assert read(encoded(kind)) == Metadata()
    assert embedded(Image.new("RGB", (1, 1))) == Metadata()


# --- EXIF


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2010:07:08 09:10:11", datetime(2010, 7, 8, 9, 10, 11)),
        ("2010:07:08 09:10:11.250+02:00", datetime(2010, 7, 8, 9, 10, 11)),
        ("2010-07-08 09:10:11", datetime(2010, 7, 8, 9, 10, 11)),
        ("2010-07-08T09:10:11Z", datetime(2010, 7, 8, 9, 10, 11)),
        ("2010:07:08 09:10", datetime(2010, 7, 8, 9, 10)),
        ("2010:07:08", datetime(2010, 7, 8)),
        ("2010:07:08   :  :  ", datetime(2010, 7, 8)),
        ("2010:00:00 00:00:00", datetime(2010, 1, 1)),
        ("1950:  :     :  :  ", datetime(1950, 1, 1)),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2010:13:08 09:10:11", None),
        ("2010:02:30 09:10:11", None),
        ("2010:07:08 25:10:11", datetime(2010, 7, 8)),
        ("2010:07:08 24:00:00", datetime(2010, 7, 8)),
        ("2010:07:08 09:60:11", datetime(2010, 7, 8, 9)),
        ("2010:07:08 09:10:60", datetime(2010, 7, 8, 9, 10)),
        ("2010: 7: 8  9: 8: 7", datetime(2010, 7, 8, 9, 8, 7)),
        ("2010: 7:  ", datetime(2010, 7, 1)),
        ("2010:07:08 09:  :  ", datetime(2010, 7, 8, 9)),
        ("2010:07:00 00:00:00", datetime(2010, 7, 1)),
        ("1801:07:08 09:10:11", None),
        ("2899:07:08 09:10:11", None),
        ("yesterday", None),
        ("2010:07:081", None),
        ("", None),
    ],
)
def test_dates_in_exif(text: str, taken: datetime | None) -> None:
    expected = Metadata(taken, "exif" if taken else None)
    assert read_exif({}, {ORIGINAL: text}) == expected
    assert read_exif({CHANGED: "2011:01:02 03:04:05"}, {ORIGINAL: text}).taken == (
        taken or datetime(2011, 1, 2, 3, 4, 5)
    )


def test_the_moment_of_the_picture_goes_before_those_of_the_file() -> None:
    changed, digitized = {CHANGED: "2003:01:01 00:00:00"}, {DIGITIZED: "2002:01:01 00:00:00"}
    original = {ORIGINAL: "2001:01:01 00:00:00"}
    assert read_exif(changed, digitized | original).taken == datetime(2001, 1, 1)
    assert read_exif(changed, digitized).taken == datetime(2002, 1, 1)
    assert read_exif(changed).taken == datetime(2003, 1, 1)


@pytest.mark.parametrize("text", ["At the lake", "Großmutter", "Łódź", "東京"])
def test_captions_of_all_alphabets(text: str) -> None:
    little, big = text.encode("utf-16-le"), text.encode("utf-16-be")
    assert read_exif({DESCRIPTION: text.encode()}).caption == text
    assert read_exif({XP_TITLE: little + b"\0\0"}).caption == text
    assert read_exif({XP_COMMENT: little}).caption == text
    assert read_exif({}, {COMMENT: b"ASCII\0\0\0" + text.encode()}).caption == text
    assert read_exif({}, {COMMENT: b"\0" * 8 + text.encode() + b"\0\0"}).caption == text
    assert read_exif({}, {COMMENT: b"UNICODE\0\xff\xfe" + little}).caption == text
    assert read_exif({}, {COMMENT: b"UNICODE\0\xfe\xff" + big}).caption == text


def test_the_byte_order_of_comments_is_guessed() -> None:
    for order in ("utf-16-le", "utf-16-be"):
        comment = b"UNICODE\0" + "Kömmentar".encode(order)
        assert read_exif({}, {COMMENT: comment}).caption == "Kömmentar"
    own_order = "utf-16-le" if exif_of({}).tobytes()[6:8] == b"II" else "utf-16-be"
    assert read_exif({}, {COMMENT: b"UNICODE\0" + "東京".encode(own_order)}).caption == "東京"


def test_other_comments() -> None:
    japanese = "東京".encode("iso2022_jp")
    assert read_exif({}, {COMMENT: b"JIS\0\0\0\0\0" + japanese}).caption == "東京"
    assert read_exif({}, {COMMENT: b"no character set"}).caption == "no character set"
    assert read_exif({}, {COMMENT: b"ASCII\0\0\0" + bytes(range(1, 30))}).caption == ""
    assert read_exif({}, {COMMENT: b"\0" * 64}).caption == ""


def test_latin_1_and_the_order_of_captions() -> None:
    assert read_exif({DESCRIPTION: "Großmutter".encode("latin-1")}).caption == "Großmutter"
    later = {XP_TITLE: "title".encode("utf-16-le"), XP_COMMENT: "remark".encode("utf-16-le")}
    comment = {COMMENT: b"ASCII\0\0\0comment"}
    assert read_exif({DESCRIPTION: "first"} | later, comment).caption == "first"
    assert read_exif(later, comment).caption == "comment"
    assert read_exif(later).caption == "title"
    assert read_exif({DESCRIPTION: " \0"} | later).caption == "title"


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "KONICA MINOLTA DIGITAL CAMERA",
        "SONY DSC",
        "DCIM\\100GOPRO\\GOPR0001.JPG",
        "DCIM/100MEDIA/DJI_0042.JPG",
        "Exif_JPEG_PICTURE",
        "Default",
        "untitled",
        "Screenshot",
        "oplus_1048864",
        "Created with GIMP",
    ],
)
def test_what_machines_write_is_no_caption(text: str) -> None:
    assert read_exif({DESCRIPTION: text}).caption == ""
    assert read_exif({DESCRIPTION: text}, {COMMENT: b"ASCII\0\0\0Rosa"}).caption == "Rosa"
    assert from_xmp(xmp_of(f"<dc:title>{text}</dc:title>")).caption == ""


@pytest.mark.parametrize("text", ["Rosa with her digital camera", "Samsung", "No default"])
def test_what_only_resembles_it_is_one(text: str) -> None:
    assert read_exif({DESCRIPTION: text}).caption == text


NOWHERE = (None, None)


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        ({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 30.0, 0.0)}, (48 + 12.5 / 60, 16.5)),
        ({1: "S", 2: (48.0, 12.5, 0.0), 3: "W", 4: (16.5, 0.0, 0.0)}, (-(48 + 12.5 / 60), -16.5)),
        ({1: "s", 2: (90.0, 0.0, 0.0), 3: "e", 4: (180.0, 0.0, 0.0)}, (-90.0, 180.0)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (16.0, 0.0, 0.0)}, (0.0, 16.0)),
        ({1: "N", 2: (48.0, 0.0, 0.0)}, NOWHERE),
        ({2: (48.0, 0.0, 0.0), 4: (16.0, 0.0, 0.0)}, NOWHERE),
        ({2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}, NOWHERE),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, NOWHERE),
        ({1: "N", 2: (90.0, 1.0, 0.0), 3: "E", 4: (16.0, 0.0, 0.0)}, NOWHERE),
        ({1: "N", 2: (48.0, 61.0, 0.0), 3: "E", 4: (16.0, 0.0, 0.0)}, NOWHERE),
        ({1: "E", 2: (48.0, 0.0, 0.0), 3: "N", 4: (16.0, 0.0, 0.0)}, NOWHERE),
        (
            {1: "N", 2: (48.0, 0.0, IFDRational(0, 0)), 3: "E", 4: (16.0, 0.0, 0.0)},
            NOWHERE,
        ),
        ({1: "N", 2: (IFDRational(1, 0), 0.0, 0.0), 3: "E", 4: (16.0, 0.0, 0.0)}, NOWHERE),
    ],
)
def test_places_in_exif(gps: dict[int, object], place: tuple[float | None, float | None]) -> None:
    facts = read_exif({DESCRIPTION: "Vienna"}, {}, gps)
    assert (facts.latitude, facts.longitude) == place
    assert facts.caption == "Vienna"


# --- XMP


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2008-07-04T15:30:12.5+02:00", datetime(2008, 7, 4, 15, 30, 12)),
        ("2008-07-04T15:30:12Z", datetime(2008, 7, 4, 15, 30, 12)),
        ("2008-07-04T15:30", datetime(2008, 7, 4, 15, 30)),
        ("2008-07-04T15:30Z", datetime(2008, 7, 4, 15, 30)),
        ("2008:07:04 15:30:12", datetime(2008, 7, 4, 15, 30, 12)),
        ("2008-07-04", datetime(2008, 7, 4)),
        ("2008-07", datetime(2008, 7, 1)),
        ("2008", datetime(2008, 1, 1)),
        ("2008-00-00", datetime(2008, 1, 1)),
        ("0000-00-00T00:00:00", None),
        ("20", None),
        ("summer of 2008", None),
    ],
)
@pytest.mark.parametrize(
    "name", ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"]
)
def test_dates_in_xmp(name: str, text: str, taken: datetime | None) -> None:
    expected = Metadata(taken, "xmp" if taken else None)
    assert from_xmp(xmp_of(attributes=f'{name}="{text}"')) == expected
    assert from_xmp(xmp_of(f"<{name}> {text}\n</{name}>")) == expected


def test_the_order_of_dates_in_xmp() -> None:
    created = "<xmp:CreateDate>2003-01-01</xmp:CreateDate>"
    shop = "<photoshop:DateCreated>2002-01-01</photoshop:DateCreated>"
    original = "<exif:DateTimeOriginal>2001-01-01</exif:DateTimeOriginal>"
    assert from_xmp(xmp_of(created + shop + original)).taken == datetime(2001, 1, 1)
    assert from_xmp(xmp_of(created + shop)).taken == datetime(2002, 1, 1)
    assert from_xmp(xmp_of(created, 'photoshop:DateCreated="?"')).taken == datetime(2003, 1, 1)


def test_captions_in_xmp() -> None:
    def languages(name: str) -> str:
        return (
            f'<{name}><rdf:Alt><rdf:li xml:lang="de">{name} deutsch</rdf:li>'
            f'<rdf:li xml:lang="x-default">{name} &amp; default</rdf:li></rdf:Alt></{name}>'
        )

    title, description = languages("dc:title"), languages("dc:description")
    image = languages("tiff:ImageDescription")  # exiftool copies EXIF's caption to it
    assert from_xmp(xmp_of(title)).caption == "dc:title & default"
    assert from_xmp(xmp_of(title + image)).caption == "tiff:ImageDescription & default"
    assert from_xmp(xmp_of(title + image + description)).caption == "dc:description & default"
    assert from_xmp(xmp_of("<dc:description> plain </dc:description>")).caption == "plain"
    assert from_xmp(xmp_of(title, 'dc:description=" "')).caption == "dc:title & default"
    only_german = bag("dc:description", "Am See", kind="Alt")
    assert from_xmp(xmp_of(only_german)).caption == "Am See"


def test_keywords_in_xmp() -> None:
    tags = bag("digiKam:TagsList", "People/Rosa", "Places/Austria/Vienna", "Lake", kind="Seq")
    assert from_xmp(xmp_of(tags)).keywords == ("Rosa", "Vienna", "Lake")
    subject = bag("dc:subject", "Otto", " Rosa ", "Otto", "", "Łódź")
    assert from_xmp(xmp_of(tags + subject)).keywords == ("Otto", "Rosa", "Łódź")
    assert from_xmp(xmp_of(bag("dc:subject", "b", "a", kind="Seq"))).keywords == ("b", "a")


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        ("48,12.5N", "16,30E", (48 + 12.5 / 60, 16.5)),
        ("48,12,30N", "16,30,0E", (48 + 12.5 / 60, 16.5)),
        ("48,12.5S", "16,30.0W", (-(48 + 12.5 / 60), -16.5)),
        ("48.5N", "16.25E", (48.5, 16.25)),
        ("48,12.5", "16,30", NOWHERE),
        ("48,12.5E", "16,30N", NOWHERE),
        ("91,0N", "16,30E", NOWHERE),
        ("48,12.5N", "181,0E", NOWHERE),
        ("0,0N", "0,0E", NOWHERE),
        ("nanN", "infE", NOWHERE),
        ("9" * 400 + "N", "16,30E", NOWHERE),
    ],
)
def test_places_in_xmp(
    latitude: str, longitude: str, place: tuple[float | None, float | None]
) -> None:
    attributes = f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"'
    facts = from_xmp(xmp_of(attributes=attributes))
    assert (facts.latitude, facts.longitude) == place


def test_what_a_packet_says_of_other_pictures_is_left_out() -> None:
    pantry = """<xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description xmp:CreateDate="2001-01-01">
        <dc:description>pasted in</dc:description></rdf:Description></rdf:li></rdf:Bag>
        </xmpMM:Pantry>"""
    assert from_xmp(xmp_of(pantry)) == Metadata()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_character_sets_and_padding(charset: str) -> None:
    packet = FULL_XMP.decode().encode(charset)
    padded = packet + "\0 \n".encode(charset.replace("utf-16", "utf-16-le").replace("-sig", ""))
    for variant in (packet, padded):
        assert from_xmp(variant).keywords == ("Otto", "Rosa")
    assert from_xmp(b"\n\0 " + FULL_XMP).keywords == ("Otto", "Rosa")


def test_of_a_broken_packet_the_readable_part_is_kept() -> None:
    packet = xmp_of(
        bag("dc:subject", "Otto") + "<dc:title>Am\x0b See</dc:title>", 'xmp:CreateDate="2008"'
    )
    assert from_xmp(packet).caption == "Am See"
    cut = packet[: packet.index(b"See")]
    assert from_xmp(cut) == Metadata(datetime(2008, 1, 1), "xmp", "", ("Otto",))
    assert from_xmp(packet.replace(b"Otto", b"Ot\xffto")).keywords == ("Ot\ufffdto",)
    for nonsense in (b"", b"<", b"\0", b"\xff\xfe<", b"<html/>", b"\xff\xff\xff"):
        assert from_xmp(nonsense) == Metadata()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_refused(charset: str) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    packet = xmp_of("<dc:title>&l9;</dc:title>", 'xmp:CreateDate="2008"').decode()
    assert from_xmp((doctype + packet).encode(charset)) == Metadata()
    hidden = f'<?xml version="1.0" encoding="cp037"?>{doctype}{packet}'
    assert from_xmp(hidden.encode(charset)) == Metadata()


def test_huge_packets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmp, "MOST_BYTES", len(FULL_XMP))
    assert from_xmp(FULL_XMP) != Metadata()
    assert from_xmp(FULL_XMP + b" ") == Metadata()
    monkeypatch.setattr(xmp, "MOST_TAGS", 10)
    assert from_xmp(FULL_XMP) == Metadata()


def test_texts_have_limits() -> None:
    facts = from_xmp(xmp_of(bag("dc:title", "x" * 20_000) + bag("dc:subject", "y" * 600)))
    assert (len(facts.caption), len(facts.keywords[0])) == (10_000, 500)
    many = from_xmp(xmp_of(bag("dc:subject", *map(str, range(2_000)))))
    assert many.keywords == tuple(map(str, range(1_000)))


# --- IPTC


def test_character_sets_of_iptc() -> None:
    def caption(raw: bytes, *charset: tuple[int, int, bytes]) -> str:
        return read(jpeg_with_iptc(iptc_of(*charset, (2, 120, raw)))).caption

    utf8 = (1, 90, b"\x1b%G")
    assert caption("Größe".encode(), utf8) == "Größe"
    assert caption("Größe".encode()) == "Größe"
    assert caption("Größe".encode("latin-1")) == "Größe"
    assert caption("Größ".encode()[:-1], utf8) == "Grö"


@pytest.mark.parametrize(
    ("day", "time", "taken"),
    [
        (b"20030203", b"040506+0100", IPTC_DAY),
        (b"20030203", b"040506", IPTC_DAY),
        (b"2003-02-03", b"04:05:06", IPTC_DAY),
        (b"20030203", b"", datetime(2003, 2, 3)),
        (b"20030203", b"996060", datetime(2003, 2, 3)),
        (b"20030000", b"", datetime(2003, 1, 1)),
        (b"00000000", b"000000", None),
        (b"", b"040506", None),
    ],
)
def test_dates_in_iptc(day: bytes, time: bytes, taken: datetime | None) -> None:
    facts = read(jpeg_with_iptc(iptc_of((2, 55, day), (2, 60, time))))
    assert facts == Metadata(taken, "iptc" if taken else None)


def test_broken_iptc_costs_nothing_else() -> None:
    for block in (b"\x1c\x02\x78\xff\xff", b"\x1c\x63garbage", FULL_IPTC[:-30] + b"\x07" * 9):
        facts = read(jpeg_with_iptc(block, encoded(exif=FULL_EXIF)))
        assert (facts.taken, facts.caption) == (EXIF_DAY, "At the lake")


# --- names of files


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20190704_153012.jpg",
        "IMG20190704153012.jpg",
        "PXL_20190704_153012345.jpg",
        "PXL_20190704_153012345~2.MP.jpg",
        "20190704_153012.jpg",
        "20190704153012345.jpg",
        "2019-07-04 15.30.12.jpg",
        "2019-07-04 15.30.12-2.jpg",
        "2019-07-04T15-30-12",
        "2019-07-04T15:30:12.jpg",
        "2019_07_04_15_30_12.jpg",
        "Screenshot_2019-07-04-15-30-12.png",
        "Screenshot_2019-07-04-15-30-12-345_com.app.png",
        "Screenshot 2019-07-04 at 3.30.12\u202fPM.png",
        "signal-2019-07-04-153012.jpg",
        "WhatsApp Image 2019-07-04 at 15.30.12.jpeg",
        "WhatsApp Image 2019-07-04 at 3.30.12 PM.jpeg",
        "photo_2019-07-04_15-30-12.jpg",
        "WP_20190704_15_30_12_Pro.jpg",
        "IMG_20191399_000000 20190704_153012.jpg",
    ],
)
def test_moments_in_names(name: str) -> None:
    assert date_in_name(name) == datetime(2019, 7, 4, 15, 30, 12)


@pytest.mark.parametrize(
    "name",
    [
        "IMG-20190704-WA0001.jpg",
        "20190704.jpg",
        "20190704_001.jpg",
        "2019-07-04.jpg",
        "2019.07.04 Lake.jpg",
        "2019-07-04-1024x768.jpg",
        "IMG_20190704_996060.jpg",
        "IMG_20190704_1530123.jpg",
        "2019-07-04 at noon.jpg",
    ],
)
def test_days_in_names(name: str) -> None:
    assert date_in_name(name) == datetime(2019, 7, 4)


def test_twelve_o_clock_in_names() -> None:
    assert date_in_name("2019-07-04 at 12.30.12 AM.jpg") == datetime(2019, 7, 4, 0, 30, 12)
    assert date_in_name("2019-07-04 at 12.30.12 pm.jpg") == datetime(2019, 7, 4, 12, 30, 12)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "DSC_19870.jpg",
        "IMG_2019.jpg",
        "123456789012345.jpg",
        "IMG_20191399.jpg",
        "IMG_20190230.jpg",
        "p20190704123.jpg",
        "120190704.jpg",
        "2019070415301234.jpg",
        "20190704153012345678.jpg",
        "18010704.jpg",
        "21990704.jpg",
        "2019-0704.jpg",
        "04.07.2019.jpg",
        "٢٠١٩٠٧٠٤.jpg",
    ],
)
def test_digits_that_are_no_date(name: str) -> None:
    assert date_in_name(name) is None


# --- everything together

NAMED = "IMG_20050203_040506.jpg"
MODIFIED = datetime(2006, 2, 3, 4, 5, 6)
MODIFIED_NS = int(MODIFIED.timestamp()) * 10**9 + 123
SIDECAR = Metadata(datetime(2004, 2, 3), "xmp", "edited", ("Otto", "Rosa"), 1.0, 2.0)


@pytest.mark.parametrize(
    ("inside", "sidecar", "name", "modified_ns", "taken", "source"),
    [
        (Metadata(EXIF_DAY, "exif"), SIDECAR, NAMED, MODIFIED_NS, datetime(2004, 2, 3), "sidecar"),
        (Metadata(EXIF_DAY, "exif"), Metadata(), NAMED, MODIFIED_NS, EXIF_DAY, "exif"),
        (Metadata(XMP_DAY, "xmp"), None, NAMED, MODIFIED_NS, XMP_DAY, "xmp"),
        (Metadata(IPTC_DAY, "iptc"), None, NAMED, MODIFIED_NS, IPTC_DAY, "iptc"),
        (Metadata(), SIDECAR, NAMED, MODIFIED_NS, datetime(2004, 2, 3), "sidecar"),
        (Metadata(), Metadata(), NAMED, 0, datetime(2005, 2, 3, 4, 5, 6), "file name"),
        (Metadata(), None, NAMED, MODIFIED_NS, datetime(2005, 2, 3, 4, 5, 6), "file name"),
        (Metadata(), None, "DSC_1.jpg", MODIFIED_NS, MODIFIED, "file time"),
        (Metadata(), None, "DSC_1.jpg", 0, None, None),
        (Metadata(), None, "DSC_1.jpg", 2**63 - 1, None, None),
        (Metadata(), None, "DSC_1.jpg", -(2**63), None, None),
        (Metadata(), None, "DSC_1.jpg", 10**400, None, None),
    ],
)
def test_the_best_date_is_taken(
    inside: Metadata,
    sidecar: Metadata | None,
    name: str,
    modified_ns: int,
    taken: datetime | None,
    source: str | None,
) -> None:
    facts = combined(inside, sidecar, name, modified_ns)
    assert (facts.taken, facts.taken_from) == (taken, source)


def test_the_sidecar_is_what_the_user_edited_last() -> None:
    inside = Metadata(EXIF_DAY, "exif", "inside", ("Rosa", "Emil"), 3.0, 4.0)
    found = combined(inside, SIDECAR, "", 0)
    assert found == Metadata(
        datetime(2004, 2, 3), "sidecar", "edited", ("Otto", "Rosa", "Emil"), 1.0, 2.0
    )
    assert found.whence == {"caption": "sidecar", "keywords": "sidecar", "place": "sidecar"}
    assert combined(inside, None, "", 0) == inside
    assert combined(inside, Metadata(keywords=("Emil",)), "", 0) == Metadata(
        EXIF_DAY, "exif", "inside", ("Emil", "Rosa"), 3.0, 4.0
    )


def test_the_demo_album(demo_album: Path) -> None:
    """All of its photos can be asked, the broken one included."""
    for path in sorted((demo_album / "photos").rglob("*.jpg"))[:40]:
        with Image.open(path) as image:
            check(embedded(image))


# --- nothing raises


def check(facts: Metadata) -> None:
    """Whatever was read keeps the promises of the type, and SQLite can store it."""
    assert (facts.taken is None) == (facts.taken_from is None)
    assert facts.taken is None or facts.taken.tzinfo is None
    assert (facts.latitude is None) == (facts.longitude is None)
    if facts.latitude is not None and facts.longitude is not None:
        assert abs(facts.latitude) <= 90
        assert abs(facts.longitude) <= 180
        assert math.isfinite(facts.latitude)
    assert len(facts.keywords) == len(set(facts.keywords)) <= 1_000
    for text in (facts.caption, *facts.keywords):
        assert "\0" not in text
        assert len(text) <= 10_000
        text.encode()


EVERYTHING = jpeg_with_iptc(FULL_IPTC, encoded(exif=FULL_EXIF, xmp=FULL_XMP))
changes = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=8)), max_size=12)


def changed(data: bytes, edits: list[tuple[int, bytes]]) -> bytes:
    copy = bytearray(data)
    for place, piece in edits:
        place %= len(copy)
        copy[place : place + len(piece)] = piece
    return bytes(copy)


@given(st.binary(max_size=2000))
def test_any_bytes_as_xmp(packet: bytes) -> None:
    check(from_xmp(packet))


@given(changes)
def test_damaged_xmp(edits: list[tuple[int, bytes]]) -> None:
    check(from_xmp(changed(FULL_XMP, edits)))


@given(changes)
@settings(deadline=None)
def test_damaged_headers(edits: list[tuple[int, bytes]]) -> None:
    try:
        image = Image.open(io.BytesIO(changed(EVERYTHING, edits)))
    except Exception:  # not a picture any more
        return
    check(embedded(image))


@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_in_the_blocks(exif: bytes, xmp: bytes, iptc: bytes) -> None:
    data = encoded(exif=b"Exif\0\0II*\0\x08\0\0\0" + exif, xmp=xmp)
    check(read(jpeg_with_iptc(b"\x1c\x02" + iptc, data)))


@given(st.text(max_size=200) | st.from_regex(dates._DATE_IN_NAME))
def test_any_name(name: str) -> None:
    date = date_in_name(name)
    assert date is None or date.year in dates.YEARS


@given(st.text(max_size=50) | st.from_regex(dates._DATE))
def test_any_date(text: str) -> None:
    date = dates.read(text)
    assert date is None or date.year in dates.YEARS


@given(st.integers() | st.integers(-(2**63), 2**63))
def test_any_file_time(modified_ns: int) -> None:
    check(combined(Metadata(), None, "", modified_ns))


@pytest.mark.parametrize("gap", ["", "\x01", "\0"])
def test_entities_are_refused_however_they_are_hidden(gap: str) -> None:
    packet = (
        f'<{gap}!DOCTYPE x [<{gap}!ENTITY a "2008">]>'
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<dc:title>&a;</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    assert from_xmp(packet.encode()) == Metadata()
    assert from_xmp(packet.encode("utf-16-le")) == Metadata()
