"""What is computed from the faces and may be computed again: groups, map, automatic names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from labeler.library.database import Database
from labeler.types import FloatArray, GroupedFaces, IntArray, MergeCandidates, NewFaces, Recognition


class ComputedTables(Database):
    """The tables that every grouping, map and recognition writes anew."""

    def write_clusters(self, grouped: GroupedFaces) -> None:
        """Replace all clusters."""
        self._put("clusters", _cluster_rows(grouped), 4, replace=True)

    def add_clusters(self, grouped: GroupedFaces) -> None:
        """Put some faces into clusters; what is known of all others stays."""
        self._put("clusters", _cluster_rows(grouped), 4)

    def number_ungrouped(self, model: str) -> int:
        """Return how many faces `ungrouped` would return."""
        query = (
            "SELECT count(*) FROM kept_faces JOIN descriptors ON face_id = id AND model = ? "
            "WHERE id NOT IN (SELECT face_id FROM clusters)"
        )
        return int(self._connection().execute(query, [model]).fetchone()[0])

    def ungrouped(self, model: str) -> NewFaces:
        """Return the faces on photos that are not gone, and that no grouping has looked at."""
        rows = (
            self._connection()
            .execute(
                "SELECT id, coalesce(moment, photo_id), box_width * box_height, sharpness, vector "
                "FROM kept_faces JOIN descriptors ON face_id = id AND model = ? "
                "WHERE id NOT IN (SELECT face_id FROM clusters) ORDER BY id",
                [model],
            )
            .fetchall()
        )
        ids, moments, areas, sharpness, vectors = list(zip(*rows, strict=True)) or [()] * 5
        X = np.frombuffer(b"".join(vectors), dtype="<f4")
        return NewFaces(
            np.array(ids, dtype=np.int64),
            np.array(moments, dtype=np.int64),
            np.sqrt(np.array(areas, dtype=np.float64)),
            np.array(sharpness, dtype=np.float32),
            X.reshape(len(ids), -1) if ids else np.empty((0, 0), np.float32),
        )

    def grouping(self) -> tuple[GroupedFaces, IntArray, FloatArray]:
        """Return the faces that were grouped, their moments (n,), and map (n, 2).

        Of photos that are not gone, in the order of their ids; NaN where something is not known.
        """
        rows = (
            self._connection()
            .execute(
                "SELECT id, coalesce(moment, photo_id), cluster, level, fit, x, y "
                "FROM kept_faces AS faces "
                "JOIN clusters ON clusters.face_id = id LEFT JOIN map ON map.face_id = id "
                "ORDER BY id"
            )
            .fetchall()
        )
        columns = list(zip(*rows, strict=True)) or [()] * 7
        ids, moments, clusters = (np.array(column, dtype=np.int64) for column in columns[:3])
        level, fit, x, y = (np.array(column, dtype=np.float32) for column in columns[3:])
        return GroupedFaces(ids, clusters, level, fit), moments, np.stack([x, y], axis=1)

    def write_merge_candidates(self, candidates: MergeCandidates) -> None:
        """Replace the pairs of groups that may be one person."""
        pairs = candidates.faces.tolist()
        rows = ((a, b, c) for (a, b), c in zip(pairs, candidates.closeness.tolist(), strict=True))
        self._put("merge_candidates", rows, 3, replace=True, faces=(1, 2))

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

    def write_recognitions(self, recognitions: Iterable[Recognition]) -> None:
        """Replace what is known about who the faces without a name are likely to be."""
        rows = ((r.face_id, r.person, r.probability, r.evidence) for r in recognitions)
        self._put("recognitions", rows, 4, replace=True, faces=(1, 4))

    def recognitions(self) -> dict[int, Recognition]:
        """Return by face id who the faces without a name are likely to be."""
        rows = self._connection().execute(
            "SELECT face_id, person, probability, evidence FROM recognitions"
        )
        return {row[0]: Recognition(*row) for row in rows}

    def _put(
        self,
        table: str,
        rows: Iterable[tuple[Any, ...]],
        columns: int,
        replace: bool = False,
        faces: Sequence[int] = (1,),
    ) -> None:
        """Write rows about faces, instead of all that are there or (not replace) besides.

        Args:
            faces: in these columns, counted from 1, stands a face, or nothing.
        """
        with self._transaction() as connection:
            if replace:
                connection.execute(f"DELETE FROM {table}")
            # A face may have gone since the caller read the table: then its row is left out, as it
            # would have gone with the face.
            holes = [f"?{number}" for number in range(1, columns + 1)]
            gone = [f"ifnull(?{face} NOT IN (SELECT id FROM faces), 0)" for face in faces]
            there = f"NOT ({' OR '.join(gone)})"
            connection.executemany(
                f"INSERT OR REPLACE INTO {table} SELECT {', '.join(holes)} WHERE {there}", rows
            )


def _cluster_rows(grouped: GroupedFaces) -> Iterator[tuple[Any, ...]]:
    columns = (grouped.ids, grouped.clusters, grouped.levels, grouped.fits)
    # SQLite keeps NaN as NULL.
    return zip(*(column.tolist() for column in columns), strict=True)


def _map_rows(ids: IntArray, xy: FloatArray) -> Iterator[tuple[Any, ...]]:
    return ((i, x, y) for i, (x, y) in zip(ids.tolist(), xy.tolist(), strict=True))
