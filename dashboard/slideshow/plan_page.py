"""The plan of a show as a strip of slides, and what was made of it."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.slideshows.slideshow import TITLE_SECONDS, Slide
from labeler.types import Photo
from labeler.wording import count

from ..shared.components import attribute, button, empty_state, labelled, text_field
from ..shared.ids import Id, Part, part
from ..shell import images
from .made import Made
from .planner import Draft, told

KINDS = (
    ("720p", "Video, 720p"),
    ("1080p", "Video, 1080p"),
    ("4k", "Video, 4K"),
    ("page", "Page for the browser"),
    ("copies", "Folder of copies"),
    ("links", "Folder of links"),
    ("playlist", "List of the photos (.m3u8)"),
)
UNDATED = "no date"


def head(draft: Draft | None, can_undo: bool) -> Component:
    """Return how long the show is, and what can be done with all of it."""
    if draft is None:
        return empty_state("No plan yet", "Choose people, then show the plan.")
    left_out = draft.show.left_out
    failed = html.P(
        f"{count(len(left_out), 'photo')} left out because they cannot be read any more.",
        className="sort-error",
        title="\n".join(f"{one.path}: {one.reason}" for one in left_out),
    )
    length = html.H2(told(draft.show), **attribute("aria-live", "polite"))
    return html.Div(
        [
            html.Div([length, failed] if left_out else [length]),
            html.Div(
                [
                    _action("play", "Preview", "show-button"),
                    _action("undo", "Undo", "show-button", disabled=not can_undo),
                    _action("to-making", "Make it…", "show-button"),
                ],
                className="row",
            ),
        ],
        className="show-head",
    )


def strip(draft: Draft | None) -> list[Component]:
    """Return the title, and the slides in their order with picture, caption and buttons."""
    if draft is None:
        return []
    show = draft.show
    years = [_year(slide) for slide in show.slides]
    slides = [
        _slide(draft, place, year if year != before else "")
        for place, (before, year) in enumerate(zip(["", *years], years, strict=False))
    ]
    titles = html.Div(
        [
            text_field(Id.SHOW_TITLE, "Title", value=show.title),
            text_field(Id.SHOW_SUBTITLE, "Below the title", value=show.subtitle),
        ],
        className="show-titles",
        **attribute("data-seconds", f"{TITLE_SECONDS - show.crossfade:g}"),
    )
    return [titles, html.Ol(slides, className="show-strip", **labelled("Slides"))]


def _slide(draft: Draft, place: int, year: str) -> Component:
    slide = draft.show.slides[place]
    photo, step = draft.photo(slide.candidate), slide.duration - draft.show.crossfade
    said = ", ".join(slide.lines) or "no caption"
    data = {
        "data-photo": str(photo.id),
        "data-seconds": f"{step:g}",
        "data-picture": images.picture_address(photo),
    }
    if draft.show.growing_up:
        data["data-face"] = _face(slide)
    return html.Li(
        [
            html.Div(html.Span(year), className="show-year begins" if year else "show-year"),
            html.Article(
                [_picture(slide, photo), _buttons(slide, place, len(draft.show.slides))],
                className="show-frame",
            ),
            dcc.Textarea(
                id=part(Part.SHOW_CAPTION, str(photo.id)),
                value="\n".join(slide.lines),
                rows=2,
                spellCheck=False,
                placeholder="Caption",
                className="show-caption",
            ),
        ],
        key=str(photo.id),
        tabIndex=0,
        className="show-slide pinned" if slide.pinned else "show-slide",
        **labelled(f"Slide {place + 1} of {len(draft.show.slides)}: {said}"),
        **data,  # type: ignore[arg-type]
    )


def _picture(slide: Slide, photo: Photo) -> Component:
    candidate = slide.candidate
    faces = [face.box for face in candidate.faces]
    # The middle of the faces stays in sight where the picture is cut to the form of the strip.
    across = sum(box.left + box.width / 2 for box in faces) / len(faces) / candidate.width
    down = sum(box.top + box.height / 2 for box in faces) / len(faces) / candidate.height
    return html.Img(
        src=images.small_address(photo),
        alt=", ".join(candidate.people),
        style={"objectPosition": f"{100 * across:.0f}% {100 * down:.0f}%"},
        className="show-picture",
        draggable="true",
    )


def _face(slide: Slide) -> str:
    """Return the middle of the face that grows up, and its height, as fractions of the photo."""
    photo, box = slide.candidate, slide.candidate.faces[0].box
    across, down = box.left + box.width / 2, box.top + box.height / 2
    height = photo.height
    return f"{across / photo.width:.4f} {down / height:.4f} {box.height / height:.4f}"


def _buttons(slide: Slide, place: int, slides: int) -> Component:
    which = f"slide {place + 1}"
    pinned = attribute("aria-pressed", "true" if slide.pinned else "false")
    return html.Div(
        [
            html.Span(f"{place + 1}", className="show-place"),
            _action("back", "←", label=f"Move {which} back", disabled=place == 0),
            _action("on", "→", label=f"Move {which} on", disabled=place == slides - 1),
            _action("pin", _glyph("pin"), label=f"Pin {which}", **pinned),
            _action("drop", "×", label=f"Leave {which} out"),
        ],
        className="show-tools",
    )


def _action(
    what: str, text: str | Component, class_name: str = "show-tool", label: str = "", **more: object
) -> Component:
    """Return a button that the page's script carries out or sends on."""
    name = labelled(label) | {"title": label} if label else {}
    return html.Button(
        text,
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attribute("data-show", what),
        **name,
        **more,  # type: ignore[arg-type]
    )


