"""The words for kin, as the journal keeps them and as people read them."""

from __future__ import annotations

from labeler.types import Kin

MUTUAL = ("sibling", "spouse")
RELATIONS = ("parent", "grandparent", *MUTUAL)


def kin_from(person: str, value: str | None) -> Kin | None:
    """Return what a value such as 'parent Rosa' says of a person; None if that is nothing."""
    relation, _, other = (value or "").partition(" ")
    if relation not in RELATIONS or not other or other == person:
        return None
    return ordered_kin(other, person, relation)


def ordered_kin(one: str, other: str, relation: str) -> Kin:
    """Return that `one` is a parent (…) of `other`; the order of siblings and spouses is theirs."""
    if relation in MUTUAL:
        one, other = sorted((one, other))
    return one, relation, other


def say_kin(kin: Kin) -> str:
    """Return 'Rosa is a parent of Clara', 'Clara and Emil are siblings'."""
    one, relation, other = kin
    mutual = relation in MUTUAL
    return f"{one} and {other} are {relation}s" if mutual else f"{one} is a {relation} of {other}"
