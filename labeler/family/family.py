"""Who is whose kin: what follows from what the user said, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from labeler.types import Kin


def parents(kin: Iterable[Kin], person: str) -> list[str]:
    """Return a person's parents, by name."""
    return sorted(one for one, relation, other in kin if (relation, other) == ("parent", person))


def everybody(kin: Iterable[Kin]) -> set[str]:
    """Return all who are anybody's kin."""
    return {who for one, _, other in kin for who in (one, other)}


def with_what_follows(kin: Iterable[Kin]) -> set[Kin]:
    """Return the kin with grandparents and siblings who follow from parents."""
    said = set(kin)
    parent_of = [(one, other) for one, relation, other in said if relation == "parent"]
    for elder, parent in parent_of:
        for one, child in parent_of:
            if one == parent:
                said.add((elder, "grandparent", child))
            if one == elder and parent < child:
                said.add((parent, "sibling", child))
    return said


def connected(kin: Iterable[Kin], person: str) -> set[Kin]:
    """Return the kin of a person, of these kin, and so on."""
    left, family = set(kin), {person}
    found: set[Kin] = set()
    while more := {one for one in left if {one[0], one[2]} & family}:
        found |= more
        left -= more
        family |= everybody(more)
    return found


def ancestors(kin: Iterable[Kin], person: str) -> set[str]:
    """Return parents, grandparents and so on."""
    elders: dict[str, set[str]] = {}
    for one, relation, other in kin:
        if relation in ("parent", "grandparent"):
            elders.setdefault(other, set()).add(one)
    found: set[str] = set()
    waiting = [person]
    while waiting:
        for elder in elders.get(waiting.pop(), set()) - found:
            found.add(elder)
            waiting.append(elder)
    return found


def trouble(kin: Iterable[Kin], new: Kin, births: Mapping[str, date]) -> str | None:
    """Say why somebody cannot be kin in this way besides the others; None = they can be."""
    one, relation, other = new
    if one == other:
        return f"{one} cannot be a {relation} of {other}; name two people."
    if relation not in ("parent", "grandparent"):
        return None
    if other in ancestors(kin, one):
        return f"{other} is an ancestor of {one} already, and cannot be a child as well."
    if one in births and other in births and births[one] >= births[other]:
        return (
            f"{one}, born on {births[one]}, cannot be a {relation} of {other}, born on "
            f"{births[other]}; correct a birthday with `labeler born`."
        )
    return None


def generations(kin: Iterable[Kin]) -> list[list[str]]:
    """Return everybody by generation, the eldest first: children below parents, spouses level.

    Within a generation, spouses stand together, and children in the order of their parents.
    """
    said = set(kin)
    level = dict.fromkeys(sorted(everybody(said)), 0)
    steps = {"parent": 1, "grandparent": 2}
    for _ in level:  # each round settles one person more at least
        for one, relation, other in sorted(said):
            if relation in steps:
                level[other] = max(level[other], level[one] + steps[relation])
            else:
                level[one] = level[other] = max(level[one], level[other])
    rows: list[list[str]] = []
    place: dict[str, float] = {}
    for number in sorted(set(level.values())):
        row = sorted(person for person in level if level[person] == number)
        row = _in_order(row, said, place)
        place |= {person: index for index, person in enumerate(row)}
        rows.append(row)
    return rows


def _in_order(row: list[str], kin: set[Kin], place: Mapping[str, float]) -> list[str]:
    """Return a generation below its parents, spouses side by side."""

    def below(person: str) -> float:
        above = [place[one] for one in parents(kin, person) if one in place]
        return sum(above) / len(above) if above else float("inf")

    partner: dict[str, list[str]] = {}
    for one, other in _couples(kin):
        partner.setdefault(one, []).append(other)
        partner.setdefault(other, []).append(one)
    ordered: list[str] = []
    for person in sorted(row, key=lambda person: (below(person), person)):
        if person not in ordered:
            beside = [one for one in sorted(partner.get(person, [])) if one in row]
            ordered += [person, *(one for one in beside if one not in ordered)]
    return ordered


def _couples(kin: Iterable[Kin]) -> set[tuple[str, str]]:
    """Return spouses, and pairs of parents of one child."""
    said = set(kin)
    pairs = {(one, other) for one, relation, other in said if relation == "spouse"}
    for child in everybody(said):
        both = parents(said, child)
        pairs |= {(one, other) for one in both for other in both if one < other}
    return pairs
