"""The page of one person: who it is, names to confirm, the years, company, and all faces."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from labeler.people import names
from labeler.people.steps.listing import FaceRow, PersonRow
from labeler.wording import count, photos_and_videos

from ..photo import views as photo_views
from ..photo.lists import ending_of_person
from ..shared import addresses, views
from ..shared.addresses import UNDATED
from ..shared.components import attribute, button, empty_state, labelled, no_faces
from ..shared.face_parts import Titled, choice_of_faces, first_faces, lazy_face
from ..shared.ids import Id, Part, Where, part
from ..shared.name_row import name_row
from ..shell.snapshot import Snapshot
from . import views as person_views
from .head import head
from .views import YearOfFaces, year_name

FACES_A_TIME = {Where.PERSON: 120, Where.AUTOMATIC: 60, Where.PHOTOS: 24}
"""And so many photos."""
COMPANY_SHOWN = 24
NOBODY: dict[str, Collection[int]] = {}


@dataclass(frozen=True, slots=True)
class AskedOfPerson:
    """Which photos are asked for: of a year (`UNDATED` = without a date), with somebody; and on
    which tab of the page, one of `TABS`."""

    year: int | None = None
    company: str | None = None
    tab: str = ""

    def ending(self, year: int | None, company: str | None) -> str:
        """Return the end of the address of this tab with another year or company."""
        return addresses.ending(year, company, self.tab)


EVERYTHING = AskedOfPerson()
FACES, CONFIRM, VIDEOS = "faces", "confirm", "videos"
TABS = {"": "Photos", FACES: "Faces", CONFIRM: "To confirm", VIDEOS: "Videos"}
"""As an address calls them, and as they are called."""


def layout(path: str) -> Component:
    """Return the frame of the page; `head` and `body` fill it."""
    return html.Div(
        [
            dcc.Link("‹ All people", href=addresses.PEOPLE, className="back"),
            html.Div(id=Id.PERSON_HEAD),
            html.Div(id=Id.PERSON_PANEL),
            html.Div(id=Id.PERSON_PAGE),
            dcc.Location(id=Id.PERSON_MOVED, refresh="callback-nav"),
            dcc.Store(id=Id.PERSON, data={"path": path, **FACES_A_TIME}),
            dcc.Store(id=Id.PERSON_MEANT, data=addresses.person_of(path) or ""),
            dcc.Store(id=Id.PERSON_PANEL_OPEN, data=""),
        ],
        className="page person-page",
    )


def content(
    snapshot: Snapshot,
    person: str,
    asked: AskedOfPerson = EVERYTHING,
    shown: dict[str, int] = FACES_A_TIME,
    chosen: dict[str, Collection[int]] = NOBODY,
    films: Component | None = None,
) -> tuple[list[Any], list[Any]]:
    """Return the head of the page and what is below it.

    Args:
        asked: which photos are shown.
        shown: how many faces in each place at most. chosen: those that are ticked there.
        films: the videos in which the person is, for that tab.
    """
    row = person_views.person_row(snapshot, person)
    if row is None and person in snapshot.away:
        faces = count(snapshot.away[person].away, "face")
        return [], [
            empty_state(
                f"{person} is away",
                [f"{faces} on photos in folders that are not there just now; nothing is lost."],
            )
        ]
    if not snapshot.faces:
        return [], [no_faces(snapshot.photos_away)]
    if row is None:
        return [], [empty_state(f"No face is named {person}", _instead(snapshot, person))]
    filters = [
        _timeline(person_views.timeline(snapshot, person), asked.year),
        _company(snapshot, person, asked),
    ]
    if asked.tab == CONFIRM:
        ticked = chosen.get(Where.AUTOMATIC, ())
        found: Any = _automatic(snapshot, person, shown[Where.AUTOMATIC], ticked)
        sections = [found or html.P("Nothing is left to be confirmed.", className="subtitle")]
    elif asked.tab == VIDEOS:
        sections = [films or html.P(f"{person} is in no video.", className="subtitle")]
    elif asked.tab == FACES:
        ticked = chosen.get(Where.PERSON, ())
        sections = [*filters, *_faces(snapshot, row, asked, shown[Where.PERSON], ticked)]
    else:
        sections = [*filters, *_photos(snapshot, person, asked, shown[Where.PHOTOS])]
    parts = [_tabs(snapshot, person, asked), *sections]
    return [head(snapshot, row)], [part for part in parts if part is not None]


def _tabs(snapshot: Snapshot, person: str, asked: AskedOfPerson) -> Component:
    """Return the tabs, each with how much is on it; those with nothing only while one is there."""
    rows = snapshot.of_person[person]
    numbers = {
        "": person_views.photos_of(rows) - person_views.videos_of(rows),
        FACES: len(rows),
        CONFIRM: len(person_views.to_confirm(snapshot, person)),
        VIDEOS: person_views.videos_of(rows),
    }
    links = []
    for tab, name in TABS.items():
        here = tab == asked.tab
        if not numbers[tab] and not here:
            continue
        words = [html.Span(name), html.Span(f"{numbers[tab]:,}", className="count")]
        keeps = tab in ("", FACES)  # the year, and the company
        year, company = (asked.year, asked.company) if keeps else (None, None)
        href = addresses.address(person) + addresses.ending(year, company, tab)
        links.append(
            html.Span(words, className="person-tab here", **attribute("aria-current", "page"))
            if here
            else dcc.Link(words, href=href, className="person-tab")
        )
    return html.Nav(links, className="person-tabs", **labelled(f"What there is of {person}"))


def _instead(snapshot: Snapshot, person: str) -> list[Any]:
    """Return where to go from the page of nobody: to those who may be meant, or to all people."""
    meant = names.called(person, snapshot.names) or names.similar(person, snapshot.names)
    links: list[Any] = [dcc.Link(one, href=addresses.address(one)) for one in meant]
    links.append(dcc.Link("all people", href=addresses.PEOPLE))
    joined = [part for link in links for part in (", ", link)][1:]
    return ["See ", *joined, "."]


def _automatic(
    snapshot: Snapshot, person: str, shown: int, chosen: Collection[int]
) -> Component | None:
    """Return the names that the program gave, to be confirmed or rejected many at a time."""
    rows = person_views.to_confirm(snapshot, person)
    if not rows:
        return None
    title = count(len(rows), "automatic name") + " to confirm"
    hint = "The least certain first. Choose some, or confirm all; Shift takes all in between."
    ending = ending_of_person(person)
    faces = choice_of_faces(snapshot, Where.AUTOMATIC, [(None, rows[:shown])], chosen, ending)
    return html.Section(
        [
            html.Div(
                [
                    html.Div([html.H2(title), html.P(hint, className="hint")]),
                    html.Div(
                        [
                            button("Select all", Id.PERSON_ALL, size="xs"),
                            button("None", Id.PERSON_NONE, "subtle", size="xs"),
                        ],
                        className="row",
                    ),
                ],
                className="section-head",
            ),
            faces,
            _more(len(rows) - shown, Where.AUTOMATIC),
            _verdict(person),
        ],
        className="card faces-box automatic",
    )


def _verdict(person: str) -> Component:
    """Return the two buttons about the chosen automatic names; the browser counts on them."""
    confirm = html.Button(
        [html.Span(className="glyph glyph-check"), html.Span("Confirm", id=Id.PERSON_CONFIRMED)],
        id=part(Part.SUGGESTED, Where.AUTOMATIC),
        value=person,
        n_clicks=0,
        type="button",
        className="suggestion",
    )
    reject = html.Button(
        html.Span(f"Not {person}", id=Id.PERSON_REJECTED),
        id=part(Part.REJECT, Where.AUTOMATIC),
        value=person,
        n_clicks=0,
        type="button",
        disabled=True,
        className="rejection",
        title=f"They are somebody else: never recognize them as {person}",
    )
    return html.Div([confirm, reject], className="verdict")


def _timeline(years: list[YearOfFaces], chosen: int | None) -> Component | None:
    if not years:
        return None
    most = max((max(year.months) for year in years), default=0)
    blocks = [_year(year, most, year.year == chosen) for year in years]
    return html.Section(html.Div(blocks, className="timeline"), **labelled("Years"))


def _year(year: YearOfFaces, most: int, pressed: bool) -> Component:
    """Return a year as a button with a bar for each month."""
    bars = [
        html.Span(
            className="bar" if number else "bar none",
            style={"height": f"{100 * number / most:.0f}%"} if number else {},
        )
        for number in year.months
    ]
    said = f"{year_name(year.year)}: {photos_and_videos(year.photos, year.videos)}"
    return html.Button(
        [
            html.Span(bars, className="bars") if year.year != UNDATED else None,
            html.Span(
                [html.Span(year_name(year.year)), html.Span(f"{year.photos:,}", className="count")],
                className="year-name",
            ),
        ],
        id=part(Part.YEAR, str(year.year)),
        n_clicks=0,
        type="button",
        className="year",
        title=said,
        **labelled(said),
        **attribute("aria-pressed", "true" if pressed else "false"),
    )


def _company(snapshot: Snapshot, person: str, asked: AskedOfPerson) -> Component | None:
    """Return the people on the same photos; a click shows the photos of both."""
    others = person_views.together(snapshot, person)
    if not others:
        return None
    links = [
        dcc.Link(
            [
                lazy_face(snapshot, views.cover(snapshot, other), "face mini", alt=""),
                html.Span(other, className="companion-name"),
                html.Span(f"{number:,}", className="count"),
            ],
            href=addresses.address(person)
            + asked.ending(asked.year, None if other == asked.company else other),
            className="companion chosen" if other == asked.company else "companion",
            title=f"{number:,} with {other}",
        )
        for other, number in others[:COMPANY_SHOWN]
    ]
    rest = len(others) - len(links)
    more = html.Span(f"and {rest:,} more", className="subtitle") if rest > 0 else None
    return html.Section(
        html.Div([html.Span("With", className="subtitle"), *links, more], className="companions"),
        className="company",
        **labelled("Together with"),
    )


def _photos(snapshot: Snapshot, person: str, asked: AskedOfPerson, shown: int) -> list[Any]:
    """Return the whole photos, each a link to its page, where one walks on through all of them."""
    photos = person_views.photos_in_time(snapshot, person, asked.year, asked.company)
    ending = ending_of_person(person, asked.year, asked.company)
    rows = {row.photo_id: row for row in snapshot.of_person.get(person, [])}
    tiles = [_photo(rows[photo], ending) for photo in photos[:shown]]
    grid: Component = html.Div(tiles, className="photo-grid")
    if not photos:
        grid = html.P("There is no such photo.", className="subtitle")
    return [_heading("Photos", person, asked), grid, _more(len(photos) - shown, Where.PHOTOS)]


def _photo(row: FaceRow, ending: str) -> Component:
    name = views.file_name(row.photo)
    picture = dmc.Image(
        src=f"/small-photos/{row.photo_id}.jpg",
        alt=name,
        attributes={"root": {"loading": "lazy", "title": name}},
    )
    date = person_views.long_date(row.taken.date()) if row.taken else year_name(UNDATED)
    return dcc.Link(
        [
            html.Span(picture, className="photo-picture-box"),
            html.Span(date, className="photo-date"),
        ],
        href=photo_views.address(row.photo_id) + ending,
        className="photo-tile",
    )


def _faces(
    snapshot: Snapshot, row: PersonRow, asked: AskedOfPerson, shown: int, chosen: Collection[int]
) -> list[Any]:
    """Return all faces by year, with what can be done with those that are chosen."""
    found = person_views.faces_in_time(snapshot, row.person, asked.year, asked.company)
    groups: list[Titled] = [(_year_heading(row, *of_year), of_year[1]) for of_year in found]
    faces = sum(len(rows) for _, rows in found)
    heading = _heading("Faces", row.person, asked)
    if not faces:
        return [heading, html.P("There is no such photo.", className="subtitle")]
    ending = ending_of_person(row.person, asked.year, asked.company)
    picker = choice_of_faces(snapshot, Where.PERSON, first_faces(groups, shown), chosen, ending)
    hint = html.P("Click faces to choose them; Shift takes all in between.", className="hint")
    box = html.Div(
        [hint, picker, _more(faces - shown, Where.PERSON), _tools(snapshot, row.person)],
        className="card faces-box person-faces",
    )
    return [heading, box]


def _heading(what: str, person: str, asked: AskedOfPerson) -> Component:
    year, company = asked.year, asked.company
    which = [None if year is None else year_name(year), company and f"with {company}"]
    title = " · ".join(filter(None, [what, *which]))
    all_years = button("All years", part(Part.YEAR, "all"), "subtle", size="xs")
    everybody = addresses.address(person) + asked.ending(year, None)
    parts = [
        html.H2(title, className="part-title"),
        None if year is None else all_years,
        dcc.Link(f"{company}'s page", href=addresses.address(company)) if company else None,
        dcc.Link("With anybody", href=everybody) if company else None,
    ]
    return html.Div(parts, className="row faces-title")


def _tools(snapshot: Snapshot, person: str) -> Component:
    """Return what can be done with the chosen faces; it is seen while there are some."""
    return html.Div(
        [
            html.Div(
                [
                    html.Strong(id=Id.PERSON_CHOSEN, role="status"),
                    button("Use as picture", Id.PERSON_COVER, "subtle", size="xs"),
                ],
                className="row apart",
            ),
            name_row(snapshot, Where.PERSON, "Another name", reject=person, unlabel="Remove name"),
        ],
        className="tools verdict",
    )


def _year_heading(row: PersonRow, year: int, rows: list[FaceRow]) -> Component:
    taken = [face.taken for face in rows if face.taken]
    age = person_views.ages(row.born, min(taken, default=None), max(taken, default=None))
    photos = photos_and_videos(person_views.photos_of(rows), person_views.videos_of(rows))
    facts = " · ".join(filter(None, [photos, age]))
    return html.H3([year_name(year), html.Span(facts)], className="year-heading")


def _more(rest: int, where: str) -> Component | None:
    """Return the button that shows more faces, if there are more."""
    if rest <= 0:
        return None
    looks = "more more-photos" if where == Where.PHOTOS else "more"
    return button(f"Show more ({rest:,})", part(Part.MORE, where), "default", looks)
