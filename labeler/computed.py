"""What is computed from the faces and may be computed again: groups, map, automatic names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from labeler.database import Database
from labeler.types import FloatArray, GroupedFaces, IntArray, MergeCandidates, Recognition

_MOST_HOLES = 500
"""Values in one IN (…); SQLite has a limit."""


class ComputedTables(Database):
    """The tables that every grouping, map and recognition writes anew."""

    def write_clusters(self, grouped: GroupedFaces) -> None:
        """Replace all clusters."""
        self._put("clusters", _cluster_rows(grouped), 4, replace=True)

    def add_clusters(self, grouped: GroupedFaces) -> None:
        """Put some faces into clusters; what is known of all others stays."""
        self._put("clusters", _cluster_rows(grouped), 4)

    def ungrouped(self, model: str) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the faces that no grouping has looked at: ids, photo ids (n,), descriptors (n, d).

        In the order of their ids, on present photos.
        """
        rows = (
            self._connection()
            .execute(
                "SELECT id, photo_id, vector FROM present_faces "
                "JOIN descriptors ON face_id = id AND model = ? "
                "WHERE id NOT IN (SELECT face_id FROM clusters) ORDER BY id",
                [model],
            )
            .fetchall()
        )
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        photos = np.array([row[1] for row in rows], dtype=np.int64)
        X = np.frombuffer(b"".join(row[2] for row in rows), dtype="<f4")
        return ids, photos, X.reshape(len(ids), -1) if len(ids) else np.empty((0, 0), np.float32)

    def grouped(self, ids: IntArray) -> dict[int, tuple[int, int, float, float, float]]:
        """Return photo id, cluster, level, x and y of those of some faces that were grouped.

        Faces on missing photos are left out; NaN where something is not known.
        """
        found: dict[int, tuple[int, int, float, float, float]] = {}
        for start in range(0, len(ids), _MOST_HOLES):
            some = ids[start : start + _MOST_HOLES].tolist()
            rows = self._connection().execute(
                "SELECT id, photo_id, cluster, level, x, y FROM present_faces "
                "JOIN clusters ON clusters.face_id = id LEFT JOIN map ON map.face_id = id "
                f"WHERE id IN ({', '.join('?' * len(some))})",
                some,
            )
            nan = float("nan")
            for face, photo, cluster, *numbers in rows:
                level, x, y = (nan if value is None else value for value in numbers)
                found[face] = (photo, cluster, level, x, y)
        return found

    def faces_on(self, photos: IntArray) -> IntArray:
        """Return the ids of the faces on some photos."""
        found: list[int] = []
        for start in range(0, len(photos), _MOST_HOLES):
            some = photos[start : start + _MOST_HOLES].tolist()
            holes = ", ".join("?" * len(some))
            rows = self._connection().execute(
                f"SELECT id FROM present_faces WHERE photo_id IN ({holes}) ORDER BY id", some
            )
            found += [row[0] for row in rows]
        return np.array(found, dtype=np.int64)

    def cluster_sizes(self, clusters: Iterable[int]) -> dict[int, int]:
        """Return how many faces on present photos are in some clusters."""
        rows = self._connection().execute(
            "SELECT cluster, count(*) FROM clusters WHERE cluster >= 0 "
            "AND face_id IN (SELECT id FROM present_faces) GROUP BY cluster"
        )
        sizes = dict(rows.fetchall())
        return {cluster: sizes.get(cluster, 0) for cluster in clusters}

    def write_merge_candidates(self, candidates: MergeCandidates) -> None:
        """Replace the pairs of groups that may be one person."""
        pairs = candidates.faces.tolist()
        rows = ((a, b, c) for (a, b), c in zip(pairs, candidates.closeness.tolist(), strict=True))
        self._put("merge_candidates", rows, 3, replace=True)

    def merge_candidates(self) -> MergeCandidates:
        """Return the pairs of groups that may be one person."""
        rows = (
            self._connection()
            .execute(
                "SELECT first, second, closeness FROM merge_candidates "
                "ORDER BY closeness DESC, first, second"
            )
            .fetchall()
        )
        return MergeCandidates(
            np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2),
            np.array([row[2] for row in rows], dtype=np.float32),
        )

    def write_map(self, ids: IntArray, xy: FloatArray) -> None:
        """Replace all map coordinates, (n, 2)."""
        self._put("map", _map_rows(ids, xy), 3, replace=True)

    def add_to_map(self, ids: IntArray, xy: FloatArray) -> None:
        """Put some faces on the map, (n, 2); those without a place (NaN) are left out."""
        there = np.isfinite(xy[:, 0])
        self._put("map", _map_rows(ids[there], xy[there]), 3)

    def map_extent(self) -> FloatArray | None:
        """Return the lowest and the highest coordinates on the map, (2, 2); None = it is empty."""
        row = self._connection().execute("SELECT min(x), min(y), max(x), max(y) FROM map")
        extent = row.fetchone()
        return None if extent[0] is None else np.array(extent, dtype=np.float32).reshape(2, 2)

    def write_recognitions(self, recognitions: Iterable[Recognition]) -> None:
        """Replace all automatic names."""
        rows = ((r.face_id, r.person, r.probability) for r in recognitions)
        self._put("recognitions", rows, 3, replace=True)

    def recognitions(self) -> dict[int, Recognition]:
        """Return the automatic names by face id."""
        rows = self._connection().execute("SELECT face_id, person, probability FROM recognitions")
        return {row[0]: Recognition(*row) for row in rows}

    def _put(
        self, table: str, rows: Iterable[tuple[Any, ...]], columns: int, replace: bool = False
    ) -> None:
        """Write rows about faces, instead of all that are there or (not replace) besides."""
        with self._transaction() as connection:
            if replace:
                connection.execute(f"DELETE FROM {table}")
            # A face may have gone since the caller read the table: then its row is left out.
            holes = ", ".join(f"?{number}" for number in range(1, columns + 1))
            connection.executemany(
                f"INSERT OR REPLACE INTO {table} SELECT {holes} "
                "WHERE EXISTS (SELECT 1 FROM faces WHERE id = ?1)",
                rows,
            )


def _cluster_rows(grouped: GroupedFaces) -> Iterator[tuple[Any, ...]]:
    columns = (grouped.ids, grouped.clusters, grouped.levels, grouped.fits)
    # SQLite keeps NaN as NULL.
    return zip(*(column.tolist() for column in columns), strict=True)


def _map_rows(ids: IntArray, xy: FloatArray) -> Iterator[tuple[Any, ...]]:
    return ((i, x, y) for i, (x, y) in zip(ids.tolist(), xy.tolist(), strict=True))
