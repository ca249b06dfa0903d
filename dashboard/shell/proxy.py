"""What a proxy says of who asked it: under which name, how, and for whom.

Everybody can write such headers; so they are believed only from the addresses that the user named,
and taken away from all other requests before anything looks at them. Of several values, the last
is what the named proxy itself has added.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labeler.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
STRIPPED = "face_labeler.stripped"
"""Key in WSGI's environment: the base path that the proxy took from the path."""
VOUCHED = "face_labeler.vouched"
"""Key in WSGI's environment: the named proxy says by which name it was asked."""
_HEADERS = ("FOR", "HOST", "PROTO", "PREFIX", "PORT", "SERVER", "BY", "SSL", "SCHEME")


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies that are believed; without any, nobody is."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def named(cls, addresses: Iterable[str]) -> Proxies:
        """Return the proxies of addresses like '127.0.0.1' or '172.18.0.0/16'.

        Raises:
            UsageError: something is no address, or stands for everybody.
        """
        return cls(tuple(map(_network, addresses)))

    def believe(self, environ: dict[str, Any]) -> None:
        """Put what a named proxy says where the request itself would say it.

        Args:
            environ: of WSGI; changed.
        """
        said = {name: _last(environ.pop(f"HTTP_X_FORWARDED_{name}", "")) for name in _HEADERS}
        environ.pop("HTTP_FORWARDED", None)
        if not self._are(environ.get("REMOTE_ADDR", "")):
            return
        if said["HOST"]:
            environ["HTTP_HOST"] = said["HOST"]
            environ[VOUCHED] = True
        if said["PROTO"] in ("http", "https"):
            environ["wsgi.url_scheme"] = said["PROTO"]
        if said["FOR"]:
            environ["REMOTE_ADDR"] = said["FOR"]
        if said["PREFIX"]:
            environ[STRIPPED] = said["PREFIX"].rstrip("/")

    def _are(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        inner = getattr(found, "ipv4_mapped", None) or found
        return any(inner in network for network in self.networks)


NONE = Proxies()


def _network(given: str) -> Network:
    try:
        network = ipaddress.ip_network(given, strict=False)
    except ValueError:
        network = None
    if network is None or network.prefixlen == 0:
        raise UsageError(
            f"{given} cannot be the address of a proxy; write it in numbers, like 127.0.0.1 or "
            "172.18.0.0/16."
        )
    return network


def _last(values: str) -> str:
    return values.rpartition(",")[2].strip()
