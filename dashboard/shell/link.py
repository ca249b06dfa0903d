"""The link that lets its owner in: where its token comes from, and how the browser gets it.

On this computer's own address, the link of a library stays the same from start to start, so that
open tabs and bookmarks go on working. Is that safe? The token is as good as a password that was
drawn by lot (192 bits), the server hands it to nobody, and whoever could read it from the file
below reads the library's own files as well. It is computed from a secret of this account and the
library's place, and not kept in the library: a library may be copied from somebody else, backed up,
or lie on a disk that knows no permissions. Deleting the file, or `--new-link`, makes new links of
all libraries. Where others can reach the server, each start has a new link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

SECRET_BYTES = 32
_LETTERS = 32
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>face labeler</title>
<link rel="icon" href="data:,"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={0}"></head>
<body><p><a href="{0}">Open the dashboard</a></p></body></html>
"""


def secret_file() -> Path:
    """Return where the secret of this account is kept."""
    import platformdirs

    return Path(platformdirs.user_state_dir("face-labeler", appauthor=False)) / "dashboard-secret"


def kept_token(library: Path, renew: bool = False) -> str | None:
    """Return the token of a library's link, the same as before; None = it cannot be kept.

    Args:
        library: the library's folder.
        renew: forget what was kept; the links of all libraries are new ones from then on.
    """
    path = secret_file()
    try:
        secret = None if renew else _read(path)
        if secret is None:
            secret = secrets.token_bytes(SECRET_BYTES)
            _write(path, secret)
    except OSError:
        return None
    place = os.fsencode(os.path.realpath(library))
    digest = hmac.new(secret, place, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_LETTERS]


def _read(path: Path) -> bytes | None:
    """Return the secret; None = there is none, or somebody else can read it or may have made it."""
    try:
        number = os.open(path, os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _BINARY)
    except OSError:
        return None
    with open(number, "rb") as stream:
        found = os.fstat(number)
        private = stat.S_ISREG(found.st_mode)
        if os.name == "posix":
            private &= found.st_uid == os.geteuid() and not found.st_mode & 0o077
        secret = stream.read(SECRET_BYTES + 1) if private else b""
    return secret if len(secret) == SECRET_BYTES else None


def _write(path: Path, secret: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # for the owner only
    try:
        with open(number, "wb") as stream:
            stream.write(secret)
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


_BINARY = _flag("O_BINARY")


def leading_to(address: str) -> str:
    """Return a page that goes on to an address, and tells nobody where from."""
    return _PAGE.format(html.escape(address))


class OpeningPage:
    """A file that leads the browser to the link: everybody sees the arguments of a program, and a
    link among them would let in who is quick. Only the owner can read the file.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, link: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="face-labeler-open-", dir=_place()))
        page = self._folder / "dashboard.html"
        try:
            with open(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(leading_to(link))
        except OSError:
            self.remove()
            raise
        self.address = page.as_uri()

    def remove(self) -> None:
        """Remove the file; what is gone already is no fault."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _place() -> str | None:
    """Return where browsers can read a file; None = where temporary files are.

    A browser that was installed as a snap sees neither the folder of temporary files nor hidden
    folders, but what lies openly in the user's home.
    """
    home = os.path.expanduser("~")
    return home if os.path.isdir("/snap") and os.access(home, os.W_OK) else None
