"""Patterns that say which folders and files are left out, with the rules of gitignore."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_DIR_MARK = "ps_d"
"""What pathspec calls the group of the slash behind a folder that a pattern fits."""
MOST_STARS, MOST_DOUBLE_STARS = 3, 2
"""Between two slashes, and instead of folders. The file may be somebody else's, and each makes a
path take longer to judge in proportion to its length."""
_STARS = re.compile(r"\*+")


class IgnorePatterns:
    """Patterns that hold in one folder and those inside it; the last one that fits counts.

    Args:
        lines: as of a .gitignore file: `#` begins a comment, `!` takes in again.

    Raises:
        ValueError: a line is no pattern, or has too many stars; the message is the line.
    """

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self.folder = folder
        self._patterns: list[tuple[str, bool, re.Pattern[str]]] = []
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            for pattern in _compiled(line):
                if pattern.include is not None and pattern.regex is not None:
                    self._patterns.append((line.strip(), pattern.include, pattern.regex))

    def decide(self, path: str, is_folder: bool) -> tuple[bool, str] | None:
        """Return whether something is left out, and the pattern that says so; None = none does.

        Args:
            path: from the folder of the patterns on, with slashes.
        """
        whole = path + "/" if is_folder else path
        for line, include, regex in reversed(self._patterns):
            if any(_is_itself(match) for match in regex.finditer(whole)):
                return include, line
        return None


def _is_itself(match: re.Match[str]) -> bool:
    """Tell whether a pattern fits a path, not only a folder around it: a walk, as that of git, has
    asked about that before."""
    slash = match.groupdict().get(_DIR_MARK)  # behind the folder that fits
    return slash is None or match.end(_DIR_MARK) == len(match.string)


def _compiled(line: str) -> Sequence[GitIgnoreSpecPattern]:
    try:
        patterns = GitIgnoreSpec.from_lines([line]).patterns
    except ValueError as error:
        raise ValueError(line.strip()) from error
    parts = line.strip().split("/")
    most = max(len(_STARS.findall(part)) for part in parts)
    if not patterns or most > MOST_STARS or parts.count("**") > MOST_DOUBLE_STARS:
        raise ValueError(line.strip())
    return patterns
