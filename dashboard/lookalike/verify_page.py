"""The page that tells whether faces on several photos are one person."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from labeler.family import verdict_words
from labeler.family.steps.verification import AskedFace, Verdict
from labeler.family.verdict_words import chance, rate

from ..resemblance.parts import drop_zone, loading, refusal, tabs
from ..shared import addresses
from ..shared.components import attribute, labelled, page_head
from ..shared.ids import Id
from .dropped_photos import Verified
from .uploads import Upload

MOST_FACES = 30
"""A larger matrix nobody reads."""


def layout() -> Component:
    """Return the page's frame."""
    return html.Div(
        [
            tabs(addresses.VERIFY),
            page_head(
                "Is it the same person?",
                "Drop two or more photos: every face is compared with those on the other photos.",
            ),
            drop_zone(Id.VERIFY_PHOTOS, many=True),
            loading(Id.VERIFY),
        ],
        className="page kin verify",
    )


def photos(uploads: Sequence[Upload]) -> Component:
    """Return the photos that are held, each with a button to take it away."""
    return html.Ul(
        [
            html.Li(
                [
                    html.Img(src=f"/uploads/{one.token}.jpg", alt=one.name, title=one.name),
                    html.Span(one.name),
                    html.Button(
                        "×",
                        type="button",
                        className="kin-remove",
                        disable_n_clicks=True,
                        **attribute("data-forget", one.token),
                        **labelled(f"Remove {one.name}"),
                    ),
                ],
                className="card",
            )
            for one in uploads
        ],
        className="held-photos",
    )


def one_more() -> Component:
    """Return what is missing before there can be an answer."""
    return refusal("Drop another photo to compare with.")


def body(verified: Verified) -> list[Component]:
    """Return the answer in words where there is one pair, the matrix, and what it is based on."""
    found = verified.found
    shown = min(len(found.faces), MOST_FACES)
    parts: list[Component] = []
    if len(found.pairs) == 1:
        parts.append(html.P(sentence(found.pairs[0]), className="kin-verdict", role="status"))
    else:
        words = verdict_words.pairs([pair.probability for pair in found.pairs])
        parts.append(html.P(words, className="kin-verdict", role="status"))
    if verified.without:
        parts.append(refusal(f"No face was found on {', '.join(verified.without)}."))
    if shown < len(found.faces):
        parts.append(refusal(f"Of {len(found.faces):,} faces, the first {shown} are shown."))
    return [*parts, _matrix(verified, shown), _based_on(verified)]


def sentence(pair: Verdict) -> str:
    """Return what is said of one pair."""
    what = verdict_words.in_full(pair.probability)
    likely = chance(pair.probability)
    return f"{what[0].upper()}{what[1:]}: the probability that it is one person is {likely}."


def _matrix(verified: Verified, shown: int) -> Component:
    found = verified.found
    cells = {
        places: pair
        for pair in found.pairs
        for places in ((pair.one, pair.other), (pair.other, pair.one))
    }
    faces = range(shown)
    heads = [html.Th(_face(verified, place), scope="col") for place in faces]
    rows = [
        html.Tr(
            [
                html.Th(_face(verified, row), scope="row"),
                *[_cell(cells.get((row, column)), row == column) for column in faces],
            ]
        )
        for row in faces
    ]
    table = html.Table([html.Thead(html.Tr([html.Td(), *heads])), html.Tbody(rows)])
    return html.Div(
        table,
        className="card kin-scroll verify-matrix",
        tabIndex=0,
        role="region",
        **labelled("All pairs of faces"),
    )


def _face(verified: Verified, place: int) -> Component:
    face, upload = verified.found.faces[place], verified.photos[place]
    text = name(face, upload)
    picture = html.Img(
        src=f"/uploads/{upload.token}/{face.number}.jpg", alt="", className="face verify-face"
    )
    return html.Div([picture, html.Span(text)], className="verify-head", title=text)


def name(face: AskedFace, upload: Upload) -> str:
    """Return which face it is: the photo's name, and where on it."""
    return upload.name if face.of == 1 else f"{upload.name}, face {face.number}"


def _cell(pair: Verdict | None, is_itself: bool) -> Component:
    if pair is None:
        return html.Td("" if is_itself else "on one photo", className="verify-none")
    rare = rate(pair.false_accept_rate)
    return html.Td(
        [
            html.B(verdict_words.verdict(pair.probability)),
            html.Span(chance(pair.probability)),
            html.Span(f"distance {pair.distance:.2f}"),
            html.Span(f"strangers {rare}"),
        ],
        className=f"verify-{verdict_words.kind(pair.probability)}",
    )


def _based_on(verified: Verified) -> Component:
    found = verified.found
    whose = "" if found.measured else "; for your network, as far as it is like dlib's"
    return html.P(
        "Percent: the probability that the two faces are one person, if both answers are equally "
        "likely before looking. Strangers, the false accept rate: of pairs of different people, so "
        f"many are as close. One person is more likely than two below {found.threshold:.2f}, where "
        f"{found.false_accept_rate:.1%} of pairs of different people would pass (measured on "
        f"Labeled Faces in the Wild{whose}).",
        className="hint verify-how",
    )
