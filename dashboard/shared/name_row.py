"""The row below faces: a name field, the names that are likely, and the other decisions."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from labeler.wording import certainty

from ..shell.snapshot import Snapshot
from .components import attribute, button, labelled
from .ids import Part, part
from .views import LikelyPerson


def name_row(
    snapshot: Snapshot,
    where: str,
    placeholder: str = "Who is this?",
    suggestion: str | None = None,
    agree: str = "Yes,",
    reject: str | None = None,
    unlabel: str | None = None,
    ignore: bool = True,
    draft: str = "",
    candidates: Sequence[LikelyPerson] = (),
) -> Component:
    """Return a name field with its buttons.

    Args:
        suggestion: a name to offer as a button of its own, which says `agree` and the name.
        candidates: the people who are likely; those who are not the suggestion get a button each.
        reject: a name to offer a button for that says 'Not' and the name; None = no such button.
        unlabel: the text of the button that forgets what was said; None = no such button.
        draft: what stands in the field already.
    """
    return html.Div(
        [
            dmc.Autocomplete(
                id=part(Part.NAME, where),
                data=snapshot.names,
                value=draft,
                placeholder=placeholder,
                filter={"function": "faceLabelerNames"},
                comboboxProps={"shadow": "md"},
                maxDropdownHeight=220,
                className="name-input",
                **labelled("Name"),
            ),
            button("Name", part(Part.SUBMIT, where), "filled", "name-submit"),
            _suggestion(where, suggestion, agree, candidates),
            *(_chip(one) for one in candidates if one.person != suggestion),
            _rejection(where, reject) if reject else None,
            button(unlabel, part(Part.UNLABEL, where), "subtle") if unlabel else None,
            button("Ignore", part(Part.IGNORE, where), "subtle", "name-ignore") if ignore else None,
        ],
        className="name-row",
    )


def _suggestion(
    where: str, person: str | None, agree: str, candidates: Sequence[LikelyPerson]
) -> Component:
    """Return the button for a suggested name; without one it is there but hidden."""
    identity = part(Part.SUGGESTED, where)
    share = next((_share(one) for one in candidates if one.person == person), None)
    return html.Button(
        [html.Span(className="glyph glyph-check"), f"{agree} {person}", share],
        id=identity,
        value=person or "",
        hidden=person is None,
        type="button",
        className="suggestion",
        title=f"Name them {person}",
    )


def _chip(candidate: LikelyPerson) -> Component:
    """Return the button for a name that is less likely; the browser puts it into the field."""
    return html.Button(
        [f"{candidate.person}?", _share(candidate)],
        type="button",
        className="candidate",
        title=f"Name them {candidate.person}",
        disable_n_clicks=True,
        **attribute("data-person", candidate.person),
    )


def _share(candidate: LikelyPerson) -> Component | None:
    """Return how likely a candidate is; nothing where that is not known."""
    if not candidate.share:
        return None
    return html.Span(certainty(candidate.share), className="share")


def _rejection(where: str, person: str) -> Component:
    """Return the button that says that the faces are not a person."""
    return html.Button(
        f"Not {person}",
        id=part(Part.REJECT, where),
        value=person,
        n_clicks=0,
        type="button",
        className="rejection",
        title=f"They are somebody else: never recognize them as {person}",
    )
