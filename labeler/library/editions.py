"""Photos that took the place of others, and the faces that are one on several editions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler.library import records
from labeler.library.database import Database
from labeler.library.same_faces import SameFaces
from labeler.types import Box, FloatArray, FoundFace


@dataclass(frozen=True)
class StoredEdition:
    """A photo as it is stored.

    size: width and height. look: see `AnalysedPhoto`. faces: by id; a descriptor that is empty is
    not known. drawn: those that the user drew. seconds: of a video; None = it is a photo.
    """

    size: tuple[int, int]
    look: str
    faces: dict[int, FoundFace]
    drawn: frozenset[int]
    seconds: float | None = None


class EditionTables(Database):
    """Which photo was there before another one, and which faces they have in common."""

    def edition(self, photo_id: int, model: str) -> StoredEdition:
        """Return a photo with all its faces, whether its file is present or not."""
        execute = self._connection().execute
        width, height, look, seconds = execute(
            "SELECT width, height, look, seconds FROM photos WHERE id = ?", [photo_id]
        ).fetchone()
        rows = execute(
            "SELECT id, box_left, box_top, box_width, box_height, score, landmarks, vector, "
            "sharpness, frontality, drawn FROM faces "
            "LEFT JOIN descriptors ON face_id = id AND model = ? WHERE photo_id = ? ORDER BY id",
            [model, photo_id],
        ).fetchall()
        faces = {
            row[0]: FoundFace(
                Box(*row[1:5]), row[5], _floats(row[6]).reshape(5, 2), _floats(row[7]), *row[8:10]
            )
            for row in rows
        }
        drawn = frozenset(row[0] for row in rows if row[10])
        return StoredEdition((width, height), look, faces, drawn, seconds)

    def to_compare(self) -> list[int]:
        """Return the photos that took another one's place and were not compared with it since
        their faces were found."""
        rows = self._connection().execute(
            "SELECT DISTINCT new FROM replaced WHERE NOT compared ORDER BY new"
        )
        return [row[0] for row in rows]

    def before(self, photo_id: int) -> list[int]:
        """Return the photos that were where a photo is now, the latest first."""
        rows = self._connection().execute(
            "WITH RECURSIVE former (id, steps) AS (VALUES (?1, 0) UNION "
            "SELECT old, steps + 1 FROM former JOIN replaced ON new = id WHERE steps < 20) "
            "SELECT id FROM former WHERE id <> ?1 GROUP BY id ORDER BY min(steps), id DESC",
            [photo_id],
        )
        return [row[0] for row in rows]

    def photos_after_others(self) -> dict[int, list[int]]:
        """Return the present photos that took the place of others, and which (see `before`)."""
        rows = self._connection().execute(
            "WITH RECURSIVE former (top, id, steps) AS (SELECT DISTINCT new, new, 0 FROM replaced "
            "WHERE new IN (SELECT photo_id FROM files WHERE NOT missing) UNION "
            "SELECT top, old, steps + 1 FROM former JOIN replaced ON new = id WHERE steps < 20) "
            "SELECT top, id FROM former WHERE id <> top GROUP BY top, id "
            "ORDER BY top, min(steps), id DESC"
        )
        found: dict[int, list[int]] = {}
        for top, id_ in rows:
            found.setdefault(top, []).append(id_)
        return found

    def former_photos(self) -> set[int]:
        """Return the photos whose place present ones took."""
        return {old for olds in self.photos_after_others().values() for old in olds}

    def may_lack_faces(self, photo_id: int) -> bool:
        """Tell whether a photo took the place of another one, or something was said of a face that
        is not exactly where it was; quick, and for most photos it is neither."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM replaced WHERE new = ?1) OR EXISTS ("
            "SELECT 1 FROM journal_faces AS said JOIN photos USING (content_hash) WHERE id = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM faces WHERE photo_id = ?1 "
            "AND faces.box_left = said.box_left AND faces.box_top = said.box_top "
            "AND faces.box_width = said.box_width AND faces.box_height = said.box_height "
            "AND faces.at IS said.at))"
        )
        return bool(self._connection().execute(query, [photo_id]).fetchone()[0])

    def looks(self, photo_ids: Sequence[int]) -> dict[int, str]:
        """Return what photos look like, see `AnalysedPhoto`."""
        return dict(self._among("SELECT id, look FROM photos WHERE id IN ({})", photo_ids))

    def faces_on(self, photo_ids: Sequence[int]) -> dict[int, list[int]]:
        """Return the faces on photos, whether these are present or not, by photo."""
        found: dict[int, list[int]] = {photo: [] for photo in photo_ids}
        query = "SELECT photo_id, id FROM faces WHERE photo_id IN ({}) ORDER BY id"
        for photo, face in self._among(query, photo_ids):
            found[photo].append(face)
        return found

    def note_replaced(self, old: int, new: int) -> None:
        """Note that one photo took another one's place, also if that was not in the same file."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO replaced (old, new) VALUES (?, ?)", [old, new]
            )

    def write_comparison(self, photo_id: int, pairs: Iterable[tuple[int, int]]) -> None:
        """Note that a photo was compared, and which pairs of faces are one.

        A face that is in no group and without a place on the map yet gets those of the other one.
        """
        with self._transaction() as connection:
            for old, new in pairs:
                (one,), (other,) = (
                    connection.execute(
                        "SELECT coalesce((SELECT root FROM same_faces WHERE face_id = ?1), ?1)",
                        [face],
                    ).fetchone()
                    for face in (old, new)
                )
                if one != other:
                    connection.execute(
                        "UPDATE same_faces SET root = ? WHERE root = ?", [one, other]
                    )
                    connection.execute("INSERT INTO same_faces VALUES (?, ?)", [other, one])
                for table, columns in (
                    ("clusters", "cluster, level, fit"),
                    ("map", "x, y"),
                    ("recognitions", "person, probability, evidence"),
                ):
                    connection.execute(
                        f"INSERT OR IGNORE INTO {table} (face_id, {columns}) "
                        f"SELECT ?, {columns} FROM {table} WHERE face_id = ?",
                        [new, old],
                    )
            connection.execute("UPDATE replaced SET compared = 1 WHERE new = ?", [photo_id])

    def add_carried(self, photo_id: int, face: FoundFace, model: str) -> int:
        """Store a face that is where another edition has it, though no detector found it; return
        its id. It is one that was drawn, and goes if nothing is left for which it stands."""
        with self._transaction() as connection:
            return records.put_face(connection, photo_id, face, model, drawn=True)

    def same_faces(self) -> SameFaces:
        """Return which faces are one."""
        rows = (
            self._connection()
            .execute(
                "SELECT * FROM (SELECT face_id, root FROM same_faces UNION "
                "SELECT root, root FROM same_faces) ORDER BY root, "
                "face_id IN (SELECT id FROM present_faces) DESC, face_id DESC"
            )
            .fetchall()
        )
        members: dict[int, list[int]] = {}
        for face, root in rows:
            members.setdefault(root, []).append(face)
        roots = {face: root for face, root in rows if face != root}
        return SameFaces(roots, {root: tuple(own) for root, own in members.items()})

    def present_among(self, face_ids: Sequence[int]) -> set[int]:
        """Return those of some faces that are on present photos."""
        rows = self._among("SELECT id FROM present_faces WHERE id IN ({})", face_ids)
        return {row[0] for row in rows}


def _floats(stored: bytes | None) -> FloatArray:
    return np.frombuffer(stored or b"", dtype="<f4")
