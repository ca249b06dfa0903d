"""A lane for everybody in a video: who it is, how long, and when on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.videos.clock import clock
from labeler.videos.presence import SeenVideo
from labeler.wording import count

from ..shared import addresses
from ..shared.components import attribute, dot, labelled
from ..shared.face_parts import lazy_face
from ..shared.ids import Part, part
from ..shared.name_row import name_row
from ..shared.views import view_group
from ..shell.snapshot import Snapshot
from . import views as video_views
from .views import Lane

_NO_DRAFTS: Mapping[str, str] = {}


def lanes(
    snapshot: Snapshot, video: SeenVideo, drafts: Mapping[str, str] = _NO_DRAFTS
) -> list[Component]:
    """Return who is in a video.

    Args:
        drafts: what stands in the name fields, by their place.
    """
    found = video_views.lanes(snapshot, video)
    if not found:
        words = "Nobody was found in this video, or only people whom you ignore."
        return [html.H2("On screen"), html.P(words, className="subtitle")]
    rows = [_lane(snapshot, video, lane, drafts.get(lane.where, "")) for lane in found]
    return [
        html.Div([html.H2("On screen"), _choice()], className="lanes-head"),
        html.Div([*rows, _axis(video.seconds)], className="lanes"),
    ]


def _choice() -> Component:
    """Return the buttons that play only the scenes of those who are ticked; the browser does it."""
    modes = {"any": "Play only their scenes", "all": "Only together", "": "Play everything"}
    buttons = [
        html.Button(
            text,
            type="button",
            disable_n_clicks=True,
            hidden=True,
            className="scenes-button",
            **attribute("data-scenes", mode),
        )
        for mode, text in modes.items()
    ]
    hint = html.Span("Tick people to play only their scenes", className="subtitle scenes-hint")
    return html.Div([hint, *buttons], className="row scenes-choice")


def _lane(snapshot: Snapshot, video: SeenVideo, lane: Lane, draft: str) -> Component:
    colour = snapshot.colours.get(lane.person or "", "var(--quiet)")
    asks = _who_is_it(snapshot, lane, draft) if lane.person is None or lane.open else None
    spans = " ".join(f"{start:.2f}-{end:.2f}" for start, end in lane.stretches)
    return html.Div(
        [
            _tick(snapshot, lane),
            html.Div(
                [
                    html.Div(_title(snapshot, lane), className="lane-name"),
                    html.Div(video_views.how_long(lane), className="lane-time"),
                    html.Div(_more(snapshot, lane), className="lane-more"),
                ],
                className="lane-words",
            ),
            html.Div(
                [_stretch(lane.name, *span, video.seconds) for span in lane.stretches],
                className="lane-track",
                style={"--who": colour},
            ),
            html.Div(asks, className="lane-who") if asks else None,
        ],
        key=f"lane-{lane.person or lane.where}",
        className="lane",
        **attribute("data-spans", spans),
        **attribute("data-lane", lane.person or lane.where),
    )


def _tick(snapshot: Snapshot, lane: Lane) -> Component:
    """Return the portrait; a click takes the person's scenes among those to be played, or out."""
    return html.Button(
        [lazy_face(snapshot, lane.portrait, "lane-face", alt=""), html.Span(className="lane-tick")],
        type="button",
        disable_n_clicks=True,
        className="lane-choose",
        title=f"Play the scenes of {lane.name}",
        **labelled(f"Play the scenes of {lane.name}"),
        **attribute("aria-pressed", "false"),
    )


def _title(snapshot: Snapshot, lane: Lane) -> Any:
    if lane.person is None:
        return lane.name
    whose: list[Any] = [dot(snapshot.colours[lane.person]), lane.person]
    return dcc.Link(whose, href=addresses.address(lane.person))


def _more(snapshot: Snapshot, lane: Lane) -> Any:
    """Return where the name is from, or the group that is named with the lane."""
    if lane.person is not None:
        return video_views.how_known(lane)
    group = next((one for one in snapshot.groups if one.cluster == lane.group), None)
    if group is None:
        return "in no group"
    faces = f"group of {count(len(group.faces), 'face')}"
    return dcc.Link(faces, href=addresses.group_address(group.cluster))


def _stretch(name: str, start: float, end: float, whole: float) -> Component:
    """Return a stretch of time as a bar; a click plays from there."""
    said = f"{name}, {clock(start)} to {clock(end)}"
    whole = max(whole, end, 0.01)
    place = {"left": f"{100 * start / whole:.3f}%", "width": f"{100 * (end - start) / whole:.3f}%"}
    return html.Button(
        type="button",
        disable_n_clicks=True,
        className="stretch",
        style=place,
        title=f"{clock(start)}–{clock(end)}",
        **labelled(said),
        **attribute("data-start", f"{start:.2f}"),
    )


def _who_is_it(snapshot: Snapshot, lane: Lane, draft: str) -> list[Component]:
    """Return the name field of somebody without a name, or whose name the user may confirm."""
    group = next((one for one in snapshot.groups if one.cluster == lane.group), None)
    view = None if lane.person or group is None else view_group(snapshot, group)
    offered = [] if view else list(lane.open)
    row = name_row(
        snapshot,
        lane.where,
        "Another name" if lane.person else "Who is this?",
        suggestion=lane.person or (view.suggestion if view else None),
        reject=lane.person,
        draft=draft,
        candidates=view.candidates if view else (),
    )
    return [row, dcc.Store(id=part(Part.OFFERED, lane.where), data=offered)]


def _axis(seconds: float) -> Component:
    """Return the times below the lanes."""
    marks = [
        html.Span(clock(at), style={"left": f"{100 * at / max(seconds, 0.01):.3f}%"})
        for at in video_views.ticks(seconds)
    ]
    return html.Div(
        html.Div(marks, className="axis-marks"),
        className="axis",
        **attribute("data-seconds", f"{seconds:.3f}"),
        **attribute("aria-hidden", "true"),
    )
