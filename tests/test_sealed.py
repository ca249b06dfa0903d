"""Nothing leaves the computer, and nothing is written where the user did not say."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from . import tiny_meaning
from .conftest import DEMO, SEAL_TEST

pytestmark = pytest.mark.slow

SEAL = Path(__file__).parent / "seal"
ROOT = SEAL.parents[1]
Sealed = Callable[..., tuple[subprocess.CompletedProcess[str], str]]


def own_network() -> list[str]:
    """Return what runs a command in a network of its own, [] = this computer does not let us."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return []
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        attempt = [*command, "ip", "link", "set", "lo", "up"]
        if subprocess.run(attempt, capture_output=True).returncode == 0:
            return command
    return []


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    """Run a Python program sealed; return how it ended, and what was seen to leave or stray."""
    seen = tmp_path / "seen"
    network = own_network()

    def run(*arguments: object, **more: str) -> tuple[subprocess.CompletedProcess[str], str]:
        # Some programs report nothing on machines that call themselves CI.
        kept = {name: value for name, value in os.environ.items() if name != "CI"}
        homes = {
            name: str(tmp_path / "home")
            for name in (
                "HOME",
                *(f"XDG_{kind}_HOME" for kind in ("CACHE", "CONFIG", "DATA", "STATE")),
            )
        }
        sniffing = [*network, sys.executable, "-I", str(SEAL / "sniff.py"), str(seen)]
        done = subprocess.run(
            [*(sniffing if network else []), sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={
                **kept,
                **homes,
                "TMPDIR": str(tmp_path / "tmp"),
                "PYTHONPATH": os.pathsep.join([str(SEAL), str(ROOT)]),
                "PYTHONDONTWRITEBYTECODE": "1",
                "SEAL_LOG": str(seen),
                # Numba keeps what it has compiled beside the code of umap-learn.
                "SEAL_ROOTS": os.pathsep.join([str(tmp_path), sys.prefix]),
                **more,
            },
        )
        return done, seen.read_text() if seen.exists() else ""

    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return run


def test_a_day_with_the_program_is_heard_nowhere(sealed: Sealed, tmp_path: Path) -> None:
    album, inbox = tmp_path / "album", tmp_path / "inbox"
    shutil.copytree(DEMO / "photos" / "2019 Lisbon trip", album)
    inbox.mkdir()
    for photo in sorted((DEMO / "inbox").iterdir())[:4]:
        shutil.copy(photo, inbox)
    (tmp_path / "model").mkdir()
    model = tiny_meaning.write_model(tmp_path / "model")
    before = {path: path.stat().st_mtime_ns for path in album.rglob("*")}
    done, seen = sealed(
        SEAL / "day.py", tmp_path / "library", album, inbox, model, tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("The day is over.\n")
    assert seen == ""
    assert {path: path.stat().st_mtime_ns for path in album.rglob("*")} == before
    home = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert [path.name for path in home] == ["dashboard-secret"]  # of this account's links
    assert list((tmp_path / "tmp").rglob("*")) == []
    ours = {"album", "home", "inbox", "library", "model", "out", "tmp"}
    assert {path.name for path in tmp_path.iterdir()} <= {*ours, "seen"}


@pytest.mark.parametrize(
    "leaving",
    [
        "import socket; socket.getaddrinfo('labeler.example', 443)",
        "import socket; socket.create_connection(('192.0.2.1', 443), 1)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
        ".sendto(b'x', ('192.0.2.1', 53))",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
        "import os; os.mkdir('/var/tmp/labeler-strays')",
        "open('/var/tmp/labeler-strays', 'w')",
    ],
)
def test_the_seal_holds(sealed: Sealed, leaving: str) -> None:
    done, seen = sealed("-c", leaving)
    assert "PermissionError: sealed" in done.stderr
    assert seen
    assert not Path("/var/tmp/labeler-strays").exists()


@pytest.mark.parametrize(
    "leaving",
    [
        "socket.getaddrinfo('labeler.example', 443)",
        "socket.create_connection(('192.0.2.1', 443), 1)",
        "socket.create_connection(('2001:db8::1', 443), 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_native_code_is_heard(sealed: Sealed, leaving: str) -> None:
    """Isolated, Python is not sealed from within: as if a C library had sent it."""
    if not own_network():
        pytest.skip("This computer does not let us make a network of our own (`unshare --net`).")
    code = f"import contextlib, socket\nwith contextlib.suppress(OSError): {leaving}"
    done, seen = sealed("-I", "-c", code)
    assert done.returncode == 0, done.stderr
    assert seen


def test_what_stays_here_is_let_through(sealed: Sealed) -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(s.getsockname()); socket.getaddrinfo('localhost', 80)"
    )
    done, seen = sealed("-c", code)
    assert (done.returncode, seen) == (0, "")


def test_all_tests_run_sealed() -> None:
    with pytest.raises(PermissionError, match="sealed"):
        socket.create_connection((SEAL_TEST, 443), 1)
