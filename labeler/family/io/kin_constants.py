"""The constants of the likeness between kin, for the descriptors of our own network.

`kin.npz` holds a mean, directions and covariances that were fitted to some 1,200 people of 240
families (`python -m benchmarks.kinship --fit`). No descriptor of a real person is in it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.family.metric import KinMetric

FILE = Path(__file__).with_name("kin_constants.npz")


def kin_metric(model: DescriptorModel) -> KinMetric | None:
    """Return the metric; None for networks for which nobody has fitted one."""
    return read() if model in DLIB_MODELS.values() else None


@cache
def read() -> KinMetric:
    """Return what the file holds."""
    with np.load(FILE, allow_pickle=False) as file:
        return KinMetric(**{name: file[name].astype(np.float64) for name in file.files})
