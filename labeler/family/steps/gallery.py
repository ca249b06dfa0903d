"""All people of a library as the likeness of kin sees them, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder as finders
from labeler.family.io.kin_constants import kin_metric
from labeler.family.metric import Coordinates, KinMetric, person
from labeler.family.resemblance import kinds, per_occasion
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import bands
from labeler.people.steps.listing import faces_away
from labeler.people.steps.recognize import occasions
from labeler.positions import positions_of_all
from labeler.types import FaceTable, IntArray, Labels

LEAST_OTHERS = 2
"""So many photos make somebody without a name one of those who are compared."""


@dataclass(frozen=True)
class Portraits:
    """The faces of a person: rows (n,) of the library's table of faces, and what is known of each.

    coordinates: (n, k) and looks: (n, 2), see `KinMetric`. occasions: (n,) the same for photos of
    one burst. photos: (n,) ids. dates: (n,) days, None = not known.
    """

    rows: IntArray
    coordinates: Coordinates
    looks: Coordinates
    occasions: IntArray
    photos: IntArray
    dates: tuple[date | None, ...]

    def __len__(self) -> int:
        """Return how many occasions there are: photos, those of one burst counted once."""
        return len(np.unique(self.occasions))

    def where(self, kept: np.ndarray) -> Portraits:
        """Return those that a mask (n,) keeps."""
        return self.take(np.flatnonzero(kept))

    def take(self, chosen: IntArray) -> Portraits:
        """Return those at some places."""
        return Portraits(
            self.rows[chosen],
            self.coordinates[chosen],
            self.looks[chosen],
            self.occasions[chosen],
            self.photos[chosen],
            tuple(self.dates[place] for place in chosen.tolist()),
        )

    def per_occasion(self) -> Coordinates:
        return per_occasion(self.coordinates, self.occasions)


@dataclass(frozen=True)
class Gallery:
    """Everybody with a name, by name, and the groups without one that are on several photos.

    away: the faces that nobody can look at just now.
    """

    metric: KinMetric
    labels: Labels
    table: FaceTable
    people: Mapping[str, Portraits]
    others: tuple[Portraits, ...]
    away: frozenset[int] = frozenset()

    def portraits(self, name: str, least: int) -> Portraits:
        """Return the faces of a person.

        Raises:
            LabelerError: there are too few.
        """
        found = self.people.get(name)
        number = 0 if found is None else len(found)
        if found is None or number < least:
            photos = f"{number} photo" + ("" if number == 1 else "s")
            raise LabelerError(
                f"{name} is on {photos} (a burst counts as one); a likeness needs {least} at least."
            )
        return found


def read(library: Library) -> Gallery:
    """Return the people of a library; names that were given automatically count.

    Raises:
        LabelerError: the descriptors are of a network whose likeness of kin nobody has learned.
    """
    with library.reading():
        return _read(library)


def _read(library: Library) -> Gallery:
    metric = kin_metric(finders.descriptor_model(library))
    if metric is None:
        raise LabelerError(
            "Likeness between kin is known for the program's own network only; index the photos "
            "with `--recognizer dlib`."
        )
    ids, X = finders.descriptors(library)
    labels, table = standing.labels(library), library.faces(with_away=True)
    rows = positions_of_all(table.ids, ids)
    coordinates = metric.coordinates(X) if len(ids) else np.empty((0, len(metric.rho)))
    looks = metric.looks(X) if len(ids) else np.empty((0, 2))
    days = {photo: when.date() for photo, when in library.dates().items()}
    everybody = Portraits(
        rows,
        coordinates,
        looks,
        occasions(library, table)[rows],
        table.photo_ids[rows],
        tuple(days.get(photo) for photo in table.photo_ids[rows].tolist()),
    )
    names = {face: one.person for face, one in bands.automatic(library, labels, table).items()}
    names |= labels.names
    people, others = _sorted(library, everybody, names, labels, table)
    away = frozenset(faces_away(library).tolist())
    return Gallery(metric, labels, table, people, others, away)


def _sorted(
    library: Library,
    everybody: Portraits,
    names: Mapping[int, str],
    labels: Labels,
    table: FaceTable,
) -> tuple[dict[str, Portraits], tuple[Portraits, ...]]:
    """Return the people with a name, and the groups nobody of whom has one."""
    clusters = numbering.clusters(library, table, labels)
    by_name: dict[str, list[int]] = defaultdict(list)
    by_cluster: dict[int, list[int]] = defaultdict(list)
    named_clusters = set()
    for place, row in enumerate(everybody.rows.tolist()):
        face, cluster = int(table.ids[row]), int(clusters[row])
        if face in names:
            by_name[names[face]].append(place)
            named_clusters.add(cluster)
        elif cluster >= 0 and face not in labels.ignored:
            by_cluster[cluster].append(place)

    taken = {c: everybody.take(np.array(p)) for c, p in sorted(by_cluster.items())}
    groups = [some for cluster, some in taken.items() if cluster not in named_clusters]
    people = {name: everybody.take(np.array(p)) for name, p in sorted(by_name.items())}
    return people, tuple(one for one in groups if len(one) >= LEAST_OTHERS)


def as_one(portraits: Portraits) -> tuple[Coordinates, Coordinates]:
    """Return where a person is, (k,), and of what kind, (c,); see `resemblance.kinds`."""
    place = person(portraits.per_occasion())
    return place, kinds(place[None], portraits.looks.mean(axis=0, keepdims=True))[0]
