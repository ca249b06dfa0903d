"""Links that start a video at a moment: on a person's page, and where a search finds videos."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.library.store import Library
from labeler.videos.clock import clock
from labeler.videos.intervals import Intervals
from labeler.videos.screen_time import InVideo, screen_time
from labeler.videos.steps.watched import watched
from labeler.wording import count

from ..photo import views as photo_views
from ..shared.views import file_name
from ..shell.snapshot import Snapshot
from . import views as video_views

MOST_MOMENTS = 6


def of_person(library: Library, snapshot: Snapshot, person: str) -> Component | None:
    """Return the videos in which a person is, with the moments; None = there is no such video."""
    rows = snapshot.of_person.get(person, ())
    videos = sorted({row.photo_id for row in rows if row.at is not None})
    if not videos:
        return None
    times = screen_time(watched(library, videos))
    own = next((row for row in times if row.who.person == person), None)
    if own is None:
        return None
    said = f"in {count(len(own.videos), 'video')}, {video_views.spoken(own.seconds)} on screen"
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Videos", className="part-title"),
                    html.Span(said, className="subtitle"),
                ],
                className="row faces-title",
            ),
            html.Div([_film(one, person) for one in own.videos], className="photo-grid"),
        ]
    )


def links(video: int, moments: Intervals, who: str = "") -> Component:
    """Return a link for each moment of a video.

    Args:
        who: is on screen then.
    """
    chips = [
        dcc.Link(
            clock(start),
            href=video_views.moment_address(video, start),
            title=", ".join(filter(None, [who, f"{clock(start)}–{clock(end)}"])),
            className="moment",
        )
        for start, end in moments[:MOST_MOMENTS]
    ]
    rest = len(moments) - len(chips)
    if rest > 0:
        chips.append(
            dcc.Link(f"+{rest:,}", href=photo_views.address(video), className="moment rest")
        )
    return html.Div(chips, className="moments")


def _film(film: InVideo, person: str) -> Component:
    video, name = film.video, file_name(film.video.path)
    picture = dmc.Image(
        src=f"/small-photos/{video.photo_id}.jpg",
        alt=name,
        attributes={"root": {"loading": "lazy", "title": name}},
    )
    length = html.Span(clock(video.seconds), className="film-badge")
    tile = dcc.Link(
        [
            html.Span([picture, length], className="photo-picture-box"),
            html.Span(f"{name} · {video_views.spoken(film.seconds)}", className="photo-date"),
        ],
        href=photo_views.address(video.photo_id),
        className="photo-tile",
    )
    return html.Div([tile, links(video.photo_id, film.scenes, person)], className="film")
