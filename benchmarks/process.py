"""Run a function in a process of its own, so that time and memory are its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def alone(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Return what `work` returns, and the peak memory in MB of the new process that it ran in.

    Python and the imported libraries are part of that (about 100 MB). A process is born with the
    peak of the one that started it, so the caller must hold no data: pass paths.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:  # unlike Pool's, free to use all cores
        return pool.submit(_with_peak, work, arguments).result()


def peak_mb() -> float:
    """Return the peak memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _with_peak(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    found = work(*arguments)
    return found, peak_mb()
