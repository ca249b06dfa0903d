"""The README and the documentation say what the program does, and each thing in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labeler.journal import ACTIONS
from tools import figures
from tools.manual import commands, settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "benchmarks" / "RESULTS.md",
]
MOST_WORDS = 900


def test_the_readme_has_two_screens() -> None:
    assert len(README.split()) <= MOST_WORDS
    assert "python3 run.py check" in README


@pytest.mark.parametrize("document", PAGES, ids=lambda one: one.stem)
def test_links_lead_somewhere(document: Path) -> None:
    """What the documentation's own build does not see: links as they are in the project's files."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#\s]+)", re.sub(r"`[^`]*`", "", text)):
        is_made = target.endswith(tuple(f"{name}.md" for name in ("commands", "json", "schema")))
        is_made = is_made or target.endswith(("settings.md", "figures.md"))
        there = (document.parent / target).exists()
        assert there or is_made or re.match(r"[a-z]+:", target), target


def test_what_is_typed_is_a_command() -> None:
    """Commands that are named anywhere are there, with the options that stand behind them."""
    known = commands.commands()
    for page in PAGES:
        if page.name == "CHANGELOG.md":
            continue  # it speaks of former names, too
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"(?<![-/.\w])labeler (?:--library \S+ )?([a-z]+)(?=[ `\n])", text):
            assert name in known or _is_prose(text, name), (page.name, name)


def _is_prose(text: str, name: str) -> bool:
    """Tell whether the word never stands behind the program's name in code."""
    return not re.search(rf"`labeler {name}\b|^labeler {name}\b", text, re.MULTILINE)


def test_every_command_and_option_is_documented() -> None:
    page = commands.page()
    for name, command in commands.commands().items():
        section = page.split(f"{{ #labeler-{name} }}")[1].split("\n##")[0]
        assert (command.epilog or "").removeprefix("Example: ") in section
        options = [one for one in command.params if not getattr(one, "hidden", False)]
        for option in options:
            for written in commands.names_of(option):
                assert written in section, (name, written)
        assert len(section.splitlines()) > 5, name


def test_every_setting_is_documented() -> None:
    """A setting is a constant with a sentence below it that begins with “Setting:”."""
    sources = [*(ROOT / "labeler").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    used = set()
    for path in sources:
        text = path.read_text(encoding="utf-8")
        for constant in re.findall(r"\b(?:write_)?setting\(([A-Z_]+)[,)]", text):
            used |= set(re.findall(rf'^{constant} = "([^"]+)"', text, re.MULTILINE))
    assert len(used) > 10
    assert used <= set(settings.remembered())


def test_the_journal_explains_all_its_actions() -> None:
    text = (ROOT / "labeler" / "journal.py").read_text(encoding="utf-8")
    docstring = text.split('"""')[1]
    assert set(re.findall(r"^    ([a-z]+):", docstring, re.MULTILINE)) == ACTIONS


def test_every_figure_was_measured() -> None:
    found = [(page.name, number, line) for page, number, line in figures.missing(figures.pages())]
    assert found == []


def test_a_figure_that_nobody_measured_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Measured: 99.1 % are right, and 73.219 % wrong; `--share 0.731` is code.\n")
    assert [number for _, number, _ in figures.missing([page])] == ["73.219"]


def test_every_figure_names_what_measures_it() -> None:
    for one in figures.figures():
        assert one.code, one.what
        assert all((ROOT / path).exists() for path in one.code), one.what


def test_older_figures_say_so() -> None:
    if not figures.has_history():
        pytest.skip("there is no history here")
    assert [one.what for one in figures.figures() if figures.is_older(one) != one.older] == []


def test_what_a_module_says_is_no_code() -> None:
    code = "def f():\n    return 1\n"
    assert figures._code(code) == figures._code(
        '"""Says."""\n# more\ndef f():\n    """One."""\n    return 1\n'
    )
    assert figures._code(code) != figures._code("def f():\n    return 2\n")


def test_every_promise_names_a_test_that_there_is() -> None:
    file = ""
    named = re.findall(r"`(test_\w+\.py)?(?:::)?(test_\w+)?`", SECURITY)
    assert len(named) > 60
    for in_file, name in named:
        file = in_file or file
        assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), (file, name)
