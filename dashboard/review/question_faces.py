"""The faces of a question, the person they may be, and the photo that they are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from labeler.people.suggestions import OpenGroup, Proposal, Question
from labeler.wording import certainty, count

from ..shared.components import labelled
from ..shared.portraits import Portrait

FACES_SHOWN = 24
LEAST_FITTING = 12
"""Of a large group, so many that fit least are always seen: a stranger would be among them."""
FACES_OF_A_PAIR = 9
FACES_OF_A_TILE = 5
"""Besides the one that fits best, so many that fit least: of a wrong group, one will show it."""
CHIPS = 5
"""So many people, at most, are proposed."""

Portraits = Mapping[int, Portrait]


def faces_seen(question: Question) -> Iterator[int]:
    """Yield the faces of which a question shows a picture, the first one's photo included."""
    is_page = question.kind == "which" and len(question.groups) > 1
    for group in question.groups:
        if is_page:
            yield group.faces[0]
            yield from group.faces[1:][-FACES_OF_A_TILE:]
            yield from group.proposals[0].evidence[:1] if group.proposals else ()
        elif question.kind == "same":
            yield from group.faces[:FACES_OF_A_PAIR]
        else:
            yield from _best_and_least(group.faces)
            for proposal in group.proposals[:CHIPS]:
                yield from proposal.evidence


def about(group: OpenGroup, portraits: Portraits) -> str:
    """Say how many faces, from which years, and what a click does."""
    years = [one.year for face in group.faces if (one := portraits.get(face)) and one.year]
    first, last = min(years, default=None), max(years, default=None)
    span = None if first is None else str(first) if first == last else f"{first}–{last}"
    click = "click a face to leave it out" if len(group.faces) > 1 else None
    number = count(len(group.faces), "face") if len(group.faces) > 1 else None
    return " · ".join(filter(None, (number, span, click)))


def group_faces(group: OpenGroup, portraits: Portraits) -> list[Component]:
    """Return the faces of a group, each of which a click leaves out."""
    shown = [face for face in _best_and_least(group.faces) if face in portraits]
    if len(group.faces) == 1:
        pictures = [
            html.Span(_picture(portraits[face], "The face"), className="pick") for face in shown
        ]
        return [html.Div(pictures, className="picks single")]
    picks = [
        html.Button(
            _picture(portraits[face]),
            type="button",
            className="pick",
            disable_n_clicks=True,
            title=portraits[face].caption,
            **_looks(portraits[face]),
            **data(pick=face),
            **pressed(True, f"Face {place} belongs to them"),
        )
        for place, face in enumerate(shown, 1)
    ]
    hidden = len(group.faces) - len(shown)
    more = [html.Span(f"+{hidden:,} more", className="more-faces")] if hidden else []
    few = " few" if len(shown) <= 4 else ""
    return [html.Div([*picks, *more], className=f"picks{few}")]


def pair_faces(group: OpenGroup, portraits: Portraits) -> Component:
    """Return the faces of one of two groups."""
    shown = [face for face in group.faces[:FACES_OF_A_PAIR] if face in portraits]
    pictures = html.Div([_looked_at(portraits[face]) for face in shown], className="picks")
    return html.Div([html.H2(count(len(group.faces), "face")), pictures], className="side")


def tile(place: int, group: OpenGroup, portraits: Portraits) -> Component:
    """Return a face beside the person it is taken for; a click marks it as wrong."""
    face = portraits[group.faces[0]]
    evidence = group.proposals[0].evidence[:1] if group.proposals else ()
    known = [portraits[one].thumbnail for one in evidence if one in portraits]
    others = [portraits[one] for one in group.faces[1:][-FACES_OF_A_TILE:] if one in portraits]
    more = len(group.faces) - 1 - len(others)
    number = html.Kbd(str(place + 1)) if place < 9 else None
    return html.Button(
        [
            html.Div(
                [
                    html.Img(src=face.thumbnail, alt=""),
                    *(html.Img(src=source, alt="", className="known") for source in known),
                    html.Span("Wrong", className="tile-wrong"),
                ],
                className="tile-pictures",
            ),
            html.Div(
                [
                    *(html.Img(src=one.thumbnail, alt="") for one in others),
                    html.Span(f"+{more}", className="tile-more") if more else None,
                ],
                className="tile-others",
            ),
            html.Div(
                [
                    number,
                    html.Span(group.person, className="tile-name"),
                    html.Span(certainty(group.probability), className="tile-chance"),
                ],
                className="tile-words",
            ),
        ],
        type="button",
        className="tile",
        disable_n_clicks=True,
        **_looks(face),
        **data(tile=place, choice=place + 1),
        **pressed(False, f"This is not {group.person}"),
    )


