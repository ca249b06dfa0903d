"""The present state is a function of the journal."""

from __future__ import annotations

from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from labeler import journal
from labeler.types import Box, FaceKey, JournalEntry

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
KEYS = [FaceKey("photo", Box(number * 100, 0, 50, 50)) for number in range(4)]

decisions = st.tuples(
    st.sampled_from(["name", "ignore", "unlabel", "undo"]),
    st.lists(st.sampled_from(range(4)), min_size=1, max_size=3, unique=True),
    st.sampled_from(["Rosa", "Emil"]),
    st.integers(1, 12),
)


def entries_from(rows: list) -> list[JournalEntry]:
    entries = []
    for number, (action, faces, person, target) in enumerate(rows, start=1):
        if action == "undo":
            if number > 1:
                undoes = (target - 1) % (number - 1) + 1
                entries.append(JournalEntry(number, AT, action, undoes=undoes))
        else:
            name = person if action == "name" else None
            keys = tuple(KEYS[face] for face in faces)
            entries.append(JournalEntry(number, AT, action, keys, name))
    return entries


def naive_replay(entries: list[JournalEntry]) -> tuple[dict, set]:
    """Decide whether each entry stands by asking the entries after it, one by one."""

    def stands(entry: JournalEntry) -> bool:
        return not any(later.undoes == entry.id and stands(later) for later in entries)

    state: dict[FaceKey, str | None] = {}
    for entry in entries:
        if entry.action != "undo" and stands(entry):
            for key in entry.faces:
                state.pop(key, None)
                if entry.action != "unlabel":
                    state[key] = entry.person
    names = {key: name for key, name in state.items() if name is not None}
    return names, {key for key, name in state.items() if name is None}


@given(st.lists(decisions, max_size=12))
def test_replay_equals_the_naive_one(rows: list) -> None:
    entries = entries_from(rows)
    assert journal.replay(entries, lambda key: key) == naive_replay(entries)


@given(st.lists(decisions, max_size=12))
def test_undo_and_redo_restore_the_state(rows: list) -> None:
    entries = entries_from(rows)
    before = journal.replay(entries, lambda key: key)
    standing = journal.standing(entries)
    if standing:
        undo = JournalEntry(100, AT, "undo", undoes=standing[-1].id)
        redo = JournalEntry(101, AT, "undo", undoes=100)
        assert journal.standing([*entries, undo]) == standing[:-1]
        assert journal.replay([*entries, undo, redo], lambda key: key) == before


def test_a_face_is_found_again_by_its_box() -> None:
    identify = journal.FaceIdentifier(
        [(1, FaceKey("a", Box(0, 0, 100, 100))), (2, FaceKey("a", Box(300, 0, 100, 100)))]
    )
    assert identify(FaceKey("a", Box(300, 0, 100, 100))) == 2
    assert identify(FaceKey("a", Box(20, 10, 100, 100))) == 1
    assert identify(FaceKey("a", Box(150, 0, 100, 100))) is None
    assert identify(FaceKey("b", Box(0, 0, 100, 100))) is None
