"""Names that other programs leave in other forms are used or told; words for nobody are none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labeler.exchange import picasa, regions, unplaced
from labeler.exchange.frames import Area
from labeler.exchange.region import Region, placed
from labeler.exchange.steps import adopt
from labeler.library.store import Library
from labeler.people.nobody import is_nobody
from labeler.people.steps import naming
from labeler.photos import xmp as packets
from labeler.types import Box

from .exchanging import PEOPLE, SIZE, beside, faces_on, library_of, mwg, turned, xmp
from .test_cli import Shell

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of two people."""
    return turned(tmp_path / "photos" / "couple.jpg", 1)


@pytest.fixture
def library(photo: Path, tmp_path: Path, models_folder: Path) -> Library:
    return library_of(tmp_path / "library", photo.parent, models_folder)


def said(inside: str) -> list[Region]:
    about = packets.read(packet(inside)).about
    return regions.of_packet(about) + unplaced.of_packet(about)


def packet(inside: str) -> bytes:
    spaces = (
        f'xmlns:Iptc4xmpExt="{IPTC}" xmlns:digiKam="http://www.digikam.org/ns/1.0/" '
        'xmlns:lr="http://ns.adobe.com/lightroom/1.0/" '
        'xmlns:acdsee-rs="http://ns.acdsee.com/regions/" '
        'xmlns:acdsee-stArea="http://ns.acdsee.com/sType/Area#" '
    )
    return xmp(inside).replace(b"<rdf:Description ", f"<rdf:Description {spaces}".encode(), 1)


def bag(name: str, *values: str) -> str:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    return f"<{name}><rdf:Bag>{items}</rdf:Bag></{name}>"


def in_image(*people: str) -> bytes:
    return packet(bag("Iptc4xmpExt:PersonInImage", *people))


def iptc_region(box: Area, names: str, shape: str = "rectangle") -> str:
    numbers = {"rbX": box.left, "rbY": box.top, "rbW": box.width, "rbH": box.height}
    values = "".join(f"<Iptc4xmpExt:{key}>{at}</Iptc4xmpExt:{key}>" for key, at in numbers.items())
    return (
        '<Iptc4xmpExt:ImageRegion><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f'{names}<Iptc4xmpExt:RegionBoundary rdf:parseType="Resource">{values}'
        f"<Iptc4xmpExt:rbShape>{shape}</Iptc4xmpExt:rbShape><Iptc4xmpExt:rbUnit>relative"
        "</Iptc4xmpExt:rbUnit></Iptc4xmpExt:RegionBoundary></rdf:li></rdf:Bag>"
        "</Iptc4xmpExt:ImageRegion>"
    )


def acdsee(area: str, kind: str = "Face", how: str = "manual") -> str:
    return (
        '<acdsee-rs:Regions rdf:parseType="Resource"><acdsee-rs:RegionList><rdf:Bag><rdf:li>'
        f'<rdf:Description acdsee-rs:Type="{kind}" acdsee-rs:Name="Rosa" '
        f'acdsee-rs:NameAssignType="{how}">{area}</rdf:Description></rdf:li></rdf:Bag>'
        "</acdsee-rs:RegionList></acdsee-rs:Regions>"
    )


DRAWN = (
    '<acdsee-rs:DLYArea acdsee-stArea:x="0.5" acdsee-stArea:y="0.5" acdsee-stArea:w="0.2" '
    'acdsee-stArea:h="0.4"/>'
)


# --- what is said


@pytest.mark.parametrize(
    "name",
    [
        "_UNKNOWN_", "Unknown", "UNKNOWN PERSON", "[unknown]", "unknown_12", "Unbekannt",
        "unbekannte Person", "Inconnu", "Personne inconnue", "Desconocido", "Sconosciuto",
        "Onbekend", "Okänd", "Ukjent", "Nieznany", "Neznámý", "Неизвестный", "不明", "未知",
        "Unconfirmed", "Ignored", "Ignoriert", "Unnamed", "no name", "Person 3", "Face #12", "?",
        "???", "…", "-", "N.N.", " ",
    ],
)  # fmt: skip
def test_words_for_nobody(name: str) -> None:
    assert is_nobody(name)
    assert not Region(name, "Face", Area(0.1, 0.1, 0.2, 0.2)).names_somebody


