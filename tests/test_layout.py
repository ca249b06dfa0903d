"""Where photos belong: inside the folder, under names that every file system takes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.errors import UsageError
from labeler.sorting import layout
from labeler.sorting.layout import Facts, path_parts

TAKEN = date(2019, 7, 4)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{person}/{name}", "Rosa/a.b.JPG"),
        ("{person}/{year}/{name}", "Rosa/2019/a.b.JPG"),
        ("{person}", "Rosa/a.b.JPG"),
        ("{person}/", "Rosa/a.b.JPG"),
        ("{year}//{month}-{day}", "2019/07-04/a.b.JPG"),
        ("{album}/{person} {year}{suffix}", "Lake/Rosa 2019.JPG/a.b.JPG"),
        ("{person}/{year}{month}{day} {stem}", "Rosa/20190704 a.b.JPG"),
        ("{person}/{stem}{suffix}", "Rosa/a.b.JPG"),
        ("{stem} ({person}){suffix}", "a.b (Rosa).JPG"),
        ("{name} of {person}", "a.b.JPG of Rosa.JPG"),
        ("all: {name}", "all_ a.b.JPG"),
    ],
)
def test_templates(template: str, path: str) -> None:
    facts = Facts("Rosa", "a.b.JPG", "Lake", TAKEN)
    assert "/".join(path_parts(layout.checked(template), facts)) == path


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{person}/{year}/{month}/{day}", "Rosa/undated/a.jpg"),
        ("{year}-{month}-{day}/{person}", "undated/Rosa/a.jpg"),
        ("{person}/{year}/{day}. {stem}", "Rosa/undated/undated. a.jpg"),
    ],
)
def test_photos_without_a_date(template: str, path: str) -> None:
    assert "/".join(path_parts(template, Facts("Rosa", "a.jpg"))) == path


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{person}/{town}", r"no field {town}; the fields are {person}, {year}, "),
        ("{Person}", "no field {Person}"),
        ("{}", "no field {}"),
        ("{person/{name}", "brace"),
        ("{person}}", "brace"),
        ("/home/{person}", "first slash"),
        ("C:/{person}", "first slash"),
        ("../{person}", "dot"),
        ("{person}/../../{name}", "dot"),
        (".hidden/{name}", "dot"),
        ("{person}\\{name}", "Write /"),
        ("", "empty"),
        ("//", "first slash"),
    ],
)
def test_templates_that_cannot_be_used(template: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint.replace("{", r"\{").replace("}", r"\}")):
        layout.checked(template)


@pytest.mark.parametrize(
    ("person", "folder"),
    [
        ("Rosa", "Rosa"),
        ("../../etc", "_.._etc"),
        ("A/B: c.", "A_B_ c"),
        ("CON", "CON_"),
        ("...", "_"),
        ("Zoë", "Zoë"),
        ("{name}", "{name}"),
    ],
)
def test_folder_names_are_safe(person: str, folder: str) -> None:
    assert layout.folder_name(person) == folder
    assert path_parts("{person}", Facts(person, "a.jpg")) == (folder, "a.jpg")


def test_long_names_are_cut_between_letters_and_stay_different() -> None:
    long = "मीनाक्षी👩‍👩‍👧" * 12
    one, other = layout.folder_name(long + "a"), layout.folder_name(long + "b")
    assert len(one.encode()) <= 255
    assert one != other
    kept = one[: one.rindex("~")]
    assert long.startswith(kept)
    assert not kept.endswith("\u200d")
    assert layout.folder_name("é" * 127) == "é" * 127  # 254 bytes
    name = layout.numbered("ä" * 125 + ".jpeg", 1000)
    assert name.endswith(" (1000).jpeg")
    assert len(name.encode()) <= 255


NAMES = st.text(st.characters(blacklist_characters="/\0", codec=None), min_size=1, max_size=300)
FILES = NAMES.filter(lambda name: name not in (".", ".."))
PIECES = st.one_of(
    st.sampled_from([f"{{{field}}}" for field in layout.FIELDS]),
    st.sampled_from(["/", "/", " ", "..", "x", "\\", ":", "~", "{", "}", "\n", "CON"]),
    st.text(max_size=5),
)


@given(
    template=st.lists(PIECES, max_size=8).map("".join),
    person=NAMES,
    album=NAMES,
    name=FILES,
    taken=st.none() | st.dates(),
)
def test_no_layout_leads_out_of_the_folder(
    template: str, person: str, album: str, name: str, taken: date | None
) -> None:
    try:
        layout.checked(template)
    except UsageError:
        return
    facts = Facts(person, name, album, taken)
    parts = path_parts(template, facts)
    assert parts == path_parts(template, facts)
    for part in parts:
        assert part not in ("", ".", "..")
        assert "/" not in part
        assert "\0" not in part
        assert len(part.encode("utf-8", "surrogatepass")) <= 255 or max(part) >= "\udc80"
        assert len(part.encode("utf-8", "replace")) <= 255
    assert not any(part.startswith(".") for part in parts[:-1])
    assert parts[-1].startswith(".") <= name.startswith(".")
    suffix = layout.split(name)[1]
    if len(suffix.encode("utf-8", "surrogatepass")) < 100:
        assert parts[-1].endswith(suffix)
    numbered = layout.numbered(parts[-1], 12)
    assert len(numbered.encode("utf-8", "replace")) <= 255
