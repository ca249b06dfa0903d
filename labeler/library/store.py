"""The library on disk: photos, faces and the journal of what the user said about them.

SQL is here, in database.py, columns.py, computed.py, editions.py, exchange.py, searching.py,
meanings.py, places.py, sorts.py, videos.py, whereabouts.py, written.py, records.py and
migrations.py only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from labeler.library import records
from labeler.library.columns import ColumnTables
from labeler.library.editions import EditionTables
from labeler.library.exchange import ExchangeTables
from labeler.library.image_embeddings import MeaningTables
from labeler.library.places import PlaceTables
from labeler.library.searching import SearchTables
from labeler.library.sorts import SortTables
from labeler.library.values import FEW, holes, in_parts
from labeler.library.videos import VideoTables, put_video
from labeler.library.whereabouts import GONE, PRESENT, WhereaboutTables, faces_table, readable
from labeler.library.written import WrittenTables
from labeler.types import (
    AnalysedPhoto,
    Box,
    FaceKey,
    FaceTable,
    FloatArray,
    FoundFace,
    IntArray,
    JournalEntry,
    Metadata,
    Photo,
    PhotoCopy,
    PhotoFile,
    Watching,
)

_KEYS = (
    "SELECT faces.id, content_hash, box_left, box_top, box_width, box_height, faces.at "
    "FROM faces JOIN photos ON photos.id = photo_id"
)
_JOURNAL = "SELECT id, at, action, person, undoes, value FROM journal"
_JOURNAL_FACES = (
    "SELECT entry_id, content_hash, box_left, box_top, box_width, box_height, at, part "
    "FROM journal_faces"
)
_FACTS = (
    "width, height, taken, taken_from, caption, keywords, latitude, longitude, rating, "
    "orientation, doubted, whence, seconds"
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the library last saw it, with the finder that analysed it and what was found."""

    size: int
    modified_ns: int
    sidecar_ns: int
    content_hash: str
    finder: str
    faces: int
    state: int
    """What was so at the last look, see `labeler.library.whereabouts.PRESENT`."""
    orientation: int | None = None
    """See `labeler.types.Metadata`."""
    seconds: float | None = None
    """See `labeler.types.PhotoFacts`."""
    how: Watching | None = None
    """In which way it was watched; None = it is no video."""

    @property
    def is_present(self) -> bool:
        return self.state == PRESENT

    @property
    def missing(self) -> bool:
        """Whether it is gone, which one that is out of reach is not."""
        return self.state == GONE


