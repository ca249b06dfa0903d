"""The converted networks against the originals."""

from __future__ import annotations

from pathlib import Path

import dlib
import numpy as np
import pytest

from labeler import faces, photos
from labeler.errors import ModelError
from labeler.models import cache, locate


@pytest.fixture(scope="module")
def chips(demo_album: Path, models_folder: Path) -> list[np.ndarray]:
    """Aligned chips of all faces on the first album's photos."""
    finder = faces.default_finder(models_folder)
    found = []
    for path in sorted((demo_album / "photos" / "2003 Christmas at home").iterdir()):
        image = photos.decode_file(str(path))
        for detection in finder.detector.detect(image):
            points = finder.aligner.landmarks(image, detection.box)
            found.append(finder.aligner.chip(image, points))
    return found


def test_descriptors_equal_dlibs_own(chips: list[np.ndarray], models_folder: Path) -> None:
    original = dlib.face_recognition_model_v1(str(locate.dlib_resnet_weights()))
    expected = np.array([original.compute_face_descriptor(chip) for chip in chips])
    found = faces.DlibEmbedder(models_folder, mirror=False).embed(chips)
    assert len(chips) == 19
    assert np.abs(found - expected).max() < 1e-5


def test_alignment_equals_dlibs_own(demo_album: Path, models_folder: Path) -> None:
    """Going through stored landmarks gives the descriptor that dlib gives from its own shape."""
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    image = photos.decode_file(str(path))
    original = dlib.face_recognition_model_v1(str(locate.dlib_resnet_weights()))
    predictor = dlib.shape_predictor(str(locate.five_landmarks_weights()))
    finder = faces.default_finder(models_folder)
    plain = faces.DlibEmbedder(models_folder, mirror=False)
    for detection in finder.detector.detect(image):
        square = dlib.rectangle(*faces.geometry.dlib_square(detection.box))
        expected = original.compute_face_descriptor(image, predictor(image, square))
        points = finder.aligner.landmarks(image, detection.box)
        found = plain.embed([finder.aligner.chip(image, points)])[0]
        assert np.abs(found - np.array(expected)).max() < 1e-5


def test_mirrored_descriptor_is_the_normalised_mean(
    chips: list[np.ndarray], models_folder: Path
) -> None:
    plain = faces.DlibEmbedder(models_folder, mirror=False)
    mean = plain.embed(chips) + plain.embed([chip[:, ::-1] for chip in chips])
    expected = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    found = faces.DlibEmbedder(models_folder).embed(chips)
    assert np.abs(found - expected).max() < 1e-6
    mirrored = faces.DlibEmbedder(models_folder).embed([chip[:, ::-1] for chip in chips])
    assert np.abs(found - mirrored).max() < 1e-6


def test_batch_size_does_not_matter(chips: list[np.ndarray], models_folder: Path) -> None:
    embedder = faces.DlibEmbedder(models_folder)
    one_by_one = np.concatenate([embedder.embed([chip]) for chip in chips])
    assert np.abs(embedder.embed(chips) - one_by_one).max() < 1e-5
    assert embedder.embed([]).shape == (0, 128)


def test_conversion_is_repeatable_and_cached(tmp_path: Path) -> None:
    first = cache.dlib_resnet(tmp_path / "a")
    second = cache.dlib_resnet(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    stamp = first.stat().st_mtime_ns
    assert cache.dlib_resnet(tmp_path / "a").stat().st_mtime_ns == stamp
    assert [path.suffix for path in first.parent.iterdir()] == [".onnx"]


def test_missing_weights_are_one_sentence() -> None:
    with pytest.raises(ModelError, match="reinstall face-labeler"):
        locate.packaged_file("labeler", "no/such/file.dat")
    with pytest.raises(ModelError, match="reinstall face-labeler"):
        locate.packaged_file("no_such_package", "file.dat")
