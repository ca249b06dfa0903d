"""A large library of made-up faces, written in seconds: nobody is found, embedded or grouped."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks import synthetic
from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings
from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.types import AnalysedPhoto, Box, FoundFace, GroupedFaces, PhotoFacts, PhotoFile

FACES, NAMED = 100_000, 300
"""As large as the library that the dashboard has to be quick with."""
LEAST_GROUPED = 3
"""People with fewer faces are in no group, as mostly in a real library."""
SPREAD, SPREAD_ON_MAP = 0.4, 0.01
"""How wide the cloud of a person is, beside that of everybody."""
AT_ONCE = 1000


def write_crowd(folder: Path, faces: int = FACES, named: int = NAMED, seed: int = 0) -> None:
    """Write a library whose groups are people; those with most faces are called Person 0, 1, ….

    How many faces people have, and who is on a photo with whom, is drawn as in
    `benchmarks.synthetic`; descriptors and the map are clouds around random places.

    Args:
        folder: where the library will be.
        named: so many people have a name.
    """
    random = np.random.default_rng(seed)
    sizes = synthetic.person_sizes(faces, random)
    sizes[::-1].sort()
    people = np.repeat(np.arange(len(sizes)), sizes)
    photos = synthetic.photos_of(people, sizes, synthetic.households_of(sizes, random), random)
    order = np.argsort(photos, kind="stable")
    people, photos = people[order], photos[order]
    library = Library.create(folder)
    library_finder.remember(library, None, DLIB_MODELS[FinderSettings().views])
    X = _around(random, people, 128, SPREAD)
    add_photos(library, X / np.linalg.norm(X, axis=1, keepdims=True), photos)
    ids = library.faces().ids
    clusters = np.where(sizes[people] >= LEAST_GROUPED, people, -1)
    unknown = np.full(faces, np.nan, dtype=np.float32)
    library.write_clusters(GroupedFaces(ids, clusters, unknown, unknown))
    library.write_setting(numbering.NEXT_CLUSTER, len(sizes))
    library.write_map(ids, _around(random, people, 2, SPREAD_ON_MAP))
    for person in range(named):
        naming.name_faces(library, ids[people == person].tolist(), f"Person {person}")
    library.close()


def add_photos(library: Library, X: np.ndarray, photos: np.ndarray) -> None:
    """Write faces (n, d) as if they had been found; photos (n,) are in rising order."""
    model = DLIB_MODELS[FinderSettings().views].id
    starts = np.flatnonzero(np.diff(photos, prepend=-1))
    rows = np.split(np.arange(len(X)), starts[1:])
    analysed = [_photo(int(photos[some[0]]), X[some]) for some in rows]
    for start in range(0, len(analysed), AT_ONCE):
        library.add_photos(analysed[start : start + AT_ONCE], "drawn", model)


def _photo(number: int, X: np.ndarray) -> AnalysedPhoto:
    landmarks = np.zeros((5, 2), dtype=np.float32)
    faces = tuple(FoundFace(Box(100.0 * i, 0, 80, 90), 0.9, landmarks, x) for i, x in enumerate(X))
    path = f"/drawn/{number}.jpg"
    return AnalysedPhoto(PhotoFile(path, 1, 1), f"{number:064x}", PhotoFacts(1000, 100), faces)


def _around(
    random: np.random.Generator, people: np.ndarray, dimensions: int, spread: float
) -> np.ndarray:
    """Return a point for each face, (n, dimensions) float32, in a cloud around its person's."""
    centres = random.standard_normal((people.max() + 1, dimensions), dtype=np.float32)
    around = random.standard_normal((len(people), dimensions), dtype=np.float32)
    return centres[people] + spread * around
