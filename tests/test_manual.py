"""The documentation can be built, asks nothing of other computers, and says what JSON there is."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from labeler.library.store import Library
from labeler.people.steps.listing import list_faces
from tools.manual import commands, json_keys, schema

from . import commanding
from .conftest import true_names

ROOT = Path(__file__).parent.parent
LOADING = {"src", "srcset", "data", "poster"}
"""Attributes whose address is fetched at once. Of links it depends on what they are for."""
LOADING_LINKS = (
    "stylesheet",
    "icon",
    "preload",
    "preconnect",
    "dns-prefetch",
    "prefetch",
    "manifest",
)
NEVER_ASKED = {
    "https://unpkg.com/mermaid@11/dist/mermaid.min.js": 'class="mermaid"',
    "https://unpkg.com/resize-observer-polyfill": None,
    "https://api.github.com/": 'data-md-component="source"',
}
"""What the theme's script would fetch, and the mark on a page that makes it do so."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built as strictly as `python3 run.py docs` does."""
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    pytest.importorskip("mkdocstrings", reason="mkdocstrings is not installed")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


class _Asked(HTMLParser):
    """What a page fetches as soon as it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "link" and not set(given.get("rel", "").split()) & set(LOADING_LINKS):
            return
        loaded = LOADING | ({"href"} if tag in ("link", "use", "image") else set())
        self.addresses += [value for name, value in given.items() if name in loaded]


def test_no_page_asks_another_computer(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        asked = _Asked()
        asked.feed(text)
        assert asked.addresses
        assert [one for one in asked.addresses if re.match(r"([a-z]+:)?//", one)] == [], page
        for mark in filter(None, NEVER_ASKED.values()):
            assert mark not in text, page


def test_no_style_or_script_asks_another_computer(site: Path) -> None:
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", text), style
    for script in site.rglob("*.js"):
        if "lunr" in script.parts or script.name == "search_index.js":
            continue
        found = set(re.findall(r"[\"'`](https?://[^\"'`\s]+)", script.read_text(encoding="utf-8")))
        asked = {one for one in found if not one.startswith("http://www.w3.org/")}
        unknown = {one for one in asked if not one.startswith(tuple(NEVER_ASKED))}
        assert {one for one in unknown if "${" not in one and "clipboardjs" not in one} == set()


def test_search_works_in_pages_that_are_opened_as_files(site: Path, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_elsewhere(request.url)))
    page.goto((site / "how-to" / "birthday.html").as_uri(), wait_until="networkidle")
    page.locator(".md-search__input").fill("precision")
    page.locator(".md-search-result__link").first.wait_for(timeout=20_000)
    assert complaints == []
    context.close()


def _elsewhere(address: str) -> list[str]:
    return [] if address.startswith(("file:", "data:", "blob:")) else [address]


def test_the_source_distribution_holds_the_documentation() -> None:
    """What `python3 run.py docs` needs is in it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    included = text.split("[tool.hatch.build.targets.sdist]")[1].split("\n[")[0]
    for name in ("/docs", "/mkdocs.yml", "/tools", "/benchmarks", "/CONTRIBUTING.md", "/site"):
        assert f'"{name}"' in included


@pytest.mark.exhaustive
def test_documents_have_the_keys_that_are_documented(
    filmed_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (film,) = {one.photo for one in list_faces(filmed_library) if one.photo.endswith(".mp4")}
    truth = true_names(filmed_library).items()
    rosas, claras = ([face for face, name in truth if name == who] for who in ("Rosa", "Clara"))
    filmed_library.close()
    monkeypatch.chdir(tmp_path)
    names = [word for face in rosas[:20] for word in ("--face", face)]
    asked: list[list[object]] = [
        *(["status"], ["faces"], ["name", *names, "Rosa"], ["people"], ["merges"], ["suggest"]),
        *(
            ["name", "--face", claras[0], "Clara"],
            ["search", "rosa"],
            ["screentime"],
            ["video", film],
            ["recognize"],
        ),
        *(["kin", "Clara", "--parent", "Rosa"], ["report"], ["reject", "--face", 2, "Rosa"]),
        *(["ignore", "--face", 3], ["born", "Rosa", "1943-05-20"], ["hide", "Rosa"], ["undo"]),
        *(["redo"], ["history"], ["backup", "names.gz"], ["folders"], ["cluster"]),
    ]
    for words in asked:
        done = commanding.command(filmed_library.folder, *words, "--json")
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        if document == [] and words[0] in ("merges", "suggest"):
            continue  # it depends on the groups whether there is anything to ask
        assert document, words
        printed = set(document[0] if isinstance(document, list) else document)
        shapes = json_keys.documents(str(words[0]))
        assert printed, words
        assert any(printed <= set(shape.keys) for shape in shapes), (words, printed, shapes)


def test_types_are_those_of_the_code() -> None:
    (people,) = json_keys.documents("people")
    assert people.is_list
    assert people.keys["faces"].type == "number"
    assert people.keys["born"].type == "date or null"
    status, report = json_keys.documents("status")
    for one in (status, report):
        assert {key for key, value in one.keys.items() if not value.type} == set()


def test_nearly_all_documents_are_known() -> None:
    """A command whose document cannot be followed is left out of the page; see that few are."""
    silent = {name for name in commands.commands() if not json_keys.documents(name)}
    assert silent == {"dashboard", "export", "install-shortcut"}


def test_every_table_of_the_library_is_documented() -> None:
    page = schema.page()
    for table in ("photos", "faces", "journal", "settings", "files"):
        assert f"## {table}\n" in page
    assert "| `modified_ns` | INTEGER |" in page
    assert "SHA-256 of the file" in page
