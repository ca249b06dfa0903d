"""Run a function over many items on all cores, in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_threads(function: Callable[[T], R], items: Iterable[T], jobs: int = -1) -> Iterator[R]:
    """Yield function(item) in the order of the items; −1 jobs = one per core.

    Only a few items are under way at a time, so memory does not grow with their number. Threads
    are enough because decoding and the networks release the interpreter's lock.
    """
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=jobs, prefer="threads", return_as="generator", pre_dispatch="2*n_jobs")
    return run(delayed(function)(item) for item in items)
