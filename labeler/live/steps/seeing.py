"""From one picture after the other to names: search, follow, look closer, answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler.live.answers import LEAST, UNKNOWN, judged_anew, nobody_twice, settled
from labeler.live.attention import Attention
from labeler.live.evidence import LiveLook, has_changed
from labeler.live.following import Followed, Following
from labeler.live.io.looking import Looker, Sight, coarse
from labeler.live.steps.names import LiveNames
from labeler.live.visits import COOLDOWN, Event, Present, Visits
from labeler.types import Box, Image

MOST_DESCRIBED = 2
"""Faces of one picture that are looked at more closely; the others wait for the next picture."""


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in a picture, in its pixels. person: '' = nobody that is known."""

    track: int
    box: Box
    person: str
    probability: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows. finding, describing: seconds that the two networks took."""

    faces: tuple[SeenFace, ...]
    events: tuple[Event, ...] = ()
    finding: float = 0.0
    describing: float = 0.0


class LivePeople:
    """Tells who is in the pictures of one camera, one after the other; of one thread at a time.

    Args:
        least: the probability from which on a name is given.
        cooldown: seconds after which somebody who is not seen has left.
    """

    def __init__(
        self,
        looker: Looker,
        names: LiveNames,
        least: float = LEAST,
        cooldown: float = COOLDOWN,
    ) -> None:
        self._looker, self._names, self._least = looker, names, least
        self._following = Following()
        self._visits = Visits(cooldown)
        self._attention = Attention()

    def see(self, image: Image, at: float) -> Seen:
        """Take the next picture, (h, w, 3) uint8 sRGB, upright.

        Args:
            at: seconds, more than before.
        """
        self._names.refresh()
        few = coarse(image)
        if not self._attention.is_due(at, few):
            return Seen((), tuple(self._visits.see(at, ())))
        started = time.perf_counter()
        sights = self._looker.find(image)
        found = time.perf_counter()
        followed = self._following.add(
            at, [one.face for one in sights], [one.quality for one in sights]
        )
        faces = [(one, sight) for one, sight in zip(followed, sights, strict=True) if one.is_face]
        self._attention.searched(at, few, bool(faces))
        self._look_closer(image, at, faces)
        described = time.perf_counter()
        answers = nobody_twice([one.answer for one, _ in faces])
        seen = tuple(
            SeenFace(one.number, sight.face.box, answer.person, answer.probability)
            for (one, sight), answer in zip(faces, answers, strict=True)
        )
        present = [
            Present(one.number, face.person, face.probability, one.since)
            for (one, _), face in zip(faces, seen, strict=True)
            if one.evidence.looks
        ]
        events = tuple(self._visits.see(at, present))
        return Seen(seen, events, found - started, described - found)

    def idle(self, at: float) -> tuple[Event, ...]:
        """Take that no picture came until a time."""
        return tuple(self._visits.see(at, ()))

    def end(self) -> tuple[Event, ...]:
        """Return that everybody left: no more pictures come."""
        return tuple(self._visits.end())

    def _look_closer(
        self, image: Image, at: float, faces: Sequence[tuple[Followed, Sight]]
    ) -> None:
        """Describe the faces of which another look tells most, and answer who all of them are."""
        changed = {one.number: has_changed(one.pattern, sight.pattern) for one, sight in faces}
        for one, sight in faces:
            one.pattern = sight.pattern
        wanting = [
            (one, sight)
            for one, sight in faces
            if one.evidence.wants(at, sight.quality, changed[one.number])
        ]
        wanting.sort(
            key=lambda pair: (
                not changed[pair[0].number],
                len(pair[0].evidence.looks),
                pair[0].evidence.last,
            )
        )
        chosen = wanting[:MOST_DESCRIBED]
        descriptors = self._looker.describe(image, [sight.face for _, sight in chosen])
        news: set[int] = set()
        for (one, sight), descriptor in zip(chosen, descriptors, strict=True):
            look = LiveLook(at, descriptor, sight.quality)
            if one.evidence.add(look, self._looker.threshold, changed[one.number]):
                one.answer = UNKNOWN
            news.add(one.number)
        version = self._names.version
        asked = [
            one
            for one, _ in faces
            if one.evidence.looks and (one.number in news or one.names != version)
        ]
        if not asked:
            return
        known = np.array([one.evidence.together() for one in asked])
        for one, likely in zip(asked, self._names.likely(known), strict=True):
            if one.names == version:
                one.answer = settled(one.answer, likely, self._least)
            else:
                one.answer = judged_anew(likely, self._least)
            one.names = version
