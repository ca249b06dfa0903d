"""What the user calls a camera: a number, a device, an address in the network, or a video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from labeler.errors import UsageError

SCHEMES = ("rtsp", "rtsps", "http", "https")
_DEVICES = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""FFmpeg's names of what gives the pictures of cameras, by system."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where pictures come from.

    url: as FFmpeg wants it. device: FFmpeg's name of the device's kind, '' = it is none. shown: as
    the user may see it, and everybody who reads along: without a password.
    """

    kind: Literal["camera", "stream", "file"]
    url: str
    shown: str
    device: str = ""


def address_of(source: str, system: str, is_file: bool) -> Address:
    """Return where the pictures come from that the user has asked for.

    Args:
        system: as `sys.platform` says. is_file: there is an ordinary file of this name.

    Raises:
        UsageError: it cannot be any of these.

    >>> address_of("0", "linux", False).url, address_of("0", "darwin", False).url
    ('/dev/video0', '0:none')
    >>> address_of("rtsp://anna:secret@door/1", "linux", False).shown
    'rtsp://door/1'
    """
    if is_file:
        return Address("file", source, source)
    scheme, separator, _ = source.partition("://")
    if separator:
        return _stream(source, scheme.lower())
    device = _DEVICES.get(system, "v4l2")
    if source.isdecimal() and len(source) < 4:
        number = int(source)
        url = {"v4l2": f"/dev/video{number}", "avfoundation": f"{number}:none"}.get(device, source)
        return Address("camera", url, f"camera {number}", device)
    if device == "v4l2":
        if not source.startswith("/dev/"):
            raise UsageError(
                f"There is no camera or video {source}; say the number of a camera, such as 0, "
                "an address that begins with rtsp:// or http://, or a file."
            )
        return Address("camera", source, source, device)
    url = f"{source}:none" if device == "avfoundation" else f"video={source}"
    return Address("camera", url, source, device)


def _stream(source: str, scheme: str) -> Address:
    try:
        parts = urlsplit(source)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if scheme not in SCHEMES or not host:
        raise UsageError(
            f"{_without_password(source)} is no address of a camera; they begin with rtsp:// or "
            "http://, followed by the camera's name or number in your network."
        )
    return Address("stream", source, _without_password(source))


def _without_password(source: str) -> str:
    """Return an address without user and password, nor what stands behind the question mark."""
    scheme, _, rest = source.partition("://")
    place, slash, path = rest.partition("/")
    host = place.rpartition("@")[2]
    return f"{scheme}://{host}{slash}{path.partition('?')[0]}"