def compared(group: OpenGroup, proposal: Proposal, portraits: Portraits) -> Component:
    """Return a single face and, beside it, the person it may be, as large."""
    face, *known = (one for one in (group.faces[0], *proposal.evidence) if one in portraits)
    first, others = known[:1], known[1:]
    sides = [
        html.Div([html.H2("This face"), _large(portraits[face], "The face")], className="side")
    ]
    if first:
        named = _large(portraits[first[0]], f"{proposal.person}, named by you")
        more = [html.Img(src=portraits[one].thumbnail, alt="") for one in others]
        parts = [html.H2(proposal.person), named, html.Div(more, className="picks known")]
        sides.append(html.Div(parts, className="side"))
    return html.Div(sides, className="sides compared")


def named_faces(proposal: Proposal, portraits: Portraits) -> list[Component]:
    """Return the faces that the user named and that speak for a proposal."""
    known = [portraits[face] for face in proposal.evidence if face in portraits]
    if not known:
        return []
    pictures = [
        html.Img(src=one.thumbnail, alt=f"{proposal.person}, {one.caption}", title=one.caption)
        for one in known
    ]
    title = html.H2(f"{proposal.person}, named by you")
    return [html.Div([title, html.Div(pictures, className="picks known")], className="named-faces")]


def photo(group: OpenGroup, portraits: Portraits) -> list[Component]:
    """Return the whole photo of a group's first face, with a box around it."""
    portrait = portraits.get(group.faces[0])
    if portrait is None:
        return []
    left, top, width, height = (f"{value:.2f}%" for value in portrait.box)
    box = html.Span(
        className="evidence-box", style={"left": left, "top": top, "width": width, "height": height}
    )
    image = html.Img(src=portrait.photo, alt="The whole photo, with a box around the face")
    frame = html.Div(
        [image, box], className="photo-frame", style={"--ratio": f"{portrait.ratio:.4f}"}
    )
    link = html.A(portrait.caption, href=portrait.page, className="to-photo")
    caption = html.Figcaption(link, className="subtitle")
    return [html.Figure([frame, caption], className="photo")]


def data(**attributes: object) -> Any:
    """Return the attributes of a component that the browser reads."""
    return {f"data-{name}": str(value) for name, value in attributes.items()}


def pressed(is_pressed: bool, what: str) -> Any:
    """Return the properties that tell a screen reader what a button stands for, if it is in."""
    return {"aria-pressed": str(is_pressed).lower(), **labelled(what)}


def _best_and_least(faces: tuple[int, ...]) -> tuple[int, ...]:
    if len(faces) <= FACES_SHOWN:
        return faces
    return (*faces[: FACES_SHOWN - LEAST_FITTING], *faces[-LEAST_FITTING:])


def _large(portrait: Portrait, what: str) -> Component:
    picture = _picture(portrait, what, portrait.caption)
    return html.Span(picture, className="pick large", **_looks(portrait))


def _looked_at(portrait: Portrait) -> Component:
    """Return a face whose photo is shown when the pointer is on it."""
    picture = _picture(portrait, title=portrait.caption)
    return html.Span(picture, className="pick", **_looks(portrait))


def _looks(portrait: Portrait) -> Any:
    """Return the attributes from which the browser shows a face's photo."""
    box = " ".join(f"{value:.2f}" for value in portrait.box)
    ratio = f"{portrait.ratio:.4f}"
    more = {"caption": portrait.caption, "page": portrait.page}
    return data(photo=portrait.photo, box=box, ratio=ratio, **more)


def _picture(portrait: Portrait, alt: str = "", title: str | None = None) -> list[Component]:
    """Return a face; of one in a video, with the time at which it is there."""
    image = html.Img(src=portrait.thumbnail, alt=alt, title=title)
    moment = html.Span(portrait.moment, className="film-badge") if portrait.moment else None
    return [image, moment] if moment else [image]
