"""The blocks of code in Markdown, and why some of them are not run.

A block that needs what a test has not says so before it, in a comment that readers do not see:

    <!-- not run: needs a CLIP model -->
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>[^\n]+?) -->\n+)?^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A block of code. not_run: why not, '' = it is."""

    language: str
    text: str
    not_run: str

    def commands(self) -> Iterator[str]:
        """Yield the command lines, without comments."""
        for line in self.text.replace("\\\n", " ").splitlines():
            if words := shlex.join(shlex.split(line, comments=True)):
                yield re.sub(r"\s+#.*", "", line).strip() if words else ""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page, in order."""
    return [
        Block(found["language"], found["text"], found["why"] or "")
        for found in _BLOCK.finditer(text)
    ]
