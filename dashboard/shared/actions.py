"""What a click does: plain functions that change the library and say what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import bands, history, naming
from labeler.people.steps.doubts import doubts, with_doubts
from labeler.people.steps.listing import GroupRow
from labeler.wording import count

from ..shell.snapshot import Snapshot
from .ids import Where


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence.

    entry: the journal entry that can be taken back, if any.
    undone: it took a decision back, so that taking it back is a redo.
    failed: nothing was done, and the message says why.
    doubtful: something speaks against what was done, as the message says.
    """

    message: str
    entry: int | None = None
    undone: bool = False
    failed: bool = False
    doubtful: bool = False


def made(library: Library, message: str, *entries: int) -> Done:
    """Return that decisions were made, the first of which can be taken back, and what speaks
    against them."""
    against = doubts(library, entries)
    return Done(with_doubts(message, against), entries[0], doubtful=bool(against))


def name(library: Library, faces: Sequence[int], person: str) -> Done:
    """Give faces a name.

    Raises:
        LabelerError: no faces, or no name.
    """
    entry = naming.name_faces(library, faces, person)
    (said,) = library.entries([entry])
    return made(library, f"Named {count(len(said.faces), 'face')} {said.person}", entry)


def reject(library: Library, faces: Sequence[int], person: str) -> Done:
    """Note that faces do not show a person.

    Raises:
        LabelerError: no faces, or nobody has that name.
    """
    entry = naming.reject_faces(library, faces, person)
    (said,) = library.entries([entry])
    are = "is" if len(said.faces) == 1 else "are"
    return Done(f"{count(len(said.faces), 'face')} {are} not {said.person}", entry)


def ignore(library: Library, faces: Sequence[int]) -> Done:
    """Note that faces are nobody the user cares about.

    Raises:
        LabelerError: no faces.
    """
    entry = naming.ignore_faces(library, faces)
    return Done(f"Ignored {count(len(set(faces)), 'face')}", entry)


def unlabel(library: Library, faces: Sequence[int]) -> Done:
    """Forget what the user said about faces.

    Raises:
        LabelerError: no faces.
    """
    entry = naming.unlabel_faces(library, faces)
    return Done(f"Unnamed {count(len(set(faces)), 'face')}", entry)


def split_off(library: Library, snapshot: Snapshot, faces: Sequence[int]) -> Done:
    """Note that faces are somebody else than the other faces of their groups.

    Raises:
        LabelerError: they are no part of a group, or all of it.
    """
    chosen = set(existing(snapshot, faces))
    parts = [_parted(group, chosen) for group in snapshot.groups if chosen & set(group.faces)]
    divided = [(own, rest) for own, rest in parts if own and rest]
    if not divided:
        raise LabelerError("Select some of a group's faces, not all: those are kept apart from it.")
    with library.answer():
        entries = [naming.different_faces(library, sets) for sets in divided]
    number = sum(len(own) for own, _ in divided)
    return Done(f"Split off {count(number, 'face')}", entries[0])


def _parted(group: GroupRow, chosen: set[int]) -> tuple[list[int], list[int]]:
    own = [face for face in group.faces if face in chosen]
    return own, [face for face in group.faces if face not in chosen]


def undo(library: Library, entry: int | None = None) -> Done:
    """Take back one decision (by default the latest that stands); itself can be taken back."""
    taken_back = history.undo(library, entry)
    if taken_back is None:
        return Done("There is nothing to undo")
    entries = {row.id: row for row in library.journal(contents=())}
    again = entries[taken_back].undoes
    if again is not None:
        return Done(f"Done again: {history.describe(library, again)}", again)
    last = max(row.id for row in entries.values() if row.undoes == taken_back)
    return Done(f"Undone: {history.describe(library, taken_back)}", last, undone=True)


def redo(library: Library) -> Done:
    """Do again what the latest undo took back."""
    again = history.redo(library)
    if again is None:
        return Done("There is nothing to do again")
    return Done(f"Done again: {history.describe(library, again)}", again)


def recognize(library: Library) -> Done:
    """Let the classifier name the faces that the user has not named."""
    from labeler.people.steps.recognize import in_words
    from labeler.people.steps.recognize import recognize as run

    return Done(in_words(run(library)))


