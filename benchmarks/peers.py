"""Ways of grouping descriptors, ours and others', behind one signature.

Each takes X, (n, d) float32 of length 1, and photos (n,), and returns clusters (n,), −1 = alone.
What a peer calls noise is alone. Only ours looks at the photos; to compare without that, each face
is given a photo of its own.

Settings that others publish for dlib's own descriptors, which have a length of about 1.42, are
divided by it: grouping does not depend on the scale.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

RAW_LENGTH = 1.42
"""Length of dlib's descriptors, before they are scaled to 1."""
MOST_FOR_ALL_PAIRS = 20_000
"""Above this the methods that hold all pairs of faces are left out (n² distances: 1.6 GB)."""


@dataclass(frozen=True)
class Setting:
    """A way of grouping. usual: as it is published; otherwise one of the grid that we try."""

    method: str
    values: dict[str, Any] = field(default_factory=dict)
    usual: bool = False

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.values.items())


def settings(n: int) -> Iterator[Setting]:
    """Yield the usual setting of every method, and a grid around the best that it can do."""
    yield Setting("ours", usual=True)
    yield Setting("ours, photos unknown", usual=True)
    # DBSCAN()'s own defaults, which tutorials on face clustering keep: eps 0.5, min_samples 5.
    yield Setting("DBSCAN", {"eps": round(0.5 / RAW_LENGTH, 3), "min_samples": 5}, usual=True)
    for eps, least in itertools.product((0.22, 0.24, 0.26, 0.28, 0.30), (2, 5)):
        yield Setting("DBSCAN", {"eps": eps, "min_samples": least})
    yield Setting("HDBSCAN", librephotos(n), usual=True)
    for least, epsilon in ((2, 0.0), (3, 0.0), (2, 0.24), (2, 0.26), (2, 0.28)):
        yield Setting(
            "HDBSCAN",
            {"min_cluster_size": least, "min_samples": 2, "cluster_selection_epsilon": epsilon},
        )
    if n > MOST_FOR_ALL_PAIRS:
        return
    # The threshold of dlib's example face_clustering.py is 0.5.
    yield Setting("Chinese whispers", {"threshold": round(0.5 / RAW_LENGTH, 3)}, usual=True)
    for threshold in (0.26, 0.28, 0.30, 0.32):
        yield Setting("Chinese whispers", {"threshold": threshold})
    for cut in (0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38):
        yield Setting("average linkage", {"cut": cut})


def librephotos(n: int) -> dict[str, Any]:
    """LibrePhotos' settings for n faces (api/face_classify.py).

    It asks the package hdbscan for min_samples 1; scikit-learn counts the point itself too: 2.
    """
    sizes = {100_000: 16, 10_000: 8, 1000: 4}
    least = next((size for above, size in sizes.items() if n > above), 2)
    epsilon = round(0.05 / RAW_LENGTH, 3)
    return {"min_cluster_size": least, "min_samples": 2, "cluster_selection_epsilon": epsilon}


def timed(setting: Setting, X: np.ndarray, photos: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the clusters and the seconds; loading and compiling libraries does not count."""
    method = METHODS[setting.method]
    method(X[:200], photos[:200], **setting.values)
    started = time.perf_counter()
    clusters = method(X, photos, **setting.values)
    return clusters, time.perf_counter() - started


def ours(X: np.ndarray, photos: np.ndarray) -> np.ndarray:
    return ours_in_steps(X, photos)[1]


def ours_in_steps(
    X: np.ndarray, photos: np.ndarray, note: Callable[[str], None] = lambda _: None
) -> tuple[Any, np.ndarray]:
    """Return graph and clusters; `note` is called with the name of each step when it is done."""
    from labeler.faces.io.face_finder import DLIB_MODELS
    from labeler.faces.io.impostors import strangers
    from labeler.groups.clusters import cluster_faces
    from labeler.groups.neighbours import neighbour_graph

    graph = neighbour_graph(X)
    note("graph")
    clusters = cluster_faces(X, graph, photos, strangers=strangers(DLIB_MODELS[2])).clusters
    note("clusters")
    return graph, clusters


def ours_without_photos(X: np.ndarray, photos: np.ndarray) -> np.ndarray:
    return ours(X, np.arange(len(X)))


def dbscan(X: np.ndarray, _: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    from sklearn.cluster import DBSCAN

    return DBSCAN(eps=eps, min_samples=min_samples, n_jobs=-1).fit_predict(X)


def hdbscan(X: np.ndarray, _: np.ndarray, **values: Any) -> np.ndarray:
    from sklearn.cluster import HDBSCAN

    return HDBSCAN(**values, metric="euclidean", n_jobs=-1, copy=True).fit_predict(X)


def chinese_whispers(X: np.ndarray, _: np.ndarray, threshold: float) -> np.ndarray:
    import dlib

    return np.array(dlib.chinese_whispers_clustering([dlib.vector(row) for row in X], threshold))


def average_linkage(X: np.ndarray, _: np.ndarray, cut: float) -> np.ndarray:
    from sklearn.cluster import AgglomerativeClustering

    linkage = AgglomerativeClustering(n_clusters=None, linkage="average", distance_threshold=cut)
    return linkage.fit_predict(X)


METHODS: dict[str, Callable[..., np.ndarray]] = {
    "ours": ours,
    "ours, photos unknown": ours_without_photos,
    "DBSCAN": dbscan,
    "HDBSCAN": hdbscan,
    "Chinese whispers": chinese_whispers,
    "average linkage": average_linkage,
}
