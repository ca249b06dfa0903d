"""What one can look at on the page of resemblance: faces side by side, years, the family."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from labeler.family import family_charts, family_tree
from labeler.family.answers import of_hundred
from labeler.family.family_report import FaceOfPair, FacePair, FamilyReport, Years
from labeler.wording import listed

from ..shared.components import button, labelled
from ..shared.ids import Id
from .parts import drawing


def evidence(pairs: Sequence[FacePair], years: Sequence[Years], version: str) -> list[Component]:
    """Return faces side by side and the likeness over the years.

    Args:
        version: of the faces' ids; part of the address of pictures.
    """
    parts: list[Component] = []
    if pairs:
        parts += [
            html.H2("See for yourself", className="section-title"),
            html.P(
                "The faces that show the likeness best, with the eyes at the same places; never "
                "two from one photo.",
                className="subtitle",
            ),
            html.Ul([_pair(pair, version) for pair in pairs], className="kin-pairs"),
        ]
    charts = family_charts.charts(years)
    if charts:
        parts += [
            html.H2("Over the years", className="section-title"),
            html.P(
                f"More alike than so many of 100 comparable people. {family_charts.HOW}",
                className="subtitle",
            ),
            html.Div([drawing(chart) for chart in charts], className="card kin-charts"),
        ]
    return parts


def _pair(pair: FacePair, version: str) -> Component:
    faces = [_face(one, version) for one in (pair.one, pair.other)]
    return html.Li(faces, className="card kin-pair")


def _face(one: FaceOfPair, version: str) -> Component:
    when = "" if one.taken is None else f", {one.taken.year}"
    old = "" if one.age is None else f" (aged {one.age})"
    caption = f"{one.person}{when}{old}"
    picture = html.Img(src=address(one.face, "large", version), alt=caption)
    return html.Figure([picture, html.Figcaption(caption)])


def address(face: int, size: str, version: str) -> str:
    """Return the address of a face that is upright, with the eyes at the usual places."""
    return f"/aligned/{size}/{face}.jpg?v={version}"


def family(found: FamilyReport, person: str, version: str) -> list[Component]:
    """Return the family: the tree, the matrix, and the way to the page that holds all of it."""
    pictures = {
        one.face: address(one.face, "small", version)
        for one in found.members
        if one.face is not None
    }
    tree = html.Div(
        drawing(family_tree.tree(found, pictures)),
        className="card kin-scroll",
        tabIndex=0,
        role="region",
        **labelled("Family tree"),
    )
    few = f"On too few photos to be compared: {listed(found.too_few)}." if found.too_few else ""
    return [
        html.H2(f"The family of {person}" if person else "The family", className="section-title"),
        html.P(
            "The number on a line: the child is more like the parent than so many of 100 "
            f"comparable people. {few}",
            className="subtitle",
        ),
        tree,
        *_matrix(found),
    ]


def _matrix(found: FamilyReport) -> list[Component]:
    if len(found.matrix_of) < 2:
        return []
    head = [html.Th(name, scope="col") for name in found.matrix_of]
    rows = [
        html.Tr([html.Th(name, scope="row"), *[_cell(share) for share in row]])
        for name, row in zip(found.matrix_of, found.matrix, strict=True)
    ]
    table = html.Table([html.Thead(html.Tr([html.Td(), *head])), html.Tbody(rows)])
    return [
        html.H2("Everybody with everybody", className="section-title"),
        html.P("The mean of both directions, of 100 comparable people.", className="subtitle"),
        html.Div(
            table,
            className="card kin-scroll kin-matrix",
            tabIndex=0,
            role="region",
            **labelled("Everybody with everybody"),
        ),
    ]


def _cell(share: float | None) -> Component:
    if share is None:
        return html.Td("–", className="kin-none")
    heat = round(55 * max(share - 0.5, 0) * 2)
    tint = f"color-mix(in srgb, var(--accent) {heat}%, transparent)"
    return html.Td(f"{of_hundred(share)}", style={"background": tint})


def page_card(tokens: Sequence[str]) -> list[Component]:
    """Return the button that makes the one-file page, and the way to the last one made."""
    links: list[Component] = []
    if tokens:
        where = f"/family-pages/{tokens[0]}.html"
        links = [
            html.A("Open the page", href=where, target="_blank", className="link-button"),
            html.A("Download it", href=f"{where}?download", className="link-button"),
        ]
    return [
        html.P(
            "All of this as one file, with the pictures in it: think of it before you pass it on.",
            className="subtitle kin-file",
        ),
        html.Div([button("Make the page", Id.KIN_PAGE), *links], className="row"),
    ]
