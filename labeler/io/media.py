"""Open sound and video: the file, the camera or the address itself, and nothing that it names."""

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

_STREAMED = "mpjpeg,mjpeg,rtsp,sdp,rtp,h264,hevc,m4v"
"""What cameras in the network send besides; nothing of it can name other addresses."""


def opened(path: Path) -> Any:
    """Return the container in a file, to be used as a context manager.

    Raises:
        av.FFmpegError: it cannot be read, or holds neither sound nor video.
    """
    import av

    # Without the prefix, "12:30.mp3" is a file of a protocol called 12, and http: is fetched.
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    return av.open(f"file:{path}", options=options)


def stream_opened(url: str, seconds: float) -> Any:
    """Return the container of what a camera in the network sends, to be used as a context manager.

    Only the address itself is asked, not one to which it leads, nor a proxy.

    Args:
        url: begins with rtsp:, rtsps:, http: or https:. seconds: after which nothing is waited for
            any more, on opening and on reading.

    Raises:
        av.FFmpegError, OSError: nobody answers, or what comes is no video.
    """
    import av

    options = {
        "protocol_whitelist": "rtsp,rtsps,rtp,srtp,http,https,tcp,tls,udp,crypto",
        "format_whitelist": f"{FORMATS},{_STREAMED}",
        "rtsp_transport": "tcp",
        "fflags": "nobuffer",
        "flags": "low_delay",
    }
    if url.lower().startswith("http"):
        options |= {"http_proxy": "", "max_redirects": "0"}
    return av.open(url, options=options, timeout=(seconds, seconds))


def camera_opened(device: str, name: str) -> Any:
    """Return the container of a camera of this computer, to be used as a context manager.

    Args:
        device: FFmpeg's name of the kind of device. name: as that kind wants it.

    Raises:
        av.FFmpegError, OSError: there is none, or it cannot be used.
        ValueError: FFmpeg was built without this kind of device.
    """
    import av

    wanted = {"video_size": "640x480", "framerate": "30"}
    try:
        return av.open(name, format=device, options=wanted)
    except (FileNotFoundError, PermissionError):
        raise
    except (av.FFmpegError, OSError):
        return av.open(name, format=device)  # it has only sizes of its own
