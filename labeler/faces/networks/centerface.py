"""CenterFace, the network that finds faces, as it comes with the program.

`data/CENTERFACE.md` says where the weights are from; `tools/convert_centerface.py` made the files.
"""

from __future__ import annotations

from pathlib import Path

from labeler.errors import ModelError
from labeler.faces.networks import processor
from labeler.faces.networks.custom import file_hash
from labeler.io.packages import packaged_file

INPUT = "picture"
"""(n, height, width, 3) uint8, rgb."""
OUTPUTS = ("537", "538", "539", "540")
"""Heat-map (1 channel), log scale (height, width), offset (y, x), landmarks (y, x)."""
STRIDE = 4
MULTIPLE = 32
"""The picture's sides must be multiples of this."""
FLOATS = "centerface-floats.onnx"
BYTES = "centerface-bytes.onnx"
SHA256 = {
    FLOATS: "b41c408f041b5a77d1e15259380c92c88710511b9616d1ed5f7c38511056c6bf",
    BYTES: "f07891676a6ecbb5cf5c34d6157538366cff78564d2bf0454b6fc7a904253a71",
}


def network(exact: bool = False) -> Path:
    """Return the path of the network.

    exact: compute in 32-bit floats, as it was published, and not in bytes.

    Raises:
        ModelError: the file is missing, or is not the one that came with the program.
    """
    name = BYTES if not exact and processor.sums_bytes_exactly() else FLOATS
    path = packaged_file("labeler", f"faces/networks/data/{name}")
    if file_hash(path).hexdigest() != SHA256[name]:
        raise ModelError(f"The network {path} is damaged; reinstall face-labeler to get it back.")
    return path
