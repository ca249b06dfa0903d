"""Write the mean and covariance of descriptors, from which strangers are drawn.

python -m benchmarks.strangers LIBRARY [LIBRARY …]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from labeler.faces.io.impostors import FILE
from labeler.faces.steps.library_finder import descriptors
from labeler.library.store import Library


def main(folders: list[Path]) -> None:
    X = np.concatenate([descriptors(Library(folder))[1] for folder in folders]).astype(np.float64)
    np.savez_compressed(
        FILE,
        mean=X.mean(axis=0).astype(np.float32),
        covariance=np.cov(X.T).astype(np.float32),
    )
    print(f"{FILE}: from {len(X):,} faces")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
