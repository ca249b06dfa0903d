"""Regions of every spelling are read, and nonsense is told and harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.exchange import picasa, regions
from labeler.exchange.frames import Area
from labeler.exchange.regions import Region
from labeler.photos import xmp as packets

from .exchanging import xmp

AREA = Area(0.4, 0.3, 0.2, 0.4)
SIZE = '<mwg-rs:AppliedToDimensions stDim:w="1000" stDim:h="500" stDim:unit="pixel"/>'
AS_ELEMENTS = (
    '<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Rosa</mwg-rs:Name><mwg-rs:Type>Face'
    '</mwg-rs:Type><mwg-rs:Area rdf:parseType="Resource"><stArea:x>0.5</stArea:x><stArea:y>0.5'
    "</stArea:y><stArea:w>0.2</stArea:w><stArea:h>0.4</stArea:h><stArea:unit>normalized"
    "</stArea:unit></mwg-rs:Area></rdf:li>"
)
AS_ATTRIBUTES = (
    '<rdf:li><rdf:Description mwg-rs:Name="Rosa" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5" '
    'stArea:y="0.5" stArea:w="0.2" stArea:h="0.4" stArea:unit="normalized"/></rdf:Description>'
    "</rdf:li>"
)
IN_PIXELS = (
    '<rdf:li mwg-rs:Name="Rosa" mwg-rs:Type="Face"><mwg-rs:Area><rdf:Description stArea:x="500" '
    'stArea:y="250" stArea:w="200" stArea:h="200" stArea:unit="pixel"/></mwg-rs:Area></rdf:li>'
)


def read(inside: str) -> list[Region]:
    return regions.of_packet(packets.read(xmp(inside)).about)


def listed(*items: str, size: str = SIZE) -> list[Region]:
    bag = f"<mwg-rs:RegionList><rdf:Bag>{''.join(items)}</rdf:Bag></mwg-rs:RegionList>"
    return read(f'<mwg-rs:Regions rdf:parseType="Resource">{size}{bag}</mwg-rs:Regions>')


def one(**area: object) -> Region:
    fields = " ".join(f'stArea:{name}="{value}"' for name, value in area.items())
    (region,) = listed(
        f'<rdf:li mwg-rs:Name="Rosa" mwg-rs:Type="Face"><mwg-rs:Area {fields}/></rdf:li>'
    )
    return region


@pytest.mark.parametrize("item", [AS_ELEMENTS, AS_ATTRIBUTES, IN_PIXELS])
def test_every_spelling_of_a_region(item: str) -> None:
    (region,) = listed(item)
    assert region.area is not None
    for side in ("left", "top", "width", "height"):
        assert getattr(region.area, side) == pytest.approx(getattr(AREA, side))
    assert (region.name, region.kind, region.applied_to) == ("Rosa", "Face", (1000, 500))
    assert region.names_somebody


def test_a_circle_is_measured_by_the_shorter_side() -> None:
    area = one(x=0.5, y=0.5, d=0.4, unit="normalized").area
    assert area is not None
    assert (area.left, area.top, area.width, area.height) == pytest.approx((0.4, 0.3, 0.2, 0.4))


def test_microsoft_s_rectangles() -> None:
    found = read(
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        '<rdf:li MPReg:PersonDisplayName="Rosa" MPReg:Rectangle="0.4, 0.3, 0.2, 0.4"/>'
        '<rdf:li MPReg:PersonDisplayName="Emil"/>'
        '<rdf:li MPReg:PersonDisplayName="Ines" MPReg:Rectangle="1, 2, 3"/>'
        "</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )
    rosa = found[0].area
    assert rosa is not None
    assert (rosa.left, rosa.top, rosa.width, rosa.height) == pytest.approx((0.4, 0.3, 0.2, 0.4))
    assert [(region.name, region.area is None) for region in found[1:]] == [
        ("Emil", True),
        ("Ines", True),
    ]
    assert [region.trouble for region in found] == [
        "",
        "it has no area",
        "its rectangle is not four numbers",
    ]


@pytest.mark.parametrize(
    ("area", "trouble"),
    [
        ({"x": "nan", "y": 0.5, "w": 0.1, "h": 0.1}, "its area is not made of numbers"),
        ({"x": "inf", "y": 0.5, "w": 0.1, "h": 0.1}, "its area is not made of numbers"),
        ({"x": "left", "y": 0.5, "w": 0.1, "h": 0.1}, "its area is not made of numbers"),
        ({"x": 0.5, "y": 0.5}, "its area is not made of numbers"),
        ({"x": 0.5, "y": 0.5, "w": 0, "h": 0.1}, "its area is empty"),
        ({"x": 0.5, "y": 0.5, "w": -0.1, "h": 0.1}, "its area is empty"),
        ({"x": 3, "y": 0.5, "w": 0.1, "h": 0.1}, "it lies outside the photo"),
    ],
)
def test_areas_that_make_no_sense(area: dict[str, object], trouble: str) -> None:
    region = one(**area)
    assert (region.area, region.trouble) == (None, trouble)


def test_an_area_that_hangs_over_the_edge_is_cut() -> None:
    assert one(x=0, y=0.5, w=0.5, h=0.5).area == Area(0, 0.25, 0.25, 0.5)


def test_pixels_of_a_picture_of_unknown_size() -> None:
    (region,) = listed(IN_PIXELS, size="")
    assert region.trouble == "it is in pixels of a picture whose size is not said"


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Rosa", "Face", True),
        ("Rosa", "face", True),
        ("Rosa", "", True),
        ("Rosa", "Pet", False),
        ("Rosa", "BarCode", False),
        ("Rosa", "Focus", False),
        ("", "Face", False),
        ("  ", "Face", False),
        ("Unknown", "Face", False),
        ("UNKNOWN  person", "Face", False),
        ("Unknown Soldier", "Face", True),
    ],
)
def test_what_names_somebody(name: str, kind: str, expected: bool) -> None:
    assert Region(name, kind, AREA).names_somebody is expected


@given(st.binary(max_size=300))
def test_no_packet_breaks_the_reader(noise: bytes) -> None:
    whole = xmp(f'<mwg-rs:Regions rdf:parseType="Resource">{AS_ELEMENTS}</mwg-rs:Regions>')
    for packet in (noise, whole[:400] + noise, noise + whole, whole[: len(noise) * 4]):
        regions.of_packet(packets.read(packet).about)


def test_picasa_s_file() -> None:
    ini = (
        "[Picasa]\nname=Party\n[Party.JPG]\nbackuphash=1\n"
        "faces=rect64(4000300060008000),8e62b2035b74b477;rect64(1),ffffffffffffffff;rubbish\n"
        "[Contacts2]\n8E62B2035B74B477=Rosa Müller;;\n0000000000000001=;;\n"
    )
    for data in (
        ini.encode(),
        b"\xef\xbb\xbf" + ini.encode(),
        ini.encode("utf-16"),
        ini.encode("cp1252"),
    ):
        folder = picasa.read_ini(data.replace(b"\n", b"\r\n") if data[:1] == b"[" else data)
        rosa, nobody = picasa.regions(folder, "party.jpg", {})
        assert rosa.name == "Rosa Müller"
        assert rosa.area is not None
        assert (rosa.area.left, rosa.area.top) == pytest.approx((0.25, 0.1875), abs=1e-4)
        assert (rosa.area.width, rosa.area.height) == pytest.approx((0.125, 0.3125), abs=1e-4)
        assert not nobody.names_somebody
        assert picasa.regions(folder, "other.jpg", {}) == []


def test_picasa_s_contacts() -> None:
    data = (
        b'<contacts><contact id="8E62b2035b74b477" name="Rosa &amp; Emil"/><contact id="2" '
        b'display="Ines"/><contact name="no id"/></contacts>'
    )
    assert picasa.read_contacts(data) == {"8e62b2035b74b477": "Rosa & Emil", "2": "Ines"}
    for wrong in (b"", b"<contacts>", b'<!DOCTYPE x [<!ENTITY a "b">]><contacts/>'):
        with pytest.raises(ValueError, match="it is"):
            picasa.read_contacts(wrong)


@given(st.binary(max_size=300))
def test_no_ini_breaks_the_reader(noise: bytes) -> None:
    folder = picasa.read_ini(b"[a.jpg]\nfaces=rect64(" + noise)
    for name in folder.faces:
        picasa.regions(folder, name, folder.contacts)
