"""What small questions need of large tables: a few columns instead of an object for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.library import records
from labeler.library.database import Database
from labeler.library.whereabouts import GONE, faces_table
from labeler.types import FaceColumns, FloatArray, IntArray


class ColumnTables(Database):
    """Columns of the tables of photos and faces, and of the journal."""

    def face_columns(self, with_away: bool = False) -> FaceColumns:
        """Return the faces on present photos, in the order of their ids; see `Library.faces`."""
        ids, photos, moments, clusters, fits = self._columns(
            "SELECT id, photo_id, coalesce(moment, photo_id) AS moment, "
            "coalesce(cluster, -1) AS cluster, coalesce(fit, 'nan') AS fit "
            f"FROM {faces_table(with_away)} AS faces "
            "LEFT JOIN clusters ON clusters.face_id = id",
            {"id": "i8", "photo_id": "i8", "moment": "i8", "cluster": "i8", "fit": "f8"},
        )
        order = np.argsort(ids, kind="stable")
        return FaceColumns(
            ids[order],
            photos[order],
            moments[order],
            clusters[order],
            fits[order].astype(np.float32),
        )

    def _columns(self, query: str, kinds: Mapping[str, str]) -> list[NDArray[Any]]:
        """Return the columns of what a query finds, (n,) each, in the same order, whichever it is.

        As one text for each column: to make a Python object of each value takes several times as
        long. SQLite writes 15 digits of a number, which is enough for float32.

        Args:
            kinds: the NumPy type of each column, whose name it is.
        """
        texts = ", ".join(f"group_concat({name})" for name in kinds)
        found = self._connection().execute(f"SELECT {texts} FROM ({query})").fetchone()
        return [
            np.array([], dtype=kind) if text is None else np.fromstring(text, dtype=kind, sep=",")
            for text, kind in zip(found, kinds.values(), strict=True)
        ]

    def levels(self, face_ids: Sequence[int]) -> FloatArray:
        """Return the levels of faces, (n,) float32; NaN = not known. See `GroupedFaces`."""
        query = "SELECT face_id, level FROM clusters WHERE face_id IN ({})"
        found = dict(self._among(query, face_ids))
        return np.array([found.get(face) for face in face_ids], dtype=np.float32)

    def dates(self) -> dict[int, datetime]:
        """Return `Metadata.date` by photo id, for the photos that have one, gone ones left out."""
        rows = self._connection().execute(
            "SELECT id, taken FROM photos WHERE taken <> '' AND taken_from IS NOT 'file time' "
            "AND id IN (SELECT photo_id FROM files WHERE missing <> ?)",
            [GONE],
        )
        return {photo: datetime.fromisoformat(taken) for photo, taken in rows}

    def first_content(self, photo_id: int) -> str | None:
        """Return the content hash that the keys of a photo's faces carry; None: no such photo."""
        query = "SELECT content_hash FROM photos WHERE id = ?"
        row = self._connection().execute(query, [photo_id]).fetchone()
        return None if row is None else str(row[0])

    def photo_at(self, path: str) -> int | None:
        """Return the id of the photo that a file, which is not missing, holds; None = unknown."""
        query = "SELECT photo_id FROM files WHERE path = ? AND NOT missing"
        row = self._connection().execute(query, [records.path_to_db(path)]).fetchone()
        return None if row is None else int(row[0])

    def photo_ids_with(self, contents: Sequence[str]) -> dict[str, int]:
        """Return by content hash the ids of the photos the keys of whose faces carry it."""
        query = "SELECT content_hash, id FROM photos WHERE content_hash IN ({})"
        return dict(self._among(query, contents))

    def recognized_people(self) -> set[str]:
        """Return everybody whom a face without a name is likely to be, by the name of then."""
        rows = self._connection().execute("SELECT DISTINCT person FROM recognitions")
        return {person for (person,) in rows}

    def faces_of_entries(self, after: int = 0) -> tuple[IntArray, IntArray, IntArray]:
        """Return the journal's faces, (n,) each: the entry, the part, and which face it is.

        −1 = no face has the very same content and box, though one may overlap it. Those of one
        entry are in the order of `JournalEntry.faces`.

        Args:
            after: only of the entries behind this one.
        """
        rows, entries, parts, faces = self._columns(
            "SELECT said.rowid AS row, entry_id AS entry, part, coalesce(faces.id, -1) AS face "
            "FROM journal_faces AS said "
            "LEFT JOIN photos ON photos.content_hash = said.content_hash "
            "LEFT JOIN faces ON photo_id = photos.id "
            "AND faces.box_left = said.box_left AND faces.box_top = said.box_top "
            "AND faces.box_width = said.box_width AND faces.box_height = said.box_height "
            "AND faces.at IS said.at "
            f"WHERE entry_id > {int(after)}",
            {"row": "i8", "entry": "i8", "part": "i8", "face": "i8"},
        )
        order = np.lexsort((faces, rows))
        # Where two faces have the very same box, the later one counts.
        order = order[np.append(np.diff(rows[order]) != 0, True)[: len(order)]]
        return entries[order], parts[order], faces[order]

    def is_settled(self) -> bool:
        """Tell whether what is read is so for good: what is being written may be taken back."""
        return not self._is_writing

    def newest_faces(self, most: int) -> list[int]:
        """Return the ids of the faces that were found last, the newest first."""
        rows = self._connection().execute("SELECT id FROM faces ORDER BY id DESC LIMIT ?", [most])
        return [row[0] for row in rows]

    def said_until(self, entry: int) -> str:
        """Return what tells the journal up to an entry, and the faces, from any other ones."""
        row = self._connection().execute(
            "SELECT (SELECT at FROM journal WHERE id = ?1), "
            "(SELECT count(*) FROM journal_faces WHERE entry_id <= ?1), "
            "(SELECT count(*) FROM faces), (SELECT max(id) FROM faces)",
            [entry],
        )
        return " ".join(map(str, row.fetchone()))
