"""The page of a photo without a browser: what it says, what it does, the picture over HTTP."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dashboard.photo import actions as photo_actions
from dashboard.photo import page as photo_page
from dashboard.photo import panel as photo_panel
from dashboard.photo import views as photo_views
from dashboard.photo.callbacks import layout
from dashboard.shared import actions
from dashboard.shared.ids import Where
from dashboard.shell import app, images
from dashboard.shell.networks import Networks
from dashboard.shell.session import Session
from dashboard.shell.snapshot import Snapshot, read_snapshot
from labeler.errors import LabelerError
from labeler.faces.steps import drawing
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.people.steps import naming
from labeler.people.steps.listing import FaceRow, PersonRow, list_faces
from labeler.photos.steps import thumbnails
from labeler.photos.steps.album import find_photo
from labeler.search.steps.search import search_photos
from labeler.types import Box, Metadata, Photo, PhotoFacts, Recognition

TURNED = "2003 Christmas at home/IMG_1002.jpg"
"""A photo of three people that is stored sideways (EXIF orientation 6)."""


def photo_id(library: Library, name: str) -> int:
    return next(i for i, photo in library.photos().items() if photo.path.endswith(name))


def faces_on(library: Library, photo: int) -> list[FaceRow]:
    return photo_views.faces_on(read_snapshot(library), photo)


def page_of(library: Library, path: str) -> str:
    return _json(layout(library, read_snapshot(library), path))


def _json(component: Any) -> str:
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def lose(library: Library, photo: int, path: Path) -> None:
    """Make the library believe that a photo's file is at another path."""
    with library._transaction() as connection:
        connection.execute("UPDATE files SET path = ? WHERE photo_id = ?", [str(path), photo])


# -- one photo among others ------------------------------------------------------------------------


def test_photos_follow_each_other_by_date_then_by_name(tmp_path: Path) -> None:
    album, other = tmp_path / "album", tmp_path / "album" / "below"
    other.mkdir(parents=True)
    for number, name in enumerate(
        ["b 2003-12-24 10.00.00.jpg", "a 2004-01-01 10.00.00.jpg", "z.jpg", "c.jpg"]
    ):
        Image.new("RGB", (60, 40), (number * 40, 0, 0)).save(album / name)
    Image.new("RGB", (60, 40), "blue").save(other / "d.jpg")
    library = Library.create(tmp_path / "library")
    index(library, [album])
    found = find_photo(library, photo_id(library, "b 2003-12-24 10.00.00.jpg"))
    names, numbers = [], []
    while found is not None:
        names.append(photo_views.file_name(found.photo))
        numbers.append((found.number, found.count))
        if found.previous is not None:
            assert photo_views.file_name(found.previous) == names[-2]
        found = found.next and find_photo(library, found.next.id)
    assert names == ["b 2003-12-24 10.00.00.jpg", "a 2004-01-01 10.00.00.jpg", "c.jpg", "z.jpg"]
    assert numbers == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_photo_that_is_gone_or_never_was_is_not_found(demo_library: Library) -> None:
    there = find_photo(demo_library, 1)
    assert there is not None
    assert there.photo == demo_library.photos()[1]
    demo_library.mark_files([there.photo.path], GONE)
    assert find_photo(demo_library, 1) is None
    assert find_photo(demo_library, 99_999) is None


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/photo/3", (3, 0)),
        ("/photo/3/7", (3, 7)),
        ("/photo/3/", (3, 0)),
        ("/photo", (None, 0)),
        ("/photo/-1", (None, 0)),
        ("/photo/³", (None, 0)),
        ("/photo/99999999999999999999", (None, 0)),
        ("/photo/..%2f..", (None, 0)),
    ],
)
def test_what_an_address_means(path: str, ids: tuple[int | None, int]) -> None:
    assert photo_views.ids_of(path) == ids
    if ids[0] is not None:
        assert photo_views.ids_of(photo_views.address(ids[0], ids[1] or None)) == ids


# -- what the page says ----------------------------------------------------------------------------


def row(**more: Any) -> FaceRow:
    values: dict[str, Any] = {
        "face": 1, "photo": "album/1.jpg", "box": Box(0, 0, 10, 10), "score": 0.9, "cluster": 0,
        "person": None, "source": None, "probability": None, "xy": None, "ignored": False,
        "taken": None, "photo_id": 5,
    }  # fmt: skip
    return FaceRow(**{**values, **more})


