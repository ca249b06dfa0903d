"""How photos, files and faces become rows of the library. Used by the store only."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from labeler import geometry
from labeler.library.values import holes
from labeler.types import AnalysedPhoto, FaceKey, FoundFace, Metadata, PhotoFacts, PhotoFile


def put_photo(
    connection: sqlite3.Connection,
    photo: AnalysedPhoto,
    finder: str,
    saved_again: int | None = None,
) -> int:
    """Insert or refresh a photo, found by its content, and return its id.

    A file with the same pixels (somebody wrote a caption into it) is the same photo.

    Args:
        saved_again: id of the photo that it is in other pixels, unless it is found.
    """
    photo_id = photo_with(connection, photo.identity)
    if photo_id is None:
        photo_id = photo_with_pixels(connection, photo.pixel_hash)
    if photo_id is None:
        photo_id = saved_again
    if photo_id is None:
        row = connection.execute(
            "INSERT INTO photos (content_hash, width, height, finder) VALUES (?, ?, ?, ?) "
            "RETURNING id",
            [photo.identity, photo.facts.width, photo.facts.height, finder],
        ).fetchone()
        photo_id = int(row[0])
    connection.execute(
        "UPDATE photos SET finder = ?, pixel_hash = ?, look = ? WHERE id = ?",
        [finder, photo.pixel_hash, photo.look, photo_id],
    )
    connection.execute("UPDATE replaced SET compared = 0 WHERE new = ?", [photo_id])
    connection.execute("INSERT OR IGNORE INTO editions VALUES (?, ?)", [photo.identity, photo_id])
    put_metadata(connection, photo_id, photo.facts.metadata)
    return photo_id


def photo_with(connection: sqlite3.Connection, content_hash: str) -> int | None:
    """Return the id of the photo that has this identity (see `labeler.types`), or None."""
    row = connection.execute(
        "SELECT photo_id FROM editions WHERE content_hash = ?", [content_hash]
    ).fetchone()
    return int(row[0]) if row else None


def photo_with_pixels(connection: sqlite3.Connection, pixel_hash: str) -> int | None:
    """Return the id of the first photo with these pixels, or None."""
    row = connection.execute(
        "SELECT id FROM photos WHERE pixel_hash = ? AND pixel_hash <> '' ORDER BY id", [pixel_hash]
    ).fetchone()
    return int(row[0]) if row else None


def put_metadata(connection: sqlite3.Connection, photo_id: int, known: Metadata) -> None:
    """Replace what is known about a photo besides its pixels."""
    connection.execute(
        "UPDATE photos SET taken = ?, taken_from = ?, caption = ?, keywords = ?, latitude = ?, "
        "longitude = ?, rating = ?, orientation = ?, doubted = ?, whence = ? WHERE id = ?",
        [
            known.taken.isoformat() if known.taken else None,
            known.taken_from,
            known.caption,
            json.dumps(known.keywords, ensure_ascii=False),
            known.latitude,
            known.longitude,
            known.rating,
            known.orientation,
            known.doubted.isoformat() if known.doubted else None,
            json.dumps(dict(known.whence)),
            photo_id,
        ],
    )


def facts_from_row(row: Sequence[Any]) -> PhotoFacts:
    """Read width, height, taken, taken_from, caption, keywords, latitude, longitude, rating,
    orientation, doubted, whence and seconds."""
    width, height, taken, taken_from, caption, keywords, latitude, longitude, *more = row
    rating, orientation, doubted, whence, seconds = more
    known = Metadata(
        datetime.fromisoformat(taken) if taken else None,
        taken_from,
        caption,
        tuple(json.loads(keywords)),
        latitude,
        longitude,
        rating,
        orientation,
        datetime.fromisoformat(doubted) if doubted else None,
        json.loads(whence),
    )
    return PhotoFacts(width, height, known, seconds)


def put_file(
    connection: sqlite3.Connection, file: PhotoFile, photo_id: int, content_hash: str
) -> None:
    """Note that a file holds a photo, and which one it held before."""
    path = path_to_db(file.path)
    connection.execute(
        "INSERT INTO replaced (old, new) SELECT photo_id, ?1 FROM files "
        "WHERE path = ?2 AND photo_id <> ?1 ON CONFLICT DO UPDATE SET compared = 0",
        [photo_id, path],
    )
    connection.execute("DELETE FROM failures WHERE path = ?", [path])
    connection.execute(
        # Not OR REPLACE: that deletes the old row behind the back of the triggers.
        "INSERT INTO files "
        "(path, photo_id, folder, size, modified_ns, content_hash, sidecar_ns) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "photo_id = excluded.photo_id, folder = excluded.folder, size = excluded.size, "
        "modified_ns = excluded.modified_ns, content_hash = excluded.content_hash, "
        "sidecar_ns = excluded.sidecar_ns, missing = 0",
        [
            path,
            photo_id,
            path_to_db(os.path.dirname(file.path)),
            file.size,
            file.modified_ns,
            content_hash,
            file.sidecar_ns,
        ],
    )


def put_faces(
    connection: sqlite3.Connection, photo_id: int, photo: AnalysedPhoto, model: str
) -> None:
    """Replace the faces of a photo; one that overlaps an old face keeps that one's id."""
    old = connection.execute(
        "SELECT id, box_left, box_top, box_width, box_height FROM faces WHERE photo_id = ?",
        [photo_id],
    ).fetchall()
    new_boxes = np.array([face.box.as_tuple() for face in photo.faces]).reshape(-1, 4)
    old_boxes = np.array([row[1:] for row in old], dtype=np.float64).reshape(-1, 4)
    kept = {i: old[j][0] for i, j in geometry.match_boxes(new_boxes, old_boxes)}
    gone = {row[0] for row in old} - set(kept.values())
    connection.executemany("DELETE FROM faces WHERE id = ?", [(face_id,) for face_id in gone])
    for index, face in enumerate(photo.faces):
        put_face(connection, photo_id, face, model, kept.get(index))


