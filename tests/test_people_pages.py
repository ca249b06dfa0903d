"""The pages about people without a browser: what they say, and what their buttons do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from dashboard.people import ignored_page as ignored
from dashboard.people import page as people
from dashboard.person import actions as person_actions
from dashboard.person import head as person_head
from dashboard.person import page as person
from dashboard.person import panels as person_panels
from dashboard.person import views as person_views
from dashboard.shared import actions, addresses
from dashboard.shared.addresses import UNDATED
from dashboard.shell import app
from dashboard.shell.session import Session
from dashboard.shell.snapshot import Snapshot, read_snapshot
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import split
from labeler.people.steps.listing import FaceRow, PersonRow
from labeler.types import Box

TODAY = date(2026, 1, 1)


def face(
    number: int,
    who: str = "Rosa",
    day: str | None = "2008-05-01",
    photo: str = "",
    sure: float | None = None,
) -> FaceRow:
    """A face on a photo of its own; `sure` is given for an automatic name."""
    return FaceRow(
        face=number,
        photo=photo or f"{number}.jpg",
        box=Box(0, 0, 10, 10),
        score=0.9,
        cluster=0,
        person=who,
        source="user" if sure is None else "auto",
        probability=sure,
        xy=None,
        ignored=False,
        taken=datetime.fromisoformat(day) if day else None,
    )


def snapshot(*rows: FaceRow, **about: PersonRow) -> Snapshot:
    """Return the people of the faces; `about` says more of some of them."""
    names = sorted({row.person for row in rows if row.person})
    listed = [about.get(name) or row_of(name, *rows) for name in names]
    return Snapshot(faces=rows, people=tuple(listed), photos=len(rows))


def row_of(name: str, *rows: FaceRow) -> PersonRow:
    own = [row for row in rows if row.person == name]
    dates = [row.taken for row in own if row.taken]
    first, last = min(dates, default=None), max(dates, default=None)
    return PersonRow(name, len(own), len({row.photo for row in own}), first, last)


def text(components: object) -> str:
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(components, cls=PlotlyJSONEncoder, ensure_ascii=False)


# -- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [None, UNDATED, 2008])
def test_a_year_in_an_address_is_read_back(year: int | None) -> None:
    assert addresses.year_of(addresses.ending(year)) == year


def test_a_year_that_is_none_is_not_asked_for() -> None:
    assert [addresses.year_of(s) for s in ("?year=soon", "?year=-3", "?sort=name", None)] == [
        None
    ] * 4


# -- all people ----------------------------------------------------------------------------------


def names(found: list[person_views.PersonCard]) -> list[str]:
    return [card.row.person for card in found]


def test_people_are_found_whatever_the_case_and_the_accents() -> None:
    shot = snapshot(face(1, "Zoë Ångström"), face(2, "Rosa"))
    assert names(person_views.people_cards(shot, " zoe a")) == ["Zoë Ångström"]
    assert names(person_views.people_cards(shot, "ANGS")) == ["Zoë Ångström"]
    assert names(person_views.people_cards(shot, "os")) == ["Rosa"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("photos", ["Ben", "ada", "Émile", "Cy"]),
        ("name", ["ada", "Ben", "Cy", "Émile"]),
        ("first", ["Émile", "Ben", "ada", "Cy"]),
        ("last", ["Ben", "ada", "Émile", "Cy"]),
        ("nonsense", ["Ben", "ada", "Émile", "Cy"]),
    ],
)
def test_people_can_be_sorted(order: str, expected: list[str]) -> None:
    shot = snapshot(
        face(1, "ada", "2005-01-01"),
        face(2, "Ben", "2003-01-01"),
        face(3, "Ben", "2019-01-01"),
        face(4, "Ben", None),
        face(5, "ada", "2006-01-01"),
        face(6, "Émile", "2001-01-01"),
        face(7, "Émile", "2001-02-01"),
        face(8, "Cy", None),
    )
    assert names(person_views.people_cards(shot, order=order)) == expected


def test_a_card_counts_the_automatic_names_and_shows_a_face_of_the_users() -> None:
    shot = snapshot(face(1, sure=0.9), face(2, sure=0.8), face(3))
    (card,) = person_views.people_cards(shot)
    assert (card.unconfirmed, card.cover) == (2, 3)
    assert '"2 to confirm"' in text(people.cards(shot))
    chosen = replace(row_of("Rosa", *shot.faces), cover=2)
    (card,) = person_views.people_cards(snapshot(*shot.faces, Rosa=chosen))
    assert card.cover == 2


def test_hidden_people_are_shown_on_demand_only() -> None:
    rows = [face(1), face(2, "Emil")]
    shot = snapshot(*rows, Emil=replace(row_of("Emil", *rows), hidden=True))
    assert names(person_views.people_cards(shot)) == ["Rosa"]
    assert names(person_views.people_cards(shot, hidden=True)) == ["Emil", "Rosa"]
    assert '"Show hidden (1)"' in text(people.head(shot, "", hidden=False))
    assert '"1 person"' in text(people.head(shot, "", hidden=False))
    assert '"2 people"' in text(people.head(shot, "", hidden=True))


def test_when_there_is_nobody_to_show_the_page_says_why() -> None:
    rosa = face(1)
    hidden = snapshot(rosa, Rosa=replace(row_of("Rosa", rosa), hidden=True))
    nameless = Snapshot(faces=(replace(rosa, person=None, source=None),))
    assert "which folder your photos are in" in text(people.cards(Snapshot()))
    assert "Nobody has a name yet" in text(people.cards(nameless))
    assert "Nobody is called Emil" in text(people.cards(snapshot(rosa), " Emil"))
    assert "Everybody is hidden" in text(people.cards(hidden))


def test_a_thousand_people_are_shown_in_portions() -> None:
    shot = snapshot(*(face(number, f"Person {number}") for number in range(1000)))
    assert text(people.cards(shot)).count("/faces/") == people.CARDS_A_TIME
    assert people.has_more(shot, "", False, people.CARDS_A_TIME)
    assert text(people.cards(shot, "Person 999")).count("/faces/") == 1
    assert not people.has_more(shot, "Person 999", False, people.CARDS_A_TIME)


# -- one person ----------------------------------------------------------------------------------


def test_the_timeline_counts_photos_and_not_faces() -> None:
    shot = snapshot(
        face(1, day="2008-05-01", photo="a.jpg"),
        face(2, day="2008-05-01", photo="a.jpg"),
        face(3, day="2008-12-31"),
        face(4, day=None),
        face(5, day="2003-01-01"),
        face(6, "Emil", "2008-05-01"),
    )
    assert person_views.timeline(shot, "Rosa") == [
        person_views.YearOfFaces(2003, 1, (1, *[0] * 11)),
        person_views.YearOfFaces(2008, 2, (0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1)),
        person_views.YearOfFaces(UNDATED, 1, (0,) * 12),
    ]


def test_faces_stand_in_the_order_of_time_and_can_be_those_of_a_year() -> None:
    shot = snapshot(
        face(1, day=None), face(2, day="2008-05-02"), face(3), face(4, day="2003-01-01")
    )

    def faces(year: int | None) -> list[tuple[int, list[int]]]:
        found = person_views.faces_in_time(shot, "Rosa", year)
        return [(year, [row.face for row in rows]) for year, rows in found]

    assert faces(None) == [(2003, [4]), (2008, [3, 2]), (UNDATED, [1])]
    assert faces(2008) == [(2008, [3, 2])]
    assert faces(UNDATED) == [(UNDATED, [1])]
    assert faces(1999) == []


def test_company_is_counted_by_photo() -> None:
    shot = snapshot(
        face(1, photo="a"),
        face(2, "Emil", photo="a"),
        face(3, "Emil", photo="a"),
        face(4, photo="b"),
        face(5, "Emil", photo="b"),
        face(6, "Ada", photo="b"),
        face(7, "Ada", photo="c"),
    )
    assert person_views.together(shot, "Rosa") == [("Emil", 2), ("Ada", 1)]


def test_the_least_certain_automatic_names_come_first() -> None:
    shot = snapshot(face(1, sure=0.99), face(2), face(3, sure=0.7), face(4, "Emil", sure=0.1))
    assert [row.face for row in person_views.to_confirm(shot, "Rosa")] == [3, 1]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2003-05-19", "2019-05-20", "60–77 years old"),
        ("2003-05-20", "2003-12-24", "61 years old"),
        ("1943-06-01", "1943-07-01", "1 year old"),
        ("1930-01-01", "1944-05-20", "0–2 years old"),
        ("1930-01-01", "1931-01-01", ""),
    ],
)
def test_ages_on_photos(first: str, last: str, expected: str) -> None:
    days = datetime.fromisoformat(first), datetime.fromisoformat(last)
    assert person_views.ages(date(1942, 5, 20), *days) == expected
    assert person_views.ages(None, *days) == ""


def test_the_head_says_what_is_known() -> None:
    rows = [face(1, day="2003-12-24"), face(2, day="2019-05-20"), face(3, day=None)]
    row = replace(row_of("Rosa", *rows), born=date(1942, 5, 20))
    assert person_head.facts(snapshot(*rows), row) == (
        "3 photos · 24 December 2003 – 20 May 2019",
        "born 20 May 1942 · 61–77 years old on the photos",
    )
    assert person_head.facts(snapshot(), PersonRow("Emil", 3, 2, None, None)) == (
        "3 faces on 2 photos",
        "",
    )


def test_a_year_limits_the_faces_but_not_the_names_to_confirm() -> None:
    shot = snapshot(face(1), face(2, day="2003-01-01", sure=0.5))
    head, body = person.content(shot, "Rosa", person.AskedOfPerson(2008, tab=person.FACES))
    assert offered(body) == {"person": [1]}
    body = person.content(shot, "Rosa", person.AskedOfPerson(2008, tab=person.CONFIRM))[1]
    assert offered(body) == {"automatic": [2]}
    assert len(head) == 1
    assert "There is no such photo." in text(
        person.content(shot, "Rosa", person.AskedOfPerson(1999, tab=person.FACES))[1]
    )


def test_photos_of_two_people() -> None:
    shot = snapshot(
        face(1, photo="a"),
        face(2, "Emil & Ada", photo="a"),
        face(3, photo="b"),
        face(4, day="2003-01-01", photo="c"),
        face(5, "Emil & Ada", day="2003-01-01", photo="c"),
    )
    address = addresses.ending(2008, "Emil & Ada")
    assert (addresses.year_of(address), addresses.company_of(address)) == (2008, "Emil & Ada")
    faces = person.FACES
    both = person.content(shot, "Rosa", person.AskedOfPerson(None, "Emil & Ada", faces))[1]
    assert offered(both) == {"person": [4, 1]}
    in_2008 = person.content(shot, "Rosa", person.AskedOfPerson(2008, "Emil & Ada", faces))[1]
    assert offered(in_2008) == {"person": [1]}
    in_2008 = person.content(shot, "Rosa", person.AskedOfPerson(2008, "Emil & Ada"))[1]
    assert "Photos · 2008 · with Emil & Ada" in text(in_2008)
    assert "companion chosen" in text(in_2008)
    assert "There is no such photo." in text(
        person.content(shot, "Rosa", person.AskedOfPerson(None, "Nobody", faces))[1]
    )


def test_more_faces_are_shown_on_demand_and_choices_stay() -> None:
    shot = snapshot(*(face(number, day=f"{2000 + number}-01-01") for number in range(1, 6)))
    shown = {"person": 2, "automatic": 2, "photos": 9}
    asked = person.AskedOfPerson(tab=person.FACES)
    body = person.content(shot, "Rosa", asked, shown, {"person": [2, 99]})[1]
    assert offered(body) == {"person": [1, 2]}
    assert '"Show more (3)"' in text(body)
    assert '"value": ["2"]' in text(body)
    assert "Show more" not in text(person.content(shot, "Rosa", asked)[1])


def offered(components: object) -> dict[str, list[int]]:
    """Return which faces can be chosen in which place."""
    found: dict[str, list[int]] = {}

    def walk(node: object) -> None:
        if isinstance(node, dict):
            props = node.get("props", {})
            identity = props.get("id")
            if isinstance(identity, dict) and identity["part"] == "offered":
                found[identity["where"]] = props["data"]
            walk(props.get("children"))
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(json.loads(text(components)))
    return found


def test_a_person_without_faces_is_no_error() -> None:
    assert "No face is named Emil" in text(person.content(snapshot(face(1)), "Emil"))
    assert '"/people/Rosa"' in text(person.content(snapshot(face(1)), "ROSA"))
    assert '"/people/Rosa"' not in text(person.content(snapshot(face(1)), "Emil"))
    assert person_panels.panel(snapshot(face(1)), "rename", "Emil") == []


def test_a_name_that_is_taken_offers_to_merge_and_warns() -> None:
    shot = snapshot(face(1, photo="a"), face(2, "Emil", photo="a"), face(3, "Ada"))
    assert person_panels.name_taken(shot, "Rosa", "Rosemary") == []
    assert person_panels.name_taken(shot, "Rosa", "Rosa") == []
    taken = text(person_panels.name_taken(shot, "Rosa", " Emil "))
    assert "There is somebody called Emil already" in taken
    assert '"Merge into Emil"' in taken
    assert "on 1 photo together" in taken
    assert "together" not in text(person_panels.pair(shot, "Rosa", "Ada"))


def test_pages_load_faces_when_they_come_into_view() -> None:
    shot = snapshot(face(1), face(2, "Emil", sure=0.5))
    tabs = [person.content(shot, "Emil", person.AskedOfPerson(tab=tab))[1] for tab in person.TABS]
    for page in (people.cards(shot), *tabs):
        pictures = text(page).count("/faces/") + text(page).count("/small-photos/")
        assert pictures == text(page).count('"loading": "lazy"')


def test_the_addresses_of_the_pages_answer(demo_library: Library) -> None:
    client = app.create_app(Session(demo_library)).server.test_client()
    for path in ("/people", "/people/Rosa?year=2008", "/people?sort=name&hidden=1", "/ignored"):
        assert client.get(path).status_code == 200
    assert "No face is ignored" in text(ignored.body(read_snapshot(demo_library)))


# -- what the buttons do -------------------------------------------------------------------------


@pytest.fixture
def rosa_and_emil(demo_library: Library) -> Library:
    actions.name(demo_library, [1, 2, 3], "Rosa")
    actions.name(demo_library, [4], "Emil")
    return demo_library


def state(library: Library) -> object:
    return standing.labels(library)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            lambda lib: person_actions.rename(lib, "Rosa", " Oma  Rosa"),
            "Rosa is now called Oma Rosa",
        ),
        (
            lambda lib: person_actions.merge(lib, "Emil", "Rosa"),
            "Emil and Rosa are one person, Rosa. Rosa is twice on IMG_1002.jpg.",
        ),
        (lambda lib: person_actions.hide(lib, "Rosa"), "Rosa is hidden"),
        (lambda lib: person_actions.choose_cover(lib, "Rosa", [2]), "Chose a picture of Rosa"),
        (
            lambda lib: person_actions.set_birth(lib, "Rosa", "1942-05-20", TODAY),
            "Rosa was born on 20 May 1942",
        ),
        (
            lambda lib: person_actions.divide(lib, "Rosa", [[1, 2], [3]]),
            "Divided Rosa into 2 people",
        ),
    ],
)
def test_every_action_changes_something_that_undo_restores(
    rosa_and_emil: Library, action: Callable[[Library], actions.Done], message: str
) -> None:
    before = state(rosa_and_emil)
    done = action(rosa_and_emil)
    assert done.message == message
    assert state(rosa_and_emil) != before
    actions.undo(rosa_and_emil, done.entry)
    assert state(rosa_and_emil) == before


def test_hide_and_show(rosa_and_emil: Library) -> None:
    person_actions.hide(rosa_and_emil, "Rosa")
    hidden = {row.person: row.hidden for row in read_snapshot(rosa_and_emil).people}
    assert hidden == {"Rosa": True, "Emil": False}
    person_actions.rename(rosa_and_emil, "Rosa", "Oma")
    assert person_actions.show(rosa_and_emil, "Oma").message == "Oma is shown again"
    assert not any(row.hidden for row in read_snapshot(rosa_and_emil).people)


def test_a_birth_can_be_forgotten(rosa_and_emil: Library) -> None:
    person_actions.set_birth(rosa_and_emil, "Rosa", "1942-05-20", TODAY)
    done = person_actions.forget_birth(rosa_and_emil, "Rosa")
    assert done.message == "Forgot when Rosa was born"
    assert standing.labels(rosa_and_emil).births == {}


@pytest.mark.parametrize(
    ("action", "complaint"),
    [
        (lambda lib: person_actions.rename(lib, "Rosa", "Rosa"), "called so already"),
        (lambda lib: person_actions.rename(lib, "Rosa", "Emil"), "merge them"),
        (lambda lib: person_actions.merge(lib, "Rosa", "Rosa"), "same name"),
        (lambda lib: person_actions.show(lib, "Rosa"), "not hidden"),
        (lambda lib: person_actions.choose_cover(lib, "Rosa", [1, 2]), "exactly one"),
        (lambda lib: person_actions.choose_cover(lib, "Rosa", [9]), "Confirm first"),
        (lambda lib: person_actions.set_birth(lib, "Rosa", "1942", TODAY), "whole date"),
        (lambda lib: person_actions.set_birth(lib, "Rosa", None, TODAY), "whole date"),
        (lambda lib: person_actions.set_birth(lib, "Rosa", "2042-05-20", TODAY), "still to come"),
        (lambda lib: person_actions.divide(lib, "Rosa", [[1, 2, 3]]), "at least two"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    rosa_and_emil: Library, action: Callable[[Library], actions.Done], complaint: str
) -> None:
    before = rosa_and_emil.journal()
    with pytest.raises(LabelerError, match=complaint):
        action(rosa_and_emil)
    assert rosa_and_emil.journal() == before


def test_the_page_follows_a_new_name_there_and_back(rosa_and_emil: Library) -> None:
    def moved(done: actions.Done) -> tuple[str, str] | None:
        return person_actions.moved(rosa_and_emil.journal(contents=()), done.entry)

    renamed = person_actions.rename(rosa_and_emil, "Rosa", "Oma")
    assert moved(renamed) == ("Rosa", "Oma")
    undone = actions.undo(rosa_and_emil, renamed.entry)
    assert moved(undone) == ("Oma", "Rosa")
    assert moved(actions.undo(rosa_and_emil, undone.entry)) == ("Rosa", "Oma")
    assert moved(person_actions.merge(rosa_and_emil, "Emil", "Oma")) == ("Emil", "Oma")
    assert moved(person_actions.hide(rosa_and_emil, "Oma")) is None
    assert moved(actions.Done("nothing")) is None


def test_the_previewed_division_is_what_is_done(rosa_and_emil: Library) -> None:
    proposed = split.propose(rosa_and_emil, person="Rosa", parts=2)
    preview = json.loads(text(person_panels.division(read_snapshot(rosa_and_emil), proposed)))
    (parts,) = (
        node["props"]["data"] for node in preview if node["props"].get("id") == "person-proposed"
    )
    person_actions.divide(rosa_and_emil, "Rosa", parts)
    keeps = next(part.faces for part in proposed.parts if part.person == "Rosa")
    labels = standing.labels(rosa_and_emil)
    assert {f for f, who in labels.names.items() if who == "Rosa"} == set(keeps) == set(parts[0])
