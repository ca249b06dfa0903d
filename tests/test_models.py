"""The converted networks against the originals."""

from __future__ import annotations

from pathlib import Path

import dlib
import numpy as np
import pytest

from labeler import geometry
from labeler.errors import ModelError
from labeler.faces.io import alignment, face_finder
from labeler.faces.io.embedders import DlibEmbedder
from labeler.faces.networks import cache, processor
from labeler.io import packages
from labeler.photos.io import decoding
from labeler.types import Box, Detection, WholePicture


@pytest.fixture(scope="module")
def chips(demo_album: Path, models_folder: Path) -> list[np.ndarray]:
    """Aligned chips of all faces on the first album's photos."""
    finder = face_finder.make_finder(models_folder, face_finder.FinderSettings(views=1))
    found = []
    for path in sorted((demo_album / "photos" / "2003 Christmas at home").iterdir()):
        image = decoding.decode_file(str(path))
        for face in finder.locate(WholePicture(image)):
            found += face.chips
    return found


def embed(models_folder: Path, chips: list[np.ndarray], exact: bool) -> np.ndarray:
    embedder = DlibEmbedder(models_folder, face_finder.DLIB_MODELS[1], exact)
    return embedder.embed([[chip] for chip in chips])


def cosine_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return 1 - (first * second).sum(axis=1) / lengths


def test_exact_descriptors_equal_dlibs_own(chips: list[np.ndarray], models_folder: Path) -> None:
    original = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))
    expected = np.array([original.compute_face_descriptor(chip) for chip in chips])
    assert len(chips) == 19
    assert np.abs(embed(models_folder, chips, exact=True) - expected).max() < 1e-5


def test_fast_descriptors_are_nearly_exact(chips: list[np.ndarray], models_folder: Path) -> None:
    exact = embed(models_folder, chips, exact=True)
    distances = cosine_distances(embed(models_folder, chips, exact=False), exact)
    if processor.sums_bytes_exactly():
        assert 0 < distances.max() < 1e-3
    else:
        assert distances.max() < 1e-6


def test_one_view_equals_dlibs_own_alignment(demo_album: Path, models_folder: Path) -> None:
    """Going through stored landmarks gives the descriptor that dlib gives from its own shape."""
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    image = decoding.decode_file(str(path))
    original = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))
    predictor = dlib.shape_predictor(str(packages.five_landmarks_weights()))
    finder = face_finder.make_finder(models_folder, face_finder.FinderSettings(views=1, exact=True))
    found = finder.find(WholePicture(image))
    assert len(found) == 3
    for face in found:
        square = dlib.rectangle(*geometry.dlib_square(face.box))
        expected = original.compute_face_descriptor(image, predictor(image, square))
        assert np.abs(face.descriptor - np.array(expected)).max() < 1e-5


@pytest.mark.parametrize("number", [2, 8])
def test_views_are_averaged(demo_album: Path, models_folder: Path, number: int) -> None:
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    finder = face_finder.make_finder(models_folder, face_finder.FinderSettings(views=number))
    located = finder.locate(WholePicture(decoding.decode_file(str(path))))
    found = finder.embed([located])[0]
    for face, one in zip(found, located, strict=True):
        assert len(one.chips) == number
        total = embed(models_folder, list(one.chips), exact=False).sum(axis=0)
        assert np.abs(face.descriptor - total / np.linalg.norm(total)).max() < 1e-5


def test_a_moved_view_is_the_chip_moved(chips: list[np.ndarray], demo_album: Path) -> None:
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    image = decoding.decode_file(str(path))
    aligner = alignment.DlibAligner(
        [alignment.View(), alignment.View(down=4), alignment.View(mirrored=True)]
    )
    points = aligner.landmarks(image, Detection(Box(527, 262, 150, 169), 0.9))
    plain, moved, mirrored = aligner.chips(image, points)
    assert np.abs(moved[4:].astype(int) - plain[:-4]).mean() < 1.5
    assert np.array_equal(mirrored, plain[:, ::-1])


def test_batch_size_does_not_matter(chips: list[np.ndarray], models_folder: Path) -> None:
    one_by_one = np.concatenate([embed(models_folder, [chip], exact=True) for chip in chips])
    assert np.abs(embed(models_folder, chips, exact=True) - one_by_one).max() < 1e-5
    assert embed(models_folder, [], exact=True).shape == (0, 128)


def test_conversion_is_repeatable_and_cached(tmp_path: Path) -> None:
    first = cache.dlib_resnet(tmp_path / "a")
    second = cache.dlib_resnet(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    stamp = first.stat().st_mtime_ns
    assert cache.dlib_resnet(tmp_path / "a").stat().st_mtime_ns == stamp
    assert [path.suffix for path in first.parent.iterdir()] == [".onnx"]


def test_missing_weights_are_one_sentence() -> None:
    with pytest.raises(ModelError, match="reinstall face-labeler"):
        packages.packaged_file("labeler", "no/such/file.dat")
    with pytest.raises(ModelError, match="reinstall face-labeler"):
        packages.packaged_file("no_such_package", "file.dat")
