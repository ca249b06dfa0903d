"""Run a function over many items on all cores, in threads, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from labeler.errors import LabelerError

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(
    function: Callable[[T], R], items: Iterable[T], jobs: int = -1, dask: str | None = None
) -> Iterator[R]:
    """Yield function(item) in the order of the items; −1 jobs = one per core.

    Only a few items are under way at a time, so memory does not grow with their number. Threads
    are enough because decoding and the networks release the interpreter's lock.

    Args:
        dask: address of a scheduler; function, items and results must then be picklable. Scheduler
            and workers run whatever code they are sent, and what they send back is unpickled here:
            whoever reaches any of them can run code as its user. With an address like
            tls://host:8786, Dask's own settings (`distributed.comm.tls`: ca-file, client.cert,
            client.key) are followed, and only who has a certificate of that authority gets in.

    Raises:
        LabelerError: Dask is not installed, or nobody answers at that address.
    """
    from joblib import Parallel, delayed

    with _backend(dask):
        run = Parallel(
            n_jobs=jobs, prefer="threads", return_as="generator", pre_dispatch="2*n_jobs"
        )
        yield from run(delayed(function)(item) for item in items)


@contextmanager
def _backend(dask: str | None) -> Iterator[None]:
    if dask is None:
        yield
        return
    from joblib import parallel_config

    try:
        from distributed import Client
    except ImportError as error:
        raise LabelerError(
            "--dask needs Dask; install it with `pip install 'face-labeler[dask]'`."
        ) from error
    try:
        client = Client(dask, timeout=10)
    except TypeError as error:  # no certificates for tls://
        raise LabelerError(
            f"{dask} needs certificates; name them in Dask's settings (distributed.comm.tls)."
        ) from error
    except (OSError, ValueError) as error:
        raise LabelerError(
            f"No Dask scheduler answers at {dask}; start one with `dask scheduler`."
        ) from error
    with client, parallel_config(backend="dask", wait_for_workers_timeout=30):
        yield
