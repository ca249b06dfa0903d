"""What was written into folders of the user: so that later only that is replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeler.library import records
from labeler.library.database import Database


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that this library wrote.

    path: absolute. content: SHA-256 of what was written, size: its bytes. made_from: what tells
    whether it would be the same today; '' = not known.
    """

    path: str
    content: str
    size: int
    made_from: str = ""


class WrittenTables(Database):
    """Remembers files by path and content; what is at the path now may be something else."""

    def written_files(self, path: str) -> list[WrittenFile]:
        """Return what was written to a path, or was going to be when a run was cut off."""
        rows = self._connection().execute(
            "SELECT content, size, made_from FROM written_files WHERE path = ?",
            [records.path_to_db(path)],
        )
        return [WrittenFile(path, *row) for row in rows]

    def note_written(self, files: Iterable[tuple[WrittenFile, str | None]]) -> None:
        """Remember files that are going to be written, before they are: so none is ever unknown.

        Args:
            files: each with the content that its path has until then, if the library wrote that;
                all else that was written there is forgotten.
        """
        # Not counted as a change of the library: nothing that is shown of it depends on this.
        with self._transaction(is_counted=False) as connection:
            for file, standing in files:
                path = records.path_to_db(file.path)
                connection.execute(
                    "DELETE FROM written_files WHERE path = ? AND content IS NOT ?",
                    [path, standing],
                )
                connection.execute(
                    "INSERT OR REPLACE INTO written_files (path, content, size, made_from) "
                    "VALUES (?, ?, ?, ?)",
                    [path, file.content, file.size, file.made_from],
                )
