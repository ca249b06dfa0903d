"""Open sound and video files: the file itself, and nothing that it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,matroska,mov,mp3,mpc,mpc8,mpeg,"
    "mpegts,mpegvideo,mxf,ogg,rm,tta,wav,w64,wv"
)
"""FFmpeg's names of what holds sound or video. It knows hundreds more; playlists (HLS, DASH,
concat, SDP) are among them, which would make it open other files, and addresses in the network,
whatever the playlist itself is called."""


def opened(path: Path) -> Any:
    """Return the container in a file, to be used as a context manager.

    Raises:
        av.FFmpegError: it cannot be read, or holds neither sound nor video.
    """
    import av

    # Without the prefix, "12:30.mp3" is a file of a protocol called 12, and http: is fetched.
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    return av.open(f"file:{path}", options=options)
