"""Plan where new photos belong: by the people on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.folding import one_spelling
from labeler.library.store import Library
from labeler.people.steps import naming, on_photo
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.steps import left_out
from labeler.sorting import layout
from labeler.sorting.io import free_names, transfer
from labeler.sorting.io.free_names import NamedPiece
from labeler.sorting.steps.plan import (
    DEFAULT_OPTIONS,
    WITHOUT,
    Progress,
    RecognizedPerson,
    SortedPhoto,
    SortOptions,
)
from labeler.sorting.steps.sets import Seen, find_sets, look
from labeler.sorting.steps.wanted import Wanted, wish
from labeler.types import AnalysedPhoto, Failure


@dataclass(frozen=True)
class Judge:
    """What finds the faces on a photo, and what tells who they are."""

    people: on_photo.Judge
    finder: FaceFinder

    @property
    def names(self) -> list[str]:
        """Everybody whom it knows."""
        names: list[str] = self.people.classifier.classes_.tolist()
        return names


def make_judge(library: Library, finder: FaceFinder | None = None) -> Judge:
    """Return what tells who is on a photo, from the names that the library has now.

    Raises:
        LabelerError: nobody has a name yet, or the library is of an older version.
    """
    people = on_photo.make_judge(library)
    finder = finder or finders.library_finder(library)
    if finder.embedder.model != people.model:
        raise LabelerError(
            "The library was made by an older version; run `labeler index` on your photos first."
        )
    return Judge(people, finder)


def plan_sort(
    library: Library,
    inbox: Path,
    into: Path | None,
    progress: Progress | None = None,
    finder: FaceFinder | None = None,
    jobs: int = -1,
    options: SortOptions = DEFAULT_OPTIONS,
    leaving_out: LeavingOut | None = None,
) -> list[SortedPhoto]:
    """Return where each photo in `inbox` that is wanted belongs. Nothing is written.

    Args:
        into: photos that are in it already are not looked at. None = nothing is to be placed, only
            told apart.
        leaving_out: is told what was not looked at; by default what the library leaves out.

    Raises:
        LabelerError: nobody has a name yet, nobody is called as `options.only` or
            `options.search` says, or the inbox does not exist.
    """
    judge = make_judge(library, finder)
    options = with_folders(library, known_only(judge, options))
    wanted = wish(options.search, inbox, judge.names)
    if into is not None:
        check_folders(inbox, into)
    sets = find_sets(inbox, into, leaving_out or left_out.leaving_out(library))
    plan: list[SortedPhoto] = []
    seen = look(judge.finder, sets, jobs)
    for done, item in enumerate(plan_seen(judge, seen, into, options, wanted), start=1):
        if item is not None:
            plan.append(item)
        if progress:
            progress(done, len(sets))
    return plan


def known_only(judge: Judge, options: SortOptions) -> SortOptions:
    """Return the checked options, with the person of a two-way split as the library spells them.

    Raises:
        UnknownPersonError: nobody has that name.
        UsageError: the options make no sense together.
    """
    if options.only is not None:
        name = naming.one_of(options.only, judge.names)
        options = replace(options, only=name)
    return options.checked()


def with_folders(library: Library, options: SortOptions) -> SortOptions:
    """Return the options with a folder for each person of a library."""
    people = journal.people_named(library.journal(contents=()))
    return replace(options, folders=layout.folder_names(people))


def check_folders(inbox: Path, into: Path) -> None:
    """Refuse folders that cannot be sorted from and into.

    Raises:
        LabelerError: they are the same, or there is a file instead of a folder.
    """
    if os.path.realpath(into) == os.path.realpath(inbox):
        raise LabelerError("The inbox and the folder to sort into are the same; choose another.")
    if into.exists() and not into.is_dir():
        raise LabelerError(f"{into} is a file; choose a folder for --into.")


def plan_seen(
    judge: Judge,
    seen: Iterable[Seen | Failure],
    into: Path | None,
    options: SortOptions,
    wanted: Wanted | None = None,
) -> Iterator[SortedPhoto | None]:
    """Yield where each photo that was looked at belongs, in the same order; None = not wanted.

    Raises:
        QueryError: somebody who is wanted is not known any more.
    """
    into = None if into is None else Path(os.path.abspath(into))
    taken: dict[Path, str] = {}
    for one in seen:
        if isinstance(one, Failure):
            yield SortedPhoto(one.path, error=one.reason)
            continue
        try:
            found = _decide(one, judge, into, taken, options, wanted)
        except OSError as error:  # the photo, or what is in its place, went away meanwhile
            found = SortedPhoto(one.photo.file.path, error=f"It cannot be read: {error.strerror}.")
        if found is not None:
            taken.update(occupied(found, options.method))
        yield found


def occupied(item: SortedPhoto, method: transfer.Method) -> dict[Path, str]:
    """Return the targets of a photo and what belongs to it, with what will be there.

    See `labeler.sorting.io.free_names.held`.
    """
    pieces = [(item.photo, item.sha256, item.targets)]
    pieces += [(one.path, one.sha256, one.targets) for one in item.companions]
    return {
        Path(target): free_names.held(Path(source), method, content)
        for source, content, targets in pieces
        for target in targets
    }


def _recognized(item: AnalysedPhoto, judge: Judge) -> dict[int, RecognizedPerson]:
    """Return the people on a photo by the number of their face, in the order of the faces."""
    people = judge.people
    same = people.same_photos.of(item) if item.faces and item.video is None else {}
    found = on_photo.people_on(people, item, people.least_probability, same)
    return {
        row: RecognizedPerson(one.person, one.probability, item.faces[row].box)
        for row, one in found.items()
    }


def _each_once(found: Iterable[RecognizedPerson]) -> tuple[RecognizedPerson, ...]:
    """Return everybody once, as in a video they may be there several times: as they are surest."""
    surest: dict[str, RecognizedPerson] = {}
    for one in found:
        if one.person not in surest or one.probability > surest[one.person].probability:
            surest[one.person] = one
    return tuple(surest.values())


def groups(people: Sequence[str], faces: int, options: SortOptions) -> tuple[str, ...]:
    """Return what {person} stands for on a photo; () = it stays where it is."""
    if options.only is not None:
        name = naming.clean_name(options.only)
        return (name if name in people else WITHOUT + name,)
    if people:
        return (" & ".join(sorted(people, key=str.casefold)),) if options.together else (*people,)
    instead = options.unknown if faces else options.no_face
    return (instead,) if instead else ()


def folder(group: str, people: Sequence[str], options: SortOptions) -> str:
    """Return the folder of what `groups` gives for a photo of some people: that of one person, or
    one that is nobody's own."""
    own = options.folders
    if group in own and (group == options.only if options.only else group in people):
        return own[group]
    name = group
    if options.only is not None:
        name = WITHOUT + own.get(options.only, options.only)
    elif options.together and people:
        name = " & ".join(own.get(one, one) for one in sorted(people, key=str.casefold))
    taken = {one_spelling(folder) for folder in own.values()}
    return layout.folder_besides(layout.folder_name(name), f"nobody {group}", taken)


