"""Pictures over HTTP: thumbnails of faces, and the photos that they are on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, abort, request, send_file

from labeler import thumbnails
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.store import Library

YEAR = 365 * 24 * 3600

PLACEHOLDER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">
<rect width="80" height="80" fill="#8d949e" fill-opacity=".25"/>
<g fill="#8d949e"><circle cx="40" cy="32" r="13"/><path d="M16 70a24 20 0 0 1 48 0z"/></g>
</svg>"""
"""Stands for a face whose photo can no longer be read."""


def add_routes(server: Flask, library: Library) -> None:
    """Add the addresses of pictures to a server."""

    @server.get("/faces/<int:face>.jpg")
    def face_picture(face: int) -> Response:
        return face_response(library, face, versioned="v" in request.args)

    @server.get("/face-photos/<version>/<int:face>.jpg")
    def photo_of_face(version: str, face: int) -> Response:
        return _response(lambda: thumbnails.photo_of_face(library, face), versioned=True)


def face_response(library: Library, face: int, versioned: bool) -> Response:
    """Return a face's thumbnail, or a neutral picture if its photo cannot be read.

    Args:
        versioned: the address changes when the picture does, so that it may be kept for good.
    """
    return _response(lambda: thumbnails.face_thumbnail(library, face), versioned)


def _response(make: Callable[[], Path], versioned: bool) -> Response:
    try:
        path = make()
    except UnreadablePhotoError:
        response = Response(PLACEHOLDER, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = "no-store"
        return response
    except LabelerError:
        abort(404)
    response = send_file(path, mimetype="image/jpeg", conditional=True)
    keep = f"private, max-age={YEAR}, immutable" if versioned else "private, no-cache"
    response.headers["Cache-Control"] = keep
    return response
