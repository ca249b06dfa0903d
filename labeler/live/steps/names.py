"""The names that the library has at this moment: what is said elsewhere counts within a second."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence

import numpy as np

from labeler.errors import LabelerError
from labeler.faces.descriptors import comparable
from labeler.library.database import State
from labeler.library.store import Library
from labeler.live.answers import Likely
from labeler.people.calibration import at_share
from labeler.people.steps.on_photo import Judge, make_judge
from labeler.types import FloatArray

LOOK_SECONDS = 0.5
"""So often, at most, it is looked whether something was said."""


class LiveNames:
    """Tells who descriptors may be. Several threads may ask at once.

    What has changed is learned beside the answers, which go on with what was known before.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._looked = -np.inf
        self._state: State | None = None
        self._learning: threading.Thread | None = None
        self._judge: Judge | None = None
        self.version = 0
        """Grows whenever answers may be others than before."""
        self.trouble = ""
        """Why nobody can be named, in a sentence; '' = somebody can."""

    def learn(self) -> None:
        """Read the names now, and wait for it."""
        state = self._library.state()
        judge, trouble = None, ""
        try:
            judge = make_judge(self._library)
        except LabelerError as error:
            trouble = str(error)
        with self._lock:
            self._state, self._judge, self.trouble = state, judge, trouble
            self.version += 1

    def refresh(self) -> None:
        """Look whether something was said, and begin to learn it."""
        now = time.monotonic()
        with self._lock:
            busy = self._learning is not None and self._learning.is_alive()
            if busy or now - self._looked < LOOK_SECONDS:
                return
            self._looked = now
            if self._library.state() == self._state:
                return
            self._learning = threading.Thread(target=self._learn_beside, daemon=True)
            self._learning.start()

    def likely(self, X: FloatArray) -> list[list[Likely]]:
        """Return who may be whom, the likeliest first, for descriptors (n, d) of the library's
        network."""
        with self._lock:
            judge = self._judge
        if judge is None or not len(X):
            return [[] for _ in X]
        found = judge.classifier.matches(comparable(X, judge.model))
        probabilities = at_share(found.probabilities, judge.known_share)
        names = judge.classifier.classes_[found.people]
        return [
            [(str(name), float(p)) for name, p in zip(some, chances, strict=True)]
            for some, chances in zip(names, probabilities, strict=True)
        ]

    def people(self) -> Sequence[str]:
        """Return everybody who can be named."""
        with self._lock:
            return [] if self._judge is None else self._judge.classifier.classes_.tolist()

    def _learn_beside(self) -> None:
        try:
            self.learn()
        except (LabelerError, sqlite3.Error) as error:
            # It may be written at this moment; the next look tries it again.
            with self._lock:
                self.trouble = str(error)
        finally:
            self._library.close()
