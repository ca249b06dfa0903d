"""Which names are given without asking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.bands import automatic_from
from labeler.people.steps import bands, naming
from labeler.people.steps.listing import list_faces
from labeler.people.steps.recognize import recognize

from .conftest import clusters_by_person, in_clusters

probability = st.floats(0, 1)


@given(st.lists(probability, max_size=60), st.floats(0.8, 0.9999))
def test_as_many_names_as_the_wanted_precision_allows(found: list[float], wanted: float) -> None:
    least = automatic_from(np.array(found), wanted)
    given_names = [p for p in found if p >= least]
    assert least <= wanted
    if given_names:
        assert np.mean(given_names) >= wanted - 1e-9
        assert min(given_names) >= max(1 - 10 * (1 - wanted), 0.5) - 1e-9
    lower = max((p for p in found if p < least), default=None)
    if lower is not None:  # one more name would be one too many
        more = [p for p in found if p >= lower]
        bound = max(1 - 10 * (1 - wanted), 0.5)
        assert np.mean(more) < wanted + 1e-9 or lower < bound + 1e-9


@given(st.lists(st.tuples(probability, st.integers(0, 3)), max_size=30))
def test_a_weight_is_a_number_of_names(found: list[tuple[float, int]]) -> None:
    probabilities = np.array([p for p, _ in found])
    weights = np.array([n for _, n in found], dtype=np.int64)
    one_by_one = automatic_from(np.repeat(probabilities, weights))
    weighted = automatic_from(probabilities, weights=weights)
    names = np.repeat(probabilities, weights)
    assert (names >= one_by_one).tolist() == (names >= weighted).tolist()


def test_the_knob_holds_at_once_and_embeds_nothing(demo_library: Library) -> None:
    for person, cluster in clusters_by_person(demo_library).items():
        faces = numbering.cluster_members(demo_library, [cluster])
        naming.name_faces(demo_library, faces[:3], person)
    ids = demo_library.faces().ids
    demo_library.write_clusters(in_clusters(ids, [-1] * len(ids)))  # groups would make all sure
    recognize(demo_library)
    found = demo_library.recognitions()

    def automatic() -> int:
        return sum(row.source == "auto" for row in list_faces(demo_library))

    many = automatic()
    bands.want_precision(demo_library, 0.999)
    few = automatic()
    assert 0 < few < many
    assert demo_library.recognitions() == found
    assert recognize(demo_library, 0.99).recognized == many
    with pytest.raises(LabelerError, match=r"from 0\.8 to 0\.9999"):
        recognize(demo_library, 1.0)
    for setting in ("wanted_precision", "known_share"):
        demo_library.write_setting(setting, "nonsense")
    share = bands.known_share(demo_library, standing.labels(demo_library), demo_library.faces())
    assert share == pytest.approx((33 + 0.5 * 156) / 189)
    assert bands.wanted_precision(demo_library) == 0.99
