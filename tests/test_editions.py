"""An edited photo is the same photo: what was said of its faces follows it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from labeler.errors import LabelerError
from labeler.exchange.steps import backups, restore
from labeler.faces.io.face_finder import FinderSettings
from labeler.faces.steps import drawing
from labeler.faces.steps.index import IndexReport, index
from labeler.geometry import SIDEWAYS
from labeler.groups.steps import group
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, waiting
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.people.steps.live_listing import LiveListing
from labeler.photos import likeness
from labeler.photos.io import decoding, gray
from labeler.photos.io.walk import photo_file
from labeler.types import Box

from .conftest import DEMO

SOURCE = DEMO / "photos" / "2003 Christmas at home" / "IMG_1003.jpg"
PEOPLE = ("Ada", "Ben", "Cleo", "Dan")
"""As the four stand on the photo, from left to right."""
DRAWN = Box(500, 20, 90, 110)
"""A place on the photo where no face is found."""
Edit = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def original(
    tmp_path_factory: pytest.TempPathFactory, models_folder: Path
) -> tuple[Path, Image.Image]:
    """A folder with a library of one photo of four named people, and the photo's pixels."""
    folder = tmp_path_factory.mktemp("edited")
    photos = folder / "photos"
    photos.mkdir()
    picture = Image.fromarray(decoding.decode_file(str(SOURCE)))
    marked = Image.Exif()
    marked[274] = 1
    picture.save(photos / "a.jpg", quality=92, exif=marked)
    library = Library.create(folder / "library")
    shutil.copytree(models_folder, library.models)
    index(library, [photos])
    for row, person in zip(on(library), PEOPLE, strict=True):
        naming.name_faces(library, [row.face], person)
    library.close()
    return folder, picture


class Album:
    """The photo in its folder, the library, and what a user does to both."""

    def __init__(self, folder: Path, picture: Image.Image, before: bytes) -> None:
        self.photos, self.picture, self.before = folder / "photos", picture, before
        self.library = Library(folder / "library")

    def edit(
        self, edit: Edit, name: str = "a.jpg", mark: int | None = 1, quality: int = 88
    ) -> IndexReport:
        exif = Image.Exif()
        if mark is not None:
            exif[274] = mark
        edit(self.picture).save(self.photos / name, quality=quality, exif=exif)
        return self.index()

    def put_back(self) -> IndexReport:
        (self.photos / "a.jpg").write_bytes(self.before)
        return self.index()

    def index(self) -> IndexReport:
        return index(self.library, [self.photos])


@pytest.fixture
def album(original: tuple[Path, Image.Image]) -> Iterator[Album]:
    """The photo and its library as they were at first; paths must stay the same."""
    folder, picture = original
    before, kept = (folder / "photos/a.jpg").read_bytes(), folder / "kept"
    shutil.copytree(folder / "library", kept)
    album = Album(folder, picture, before)
    yield album
    album.library.close()
    shutil.rmtree(folder / "photos")
    (folder / "photos").mkdir()
    (folder / "photos/a.jpg").write_bytes(before)
    shutil.rmtree(folder / "library")
    kept.rename(folder / "library")
    # Times matter: the file is the one that the library knows.
    library = Library(folder / "library")
    index(library, [folder / "photos"])
    library.close()


def on(library: Library, name: str = "") -> list[FaceRow]:
    """Return the faces on the photos of a name from left to right."""
    rows = [row for row in list_faces(library) if row.photo.endswith(name)]
    return sorted(rows, key=lambda row: row.box.left)


def people(library: Library, name: str = "") -> list[str]:
    return [row.person or "?" for row in on(library, name)]


def turn(how: Image.Transpose) -> Edit:
    return lambda picture: picture.transpose(how)


def part(left: float, top: float, right: float, bottom: float) -> Edit:
    """Return what crops to these parts of a picture's sides."""
    return lambda picture: picture.crop(
        (
            round(left * picture.width),
            round(top * picture.height),
            round(right * picture.width),
            round(bottom * picture.height),
        )
    )


def scaled(times: float) -> Edit:
    return lambda picture: picture.resize(
        (round(picture.width * times), round(picture.height * times))
    )


def chain(*edits: Edit) -> Edit:
    def all_of_them(picture: Image.Image) -> Image.Image:
        for edit in edits:
            picture = edit(picture)
        return picture

    return all_of_them


