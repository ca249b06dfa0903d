"""The page of a photo."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.library.whereabouts import AWAY
from labeler.people.steps import waiting
from labeler.people.steps.resembling import resembled_people
from labeler.photos.steps import thumbnails
from labeler.photos.steps.album import PhotoInAlbum, find_photo
from labeler.types import Box

from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shared.reading import clicked
from ..shell.session import Session
from ..shell.snapshot import Snapshot
from ..video import callbacks as video_callbacks
from . import actions as photo_actions
from . import page as photo_page
from . import panel as photo_panel
from . import views as photo_views
from .lists import PhotoList, within


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots
    drawer = session.drawer
    video_callbacks.register(app, session)

    @app.callback(
        Output(Id.PHOTO_BOXES, "children"),
        Output(Id.PHOTO_PANEL, "children"),
        Input(Id.DONE, "data"),
        Input(Id.PHOTO_FACE, "data"),
        State(Id.PHOTO, "data"),
        prevent_initial_call=True,
    )
    def fill_photo(_done: Any, face: int, photo_id: int) -> Any:
        snapshot, photo = snapshots.current(), library.photo(photo_id)
        if photo is None:
            return [], no_update
        people = resembled(library, snapshot, face)
        names = waiting.on_photo(library, photo_id)
        panel = photo_panel.panel(snapshot, photo_id, face, people, names)
        return photo_page.boxes(snapshot, photo, face), panel

    @app.callback(
        DONE,
        Output(Id.PHOTO_FACE, "data"),
        Input(Id.PHOTO_DRAWN, "data"),
        prevent_initial_call=True,
    )
    def draw(drawn: dict[str, Any] | None) -> Any:
        if not drawn:
            return no_update, no_update
        faces: list[int] = []

        def add() -> Done:
            face, done = drawer.draw(drawn["photo"], Box(*drawn["box"]))
            faces.append(face)
            return done

        done = attempt(add)
        return done, faces[0] if faces else no_update

    @app.callback(DONE, Input(part(Part.COVER, ALL), "n_clicks"), prevent_initial_call=True)
    def choose_cover(_clicks: Any) -> Any:
        if not clicked():
            return no_update
        face = int(ctx.triggered_id["where"])
        return attempt(lambda: photo_actions.choose_cover(library, face))

    @app.callback(
        DONE,
        Input(part(Part.LET_GO, ALL), "n_clicks"),
        State(Id.PHOTO, "data"),
        prevent_initial_call=True,
    )
    def let_go(_clicks: Any, photo_id: int) -> Any:
        if not clicked():
            return no_update
        person = str(ctx.triggered_id["where"])
        return attempt(lambda: photo_actions.let_go(library, photo_id, person))

    app.clientside_callback(
        ClientsideFunction("faceLabelerPhoto", "settle"),
        Output(Id.PHOTO_PANEL, "className"),
        Input(Id.PHOTO_PANEL, "children"),
        Input(Id.DONE, "data"),
        State(Id.PHOTO_FACE, "data"),
    )


def layout(
    library: Library,
    snapshot: Snapshot,
    path: str,
    photos: PhotoList | None = None,
    ending: str | None = None,
) -> Component:
    """Return the page that an address means.

    Args:
        photos: the list in which it stands; None = its album. ending: of the address.
    """
    found, trouble = look_up(library, path)
    # What the user has said since may have taken it out of the list.
    is_in = found is not None and photos is not None and found.photo.id in photos.photos
    if found and photos and is_in:
        found = within(library, found, photos)
    listed = photos if is_in else None
    if found and found.photo.facts.is_video:
        return video_callbacks.layout(library, snapshot, found, path, ending, trouble, listed)
    people = resembled(library, snapshot, photo_views.ids_of(path)[1])
    names = waiting.on_photo(library, found.photo.id) if found else ()
    return photo_page.layout(snapshot, path, found, trouble, people, names, listed)


def resembled(library: Library, snapshot: Snapshot, face: int) -> list[str]:
    """Return whom a face resembles of the people whom the user has named on other photos."""
    row = snapshot.by_id.get(face)
    if row is None:
        return []
    people = {
        other.face: other.person
        for other in snapshot.faces
        if other.person and other.source == "user" and other.photo_id != row.photo_id
    }
    return resembled_people(library, face, people)


def look_up(library: Library, path: str) -> tuple[PhotoInAlbum | None, str]:
    """Return the photo that an address means, None = unknown, and why it cannot be shown, or ''."""
    photo, _ = photo_views.ids_of(path)
    found = None if photo is None else find_photo(library, photo)
    if found is None:
        return None, "" if photo is None else _away(library, photo)
    try:
        thumbnails.photo_picture(library, found.photo.id)
    except LabelerError as error:
        return found, str(error)
    return found, ""


def _away(library: Library, photo: int) -> str:
    """Return where a photo is that is away just now, '' if it is not."""
    away = next((one for one in library.all_places_of(photo) if one.state == AWAY), None)
    if away is None:
        return ""
    return f"{away.path} is in a folder that is not there just now; nothing is lost."
