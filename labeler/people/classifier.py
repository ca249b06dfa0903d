"""Who is it, or nobody we know? Nearest named people, with a calibrated probability.

How similar a face must be to a person depends on both: some faces resemble everybody, and some
people have many look-alikes. So the similarity of a face to a person is compared with what each of
the two reaches with others: the S-norm of speaker recognition with the nearest of a cohort (see
`groups.cohort`, which does the same for groups). The others are all other people with a name,
among them the sister who looks so much alike, and made-up strangers, of whom there are enough even
if only one person has a name.

Similarity is 1 − d²/2 with the Euclidean distance d: the cosine, for descriptors of length 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from labeler.groups.cohort import LEAST_LEVEL, highest_levels
from labeler.groups.neighbours import nearest
from labeler.people.calibration import Trials, calibrated, general
from labeler.people.company import Company
from labeler.people.named_groups import NamedGroups
from labeler.types import FloatArray, IntArray

LEAST_PROBABILITY = 0.9
"""`predict` gives no names below this."""

# Found by benchmarks/openset.py; the second person needs no term of its own, being in the level.
_NEAREST_SHARE = 0.3
_FACE_LEVEL, _PERSON_LEVEL = 0.4, 0.3
_GROUP_SHARE, _GROUP_EASE = 0.3, 0.005
"""A face that is judged together with its group counts the group by this much. The mean of a group
is closer to everybody than a face is; the score goes down by so much (benchmarks/openset.py)."""
_OWN_GROUP = 0.053
"""What is added to the score of a person after whom all named faces of the face's own group are
called (benchmarks/me.py): groups are right about faces that are not much alike by themselves."""
_COMPANY_SHARE = 0.003
"""What the logarithm of a lift adds to the score (benchmarks/openset.py): a little less than half
of what it says by itself, since relatives who have no name are in the same company."""
LEVEL_OF = 5
"""So many of the nearest others make a level."""
AS_IF = 13
"""Where it is not known who else is in a library, it is as if so many people had a name."""
CANDIDATES = 8
"""So many people, those whose mean is nearest, are looked at more closely."""
MOST_TRIED = 1000
"""So many of the named faces, at most, ask who they are when the probability is calibrated."""
NOBODY = -1
"""In place of which named face asked: one that nobody has named."""
_SEED = 20
_BLOCK = 1024
"""So many faces at most are compared with all of one person's at once."""
_NEVER = np.float32(-9)
"""The score of a person who is out of the question."""

Pairs = NDArray[np.int64]
"""(k, 2): the row of a face, and the index in `classes_` of somebody whom it has to do with."""


@dataclass(frozen=True)
class Matches:
    """The people that n faces resemble most, the likeliest first, (n, m) each; m ≤ `CANDIDATES`.

    people: indices in `classes_`. probabilities: that the face shows this person; 0 = excluded.
    """

    people: IntArray
    probabilities: FloatArray


NOTHING = Matches(np.empty((0, 1), dtype=np.int64), np.empty((0, 1), dtype=np.float32))
"""What no faces resemble."""


