"""The page of a video: the player, and under it who is on screen when."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.photos.steps.album import PhotoInAlbum
from labeler.types import Photo
from labeler.videos.presence import SeenVideo

from ..photo import page as photo_page
from ..photo import views as photo_views
from ..photo.lists import PhotoList
from ..shared.components import page_head
from ..shared.ids import Id
from ..shared.keys import keys_button, keys_list
from ..shell import images
from ..shell.snapshot import Snapshot
from ..shell.videos import video_address
from . import lanes as video_lanes

KEYS = (
    (("Space",), "Play, or pause"),
    (("←", "→"), "The photo or video before, the next one; in the player, back and forward"),
    (("Enter",), "On a stretch of a person: play from there"),
    (("Esc",), "Back to where you came from"),
    (("U",), "Undo the last decision"),
    (("?",), "This list"),
)


def layout(
    snapshot: Snapshot,
    found: PhotoInAlbum,
    seen: SeenVideo,
    start: float | None = None,
    plays: bool = False,
    trouble: str = "",
    photos: PhotoList | None = None,
) -> Component:
    """Return the page; a callback keeps the lanes up to date.

    Args:
        start: the time at which the player is to stand, seconds. plays: it is to play from there.
        trouble: why there is no picture of the video, '' if there is one.
        photos: the list in which it stands; None = its album.
    """
    video = found.photo
    return html.Div(
        [
            photo_page.back(photos) if photos else None,
            page_head(
                photo_views.file_name(video),
                photo_page.subtitle(found, photos),
                [keys_button(), photo_page.steps(found, photos)],
            ),
            html.Div(
                [
                    html.Div(
                        [
                            _trouble(trouble) if trouble else _stage(video),
                            html.Div(
                                video_lanes.lanes(snapshot, seen),
                                id=Id.VIDEO_LANES,
                                className="card video-lanes",
                            ),
                        ],
                        className="video-main",
                    ),
                    html.Div(photo_page.facts_card(found), className="photo-side"),
                ],
                className="photo-columns",
            ),
            dcc.Store(id=Id.VIDEO, data=video.id),
            dcc.Store(id=Id.VIDEO_START, data={"at": start, "plays": plays}),
            keys_list(KEYS),
        ],
        key=f"video-{video.id}",
        className="page wide video-page",
    )


def _stage(video: Photo) -> Component:
    """Return the player, and what is said where the browser cannot play the video."""
    width, height = video.facts.width, video.facts.height
    player = html.Video(
        id=Id.VIDEO_PLAYER,
        src=video_address(video),
        poster=images.picture_address(video),
        controls=True,
        preload="metadata",
        className="video-player",
    )
    said = html.P(id=Id.VIDEO_SAID, className="video-said", role="status")
    data: Any = {"data-path": video.path}
    return html.Div(
        [player, said],
        className="video-stage",
        style={"aspectRatio": f"{width} / {height}", "--ratio": f"{width / height:.5f}"},
        **data,
    )


def _trouble(trouble: str) -> Component:
    words = [html.H2("The video cannot be shown"), html.P(trouble, className="subtitle")]
    return html.Div(words, className="card photo-trouble")
