"""Sound and video come from the file itself, whatever it is called and whatever it names."""

from __future__ import annotations

import socket
import threading
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.io import media
from labeler.slideshows import slideshow
from labeler.slideshows.io import music, video
from labeler.slideshows.slideshow import Candidate, Show, ShownFace, Slide
from labeler.types import Box

HLS = """#EXTM3U
#EXT-X-TARGETDURATION:10
#EXTINF:10,
{}
#EXT-X-ENDLIST
"""
DASH = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
 profiles="urn:mpeg:dash:profile:isoff-main:2011"><Period><AdaptationSet mimeType="audio/mp4">
<Representation id="1" bandwidth="1"><SegmentList><SegmentURL media="{}"/></SegmentList>
</Representation></AdaptationSet></Period></MPD>
"""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that keeps what it is asked, and that."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                with visitor:
                    requests.append(b"came")
                    visitor.settimeout(1)
                    with suppress(OSError):
                        requests.append(visitor.recv(1000))

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", requests


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        moments = np.arange(16000) / 8000
        file.writeframes((9000 * np.sin(2 * np.pi * 440 * moments)).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp3", "list.mpd", "list.ffconcat", "list.sdp"])
@pytest.mark.parametrize(
    "playlist",
    [
        HLS,
        DASH,
        "ffconcat version 1.0\nfile {}\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{}\n"
        "m=audio 5004 RTP/AVP 0\n",
    ],
    ids=["hls", "dash", "concat", "sdp"],
)
def test_a_playlist_is_no_music(
    name: str,
    playlist: str,
    asked: tuple[str, list[bytes]],
    tone: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, requests = asked
    monkeypatch.chdir(tmp_path)
    for named in (f"{address}/tone.wav", tone.name, str(tone), f"file:{tone}"):
        Path(name).write_text(playlist.format(named))
        with pytest.raises(LabelerError, match="cannot be played"):
            music.length(Path(name))
    assert requests == []


@pytest.mark.parametrize(
    "name", ["http:/{}", "tcp:{}", "async:http:/{}", "concat:{}", "subfile:{}"]
)
def test_a_name_is_no_address(name: str, asked: tuple[str, list[bytes]]) -> None:
    address, requests = asked
    with pytest.raises(LabelerError, match="no file that can be played"):
        music.length(Path(name.format(address.removeprefix("http:/"))))
    assert requests == []


def test_names_may_hold_colons(tone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tone.parent)
    tone.rename("12:30.wav")
    assert music.length(Path("12:30.wav")) == pytest.approx(2, abs=0.01)
    picture = Candidate("no.png", None, "", "", 160, 90, (ShownFace("R", Box(60, 30, 20, 20)),))
    show = Show("R", "", ("R",), picture, (Slide(picture, 0, 0, ()),))
    look = video.VideoLook((160, 90), 10, Path("12:30.wav"))
    video._encode(iter(()), Path("12:31.mp4"), slideshow.evenly_timed(show, 1), look, 1)
    assert Path("12:31.mp4").stat().st_size > 0


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "mp4", "matroska", "mpegts", "avi", "aiff"])
def test_ordinary_files_are_played(kind: str, tone: Path) -> None:
    path = tone.with_name(f"music.{kind}")
    codec = {"ogg": "flac", "flac": "flac", "mp4": "aac", "matroska": "flac", "aiff": "pcm_s16be"}
    with av.open(str(tone)) as source, av.open(str(path), "w", format=kind) as target:
        stream = target.add_stream(codec.get(kind, "mp3"), rate=44100, layout="stereo")
        resampler = av.AudioResampler(stream.codec_context.format or "s16", "stereo", 44100)
        for frame in source.decode(audio=0):
            for resampled in resampler.resample(frame):
                target.mux(stream.encode(resampled))
        target.mux(stream.encode(None))
    assert music.length(path) == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("answer", ["302 Found", "200 OK", "dash"])
def test_a_camera_leads_to_no_other_address(
    asked: tuple[str, list[bytes]], answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a redirection nor by a playlist, nor is a proxy told of it."""
    elsewhere, requests = asked
    monkeypatch.setenv("http_proxy", elsewhere)
    body = (DASH if answer == "dash" else HLS).format(f"{elsewhere}/x.ts").encode()
    status = "200 OK" if answer == "dash" else answer
    head = f"HTTP/1.0 {status}\r\nLocation: {elsewhere}/x.ts\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        visits = []

        def serve() -> None:
            with suppress(OSError):
                visitor, _ = server.accept()
                with visitor:
                    visits.append(visitor.recv(1000))
                    visitor.sendall(head.encode() + body)

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises((av.FFmpegError, OSError, ValueError)):
            media.stream_opened(f"http://127.0.0.1:{server.getsockname()[1]}/live.m3u8", 5)
    assert len(visits) == 1
    assert requests == []