def want_precision(library: Library, precision: float) -> Done:
    """Change how many of the automatic names have to be right.

    Raises:
        LabelerError: it is out of bounds.
    """
    bands.want_precision(library, precision)
    return Done(f"Of 100 automatic names, {100 * precision:g} have to be right")


def take_offer(library: Library) -> Done:
    """Want the precision that can be had for many more faces than the one that holds.

    Raises:
        LabelerError: there is nothing to be gained any more.
    """
    offer = bands.offered(library)
    if offer is None:
        raise LabelerError("There are no more names to be had that way; look at the page again.")
    bands.want_precision(library, offer.precision)
    return Done(f"{count(offer.names, 'face')} named, about {offer.expected_wrong:.0f} wrong")


def attempt(action: Callable[[], Done]) -> Done:
    """Run an action; an error that the user can mend becomes its sentence."""
    try:
        return action()
    except LabelerError as error:
        return Done(str(error), failed=True)


def meant_faces(
    snapshot: Snapshot,
    where: str,
    offered: Sequence[int],
    chosen: Sequence[int],
    selection: Sequence[int] = (),
    or_all: bool = False,
) -> list[int]:
    """Return the faces that a button is about.

    Args:
        where: the place or the group that the button belongs to.
        offered: the faces that the browser shows there.
        chosen: those of `offered` that are ticked.
        selection: the faces selected on the map, of which not all need to be offered.
        or_all: where faces are chosen one by one, all that are offered are meant if none is.

    Raises:
        LabelerError: none is meant, or the groups have changed meanwhile.
    """
    if where in (Where.PERSON, Where.AUTOMATIC):
        faces = list(chosen) or (existing(snapshot, offered) if or_all else [])
    elif where == Where.PHOTO or where.startswith(Where.LANE):
        faces = existing(snapshot, offered)
    elif where == Where.MAP:
        left_out = set(offered) - set(chosen)
        faces = [face for face in existing(snapshot, selection) if face not in left_out]
    else:
        return group_faces(snapshot, int(where), offered, chosen)
    if not faces:
        raise LabelerError("No faces were chosen; click at least one.")
    return faces


def group_faces(
    snapshot: Snapshot, cluster: int, offered: Sequence[int], chosen: Sequence[int]
) -> list[int]:
    """Return the faces of a group that are meant: all open ones but those clicked away.

    Args:
        cluster: the group; −1 = the faces in no group, of which only those clicked are meant.
        offered: the faces that the browser shows; the group may have more.
        chosen: those of `offered` that are ticked.

    Raises:
        LabelerError: the groups are no longer those that the browser shows, or none is left.
    """
    members = open_faces(snapshot, cluster)
    if not set(chosen) <= set(offered) <= set(members):
        raise LabelerError("The groups have changed since this page was shown; reload the page.")
    left_out = set(offered) - set(chosen)
    meant = [face for face in members if face not in left_out] if cluster >= 0 else list(chosen)
    if not meant:
        raise LabelerError("No faces were chosen; click at least one.")
    return meant


def open_faces(snapshot: Snapshot, cluster: int) -> list[int]:
    """Return the faces of a group (−1 = in none) that still wait for the user's word."""
    if cluster < 0:
        return [r.face for r in snapshot.faces if r.cluster is None and snapshot.is_open(r.face)]
    for group in snapshot.groups:
        if group.cluster == cluster:
            return [face for face in group.faces if snapshot.is_open(face)]
    return []


def faces_around(snapshot: Snapshot, face: int, by: str, whole: bool) -> list[int]:
    """Return the faces that a click on one on the map selects.

    Args:
        by: 'person' or 'cluster', as the map is coloured.
        whole: the whole of its person or group rather than the one face.
    """
    row = snapshot.by_id.get(face)
    if row is None:
        return []
    if whole and by == "person" and row.person is not None:
        return [other.face for other in snapshot.faces if other.person == row.person]
    if whole and row.cluster is not None:
        return [other.face for other in snapshot.faces if other.cluster == row.cluster]
    return [face]


def existing(snapshot: Snapshot, faces: Iterable[int]) -> list[int]:
    """Return the faces that are still there, each once."""
    return [face for face in dict.fromkeys(faces) if face in snapshot.by_id]
