"""Write what the commands about videos make, each file whole, and over nothing."""

from __future__ import annotations

from pathlib import Path

from labeler.io.files import whole_file


def write_text(out: Path, text: str) -> None:
    """Write a text in UTF-8; paths in it keep their bytes.

    Raises:
        LabelerError: something has that name, or it cannot be written.
    """
    with whole_file(out) as temporary:
        temporary.write_bytes(text.encode("utf-8", "surrogateescape"))
