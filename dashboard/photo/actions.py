"""What the page of a photo can do that the others cannot: draw a face, choose a picture."""

from __future__ import annotations

import threading

from labeler import journal
from labeler.faces.steps import drawing
from labeler.library.store import Library
from labeler.people.steps import people, waiting
from labeler.types import Box

from ..shared.actions import Done
from ..shell.networks import Networks


class FaceDrawer:
    """Adds the faces that the user draws."""

    def __init__(self, library: Library, networks: Networks) -> None:
        self._library, self._networks = library, networks
        self._lock = threading.Lock()

    def draw(self, photo: int, box: Box) -> tuple[int, Done]:
        """Add a face in a box, upright pixels, on a photo; return its id and what was done.

        Raises:
            LabelerError: see `labeler.faces.steps.drawing.draw_on`.
        """
        with self._lock:
            face = drawing.draw_on(self._library, photo, box, self._networks.finder())
            entries = self._library.journal(contents=())
            entry = next(e.id for e in reversed(entries) if e.action == journal.DRAW)
        return face, Done("Added a face; now say who it is", entry)


def choose_cover(library: Library, face: int) -> Done:
    """Make a face the picture of the person who it is.

    Raises:
        LabelerError: the face does not exist, or has no name that the user gave.
    """
    entry = people.choose_cover(library, face)
    (decision,) = library.entries([entry])
    return Done(f"This is {decision.person}'s picture now", entry)


def let_go(library: Library, photo: int, person: str) -> Done:
    """Let a name wait no longer for a face on a photo.

    Raises:
        LabelerError: it does not wait there.
    """
    return Done(f"{person} is waited for no longer", waiting.forget(library, photo, person))