@pytest.mark.parametrize(
    ("face", "kind", "label", "sure", "spoken"),
    [
        (row(), "open", "?", "", "Face without a name"),
        (row(person="Rosa", source="user"), "user", "Rosa", "", "Rosa, named by you"),
        (
            row(person="Rosa", source="auto", probability=0.839),
            "auto",
            "Rosa",
            "83%",
            "Rosa, recognized automatically, 83% sure",
        ),
        (row(ignored=True), "ignored", "ignored", "", "Ignored face"),
    ],
)
def test_faces_are_told_apart(face: FaceRow, kind: str, label: str, sure: str, spoken: str) -> None:
    assert photo_views.kind(face) == kind
    assert (photo_views.short_label(face), photo_views.sureness(face)) == (label, sure)
    assert photo_views.spoken_label(face) == spoken


def test_boxes_are_in_percent_of_the_upright_photo_and_small_ones_on_top() -> None:
    large, small = row(face=1, box=Box(100, 50, 400, 500)), row(face=2, box=Box(150, 100, 20, 30))
    photo = Photo(5, "hash", "album/1.jpg", PhotoFacts(1000, 800))
    below, above = photo_page.boxes(Snapshot(faces=(small, large)), photo, selected=2)
    style = {"left": "10.000%", "top": "6.250%", "width": "40.000%", "height": "62.500%"}
    assert below.style == {**style, "zIndex": 1}  # type: ignore[attr-defined]
    assert above.style["zIndex"] == 2  # type: ignore[attr-defined]
    pressed = [getattr(box, "aria-pressed") for box in (below, above)]
    assert pressed == ["false", "true"]


def test_facts_with_where_the_date_is_from() -> None:
    known = Metadata(
        datetime(2019, 9, 5, 11, 14), "exif", "Tram", ("city", "sea"), 38.7223, -9.1393
    )
    photo = Photo(5, "hash", "/home/me/Lisbon/a.jpg", PhotoFacts(4000, 3000, known))
    assert photo_views.facts(photo) == [
        ("Taken", "5 September 2019, 11:14, from the camera (EXIF)"),
        ("Caption", "Tram"),
        ("Keywords", "city, sea"),
        ("Position", "38.72230° N, 9.13930° W"),
        ("Size", "4,000 × 3,000 pixels"),
        ("Album", "Lisbon"),
        ("File", "/home/me/Lisbon/a.jpg"),
    ]
    bare = Photo(5, "hash", "/home/me/Lisbon/a.jpg", PhotoFacts(40, 30))
    assert [heading for heading, _ in photo_views.facts(bare)] == ["Size", "Album", "File"]
    day = Metadata(datetime(2019, 9, 5), "file name")
    assert photo_views.when(day) == "5 September 2019, read from the file name"


def test_the_place_of_a_photo_leads_to_others_from_there(demo_library: Library) -> None:
    assert "Place" not in page_of(demo_library, "/photo/1")
    with demo_library._transaction() as connection:
        connection.execute("UPDATE photos SET latitude = 40.707, longitude = -74.003 WHERE id = 1")
    page = page_of(demo_library, "/photo/1")
    assert page.index('"Place"') < page.index('"Position"')
    assert "/search?q=in%3A%22Financial+District%22" in page
    assert "/search?q=in%3A%22United+States%22" in page
    (found,) = search_photos(demo_library, 'in:"Financial District"').photos
    assert found.photo.id == 1


def test_the_suggestion_is_the_automatic_name_or_that_of_the_group(demo_library: Library) -> None:
    group = read_snapshot(demo_library).groups[0]
    first, second, third = group.faces[:3]
    actions.name(demo_library, [first], "Rosa")
    actions.reject(demo_library, [third], "Rosa")
    demo_library.write_recognitions([Recognition(second, "Emil", 0.99)])
    shot = read_snapshot(demo_library)
    offered = [photo_views.suggestion(shot, shot.by_id[face]) for face in group.faces[:4]]
    assert offered == [None, "Emil", None, "Rosa"]


def test_candidates_are_resembled_and_not_ruled_out_those_on_the_photo_last() -> None:
    asked, beside = row(person="Rosa", rejected=frozenset({"Emil"})), row(face=2, person="Clara")
    shot = Snapshot(faces=(asked, beside))
    found = photo_views.candidates(shot, asked, ["Rosa", "Clara", "Emil", "Ines", "Nora", "Yuki"])
    assert [one.person for one in found] == ["Ines", "Nora", "Yuki"]
    found = photo_views.candidates(shot, asked, ["Clara", "Ines"])
    assert [one.person for one in found] == ["Ines", "Clara"]