def put_face(
    connection: sqlite3.Connection,
    photo_id: int,
    face: FoundFace,
    model: str,
    face_id: int | None = None,
    drawn: bool = False,
) -> int:
    """Insert a face, or replace what is known of one; return its id.

    Args:
        drawn: by the user; no detector found it.
    """
    columns = (
        "photo_id, box_left, box_top, box_width, box_height, score, landmarks, sharpness, "
        "frontality, drawn"
    )
    row = [
        photo_id,
        *face.box.as_tuple(),
        face.score,
        np.asarray(face.landmarks, dtype="<f4").tobytes(),
        face.sharpness,
        face.frontality,
        drawn,
    ]
    if face_id is None:
        inserted = connection.execute(f"INSERT INTO faces ({columns}) VALUES ({holes(row)})", row)
        face_id = int(inserted.lastrowid or 0)
    else:
        sets = ", ".join(f"{column} = ?" for column in columns.split(", "))
        connection.execute(f"UPDATE faces SET {sets} WHERE id = ?", [*row, face_id])
    connection.execute(
        "INSERT OR REPLACE INTO descriptors VALUES (?, ?, ?)",
        [face_id, model, np.asarray(face.descriptor, dtype="<f4").tobytes()],
    )
    return face_id


def put_said(
    connection: sqlite3.Connection,
    entry_id: int,
    faces: Sequence[FaceKey],
    parts: Sequence[int],
) -> None:
    """Note the faces that an entry of the journal is about; without `parts`, all are part 0."""
    connection.executemany(
        "INSERT INTO journal_faces (entry_id, content_hash, box_left, box_top, box_width, "
        "box_height, at, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (entry_id, key.content_hash, *key.box.as_tuple(), key.at, part)
            for key, part in zip(faces, parts or [0] * len(faces), strict=True)
        ],
    )


def path_to_db(path: str) -> str | bytes:
    """Return a path as it is stored; one that is not UTF-8 is stored as the bytes that it is."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_from_db(path: str | bytes) -> str:
    """Return a path as Python names it."""
    return os.fsdecode(path)