@pytest.mark.parametrize(
    "name",
    [
        "Rosa",
        "Rosa 2",
        "Ines Unbekannt-Meyer",
        "Cara",
        "Ignaz",
        "May",
        "2008",
        "❤",
        "田中",
        "Norma",
    ],
)
def test_names_are_names(name: str) -> None:
    assert Region(name, "Face", Area(0.1, 0.1, 0.2, 0.2)).names_somebody


@pytest.mark.parametrize(
    ("inside", "people"),
    [
        (bag("Iptc4xmpExt:PersonInImage", "Rosa", "Emil"), ["Rosa", "Emil"]),
        (bag("digiKam:TagsList", "People/Rosa", "Places/Paris"), ["Rosa"]),
        (bag("digiKam:TagsList", "Personen/Familie/Rosa", "Personen/Familie"), ["Rosa"]),
        (bag("lr:hierarchicalSubject", "People|Rosa", "Places|Paris", "People"), ["Rosa"]),
        (bag("lr:hierarchicalSubject", "Personnes|Rosa Lind", "Wer|Emil"), ["Rosa Lind"]),
        (bag("Iptc4xmpExt:PersonInImage", "Rosa", " Rosa "), ["Rosa"]),
        (bag("dc:subject", "Rosa"), []),
        (
            '<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource">'
            "<Iptc4xmpExt:PersonName><rdf:Alt><rdf:li xml:lang='x-default'>Rosa</rdf:li></rdf:Alt>"
            "</Iptc4xmpExt:PersonName></rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>",
            ["Rosa"],
        ),
    ],
)
def test_people_without_a_place(inside: str, people: list[str]) -> None:
    found = said(inside)
    assert [one.name for one in found] == people
    assert all(one.somewhere and one.names_somebody for one in found)


def test_acdsee_s_regions() -> None:
    (region,) = said(acdsee(DRAWN))
    assert (region.name, region.kind) == ("Rosa", "Face")
    assert region.area is not None
    assert (region.area.left, region.area.top) == pytest.approx((0.4, 0.3))
    (found,) = said(acdsee(DRAWN.replace("DLY", "ALG")))
    assert found.area == region.area
    (denied,) = said(acdsee(DRAWN, how="denied"))
    assert denied.no_name == "no name"
    (pet,) = said(acdsee(DRAWN, kind="Pet"))
    assert pet.no_name == "of another kind"
    (nowhere,) = said(acdsee(""))
    assert nowhere.somewhere


@pytest.mark.parametrize("shape", ["rectangle", "circle", "polygon"])
def test_boundaries_of_the_iptc(shape: str) -> None:
    area = Area(0.4, 0.3, 0.2, 0.4)
    text = iptc_region(area, bag("Iptc4xmpExt:PersonInImage", "Rosa"), shape)
    if shape == "circle":
        text = text.replace("rbW", "rbRx").replace(">0.2<", ">0.1<")
    if shape == "polygon":
        corners = ((0.4, 0.5), (0.6, 0.3), (0.5, 0.7))
        items = "".join(
            f'<rdf:li Iptc4xmpExt:rbX="{x}" Iptc4xmpExt:rbY="{y}"/>' for x, y in corners
        )
        vertices = f"<Iptc4xmpExt:rbVertices><rdf:Seq>{items}</rdf:Seq></Iptc4xmpExt:rbVertices>"
        text = text.replace("<Iptc4xmpExt:rbShape>", vertices + "<Iptc4xmpExt:rbShape>")
    (region,) = said(text)
    assert (region.name, region.is_around) == ("Rosa", True)
    assert region.area is not None
    wanted = (0.3, 0.2, 0.2, 0.2) if shape == "circle" else (0.4, 0.3, 0.2, 0.4)
    sides = (region.area.left, region.area.top, region.area.width, region.area.height)
    assert sides == pytest.approx(wanted)