ALL, MIRRORED = list(PEOPLE), list(PEOPLE)[::-1]
Transpose = Image.Transpose
EDITS: dict[str, tuple[Edit, list[str]]] = {
    "mirrored": (ImageOps.mirror, MIRRORED),
    "turned upside down": (turn(Transpose.ROTATE_180), MIRRORED),
    "flipped": (ImageOps.flip, ALL),
    "half the size": (scaled(0.5), ALL),
    "double the size": (scaled(2), ALL),
    "cropped": (part(0.03, 0.1, 0.98, 1), ALL),
    "cropped to three": (part(0.28, 0, 1, 1), ["Ben", "Cleo", "Dan"]),
    "cropped, mirrored, scaled": (
        chain(part(0.03, 0.1, 0.98, 0.95), ImageOps.mirror, scaled(0.6)),
        MIRRORED,
    ),
    "straightened": (lambda picture: picture.rotate(3, expand=True), ALL),
    "with a border": (lambda picture: ImageOps.expand(picture, 100, "white"), ALL),
    "grey": (lambda picture: ImageOps.grayscale(picture).convert("RGB"), ALL),
}


@pytest.mark.parametrize("how", EDITS)
def test_names_follow_a_photo_that_is_edited_in_place(album: Album, how: str) -> None:
    edit, expected = EDITS[how]
    album.edit(edit)
    assert people(album.library) == expected
    assert [row.person for row in LiveListing(album.library).current().faces].count(None) == 0


QUARTERS = {"left": Transpose.ROTATE_90, "right": Transpose.ROTATE_270}


@pytest.mark.parametrize("mark", [None, 1])
@pytest.mark.parametrize("quarter", QUARTERS)
def test_names_follow_a_photo_whose_pixels_were_turned(
    album: Album, quarter: str, mark: int | None
) -> None:
    """Whether its file says then that it is upright or says nothing."""
    album.edit(turn(QUARTERS[quarter]), mark=mark)
    rows = sorted(on(album.library), key=lambda row: row.box.top)
    expected = MIRRORED if quarter == "left" else ALL
    assert [row.person for row in rows] == expected


@pytest.mark.parametrize("mark", [2, 3, 6, 8])
def test_names_follow_a_photo_whose_mark_was_changed(album: Album, mark: int) -> None:
    """As another program does that corrects which side is up, or makes it wrong."""
    album.edit(lambda picture: picture, mark=mark, quality=92)
    assert sorted(people(album.library)) == ALL


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_names_follow_a_photo_that_a_sidecar_turns(album: Album, orientation: int) -> None:
    """The file is untouched, and the names are there again when the sidecar is taken away."""
    sidecar = album.photos / "a.jpg.xmp"
    sidecar.write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        f'tiff:Orientation="{orientation}"/></rdf:RDF></x:xmpmeta>'
    )
    assert album.index().followed == len(ALL)
    is_sideways = orientation in SIDEWAYS
    rows = sorted(on(album.library), key=lambda row: row.box.top if is_sideways else row.box.left)
    assert [row.person for row in rows] == (MIRRORED if orientation in (2, 3, 8) else ALL)
    assert waiting.waiting(album.library) == []
    (photo,) = album.library.photos().values()
    look = album.library.looks([photo.id])[photo.id]
    (different,) = likeness.distances(gray.hash_of(photo_file(photo.path)), likeness.packed([look]))
    assert different <= likeness.MOST_DIFFERENT  # what goes into a backup is turned, too
    naming.name_faces(album.library, [row.face for row in rows if row.person == "Ada"], "Ida")
    sidecar.unlink()
    album.index()
    assert people(album.library) == ["Ida", *ALL[1:]]
    assert waiting.waiting(album.library) == []


def test_edits_follow_one_another_and_lead_back(album: Album) -> None:
    library = album.library
    first = [row.face for row in on(library)]
    album.edit(ImageOps.mirror)
    album.edit(chain(ImageOps.mirror, scaled(0.5), part(0.28, 0, 1, 1)))
    assert people(library) == ["Cleo", "Ben", "Ada"]
    # Dan was cut away; he is on the photo again as soon as it shows him.
    album.edit(part(0.28, 0, 1, 1))
    assert people(library) == ["Ben", "Cleo", "Dan"]
    album.put_back()
    assert people(library) == ALL
    assert [row.face for row in on(library)] == first
    assert waiting.waiting(library) == []


def test_what_is_said_of_either_edition_counts_for_both(album: Album) -> None:
    library = album.library
    album.edit(ImageOps.mirror)
    dan = on(library)[0]
    naming.name_faces(library, [dan.face], "Emil")
    naming.ignore_faces(library, [on(library)[3].face])
    rejected = on(library)[1].face
    naming.reject_faces(library, [rejected], "Ben")
    album.put_back()
    rows = on(library)
    assert [row.person for row in rows] == [None, "Ben", "Cleo", "Emil"]
    assert rows[0].ignored
    assert rows[2].rejected == {"Ben"}
    assert standing.name_of(library, rows[3].face) == "Emil"
    naming.name_faces(library, [rows[3].face], "Dan")
    album.edit(ImageOps.mirror)
    assert people(library)[0] == "Dan"
    history.undo(library)
    assert people(library)[0] == "Emil"
    history.redo(library)
    assert people(library)[0] == "Dan"


