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

    HOME = "home"
    FOLDERS = "folders"
    FOLDER = "folder"
    ADD_FOLDER = "add-folder"
    LOOK_AGAIN = "look-again"
    REGROUP = "regroup"
    RECOGNIZE_ALL = "recognize-all"

    JOB = "job"
    JOB_CANCEL = "job-cancel"
    JOB_SEEN = "job-seen"
    JOB_STARTED = "job-started"
    TICK = "tick"

    SORT = "sort"
    INBOX = "inbox"
    INTO = "into"
    METHOD = "method"
    LAYOUT = "layout"
    PLAN = "plan"
    SORT_SHOWN = "sort-shown"
    SORT_MORE = "sort-more"
    SORT_APPLY = "sort-apply"
    SORT_UNDO = "sort-undo"

    SETTINGS = "settings"
    PRECISION = "precision"

    GROUPS = "groups"
    GROUPS_SHOWN = "groups-shown"
    GROUPS_MORE = "groups-more"
    GROUPS_EXPANDED = "groups-expanded"
    GROUPS_ONLY = "groups-only"

    MAP = "map"
    MAP_COLOUR = "map-colour"
    MAP_CLICK = "map-click"
    MAP_TOOLTIP = "map-tooltip"
    MAP_SELECTION = "map-selection"
    MAP_FIND = "map-find"
    MAP_CLEAR = "map-clear"
    MAP_ASKED = "map-asked"
    MAP_SPLIT = "map-split"
    MAP_PANEL = "map-panel"

    PEOPLE_HEAD = "people-head"
    PEOPLE_CARDS = "people-cards"
    PEOPLE_FIND = "people-find"
    PEOPLE_SEARCH = "people-search"
    PEOPLE_ORDER = "people-order"
    PEOPLE_HIDDEN = "people-hidden"
    PEOPLE_SHOWN = "people-shown"
    PEOPLE_MORE = "people-more"

    IGNORED_PAGE = "ignored-page"
    IGNORED_SHOWN = "ignored-shown"
    IGNORED_MORE = "ignored-more"

    PERSON = "person"
    PERSON_HEAD = "person-head"
    PERSON_PAGE = "person-page"
    PERSON_PANEL = "person-panel"
    PERSON_PANEL_OPEN = "person-panel-open"
    PERSON_NEW_NAME = "person-new-name"
    PERSON_RENAME = "person-rename"
    PERSON_TAKEN = "person-taken"
    PERSON_INTO = "person-into"
    PERSON_PAIR = "person-pair"
    PERSON_PARTS = "person-parts"
    PERSON_DIVISION = "person-division"
    PERSON_PROPOSED = "person-proposed"
    PERSON_DIVIDE = "person-divide"
    PERSON_BORN = "person-born"
    PERSON_BORN_SAVE = "person-born-save"
    PERSON_BORN_FORGET = "person-born-forget"
    PERSON_COVER = "person-cover"
    PERSON_ALL = "person-all"
    PERSON_NONE = "person-none"
    PERSON_CONFIRMED = "person-confirmed"
    PERSON_REJECTED = "person-rejected"

    PHOTO = "photo"
    PHOTO_BOXES = "photo-boxes"
    PHOTO_DRAFT = "photo-draft"
    PHOTO_DRAW = "photo-draw"
    PHOTO_DRAWN = "photo-drawn"
    PHOTO_FACE = "photo-face"
    PHOTO_HINT = "photo-hint"
    PHOTO_PANEL = "photo-panel"

    KIN_PERSON = "kin-person"
    KIN_TO = "kin-to"
    KIN_FILLED = "kin-filled"
    KIN_ASKED = "kin-asked"
    KIN_ANSWER = "kin-answer"
    KIN_LIST = "kin-list"
    KIN_RELATION = "kin-relation"
    KIN_OTHER = "kin-other"
    KIN_ADD = "kin-add"
    KIN_EVIDENCE = "kin-evidence"
    KIN_FAMILY = "kin-family"
    KIN_PAGE = "kin-page"
    KIN_PAGES = "kin-pages"

    LOOKALIKE = "lookalike"
    LOOKALIKE_PHOTO = "lookalike-photo"
    LOOKALIKE_FOLDER = "lookalike-folder"
    LOOKALIKE_GO = "lookalike-go"
    LOOKALIKE_KEEP = "lookalike-keep"
    LOOKALIKE_KEEP_IN = "lookalike-keep-in"
    VERIFY = "verify"
    VERIFY_PHOTOS = "verify-photos"

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
    SORT_PEOPLE = "sort-people"
    SORT_PLACES = "sort-places"
    COVER = "cover"
    PANEL = "panel"
    MERGE = "merge"
    HIDE = "hide"
    YEAR = "year"
    KIN_REMOVE = "kin-remove"


class Place:
    """What `where` says, apart from the number of a group."""

    MAP = "map"
    PERSON = "person"
    PHOTO = "photo"
    AUTOMATIC = "automatic"
    REVIEW = "review"


def part(kind: str, where: str | Wildcard) -> dict[str, Any]:
    """Return the id of one component among many, or of all with `where=ALL`."""
    return {"part": kind, "where": where}
