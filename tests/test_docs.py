"""The README says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from labeler.cli.main import app
from labeler.journal import ACTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    return {str(command.name) for command in app.registered_commands if not command.hidden}


def test_every_command_is_in_the_readme_and_the_reverse() -> None:
    mentioned = set(
        re.findall(r"(?<!from )labeler (?:--library \S+ )?([a-z]+(?:-[a-z]+)*)\b", README)
    )
    assert mentioned == commands()


def test_links_and_folders_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_journal_explains_all_its_actions() -> None:
    text = (ROOT / "labeler" / "journal.py").read_text(encoding="utf-8")
    docstring = text.split('"""')[1]
    assert set(re.findall(r"^    ([a-z]+):", docstring, re.MULTILINE)) == ACTIONS


def test_figures_in_the_readme_have_a_command_beside_them() -> None:
    results = README.split("## Results")[1].split("\n## ")[0]
    rows = [line for line in results.splitlines() if line.startswith("|")][2:]
    assert rows
    assert all("`" in row for row in rows)


def test_every_promise_names_a_test_that_there_is() -> None:
    file = ""
    named = re.findall(r"`(test_\w+\.py)?(?:::)?(test_\w+)?`", SECURITY)
    assert len(named) > 60
    for in_file, name in named:
        file = in_file or file
        assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), (file, name)