def test_a_copy_that_was_not_edited_keeps_its_faces(album: Album) -> None:
    library = album.library
    (album.photos / "b.jpg").write_bytes(album.before)
    album.index()
    album.edit(ImageOps.mirror)
    assert people(library, "a.jpg") == MIRRORED
    assert people(library, "b.jpg") == ALL
    naming.name_faces(library, [on(library, "b.jpg")[0].face], "Zoe")
    assert people(library, "a.jpg")[3] == "Zoe"
    naming.unlabel_faces(library, [on(library, "a.jpg")[3].face])
    assert people(library, "b.jpg")[0] == "?"


def test_edited_faces_stay_in_their_groups(demo_library: Library, tmp_path: Path) -> None:
    """Nothing has to be grouped anew, and no face is alone."""
    photo = next(p for p in demo_library.photos().values() if p.path.endswith("IMG_1003.jpg"))
    before = {row.cluster for row in on(demo_library, "IMG_1003.jpg")}
    edited = tmp_path / "IMG_1003.jpg"
    ImageOps.mirror(Image.fromarray(decoding.decode_file(photo.path))).save(edited)
    index(demo_library, [edited])
    (new,) = [p for p in demo_library.photos().values() if p.path == str(edited)]
    demo_library.note_replaced(photo.id, new.id)
    index(demo_library, [edited])
    after = {row.cluster for row in list_faces(demo_library) if row.photo_id == new.id}
    assert after == before
    assert group.welcome(demo_library) is None


def test_a_drawn_face_follows_and_goes_with_its_drawing(album: Album) -> None:
    library = album.library
    (photo,) = library.photos().values()
    drawing.draw_on(library, photo.id, DRAWN, person="Nobody")
    album.edit(chain(ImageOps.mirror, scaled(0.5)))
    (row,) = [row for row in list_faces(library) if row.person == "Nobody"]
    expected = ((1200 - DRAWN.right) / 2, DRAWN.top / 2, DRAWN.width / 2, DRAWN.height / 2)
    assert np.allclose(row.box.as_tuple(), expected, atol=0.5)
    # A search with other settings keeps it, too.
    index(library, [album.photos], settings=FinderSettings(views=1))
    assert people(library).count("Nobody") == 1
    history.undo(library)
    drawing.settle(library)
    assert "Nobody" not in people(library)
    assert len(on(library)) == 4


def test_names_of_faces_that_cannot_be_matched_wait(album: Album) -> None:
    library = album.library
    album.edit(lambda _: Image.new("RGB", (400, 300), (90, 120, 60)))
    (row,) = waiting.waiting(library)
    assert (Path(row.photo).name, row.people) == ("a.jpg", PEOPLE)
    assert waiting.sentence([row]) == "4 names wait for faces on a.jpg"
    assert waiting.on_photo(library, row.photo_id) == PEOPLE
    # What is let go can be brought back; what comes back waits no longer.
    waiting.forget(library, row.photo_id, "Ben")
    assert waiting.on_photo(library, row.photo_id) == ("Ada", "Cleo", "Dan")
    history.undo(library)
    assert waiting.on_photo(library, row.photo_id) == PEOPLE
    with pytest.raises(LabelerError, match="No such name"):
        waiting.forget(library, row.photo_id, "Emil")
    album.put_back()
    assert waiting.waiting(library) == []
    assert people(library) == ALL


def test_a_name_that_was_cut_away_waits_until_a_face_has_it(album: Album) -> None:
    library = album.library
    album.edit(part(0.28, 0, 1, 1))
    (row,) = waiting.waiting(library)
    assert row.people == ("Ada",)
    drawn = drawing.draw_on(library, row.photo_id, Box(20, 20, 60, 80))
    naming.name_faces(library, [drawn], "Ada")
    assert waiting.waiting(library) == []
    (album.photos / "a.jpg").unlink()
    (album.photos / "other.png").write_bytes(b"")
    album.index()
    assert waiting.waiting(library) == []


def test_a_name_whose_face_another_detector_does_not_find_waits(album: Album) -> None:
    library = album.library
    # As if a detector that sees more had found a face that is not seen now.
    key = library.keys_of([on(library)[0].face])[on(library)[0].face]
    elsewhere = type(key)(key.content_hash, Box(500, 20, 90, 110))
    library.append("name", [elsewhere], "Greta")
    (row,) = waiting.waiting(library)
    assert row.people == ("Greta",)


