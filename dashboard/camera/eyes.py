"""The pages that show a camera just now: what each has seen, in memory and soon forgotten."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labeler.library.store import Library
from labeler.live.io import jpegs
from labeler.live.io.looking import Looker
from labeler.live.steps.names import LiveNames
from labeler.live.steps.seeing import LivePeople, Seen
from labeler.wording import how_sure

from ..shell.networks import Networks

if TYPE_CHECKING:
    from labeler.faces.io.face_finder import FaceFinder

MOST_EYES = 4
"""Pages that may show a camera at once; another one takes the place of the oldest."""
FORGOTTEN_AFTER = 60.0
"""Seconds after the last picture."""


@dataclass
class _Eye:
    people: LivePeople
    finder: FaceFinder
    last: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class Eyes:
    """Looks at the pictures of cameras. Several threads may hand them in at once."""

    def __init__(self, library: Library, networks: Networks) -> None:
        self._library, self._networks = library, networks
        self._lock = threading.Lock()
        self._eyes: OrderedDict[str, _Eye] = OrderedDict()
        self._names = LiveNames(library)
        self._has_learned = False

    def look(self, token: str, jpeg: bytes) -> dict[str, object]:
        """Return what a picture shows, as the page wants it: boxes are shares of the picture.

        Args:
            token: the page's own. jpeg: the picture; nothing of it is kept.

        Raises:
            UnreadablePhotoError: it is no JPEG, damaged, or too large.
        """
        image = jpegs.decoded(jpeg)
        eye = self._eye(token)
        with eye.lock:
            seen = eye.people.see(image, time.monotonic())
        height, width = image.shape[:2]
        return document(seen, width, height, self._names.trouble)

    def forget(self, token: str) -> None:
        """Forget what a page has seen."""
        with self._lock:
            self._eyes.pop(token, None)

    def _eye(self, token: str) -> _Eye:
        now = time.monotonic()
        finder = self._networks.finder()
        with self._lock:
            if not self._has_learned:
                self._names.learn()
                self._has_learned = True
            old = [one for one, eye in self._eyes.items() if now - eye.last > FORGOTTEN_AFTER]
            for one in old:
                del self._eyes[one]
            eye = self._eyes.get(token)
            if eye is None or eye.finder is not finder:  # the library may have other networks now
                people = LivePeople(Looker(finder), self._names)
                eye = self._eyes[token] = _Eye(people, finder, now)
            while len(self._eyes) > MOST_EYES:
                self._eyes.popitem(last=False)
            eye.last = now
            return eye


def document(seen: Seen, width: int, height: int, trouble: str) -> dict[str, object]:
    """Return what was seen as JSON has it; the picture had width × height pixels."""
    now = time.monotonic()
    return {
        "faces": [
            {
                "track": face.track,
                "box": [
                    face.box.left / width,
                    face.box.top / height,
                    face.box.width / width,
                    face.box.height / height,
                ],
                "person": face.person,
                "words": how_sure(face.probability) if face.person else "",
            }
            for face in seen.faces
        ],
        "events": [
            {
                "kind": event.kind,
                "person": event.person,
                "ago": max(now - event.at, 0.0),
            }
            for event in seen.events
        ],
        "trouble": trouble,
    }
