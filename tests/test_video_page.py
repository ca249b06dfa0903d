"""The page of a video without a browser: who is on it, when, and the video over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image

from dashboard.groups.page import group_card
from dashboard.person.page import VIDEOS, AskedOfPerson, content
from dashboard.photo import views as photo_views
from dashboard.photo.callbacks import layout
from dashboard.search.page import found
from dashboard.shared import actions
from dashboard.shared.components import face_title, moment_badge
from dashboard.shared.ids import Id
from dashboard.shared.portraits import portraits
from dashboard.shared.views import view_group
from dashboard.shell import app, videos
from dashboard.shell.session import Session
from dashboard.shell.snapshot import read_snapshot
from dashboard.video import lanes as video_lanes
from dashboard.video import moments
from dashboard.video import views as video_views
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.io import frames
from labeler.photos.steps import thumbnails
from labeler.search.steps.search import search_matches
from labeler.types import Photo
from labeler.videos.clock import clock
from labeler.videos.presence import SeenVideo
from labeler.videos.steps.scenes import find_scenes
from labeler.videos.steps.watched import watched

from .conftest import clusters_by_person


def the_video(library: Library) -> Photo:
    (video,) = (photo for photo in library.photos().values() if photo.facts.is_video)
    return video


def seen(library: Library) -> SeenVideo:
    (video,) = watched(library)
    return video


def page_of(library: Library, path: str, ending: str = "") -> str:
    return _json(layout(library, read_snapshot(library), path, ending=ending))


def _json(component: Any) -> str:
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def asked(library: Library, text: str) -> str:
    """Return the page of a search, asked for as the browser does."""
    client = app.create_app(Session(library)).server.test_client()
    output = f"..{Id.SEARCH_FOUND}.children...{Id.SEARCH_MORE}.style.."
    message = {
        "output": output,
        "outputs": [
            {"id": Id.SEARCH_FOUND, "property": "children"},
            {"id": Id.SEARCH_MORE, "property": "style"},
        ],
        "inputs": [
            {"id": Id.URL, "property": "search", "value": f"?{urlencode({'q': text})}"},
            {"id": Id.DONE, "property": "data"},
            {"id": Id.SEARCH_SHOWN, "property": "data"},
        ],
        "changedPropIds": [f"{Id.URL}.search"],
        "state": [{"id": Id.URL, "property": "pathname", "value": "/search"}],
    }
    answer = client.post("/_dash-update-component", json=message)
    assert answer.status_code == 200, answer.data
    return json.dumps(answer.json, ensure_ascii=False)


def name(library: Library, person: str, also: str = "") -> None:
    """Name the group of a person of the demo album."""
    number = clusters_by_person(library)[person]
    faces = actions.open_faces(read_snapshot(library), number)
    naming.name_faces(library, faces, also or person)


def lane_of(library: Library, person: str | None) -> video_views.Lane:
    found = video_views.lanes(read_snapshot(library), seen(library))
    return next(lane for lane in found if lane.person == person)


def test_a_lane_is_as_long_as_somebody_is_on_screen(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    first, *others = video_views.lanes(read_snapshot(filmed_library), seen(filmed_library))
    assert (first.person, first.open) == ("Rosa", ())
    assert first.seconds == pytest.approx(6, abs=0.3)
    assert first.share == pytest.approx(1, abs=0.05)
    assert [lane.name for lane in others] == ["unknown_1", "unknown_2"]
    (start, end), *_ = others[1].stretches
    assert end - start == pytest.approx(2, abs=0.3)


def test_unknown_people_get_their_name_with_their_whole_group(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    lane = lane_of(filmed_library, None)
    assert lane.group is not None
    snapshot = read_snapshot(filmed_library)
    faces = actions.meant_faces(snapshot, lane.where, [], [])
    assert set(lane.faces) < set(faces)
    done = actions.name(filmed_library, faces, "Henrik")
    assert not done.failed
    assert lane_of(filmed_library, "Henrik").faces == lane.faces


def test_somebody_in_no_group_is_named_alone(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    snapshot = read_snapshot(filmed_library)
    (face, *_) = lane_of(filmed_library, "Rosa").faces
    where = f"lane-{face}"
    assert actions.meant_faces(snapshot, where, [face], []) == [face]
    with pytest.raises(LabelerError, match="No faces"):
        actions.meant_faces(snapshot, where, [99_999], [])


def test_the_page_says_who_is_on_screen(filmed_library: Library) -> None:
    name(filmed_library, "Rosa", "Rosa Maria")
    video = the_video(filmed_library)
    page = page_of(filmed_library, f"/photo/{video.id}")
    for said in ("christmas.mp4", "Rosa Maria", "unknown_1", "0:06", "About the video", "Length"):
        assert said in page
    assert videos.video_address(video) in page
    assert "photo-draw" not in page
    lanes = _json(video_lanes.lanes(read_snapshot(filmed_library), seen(filmed_library)))
    assert '"href": "/people/Rosa%20Maria"' in lanes


def test_what_is_typed_stays_while_others_are_named(filmed_library: Library) -> None:
    snapshot, video = read_snapshot(filmed_library), seen(filmed_library)
    where = video_views.lanes(snapshot, video)[-1].where
    assert '"Hen"' in _json(video_lanes.lanes(snapshot, video, {where: "Hen"}))
    assert '"Hen"' not in _json(video_lanes.lanes(snapshot, video, {"lane-0": "Hen"}))


def test_who_is_ignored_has_no_lane(filmed_library: Library) -> None:
    everybody = video_views.lanes(read_snapshot(filmed_library), seen(filmed_library))
    faces = [face for lane in everybody for face in lane.faces]
    actions.ignore(filmed_library, faces)
    assert standing.labels(filmed_library).ignored >= set(faces)
    assert "Nobody was found" in page_of(filmed_library, f"/photo/{the_video(filmed_library).id}")


def test_an_address_says_where_the_player_stands(filmed_library: Library) -> None:
    video, face = the_video(filmed_library), lane_of(filmed_library, None).portrait
    shown = filmed_library.face(face)
    assert shown is not None

    def start(path: str, ending: str = "") -> dict[str, Any]:
        page = layout(filmed_library, read_snapshot(filmed_library), path, ending=ending)
        return next(one.data for one in page.children if getattr(one, "id", "") == "video-start")

    path = f"/photo/{video.id}"
    assert start(path) == {"at": None, "plays": False}
    assert start(f"{path}/{face}") == {"at": shown[0].at, "plays": False}
    assert start(f"{path}/1") == {"at": None, "plays": False}  # on a photo
    _, ending = video_views.moment_address(video.id, 2.5).split("?")
    assert start(path, f"?{ending}") == {"at": 2.5, "plays": True}


# -- over HTTP -------------------------------------------------------------------------------------


def test_parts_of_a_video_can_be_had(filmed_library: Library) -> None:
    video = the_video(filmed_library)
    client = app.create_app(Session(filmed_library)).server.test_client()
    address, whole = videos.video_address(video), Path(video.path).read_bytes()
    with client.get(address) as answer:
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "video/mp4", whole)
        assert answer.headers["Accept-Ranges"] == "bytes"
    with client.get(address, headers={"Range": "bytes=100-199"}) as part:
        assert (part.status_code, part.data) == (206, whole[100:200])
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    with client.get(address, headers={"Range": f"bytes={len(whole)}-"}) as beyond:
        assert beyond.status_code == 416


def test_only_videos_of_the_library_are_handed_out(filmed_library: Library) -> None:
    client = app.create_app(Session(filmed_library)).server.test_client()
    photo = next(p for p in filmed_library.photos().values() if not p.facts.is_video)
    for which in (photo.id, 99_999):
        with client.get(f"/videos/{which}") as answer:
            assert answer.status_code == 404, which
    video = the_video(filmed_library)
    with filmed_library._transaction() as connection:
        connection.execute(
            "UPDATE files SET path = '/gone/film.mp4' WHERE photo_id = ?", [video.id]
        )
    with client.get(f"/videos/{video.id}") as answer:
        assert answer.status_code == 404


# -- elsewhere -------------------------------------------------------------------------------------


def test_faces_say_when_they_are_there(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    snapshot = read_snapshot(filmed_library)
    lane = lane_of(filmed_library, None)
    at = snapshot.by_id[lane.portrait].at
    assert at is not None
    assert lane.stretches[0][0] <= at <= lane.stretches[0][1]
    assert face_title(snapshot, lane.portrait).endswith(f"christmas.mp4 · at {clock(at)}")
    group = next(one for one in snapshot.groups if one.cluster == lane.group)
    card = _json(group_card(snapshot, view_group(snapshot, group), True, ()))
    badge = _json(moment_badge(at))
    assert badge in card
    assert photo_views.address(the_video(filmed_library).id, lane.portrait) in card
    assert _json(moment_badge(3599.6)) not in card
    assert moment_badge(snapshot.by_id[1].at) is None


def test_a_question_shows_the_moment_of_a_face(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    video = the_video(filmed_library)
    for row in read_snapshot(filmed_library).faces:
        if row.photo_id != video.id:
            continue
        portrait = portraits(filmed_library, [row.face])[row.face]
        assert portrait.moment == clock(row.at or 0)
        assert portrait.page == f"/photo/{video.id}/{row.face}"
        # The frame is that of the moment, on which the box is around the face.
        whole = np.asarray(Image.open(thumbnails.photo_of_face(filmed_library, row.face)), int)
        frame = frames.frame_at(video.path, row.at or 0).astype(int)
        assert np.abs(whole - frame).mean() < 5


def test_a_video_among_photos_tells_its_length(filmed_library: Library) -> None:
    photos = filmed_library.photos()
    video = the_video(filmed_library)
    matches = search_matches(filmed_library, "faces>=1")
    page = _json(found("faces>=1", matches, [video, photos[1]]))
    assert page.count("film-badge") == 1
    assert '"0:06"' in page
    assert photo_views.named(video) == "christmas.mp4, 0:06"


def test_a_person_s_page_lists_videos_and_moments(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    actions.name(filmed_library, lane_of(filmed_library, None).faces, "Henrik Lind")
    snapshot, video = read_snapshot(filmed_library), the_video(filmed_library)
    lane = lane_of(filmed_library, "Henrik Lind")
    shown = _json(moments.of_person(filmed_library, snapshot, "Henrik Lind"))
    assert f"in 1 video, {video_views.spoken(lane.seconds)} on screen" in shown
    assert video_views.moment_address(video.id, lane.stretches[0][0]) in shown
    films = moments.of_person(filmed_library, snapshot, "Henrik Lind")
    asked = AskedOfPerson(tab=VIDEOS)
    assert shown in _json(content(snapshot, "Henrik Lind", asked, films=films))
    assert "1 video" in _json(content(snapshot, "Henrik Lind"))
    assert moments.of_person(filmed_library, snapshot, "Nobody") is None


def test_a_search_answers_with_moments(filmed_library: Library) -> None:
    name(filmed_library, "Rosa")
    name(filmed_library, "Henrik")
    video, both = the_video(filmed_library), "rosa + henrik"
    (scene,) = find_scenes(filmed_library, both, [video.id]).scenes
    page = asked(filmed_library, both)
    assert video_views.moment_address(video.id, scene.start) in page
    assert page.count('"className": "moment"') == 1
    assert '"className": "moment"' not in asked(filmed_library, "faces>=1")
