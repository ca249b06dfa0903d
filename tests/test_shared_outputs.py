"""What is made to be shown to others tells what is shown, and nothing of the files behind it."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import av
import pytest
from PIL import Image

from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.slideshows.choice import Choice
from labeler.slideshows.steps.files import render
from labeler.slideshows.steps.slideshow import Extent, plan_show

from .exchanging import exiftool, faces_on, library_of, told, turned, xmp  # noqa: F401

SECRETS = ("Secret camera", "Secret artist", "secret keyword", "private-file", "private folder")
"""In EXIF, in XMP, and in the names of the file and of the folder above the album."""


@pytest.fixture
def library(tmp_path: Path, models_folder: Path) -> Library:
    photo = tmp_path / "private folder" / "Album" / "private-file.jpg"
    turned(photo, 6)
    with Image.open(photo) as image:
        exif = image.getexif()
        exif[0x010F], exif[0x013B], exif[0x010E] = SECRETS[0], SECRETS[1], "A caption to be shown"
        exif.get_ifd(0x8769)[0x9003] = "2003:12:24 18:00:00"
        place = exif.get_ifd(0x8825)
        place[1], place[2], place[3], place[4] = "N", (48.0, 12.0, 30.0), "E", (16.0, 22.0, 0.0)
        packet = xmp(f"<dc:subject><rdf:Bag><rdf:li>{SECRETS[2]}</rdf:li></rdf:Bag></dc:subject>")
        image.save(photo, quality=92, exif=exif, xmp=packet, comment=SECRETS[0])
    library = library_of(tmp_path / "library", photo.parent, models_folder)
    (known,) = library.photos().values()
    assert known.facts.metadata.latitude == pytest.approx(48.2083, abs=1e-3)
    assert known.facts.metadata.keywords == (SECRETS[2],)
    naming.name_faces(library, [faces_on(library, photo)[0].face], "Rosa")
    naming.name_faces(library, [faces_on(library, photo)[1].face], "Clara")
    return library


def nothing_secret_in(data: bytes, tmp_path: Path) -> None:
    for secret in (*SECRETS, str(tmp_path), "Clara", str(Path.home())):
        assert secret.encode() not in data
        assert secret.encode("utf-16-le") not in data


def test_a_page_holds_pictures_without_metadata(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.html"
    render(plan_show(library, Choice(("Rosa",))), out)
    page = out.read_text(encoding="utf-8")
    assert "A caption to be shown" in page
    pictures = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    assert len(pictures) >= 3
    nothing_secret_in(re.sub(r"base64,[A-Za-z0-9+/=]+", "", page).encode(), tmp_path)
    for picture in pictures:
        data = base64.b64decode(picture)
        nothing_secret_in(data, tmp_path)
        with Image.open(io.BytesIO(data)) as image:
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert [name for name, _ in image.applist] == ["APP0"]  # type: ignore[attr-defined]


def test_a_place_is_told_only_where_captions_say_it(library: Library, tmp_path: Path) -> None:
    """Not with a caption of the user's own, not with --no-places, and never the position."""
    (number,) = library.photos()

    def page(name: str, extent: Extent | None = None) -> str:
        out = tmp_path / name
        render(plan_show(library, Choice(("Rosa",)), extent), out)
        return re.sub(r"base64,[A-Za-z0-9+/=]+", "", out.read_text(encoding="utf-8"))

    assert "Vienna" not in page("captioned.html")
    with library._transaction() as connection:
        connection.execute("UPDATE photos SET caption = '' WHERE id = ?", [number])
    told = page("told.html")
    assert "24 December 2003 · Vienna, Austria" in told
    nothing_secret_in(told.encode(), tmp_path)
    for hidden in ("48.2", "16.36", "Innere Stadt"):
        assert hidden not in told
    assert "Vienna" not in page("untold.html", Extent(places=False))


def test_a_video_says_whom_it_shows_and_what_wrote_it(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.mp4"
    render(plan_show(library, Choice(("Rosa",))), out)
    nothing_secret_in(out.read_bytes(), tmp_path)
    with av.open(str(out)) as container:
        known = dict(container.metadata)
        assert known.pop("title") == "Rosa"
        assert set(known) <= {"major_brand", "minor_version", "compatible_brands", "encoder"}
        for stream in container.streams:
            assert set(stream.metadata) <= {"language", "handler_name", "vendor_id", "encoder"}


@pytest.mark.usefixtures("exiftool")
def test_exiftool_finds_no_place_and_no_date_of_the_photo(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "rosa.mp4"
    render(plan_show(library, Choice(("Rosa",))), out)
    found = told(out, "-all", "-GPSLatitude", "-Make", "-Artist", "-XMP:all", "-EXIF:all")
    files = {"SourceFile", "Directory"}
    text = " ".join(str(value) for key, value in found.items() if key not in files)
    assert "2003:12" not in text  # the year is a chapter, and written on the slide
    assert "12-24" not in text
    assert not {"GPSLatitude", "Make", "Artist", "Subject"} & set(found)
