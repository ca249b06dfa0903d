"""Where the files of photos are: each is present, gone, or out of reach."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeler.library import records
from labeler.library.database import Database

PRESENT, GONE, AWAY = 0, 1, 2
"""What `files.missing` says of a file at the last look: it was there; it was not, though the folder
that it belonged to was; or nobody can tell, because that folder (a drive, say) was not there, or it
could not be read. The photos of files that are away are hidden, but forgotten by nobody."""

_PLACES = "SELECT path, photo_id, content_hash, size, missing, rowid FROM files"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a file is, which photo it holds, what was seen of it, and in which state it is.

    serial: higher for a file that the library came to know later.
    """

    path: str
    photo_id: int
    content_hash: str
    size: int
    state: int
    serial: int


class WhereaboutTables(Database):
    """The paths of files, and whether they are there."""

    def photos_holding(self, contents: Sequence[str]) -> dict[str, int]:
        """Return by the hash of a present file's content the id of the photo that it holds."""
        query = f"{_PLACES} WHERE NOT missing AND content_hash IN ({{}})"
        places = map(_place, self._among(query, contents))
        return {place.content_hash: place.photo_id for place in places}

    def photos_in_several_places(self) -> list[int]:
        """Return the ids of the photos that several present files hold."""
        rows = self._connection().execute(
            "SELECT photo_id FROM files WHERE NOT missing GROUP BY photo_id HAVING count(*) > 1"
        )
        return [row[0] for row in rows]

    def photos_away(self) -> int:
        """Return how many photos are in no place that is there, and in one that is away."""
        query = (
            "SELECT count(DISTINCT photo_id) FROM files AS one WHERE missing = ? AND NOT EXISTS "
            "(SELECT 1 FROM files WHERE photo_id = one.photo_id AND NOT missing)"
        )
        return int(self._connection().execute(query, [AWAY]).fetchone()[0])

    def file_places(self) -> list[FilePlace]:
        """Return every file that the library knows, by path."""
        return [_place(row) for row in self._connection().execute(f"{_PLACES} ORDER BY path")]

    def all_places_of(self, photo_id: int) -> list[FilePlace]:
        """Return the files that hold a photo, or held it when they were there, by path."""
        rows = self._connection().execute(f"{_PLACES} WHERE photo_id = ? ORDER BY path", [photo_id])
        return [_place(row) for row in rows]

    def places_of(self, photo_ids: Sequence[int]) -> dict[int, list[FilePlace]]:
        """Return by photo id the files that are present and hold it, by path."""
        found: dict[int, list[FilePlace]] = {}
        query = f"{_PLACES} WHERE NOT missing AND photo_id IN ({{}}) ORDER BY path"
        for row in self._among(query, photo_ids):
            found.setdefault(row[1], []).append(_place(row))
        return found

    def last_file(self) -> int:
        """Return the highest `FilePlace.serial`, 0 if there is none."""
        row = self._connection().execute("SELECT coalesce(max(rowid), 0) FROM files").fetchone()
        return int(row[0])

    def ends_of(self, folder: str) -> list[str]:
        """Return the first and the last path of the present files in a folder; quick."""
        first, end = folder.rstrip(os.sep) + os.sep, folder.rstrip(os.sep) + chr(ord(os.sep) + 1)
        bounds = [records.path_to_db(first), records.path_to_db(end)]
        query = "SELECT path FROM files WHERE path >= ? AND path < ? AND NOT missing ORDER BY path"
        execute = self._connection().execute
        rows = [execute(f"{query} {order} LIMIT 1", bounds).fetchone() for order in ("", "DESC")]
        return [records.path_from_db(row[0]) for row in rows if row is not None]

    def folders_away(self) -> list[str]:
        """Return the folders that hold files that are away."""
        rows = self._connection().execute(
            "SELECT DISTINCT folder FROM files WHERE missing = ?", [AWAY]
        )
        return [records.path_from_db(row[0]) for row in rows]

    def mark_files(self, paths: Iterable[str], state: int) -> None:
        """Note whether files are present, gone or away. Their faces and names are kept."""
        rows = [(state, records.path_to_db(path)) for path in paths]
        if rows:
            with self._transaction() as connection:
                connection.executemany("UPDATE files SET missing = ? WHERE path = ?", rows)

    def move_files(self, moved: Mapping[str, str], folders: Mapping[str, str]) -> None:
        """Note that files are called otherwise by now; which photos they hold stays as it was.

        Where the library knows a file of the new name already, that one counts.

        Args:
            moved: the new path by the old one.
            folders: the new folder by the old one, of all of them.
        """
        known = [(records.path_to_db(old), records.path_to_db(new)) for old, new in moved.items()]
        around = [(records.path_to_db(a), records.path_to_db(b)) for a, b in folders.items()]
        with self._transaction() as connection:
            connection.execute("CREATE TEMP TABLE moved (old PRIMARY KEY, new)")
            connection.execute("CREATE TEMP TABLE moved_folders (old PRIMARY KEY, new)")
            connection.executemany("INSERT INTO moved VALUES (?, ?)", known)
            connection.executemany("INSERT INTO moved_folders VALUES (?, ?)", around)
            connection.execute(
                "DELETE FROM files WHERE path IN "
                "(SELECT old FROM moved WHERE new IN (SELECT path FROM files))"
            )
            connection.execute(
                "UPDATE files SET path = (SELECT new FROM moved WHERE old = path), folder = "
                "coalesce((SELECT new FROM moved_folders WHERE old = folder), folder) "
                "WHERE path IN (SELECT old FROM moved)"
            )
            connection.execute(
                "UPDATE OR REPLACE failures SET path = (SELECT new FROM moved WHERE old = path) "
                "WHERE path IN (SELECT old FROM moved)"
            )
            connection.execute("DROP TABLE moved")
            connection.execute("DROP TABLE moved_folders")

    def forget_files(self, paths: Iterable[str]) -> None:
        """Forget that files were ever there. Their photos, faces and names are kept."""
        rows = [(records.path_to_db(path),) for path in paths]
        with self._transaction() as connection:
            connection.executemany("DELETE FROM files WHERE path = ?", rows)
            connection.executemany("DELETE FROM failures WHERE path = ?", rows)


def _place(row: Sequence[Any]) -> FilePlace:
    return FilePlace(records.path_from_db(row[0]), *row[1:])


def faces_table(with_away: bool) -> str:
    """Return the view of the faces on present photos, or of those on photos that are away, too."""
    return "kept_faces" if with_away else "present_faces"


def readable(places: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return the row of the first file that is there, of those that hold a photo; else the first.

    What has happened since the last look is seen only so: another program may have deleted one of
    two copies. A photo that is in one place only is not looked for.

    Args:
        places: rows whose third column is the path.
    """
    if len(places) > 1:
        for row in places:
            if os.access(records.path_from_db(row[2]), os.R_OK):
                return row
    return places[0]
