"""The headings of the command line: what people do, in the order in which they come to do it."""

from __future__ import annotations

from enum import Enum


class Heading(Enum):
    """A heading of `labeler --help`; each command says in its own file below which it stands."""

    BEGIN = "Begin"
    FIND = "Find faces and group them"
    NAME = "Say who they are"
    PEOPLE = "People"
    FAMILY = "Family and look-alikes"
    USE = "Search, sort, show"
    VIDEOS = "Videos"
    KEEP = "Take back and keep"
    EXCHANGE = "Other programs"
    MEASURE = "How good it is"
