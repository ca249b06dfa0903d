"""How long a search by meaning takes in a large library: `python -m benchmarks.meaning [PHOTOS]`.

The photos and their vectors are made up; the model is the tiny one of the tests, so the time is
that of reading the vectors and comparing them, not of the text network (which takes one text).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from labeler.library.store import Library
from labeler.search.steps import clip_model, image_search
from labeler.types import AnalysedPhoto, Metadata, PhotoFacts, PhotoFile
from tests.tiny_meaning import image_network, text_network, tokenizer, write_model

DIMENSIONS = 512


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder) / "library")
        more = DIMENSIONS - 4
        words = tokenizer()
        model = clip_model.choose(
            library,
            write_model(
                Path(folder) / "model", image_network(extra=more), text_network(words, extra=more)
            ),
        )
        facts = PhotoFacts(60, 40, Metadata())
        library.add_photos(
            (
                AnalysedPhoto(PhotoFile(f"/p/{i}.jpg", 1, 1), f"{i:064x}", facts, (), f"{i:064x}")
                for i in range(1, number + 1)
            ),
            "finder",
            "none",
        )
        X = np.random.default_rng(0).normal(size=(number, DIMENSIONS)).astype(np.float32)
        X /= np.linalg.norm(X, axis=1, keepdims=True)
        library.add_meanings("photo", model.id, enumerate(X, start=1))
        del X
        for run in range(3):
            started = time.monotonic()
            ranked = image_search.rank(library, "red")
            seconds = time.monotonic() - started
            print(f"run {run + 1}: {len(ranked):,} photos ranked in {seconds:.2f} s")
        size = library.path.stat().st_size / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"library {size:.0f} MB, peak memory {peak:.0f} MB (with making it up)")


if __name__ == "__main__":
    main()
