"""The faces that wait for the user's word, in groups of one person each, and who they may be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from labeler.library.store import Library
from labeler.people.steps.merging import merges
from labeler.people.steps.stand import Stand, stand
from labeler.people.suggestions import LEAST_LIKELY, OpenGroup, Proposal, Question, same
from labeler.types import Recognition

EVIDENCE = 6
"""So many named faces, at most, are given as what speaks for a proposal."""


def open_groups(library: Library, now: Stand | None = None) -> Iterator[OpenGroup]:
    """Yield the faces that have no name, each cluster in one or more groups of one person each.

    Args:
        now: how things stand, if that was read already.
    """
    now = now or stand(library)
    labels, table, clusters = now.labels, now.table, now.clusters
    known = {*labels.names, *labels.ignored, *now.automatic, *now.attracted}
    settled = np.fromiter(known, dtype=np.int64)
    members: dict[int, list[int]] = defaultdict(list)
    sizes = Counter(clusters.tolist())
    order = np.argsort(-np.nan_to_num(table.fits, nan=-1.0), kind="stable")
    order = order[~np.isin(table.ids[order], settled)]
    for face, cluster in zip(table.ids[order].tolist(), clusters[order].tolist(), strict=True):
        members[cluster if cluster >= 0 else -face - 1].append(face)
    for cluster, faces in members.items():
        is_whole = cluster >= 0 and len(faces) == sizes[cluster]
        yield _group(faces, now.likely, cluster if is_whole else None)


def likely_pairs(
    library: Library, groups: Iterable[OpenGroup], now: Stand | None = None
) -> Iterator[Question]:
    """Yield the pairs of groups without a name that are likely to be one person."""
    group_of = {face: group for group in groups for face in group.faces}
    for merge in merges(library, now=now):
        one, other = (group_of.get(face) for face in merge.examples)
        if one and other and merge.people == (None, None) and merge.probability >= LEAST_LIKELY:
            yield same(one, other, merge.probability)


def _group(faces: list[int], likely: dict[int, Recognition], cluster: int | None) -> OpenGroup:
    by_person: dict[str, list[Recognition]] = defaultdict(list)
    for face in faces:
        if face in likely:
            by_person[likely[face].person].append(likely[face])
    found = [_proposal(person, of, len(faces)) for person, of in by_person.items()]
    found.sort(key=lambda proposal: (proposal.probability, proposal.person), reverse=True)
    if not found:
        return OpenGroup(tuple(faces), cluster=cluster)
    best = found[0]
    return OpenGroup(tuple(faces), best.person, best.probability, cluster, tuple(found))


def _proposal(person: str, of: list[Recognition], faces: int) -> Proposal:
    surest = sorted(of, key=lambda one: -one.probability)
    evidence = dict.fromkeys(one.evidence for one in surest if one.evidence is not None)
    total = sum(one.probability for one in of)
    return Proposal(person, total / faces, tuple(evidence)[:EVIDENCE])
