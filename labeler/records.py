"""How photos, files and faces become rows of the library. Used by the store only."""

from __future__ import annotations

import os
import sqlite3

import numpy as np

from labeler import geometry
from labeler.types import AnalysedPhoto, PhotoFile


def put_photo(connection: sqlite3.Connection, photo: AnalysedPhoto, finder: str) -> int:
    """Insert or refresh a photo, found by its content, and return its id."""
    facts = photo.facts
    row = connection.execute(
        "INSERT INTO photos (content_hash, width, height, taken, caption, finder) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (content_hash) DO UPDATE SET finder = "
        "excluded.finder, taken = excluded.taken, caption = excluded.caption RETURNING id",
        [
            photo.content_hash,
            facts.width,
            facts.height,
            facts.taken.isoformat() if facts.taken else None,
            facts.caption,
            finder,
        ],
    ).fetchone()
    return int(row[0])


def put_file(connection: sqlite3.Connection, file: PhotoFile, photo_id: int) -> None:
    """Note that a file holds a photo, whatever it held before."""
    connection.execute(
        "INSERT OR REPLACE INTO files (path, photo_id, folder, size, modified_ns) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            path_to_db(file.path),
            photo_id,
            path_to_db(os.path.dirname(file.path)),
            file.size,
            file.modified_ns,
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
        row = [
            photo_id,
            *face.box.as_tuple(),
            face.score,
            np.asarray(face.landmarks, dtype="<f4").tobytes(),
        ]
        face_id = kept.get(index)
        if face_id is None:
            face_id = connection.execute(
                "INSERT INTO faces (photo_id, box_left, box_top, box_width, box_height, score, "
                "landmarks) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
        else:
            connection.execute(
                "UPDATE faces SET box_left = ?, box_top = ?, box_width = ?, box_height = ?, "
                "score = ?, landmarks = ? WHERE id = ?",
                [*row[1:], face_id],
            )
        connection.execute(
            "INSERT OR REPLACE INTO descriptors VALUES (?, ?, ?)",
            [face_id, model, np.asarray(face.descriptor, dtype="<f4").tobytes()],
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