def test_a_region_of_the_iptc_that_shows_no_person() -> None:
    name = bag("Iptc4xmpExt:Name", "our car")
    kind = (
        '<Iptc4xmpExt:rCtype><rdf:Bag><rdf:li rdf:parseType="Resource">'
        + bag("Iptc4xmpExt:Name", "vehicle")
        + "</rdf:li></rdf:Bag></Iptc4xmpExt:rCtype>"
    )
    (region,) = said(iptc_region(Area(0.1, 0.1, 0.2, 0.2), name + kind))
    assert region.no_name == "of another kind"


@pytest.mark.parametrize(
    ("area", "somewhere", "trouble"),
    [
        (Area(0, 0, 1, 1), True, "it is the whole photo"),
        (Area(-0.5, -0.5, 2, 2), True, "it is the whole photo"),
        (Area(0.01, 0.02, 0.97, 0.96), True, "it is the whole photo"),
        (Area(0.9, 0.1, 0.4, 0.4), False, "it lies mostly outside the photo"),
        (Area(-0.1, 0.1, 0.4, 0.4), False, ""),
        (Area(0, 0, 0.9, 0.94), False, ""),  # a face may be as close as that
    ],
)
def test_impossible_areas(area: Area, somewhere: bool, trouble: str) -> None:
    region = placed("Rosa", "Face", area)
    assert (region.somewhere, region.trouble) == (somewhere, trouble)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[Contacts]\naa=someuser_lh,81706f5e4d3c2b1a\n", ""),
        ("[Contacts]\naa=someuser_lh,81706f5e4d3c2b1a\n[Contacts2]\naa=Rosa;;\n", "Rosa"),
        ("[Contacts2]\naa=Rosa;rosa@example.org;\n[Contacts]\naa=someuser_lh,1a\n", "Rosa"),
        ("[Contacts]\naa=Rosa\n", "Rosa"),
        ("[Contacts]\naa=Rosa Old\n[Contacts2]\naa=Rosa New;;\n", "Rosa New"),
        ("[contacts2]\nAA=81706f5e4d3c2b1a\n", ""),
    ],
)
def test_picasa_s_contacts(text: str, name: str) -> None:
    folder = picasa.read_ini(f"{text}[a.jpg]\nfaces=rect64(3f845bcb59418507),aa\n".encode())
    (region,) = picasa.regions(folder, "a.jpg", {})
    assert (region.name, region.no_name) == (name, None if name else "contact without a name")


# --- what becomes of it


def outcomes(library: Library) -> list[tuple[str, str]]:
    return [(one.person, one.outcome) for one in adopt.plan(library).regions]


def test_a_name_without_a_place_goes_to_the_only_face_without_a_name(
    photo: Path, library: Library
) -> None:
    beside(photo, in_image("Rosa"))
    assert outcomes(library) == [("Rosa", "somewhere")]
    rosa, clara = faces_on(library, photo)
    naming.name_faces(library, [clara.face], "Clara")
    assert outcomes(library) == [("Rosa", "name")]
    beside(photo, in_image("Rosa", "Clara"))  # Clara is known to be there
    assert outcomes(library) == [("Rosa", "name")]
    beside(photo, in_image("Rosa", "Emil"))
    assert outcomes(library) == [("Rosa", "somewhere"), ("Emil", "somewhere")]
    beside(photo, in_image("Rosa"))
    naming.name_faces(library, [rosa.face], "Rosa")
    naming.reject_faces(library, [rosa.face], "Rosa")
    assert outcomes(library) == [("Rosa", "conflict")]
    naming.ignore_faces(library, [rosa.face])
    assert outcomes(library) == [("Rosa", "somewhere")]


