"""Turn a plan into a page to look at before it is carried out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from labeler.photos.video_names import is_video
from labeler.reports.io import sort_page
from labeler.reports.io.sort_page import Card, MarkedFace, Section
from labeler.sorting.io.transfer import Method
from labeler.sorting.steps.plan import Progress, SortedPhoto
from labeler.wording import certainty

VERBS: dict[Method, str] = {
    "copy": "copied",
    "move": "moved",
    "link": "linked",
    "hard-link": "linked",
}

MOST_NAMED = 4
"""So many of the files that belong to one photo are named."""


def write_preview(
    plan: Sequence[SortedPhoto],
    inbox: Path,
    into: Path | None,
    method: Method,
    out: Path,
    progress: Progress | None = None,
) -> None:
    """Write the page: first what is to be done, then what stays and what cannot be read.

    Raises:
        LabelerError: the file cannot be written, or is not an older preview.
    """
    parts: dict[str, list[Card]] = {
        f"To be {VERBS[method]}": [],
        "There already": [],
        "Told apart, but not to be placed": [],
        "Left where they are": [],
        "Not usable": [],
    }
    to_do, there, apart, left, bad = parts.values()
    for item in plan:
        if item.error:
            part = bad
        elif item.targets:
            part = there if item.is_there else to_do
        else:
            part = apart if item.groups else left
        part.append(_card(item, into))
    sort_page.render(
        f"Sorting {inbox}" + (f" into {into}" if into else ""),
        [f"{len(plan):,} photos looked at. This is a plan: nothing has been done."],
        folder_counts(plan, into),
        [Section(heading, tuple(cards)) for heading, cards in parts.items()],
        out,
        progress,
    )


def folder_counts(plan: Iterable[SortedPhoto], into: Path | None) -> list[tuple[str, int]]:
    """Return the folders that photos belong into and how many each, in alphabetical order.

    Where nothing is to be placed, what {person} stands for is counted.
    """
    counts: Counter[str] = Counter()
    for item in plan:
        if not item.error:
            folders = {str(Path(_below(target, into)).parent) for target in item.targets}
            counts.update(folders if into else item.groups)
    return sorted(counts.items(), key=lambda pair: pair[0].casefold())


def with_it(item: SortedPhoto) -> list[str]:
    """Return in brief what goes along with a photo, and what cannot: at most two lines."""
    if item.error or not item.targets:
        return []
    going: list[str] = []
    staying: list[str] = []
    for one in item.companions:
        whole = len(one.targets) == len(item.targets)
        (going if whole else staying).append(os.path.basename(one.path))
    lines = [f"+ {_some(going)}"] if going else []
    if staying:
        lines.append(f"(without {_some(staying)}: something else of that name is there)")
    return lines


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + f" and {more:,} more" if more > 1 else ", ".join(names)


def _card(item: SortedPhoto, into: Path | None) -> Card:
    # Rounded down: only what is certain is 100 %.
    sure = {one: certainty(one.probability) for one in item.people}
    faces = [MarkedFace(one.box, one.person, sure[one]) for one in item.people]
    faces += [MarkedFace(box) for box in item.unknown_boxes]
    lines = [f"→ {_below(target, into)}" for target in item.targets] + with_it(item)
    if is_video(item.photo):  # the picture is of one moment, and people are there at others
        who = [", ".join(f"{one.person} {sure[one]}" for one in item.people)]
        faces, lines = [], [*filter(None, who), *lines]
    if not lines and not item.error:
        lines = [", ".join(item.groups) or ("nobody known" if faces else "no face")]
    return Card(item.photo, item.width, item.height, tuple(faces), tuple(lines), item.error)


def _below(target: str, into: Path | None) -> str:
    return os.path.relpath(target, into) if into else target
