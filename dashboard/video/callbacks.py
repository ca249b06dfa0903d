"""The page of a video: who is in it, and where the player stands."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from labeler.library.store import Library
from labeler.photos.steps.album import PhotoInAlbum
from labeler.videos.steps.watched import watched

from ..photo import views as photo_views
from ..photo.lists import PhotoList
from ..shared.ids import Id, Part, part
from ..shared.reading import States, has_failed
from ..shell.session import Session
from ..shell.snapshot import Snapshot
from . import lanes as video_lanes
from . import page as video_page
from . import views as video_views


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots

    @app.callback(
        Output(Id.VIDEO_LANES, "children"),
        Input(Id.DONE, "data"),
        State(Id.VIDEO, "data"),
        State(part(Part.NAME, ALL), "value"),
        prevent_initial_call=True,
    )
    def fill_lanes(done: dict[str, Any] | None, video: int, _names: Any) -> Any:
        seen = () if has_failed(done) else watched(library, [video])
        if not seen:
            return no_update
        drafts = _drafts(ctx.states_list[1], done["sent"] if done else None)
        return video_lanes.lanes(snapshots.current(), seen[0], drafts)

    app.clientside_callback(
        ClientsideFunction("faceLabelerVideo", "begin"),
        Output(Id.VIDEO_PLAYER, "title"),
        Input(Id.VIDEO_START, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("faceLabelerVideo", "settle"),
        Output(Id.VIDEO_LANES, "className"),
        Input(Id.VIDEO_LANES, "children"),
    )


def _drafts(names: States, sent: str | None) -> dict[str, str]:
    """Return what stands in the name fields, by their place, but for the one that was sent."""
    typed = {name["id"]["where"]: name.get("value") or "" for name in names}
    return {where: text for where, text in typed.items() if where != sent}


def layout(
    library: Library,
    snapshot: Snapshot,
    found: PhotoInAlbum,
    path: str,
    ending: str | None,
    trouble: str,
    photos: PhotoList | None = None,
) -> Component:
    """Return the page of a video; the player stands where the address says.

    Args:
        path, ending: the address.
        trouble: why there is no picture of the video, '' if there is one.
        photos: the list in which it stands; None = its album.
    """
    (seen,) = watched(library, [found.photo.id])
    at = video_views.moment_of(ending)
    row = snapshot.by_id.get(photo_views.ids_of(path)[1])
    there = row.at if row and row.photo_id == found.photo.id else None
    start = there if at is None else at
    return video_page.layout(snapshot, found, seen, start, at is not None, trouble, photos)
