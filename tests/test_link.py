"""The link to the dashboard stays the same for its owner, and is nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.shell import link

posix = pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "face-labeler" / "dashboard-secret"
    monkeypatch.setattr(link, "secret_file", lambda: path)
    return path


def test_it_stays_the_same_until_it_is_renewed(secret: Path, tmp_path: Path) -> None:
    first = link.kept_token(tmp_path / "one")
    assert first is not None
    assert len(first) == 32
    assert link.kept_token(tmp_path / "two" / ".." / "one") == first
    assert link.kept_token(tmp_path / "two") != first
    renewed = link.kept_token(tmp_path / "one", renew=True)
    assert renewed not in (None, first)
    secret.unlink()
    assert link.kept_token(tmp_path / "one") not in (None, first, renewed)


@posix
def test_only_the_owner_can_read_it(secret: Path, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        link.kept_token(tmp_path)
    finally:
        os.umask(old)
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]


@posix
@pytest.mark.parametrize("kind", ["readable", "short", "long", "link", "pipe", "folder"])
def test_what_others_may_know_is_not_taken(secret: Path, tmp_path: Path, kind: str) -> None:
    first = link.kept_token(tmp_path)
    bad = secret.read_bytes()
    if kind == "readable":
        secret.chmod(0o640)
    elif kind in ("short", "long"):
        secret.write_bytes(bad[:10] if kind == "short" else bad + b"x")
    else:
        secret.unlink()
    if kind == "link":
        other = tmp_path / "theirs"
        other.write_bytes(bad)
        other.chmod(0o600)
        secret.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(secret, 0o600)
    elif kind == "folder":
        secret.mkdir()
        assert link.kept_token(tmp_path) is None  # a token for this run
        return
    second = link.kept_token(tmp_path)
    assert second not in (None, first)
    assert secret.stat().st_mode & 0o777 == 0o600
    assert link.kept_token(tmp_path) == second


def test_where_nothing_can_be_kept_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(link, "secret_file", lambda: tmp_path / "file" / "dashboard-secret")
    assert link.kept_token(tmp_path) is None


def test_the_browser_is_led_by_a_file_of_the_owner() -> None:
    page = link.OpeningPage('http://127.0.0.1:1/?token=a&b="')
    path = Path(page.address.removeprefix("file://"))
    assert "token" not in page.address
    assert 'url=http://127.0.0.1:1/?token=a&amp;b=&quot;"' in path.read_text()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    page.remove()
    page.remove()
    assert not path.parent.exists()
