"""Find the photos of a backup in a library that holds them elsewhere, whole, edited or resized."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from labeler import geometry, journal
from labeler.exchange.backup import BackedUpPhoto
from labeler.exchange.steps.backups import likenesses
from labeler.faces import editions
from labeler.faces.editions import Orientation, Transform
from labeler.faces.steps.index import Progress
from labeler.library.exchange import PhotoIdentity
from labeler.library.store import Library
from labeler.photos import likeness
from labeler.types import Box, FaceKey

LEAST_FACES = 0.5
"""Of the faces on a photo that looks alike, so many have to be in the same places."""

How = Literal["content", "pixels", "likeness"]


@dataclass(frozen=True, slots=True)
class MatchedPhoto:
    """A photo of the backup in the library, and how it was known.

    across, down: what the backup's boxes have to be multiplied with. transform: how the photo of
    the backup lies on this one, see `labeler.faces.editions`, if it was turned or mirrored.
    """

    content: str
    how: How
    across: float = 1.0
    down: float = 1.0
    transform: Transform | None = None

    def key(self, key: FaceKey) -> FaceKey:
        """Return the key here of a face of the backup."""
        box = key.box
        if self.transform is not None:
            turned = editions.placed(self.transform, np.array([box.as_tuple()]))[0]
            return FaceKey(self.content, Box(*turned.tolist()), key.at)
        if self.across == 1.0 and self.down == 1.0:  # exactly as it was
            return FaceKey(self.content, box, key.at)
        scaled = Box(
            box.left * self.across,
            box.top * self.down,
            box.width * self.across,
            box.height * self.down,
        )
        return FaceKey(self.content, scaled, key.at)


def find(
    library: Library, photos: Sequence[BackedUpPhoto], progress: Progress | None = None
) -> dict[str, MatchedPhoto]:
    """Return which photos of a backup are in the library, by the content hash in the backup.

    First by content, then by pixels, and those that are left by likeness: a picture of the same
    proportions whose hash differs in a few bits, on which most faces are in the same places, in
    any of eight orientations. One
    that is known but gone, and no edition of which is here, is looked for by likeness as well.
    """
    here = library.identities()
    by_content = {content: one for one in here for content in one.contents}
    by_pixels = {one.pixels: one for one in reversed(here) if one.pixels}
    hidden = _gone_for_good(library, here)
    found: dict[str, MatchedPhoto] = {}
    used: set[int] = set()
    left: list[BackedUpPhoto] = []
    for photo in photos:
        same = next(
            (by_content[c] for c in (photo.content, *photo.contents) if c in by_content), None
        )
        how: How = "content"
        if same is None and photo.pixels:
            same, how = by_pixels.get(photo.pixels), "pixels"
        if same is None:
            left.append(photo)
        else:
            used.add(same.id)
            found[photo.content] = _found(photo, same, how)
            if same.id in hidden:
                left.append(photo)
    others = [one for one in here if one.id not in used and one.path is not None]
    return found | _alike(library, [one for one in left if one.likeness], others, progress)


def _gone_for_good(library: Library, here: Sequence[PhotoIdentity]) -> set[int]:
    """Return the photos of which nothing is present, nor of any edition of theirs."""
    gone = {one.id for one in here if one.path is None}
    return gone - library.former_photos()


def _alike(
    library: Library,
    photos: Sequence[BackedUpPhoto],
    here: Sequence[PhotoIdentity],
    progress: Progress | None,
) -> dict[str, MatchedPhoto]:
    """Return the photos that look like one here, the most alike first; each is taken once."""
    shapes = {(photo.width, photo.height) for photo in photos}
    shapes |= {(height, width) for width, height in shapes}
    wanted = [
        one
        for one in here
        if any(likeness.may_be_scaled((one.width, one.height), shape) for shape in shapes)
    ]
    hashes = []
    for done, text in enumerate(likenesses(wanted), start=1):
        hashes.append(text)
        if progress:
            progress(done, len(wanted), 0)
    candidates = [(one, text) for one, text in zip(wanted, hashes, strict=True) if text]
    table = likeness.packed([text for _, text in candidates])
    boxes = _boxes(library, [one for one, _ in candidates])
    pairs = []
    for number, photo in enumerate(photos):
        for turns, how in enumerate(editions.ORIENTATIONS):
            away = likeness.distances(likeness.turned(photo.likeness, *how), table)
            for place in np.flatnonzero(away <= likeness.MOST_DIFFERENT).tolist():
                one = candidates[place][0]
                match = _turned(photo, one, how)
                if match and _same_faces(photo, match, boxes.get(one.content, [])):
                    # Where a picture is as like in two orientations, it was not turned.
                    order = (int(away[place]), turns, -one.width, number, one.id)
                    pairs.append((order, match))
    found: dict[str, MatchedPhoto] = {}
    taken: set[int] = set()
    for (_, _, _, number, id_), match in sorted(pairs, key=lambda pair: pair[0]):
        content = photos[number].content
        if content not in found and id_ not in taken:
            found[content] = match
            taken.add(id_)
    return found


def _turned(photo: BackedUpPhoto, one: PhotoIdentity, how: Orientation) -> MatchedPhoto | None:
    """Return the match of a photo with one here in an orientation; None if it cannot be."""
    laid = editions.whole((photo.width, photo.height), (one.width, one.height), *how)
    if laid is None:
        return None
    found = _found(photo, one, "likeness")
    return replace(found, transform=laid) if any(how) else found


def _found(photo: BackedUpPhoto, one: PhotoIdentity, how: How) -> MatchedPhoto:
    if min(photo.width, photo.height) <= 0:
        return MatchedPhoto(one.content, how)
    return MatchedPhoto(one.content, how, one.width / photo.width, one.height / photo.height)


def _boxes(library: Library, some: Sequence[PhotoIdentity]) -> dict[str, list[Box]]:
    boxes: dict[str, list[Box]] = defaultdict(list)
    for _, key in library.face_keys({one.content for one in some}):
        boxes[key.content_hash].append(key.box)
    return boxes


def _same_faces(photo: BackedUpPhoto, found: MatchedPhoto, here: Sequence[Box]) -> bool:
    """Tell whether most faces of the photo with fewer are where the other one has some, too."""
    if not photo.faces:
        return True
    if not here:
        return False
    scaled = np.array([found.key(FaceKey("", box)).box.as_tuple() for box in photo.faces])
    others = np.array([box.as_tuple() for box in here])
    pairs = geometry.match_boxes(scaled, others, journal.LEAST_OVERLAP)
    return len(pairs) >= LEAST_FACES * min(len(scaled), len(others))
