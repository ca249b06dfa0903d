"""A show as a text that people and programs can edit.

A plan is one JSON object:

    labeler_show   1, the version of this form
    title          what the title card says
    subtitle       the smaller line below it
    people         names of those whom the show is about
    growing_up     true: each slide is the face of the one person, always at the same place
    slides         in the order in which they are shown, each an object:
        path           where the photo was; never opened, as anybody may have written this
        content_hash   its SHA-256 when it was chosen: by this the library knows the photo. One
                       that the library does not have, or has changed, is left out
        taken          when, as 2003-12-24T10:00:00, or null
        caption        what is written below it; further lines are smaller; may be ""
        pinned         true: it stays when the show is chosen anew
        width, height  pixels of the upright photo
        faces          those that are never cut off: person, box (left, top, width, height in
                       upright pixels), landmarks (dlib's five points, or none)
        others         boxes of other faces, which are not cut off if that can be helped

To change the order, move the slides; to drop one, delete it. `caption`, `pinned`, `title` and
`subtitle` are yours to write. All else should stay as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from labeler.errors import LabelerError
from labeler.slideshows import editing, selection, slideshow
from labeler.slideshows.slideshow import Candidate, Clip, Show, ShownFace, Slide
from labeler.types import Box

VERSION = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_MISSING: Any = object()
_HUGE = 1e9
"""Pixels: nothing on a photo is as far away."""


def written(show: Show) -> str:
    """Return the show as text; what it is timed by is not part of it."""
    plan = {
        "labeler_show": VERSION,
        "title": show.title,
        "subtitle": show.subtitle,
        "people": show.people,
        "growing_up": show.growing_up,
        "slides": [_slide_object(slide) for slide in show.slides],
    }
    # Paths that are not UTF-8 hold lone surrogates, which only escapes can carry.
    return json.dumps(plan, indent=2, ensure_ascii=True) + "\n"


def read(text: str) -> Show:
    """Return the show that a text describes, each slide seen for the usual time.

    Raises:
        LabelerError: it is no plan; the sentence says where it is wrong.
    """
    try:
        plan = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise LabelerError(f"The plan is not JSON ({reason}); correct it there.") from error
    if not isinstance(plan, dict) or plan.get("labeler_show") != VERSION:
        raise LabelerError(
            f'This is not the plan of a show: it must begin with "labeler_show": {VERSION}.'
        )
    slides = _field(plan, "slides", list, "The plan")
    if not slides:
        raise LabelerError("The plan has no slides left; a show needs at least one.")
    read_slides = tuple(_slide(value, number) for number, value in enumerate(slides, 1))
    people = _field(plan, "people", list, "The plan")
    if not people or not all(isinstance(person, str) for person in people):
        raise LabelerError('The "people" of the plan must be a list of names.')
    growing_up = _field(plan, "growing_up", bool, "The plan", False)
    show = Show(
        title="",
        subtitle="",
        people=tuple(people),
        cover=selection.best([slide.candidate for slide in read_slides]),
        slides=read_slides,
        crossfade=slideshow.usual_crossfade(growing_up),
        growing_up=growing_up,
    )
    title = _field(plan, "title", str, "The plan")
    show = editing.entitle(show, title, _field(plan, "subtitle", str, "The plan", ""))
    return slideshow.evenly_timed(show, slideshow.usual_seconds(show))


def _slide_object(slide: Slide) -> dict[str, Any]:
    photo = slide.candidate
    return {
        "path": photo.photo_path,
        "content_hash": photo.content_hash,
        "taken": photo.taken.isoformat() if photo.taken else None,
        "caption": "\n".join(slide.lines),
        "pinned": slide.pinned,
        "width": photo.width,
        "height": photo.height,
        "faces": [
            {"person": face.person, "box": face.box.as_tuple(), "landmarks": face.landmarks}
            for face in photo.faces
        ],
        "others": [box.as_tuple() for box in photo.others],
        "orientation": photo.orientation,
        "clip": photo.clip and [photo.clip.start, photo.clip.at, photo.clip.end],
    }


def _slide(value: Any, number: int) -> Slide:
    where = f"Slide {number} of the plan"
    if not isinstance(value, dict):
        raise LabelerError(f"{where} must be an object in {{…}}.")
    taken = value.get("taken")
    try:
        date = None if taken is None else datetime.fromisoformat(taken).replace(tzinfo=None)
    except (TypeError, ValueError) as error:
        raise LabelerError(
            f'"taken" of slide {number} must be a date such as 2003-12-24T10:00:00, or null.'
        ) from error
    width, height = _field(value, "width", int, where), _field(value, "height", int, where)
    faces = tuple(_face(face, where) for face in _field(value, "faces", list, where))
    others = [_numbers(box, 4) for box in _field(value, "others", list, where, [])]
    if None in others:
        raise LabelerError(f"{where}: others are boxes of left, top, width, height.")
    if not faces or not (1 <= width < _HUGE and 1 <= height < _HUGE):
        raise LabelerError(f"{where} needs a width, a height and at least one face.")
    photo = Candidate(
        photo_path=_field(value, "path", str, where),
        taken=date,
        caption="",
        album="",
        width=width,
        height=height,
        faces=faces,
        content_hash=_field(value, "content_hash", str, where),
        others=tuple(Box(*box) for box in others if box),
        orientation=_orientation(value, where),
        clip=_clip(value, where),
    )
    if not _HASH.fullmatch(photo.content_hash):
        raise LabelerError(f"{where} needs the SHA-256 of its photo as content_hash.")
    marks = (Box(x, y, 0.0, 0.0) for face in faces for x, y in face.landmarks)
    for box in (*(face.box for face in faces), *photo.others, *marks):
        if not _is_on(box, width, height):
            raise LabelerError(f"{where} has a box or a landmark that is not on its photo.")
    if not photo.photo_path or "\0" in photo.photo_path:
        raise LabelerError(f"{where} needs the path of a photo.")
    caption = editing.lines(_field(value, "caption", str, where, ""))
    return Slide(photo, 0.0, 0.0, caption, _field(value, "pinned", bool, where, False))


def _clip(value: Mapping[str, Any], where: str) -> Clip | None:
    if value.get("clip") is None:
        return None
    found = _numbers(value["clip"], 3)
    if found is None or not 0 <= found[0] <= found[1] <= found[2]:
        raise LabelerError(f"{where}: a clip is its start, the time of its picture and its end.")
    return Clip(*found)


def _orientation(value: Mapping[str, Any], where: str) -> int | None:
    if value.get("orientation") is None:
        return None
    found: int = _field(value, "orientation", int, where)
    if not 1 <= found <= 8:
        raise LabelerError(f"{where}: the orientation is EXIF's, 1 to 8, or null.")
    return found


def _face(value: Any, where: str) -> ShownFace:
    if not isinstance(value, dict):
        raise LabelerError(f"{where}: each face must be an object in {{…}}.")
    box = _numbers(value.get("box"), 4)
    points = value.get("landmarks") or []
    landmarks = [_numbers(point, 2) for point in points] if isinstance(points, list) else [None]
    if box is None or box[2] <= 0 or box[3] <= 0 or None in landmarks:
        raise LabelerError(
            f"{where}: the box of a face is left, top, width, height, and landmarks "
            "are pairs of numbers."
        )
    person = _field(value, "person", str, where)
    points_read = tuple((point[0], point[1]) for point in landmarks if point)
    return ShownFace(person, Box(*box), landmarks=points_read)


def _is_on(box: Box, width: int, height: int) -> bool:
    """Tell whether a box is on a photo, be it not as a whole."""
    across = -width <= box.left <= 2 * width and 0 <= box.width <= 2 * width
    return across and -height <= box.top <= 2 * height and 0 <= box.height <= 2 * height


def _numbers(value: Any, count: int) -> list[float] | None:
    """Return `count` finite numbers, or None if it is something else."""
    if not isinstance(value, list) or len(value) != count:
        return None
    good = all(type(number) in (int, float) and abs(number) < _HUGE for number in value)
    return [float(number) for number in value] if good else None


def _field(
    value: Mapping[str, Any], name: str, kind: type, where: str, default: Any = _MISSING
) -> Any:
    found = value.get(name, default)
    if found is _MISSING:
        raise LabelerError(f'{where} lacks "{name}".')
    if type(found) is not kind:
        words = {str: "a text", int: "a whole number", list: "a list", bool: "true or false"}
        sentence = f'"{name}" of {where[0].lower()}{where[1:]} must be {words[kind]}.'
        raise LabelerError(sentence)
    return found