class Library(
    ColumnTables,
    EditionTables,
    ExchangeTables,
    SearchTables,
    MeaningTables,
    PlaceTables,
    SortTables,
    VideoTables,
    WhereaboutTables,
    WrittenTables,
):
    """A library of faces in a folder; how it is opened, see `labeler.library.database`."""

    # -- photos and faces ------------------------------------------------------------------

    def known_files(self) -> dict[str, KnownFile]:
        """Return every file by its path, also those that are missing."""
        rows = self._connection().execute(
            "SELECT path, size, modified_ns, sidecar_ns, files.content_hash, finder, "
            "coalesce(number, 0), missing, orientation, seconds, every, thorough FROM files "
            "JOIN photos ON photos.id = photo_id LEFT JOIN "
            "(SELECT photo_id, count(*) AS number FROM faces GROUP BY photo_id) "
            "USING (photo_id) LEFT JOIN videos USING (photo_id)"
        )
        known = {}
        for path, *facts, every, thorough in rows:
            how = None if every is None else Watching(every, bool(thorough))
            known[records.path_from_db(path)] = KnownFile(*[*facts, how])
        return known

    def add_photos(
        self,
        photos: Iterable[AnalysedPhoto],
        finder: str,
        model: str,
        saved_again: Mapping[str, int] | None = None,
    ) -> None:
        """Store analysed photos. Faces found before on the same photo keep their ids.

        Args:
            saved_again: by path, the photo that a file shows in other pixels, face for face.
        """
        known = saved_again or {}
        with self._transaction() as connection:
            for photo in photos:
                photo_id = records.put_photo(connection, photo, finder, known.get(photo.file.path))
                records.put_file(connection, photo.file, photo_id, photo.content_hash)
                if photo.video is None:
                    records.put_faces(connection, photo_id, photo, model)
                else:
                    put_video(connection, photo_id, photo, model)

    def add_copies(self, copies: Iterable[PhotoCopy]) -> None:
        """Store that files hold photos which the library has analysed already."""
        with self._transaction() as connection:
            for copy in copies:
                photo_id = records.photo_with(connection, copy.identity)
                assert photo_id is not None
                records.put_file(connection, copy.file, photo_id, copy.content_hash)
                records.put_metadata(connection, photo_id, copy.facts.metadata)

    def said_of_others(self, photo: AnalysedPhoto | PhotoCopy) -> Metadata | None:
        """Return what is known of a photo that a file holds; None if no other file holds it."""
        if isinstance(photo, AnalysedPhoto):
            photo_id = self.photo_like(photo)
        else:
            photo_id = records.photo_with(self._connection(), photo.identity)
        row = (
            self._connection()
            .execute(
                f"SELECT {_FACTS} FROM photos WHERE id = ? AND EXISTS "
                "(SELECT 1 FROM files WHERE photo_id = photos.id AND path <> ? AND missing <> ?)",
                [photo_id, records.path_to_db(photo.file.path), GONE],
            )
            .fetchone()
        )
        return records.facts_from_row(row).metadata if row else None

    def add_failures(self, failures: Iterable[tuple[PhotoFile, str]]) -> None:
        """Remember files that could not be used, and why."""
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                [
                    (records.path_to_db(file.path), file.size, file.modified_ns, reason)
                    for file, reason in failures
                ],
            )

    def failures(self) -> dict[str, tuple[int, int, str]]:
        """Return size, modification time and reason of the files that could not be used."""
        rows = self._connection().execute("SELECT path, size, modified_ns, reason FROM failures")
        return {records.path_from_db(row[0]): (row[1], row[2], row[3]) for row in rows}

    def forget_failures(self, paths: Iterable[str]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM failures WHERE path = ?",
                [(records.path_to_db(path),) for path in paths],
            )

    def photos(self) -> dict[int, Photo]:
        """Return the photos that are present, by id."""
        return self._present("1")

    def photo(self, photo_id: int) -> Photo | None:
        """Return one photo, or None if there is no such photo or its file is gone."""
        return self._present("photos.id = ?", photo_id).get(photo_id)

    def photos_with(self, photo_ids: Sequence[int]) -> dict[int, Photo]:
        """Return those of some photos that are present, by id."""
        found: dict[int, Photo] = {}
        for some in in_parts(photo_ids):
            found.update(self._present(f"photos.id IN ({holes(some)})", *some))
        return found

    def photos_in(self, folder: str) -> dict[int, Photo]:
        """Return the present photos of which the folder itself holds a file, by id."""
        where = "photos.id IN (SELECT photo_id FROM files WHERE folder = ?)"
        return self._present(where, records.path_to_db(folder))

    def _present(self, where: str, *values: Any) -> dict[int, Photo]:
        rows = self._connection().execute(
            f"SELECT photos.id, files.content_hash, path, {_FACTS} FROM photos "
            f"JOIN files ON photo_id = photos.id WHERE NOT missing AND {where} "
            "ORDER BY photos.id, path",
            values,
        )
        found: dict[int, Photo] = {}
        for photo_id, places in groupby(rows, key=itemgetter(0)):
            found[photo_id] = _photo(readable(list(places)))
        return found

    def photo_like(self, photo: AnalysedPhoto) -> int | None:
        """Return the id of the photo that has the same content or pixels, or None."""
        connection = self._connection()
        found = records.photo_with(connection, photo.identity)
        return records.photo_with_pixels(connection, photo.pixel_hash) if found is None else found

    def first_contents(self) -> dict[int, str]:
        """Return by photo id the content hash that the keys of its faces carry."""
        return dict(self._connection().execute("SELECT id, content_hash FROM photos").fetchall())

    def photo_ids_by_path(self) -> dict[str, int]:
        """Return path → photo id for every file that is present, copies included."""
        rows = self._connection().execute("SELECT path, photo_id FROM files WHERE NOT missing")
        return {records.path_from_db(path): photo_id for path, photo_id in rows}

    def faces(self, with_away: bool = False) -> FaceTable:
        """Return the faces on present photos, in the order of their ids.

        Args:
            with_away: those on photos that are away as well; what is computed goes by them, too.
        """
        table = faces_table(with_away)
        rows = (
            self._connection()
            .execute(
                "SELECT id, photo_id, box_left, box_top, box_width, box_height, score, sharpness, "
                "landmarks, coalesce(cluster, -1), fit, x, y, coalesce(moment, photo_id), at "
                f"FROM {table} AS faces "
                "LEFT JOIN clusters ON clusters.face_id = id LEFT JOIN map ON map.face_id = id "
                "ORDER BY id"
            )
            .fetchall()
        )
        landmarks = np.frombuffer(b"".join(row[8] for row in rows), dtype="<f4")
        return FaceTable(
            ids=np.array([row[0] for row in rows], dtype=np.int64),
            photo_ids=np.array([row[1] for row in rows], dtype=np.int64),
            moments=np.array([row[13] for row in rows], dtype=np.int64),
            at=np.array([row[14] for row in rows], dtype=np.float64),
            boxes=np.array([row[2:6] for row in rows], dtype=np.float64).reshape(-1, 4),
            scores=np.array([row[6] for row in rows], dtype=np.float32),
            sharpness=np.array([row[7] for row in rows], dtype=np.float32),
            landmarks=landmarks.reshape(-1, 5, 2),
            clusters=np.array([row[9] for row in rows], dtype=np.int64),
            fits=np.array([row[10] for row in rows], dtype=np.float32),
            xy=np.array([row[11:13] for row in rows], dtype=np.float32).reshape(-1, 2),
        )

    def descriptors(
        self, model: str, face_ids: Sequence[int] | None = None
    ) -> tuple[IntArray, FloatArray]:
        """Return the ids (n,) and descriptors (n, d) of faces, by id.

        Args:
            face_ids: which faces; None = all on photos that are present or away.
        """
        query = "SELECT face_id, vector FROM descriptors WHERE model = ? AND face_id IN"
        execute = self._connection().execute
        if face_ids is None:
            kept = "(SELECT id FROM kept_faces) ORDER BY face_id"
            rows = execute(f"{query} {kept}", [model]).fetchall()
        else:
            rows = sorted(self._among(f"{query} ({{}})", face_ids, [model]))
        vectors = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
        ids = np.array([face_id for face_id, _ in rows], dtype=np.int64)
        return ids, vectors.reshape(len(ids), -1) if len(ids) else np.empty((0, 0), np.float32)

    def face(self, face_id: int) -> tuple[Photo, Box] | None:
        """Return the photo and box of one face, or None if there is no such face.

        Of a video, the photo's `at` is the time at which the face is there.
        """
        row = (
            self._connection()
            .execute(
                "SELECT photo_id, box_left, box_top, box_width, box_height, at "
                "FROM faces WHERE id = ?",
                [face_id],
            )
            .fetchone()
        )
        photo = None if row is None else self.photo(row[0])
        return None if photo is None else (replace(photo, at=row[5]), Box(*row[1:5]))

    def keys_of(self, face_ids: Sequence[int]) -> dict[int, FaceKey]:
        """Return the content keys of those of some faces that there are."""
        rows = self._among(f"{_KEYS} WHERE faces.id IN ({{}})", face_ids)
        return {row[0]: _key(row) for row in rows}

    def face_keys(
        self, contents: AbstractSet[str] | None = None, drawn: bool = False
    ) -> list[tuple[int, FaceKey]]:
        """Return id and content key of every face, also on photos that are missing just now.

        Args:
            contents: only those on photos with these hashes.
            drawn: only those that the user has drawn.
        """
        execute = self._connection().execute
        where = "WHERE drawn" if drawn else "WHERE 1"
        if contents is None or len(contents) > FEW:
            rows = execute(f"{_KEYS} {where} ORDER BY faces.id").fetchall()
        else:
            where += f" AND content_hash IN ({holes(contents)})"
            rows = execute(f"{_KEYS} {where} ORDER BY faces.id", sorted(contents)).fetchall()
        return [(row[0], _key(row)) for row in rows if contents is None or row[1] in contents]

    def all_keys(self, contents: AbstractSet[str]) -> list[tuple[int, FaceKey]]:
        """Return `face_keys` of photos and videos, and `track_keys` of the videos among them."""
        if not contents:
            return []
        return [*self.track_keys(sorted(contents)), *self.face_keys(contents)]

    def add_drawn(self, content_hash: str, face: FoundFace, model: str) -> int | None:
        """Store a face that the user drew on a photo; return its id, None without the photo."""
        with self._transaction() as connection:
            photo_id = records.photo_with(connection, content_hash)
            return photo_id and records.put_face(connection, photo_id, face, model, drawn=True)

    def remove_faces(self, face_ids: Iterable[int]) -> None:
        """Forget faces. What the user said about them stays in the journal."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM faces WHERE id = ?", [(face_id,) for face_id in face_ids]
            )

    def counts(self) -> dict[str, int]:
        """Return how many photos, videos among them, faces and journal entries there are."""
        queries = {
            "photos": "SELECT count(DISTINCT photo_id) FROM files WHERE NOT missing",
            "videos": "SELECT count(*) FROM videos WHERE photo_id IN "
            "(SELECT photo_id FROM files WHERE NOT missing)",
            "faces": "SELECT count(*) FROM present_faces",
            "missing": f"SELECT count(*) FROM files WHERE missing = {GONE}",
            "decisions": "SELECT count(*) FROM journal",
        }
        execute = self._connection().execute
        return {name: int(execute(query).fetchone()[0]) for name, query in queries.items()}

    # -- the journal -----------------------------------------------------------------------

    def append(
        self,
        action: str,
        faces: Sequence[FaceKey] = (),
        person: str | None = None,
        undoes: int | None = None,
        parts: Sequence[int] = (),
        value: str | None = None,
    ) -> int:
        """Add one entry to the journal and return its id; see `labeler.types.JournalEntry`."""
        with self._transaction(is_counted=False) as connection:
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
            cursor = connection.execute(
                "INSERT INTO journal (at, action, person, undoes, value) VALUES (?, ?, ?, ?, ?)",
                [now, action, person, undoes, value],
            )
            records.put_said(connection, int(cursor.lastrowid or 0), faces, parts)
        return int(cursor.lastrowid or 0)

    def journal(self, contents: Sequence[str] | None = None) -> list[JournalEntry]:
        """Return all entries in the order in which they were written.

        Args:
            contents: what the entries say about faces on photos with other hashes is left out,
                which is quicker; None = nothing is.
        """
        where = "" if contents is None else f"WHERE content_hash IN ({holes(contents)})"
        return self._entries("", (), where, contents or ())

    def entries(self, ids: Sequence[int]) -> list[JournalEntry]:
        """Return some entries, in the order in which they were written."""
        found: list[JournalEntry] = []
        for some in in_parts(sorted(ids)):
            which, faces_of = f"WHERE id IN ({holes(some)})", f"WHERE entry_id IN ({holes(some)})"
            found += self._entries(which, some, faces_of, some)
        return found

    def _entries(
        self, which: str, values: Sequence[Any], faces_of: str, face_values: Sequence[Any]
    ) -> list[JournalEntry]:
        """Return the entries that one condition is true of, with the faces that another is."""
        execute = self._connection().execute
        faces: dict[int, list[FaceKey]] = {}
        parts: dict[int, list[int]] = {}
        for row in execute(f"{_JOURNAL_FACES} {faces_of} ORDER BY rowid", face_values):
            faces.setdefault(row[0], []).append(_key(row))
            parts.setdefault(row[0], []).append(row[7])
        rows = execute(f"{_JOURNAL} {which} ORDER BY id", values)
        return [
            JournalEntry(
                id=row[0],
                at=datetime.fromisoformat(row[1]),
                action=row[2],
                faces=tuple(faces.get(row[0], ())),
                person=row[3],
                undoes=row[4],
                parts=tuple(parts[row[0]]) if any(parts.get(row[0], ())) else (),
                value=row[5],
            )
            for row in rows
        ]

    def entries_after(self, entry: int) -> list[JournalEntry]:
        """Return the entries that were written after one, in order."""
        return self._entries("WHERE id > ?", [entry], "WHERE entry_id > ?", [entry])

    def last_entry(self) -> int:
        """Return the id of the latest entry, 0 if there is none."""
        row = self._connection().execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()
        return int(row[0])

    @contextmanager
    def answer(self) -> Iterator[None]:
        """Write the entries that are written inside as one answer.

        All of them are there or none is, and one undo takes them back. Answers may be nested, and
        are then a part of the outer one.

        Raises:
            LibraryError: see `writing`.
        """
        if getattr(self._local, "is_answering", False):
            yield
            return
        with self._transaction(is_counted=False) as connection:
            before = self.last_entry()
            self._local.is_answering = True
            try:
                yield
            finally:
                self._local.is_answering = False
            if self.last_entry() > before + 1:
                connection.execute(
                    "INSERT INTO answers SELECT id, (SELECT min(id) FROM journal WHERE id > ?1) "
                    "FROM journal WHERE id > ?1",
                    [before],
                )

    def tied(self, entry: int) -> list[int]:
        """Return the entries of the answer that an entry is part of, itself included, in order."""
        rows = self._connection().execute(
            "SELECT entry_id FROM answers WHERE first = "
            "(SELECT first FROM answers WHERE entry_id = ?) ORDER BY entry_id",
            [entry],
        )
        return [row[0] for row in rows] or [entry]


def _key(row: Sequence[Any]) -> FaceKey:
    """Read a key from behind an id: content_hash, left, top, width, height, time."""
    return FaceKey(row[1], Box(*row[2:6]), row[6])


def _photo(row: Sequence[Any]) -> Photo:
    return Photo(row[0], row[1], records.path_from_db(row[2]), records.facts_from_row(row[3:]))
