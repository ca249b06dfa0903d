"""Options that say how videos are watched."""

from __future__ import annotations

from typing import Annotated

import typer

SHORTEST, LONGEST = 0.04, 5.0
"""Seconds between two frames that are searched."""

Every = Annotated[
    float | None,
    typer.Option(
        min=SHORTEST,
        max=LONGEST,
        metavar="SECONDS",
        help="Search a frame of a video so often; less often is faster, and misses who is there "
        "for a moment. It is kept with the video.",
        show_default="as before; at first 0.5",
    ),
]
Thorough = Annotated[
    bool | None,
    typer.Option(
        "--thorough/--quick",
        help="Search videos for small faces and for those that are there for a moment as well, "
        "several times as slowly. It is kept with the video.",
        show_default="as before; at first quick",
    ),
]
