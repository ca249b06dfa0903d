"""What MkDocs calls while it builds the documentation: pages from the code, and links that fit.

`mkdocs.yml` names this file. Pages that lie at the top of the project (SECURITY.md and others) are
part of the documentation, too; a link such as `../../SECURITY.md` works in both places.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.manual import commands, figures, json_keys, schema, settings  # noqa: E402

MADE = {
    "reference/commands.md": commands.page,
    "reference/json.md": json_keys.page,
    "reference/schema.md": schema.page,
    "reference/settings.md": settings.page,
    "explanation/figures.md": figures.page,
}
"""Pages by where they are in the documentation."""
FROM_THE_TOP = {
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/RESULTS.md": "results.md",
}
"""Files of the project, and the pages that they become."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """List pages below *How to* that `mkdocs.yml` does not name: a new one is found by itself."""
    named = str(config.nav)
    (section,) = [one["How to"] for one in config.nav if "How to" in one]
    for path in sorted((ROOT / "docs" / "how-to").glob("*.md")):
        if f"how-to/{path.name}" not in named:
            section.append(f"how-to/{path.name}")
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that do not lie in the folder of the documentation."""
    for place, page in MADE.items():
        files.append(File.generated(config, place, content=page()))
    for source, place in FROM_THE_TOP.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=placed(text, source, place)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Point links to files of the project at the pages that these are here."""
    place = page.file.src_uri
    if place in MADE or place in FROM_THE_TOP.values():
        return markdown
    return placed(markdown, f"docs/{place}", place)


def placed(text: str, source: str, place: str) -> str:
    """Return Markdown whose links hold where it is read.

    Args:
        source: its file, from the top of the project. place: its page.
    """

    def there(found: re.Match[str]) -> str:
        text, link, anchor = found.groups(default="")
        target = normpath(join(dirname(source), link))
        if re.match(r"[a-z]+:", link):
            return found[0]
        if target in FROM_THE_TOP:
            return f"[{text}]({_from(place, FROM_THE_TOP[target])}{anchor})"
        if target.startswith("docs/"):
            return f"[{text}]({_from(place, target.removeprefix('docs/'))}{anchor})"
        if (ROOT / target).exists():  # it is not part of the documentation
            return f"{text} (`{target}`)"
        return found[0]

    return _LINK.sub(there, text)


def _from(place: str, target: str) -> str:
    return relpath(target, dirname(place) or ".")