def test_alike_are_the_others_of_the_group(demo_library: Library) -> None:
    shot = read_snapshot(demo_library)
    group = shot.groups[0]
    faces, number = photo_views.alike(shot, shot.by_id[group.faces[0]])
    assert faces == list(group.faces[1 : photo_views.FACES_ALIKE + 1])
    assert number == len(group.faces) - 1
    assert photo_views.alike(shot, row(cluster=None)) == ([], 0)


def test_an_unknown_photo_is_a_kind_sentence(demo_library: Library) -> None:
    for path in ("/photo/99999", "/photo/", "/photo/abc", "/photo/1e3", "/photo/" + "9" * 30):
        assert "This photo is not in the library" in page_of(demo_library, path)


def test_a_photo_that_cannot_be_read_is_a_sentence_in_place_of_the_picture(
    demo_library: Library, tmp_path: Path
) -> None:
    good = page_of(demo_library, "/photo/1")
    assert "/photos/1.jpg?v=" in good
    assert "cannot be shown" not in good
    (tmp_path / "other.jpg").write_bytes(b"something else")
    for path, reason in (("gone.jpg", "cannot be read"), ("other.jpg", "changed since it was")):
        lose(demo_library, 2, tmp_path / path)
        page = page_of(demo_library, "/photo/2")
        assert "The photo cannot be shown" in page
        assert reason in page
        assert "/photos/2.jpg" not in page


def test_the_panel_offers_what_can_be_said() -> None:
    def parts(face: FaceRow) -> set[str]:
        people = (PersonRow("Rosa", 1, 1, None, None),) if face.person else ()
        shown = _json(photo_panel.panel(Snapshot(faces=(face,), people=people), 5, 1))
        kinds = ("submit", "reject", "ignore", "unlabel", "cover")
        return {kind for kind in kinds if f'"part": "{kind}"' in shown}

    assert parts(row()) == {"submit", "ignore"}
    assert parts(row(person="Rosa", source="auto", probability=0.8)) == {
        "submit", "ignore", "reject",
    }  # fmt: skip
    assert parts(row(person="Rosa", source="user")) == {
        "submit", "ignore", "reject", "unlabel", "cover",
    }  # fmt: skip
    assert parts(row(ignored=True)) == {"submit", "unlabel"}


def test_a_face_that_is_not_there_selects_nothing(demo_library: Library) -> None:
    shot = read_snapshot(demo_library)
    assert "On this photo" in _json(photo_panel.panel(shot, 1, 99_999))
    assert "Who is this?" in _json(photo_panel.panel(shot, 1, shot.faces[0].face))


def test_every_tile_leads_to_its_photo(demo_library: Library) -> None:
    from dashboard.groups import page as groups

    shot = read_snapshot(demo_library)
    page = _json(groups.body(shot))
    for face in shot.groups[0].faces[:3]:
        assert f'"/photo/{shot.by_id[face].photo_id}/{face}"' in page
        assert demo_library.photos()[shot.by_id[face].photo_id].path == shot.by_id[face].photo


# -- what the page does ----------------------------------------------------------------------------


def test_buttons_are_about_the_face_that_is_shown(demo_library: Library) -> None:
    shot = read_snapshot(demo_library)
    assert actions.meant_faces(shot, Where.PHOTO, [7], []) == [7]
    with pytest.raises(LabelerError, match="No faces were chosen"):
        actions.meant_faces(shot, Where.PHOTO, [99_999], [])


