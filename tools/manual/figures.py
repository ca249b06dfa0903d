"""The figures with their commands as a page, from `benchmarks/figures.toml`."""

from __future__ import annotations

from collections.abc import Iterator

from tools.figures import figures

INTRODUCTION = """\
# Figures

Measured with the commands beside them, in the order of the work; times on 2 shared cores. LFW is
half of *Labeled Faces in the Wild*, FAMILIES are group photos; neither is part of the program.
Details, and what did not help, are in [the measurements](../../benchmarks/RESULTS.md). † = code
that the figure rests on has changed since, and it was not measured again.

"""


def page() -> str:
    """Return the page as Markdown."""
    return INTRODUCTION.replace("../../benchmarks/RESULTS.md", "../results.md") + "\n".join(
        _table()
    )


def _table() -> Iterator[str]:
    yield "| what | measured | with |\n|---|---|---|"
    for one in figures():
        mark = " †" if one.older else ""
        yield f"| {one.what}{mark} | {one.measured} | `{one.command}`, {one.at:%Y-%m-%d} |"
    yield ""
