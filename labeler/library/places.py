"""Where photos were taken, in names, so that no search has to look into a gazetteer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.library.database import Database
from labeler.place import Place
from labeler.types import IntArray

_GAZETTEER = "gazetteer"
"""Setting: what the places were looked up in."""
_IS_OF_NOW = (
    "photos.id = photo_places.photo_id AND photos.latitude = photo_places.latitude "
    "AND photos.longitude = photo_places.longitude"
)
"""A place counts for the position that it was looked up for, and no more when that is corrected."""
_NAMES = "name, city, county, state, country, also"


class PlaceTables(Database):
    """Places by photo. They can be found again at any time."""

    def has_positions(self) -> bool:
        """Tell whether any photo has a position."""
        row = (
            self._connection()
            .execute("SELECT EXISTS (SELECT 1 FROM photos WHERE latitude IS NOT NULL)")
            .fetchone()
        )
        return bool(row[0])

    def without_place(self) -> tuple[IntArray, NDArray[np.float64]]:
        """Return ids (n,) and positions (n, 2), in degrees, of photos whose place is to be found.

        A photo with a position far from everything is none of them, once that is known.
        """
        rows = (
            self._connection()
            .execute(
                "SELECT photos.id, photos.latitude, photos.longitude FROM photos "
                f"LEFT JOIN photo_places ON {_IS_OF_NOW} "
                "WHERE photos.latitude IS NOT NULL AND photo_places.photo_id IS NULL"
            )
            .fetchall()
        )
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 2)

    def forget_other_places(self, gazetteer: str) -> None:
        """Forget all places unless they were looked up in this gazetteer."""
        if self.setting(_GAZETTEER) == gazetteer:
            return
        with self._transaction() as connection:
            connection.execute("DELETE FROM photo_places")
            connection.execute("DELETE FROM places")
        self.write_setting(_GAZETTEER, gazetteer)

    def put_places(
        self,
        photo_ids: IntArray,
        positions: NDArray[np.float64],
        places: Sequence[Place | None],
    ) -> None:
        """Note where photos (n,) at positions (n, 2) were taken; None = far from everything."""
        with self._transaction() as connection:
            known = _place_ids(connection, dict.fromkeys(place for place in places if place))
            connection.executemany(
                "INSERT OR REPLACE INTO photo_places VALUES (?, ?, ?, ?)",
                [
                    (photo_id, *position, known[place] if place else None)
                    for photo_id, position, place in zip(
                        photo_ids.tolist(), positions.tolist(), places, strict=True
                    )
                ],
            )

    def places(self) -> list[tuple[Place, IntArray]]:
        """Return each place with the ids of the photos that were taken there, (m,) ascending."""
        execute = self._connection().execute
        photos: dict[int, list[int]] = {}
        for place, photo in execute(
            f"SELECT place, photo_id FROM photo_places JOIN photos ON {_IS_OF_NOW} "
            "WHERE place IS NOT NULL ORDER BY photo_id"
        ):
            photos.setdefault(place, []).append(photo)
        rows = execute(f"SELECT id, {_NAMES} FROM places ORDER BY id").fetchall()
        return [
            (_place(values), np.array(photos[place], dtype=np.int64))
            for place, *values in rows
            if place in photos
        ]

    def place_of(self, photo_id: int) -> Place | None:
        """Return where one photo was taken, None = not known."""
        row = (
            self._connection()
            .execute(
                f"SELECT {_NAMES} FROM places WHERE id = (SELECT place FROM photo_places "
                f"JOIN photos ON {_IS_OF_NOW} WHERE photo_id = ?)",
                [photo_id],
            )
            .fetchone()
        )
        return _place(row) if row else None


def _place_ids(connection: Any, places: Iterable[Place]) -> dict[Place, int]:
    """Return the id of each place, which is stored once."""
    found = {}
    for place in places:
        values = [place.name, place.city, place.county, place.state, place.country]
        also = json.dumps(place.also, ensure_ascii=False)
        row = connection.execute(
            f"INSERT INTO places ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET also = excluded.also RETURNING id",
            [*values, also],
        ).fetchone()
        found[place] = int(row[0])
    return found


def _place(row: Sequence[Any]) -> Place:
    name, city, county, state, country, also = row
    return Place(name, city, county, state, country, tuple(json.loads(also)))
