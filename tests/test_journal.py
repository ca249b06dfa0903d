"""The present state is a function of the journal."""

from __future__ import annotations

from datetime import date, datetime, timezone
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler import journal, relations
from labeler.types import Box, FaceKey, JournalEntry, Labels

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
KEYS = [FaceKey("photo", Box(number * 100, 0, 50, 50)) for number in range(5)]
SETTLING = ("name", "ignore", "unlabel")
MUTUAL = ("sibling", "spouse")
GONE = 4
"""The last face is not there any more."""
PEOPLE = ["Rosa", "Emil", "Ines"]
WITH_A_PERSON = ("name", "reject", "cover", *sorted(journal.ABOUT_A_PERSON))

decisions = st.tuples(
    st.sampled_from(sorted(journal.ACTIONS)),
    st.lists(st.sampled_from(range(5)), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
    st.sampled_from(PEOPLE),
    st.integers(1, 12),
    st.sampled_from(PEOPLE),
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
    for number, (action, faces, parts, person, target, other) in enumerate(rows, start=1):
        if action == "undo":
            if number > 1:
                undoes = (target - 1) % (number - 1) + 1
                entries.append(JournalEntry(number, AT, action, undoes=undoes))
            continue
        of_a_person = action in WITH_A_PERSON or (action == "different" and target % 2)
        keys = tuple(KEYS[face] for face in faces)
        relative = f"{relations.RELATIONS[target % len(relations.RELATIONS)]} {other}"
        value = {
            "rename": other,
            "merge": other,
            "born": f"19{10 + target}-01-02",
            "kin": relative,
            "unkin": relative,
        }.get(action)
        entries.append(
            JournalEntry(
                number,
                AT,
                action,
                () if action in journal.ABOUT_A_PERSON else keys,
                person if of_a_person else None,
                parts=tuple(parts[: len(faces)]) if action == "different" else (),
                value=None if action == "born" and target % 3 == 0 else value,
            )
        )
    return entries


def naive_replay(entries: list[JournalEntry]) -> Labels:
    """Ask of each face and person, from the last entry backwards, what is true after it."""

    def stands(entry: JournalEntry) -> bool:
        return not any(later.undoes == entry.id and stands(later) for later in entries)

    kept = [entry for entry in entries if entry.action != "undo" and stands(entry)]
    told = _Told(kept)
    last = len(kept)
    faces = range(GONE)
    names = {face: name for face in faces if (name := told.name(face, last))}
    births = {person: born for person in PEOPLE if (born := told.born(person, last))}
    covers = {person: told.cover(person, last) for person in PEOPLE}
    return Labels(
        names,
        frozenset(face for face in faces if told.ignored(face, last)),
        {face: who for face in faces if (who := told.refused(face, last))},
        tuple(link for entry in kept if (link := naive_link(entry))),
        births,
        {p: face for p, face in covers.items() if face is not None and names.get(face) == p},
        {p: now for p in PEOPLE if (now := told.renamed(p, last)) != p},
        tuple(key for entry in kept if entry.action == "draw" for key in entry.faces),
        frozenset(person for person in PEOPLE if told.hidden(person, last)),
        frozenset(
            (one, relation, other)
            for one, other in permutations(PEOPLE, 2)
            for relation in relations.RELATIONS
            if told.kin(one, relation, other, last) and not (relation in MUTUAL and one > other)
        ),
    )


class _Told:
    """What is true after so many of the entries that stand."""

    def __init__(self, kept: list[JournalEntry]) -> None:
        self.kept = kept

    def renaming(self, n: int) -> tuple[str, str] | None:
        entry = self.kept[n - 1]
        renames = entry.action in ("rename", "merge") and entry.person != entry.value
        return (entry.person or "", entry.value or "") if renames else None

    def word(self, face: int, n: int) -> tuple[str, str | None]:
        """Return what an entry says about one face."""
        entry = self.kept[n - 1]
        if KEYS[face] not in entry.faces:
            return "nothing", None
        if entry.action == "different":
            part = dict(zip(entry.faces, entry.parts, strict=True))[KEYS[face]]
            of_another = entry.person and part > min(entry.parts)
            return ("reject", entry.person) if of_another else ("nothing", None)
        return entry.action, entry.person

    def name(self, face: int, n: int) -> str | None:
        if n == 0:
            return None
        before, (what, person) = self.name(face, n - 1), self.word(face, n)
        if renaming := self.renaming(n):
            return renaming[1] if before == renaming[0] else before
        if what == "name":
            return person
        gone = what in ("ignore", "unlabel") or (what == "reject" and person == before)
        return None if gone else before

    def ignored(self, face: int, n: int) -> bool:
        settling = (i for i in range(n, 0, -1) if self.word(face, i)[0] in SETTLING)
        return any(self.word(face, i)[0] == "ignore" for i in list(settling)[:1])

    def refused(self, face: int, n: int) -> frozenset[str]:
        if n == 0:
            return frozenset()
        before, (what, person) = self.refused(face, n - 1), self.word(face, n)
        if renaming := self.renaming(n):
            now = {renaming[1] if who == renaming[0] else who for who in before}
            return frozenset(now - {self.name(face, n)} if renaming[1] in now else now)
        if what == "unlabel":
            return frozenset()
        own = {person or ""}
        return before | own if what == "reject" else before - own if what == "name" else before

    def born(self, person: str, n: int) -> date | None:
        if n == 0:
            return None
        entry, before = self.kept[n - 1], self.born(person, n - 1)
        if entry.action == "born" and entry.person == person:
            return date.fromisoformat(entry.value) if entry.value else None
        if renaming := self.renaming(n):
            old, new = renaming
            kept = before if before or person != new else self.born(old, n - 1)
            return None if person == old else kept
        return before

    def hidden(self, person: str, n: int) -> bool:
        if n == 0:
            return False
        entry, before = self.kept[n - 1], self.hidden(person, n - 1)
        if entry.action in ("hide", "show") and entry.person == person:
            return entry.action == "hide"
        if renaming := self.renaming(n):
            old, new = renaming
            if person == new:
                return self.hidden(old, n - 1) and (before or entry.action == "rename")
            return before and person != old
        return before

    def kin(self, one: str, relation: str, other: str, n: int) -> bool:
        """Tell if one is a parent (…) of the other; siblings and spouses are it both ways."""
        if n == 0 or one == other:
            return False
        entry, before = self.kept[n - 1], self.kin(one, relation, other, n - 1)
        said = (entry.value, entry.person)
        ways = [(f"{relation} {one}", other), (f"{relation} {other}", one)]
        if entry.action in ("kin", "unkin") and said in ways[: 2 if relation in MUTUAL else 1]:
            return entry.action == "kin"
        if renaming := self.renaming(n):
            old, new = renaming
            before_it = [(old, new) if who == new else (who,) for who in (one, other)]
            had = any(self.kin(a, relation, b, n - 1) for a, b in product(*before_it))
            return had and old not in (one, other)
        return before

    def cover(self, person: str, n: int) -> int | None:
        if n == 0:
            return None
        before = self.cover(person, n - 1)
        if renaming := self.renaming(n):
            old, new = renaming
            kept = before if before is not None or person != new else self.cover(old, n - 1)
            return None if person == old else kept
        entry = self.kept[n - 1]
        chosen = [f for f in map(identify, entry.faces) if f is not None]
        of_person = entry.action == "cover" and entry.person == person and chosen
        return chosen[-1] if of_person else before

    def renamed(self, person: str, n: int) -> str:
        """Return what somebody is called who had this name once: named anew, it is a new person."""
        now = person
        for i in range(1, n + 1):
            entry = self.kept[i - 1]
            named = entry.action == "name" and any(identify(key) is not None for key in entry.faces)
            if named and entry.person == person:
                now = person
            elif (renaming := self.renaming(i)) and renaming[0] in (person, now):
                now = renaming[1]
            elif renaming and renaming[1] == person:
                now = person
        return now


def naive_link(entry: JournalEntry) -> tuple:
    numbers = entry.parts or (0,) * len(entry.faces)
    there = [(identify(key), number) for key, number in zip(entry.faces, numbers, strict=True)]
    sets = [{f for f, n in there if n == number} - {None} for number in range(3)]
    link = tuple(frozenset(part) for part in sets if part)
    same = entry.action == "same" and link and len(link[0]) > 1
    return link if same or (entry.action == "different" and len(link) > 1) else ()


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


def about(number: int, action: str, person: str, value: str | None = None) -> JournalEntry:
    return JournalEntry(number, AT, action, (), person, value=value)


def test_who_is_hidden_stays_so_under_another_name_but_a_merge_hides_nobody() -> None:
    rosa, emil = entry(1, "name", [0], "Rosa"), entry(2, "name", [1], "Emil")
    hidden = [rosa, emil, about(3, "hide", "Rosa")]
    assert journal.replay(hidden, identify).hidden == {"Rosa"}
    renamed = [*hidden, about(4, "rename", "Rosa", "Ines")]
    assert journal.replay(renamed, identify).hidden == {"Ines"}
    for one, other in (("Rosa", "Emil"), ("Emil", "Rosa")):
        merged = [*hidden, about(4, "merge", one, other)]
        assert journal.replay(merged, identify).hidden == frozenset()
    both = [*hidden, about(4, "hide", "Emil"), about(5, "merge", "Rosa", "Emil")]
    assert journal.replay(both, identify).hidden == {"Emil"}
    assert journal.replay([*hidden, about(4, "show", "Rosa")], identify).hidden == frozenset()


def test_kin_go_with_the_names_and_nobody_is_kin_to_themselves() -> None:
    said = [
        about(1, "kin", "Clara", "parent Rosa"),
        about(2, "kin", "Emil", "sibling Clara"),
        about(3, "kin", "Clara", "spouse Jonas"),
    ]
    kin = {("Rosa", "parent", "Clara"), ("Clara", "sibling", "Emil"), ("Clara", "spouse", "Jonas")}
    assert journal.replay(said, identify).kin == kin
    renamed = journal.replay([*said, about(4, "rename", "Clara", "Zoe")], identify).kin
    assert renamed == {
        ("Rosa", "parent", "Zoe"),
        ("Emil", "sibling", "Zoe"),
        ("Jonas", "spouse", "Zoe"),
    }
    merged = journal.replay([*said, about(4, "merge", "Jonas", "Clara")], identify).kin
    assert merged == kin - {("Clara", "spouse", "Jonas")}
    forgotten = journal.replay([*said, about(4, "unkin", "Clara", "sibling Emil")], identify).kin
    assert forgotten == kin - {("Clara", "sibling", "Emil")}
    assert [journal.describe(entry) for entry in said] == [
        "noted that Rosa is a parent of Clara",
        "noted that Clara and Emil are siblings",
        "noted that Clara and Jonas are spouses",
    ]


@pytest.mark.parametrize("value", ["", "parent", "aunt Rosa", "parent Clara", None])
def test_what_no_kin_is_says_nothing(value: str | None) -> None:
    assert relations.kin_from("Clara", value) is None
    assert journal.replay([about(1, "kin", "Clara", value)], identify) == Labels()


def test_a_face_is_found_again_by_its_box() -> None:
    identify = journal.FaceIdentifier(
        [(1, FaceKey("a", Box(0, 0, 100, 100))), (2, FaceKey("a", Box(300, 0, 100, 100)))]
    )
    assert identify(FaceKey("a", Box(300, 0, 100, 100))) == 2
    assert identify(FaceKey("a", Box(20, 10, 100, 100))) == 1
    assert identify(FaceKey("a", Box(150, 0, 100, 100))) is None
    assert identify(FaceKey("b", Box(0, 0, 100, 100))) is None


def test_of_two_people_who_are_one_the_one_who_stays_keeps_birth_and_picture() -> None:
    both = [
        entry(1, "name", [0], "Rosa"),
        entry(2, "name", [1], "Emil"),
        entry(3, "cover", [0], "Rosa"),
        entry(4, "cover", [1], "Emil"),
        about(5, "born", "Rosa", "1942-05-20"),
        about(6, "born", "Emil", "1940-01-02"),
    ]
    now = journal.replay([*both, about(7, "merge", "Emil", "Rosa")], identify)
    assert now.births == {"Rosa": date(1942, 5, 20)}
    assert now.covers == {"Rosa": 0}
    unborn = [one for one in both if one.id not in (3, 5)]
    now = journal.replay([*unborn, about(7, "merge", "Emil", "Rosa")], identify)
    assert now.births == {"Rosa": date(1940, 1, 2)}
    assert now.covers == {"Rosa": 1}


def test_a_picture_is_that_of_whom_it_was_chosen_for() -> None:
    """It rests while the face has another name, and comes back with the name."""
    said = [entry(1, "name", [0, 1], "Rosa"), entry(2, "cover", [0], "Rosa")]
    said.append(entry(3, "name", [0], "Emil"))
    assert journal.replay(said, identify).covers == {}
    said.append(entry(4, "cover", [1], "Rosa"))
    said.append(entry(5, "name", [0], "Rosa"))
    assert journal.replay(said, identify).covers == {"Rosa": 1}
    assert journal.replay([*said[:3], said[4]], identify).covers == {"Rosa": 0}


def test_every_decision_is_told_in_a_sentence() -> None:
    told = [
        (entry(1, "name", [0], "Rosa"), "named 1 face Rosa"),
        (entry(1, "reject", [0], "Rosa"), "said that 1 face is not Rosa"),
        (entry(1, "reject", [0, 1], "Rosa"), "said that 2 faces are not Rosa"),
        (entry(1, "ignore", [0, 1]), "ignored 2 faces"),
        (entry(1, "unlabel", [0]), "unnamed 1 face"),
        (entry(1, "same", [0, 1]), "put 2 faces together as one person"),
        (entry(1, "different", [0, 1], "Rosa", [0, 1]), "divided Rosa into 2 people"),
        (entry(1, "different", [0, 1, 2], None, [0, 1, 2]), "kept 3 groups apart"),
        (about(1, "merge", "Emil", "Rosa"), "made Emil and Rosa one person"),
        (about(1, "rename", "Emil", "Rosa"), "renamed Emil to Rosa"),
        (about(1, "born", "Rosa", "1942-05-20"), "noted that Rosa was born on 1942-05-20"),
        (about(1, "born", "Rosa"), "forgot when Rosa was born"),
        (entry(1, "cover", [0], "Rosa"), "chose a picture of Rosa"),
        (about(1, "hide", "Rosa"), "hid Rosa"),
        (about(1, "show", "Rosa"), "showed Rosa again"),
        (about(1, "kin", "Rosa", "spouse Emil"), "noted that Emil and Rosa are spouses"),
        (about(1, "unkin", "Rosa", "nonsense"), "took back that Rosa has a relative"),
        (entry(1, "draw", [0]), "drew 1 face"),
        (JournalEntry(2, AT, "undo", undoes=1), "took back entry 1"),
        (entry(1, "lost", [0]), "decided something that was lost by damage, about 1 face"),
        (entry(1, "lost", []), "decided something that was lost by damage"),
    ]
    assert {one.action for one, _ in told} == journal.ACTIONS
    for one, sentence in told:
        assert journal.describe(one) == sentence
