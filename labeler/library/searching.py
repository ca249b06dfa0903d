"""What a search looks at besides faces: when and where photos were taken, folders, words."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from labeler.library import records
from labeler.library.computed import ComputedTables
from labeler.types import IntArray


class SearchTables(ComputedTables):
    """Reads what a search needs of all photos at once."""

    def dates_and_places(self) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
        """Return ids (n,), days (n,) and places (n, 2) of the present photos, by date and path.

        Days are proleptic ordinals, 0 = not known (a file's time is only a guess); those photos
        come last. Places are latitude and longitude in degrees, NaN = not known.
        """
        rows = (
            self._connection()
            .execute(
                "SELECT photos.id, iif(taken_from = 'file time', NULL, taken) AS day, "
                "latitude, longitude, min(path) AS first FROM photos "
                "JOIN files ON photo_id = photos.id WHERE NOT missing GROUP BY photos.id "
                "ORDER BY day IS NULL, day, first"
            )
            .fetchall()
        )
        days = [date.fromisoformat(row[1][:10]).toordinal() if row[1] else 0 for row in rows]
        return (
            np.array([row[0] for row in rows], dtype=np.int64),
            np.array(days, dtype=np.int64),
            np.array([row[2:4] for row in rows], dtype=np.float64).reshape(-1, 2),
        )

    def photos_by_folder(self) -> dict[str, IntArray]:
        """Return by each folder that holds files the ids of their photos, (m,)."""
        found: dict[str | bytes, list[int]] = {}
        rows = self._connection().execute("SELECT folder, photo_id FROM files WHERE NOT missing")
        for folder, photo_id in rows:
            found.setdefault(folder, []).append(photo_id)
        return {
            records.path_from_db(folder): np.array(ids, dtype=np.int64)
            for folder, ids in found.items()
        }

    def photos_with_text(self, words: str, prefix: bool = False) -> list[int]:
        """Return the ids of photos with these words, in this order, in a caption, a keyword or the
        name of a file, without regard to case and accents; also of photos that are missing.

        Args:
            prefix: the last word may go on.
        """
        clean = words.replace("\0", " ").replace('"', '""').encode("utf-8", "replace").decode()
        rows = self._connection().execute(
            "SELECT rowid FROM photo_texts WHERE photo_texts MATCH ?",
            [f'"{clean}"' + " *" * prefix],
        )
        return [row[0] for row in rows]
