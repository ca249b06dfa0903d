"""Refuse and record what leaves this computer or is written where it does not belong.

A Python that finds this module on its path runs it when it starts, and so do the processes that it
starts. SEAL_LOG names the record, SEAL_ROOTS the folders where files may be written.
What native code does is not seen here; see sniff.py.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def close(log: str, roots: Sequence[str] = ()) -> None:
    """Seal this process for good.

    Args:
        log: where each attempt is written down, one a line.
        roots: the only folders to write in; none = writing is not looked at.
    """

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        what = _leaving(event, arguments) or (roots and _stray(event, arguments, roots))
        if what:
            number = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(number, f"{event} {what}\n".encode())
            os.close(number)
            raise PermissionError(f"sealed: {event} {what}")

    sys.addaudithook(hook)


def _leaving(event: str, arguments: tuple[Any, ...]) -> str | None:
    if event in _LOOKUPS:
        return None if _is_here(arguments[0]) else repr(arguments[0])
    if event in _SENDING:
        sender, address = arguments
        # Connecting a UDP socket sends nothing: Dask learns its own address that way.
        silent = event == "socket.connect" and sender.type == socket.SOCK_DGRAM
        if not silent and isinstance(address, tuple) and not _is_here(address[0]):
            return repr(address)
    return None


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _stray(event: str, arguments: tuple[Any, ...], roots: Sequence[str]) -> str | None:
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, (str, bytes)) or not (flags or 0) & _WRITING:
            return None
    elif event == "os.mkdir":
        path = arguments[0]
    else:
        return None
    place = os.path.abspath(os.fsdecode(path))
    return None if place.startswith(("/dev/", "/proc/", *roots)) else place


if "SEAL_LOG" in os.environ:
    close(os.environ["SEAL_LOG"], os.environ["SEAL_ROOTS"].split(os.pathsep))