def test_draw_where_drawn_with_one_finder_and_undo(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(library: Library, make: Any = finders.library_finder) -> Any:
        made.append(1)
        return make(library)

    monkeypatch.setattr(finders, "library_finder", counted)
    photo = photo_id(demo_library, TURNED)
    drawer = photo_actions.FaceDrawer(demo_library, Networks(demo_library))
    assert made == []
    face, done = drawer.draw(photo, Box(10, 20, 60, 80))
    second, _ = drawer.draw(photo, Box(1000, 700, 300, 300))
    assert len(made) == 1
    boxes = {row.face: row.box for row in faces_on(demo_library, photo)}
    assert boxes[face] == Box(10, 20, 60, 80)
    assert boxes[second] == Box(1000, 700, 200, 200)  # what is on the photo, which is 1200 × 900
    assert len(boxes) == 5
    assert actions.undo(demo_library, done.entry).message == "Undone: drew 1 face"
    assert [r.face for r in faces_on(demo_library, photo) if r.box == Box(10, 20, 60, 80)] == []


def test_what_cannot_be_drawn_is_a_sentence(demo_library: Library, tmp_path: Path) -> None:
    drawer = photo_actions.FaceDrawer(demo_library, Networks(demo_library))
    there = faces_on(demo_library, 1)[0]
    with pytest.raises(LabelerError, match=f"Face {there.face} is there already"):
        drawer.draw(1, there.box)
    with pytest.raises(LabelerError, match="at least 10 × 10 pixels"):
        drawer.draw(1, Box(10, 10, 5, 50))
    with pytest.raises(LabelerError, match="There is no photo 99999"):
        drawer.draw(99_999, Box(10, 10, 50, 50))
    before = len(list_faces(demo_library))
    path = Path(demo_library.photos()[1].path)
    lose(demo_library, 1, tmp_path / "gone.jpg")
    with pytest.raises(LabelerError, match=r"cannot be read just now"):
        drawer.draw(1, Box(10, 10, 50, 50))
    lose(demo_library, 1, path)
    drawing.settle(demo_library)
    assert len(list_faces(demo_library)) == before + 1


def test_choose_a_picture(demo_library: Library) -> None:
    with pytest.raises(LabelerError, match="name it first"):
        photo_actions.choose_cover(demo_library, 1)
    naming.name_faces(demo_library, [1, 2], "Rosa")
    done = photo_actions.choose_cover(demo_library, 2)
    assert done.message == "This is Rosa's picture now"
    shot = read_snapshot(demo_library)
    assert [photo_views.is_cover(shot, shot.by_id[face]) for face in (1, 2)] == [False, True]
    assert actions.undo(demo_library, done.entry).message == "Undone: chose a picture of Rosa"
    assert not photo_views.is_cover(read_snapshot(demo_library), shot.by_id[2])


# -- the picture -----------------------------------------------------------------------------------


def test_the_picture_is_upright(demo_library: Library) -> None:
    photo = demo_library.photo(photo_id(demo_library, TURNED))
    assert photo is not None
    with Image.open(photo.path) as stored:
        assert (stored.size, stored.getexif()[0x0112]) == ((900, 1200), 6)
    client = app.create_app(Session(demo_library)).server.test_client()
    with client.get(images.picture_address(photo)) as answer:
        picture = Image.open(io.BytesIO(answer.data))
    assert picture.size == (photo.facts.width, photo.facts.height) == (1200, 900)
    assert 0x0112 not in picture.getexif()


def test_a_large_photo_is_reduced_and_kept_in_the_cache(tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    Image.new("RGB", (2400, 3200), "teal").save(tmp_path / "album" / "large.png")
    library = Library.create(tmp_path / "library")
    index(library, [tmp_path / "album"])
    (photo,) = library.photos().values()
    path = thumbnails.photo_picture(library, photo.id)
    assert path.is_relative_to(library.cache)
    assert photo.content_hash in path.name
    with Image.open(path) as picture:
        assert picture.size == (1536, 2048)
    made = path.stat().st_mtime_ns
    (tmp_path / "album" / "large.png").unlink()
    assert thumbnails.photo_picture(library, photo.id).stat().st_mtime_ns == made


def test_pictures_are_kept_for_good_only_under_their_own_version(demo_library: Library) -> None:
    client = app.create_app(Session(demo_library)).server.test_client()
    photo = demo_library.photos()[1]
    with client.get(images.picture_address(photo)) as kept:
        assert (kept.status_code, kept.mimetype) == (200, "image/jpeg")
        assert kept.headers["Cache-Control"] == f"private, max-age={images.YEAR}, immutable"
        tag = kept.headers["ETag"]
    for address in ("/photos/1.jpg", "/photos/1.jpg?v=old"):
        with client.get(address) as asked_again:
            assert asked_again.headers["Cache-Control"] == "private, no-cache"
    with client.get("/photos/1.jpg", headers={"If-None-Match": tag}) as unchanged:
        assert unchanged.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/photos/99999.jpg",
        "/photos/99999999999999999999.jpg",
        "/photos/-1.jpg",
        "/photos/../library.sqlite",
        "/photos/..%2f..%2flibrary.sqlite",
        "/photos/%2fetc%2fpasswd",
        "/photos/1.jpg/../../library.sqlite",
        "/faces/99999999999999999999.jpg",
    ],
)
def test_nothing_but_a_photo_of_the_library_is_served(demo_library: Library, address: str) -> None:
    with app.create_app(Session(demo_library)).server.test_client().get(address) as answer:
        # Dash answers every address that it does not know with its own page.
        assert answer.status_code == 404 or b"_dash-renderer" in answer.data
        assert b"SQLite format" not in answer.data


def test_an_unreadable_photo_is_a_placeholder_that_is_not_kept(
    demo_library: Library, tmp_path: Path
) -> None:
    lose(demo_library, 1, tmp_path / "gone.jpg")
    answer = app.create_app(Session(demo_library)).server.test_client().get("/photos/1.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