def _decide(
    seen: Seen,
    judge: Judge,
    into: Path | None,
    taken: dict[Path, str],
    options: SortOptions,
    wanted: Wanted | None,
) -> SortedPhoto | None:
    item = seen.photo
    by_face = _recognized(item, judge)
    on_it = [one.person for one in by_face.values()]
    if wanted and not wanted(item, on_it, judge.names):
        return None
    looked_at = SortedPhoto(
        photo=item.file.path,
        people=_each_once(by_face.values()),
        unknown=len(item.faces) - len(by_face),
        unknown_boxes=tuple(f.box for n, f in enumerate(item.faces) if n not in by_face),
        width=item.facts.width,
        height=item.facts.height,
        sha256=item.content_hash,
        size=item.file.size,
        taken=item.facts.metadata.date,
        companions=seen.companions,
    )
    return placed(looked_at, into, options, taken)


def placed(
    item: SortedPhoto, into: Path | None, options: SortOptions, taken: Mapping[Path, str]
) -> SortedPhoto:
    """Return where a photo and what belongs to it go, by the people who are said to be on it.

    Args:
        taken: targets that other photos have, see `labeler.sorting.io.free_names.free_place`.
    """
    names = groups([one.person for one in item.people], len(item.people) + item.unknown, options)
    wanted = _wanted(item, names, into, options)
    return at_places(replace(item, groups=names), wanted, options.method, taken)


def at_places(
    item: SortedPhoto, wanted: Iterable[Path], method: transfer.Method, taken: Mapping[Path, str]
) -> SortedPhoto:
    """Return the plan of a photo that shall have these places, or those that are free there."""
    photo = NamedPiece(Path(item.photo), item.sha256)
    beside = [NamedPiece(Path(one.path), one.sha256) for one in item.companions]
    found = [free_names.free_place(photo, beside, one, method, taken) for one in wanted]

    def there(source: Path, targets: Iterable[Path]) -> int:
        return sum(transfer.is_placed(source, target, method) for target in targets)

    companions = []
    for number, one in enumerate(item.companions):
        own = [place for each in found if (place := each.beside[number]) is not None]
        companions.append(
            replace(one, targets=tuple(map(str, own)), there=there(Path(one.path), own))
        )
    targets = [each.target for each in found]
    return replace(
        item,
        targets=tuple(map(str, targets)),
        there=there(photo.source, targets),
        companions=tuple(companions),
    )


def _wanted(
    item: SortedPhoto, names: Iterable[str], into: Path | None, options: SortOptions
) -> list[Path]:
    """Return the different places that the layout gives to a photo of these people."""
    if into is None:
        return []
    source, people = Path(item.photo), [one.person for one in item.people]
    facts = (
        layout.Facts(folder(name, people, options), source.name, source.parent.name, item.taken)
        for name in names
    )
    parts = dict.fromkeys(layout.path_parts(options.layout, one) for one in facts)
    return [into.joinpath(*one) for one in parts]
