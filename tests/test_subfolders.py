"""Which folders somebody can choose from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.photos.io.subfolders import beginnings, subfolders


def test_only_names_of_folders_are_told(tmp_path: Path) -> None:
    for name in ("b", "A", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "photo.jpg").touch()
    (tmp_path / "link").symlink_to(tmp_path / "b")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    if os.name == "posix":
        os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    assert subfolders(tmp_path) == ["A", "b", "link"]
    with pytest.raises(LabelerError, match=r"cannot be opened \(No such file"):
        subfolders(tmp_path / "gone")
    with pytest.raises(LabelerError, match="choose another"):
        subfolders(tmp_path / "photo.jpg")
    with pytest.raises(LabelerError, match="no such name"):
        subfolders(Path(f"{tmp_path}/\0"))


def test_one_begins_among_the_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert beginnings()[0] == ("Home", tmp_path)
    (tmp_path / "Pictures").mkdir()
    assert beginnings()[0] == ("Pictures", tmp_path / "Pictures")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "user-dirs.dirs").write_text('XDG_PICTURES_DIR="$HOME/Bilder"\n')
    (tmp_path / "Bilder").mkdir()
    assert beginnings()[:2] == [("Pictures", tmp_path / "Bilder"), ("Home", tmp_path)]
