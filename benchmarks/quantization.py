"""Measure the ranges of activations that the 8-bit networks need, and write `ranges.json`.

    python -m benchmarks.quantization PHOTOS [PHOTOS…]

PHOTOS: folders of real photos. Every eighth photo is used. The networks are run in floats with all
inner results exposed; the range of a tensor is what keeps 1 − 10⁻⁵ of its values. Afterwards,
`python -m tools.convert_centerface` makes the detector's file in bytes anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx

from labeler.faces.io.face_finder import FinderSettings, make_finder
from labeler.faces.networks import cache, centerface, quantize
from labeler.faces.networks.runtime import session
from labeler.photos.io import decoding
from labeler.photos.io.walk import walk
from labeler.types import Image, PhotoFile, WholePicture

CLIPPED = 1e-5
TABLE = Path(quantize.__file__).parent / "ranges.json"


def measured(network: Path, inputs: Iterable[np.ndarray]) -> quantize.Ranges:
    """Return the ranges of a float network's activations over some inputs."""
    model = onnx.load(network)
    names = quantize.byte_tensors(model)
    given = model.graph.input[0].name
    present = {value.name for value in model.graph.output}
    model.graph.output.extend(
        onnx.ValueInfoProto(name=name) for name in names if name not in present
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "open.onnx"
        onnx.save(model, path)
        run = session(path, threads=0)
        lows, highs = defaultdict(list), defaultdict(list)
        for values in inputs:
            for name, found in zip(names, run.run(names, {given: values}), strict=True):
                rank = min(int(found.size * CLIPPED), found.size - 1)
                ordered = np.partition(found.ravel(), [rank, found.size - 1 - rank])
                lows[name].append(float(ordered[rank]))
                highs[name].append(float(ordered[found.size - 1 - rank]))
    return {name: (min(lows[name]), max(highs[name])) for name in names}


def main(folders: list[Path]) -> None:
    models = Path(tempfile.mkdtemp())
    files = [item.path for item in walk(folders) if isinstance(item, PhotoFile)][::8]
    finder = make_finder(models, FinderSettings(exact=True))
    chips: list[Image] = []
    pictures = []
    for path in files:
        image = decoding.decode_file(path)
        chips += [chip for face in finder.locate(WholePicture(image))[:4] for chip in face.chips]
        if max(image.shape) > 300:
            side = min(finder.detector.side, max(image.shape))
            pictures.append(finder.detector.tensor(image, side))
    batches = [np.stack(chips[start : start + 32]) for start in range(0, len(chips), 32)]
    table = {
        "centerface": measured(centerface.network(exact=True), pictures),
        "dlib_resnet": measured(cache.dlib_resnet(models, exact=True), batches),
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n")
    print(f"{len(pictures)} pictures, {len(chips)} chips → {TABLE}")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