def _glyph(name: str) -> Component:
    return html.Span(className=f"glyph glyph-{name}")


def _year(slide: Slide) -> str:
    taken = slide.candidate.taken
    return str(taken.year) if taken else UNDATED


def player() -> Component:
    """Return the window that plays the plan; the page's script fills it."""
    layers = [
        html.Figure([html.Img(alt=""), html.Figcaption()], className="player-layer")
        for _ in range(2)  # the one that is seen, and the one that comes
    ]
    title = html.Div([html.H2(), html.P()], className="player-title")
    controls = html.Div(
        [
            _action("player-back", "←", label="Slide before"),
            _action("player-toggle", "Pause", "show-tool player-toggle"),
            _action("player-on", "→", label="Next slide"),
            html.Span(className="player-count", role="status"),
            _action("player-close", "Close"),
        ],
        className="player-controls",
    )
    return html.Dialog(
        [*layers, title, controls],
        className="show-player",
        tabIndex=-1,
        **labelled("Preview"),
    )


def making() -> Component:
    """Return what the show may become. It is hidden as long as there is no plan."""
    return html.Section(
        [
            html.H2("Make it"),
            html.Div(
                [
                    dmc.Select(
                        id=Id.SHOW_KIND,
                        label="What",
                        data=[{"value": value, "label": label} for value, label in KINDS],
                        value=KINDS[0][0],
                        allowDeselect=False,
                    ),
                    text_field(Id.SHOW_FILE, "Write to"),
                    text_field(Id.SHOW_MUSIC, "Music, if any", "/home/rosa/Music/waltz.mp3"),
                ],
                className="show-fields making",
            ),
            html.Div(
                [
                    dmc.Checkbox(id=Id.SHOW_FIT, label="As long as the music"),
                    dmc.Checkbox(id=Id.SHOW_BEAT, label="Change on its beats"),
                ],
                className="show-checks",
            ),
            button("Make the show", Id.SHOW_MAKE, "filled"),
            dcc.Store(id=Id.SHOW_SUGGESTED, data=""),
        ],
        id=Id.SHOW_MAKING,
        hidden=True,
        className="card show-form",
    )


def made(items: tuple[Made, ...]) -> list[Component]:
    """Return what was made, the latest first, with a link to what a browser can play."""
    if not items:
        return []
    return [
        html.H2("Made", className="section-title"),
        html.Ul([_made(item) for item in items], className="card show-made"),
    ]


def _made(item: Made) -> Component:
    link = html.A(
        "Play",
        href=f"/slideshow/made/{item.number}",
        target="_blank",
        className="link-button",
        **labelled(f"Play {item.path.name}"),
    )
    failed = [html.P(f"Left out: {sentence}", className="sort-error") for sentence in item.left_out]
    words = [html.Div(item.told), html.Div(str(item.path), className="subtitle path"), *failed]
    return html.Li([html.Div(words), link if item.is_played else None])
