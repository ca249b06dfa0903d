"""Pictures over HTTP: thumbnails of faces, and whole photos."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, abort, request, send_file

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.library.store import Library
from labeler.photos.steps import thumbnails
from labeler.types import Photo

YEAR = 365 * 24 * 3600

PLACEHOLDER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">
<rect width="80" height="80" fill="#8d949e" fill-opacity=".25"/>
<g fill="#8d949e"><circle cx="40" cy="32" r="13"/><path d="M16 70a24 20 0 0 1 48 0z"/></g>
</svg>"""
"""Stands for a picture whose photo can no longer be read."""


def add_routes(server: Flask, library: Library) -> None:
    """Add the addresses of pictures to a server."""

    @server.get("/faces/<int:face>.jpg")
    def face_picture(face: int) -> Response:
        return face_response(library, face, versioned="v" in request.args)

    @server.get("/photos/<int:photo>.jpg")
    def photo_picture(photo: int) -> Response:
        return photo_response(library, photo, request.args.get("v"))

    @server.get("/small-photos/<int:photo>.jpg")
    def small_photo(photo: int) -> Response:
        return photo_response(library, photo, request.args.get("v"), thumbnails.SMALL_SIZE)

    @server.get("/face-photos/<version>/<int:face>.jpg")
    def photo_of_face(version: str, face: int) -> Response:
        return _picture(lambda: thumbnails.photo_of_face(library, face), keep_for_good=True)


def face_response(library: Library, face: int, versioned: bool) -> Response:
    """Return a face's thumbnail, or a neutral picture if its photo cannot be read.

    Args:
        versioned: the address changes when the picture does, so that it may be kept for good.
    """
    return _picture(lambda: thumbnails.face_thumbnail(library, face), versioned)


def picture_address(photo: Photo) -> str:
    """Return the address of a whole photo, which changes when the photo does."""
    return f"/photos/{photo.id}.jpg?v={_version(photo)}"


def small_address(photo: Photo) -> str:
    """Return the address of a photo as it is shown among others."""
    return f"/small-photos/{photo.id}.jpg?v={_version(photo)}"


def photo_response(
    library: Library, photo_id: int, version: str | None, size: int = thumbnails.PHOTO_SIZE
) -> Response:
    """Return a whole photo, reduced, or a neutral picture if it cannot be read.

    Args:
        version: what the address says; the picture may be kept for good only if that is so.
        size: longer side at most, pixels.
    """
    photo = library.photo(photo_id)
    current = photo is not None and version == _version(photo)
    return _picture(lambda: thumbnails.photo_picture(library, photo_id, size), current)


def _version(photo: Photo) -> str:
    return photo.content_hash[:16]


def _picture(make: Callable[[], Path], keep_for_good: bool) -> Response:
    try:
        path = make()
    except UnreadablePhotoError:
        response = Response(PLACEHOLDER, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = "no-store"
        return response
    except (LabelerError, sqlite3.Error):
        abort(404)
    response = send_file(path, mimetype="image/jpeg", conditional=True)
    keep = f"private, max-age={YEAR}, immutable" if keep_for_good else "private, no-cache"
    response.headers["Cache-Control"] = keep
    return response
