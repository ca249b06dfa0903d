"""The present state is a function of the journal."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler import journal
from labeler.types import Box, FaceKey, JournalEntry, Labels

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
KEYS = [FaceKey("photo", Box(number * 100, 0, 50, 50)) for number in range(5)]
GONE = 4
"""The last face is not there any more."""
ABOUT_A_PERSON = ("name", "reject")

decisions = st.tuples(
    st.sampled_from(["name", "reject", "ignore", "unlabel", "same", "different", "undo"]),
    st.lists(st.sampled_from(range(5)), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
    st.sampled_from(["Rosa", "Emil"]),
    st.integers(1, 12),
)


def identify(key: FaceKey) -> int | None:
    number = KEYS.index(key)
    return None if number == GONE else number


def entry(
    number: int,
    action: str,
    faces: list[int],
    person: str | None = None,
    parts: list[int] | None = None,
) -> JournalEntry:
    keys = tuple(KEYS[face] for face in faces)
    return JournalEntry(number, AT, action, keys, person, parts=tuple(parts or ()))


def entries_from(rows: list) -> list[JournalEntry]:
    entries = []
    for number, (action, faces, parts, person, target) in enumerate(rows, start=1):
        if action == "undo":
            if number > 1:
                undoes = (target - 1) % (number - 1) + 1
                entries.append(JournalEntry(number, AT, action, undoes=undoes))
        else:
            of_a_person = action in ABOUT_A_PERSON or (action == "different" and target % 2)
            name = person if of_a_person else None
            numbers = parts[: len(faces)] if action == "different" else []
            entries.append(entry(number, action, faces, name, numbers))
    return entries


def naive_replay(entries: list[JournalEntry]) -> Labels:
    """Ask for each entry whether it stands, then for each face what was said about it last."""

    def stands(entry: JournalEntry) -> bool:
        return not any(later.undoes == entry.id and stands(later) for later in entries)

    kept = [entry for entry in entries if entry.action != "undo" and stands(entry)]
    names, ignored, rejected = {}, set(), {}
    for face in range(GONE):
        said = [what for e in kept if KEYS[face] in e.faces for what in naive_words(e, face)]
        settled = [what for what in said if what[0] in ("name", "ignore", "unlabel")]
        if settled and settled[-1][0] == "ignore":
            ignored.add(face)
        forgotten = max((i for i, what in enumerate(said) if what[0] == "unlabel"), default=-1)
        about = {p: [a for a, q in said[forgotten + 1 :] if q == p] for p in ("Rosa", "Emil")}
        refused = frozenset(person for person, words in about.items() if words[-1:] == ["reject"])
        if refused:
            rejected[face] = refused
        if settled and settled[-1][0] == "name" and settled[-1][1] not in refused:
            names[face] = settled[-1][1]
    links = []
    for e in kept:
        numbers = e.parts or (0,) * len(e.faces)
        there = [(identify(key), number) for key, number in zip(e.faces, numbers, strict=True)]
        sets = [{f for f, n in there if n == number} - {None} for number in range(3)]
        link = tuple(frozenset(part) for part in sets if part)
        if (e.action == "same" and link and len(link[0]) > 1) or (
            e.action == "different" and len(link) > 1
        ):
            links.append(link)
    return Labels(names, frozenset(ignored), rejected, tuple(links))  # type: ignore[arg-type]


def naive_words(entry: JournalEntry, face: int) -> list[tuple[str, str | None]]:
    """A division of a person says of the faces outside its first part what a rejection says."""
    if entry.action != "different":
        return [(entry.action, entry.person)] if entry.action != "same" else []
    part = dict(zip(entry.faces, entry.parts, strict=True))[KEYS[face]]
    return [("reject", entry.person)] if entry.person and part > min(entry.parts) else []


@given(st.lists(decisions, max_size=12))
def test_replay_equals_the_naive_one(rows: list) -> None:
    entries = entries_from(rows)
    assert journal.replay(entries, identify) == naive_replay(entries)


@given(st.lists(decisions, max_size=12))
def test_undo_and_redo_restore_the_state(rows: list) -> None:
    entries = entries_from(rows)
    before = journal.replay(entries, identify)
    standing = journal.standing(entries)
    if standing:
        undo = JournalEntry(100, AT, "undo", undoes=standing[-1].id)
        redo = JournalEntry(101, AT, "undo", undoes=100)
        assert journal.standing([*entries, undo]) == standing[:-1]
        assert journal.replay([*entries, undo, redo], identify) == before


def test_of_name_and_reject_the_latest_word_counts() -> None:
    rosa, not_rosa = entry(1, "name", [0, 1], "Rosa"), entry(2, "reject", [0, 2], "Rosa")
    labels = journal.replay([rosa, not_rosa], identify)
    assert labels == Labels({1: "Rosa"}, rejected={0: frozenset({"Rosa"}), 2: frozenset({"Rosa"})})
    after_all = journal.replay([rosa, not_rosa, entry(3, "name", [0, 2], "Rosa")], identify)
    assert after_all == Labels({0: "Rosa", 1: "Rosa", 2: "Rosa"})


def test_a_rejection_outlives_another_name_and_an_ignoring() -> None:
    not_rosa = entry(1, "reject", [0, 1], "Rosa")
    labels = journal.replay([not_rosa, entry(2, "name", [0], "Emil")], identify)
    assert labels == Labels({0: "Emil"}, rejected=dict.fromkeys([0, 1], frozenset({"Rosa"})))
    labels = journal.replay([entry(1, "ignore", [0]), entry(2, "reject", [0], "Rosa")], identify)
    assert labels == Labels({}, frozenset({0}), {0: frozenset({"Rosa"})})
    emil = entry(1, "name", [0], "Emil")
    assert journal.replay([emil, entry(2, "reject", [0], "Rosa")], identify).names == {0: "Emil"}


def test_unlabel_forgets_rejections_but_not_links() -> None:
    entries = [
        entry(1, "reject", [0, 1], "Rosa"),
        entry(2, "same", [0, 1]),
        entry(3, "unlabel", [0]),
    ]
    labels = journal.replay(entries, identify)
    assert labels.rejected == {1: frozenset({"Rosa"})}
    assert labels.links == ((frozenset({0, 1}),),)


@pytest.mark.parametrize(
    ("action", "faces", "parts", "links"),
    [
        ("same", [0, 1, GONE], [], ((frozenset({0, 1}),),)),
        ("same", [0, GONE], [], ()),
        ("different", [3, 0, 1], [1, 0, 0], ((frozenset({0, 1}), frozenset({3})),)),
        ("different", [0, 1, GONE], [0, 0, 1], ()),
        ("different", [0, GONE, 2], [0, 1, 2], ((frozenset({0}), frozenset({2})),)),
    ],
)
def test_links_without_the_faces_that_are_gone(
    action: str, faces: list[int], parts: list[int], links: tuple
) -> None:
    assert journal.replay([entry(1, action, faces, parts=parts)], identify).links == links


def test_a_face_claimed_by_two_parts_is_in_neither() -> None:
    """Two boxes may be one face after another detector has looked."""
    different = entry(1, "different", [0, 1, 2, 3], parts=[0, 1, 0, 1])
    merged = {0: 7, 1: 7, 2: 8, 3: 9}
    labels = journal.replay([different], lambda key: merged[KEYS.index(key)])
    assert labels.links == ((frozenset({8}), frozenset({9})),)


def test_a_divided_person_is_only_the_first_part() -> None:
    rosa = entry(1, "name", [0, 1, 2, 3], "Rosa")
    divided = entry(2, "different", [0, 1, 2, GONE], "Rosa", [0, 1, 2, 1])
    labels = journal.replay([rosa, divided], identify)
    assert labels.names == {0: "Rosa", 3: "Rosa"}
    assert labels.rejected == {1: frozenset({"Rosa"}), 2: frozenset({"Rosa"})}
    assert labels.links == ((frozenset({0}), frozenset({1}), frozenset({2})),)
    after_all = journal.replay([rosa, divided, entry(3, "name", [2], "Rosa")], identify)
    assert after_all.names == {0: "Rosa", 2: "Rosa", 3: "Rosa"}
    assert after_all.rejected == {1: frozenset({"Rosa"})}
    undone = journal.replay([rosa, divided, JournalEntry(3, AT, "undo", undoes=2)], identify)
    assert undone == journal.replay([rosa], identify)


def test_it_is_divided_from_whom_it_was_even_if_nobody_of_the_first_part_is_left() -> None:
    divided = entry(1, "different", [GONE, 1], "Rosa", [0, 1])
    assert journal.replay([divided], identify) == Labels(rejected={1: frozenset({"Rosa"})})
    merged = {0: 7, 1: 7, 2: 8, 3: 9}
    divided = entry(1, "different", [0, 1, 2], "Rosa", [0, 1, 1])
    labels = journal.replay([divided], lambda key: merged[KEYS.index(key)])
    assert labels.rejected == {8: frozenset({"Rosa"})}  # face 7 is in the first part, too


def test_a_face_is_found_again_by_its_box() -> None:
    identify = journal.FaceIdentifier(
        [(1, FaceKey("a", Box(0, 0, 100, 100))), (2, FaceKey("a", Box(300, 0, 100, 100)))]
    )
    assert identify(FaceKey("a", Box(300, 0, 100, 100))) == 2
    assert identify(FaceKey("a", Box(20, 10, 100, 100))) == 1
    assert identify(FaceKey("a", Box(150, 0, 100, 100))) is None
    assert identify(FaceKey("b", Box(0, 0, 100, 100))) is None
