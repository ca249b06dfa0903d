"""The page that tells whom the faces on a photo look like."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from labeler.family.steps.lookalike import LookAlike, Resembling
from labeler.family.verdict_words import chance, is_somebody, nearly_all
from labeler.wording import count

from ..resemblance.parts import drop_zone, loading, tabs
from ..shared import addresses
from ..shared.components import button, face_address, page_head, placed_on, text_field
from ..shared.ids import Id
from ..shell.snapshot import Snapshot
from .dropped_photos import Look

WAITING = "The answer comes when the folder has been looked through."


def layout() -> Component:
    """Return the page's frame."""
    compare = _folded(
        "Compare with other people than those of the library",
        text_field(Id.LOOKALIKE_FOLDER, "Folder, one sub-folder for each", "/home/rosa/actors"),
        button("Compare", Id.LOOKALIKE_GO, "light"),
    )
    keep = _folded(
        "Keep the photo",
        text_field(Id.LOOKALIKE_KEEP_IN, "Write it into this folder", "/home/rosa/Pictures"),
        button("Keep", Id.LOOKALIKE_KEEP, "light"),
    )
    return html.Div(
        [
            tabs(addresses.LOOKALIKE),
            page_head(
                "Whom do they look like?",
                "For each face on a photo, the people who resemble it most.",
            ),
            drop_zone(Id.LOOKALIKE_PHOTO, many=False),
            html.Div([compare, keep], className="look-folders"),
            loading(Id.LOOKALIKE),
        ],
        className="page kin look",
    )


def _folded(title: str, field: Component, go: Component) -> Component:
    return html.Details(
        [html.Summary(title), html.Div([field, go], className="row")], className="look-folder"
    )


def body(snapshot: Snapshot, look: Look) -> list[Component]:
    """Return the photo with its faces, and whom each resembles."""
    found = look.found
    where = f" in {found.folder}" if found.folder else " of the library"
    unclear = (
        f" {count(found.unclear, 'photo')} with several faces left out; nobody can know which one "
        "is meant."
        if found.unclear
        else ""
    )
    people = count(found.people, "person", "people")
    return [
        html.P(
            f"Compared with {people}{where}.{unclear}", className="subtitle look-of", role="status"
        ),
        html.Div(
            [
                _photo(look),
                html.Div(
                    [_card(snapshot, look, face) for face in found.faces], className="look-faces"
                ),
            ],
            className="look-answer",
        ),
    ]


def _photo(look: Look) -> Component:
    upload = look.upload
    marks = [
        html.Span(
            html.Span(f"{face.number}", className="sort-mark-name"),
            className="sort-mark",
            style=placed_on(face.box, upload.width, upload.height),
        )
        for face in look.found.faces
    ]
    faces = count(look.found.of, "face")
    picture = html.Img(src=f"/uploads/{upload.token}.jpg", alt=f"{upload.name}, {faces}")
    return html.Figure(
        [
            html.Div([picture, *marks], className="look-picture"),
            html.Figcaption(f"{upload.name} · {faces}"),
        ],
        className="look-photo",
    )


def _card(snapshot: Snapshot, look: Look, face: Resembling) -> Component:
    picture = html.Img(
        src=f"/uploads/{look.upload.token}/{face.number}.jpg",
        alt=f"Face {face.number}",
        className="face look-own",
    )
    rows = [_row(snapshot, look, one) for one in face.look_alikes]
    nobody = "Nobody else comes close." if face.person else "Nobody comes close."
    return html.Article(
        [
            html.Div(
                [picture, html.Div([html.H2(title(face, look.found.of)), _identity(face)])],
                className="look-head",
            ),
            html.Ol(rows, className="look-rows") if rows else html.P(nobody, className="hint"),
        ],
        className="card look-card",
    )


def title(face: Resembling, of: int) -> str:
    """Return which face it is."""
    return f"Face {face.number} of {of} from the left" if of > 1 else "The face"


def _identity(face: Resembling) -> Component:
    if face.person is None:
        return html.P("nobody whom we know", className="subtitle")
    sure = face.probability or 0.0
    how = "this photo is known" if face.known else f"{chance(sure)} sure"
    return html.P(
        [f"{is_somebody(sure)} ", html.B(face.person), f" ({how}); others who look alike:"],
        className="subtitle",
    )


def _row(snapshot: Snapshot, look: Look, one: LookAlike) -> Component:
    if look.source:
        address = f"/references/{look.source}/{one.face}.jpg"
        name: Component = html.B(one.person)
    else:
        address = face_address(snapshot, one.face)
        name = html.A(html.B(one.person), href=addresses.address(one.person))
    return html.Li(
        [
            html.Img(src=address, alt=one.person, className="face look-face"),
            html.Div(
                [
                    html.Div([name, html.Span(nearly_all(one.similarity), className="look-share")]),
                    html.P(
                        "of strangers with as many photos would not come as close · distance "
                        f"{one.distance:.2f}",
                        className="hint",
                    ),
                ]
            ),
        ],
        className="look-row",
    )
