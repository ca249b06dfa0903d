"""What a model for searching by meaning says about photos and faces: one vector each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np

from labeler.library.database import Database
from labeler.types import FloatArray, IntArray

Seen = Literal["photo", "face"]
"""What a vector was computed from: a whole photo, or the surroundings of one face."""
_ALL = {
    "photo": "SELECT id, id AS photo, pixel_hash AS looks FROM photos",
    "face": "SELECT faces.id, photo_id AS photo, pixel_hash || ' ' || box_left || ' ' || box_top "
    "|| ' ' || box_width || ' ' || box_height AS looks FROM faces "
    "JOIN photos ON photos.id = photo_id",
}
"""What there is, and what it looks like: when that has changed, the old vector counts no more."""
_IS_PRESENT = "photo IN (SELECT photo_id FROM files WHERE NOT missing)"


class MeaningTables(Database):
    """Vectors of length 1, kept as float16: a photo costs 1 kB with 512 numbers.

    They go with their photo or face. Those of several models stand side by side.
    """

    def meaning(self, seen: Seen, model: str) -> tuple[IntArray, FloatArray]:
        """Return ids (n,) and vectors (n, d) float32 of what is present and was seen, by id."""
        rows = (
            self._connection()
            .execute(
                f"SELECT id, vector FROM ({_ALL[seen]}) AS one JOIN {seen}_meanings AS kept "
                f"ON {seen}_id = id AND model = ? AND kept.looks = one.looks "
                f"WHERE {_IS_PRESENT} ORDER BY id",
                [model],
            )
            .fetchall()
        )
        if not rows:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
        return ids, vectors.reshape(len(ids), -1).astype(np.float32)

    def without_meaning(self, seen: Seen, model: str) -> list[int]:
        """Return the ids of what is present and was not seen by a model, or looked different."""
        rows = self._connection().execute(
            f"SELECT id FROM ({_ALL[seen]}) AS one WHERE {_IS_PRESENT} AND NOT EXISTS "
            f"(SELECT 1 FROM {seen}_meanings AS kept WHERE {seen}_id = id AND model = ? "
            "AND kept.looks = one.looks) ORDER BY id",
            [model],
        )
        return [row[0] for row in rows]

    def add_meanings(
        self, seen: Seen, model: str, vectors: Iterable[tuple[int, FloatArray]]
    ) -> None:
        """Store the vector (d,) of each id; what has gone meanwhile is left out."""
        with self._transaction() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO {seen}_meanings "
                f"SELECT id, ?, looks, ? FROM ({_ALL[seen]}) WHERE id = ?",
                [(model, np.asarray(x, dtype="<f2").tobytes(), i) for i, x in vectors],
            )
