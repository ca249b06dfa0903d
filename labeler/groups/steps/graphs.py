"""The descriptors and the neighbour graph of a library, kept in its cache between runs.

Both can be made again from the library at any time. `….faces` is a list of records, one for each
face, to which new faces are appended; `….graph.npz` holds the neighbours of the first n of them.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.groups.neighbours import NeighbourGraph, neighbour_graph, updated
from labeler.io.files import anything, private_folder, whole_file
from labeler.library.store import Library
from labeler.positions import positions_of_all
from labeler.types import FloatArray, IntArray

MOST_NEW = 0.25
"""With a larger share of new faces, the graph is made anew."""
_BLOCK = 1 << 15


def current_graph(library: Library, ids: IntArray, X: FloatArray) -> NeighbourGraph:
    """Return the graph of faces, (n,) ids and their (n, d) descriptors.

    What is known of faces that did not change is used again.
    """
    cache = _Cache(library)
    records = cache.records(X.shape[1]) if len(ids) else None
    graph = None if records is None else cache.graph(records["id"])
    if records is None or graph is None:
        graph = neighbour_graph(X)
    else:
        before = _before(records[: len(graph)], ids, X)
        if np.array_equal(before, np.arange(len(records))):
            return graph
        is_little = (before < 0).sum() <= MOST_NEW * len(ids)
        graph = updated(graph, X, before) if is_little else neighbour_graph(X)
    cache.write(ids, X, graph)
    return graph


def vectors_of(library: Library, ids: IntArray, d: int) -> FloatArray:
    """Return the comparable descriptors, (n, d) float32, of faces; NaN for those without one."""
    records = _Cache(library).records(d)
    places = np.full(len(ids), -1) if records is None else _places(records["id"], ids)
    X, kept = np.full((len(ids), d), np.nan, dtype=np.float32), places >= 0
    if records is not None:
        X[kept] = records["vector"][places[kept]]
    known, rest = library_finder.descriptors(library, ids[~kept].tolist())
    if len(known):
        there = np.flatnonzero(~kept & np.isin(ids, known))
        X[there] = rest[positions_of_all(known, ids[there])]
    return X


def add_vectors(library: Library, ids: IntArray, X: FloatArray) -> None:
    """Keep the descriptors of new faces."""
    _Cache(library).append(ids, X)


class _Cache:
    """The two files. A cache that cannot be read is as good as none."""

    def __init__(self, library: Library) -> None:
        model = library_finder.descriptor_model(library).id
        folder = library.cache / "graph"
        name = hashlib.sha256(model.encode()).hexdigest()[:16]  # an id may hold any letters
        self._faces = folder / f"{name}.faces"
        self._graph = folder / f"{name}.graph.npz"

    def records(self, d: int) -> NDArray[Any] | None:
        """Return the records, of which the latest of each face counts."""
        kind = _record(d)
        try:
            number = self._faces.stat().st_size // kind.itemsize
            if not number:
                return None
            return np.memmap(self._faces, kind, mode="r", shape=(number,))
        except (OSError, ValueError):
            return None

    def graph(self, ids: IntArray) -> NeighbourGraph | None:
        try:
            with open(self._graph, "rb") as opened, np.load(opened, allow_pickle=False) as file:
                known, indices, distances = file["ids"], file["indices"], file["distances"]
        except (OSError, ValueError, KeyError, BadZipFile):
            return None
        if not np.array_equal(known, ids[: len(known)]):
            return None
        return NeighbourGraph(indices.astype(np.int64), distances)

    def write(self, ids: IntArray, X: FloatArray, graph: NeighbourGraph) -> None:
        """Replace both files. A full disk costs the cache only."""
        with suppress(OSError, LabelerError):
            private_folder(self._faces.parent)
            # Never beside records that it does not belong to, whenever we are interrupted.
            self._graph.unlink(missing_ok=True)
            with whole_file(self._faces, anything) as part:
                _write_records(part, ids, X, "wb")
            with whole_file(self._graph, anything) as part, open(part, "wb") as file:
                indices = graph.indices.astype(np.int32)
                np.savez(file, ids=ids, indices=indices, distances=graph.distances)

    def append(self, ids: IntArray, X: FloatArray) -> None:
        size = _record(X.shape[1]).itemsize
        if self._faces.is_symlink():  # the library came from elsewhere, and this leads out of it
            return
        with suppress(OSError):
            # Without the end of a record that an interruption may have left.
            os.truncate(self._faces, self._faces.stat().st_size // size * size)
            _write_records(self._faces, ids, X, "ab")


def _record(d: int) -> np.dtype[Any]:
    return np.dtype([("id", "<i8"), ("vector", "<f4", (d,))])


def _write_records(path: Path, ids: IntArray, X: FloatArray, mode: str) -> None:
    with open(path, mode) as file:
        for start in range(0, len(ids), _BLOCK):
            block = slice(start, start + _BLOCK)
            records = np.empty(len(ids[block]), dtype=_record(X.shape[1]))
            records["id"], records["vector"] = ids[block], X[block]
            file.write(records.tobytes())


def _places(known: IntArray, ids: IntArray) -> IntArray:
    """Return the last place of each id among those known, −1 = nowhere."""
    order = np.argsort(known, kind="stable")
    places = np.searchsorted(known, ids, side="right", sorter=order) - 1
    found = order[np.maximum(places, 0)]
    return np.where((places >= 0) & (known[found] == ids), found, -1)


def _before(records: NDArray[Any], ids: IntArray, X: FloatArray) -> IntArray:
    """Return the place of each face, (n,), in the records; −1 = it is new or has changed."""
    places = _places(records["id"], ids)
    for start in range(0, len(ids), _BLOCK):
        block = places[start : start + _BLOCK]
        same = (records["vector"][block] == X[start : start + _BLOCK]).all(axis=1)
        block[~same] = -1
    return places
