"""The pages: where each is found, what makes it, and what it does. A new page is one more of them.

Each callback reads what the browser says, makes one call and hands back the answer. Whatever
changes the library answers with the store DONE; whatever shows the library listens to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from labeler.photos.steps import folders
from labeler.photos.steps.taking_in import takes_in

from ..camera import callbacks as camera_callbacks
from ..camera import page as camera
from ..groups import callbacks as groups_callbacks
from ..groups import page as groups
from ..history import callbacks as history_callbacks
from ..history import page as history
from ..home import callbacks as home_callbacks
from ..home import page as home
from ..lookalike import callbacks as lookalike_callbacks
from ..lookalike import page as lookalike
from ..lookalike import verify_page as verify
from ..map import callbacks as map_callbacks
from ..map import page as map_page
from ..people import callbacks as people_callbacks
from ..people import page as people
from ..photo import callbacks as photo_callbacks
from ..photo.lists import list_in
from ..resemblance import callbacks as resemblance_callbacks
from ..resemblance import page as resemblance
from ..review import callbacks as review_callbacks
from ..review import page as review
from ..search import callbacks as search_callbacks
from ..search import page as search
from ..settings import callbacks as settings_callbacks
from ..settings import page as settings
from ..shared.components import empty_state
from ..slideshow import callbacks as slideshow_callbacks
from ..slideshow import page as slideshow
from ..sort import callbacks as sort_callbacks
from ..sort import page as sort
from .places import HOME, MAKE, NAME, PEOPLE, PHOTOS, Place
from .session import Session

Layout = Callable[[Session, str, "str | None"], Any]
"""Makes a page of its path and what stands behind the path, such as '?person=Rosa'."""
Register = Callable[[Dash, Session], None]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the dashboard.

    address: the first word of its path. link: what leads to it among the tabs of its place, '' =
    nothing does. register: adds its callbacks; None = another page of its folder does. place: whose
    link is marked while it is shown; None = it is in none. under: the page whose tab is marked
    while this one is shown, '' = its own.
    """

    address: str
    link: str
    layout: Layout
    register: Register | None
    place: Place | None = None
    under: str = ""


PAGES = (
    Page(
        "",
        "",
        lambda s, *_: _home(s),
        home_callbacks.register,
        HOME,
    ),
    Page("people", "", lambda s, path, _: people.layout(path), people_callbacks.register, PEOPLE),
    Page("ignored", "", lambda s, path, _: people.layout(path), None, PEOPLE),
    Page("photos", "", lambda *_: search.layout(), None, PHOTOS),
    Page("search", "", lambda *_: search.layout(), search_callbacks.register, PHOTOS),
    Page(
        "photo",
        "",
        lambda s, path, ending: _photo(s, path, ending),
        photo_callbacks.register,
        PHOTOS,
    ),
    Page(
        "groups", "Groups", lambda s, path, _: groups.layout(path), groups_callbacks.register, NAME
    ),
    Page("review", "Review", lambda *_: review.layout(), review_callbacks.register, NAME),
    Page(
        "map",
        "Map",
        lambda s, _, ending: map_page.layout(s.snapshots.current(), ending),
        map_callbacks.register,
        NAME,
    ),
    Page(
        "slideshow", "Slideshow", lambda *_: slideshow.layout(), slideshow_callbacks.register, MAKE
    ),
    Page("sort", "Sort", lambda *_: sort.layout(), sort_callbacks.register, MAKE),
    Page(
        "resemblance",
        "Family",
        lambda s, _, ending: resemblance.layout(s.snapshots.current(), ending),
        resemblance_callbacks.register,
        MAKE,
    ),
    Page(
        "lookalike",
        "",
        lambda *_: lookalike.layout(),
        lookalike_callbacks.register,
        MAKE,
        "resemblance",
    ),
    Page("verify", "", lambda *_: verify.layout(), None, MAKE, "resemblance"),
    Page("videos", "Videos", lambda *_: search.layout(), None, MAKE),
    Page(
        "camera",
        "Camera",
        lambda s, *_: camera.layout(s.snapshots.current()),
        camera_callbacks.register,
        MAKE,
    ),
    Page("history", "", lambda *_: history.layout(), history_callbacks.register),
    Page("settings", "", lambda *_: settings.layout(), settings_callbacks.register),
)
"""All of them, those of a place in the order of their tabs."""


def layout(session: Session, path: str, ending: str | None) -> Any:
    """Return the page at an address, or that there is none."""
    found = {page.address: page for page in PAGES}.get(path.split("/")[1])
    return found.layout(session, path, ending) if found else _no_page(path)


def is_page(path: str) -> bool:
    """Tell whether there is a page at an address."""
    return path.strip("/").split("/")[0] in {page.address for page in PAGES}


def _home(session: Session) -> Any:
    return home.layout(not folders.folders(session.library), takes_in(session.library))


def _photo(session: Session, path: str, ending: str | None) -> Any:
    snapshot = session.snapshots.current()
    photos = list_in(session.searcher, snapshot, ending)
    return photo_callbacks.layout(session.library, snapshot, path, photos, ending)


def _no_page(path: str) -> Component:
    words = [f"Nothing is at {path}. ", dcc.Link("Go to the first page", href="/")]
    return html.Div(empty_state("There is no such page", words), className="page")
