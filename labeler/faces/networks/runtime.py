"""Networks made ready to run when first needed, with the number of cores set on purpose."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def onnxruntime() -> Any:
    """Return the module onnxruntime, silenced. No other place may import it.

    Its official builds, since 1.29 also those for Linux and macOS, report to their maker which
    networks are run, how often and on what computer, unless this variable is set before the
    import. The variable reaches processes that this one starts, too. Windows builds that report
    through the system do not look at it; the call silences these.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime as module

    module.disable_telemetry_events()
    return module


def session(network: Path | bytes, threads: int = 1) -> Any:
    """Return an onnxruntime session. One core per call by default: photos run side by side.

    Args:
        network: its path, or its content.
    """
    engine = onnxruntime()
    options = engine.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = network if isinstance(network, bytes) else str(network)
    return engine.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def cached_session(path: Callable[[], Path], threads: int = 1) -> Any:
    """Return a session of a converted network. If the file is damaged, it is converted once more.

    Args:
        path: makes the file if it is missing, and returns where it is.
    """
    file = path()
    try:
        return session(file, threads)
    except Exception:  # onnxruntime's errors have no common class
        file.unlink(missing_ok=True)
        return session(path(), threads)


class Once(Generic[T]):
    """Makes a value when it is first asked for, once per process: `once()`.

    Pickling takes along how to make it, not the value.
    """

    def __init__(self, make: Callable[..., T], *arguments: Any) -> None:
        self._how = (make, arguments)
        self._forget()

    def __call__(self) -> T:
        with self._lock:
            if not self._values:
                make, arguments = self._how
                self._values.append(make(*arguments))
            return self._values[0]

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._values: list[T] = []

    def __reduce__(self) -> Any:
        return _same, (type(self), *self._how)


_arrived: dict[Any, Once[Any]] = {}
_arriving = threading.Lock()


def _same(kind: type[Once[T]], make: Callable[..., T], arguments: tuple[Any, ...]) -> Once[T]:
    """What arrives in a process by several messages is still made once."""
    key = (kind, make, arguments)
    with _arriving:
        if key not in _arrived:
            _arrived[key] = kind(make, *arguments)
        return _arrived[key]


class OncePerThread(Once[T]):
    """The same for objects that two threads must not use at once."""

    def __call__(self) -> T:
        if not hasattr(self._local, "value"):
            make, arguments = self._how
            self._local.value = make(*arguments)
        return self._local.value

    def _forget(self) -> None:
        self._local = threading.local()
