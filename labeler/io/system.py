"""What this computer is, and which versions are installed: facts for a report of a fault."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from importlib import metadata
from pathlib import Path

PACKAGE = "face-labeler"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def versions() -> dict[str, str]:
    """Return the versions of the program, and of all that it may use, as far as it is there."""
    found = {PACKAGE: _version(PACKAGE) or "not installed"}
    found |= {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    wanted = {_name_in(one) for one in _requirements()}
    installed = {name: version for name in sorted(wanted) if (version := _version(name))}
    return {**found, **installed}


def computer() -> dict[str, str]:
    """Return system, processor, cores and memory; nothing that tells whose it is."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": processor(),
        "cores": f"{usable_cores()} of {os.cpu_count()}",
        "memory": _memory(),
    }


def processor() -> str:
    """Return what the processor is called; 'unknown' if the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown"


def usable_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _memory() -> str:
    try:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return "unknown"
    return f"{size / 1e9:.0f} GB"


def _requirements() -> list[str]:
    """Return what the program needs, but for what only its developers do."""
    try:
        needed = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    return [one for one in needed if "'dev'" not in one.replace('"', "'")]


def _name_in(requirement: str) -> str:
    """Return the package that a requirement is about.

    >>> _name_in("umap-learn<0.6,>=0.5.7; python_version < '3.12'")
    'umap-learn'
    """
    found = _NAME.match(requirement)
    return found.group() if found else requirement


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
