"""Small videos for the tests, written on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image as PILImage
from PIL import ImageOps

from labeler.types import Image


def film(
    out: Path,
    frames: Iterable[Image],
    rate: int = 25,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    rotation: int = 0,
    aspect: Fraction | None = None,
    stamps: Sequence[int] | None = None,
    colours: tuple[int, int] | None = None,
    interlaced: bool = False,
    container: dict[str, str] | None = None,
) -> Path:
    """Write frames, (h, w, 3) uint8, as a video.

    stamps: times of the frames in parts of 1/rate. colours: numbers of the transfer and of the
    primaries in H.273. container: options of the container. rotation: degrees, counter-clockwise,
    by which players turn it.
    """
    stream = None
    with av.open(str(out), "w", options=container or {}) as file:
        for number, picture in enumerate(frames):
            if stream is None:
                stream = file.add_stream(codec, rate=rate, options=options or {})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pixels
                stream.codec_context.time_base = Fraction(1, rate)
                if rotation:
                    stream.set_display_rotation(rotation)
                if aspect:
                    stream.codec_context.sample_aspect_ratio = aspect
                if colours:
                    stream.codec_context.color_trc, stream.codec_context.color_primaries = colours
            frame = av.VideoFrame.from_ndarray(picture)
            if interlaced:
                frame = _with_fields(frame, pixels)
            frame.pts = number if stamps is None else stamps[number]
            frame.time_base = Fraction(1, rate)
            file.mux(stream.encode(frame))
        assert stream is not None
        file.mux(stream.encode(None))
    return out


def _with_fields(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Mark a frame as two fields, the upper one first."""
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=pixels, time_base=Fraction(1, 25)
    )
    fields, sink = graph.add("setfield", "tff"), graph.add("buffersink")
    source.link_to(fields)
    fields.link_to(sink)
    graph.configure()
    source.push(frame.reformat(format=pixels))
    return sink.pull()


def panned(photo: Path, frames: int, size: tuple[int, int], along: float = 0.1) -> Iterable[Image]:
    """Yield views of a photo whose middle moves to the right by a part of its width.

    size: width and height of a view; it shows as much of the photo as fits.
    """
    with PILImage.open(photo) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    scale = min(picture.width * (1 - along) / size[0], picture.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    top = (picture.height - height) / 2
    for number in range(frames):
        left = along * picture.width * number / max(frames - 1, 1)
        box = (left, top, left + width, top + height)
        yield np.asarray(picture.resize(size, PILImage.Resampling.BILINEAR, box))
