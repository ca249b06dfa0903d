"""The library's schema as numbered steps. A step, once released, is never edited: add another."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from labeler.errors import LibraryError
from labeler.io.files import whole_file
from labeler.library import sentences
from labeler.library.connecting import connect
from labeler.library.repair import marks

MIGRATIONS: tuple[str, ...] = (
    # 1: photos, faces, groups, map, automatic names, and the journal that nothing may change
    """
    CREATE TABLE photos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content_hash TEXT NOT NULL UNIQUE,          -- SHA-256 of the file, hexadecimal
        width INTEGER NOT NULL,                     -- upright pixels
        height INTEGER NOT NULL,
        taken TEXT,                                 -- ISO 8601, local time of the camera
        caption TEXT NOT NULL DEFAULT '',
        finder TEXT NOT NULL                        -- id of the detector and embedder last used
    );
    CREATE TABLE files (
        path TEXT PRIMARY KEY,                      -- absolute; a BLOB where it is not UTF-8
        photo_id INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
        folder TEXT NOT NULL,
        size INTEGER NOT NULL,                      -- bytes
        modified_ns INTEGER NOT NULL,
        missing INTEGER NOT NULL DEFAULT 0          -- 1: gone at the last look
    );
    CREATE INDEX files_by_photo ON files (photo_id);
    CREATE TABLE faces (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        photo_id INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
        box_left REAL NOT NULL,                     -- upright pixels of the whole photo
        box_top REAL NOT NULL,
        box_width REAL NOT NULL,
        box_height REAL NOT NULL,
        score REAL NOT NULL,                        -- of the detector, 0 to 1
        landmarks BLOB NOT NULL                     -- 5 x 2 little-endian float32
    );
    CREATE INDEX faces_by_photo ON faces (photo_id);
    CREATE TABLE descriptors (
        face_id INTEGER NOT NULL REFERENCES faces ON DELETE CASCADE,
        model TEXT NOT NULL,
        vector BLOB NOT NULL,                       -- little-endian float32
        PRIMARY KEY (face_id, model)
    ) WITHOUT ROWID;
    CREATE TABLE clusters (
        face_id INTEGER PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
        cluster INTEGER NOT NULL                    -- -1: in no group
    );
    CREATE TABLE map (
        face_id INTEGER PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
        x REAL NOT NULL,
        y REAL NOT NULL
    );
    CREATE TABLE recognitions (
        face_id INTEGER PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
        person TEXT NOT NULL,
        probability REAL NOT NULL
    );
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,                           -- ISO 8601, UTC
        action TEXT NOT NULL,
        person TEXT,
        undoes INTEGER REFERENCES journal
    );
    CREATE TABLE journal_faces (                    -- by content, so that a re-index loses nothing
        entry_id INTEGER NOT NULL REFERENCES journal,
        content_hash TEXT NOT NULL,
        box_left REAL NOT NULL,
        box_top REAL NOT NULL,
        box_width REAL NOT NULL,
        box_height REAL NOT NULL
    );
    CREATE INDEX journal_faces_by_entry ON journal_faces (entry_id);
    CREATE TRIGGER journal_keeps_entries BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_loses_nothing BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_faces_keep_entries BEFORE UPDATE ON journal_faces
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_faces_lose_nothing BEFORE DELETE ON journal_faces
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE VIEW present_faces AS
        SELECT * FROM faces WHERE photo_id IN (SELECT photo_id FROM files WHERE NOT missing);
    """,
    # 2: what is known about photos, quality of faces, edited photos, failures, settings
    """
    ALTER TABLE photos ADD COLUMN taken_from TEXT;              -- see labeler.types.Source
    ALTER TABLE photos ADD COLUMN keywords TEXT NOT NULL DEFAULT '[]';  -- JSON
    ALTER TABLE photos ADD COLUMN latitude REAL;                -- degrees, south and west negative
    ALTER TABLE photos ADD COLUMN longitude REAL;
    ALTER TABLE photos ADD COLUMN pixel_hash TEXT NOT NULL DEFAULT '';  -- without metadata
    CREATE INDEX photos_by_pixels ON photos (pixel_hash);
    UPDATE photos SET taken_from = 'exif' WHERE taken IS NOT NULL;
    ALTER TABLE faces ADD COLUMN sharpness REAL NOT NULL DEFAULT 0;   -- see labeler.faces.quality
    ALTER TABLE faces ADD COLUMN frontality REAL NOT NULL DEFAULT 0;
    ALTER TABLE files ADD COLUMN content_hash TEXT NOT NULL DEFAULT '';  -- of the file as it is
    ALTER TABLE files ADD COLUMN sidecar_ns INTEGER NOT NULL DEFAULT 0;  -- 0: no XMP file beside it
    UPDATE files SET content_hash =
        (SELECT content_hash FROM photos WHERE photos.id = files.photo_id);
    CREATE TABLE editions (                         -- files that hold the same photo, edited or not
        content_hash TEXT PRIMARY KEY,
        photo_id INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE
    ) WITHOUT ROWID;
    INSERT INTO editions SELECT content_hash, id FROM photos;
    CREATE TABLE failures (                         -- files that could not be used, as they were
        path TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        reason TEXT NOT NULL
    );
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL                         -- JSON
    );
    INSERT INTO settings SELECT 'descriptor_model',
        '{"id": "dlib-resnet-v1-mirrored", "threshold": 0.42}'
        WHERE EXISTS (SELECT 1 FROM descriptors);
    """,
    # 3: decisions that tell several sets of faces apart
    """
    ALTER TABLE journal_faces ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
    """,
    # 4: how well faces fit into their groups, and which groups may be one person
    """
    ALTER TABLE clusters ADD COLUMN level REAL;     -- see grouping.cohort; NULL: not computed
    ALTER TABLE clusters ADD COLUMN fit REAL;       -- see grouping.cohesion; NULL: alone
    CREATE TABLE merge_candidates (
        first INTEGER NOT NULL REFERENCES faces ON DELETE CASCADE,
        second INTEGER NOT NULL REFERENCES faces ON DELETE CASCADE,
        closeness REAL NOT NULL,                    -- see grouping.linkage; higher is closer
        PRIMARY KEY (first, second)
    ) WITHOUT ROWID;
    """,
    # 5: renamed people and their births, faces drawn by hand, what automatic names are based on
    """
    ALTER TABLE journal ADD COLUMN value TEXT;      -- a person's new name, or ISO 8601 day of birth
    ALTER TABLE faces ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;  -- 1: by the user
    ALTER TABLE recognitions ADD COLUMN evidence INTEGER REFERENCES faces ON DELETE CASCADE;
    """,
    # 6: answers of the user that are several entries of the journal
    """
    CREATE TABLE answers (
        entry_id INTEGER PRIMARY KEY REFERENCES journal,
        first INTEGER NOT NULL REFERENCES journal   -- entry of the same answer; tells answers apart
    );
    """,
    # 7: captions, keywords and names of files as words to look for; one row for each photo
    """
    CREATE VIRTUAL TABLE photo_texts USING fts5(    -- rowid: id of the photo
        caption, keywords, names, tokenize = "unicode61 remove_diacritics 2"
    );
    CREATE VIEW texts_of_photos AS
        SELECT id, caption, (SELECT group_concat(value, ' ') FROM json_each(keywords)) AS keywords,
            (SELECT group_concat(                   -- bytes, as a path need not be UTF-8
                ltrim(CAST(substr(CAST(path AS BLOB), length(CAST(folder AS BLOB)) + 1) AS TEXT),
                '/\\'), ' ') FROM files WHERE photo_id = photos.id AND NOT missing) AS names
        FROM photos;
    INSERT INTO photo_texts (rowid, caption, keywords, names) SELECT * FROM texts_of_photos;
    CREATE TRIGGER photo_texts_follow_metadata AFTER UPDATE OF caption, keywords ON photos
        WHEN (old.caption IS NOT new.caption OR old.keywords IS NOT new.keywords)
        AND EXISTS (SELECT 1 FROM files WHERE photo_id = new.id) BEGIN  -- else its file is to come
        DELETE FROM photo_texts WHERE rowid = new.id;
        INSERT INTO photo_texts (rowid, caption, keywords, names)
            SELECT * FROM texts_of_photos WHERE id = new.id;
    END;
    CREATE TRIGGER photo_texts_forget_photos AFTER DELETE ON photos BEGIN
        DELETE FROM photo_texts WHERE rowid = old.id;
    END;
    CREATE TRIGGER photo_texts_follow_new_files AFTER INSERT ON files BEGIN
        DELETE FROM photo_texts WHERE rowid = new.photo_id;
        INSERT INTO photo_texts (rowid, caption, keywords, names)
            SELECT * FROM texts_of_photos WHERE id = new.photo_id;
    END;
    CREATE TRIGGER photo_texts_follow_files AFTER UPDATE OF photo_id, missing ON files
        WHEN old.photo_id <> new.photo_id OR old.missing <> new.missing BEGIN
        DELETE FROM photo_texts WHERE rowid IN (old.photo_id, new.photo_id);
        INSERT INTO photo_texts (rowid, caption, keywords, names)
            SELECT * FROM texts_of_photos WHERE id IN (old.photo_id, new.photo_id);
    END;
    CREATE TRIGGER photo_texts_forget_files AFTER DELETE ON files BEGIN
        DELETE FROM photo_texts WHERE rowid = old.photo_id;
        INSERT INTO photo_texts (rowid, caption, keywords, names)
            SELECT * FROM texts_of_photos WHERE id = old.photo_id;
    END;
    """,
    # 8: what a model for searching by meaning says about photos and faces
    """
    CREATE TABLE photo_meanings (
        photo_id INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
        model TEXT NOT NULL,
        looks TEXT NOT NULL,                        -- see storage.meanings; another: out of date
        vector BLOB NOT NULL,                       -- little-endian float16, of length 1
        PRIMARY KEY (photo_id, model)
    );
    CREATE TABLE face_meanings (
        face_id INTEGER NOT NULL REFERENCES faces ON DELETE CASCADE,
        model TEXT NOT NULL,
        looks TEXT NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (face_id, model)
    );
    """,
    # 9: the names of the places where photos were taken
    """
    CREATE TABLE places (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,                         -- see labeler.place; '': not known
        city TEXT NOT NULL,
        county TEXT NOT NULL,
        state TEXT NOT NULL,
        country TEXT NOT NULL,
        also TEXT NOT NULL,                         -- JSON
        UNIQUE (name, city, county, state, country)
    );
    CREATE TABLE photo_places (
        photo_id INTEGER PRIMARY KEY REFERENCES photos ON DELETE CASCADE,
        latitude REAL NOT NULL,                     -- of the photo when its place was found
        longitude REAL NOT NULL,
        place INTEGER REFERENCES places             -- NULL: far from everything
    );
    CREATE INDEX photos_with_position ON photos (latitude, longitude) WHERE latitude IS NOT NULL;
    """,
    # 10: the sorts that this library began, and what tells their manifests from anybody else's
    """
    CREATE TABLE sorts (
        number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order of sorts, whatever the clock says
        id TEXT NOT NULL UNIQUE,                    -- what the manifest calls it
        at TEXT NOT NULL,                           -- ISO 8601, UTC
        inbox TEXT NOT NULL,                        -- folders without links in their paths;
        into_folder TEXT NOT NULL,                  -- paths are BLOBs where they are not UTF-8
        manifest TEXT NOT NULL,
        key BLOB NOT NULL,                          -- 32 bytes that seal the manifest's lines
        last_seal TEXT,                             -- of the line that ended it; NULL: was cut off
        undone INTEGER NOT NULL DEFAULT 0           -- 1: completely
    );
    """,
    # 11: the files that exports wrote, so that nothing else is ever replaced by them
    """
    CREATE TABLE written_files (
        path TEXT NOT NULL,                         -- absolute; a BLOB where it is not UTF-8
        content TEXT NOT NULL,                      -- SHA-256, hexadecimal
        size INTEGER NOT NULL,                      -- bytes
        made_from TEXT NOT NULL DEFAULT '',         -- see storage.written
        PRIMARY KEY (path, content)
    );
    """,
    # 12: what is looked up for each face that goes, for each photo on its page, and in the journal
    """
    CREATE INDEX recognitions_by_evidence ON recognitions (evidence);
    CREATE INDEX merge_candidates_by_second ON merge_candidates (second);
    CREATE INDEX files_by_folder ON files (folder);
    CREATE INDEX journal_faces_by_content ON journal_faces (content_hash);
    """,
    # 13: files that are out of reach (missing = 2, see library.whereabouts), whose faces are kept
    """
    CREATE INDEX files_not_there ON files (missing, photo_id) WHERE missing;
    CREATE VIEW kept_faces AS
        SELECT * FROM faces WHERE photo_id IN (SELECT photo_id FROM files WHERE missing <> 1);
    """,
    # 14: who says what is known of a photo; what beside it was not believed before is read again
    """
    ALTER TABLE photos ADD COLUMN rating INTEGER;               -- stars; -1: rejected
    ALTER TABLE photos ADD COLUMN orientation INTEGER;          -- see labeler.types.Metadata
    ALTER TABLE photos ADD COLUMN doubted TEXT;                 -- a date, ISO 8601
    ALTER TABLE photos ADD COLUMN whence TEXT NOT NULL DEFAULT '{}';  -- JSON: source by fact
    UPDATE files SET sidecar_ns = -1 WHERE sidecar_ns <> 0 OR photo_id IN
        (SELECT id FROM photos WHERE taken_from = 'file time' OR substr(taken, 1, 10) IN
            ('1904-01-01', '1969-12-31', '1970-01-01', '1979-12-31', '1980-01-01'));
    """,
    # 15: photos that were edited: what they look like, what took whose place, which faces are one
    """
    ALTER TABLE photos ADD COLUMN look TEXT NOT NULL DEFAULT '';  -- see labeler.photos.likeness
    CREATE TABLE replaced (                         -- a file that held one photo holds another now
        old INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
        new INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
        compared INTEGER NOT NULL DEFAULT 0,        -- 1: their faces, as they are now
        PRIMARY KEY (old, new)
    ) WITHOUT ROWID;
    CREATE TABLE same_faces (                       -- see labeler.library.same_faces
        face_id INTEGER PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
        root INTEGER NOT NULL REFERENCES faces ON DELETE CASCADE
    );
    CREATE INDEX replaced_by_new ON replaced (new);
    CREATE INDEX same_faces_by_root ON same_faces (root);
    """,
    # 16: videos, whose faces are tracks; journal_faces says when, as a box alone is not enough
    """
    ALTER TABLE photos ADD COLUMN seconds REAL;                 -- of a video; NULL: a photo
    ALTER TABLE faces ADD COLUMN at REAL;                       -- seconds; NULL: on a photo
    ALTER TABLE faces ADD COLUMN moment INTEGER;                -- see labeler.library.videos
    ALTER TABLE journal_faces ADD COLUMN at REAL;
    CREATE TABLE videos (
        photo_id INTEGER PRIMARY KEY REFERENCES photos ON DELETE CASCADE,
        fps REAL NOT NULL,                                      -- frames per second, the mean
        shots BLOB NOT NULL                                     -- float32: start, end; seconds
    );
    CREATE TABLE tracks (                                       -- see labeler.types.Track
        face_id INTEGER PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
        start REAL NOT NULL,
        until REAL NOT NULL,
        looks INTEGER NOT NULL,
        boxes BLOB NOT NULL                                     -- float32: time and box
    );
    """,
    # 17: how each video was watched, so that it is watched so again
    """
    ALTER TABLE videos ADD COLUMN every REAL NOT NULL DEFAULT 0.5;         -- seconds
    ALTER TABLE videos ADD COLUMN thorough INTEGER NOT NULL DEFAULT 0;
    """,
)


def migrate(connection: sqlite3.Connection, path: Path) -> Path | None:
    """Bring the database up to date, each step with its record in one transaction.

    A database that already holds something is backed up beside itself first: where is returned.

    Raises:
        LibraryError: a newer version of this program wrote it.
    """
    done = version(connection, path)
    backup = _back_up(connection, path, done) if 0 < done < len(MIGRATIONS) else None
    apply(connection)
    return backup


def apply(connection: sqlite3.Connection, last: int | None = None) -> None:
    """Take the steps that were not taken yet, without a backup.

    Args:
        last: the last of them; None = all.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, applied_at TEXT)"
    )
    done = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0]
    for number in range(done + 1, (len(MIGRATIONS) if last is None else last) + 1):
        _apply(connection, number)


