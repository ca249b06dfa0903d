"""Find the weights inside installed packages, without importing those packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from labeler.errors import ModelError


def packaged_file(package: str, relative: str) -> Path:
    """Return the path of a file that an installed package carries.

    Raises:
        ModelError: the package or the file in it is missing.
    """
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / relative
        if path.is_file():
            return path
    raise ModelError(
        f"The file {relative} of the package {package} is missing; "
        "reinstall face-labeler to get it back."
    )


def dlib_resnet_weights() -> Path:
    """dlib's 128-d face recognition network (Davis King, public domain)."""
    return packaged_file(
        "face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat"
    )


def five_landmarks_weights() -> Path:
    """dlib's 5-point landmark predictor (Davis King, public domain)."""
    return packaged_file("face_recognition_models", "models/shape_predictor_5_face_landmarks.dat")


def sixty_eight_landmarks_weights() -> Path:
    """dlib's 68-point landmark predictor (Davis King; its training photos, iBUG 300-W, exclude
    commercial use)."""
    return packaged_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")


def cnn_detector_weights() -> Path:
    """dlib's convolutional face detector (Davis King, public domain)."""
    return packaged_file("face_recognition_models", "models/mmod_human_face_detector.dat")
