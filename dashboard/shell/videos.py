"""Videos over HTTP, as they are: whatever part of one the browser's player asks for."""

from __future__ import annotations

import os
import sqlite3

from flask import Flask, Response, abort, send_file

from labeler.library.store import Library
from labeler.types import Photo

_TYPES = {".webm": "video/webm", ".mkv": "video/webm", ".ogv": "video/ogg"}
_OTHERS = "video/mp4"
"""A type that browsers know, or they would not even try: often they can play what is inside."""


def add_routes(server: Flask, library: Library) -> None:
    """Add the addresses of videos to a server."""

    @server.get("/videos/<int:video>")
    def play(video: int) -> Response:
        return video_response(library, video)


def video_address(video: Photo) -> str:
    """Return the address of a video, which changes when the video does."""
    return f"/videos/{video.id}?v={video.content_hash[:16]}"


def video_response(library: Library, video_id: int) -> Response:
    """Return a video, or the part of it that the request asks for."""
    try:
        video = library.photo(video_id)
    except sqlite3.Error:
        abort(404)
    if video is None or not video.facts.is_video:
        abort(404)
    try:
        response = send_file(video.path, mimetype=_type(video.path), conditional=True)
    except OSError:  # the file is away, or may not be read
        abort(404)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _type(path: str) -> str:
    return _TYPES.get(os.path.splitext(path)[1].lower(), _OTHERS)