def version(connection: sqlite3.Connection, path: Path) -> int:
    """Return how many steps were taken.

    Raises:
        LibraryError: a newer version of this program wrote it.
    """
    done = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0]
    if done > len(MIGRATIONS):
        raise LibraryError(sentences.newer(path))
    return int(done)


def _apply(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster while we waited for the lock.
        if connection.execute("SELECT 1 FROM migrations WHERE number = ?", [number]).fetchone():
            connection.execute("ROLLBACK")
            return
        for statement in _statements(MIGRATIONS[number - 1]):
            connection.execute(statement)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        connection.execute("INSERT INTO migrations VALUES (?, ?)", [number, now])
        marks.put_mark(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    """Split a script at the semicolons that end a statement (not those inside a trigger).

    Raises:
        ValueError: the last statement has none; it would be left out without a word.
    """
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    left = [line for line in pending.splitlines() if line.strip() and line.strip()[:2] != "--"]
    if left:
        raise ValueError(f"A step of the schema needs a semicolon at its end: {left[-1].strip()}")
    return statements


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> Path | None:
    """Keep the database as it is beside itself; return where. One that is there stays: None."""
    backup = path.with_name(f"{path.stem}-before-migration-{version + 1}.sqlite")
    if backup.exists() and backup.stat().st_size:
        return None
    with whole_file(backup, private=True) as temporary:
        # Bytes, as a path need not be UTF-8; an empty file may be written, and stays private.
        connection.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(temporary)])
        with closing(connect(temporary)) as copy:  # whose pages are others: no log here is its own
            marks.put_mark(copy)
            marks.put_mark(copy)
    return backup
