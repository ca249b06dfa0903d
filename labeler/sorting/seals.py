"""Seal the lines of a manifest, so that nobody without the key can write, change or reorder them.

Each line of JSON ends with a seal: an HMAC-SHA-256 of the seal of the line before it, and of the
line. A key belongs to one manifest, so nothing can be taken over from another. What a chain cannot
tell is whether lines are missing at its end.
"""

from __future__ import annotations

import hashlib
import hmac
import re

FIRST = ""
"""What stands for the seal before the first line."""
_SEALED = re.compile(rb'(\{.+), "seal": "([0-9a-f]{64})"\}', re.DOTALL)


class BrokenSealError(ValueError):
    """A line was not written here, or not in this place."""


def sealed(text: bytes, key: bytes, before: str) -> tuple[bytes, str]:
    """Return a JSON object that is not empty with its seal in it, and the seal.

    >>> line, seal = sealed(b'{"id": 1}', b"key", FIRST)
    >>> opened(line, b"key", FIRST) == (b'{"id": 1}', seal)
    True
    """
    seal = _seal(text, key, before)
    return text[:-1] + b', "seal": "' + seal.encode() + b'"}', seal


def opened(line: bytes, key: bytes, before: str) -> tuple[bytes, str]:
    """Return the object in a sealed line, and the seal.

    Raises:
        BrokenSealError: it has no seal, or another one.
    """
    found = _SEALED.fullmatch(line)
    if found is None:
        raise BrokenSealError("no seal")
    text, seal = found[1] + b"}", found[2].decode()
    if not hmac.compare_digest(seal, _seal(text, key, before)):
        raise BrokenSealError("another seal")
    return text, seal


def _seal(text: bytes, key: bytes, before: str) -> str:
    return hmac.new(key, before.encode() + text, hashlib.sha256).hexdigest()
