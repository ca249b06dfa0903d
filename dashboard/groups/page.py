"""The page of groups: one group of look-alike faces after the other, each waiting for a name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from labeler.wording import count

from ..shared import addresses, views
from ..shared.components import (
    button,
    dot,
    empty_state,
    face_image,
    face_picker,
    no_faces,
    no_groups,
    page_head,
)
from ..shared.ids import Id
from ..shared.keys import keys_button, keys_list
from ..shared.name_row import name_row
from ..shared.views import GroupView
from ..shell.snapshot import Snapshot
from . import strangers_page as strangers

GROUPS_A_TIME = 6
"""More than fit on a screen; with each more, every answer comes later."""
FACES_A_GROUP = 24
LEAST_FITTING = 12
"""Of a large group, so many that fit least are always seen: a stranger would be among them."""
FINISHED_SHOWN = 12
KEYS = (
    (("↑", "↓"), "The group before, the group after"),
    (("←", "→"), "From face to face; Space takes it out or in again, O opens its photo"),
    (("Enter",), "Type a name: Enter takes it, Esc leaves the field for the other keys"),
    (("Y", "1", "…", "3"), "Take the name that is proposed first, or with that number"),
    (("I",), "Ignore the group: nobody you care about"),
    (("E",), "See all faces of the group"),
    (("U",), "Undo the last decision"),
    (("?",), "This list"),
)


def layout(path: str = addresses.GROUPS) -> Component:
    """Return the page's frame; `body` fills it.

    Args:
        path: the address; it may name one group, which is then all that is shown, or strangers.
    """
    if path == addresses.STRANGERS:
        return strangers.layout()
    return html.Div(
        [
            html.Div(id=Id.GROUPS),
            button(
                "Show more groups", Id.GROUPS_MORE, class_name="more", style={"display": "none"}
            ),
            dcc.Store(id=Id.GROUPS_DRAWN),
            dcc.Store(id=Id.GROUPS_SHOWN, data=GROUPS_A_TIME),
            dcc.Store(id=Id.GROUPS_EXPANDED, data=[]),
            dcc.Store(id=Id.GROUPS_ONLY, data=addresses.group_of(path)),
            keys_list(KEYS),
        ],
        className="page groups-page",
    )


def body(
    snapshot: Snapshot,
    shown: int = GROUPS_A_TIME,
    expanded: Collection[int] = (),
    left_out: Collection[int] = (),
    only: int | None = None,
) -> list[Component]:
    """Return the page's content.

    Args:
        only: the one group to show; None = all that wait for a name.
        shown: how many groups to show at most.
        expanded: the groups of which all faces are to be seen.
        left_out: faces that the user has clicked away.
    """
    if not snapshot.faces:
        return [no_faces(snapshot.photos_away)]
    if not snapshot.groups:
        return [no_groups("No groups yet")]
    if only is not None:
        return _one_group(snapshot, only, left_out)
    waiting = views.groups_to_name(snapshot)
    cards = [
        group_card(snapshot, view, view.cluster in expanded, left_out)
        for view in (views.view_group(snapshot, group) for group in waiting[:shown])
    ]
    loose = views.ungrouped(snapshot)
    if loose and len(waiting) <= shown:
        cards.append(group_card(snapshot, loose, loose.cluster in expanded, loose.open))
    return [
        _head(snapshot, len(waiting)),
        html.Div(cards, className="group-list"),
        *_finished(snapshot),
    ]


def _one_group(snapshot: Snapshot, number: int, left_out: Collection[int]) -> list[Component]:
    """Return the page of a single group, with all its faces."""
    back = dcc.Link("All groups", href=addresses.GROUPS)
    group = next((group for group in snapshot.groups if group.cluster == number), None)
    if group is None:
        words = ["It may have become part of another one. ", back]
        return [empty_state(f"There is no group {number}", words)]
    view = views.view_group(snapshot, group)
    head = page_head(f"Group {number}", views.make_up(snapshot, group.faces), [back])
    if not view.open:
        return [head, _finished_row(snapshot, view)]
    return [head, group_card(snapshot, view, True, left_out)]


def has_more(snapshot: Snapshot, shown: int) -> bool:
    """Tell whether there are more groups than are shown."""
    return len(views.groups_to_name(snapshot)) > shown


def group_card(
    snapshot: Snapshot, view: GroupView, expanded: bool, left_out: Collection[int]
) -> Component:
    """Return the card of a group with open faces."""
    where = str(view.cluster)
    fits = expanded or len(view.open) <= FACES_A_GROUP
    best = FACES_A_GROUP - 1 - LEAST_FITTING
    offered = view.open if fits else (*view.open[:best], *view.open[-LEAST_FITTING:])
    chosen = [face for face in offered if face not in left_out]
    if not chosen and view.cluster != views.NO_GROUP:
        chosen = list(offered)  # what was left out when the others got their name
    hidden = len(view.open) - len(offered)
    return html.Section(
        [
            html.Div(_card_title(snapshot, view), className="card-title"),
            face_picker(snapshot, where, offered, chosen, hidden=hidden),
            name_row(
                snapshot,
                where,
                _question(view),
                view.suggestion,
                candidates=view.candidates,
            ),
        ],
        className=_looks(view, expanded),
        key=f"group-{where}",
        tabIndex=-1,
    )


def _looks(view: GroupView, expanded: bool) -> str:
    """Return the class of a card: one that shows all its faces takes the whole width."""
    kind = " pick-any" if view.cluster == views.NO_GROUP else ""
    return f"card group-card{kind}" + (" is-wide" if expanded or kind else "")


def _card_title(snapshot: Snapshot, view: GroupView) -> list[Any]:
    number = count(len(view.open), "face")
    if view.cluster == views.NO_GROUP:
        return [html.H2(f"{number} in no group"), html.Span("click those that belong together")]
    if view.person is not None:
        heading: Any = _person_link(snapshot, view.person)
        words = f"{view.named:,} named · {number} still unnamed"
    else:
        heading = dcc.Link(number, href=addresses.group_address(view.cluster))
        doubt = "perhaps several people" if view.doubtful else ""
        words = " · ".join(filter(None, (view.years, doubt)))
    on_map = dcc.Link("On the map", href=addresses.on_map(group=view.cluster), className="to-map")
    return [html.H2(heading), html.Span(words), on_map]


def _question(view: GroupView) -> str:
    return f"{view.person}, or somebody else?" if view.person else "Who is this?"


def _head(snapshot: Snapshot, waiting: int) -> Component:
    done = views.progress(snapshot)
    subtitle: list[Any] = ["Every face has a name or is ignored."]
    if done.left:
        words = "to go. Type a name and press Enter; click a face first to leave it out."
        subtitle = [f"{views.work_left(snapshot, waiting)} {words}"]
    if done.recognized:
        people = dcc.Link("the pages of the people", href=addresses.PEOPLE)
        faces = count(done.recognized, "recognized face")
        waits = "waits" if done.recognized == 1 else "wait"
        subtitle += [f" {faces} {waits} to be confirmed on ", people, "."]
    share = 100 * (done.faces - done.left) / done.faces
    bar = html.Div(html.Div(style={"width": f"{share:.1f}%"}), className="progress")
    aside: list[Component] = [
        html.Div([html.Span(f"{share:.0f}% done"), bar], className="progress-box"),
        keys_button(),
    ]
    if waiting:
        aside.insert(
            0, dcc.Link("Ignore strangers", href=addresses.STRANGERS, className="link-button")
        )
    if done.named and done.left:
        aside.insert(0, button("Recognize the rest", Id.RECOGNIZE, "light"))
    return page_head("Name groups", subtitle, aside)


def _finished(snapshot: Snapshot) -> list[Component]:
    finished = views.finished_groups(snapshot)
    if not finished:
        return []
    some = (views.view_group(snapshot, group) for group in finished[:FINISHED_SHOWN])
    rows = [_finished_row(snapshot, view) for view in some]
    rest = len(finished) - len(rows)
    more = html.P(f"and {rest:,} more", className="subtitle") if rest > 0 else None
    return [
        html.H2("Named groups", className="section-title"),
        html.Div(rows, className="finished"),
        *([more] if more else []),
    ]


def _finished_row(snapshot: Snapshot, view: GroupView) -> Component:
    assert view.person is not None
    faces = [face_image(snapshot, face, "face small") for face in view.faces[:6]]
    ignored = f", {view.ignored:,} ignored" if view.ignored else ""
    return html.Div(
        [
            html.Div(faces, className="strip"),
            html.Div(
                [
                    html.Div(_person_link(snapshot, view.person), className="finished-name"),
                    html.Div(f"{count(view.named, 'face')}{ignored}", className="subtitle"),
                ]
            ),
        ],
        className="card finished-row",
    )


def _person_link(snapshot: Snapshot, person: str) -> Component:
    colour = snapshot.colours.get(person, "transparent")
    return dcc.Link([dot(colour), person], href=addresses.address(person))
