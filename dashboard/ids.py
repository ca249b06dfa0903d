"""The ids of everything that a callback or a style refers to, each written once."""

from __future__ import annotations

from typing import Any

from dash.dependencies import _Wildcard as Wildcard


class Id:
    """Components of which there is one."""

    URL = "url"
    NAVIGATION = "navigation"
    COUNTS = "counts"
    CONTENT = "content"
    DONE = "done"
    TOAST = "toast"
    THEME = "theme"
    UNDO_LAST = "undo-last"
    RECOGNIZE = "recognize"

    GROUPS = "groups"
    GROUPS_SHOWN = "groups-shown"
    GROUPS_MORE = "groups-more"
    GROUPS_EXPANDED = "groups-expanded"

    MAP = "map"
    MAP_COLOUR = "map-colour"
    MAP_CLICK = "map-click"
    MAP_TOOLTIP = "map-tooltip"
    MAP_SELECTION = "map-selection"
    MAP_CLEAR = "map-clear"
    MAP_PANEL = "map-panel"

    PERSON = "person"
    PERSON_PAGE = "person-page"

    REVIEW = "review"
    REVIEW_ANSWER = "review-answer"
    REVIEW_WAIT = "review-wait"


class Part:
    """The kinds of components of which there are many; `where` tells them apart."""

    CHOSEN = "chosen"
    OFFERED = "offered"
    NAME = "name"
    SUBMIT = "submit"
    SUGGESTED = "suggested"
    REJECT = "reject"
    IGNORE = "ignore"
    UNLABEL = "unlabel"
    EXPAND = "expand"
    MORE = "more"
    UNDO = "undo"


class Place:
    """What `where` says, apart from the number of a group."""

    MAP = "map"
    PERSON = "person"
    REVIEW = "review"


def part(kind: str, where: str | Wildcard) -> dict[str, Any]:
    """Return the id of one component among many, or of all with `where=ALL`."""
    return {"part": kind, "where": where}
