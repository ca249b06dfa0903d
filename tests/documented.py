"""The examples in the documentation of the files that describe models."""

from __future__ import annotations

import textwrap
from pathlib import Path
from types import ModuleType


def write_examples(module: ModuleType, short: str, full: str, folder: Path) -> tuple[Path, Path]:
    """Write the two examples of a module's documentation, which stand behind these words each.

    The first has only the keys that are needed, the second has all of them.
    """
    assert module.__doc__ is not None
    first, second = module.__doc__.split(short)[1].split(full)
    texts = first.split("A file with")[0], second.split("Stored with")[0]
    assert all(key in texts[1] for key in module._KEYS)
    paths = folder / "short.toml", folder / "full.toml"
    for path, text in zip(paths, texts, strict=True):
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return paths
