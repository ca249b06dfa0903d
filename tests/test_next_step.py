"""Hints follow from what is left to do, whichever command gives them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.next_step import Left, left, next_step

from .conftest import DEMO, true_names
from .test_cli import Shell

DONE = Left(189, 0, 0, False, 11, 189, 0, 0, 0, True)


def hint(said: str) -> str:
    (line,) = [line for line in said.splitlines() if line.startswith("Next: ")]
    return line


def test_the_next_step_follows_from_the_state() -> None:
    for state, command in (
        (replace(DONE, faces=0), "index PATH"),
        (replace(DONE, faces=0, away=3), "folders"),
        (replace(DONE, groups=0), "cluster"),
        (replace(DONE, new_faces=2), "cluster"),
        (replace(DONE, outdated=True), "cluster"),
        (replace(DONE, named=0, open=189, nameless=11, current=False), "dashboard"),
        (replace(DONE, named=9, open=180, nameless=3, current=False), "recognize"),
        (replace(DONE, named=9, open=180, nameless=3), "dashboard"),
        (replace(DONE, named=180, open=9), "suggest"),
        (DONE, "sort INBOX"),
    ):
        assert f"`labeler {command}" in next_step(state), state


def test_every_command_gives_the_same_hint(demo_library: Library, tmp_path: Path) -> None:
    shell = Shell(demo_library.folder)
    begin = f"labeler --library {demo_library.folder} "
    assert f"{begin}dashboard" in hint(shell.run("status").stdout)
    assert f"{begin}dashboard" in hint(shell.run("index", DEMO / "photos").stdout)
    truth = true_names(demo_library)
    rosa = [face for face, who in truth.items() if who == "Rosa"]
    naming.name_faces(demo_library, rosa[:1], "Rosa")
    for command in (["status"], ["index", DEMO / "photos"], ["cluster"]):
        assert f"{begin}recognize" in hint(shell.run(*command).stdout), command
    assert "to name 10 groups more" in hint(shell.run("recognize").stdout)
    assert "to name 10 groups more" in hint(shell.run("cluster").stdout)
    # A run of the recognition that changed nothing is not recommended again.
    assert left(demo_library).current
    naming.ignore_faces(demo_library, [face for face, who in truth.items() if who != "Rosa"])
    assert "sort INBOX" in hint(shell.run("status").stdout)
    empty = Shell(tmp_path / "empty")
    Library.create(tmp_path / "empty").close()
    assert "index PATH" in hint(empty.run("status").stdout)
    assert "index PATH" in hint(empty.run("cluster").stdout)