class PersonClassifier(ClassifierMixin, BaseEstimator):
    """Nearest-neighbour classifier that may answer 'unknown'.

    The score of a face and a person is 0.7 × its similarity to the mean of the person's named
    faces + 0.3 × that to the nearest of them − 0.4 × the level of the face − 0.3 × the level of
    the person. A level is the mean similarity of the 5 nearest others: other people with a name,
    and strangers; or of strangers and people without a name, if that is more, up to a bound. A
    group all named faces of which are one person's speaks for this person, one of which a face is
    on a photo beside the person speaks against it. Company
    adds to the score, or takes from it: see `people.company`. The
    probability that the face shows the person is a logistic function of the score. Its two
    constants were fitted on other people's photos, and are fitted again to the named faces where
    two people or more have a name: each asks who it is, once of all people without its own photo
    and once of everybody else, to whom it is a stranger.

    Parameters
    ----------
    strangers : (s, d) array, optional
        Descriptors of people who do not exist; see `labeler.faces.io.impostors`.
    least_probability : float
        `predict` answers `unknown` below this probability.
    unknown : str or int, optional
        What `predict` answers for strangers: by default '', or −1 where people are numbers.
    others : (o, d) array, optional
        Descriptors of people of the library who have no name, one each. They count where there are
        `strangers` as well.

    Attributes
    ----------
    classes_ : (c,) array
        The people, sorted.
    calibration_ : Calibration
        What turns scores into probabilities, and on how many answers it is based.
    trials_ : Trials
        What the named faces were told.
    n_features_in_ : int

    Examples
    --------
    >>> X = np.eye(4, dtype=np.float32)
    >>> PersonClassifier().fit(X[:2], ["Rosa", "Emil"]).predict(X).tolist()
    ['Rosa', 'Emil', '', '']
    """

    def __init__(
        self,
        strangers: FloatArray | None = None,
        least_probability: float = LEAST_PROBABILITY,
        unknown: str | int | None = None,
        others: FloatArray | None = None,
    ) -> None:
        self.strangers = strangers
        self.others = others
        self.least_probability = least_probability
        self.unknown = unknown

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        photos: ArrayLike | None = None,
        rejected: Mapping[str, FloatArray] | None = None,
        nobody: FloatArray | None = None,
        groups: ArrayLike | None = None,
        unnamed: FloatArray | None = None,
        apart: ArrayLike | None = None,
    ) -> PersonClassifier:
        """Remember named faces, and faces that are not somebody, or nobody.

        Args:
            X: (n, d) descriptors, all of one length.
            y: (n,) names.
            photos: (n,) what each face was taken from: no face says who another one of the same
                photo, or burst of photos, is while the probability is calibrated; and who is on
                one with whom counts where `matches` is told of company.
            rejected: for some of the people (m, d) descriptors of faces that are not them. What is
                closer to one of these than to every named face of the person is not the person.
            nobody: (m, d) descriptors of faces that are nobody. What resembles one of them more
                than the likeliest person is nobody.
            groups: (n,) those of the named faces, as `matches` gets them; −1 = in no group.
            unnamed: (m, d) descriptors of faces that are likely to be nobody who has a name. Where
                one person alone has one, they ask as strangers in `named_trials`.
            apart: (k, 2) a group, and the index in `classes_` of somebody who is not in it, having
                been seen beside one of its faces; see `named_groups.seen_apart`.
        """
        references, names = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(names)
        self.classes_, codes = np.unique(names, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        self._order, self._codes = order, codes[order]
        self._references: FloatArray = references[order]
        self._starts = np.searchsorted(self._codes, np.arange(len(self.classes_) + 1))
        self._length = float(np.linalg.norm(references, axis=1).mean())
        self._means = self._rescaled(np.add.reduceat(self._references, self._starts[:-1], axis=0))
        self._cohort = self._means
        if self.strangers is not None:
            self._cohort = np.concatenate([self._means, self.strangers]).astype(np.float32)
        self._crowd = self._people_of_the_library()
        self._near_means = self._nearest_of_cohort(self._means)
        self._least_of_means = self._least_levels(self._means)
        self._levels = self._levels_of_people(np.arange(len(self._means))[:, None])[:, 0]
        self._rejected = {
            person: np.asarray(rejected[name], dtype=np.float32)
            for person, name in enumerate(self.classes_.tolist())
            if rejected and len(rejected.get(name, ()))
        }
        self._nobody = None if nobody is None or not len(nobody) else nobody
        if self._nobody is not None:
            everybody_counts = np.empty((len(self._nobody), 0), dtype=np.int64)
            self._nobody_levels = self._level_of(self._nobody, everybody_counts)
        sources = np.arange(len(references)) if photos is None else np.asarray(photos)
        self._sources = sources[order]
        self._company = Company(self._sources, self._codes, len(self.classes_))
        self._unnamed = np.empty((0, references.shape[1])) if unnamed is None else unnamed
        grouped = np.full(len(references), -1) if groups is None else np.asarray(groups)
        beside = np.empty((0, 2), dtype=np.int64) if apart is None else np.asarray(apart)
        self._named_groups = NamedGroups(grouped[order], self._codes, len(self.classes_), beside)
        self.trials_ = self.named_trials(MOST_TRIED)
        people = len(self.classes_) if len(self._crowd) else max(len(self.classes_), AS_IF)
        # One person's faces tell nothing about who resembles the person without being them.
        one = len(self.classes_) < 2
        self.calibration_ = general(people) if one else calibrated(self.trials_, people)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the name for each descriptor, or `unknown`."""
        best, probability = self.identify(X)
        unknown = self.unknown
        if unknown is None:
            unknown = -1 if self.classes_.dtype.kind in "iufb" else ""
        names = self.classes_[best]
        strange = probability < self.least_probability
        return np.where(strange, unknown, names) if strange.any() else names

    def identify(
        self,
        X: ArrayLike,
        groups: ArrayLike | None = None,
        excluded: Pairs | None = None,
        company: Pairs | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Return the index in `classes_` of the likeliest person, and the probability of a match.

        See `matches`. Where everybody is out of the question, the probability is 0.
        """
        found = self.matches(X, groups, excluded, company)
        return found.people[:, 0], found.probabilities[:, 0]

    def matches(
        self,
        X: ArrayLike,
        groups: ArrayLike | None = None,
        excluded: Pairs | None = None,
        company: Pairs | None = None,
    ) -> Matches:
        """Return the likeliest people for each face.

        Args:
            X: (n, d) descriptors.
            groups: (n,) faces of one group are likely one person and are judged together, each
                still by itself for the larger part; −1 = in no group.
            excluded: who some of the faces are not.
            company: who is on the photo beside some of the faces; see `people.company`.
        """
        check_is_fitted(self)
        queries: FloatArray = validate_data(self, X, dtype=np.float32, reset=False)
        mean = None if groups is None else _means_of_groups(queries, np.asarray(groups))
        if company is not None and not len(company):
            company = None
        people, scores = self._scored(queries, mean, excluded, company)
        if groups is not None:
            says = self._named_groups.weights(np.asarray(groups, dtype=np.int64), people)
            scores = np.where(scores > _NEVER, scores + _OWN_GROUP * says, scores)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :CANDIDATES]
        scores = np.take_along_axis(scores, order, axis=1)
        probabilities = self.calibration_.probability(scores)
        return Matches(
            np.take_along_axis(people, order, axis=1),
            np.where(scores > _NEVER, probabilities, 0).astype(np.float32),
        )

    def nearest_named(self, X: FloatArray, people: IntArray) -> IntArray:
        """Return for each face the row, of what `fit` got, of its person's nearest named face.

        Args:
            X: (n, d) descriptors. people: (n,) indices in `classes_`.
        """
        rows = np.empty(len(X), dtype=np.int64)
        for person in np.unique(people).tolist():
            asked = people == person
            closest = _similarity(X[asked], self._named(person)).argmax(axis=1)
            rows[asked] = self._order[self._starts[person] + closest]
        return rows

    def _scored(
        self,
        X: FloatArray,
        mean: FloatArray | None,
        excluded: Pairs | None,
        company: Pairs | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Return the candidates of each face (n, d), and their scores.

        Args:
            mean: (n, d) the mean face of each one's group; NaN = in no group.
        """
        people, of_mean = self._similar(X), np.zeros(len(X), dtype=bool)
        if mean is not None:
            of_mean = np.isfinite(mean[:, 0])
            mean = self._rescaled(np.where(of_mean[:, None], mean, X))
            people = np.concatenate([people, self._similar(mean)], axis=1)
        if company is not None:
            suggested = self._company.suggested(company, len(X))
            people = np.concatenate([people, suggested], axis=1)
        scores = self._compare(X, people)
        if mean is not None and of_mean.any():
            together = self._compare(mean[of_mean], people[of_mean])
            scores[of_mean] += _GROUP_SHARE * (together - scores[of_mean]) - _GROUP_EASE
        if company is not None:
            scores += _COMPANY_SHARE * self._company.log_lifts(company, people)
        scores[_are_repeated(people)] = _NEVER
        if excluded is not None and len(excluded):
            keys = people + len(self.classes_) * np.arange(len(X))[:, None]
            scores[np.isin(keys, excluded @ [len(self.classes_), 1])] = _NEVER
        scores[self._are_rejected(X, people)] = _NEVER
        scores[self._are_nobody(X, people)] = _NEVER
        return people, scores

    def _similar(self, X: FloatArray) -> IntArray:
        """Return the people whose means are nearest, (n, ≤ CANDIDATES)."""
        return nearest(X, self._means, CANDIDATES)[0]

    def _compare(self, X: FloatArray, people: IntArray, own: IntArray | None = None) -> FloatArray:
        """Return how alike faces (n, d) and people (n, m) are, by the measure of both.

        Args:
            own: (n,) whose faces they are, as far as these people shall not count at all.
        """
        levels = self._levels[people] if own is None else self._levels_of_people(people, own)
        scores = self._raw(X, people) - _PERSON_LEVEL * levels
        near, least = self._nearest_of_cohort(X), self._least_levels(X)
        for column, candidate in enumerate(people.T):
            without = candidate[:, None] if own is None else np.stack([candidate, own], axis=1)
            scores[:, column] -= _FACE_LEVEL * np.maximum(_level(*near, without), least)
        return scores

    def _raw(self, X: FloatArray, people: IntArray) -> FloatArray:
        """Return the similarity of faces (n, d) to people (n, m): to the mean, and the nearest."""
        found = np.empty(people.shape, dtype=np.float32)
        for rows, columns, person in _by_person(people):
            to_mean = _similarity(X[rows], self._means[[person]])[:, 0]
            to_nearest = _similarity(X[rows], self._named(person)).max(axis=1)
            found[rows, columns] = _blend(to_mean, to_nearest)
        return found

    def _named(self, person: int) -> FloatArray:
        return self._references[self._starts[person] : self._starts[person + 1]]

    def _nearest_of_cohort(self, X: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return places in the cohort, and similarities, nearest first; two may not count."""
        places, distances = nearest(X, self._cohort, LEVEL_OF + 2)
        return places, (1 - distances**2 / 2).astype(np.float32)

    def _level_of(self, X: FloatArray, without: IntArray) -> FloatArray:
        """Return the level of faces (n, d); places (n, w) in the cohort do not count."""
        return np.maximum(_level(*self._nearest_of_cohort(X), without), self._least_levels(X))

    def _people_of_the_library(self) -> FloatArray:
        """Return made-up strangers and people without a name, (c, d); none without the former."""
        both = [some for some in (self.strangers, self.others) if some is not None and len(some)]
        if len(both) < 2:
            return np.empty((0, self.n_features_in_), dtype=np.float32)
        return np.concatenate(both).astype(np.float32)

    def _least_levels(self, X: FloatArray) -> FloatArray:
        """Return how high the level of faces (n, d) is by the people who have no name, (n,).

        Some of them may be people who have one, so they count up to a bound only.
        """
        if self.strangers is None or not len(self._crowd):
            return np.full(len(X), -1, dtype=np.float32)
        _, distances = nearest(X, self._crowd, LEVEL_OF)
        level = (1 - distances**2 / 2).mean(axis=1)
        return np.minimum(level, highest_levels(X, self.strangers)).astype(np.float32)

    def _levels_of_people(self, people: IntArray, own: IntArray | None = None) -> FloatArray:
        """Return the level of people (n, m); the `own` people (n,) of each row do not count."""
        places, similarity = self._near_means
        flat = people.ravel()
        without = [flat] if own is None else [flat, np.repeat(own, people.shape[1])]
        levels = _level(places[flat], similarity[flat], np.stack(without, axis=1))
        return np.maximum(levels, self._least_of_means[flat]).reshape(people.shape)

    def _are_rejected(self, X: FloatArray, people: IntArray) -> NDArray[np.bool_]:
        """Tell for each face and candidate if a face that is not them is closer than their own."""
        refused = np.zeros(people.shape, dtype=bool)
        for person, others in self._rejected.items():
            rows, columns = np.nonzero(people == person)
            closest = _similarity(X[rows], self._named(person)).max(axis=1)
            refused[rows, columns] = _similarity(X[rows], others).max(axis=1) > closest
        return refused

    def _are_nobody(self, X: FloatArray, people: IntArray) -> NDArray[np.bool_]:
        """Tell for each face and candidate if a face that is nobody resembles it more."""
        if self._nobody is None or not len(X):
            return np.zeros(people.shape, dtype=bool)
        places, distances = nearest(X, self._nobody, 1)
        alike = 1 - distances**2 / 2 - _PERSON_LEVEL * self._nobody_levels[places]
        return alike > self._raw(X, people) - _PERSON_LEVEL * self._levels[people]

    def named_trials(self, most: int | None = None) -> Trials:
        """Let named faces ask who they are: each without its own photo, and as a stranger.

        Args:
            most: at most so many of them, drawn at random; None = all.
        """
        rng = np.random.default_rng(_SEED)
        tried = np.sort(rng.permutation(len(self._references))[:most])
        if len(self.classes_) < 2:
            return self._trials_of_one(tried, rng)
        X, own = self._references[tried], self._codes[tried]
        people = self._similar(X)
        not_own = people != own[:, None]
        # Without their own person they are strangers: whoever is found is wrong.
        strange, taken_for = _best(people, self._compare(X, people, own), not_own)
        others, other = _best(people, self._compare(X, people), not_own)
        rows, themselves = self._without_own_photo(tried, self._sources)
        right = themselves >= others[rows]
        asked = self._order[tried]
        return Trials(
            scores=np.concatenate([np.maximum(themselves, others[rows]), strange]),
            right=np.append(right, np.zeros(len(strange), dtype=bool)),
            mated=np.repeat([True, False], [len(rows), len(strange)]),
            rows=np.append(asked[rows], asked),
            people=np.append(np.where(right, own[rows], other[rows]), taken_for),
        )

    def _trials_of_one(self, tried: IntArray, rng: np.random.Generator) -> Trials:
        """Let the faces of the only person with a name ask, and those of nobody as strangers."""
        rows, scores = self._without_own_photo(tried, self._sources)
        asked = self._unnamed[np.sort(rng.permutation(len(self._unnamed))[:MOST_TRIED])]
        people = np.zeros((len(asked), 1), dtype=np.int64)
        strange = self._compare(asked.astype(np.float32), people)[:, 0]
        mated = np.repeat([True, False], [len(rows), len(strange)])
        return Trials(
            scores=np.concatenate([scores, strange]),
            right=mated,
            mated=mated,
            rows=np.append(self._order[tried][rows], np.full(len(strange), NOBODY)),
            people=np.zeros(len(mated), dtype=np.int64),
        )

    def _without_own_photo(
        self, tried: IntArray, photos: NDArray[Any]
    ) -> tuple[IntArray, FloatArray]:
        """Score named faces against their own person's faces on other photos.

        Returns which of the tried have such faces, and their scores.
        """
        parts = [
            self._others_of_person(tried, some, photos)
            for asked in np.split(
                np.arange(len(tried)), np.flatnonzero(np.diff(self._codes[tried])) + 1
            )
            for some in np.split(asked, range(_BLOCK, len(asked), _BLOCK))
        ]
        rows, sums, closest = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not len(rows):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        X, own = self._references[tried[rows]], self._codes[tried[rows]]
        mean = self._rescaled(sums)
        to_mean = 1 - ((X - mean) ** 2).sum(axis=1) / 2
        scores = _blend(to_mean, closest) - _PERSON_LEVEL * self._level_of(mean, own[:, None])
        return rows, scores - _FACE_LEVEL * self._level_of(X, own[:, None])

    def _others_of_person(
        self, tried: IntArray, rows: IntArray, photos: NDArray[Any]
    ) -> tuple[IntArray, FloatArray, FloatArray]:
        """Compare some of the tried faces, all of one person, with this person's on other photos.

        Returns which of them have such faces, the sum of these, and the nearest's similarity.
        """
        person = int(self._codes[tried[rows[0]]])
        theirs = slice(self._starts[person], self._starts[person + 1])
        faces = self._references[theirs]
        elsewhere = photos[tried[rows]][:, None] != photos[theirs]
        has = elsewhere.any(axis=1)
        rows, elsewhere = rows[has], elsewhere[has]
        similarity = _similarity(self._references[tried[rows]], faces)
        closest = np.where(elsewhere, similarity, -np.inf).max(axis=1, initial=-np.inf)
        return rows, elsewhere.astype(np.float32) @ faces, closest.astype(np.float32)

    def _rescaled(self, X: FloatArray) -> FloatArray:
        """Return vectors of the length that descriptors have."""
        lengths = np.linalg.norm(X, axis=1, keepdims=True)
        scale = np.divide(self._length, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        return (X * scale).astype(np.float32)


def _best(
    people: IntArray, scores: FloatArray, may_be: NDArray[np.bool_]
) -> tuple[FloatArray, IntArray]:
    """Return the best score (n,) of those candidates (n, m) who may be it, and who that is."""
    allowed = np.where(may_be, scores, _NEVER)
    best = allowed.argmax(axis=1)[:, None]
    return (
        np.take_along_axis(allowed, best, axis=1)[:, 0],
        np.take_along_axis(people, best, axis=1)[:, 0],
    )


def _blend(to_mean: FloatArray, to_nearest: FloatArray) -> FloatArray:
    return (1 - _NEAREST_SHARE) * to_mean + _NEAREST_SHARE * to_nearest


def _similarity(X: FloatArray, Y: FloatArray) -> FloatArray:
    """Return the similarity of each of X (n, d) to each of Y (m, d), (n, m)."""
    squared = (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * (X @ Y.T)
    return 1 - np.maximum(squared, 0) / 2


def _level(places: IntArray, similarity: FloatArray, without: IntArray) -> FloatArray:
    """Return the mean similarity of the nearest others, (n,).

    Args:
        places, similarity: (n, k) of the nearest of the cohort, nearest first.
        without: (n, w) places that do not count.
    """
    counts = (places[:, :, None] != without[:, None]).all(axis=2)
    counts &= counts.cumsum(axis=1) <= LEVEL_OF
    missing = LEVEL_OF - counts.sum(axis=1)
    level = ((counts * similarity).sum(axis=1) + missing * LEAST_LEVEL) / LEVEL_OF
    return level.astype(np.float32)


def _by_person(people: IntArray) -> Iterator[tuple[IntArray, IntArray, int]]:
    """Yield rows and columns of each person among the candidates (n, m), not too many at once."""
    flat = people.ravel()
    order = np.argsort(flat, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(flat[order])) + 1):
        for start in range(0, len(places), _BLOCK):
            rows, columns = np.divmod(places[start : start + _BLOCK], people.shape[1])
            yield rows, columns, int(flat[places[0]])


def _are_repeated(people: IntArray) -> NDArray[np.bool_]:
    """Tell which candidates (n, m) stand further left in the same row, too."""
    same = people[:, :, None] == people[:, None]
    return np.tril(same, -1).any(axis=2)


def _means_of_groups(X: FloatArray, groups: IntArray) -> FloatArray:
    """Return the mean of each face's group, (n, d); NaN for faces that have nobody beside them."""
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    total = np.zeros((len(sizes), X.shape[1]), dtype=np.float32)
    np.add.at(total, codes, X)
    alone = (groups < 0) | (sizes[codes] < 2)
    return np.where(alone[:, None], np.nan, (total / sizes[:, None])[codes])