def test_a_backup_restores_into_the_library_whose_photo_was_edited(
    album: Album, tmp_path: Path
) -> None:
    library = album.library
    made = backups.read_library(library)
    album.edit(chain(ImageOps.mirror, scaled(0.5)))
    report = restore.restore_backup(library, made)
    assert (report.relation, report.entries) == ("same", 0)
    assert people(library) == MIRRORED
    album.put_back()


def test_a_backup_made_after_an_edit_is_restored_elsewhere(album: Album, tmp_path: Path) -> None:
    """Nobody has the former edition any more."""
    (photo,) = album.library.photos().values()
    drawing.draw_on(album.library, photo.id, DRAWN, person="Nobody")
    album.edit(chain(ImageOps.mirror, scaled(0.5)))
    made = backups.read_library(album.library)
    other = Library.create(tmp_path / "other")
    shutil.copytree(album.library.models, other.models)
    index(other, [album.photos])
    restore.restore_backup(other, made)
    assert sorted(people(other)) == [*ALL, "Nobody"]
    assert restore.restore_backup(album.library, made).entries == 0


TURNED: dict[str, tuple[Edit, list[str]]] = {
    "as it was": (lambda picture: picture, ALL),
    "mirrored": (ImageOps.mirror, MIRRORED),
    "upside down": (turn(Transpose.ROTATE_180), MIRRORED),
    "left": (turn(Transpose.ROTATE_90), MIRRORED),
    "right": (turn(Transpose.ROTATE_270), ALL),
    "transposed": (turn(Transpose.TRANSPOSE), ALL),
}
"""And who stands where then, from left to right or else from top to bottom."""


@pytest.mark.parametrize("how", TURNED)
def test_a_backup_is_restored_where_the_photo_was_turned(
    album: Album, tmp_path: Path, how: str
) -> None:
    made = backups.read_library(album.library)
    other, photos = Library.create(tmp_path / "other"), tmp_path / "photos"
    shutil.copytree(album.library.models, other.models)
    photos.mkdir()
    edit, expected = TURNED[how]
    chain(edit, scaled(0.5))(album.picture).save(photos / "turned.jpg")
    index(other, [photos])
    report = restore.restore_backup(other, made)
    assert report.photos == {"likeness": 1}
    (photo,) = other.photos().values()
    is_wide = photo.facts.width > photo.facts.height
    rows = sorted(on(other), key=lambda row: row.box.left if is_wide else row.box.top)
    assert [row.person for row in rows] == expected


@pytest.mark.parametrize("knows_looks", [True, False])
def test_a_photo_that_is_gone_does_not_shadow_the_one_that_is_here(
    album: Album, tmp_path: Path, knows_looks: bool
) -> None:
    """Nobody has a name here, and the photo was made smaller after it had been indexed."""
    made = backups.read_library(album.library)
    other = Library.create(tmp_path / "other")
    shutil.copytree(album.library.models, other.models)
    index(other, [album.photos])
    if not knows_looks:  # as in a library from before they were kept
        with closing(sqlite3.connect(other.path)) as connection, connection:
            connection.execute("UPDATE photos SET look = ''")
    (album.photos / "a.jpg").unlink()
    scaled(0.5)(album.picture).save(album.photos / "smaller.jpg")
    index(other, [album.photos])
    assert restore.restore_backup(other, made).entries > 0
    assert people(other) == ALL
    assert restore.restore_backup(other, made).entries == 0


@pytest.mark.parametrize("name", ["a.png", "another name.jpg", "sub/a.jpg"])
def test_names_follow_a_photo_that_is_saved_under_another_name(album: Album, name: str) -> None:
    (album.photos / "sub").mkdir()
    (album.photos / "a.jpg").unlink()
    report = album.edit(chain(turn(Transpose.ROTATE_180), scaled(0.7)), name)
    assert people(album.library) == MIRRORED
    assert report.away == ()  # though nothing else was in the folder
    assert waiting.waiting(album.library) == []


def test_a_photo_that_is_away_is_not_gone(album: Album, tmp_path: Path) -> None:
    """A smaller copy is no edition that takes its place; both are there when the drive is back."""
    away, other = tmp_path / "away", tmp_path / "other"
    other.mkdir()
    scaled(0.5)(album.picture).save(other / "smaller.jpg")
    album.photos.rename(away)
    index(album.library, [album.photos, other])
    assert people(album.library) == ["?"] * len(ALL)
    away.rename(album.photos)
    index(album.library, [album.photos])
    assert people(album.library, "a.jpg") == ALL
    assert waiting.waiting(album.library) == []


def test_another_photo_of_the_name_gets_no_name(album: Album) -> None:
    (album.photos / "a.jpg").unlink()
    other = Image.open(SOURCE.with_name("IMG_1005.jpg"))
    other.save(album.photos / "a.png")
    album.index()
    assert people(album.library) == ["?", "?"]
    assert waiting.waiting(album.library) == []
