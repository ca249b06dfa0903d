"""Index and group a folder of photos from nothing, and compare the outcome with the truth.

    python -m benchmarks.library PHOTOS [LIBRARY]

Prints seconds, peak memory and the figures of `labeler evaluate`. The library is made in a
temporary folder unless one is named, which must be new.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.truth import truth_table


def main(photos: Path, library: Path) -> None:
    table = truth_table(photos, library)
    print(f"{photos.name}, {os.cpu_count()} cores")
    for command in (["index", photos], ["cluster"], ["evaluate", table]):
        arguments = ["--library", library, *command, "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "labeler.cli.main", *map(str, arguments)],
            stdout=subprocess.PIPE,
            check=True,
        )
        result = json.loads(done.stdout)
        result.pop("failed", None)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{command[0]}: {json.dumps(result)} · peak memory so far {peak:.0f} MB", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        Path(sys.argv[2]).mkdir(parents=True)
        main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(sys.argv[1]).absolute(), Path(folder))