def test_places_and_names_go_together(photo: Path, library: Library) -> None:
    rosa, _ = faces_on(library, photo)
    inside = mwg([("Rosa", rosa.box)], SIZE)
    people = bag("Iptc4xmpExt:PersonInImage", *PEOPLE).encode()
    space = f'xmlns:Iptc4xmpExt="{IPTC}" '.encode()
    inside = inside.replace(b"<rdf:Description ", b"<rdf:Description " + space, 1)
    beside(
        photo,
        inside.replace(b"</rdf:Description></rdf:RDF>", people + b"</rdf:Description></rdf:RDF>"),
    )
    plan = adopt.apply(library, adopt.plan(library))
    assert [(one.person, one.outcome) for one in plan.regions] == [
        ("Rosa", "name"),
        ("Clara", "name"),
    ]
    assert [row.person for row in faces_on(library, photo)] == list(PEOPLE)
    assert set(outcomes(library)) == {("Rosa", "settled")}


def test_a_region_of_the_whole_photo_is_nobody_s_face(photo: Path, library: Library) -> None:
    beside(photo, mwg([("Rosa", Box(0, 0, *SIZE))], SIZE))
    plan = adopt.apply(library, adopt.plan(library))
    assert [(one.person, one.outcome) for one in plan.regions] == [("Rosa", "somewhere")]
    assert len(faces_on(library, photo)) == 2


def test_a_region_around_a_person_names_the_face_in_it(photo: Path, library: Library) -> None:
    _, clara = faces_on(library, photo)
    width, _ = SIZE
    body = Area(clara.box.left / width - 0.02, 0.05, 0.4, 0.9)
    beside(photo, packet(iptc_region(body, bag("Iptc4xmpExt:PersonInImage", "Clara"))))
    adopt.apply(library, adopt.plan(library))
    assert [row.person for row in faces_on(library, photo)] == [None, "Clara"]
    both = Area(0.02, 0.02, 0.9, 0.9)
    beside(photo, packet(iptc_region(both, bag("Iptc4xmpExt:PersonInImage", "Rosa"))))
    assert outcomes(library) == [("Rosa", "name")]  # the other face in it has a name


def test_google_s_people_are_offered(photo: Path, library: Library) -> None:
    note = {"photoTakenTime": {"timestamp": "5"}, "people": [{"name": "Rosa"}, {"name": "Clara"}]}
    (photo.parent / "couple.jpg.supplemental-metadata.json").write_text(json.dumps(note))
    assert outcomes(library) == [("Rosa", "somewhere"), ("Clara", "somewhere")]
    rosa, _ = faces_on(library, photo)
    naming.name_faces(library, [rosa.face], "Rosa")
    assert outcomes(library) == [("Clara", "name")]


def test_the_command_tells_what_it_did_not_use(
    photo: Path, library: Library, demo_album: Path
) -> None:
    boxes = [row.box for row in faces_on(library, photo)]
    beside(photo, mwg([("Unbekannt", boxes[0]), ("", boxes[1])], SIZE))
    beside(photo, mwg([("Rex", boxes[0])], SIZE, kind="Pet"), whole_name=False)
    (photo.parent / ".picasa.ini").write_text(
        "[couple.jpg]\nfaces=rect64(3f845bcb59418507),aa\n[Contacts]\naa=me_lh,81706f5e4d3c2b1a\n"
    )
    shell = Shell(library.folder)
    told = shell.run("adopt").stdout
    assert "1 region of Picasa has no name here: give its contacts.xml" in told
    assert "1 region has a word for nobody" in told
    assert "1 region has no name;" in told
    assert "1 region has been left out: of pets" in told
    plan = shell.json("adopt")
    assert (plan["unnamed"], sum(plan["not_used"].values())) == (4, 4)
    shutil.copy(photo, photo.parent / "other.jpg")
    for file in photo.parent.glob("*.xmp"):
        file.unlink()
    beside(photo, in_image("Rosa", "Clara", "Emil"))
    told = shell.run("adopt").stdout
    assert "1 photo says who is on it, but not where:" in told
    assert "couple.jpg: Rosa, Clara, Emil, on this photo, somewhere" in told
