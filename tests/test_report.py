"""The report on the user's own names: numbers by hand, against brute force, and as a page."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.metrics import answer_scores
from labeler.metrics.answer_scores import Answers, Cell, Confusion
from labeler.metrics.evaluation import identification_rates
from labeler.people.classifier import PersonClassifier
from labeler.people.steps import naming
from labeler.people.steps.recognize import recognize
from labeler.reports import report_page
from labeler.reports.label_report import LabelReport, Suspect, few
from labeler.reports.report_matrix import shown_people
from labeler.reports.steps.report import report, write_page
from labeler.wording import percent

from .conftest import true_names
from .test_classifier import STRANGERS, people_of
from .test_cli import Shell

pytestmark = pytest.mark.slow

NAMES = ("Ada", "Ben", "Cy")


def answers(
    truth: list[int], people: list[int], probability: list[float], mated: list[int]
) -> Answers:
    known = np.array(mated, dtype=bool)
    weights = np.where(known, 0.5 / max(known.sum(), 1), 0.5 / max((~known).sum(), 1))
    return Answers(
        truth=np.array(truth, dtype=np.int64),
        people=np.array(people, dtype=np.int64),
        probability=np.array(probability, dtype=np.float32),
        mated=known,
        weights=weights,
    )


# Ada's two faces: one right, one taken for Ben. Ben's two: right, and too unsure. Then, all asked
# as strangers: one of Ada's is taken for Ben, and Cy, of whom there is one face only, for Ada.
BY_HAND = answers(
    truth=[0, 0, 1, 1, 0, 0, 1, 1, 2],
    people=[0, 1, 1, 1, 1, 2, 0, 2, 0],
    probability=[0.95, 0.85, 0.9, 0.3, 0.8, 0.2, 0.1, 0.05, 0.7],
    mated=[1, 1, 1, 1, 0, 0, 0, 0, 0],
)


def test_rates_by_hand() -> None:
    """At 0.6, two names of 1/8 are right; one of 1/8 is wrong, and two strangers' of 1/10."""
    found = answer_scores.rates(BY_HAND, 0.6)
    assert found.precision == pytest.approx(0.25 / (0.375 + 0.2))
    assert (found.recall, found.strangers_named) == (0.5, 0.4)
    nothing = answer_scores.rates(BY_HAND, 0.99)
    assert (nothing.precision, nothing.recall, nothing.strangers_named) == (None, 0, 0)


def test_person_by_person_by_hand() -> None:
    ben, ada, cy = answer_scores.people_scores(BY_HAND, 0.6, NAMES)
    assert (ben.person, ben.asked, ben.recall) == ("Ben", 2, 0.5)
    assert ben.precision == pytest.approx(0.125 / (0.125 + 0.125 + 0.1))
    assert (ada.person, ada.recall) == ("Ada", 0.5)
    assert ada.precision == pytest.approx(0.125 / (0.125 + 0.1))
    assert (cy.person, cy.asked, cy.precision, cy.recall, cy.f) == ("Cy", 0, None, None, None)


def test_who_is_taken_for_whom_by_hand() -> None:
    assert answer_scores.confusion_cells(BY_HAND, 0.6, NAMES) == [
        Cell("Ada", "Ada", 1),
        Cell("Ada", "Ben", 1),
        Cell("Ben", None, 1),
        Cell("Ben", "Ben", 1),
    ]
    assert answer_scores.confusions(BY_HAND, 0.6, NAMES) == [
        Confusion("Ada", "Ben", 1, 1),
        Confusion("Cy", "Ada", 0, 1),
    ]


def test_names_that_may_be_wrong_by_hand() -> None:
    """A face that could ask as a known person is not judged by what it is told as a stranger."""
    faces = np.array([10, 11, 12, 13, 10, 11, 12, 13, 14])
    assert answer_scores.likely_mislabelled(BY_HAND, faces, 0.5).tolist() == [1, 8]
    assert answer_scores.likely_mislabelled(BY_HAND, faces, 0.8).tolist() == [1]


def test_reliability_by_hand() -> None:
    bins, error = answer_scores.reliability(BY_HAND, bins=2)
    low, high = bins
    assert (low.least, low.most, low.answers) == (0, 0.5, 4)
    assert (high.least, high.most, high.answers) == (0.5, 1, 5)
    # By weight, of the low ones (1/8 + 3/10) 1/8 is right; of the high ones (3/8 + 2/10) 2/8.
    assert low.right == pytest.approx(0.125 / 0.425)
    assert high.right == pytest.approx(0.25 / 0.575)
    stated = (0.125 * 0.3 + 0.1 * 0.35, 0.125 * 2.7 + 0.1 * 1.5)
    assert error == pytest.approx(abs(stated[0] - 0.125) + abs(stated[1] - 0.25))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 0.5, 0.9]))
def test_rates_are_those_of_open_set_identification(seed: int, threshold: float) -> None:
    random = np.random.default_rng(seed)
    n = 40
    some = answers(
        random.integers(0, 3, n).tolist(),
        random.integers(0, 3, n).tolist(),
        random.random(n).round(1).tolist(),
        [1, 0, *random.integers(0, 2, n - 2)],
    )
    found = answer_scores.rates(some, threshold)
    expected = identification_rates(some.probability, some.right, some.mated, threshold)
    assert found.recall == pytest.approx(expected.tpir)
    assert found.strangers_named == pytest.approx(expected.fpir)
    by_person = answer_scores.people_scores(some, threshold, NAMES)
    assert sum(one.asked for one in by_person) == some.mated.sum()
    assert sum((one.recall or 0) * one.asked for one in by_person) == pytest.approx(
        expected.tpir * some.mated.sum()
    )
    cells = answer_scores.confusion_cells(some, threshold, NAMES)
    assert sum(cell.faces for cell in cells) == some.mated.sum()


def test_a_wanted_precision_is_what_probabilities_that_tell_the_truth_lead_to() -> None:
    random = np.random.default_rng(1)
    probability = random.random(20_000) ** 0.2
    right = random.random(20_000) < probability
    some = answers([0] * 20_000, np.where(right, 0, 1).tolist(), probability.tolist(), [1] * 20_000)
    some = replace(some, weights=np.full(20_000, 1 / 20_000))
    for one in answer_scores.knob_curve(some, (0.9, 0.95, 0.99)):
        assert one.rates.precision == pytest.approx(one.wanted, abs=0.006)


def test_what_named_faces_are_told_is_what_a_classifier_without_their_photo_says() -> None:
    random = np.random.default_rng(5)
    X, y = people_of(random, 12, 5, spread=0.06)
    photos = np.concatenate([np.arange(50), np.arange(10)])  # the last ten are on these photos too
    model = PersonClassifier(STRANGERS).fit(X, y, photos=photos)
    trials = model.named_trials()
    assert trials.mated.sum() == (~trials.mated).sum() == len(X)
    told = model.classes_[trials.people]
    assert (trials.right[trials.mated] == (told == y[trials.rows])[trials.mated]).all()
    assert not (told == y[trials.rows])[~trials.mated].any()
    for place in np.flatnonzero(trials.mated)[::7]:
        left = photos != photos[trials.rows[place]]
        without = PersonClassifier(STRANGERS).fit(X[left], y[left])
        face = X[trials.rows[place]][None]
        people, scores = without._scored(face, None, None)
        assert trials.scores[place] == pytest.approx(scores.max(), abs=0.004)
        assert told[place] == without.classes_[people[0, scores[0].argmax()]]
    for place in np.flatnonzero(~trials.mated)[::7]:
        left = y != y[trials.rows[place]]
        without = PersonClassifier(STRANGERS).fit(X[left], y[left])
        people, scores = without._scored(X[trials.rows[place]][None], None, None)
        assert trials.scores[place] == pytest.approx(scores.max(), abs=0.004)
        assert told[place] == without.classes_[people[0, scores[0].argmax()]]


def test_as_many_named_faces_are_asked_as_wanted() -> None:
    X, y = people_of(np.random.default_rng(6), 20, 3)
    model = PersonClassifier(STRANGERS).fit(X, y)
    assert sorted(set(model.named_trials().rows.tolist())) == list(range(60))
    assert len(set(model.named_trials(10).rows.tolist())) == 10


def name_all(library: Library, wrong: dict[int, str] | None = None) -> dict[int, str]:
    """Name all faces of a demo library rightly, but for some; return the true names."""
    truth = true_names(library)
    said = truth | (wrong or {})
    for person in sorted(set(said.values())):
        naming.name_faces(library, [f for f, name in said.items() if name == person], person)
    return truth


def test_the_report_on_the_demo_album_finds_the_wrong_name(demo_library: Library) -> None:
    truth = true_names(demo_library)
    face = min(face for face, person in truth.items() if person == "Rosa")
    name_all(demo_library, {face: "Felix"})
    before = demo_library.journal()
    found = report(demo_library)
    assert demo_library.journal() == before
    assert (found.faces, len(found.people), found.asked) == (189, 11, 189)
    assert sum(one.faces for one in found.people) == 189
    assert found.people[0].faces >= found.people[-1].faces
    assert found.at_knob.precision is not None
    assert found.at_knob.precision > 0.97
    assert found.at_knob.strangers_named is not None
    assert found.at_knob.strangers_named < 0.05
    first = found.mislabelled[0]
    assert (first.face, first.person, first.looks_like) == (face, "Felix", "Rosa")
    assert truth[first.resembles] == "Rosa"
    assert not first.only

    # The user says that it is not Rosa: then it is not asked about again.
    naming.reject_faces(demo_library, [face], "Rosa")
    assert face not in {one.face for one in report(demo_library).mislabelled}


def test_too_few_names_are_one_sentence(demo_library: Library) -> None:
    with pytest.raises(LabelerError, match="Nobody has a name yet"):
        report(demo_library)
    truth = true_names(demo_library)
    first = {person: face for face, person in sorted(truth.items(), reverse=True)}
    naming.name_faces(demo_library, [first["Rosa"]], "Rosa")
    with pytest.raises(LabelerError, match="Nobody has a name on two photos yet"):
        report(demo_library)
    naming.name_faces(demo_library, [first["Felix"]], "Felix")
    with pytest.raises(LabelerError, match="Nobody has a name on two photos yet"):
        report(demo_library)


def test_one_person_s_report_is_measured_on_faces_that_nobody_named(
    demo_library: Library, tmp_path: Path
) -> None:
    rosa = [face for face, who in true_names(demo_library).items() if who == "Rosa"]
    naming.name_faces(demo_library, rosa[:4], "Rosa")
    recognize(demo_library)  # so that it is known how many are strangers
    found = report(demo_library)
    assert [one.person for one in found.people] == ["Rosa"]
    assert found.asked == 4
    assert found.at_knob.recall is not None
    assert found.at_knob.strangers_named is not None
    assert found.at_knob.strangers_named < 0.06
    assert (found.mislabelled, found.confusions) == ((), ())
    write_page(demo_library, found, tmp_path / "report.html", pictures=True)
    assert "Rosa" in (tmp_path / "report.html").read_text(encoding="utf-8")


class Page(HTMLParser):
    """Collects the tags, the text and what is loaded; complains about what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "img"):
            self.open.append(tag)
        self.sources += [value or "" for key, value in attrs if key in ("src", "href")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def odd_report() -> LabelReport:
    """A small report in which names are hostile."""
    names = ("<b>Ada</b>", 'Ben "&', "Cy")
    bins, error = answer_scores.reliability(BY_HAND)
    return LabelReport(
        faces=5,
        photos=5,
        people=(),
        asked=4,
        known_share=0.5,
        share_is_estimated=False,
        wanted_precision=0.99,
        at_knob=answer_scores.rates(BY_HAND, 0.6),
        people_scores=(),
        confusion=tuple(answer_scores.confusion_cells(BY_HAND, 0.6, names)),
        confusions=tuple(answer_scores.confusions(BY_HAND, 0.6, names)),
        knob=answer_scores.knob_curve(BY_HAND),
        thresholds=(answer_scores.rates(BY_HAND, 0.5),),
        reliability=bins,
        calibration_error=error,
        mislabelled=(Suspect(11, "/a/<i>\udcff.jpg", names[0], names[1], 0.85, 12, True),),
    )


def with_people(report: LabelReport) -> LabelReport:
    from labeler.reports.label_report import PersonFaces

    names = ("<b>Ada</b>", 'Ben "&', "Cy")
    return replace(
        report,
        people=tuple(PersonFaces(name, 2, 2) for name in names),
        people_scores=tuple(answer_scores.people_scores(BY_HAND, 0.6, names)),
    )


def test_the_page_needs_nothing_else_and_takes_names_as_text() -> None:
    found = with_people(odd_report())
    text = report_page.render(found, {11: b"\xff\xd8"})
    page = Page(text)
    assert page.open == []
    assert page.sources == ["data:image/jpeg;base64,/9g="]
    assert not {"script", "link", "i", "iframe"} & set(page.tags)
    assert not re.search(r"https?:|@import|url\(", text)
    assert "prefers-color-scheme: dark" in text
    assert "<b>Ada</b>" in page.text
    assert 'Ben "&' in page.text
    assert r"/a/<i>\udcff.jpg" in page.text
    assert page.tags.count("svg") == 3 + 2 + 3  # three charts, and the lines in two legends
    assert "This file contains pictures of people." in page.text
    assert percent(found.at_knob.precision) in page.text
    without = Page(report_page.render(found))
    assert "img" not in without.tags
    assert "contains pictures" not in without.text


def test_the_matrix_shows_those_who_are_confused() -> None:
    from labeler.reports.label_report import PersonFaces

    people = tuple(PersonFaces(f"p{number:03}", 9, 9) for number in range(300))
    found = replace(
        odd_report(), people=people, confusion=(Cell("p290", "p250", 1), Cell("p001", None, 9))
    )
    shown = shown_people(found)
    assert {"p250", "p290"} < set(shown)
    assert shown == sorted(shown)
    assert len(shown) == 16


def test_shares_are_never_rounded_up() -> None:
    assert [percent(share) for share in (0.99999, 0.07, 1.0, 0.0, None)] == [
        "99.9%",
        "7%",
        "100%",
        "0%",
        "–",
    ]


def test_only_an_older_report_is_replaced(demo_library: Library, tmp_path: Path) -> None:
    found = with_people(odd_report())
    out = tmp_path / "report.html"
    write_page(demo_library, found, out)
    first = out.read_bytes()
    write_page(demo_library, replace(found, faces=77), out)
    assert out.read_bytes() != first
    other = tmp_path / "diary.html"
    other.write_text("<p>Dear diary")
    with pytest.raises(LabelerError, match="is no report; choose another name"):
        write_page(demo_library, found, other)
    assert other.read_text() == "<p>Dear diary"
    with pytest.raises(LabelerError, match=r"ends in \.html"):
        write_page(demo_library, found, tmp_path / "photo.jpg")
    with pytest.raises(LabelerError, match="cannot be written"):
        write_page(demo_library, found, tmp_path / "nowhere" / "report.html")


def test_every_key_is_explained() -> None:
    words = set(re.findall(r"\w+", LabelReport.__doc__ or ""))
    assert {field.name for field in fields(LabelReport)} <= words


def test_few_faces_say_little() -> None:
    assert few(odd_report()).endswith("25 per cent of them.")
    assert few(replace(odd_report(), asked=100)) == ""


def test_the_command(demo_library: Library, tmp_path: Path) -> None:
    shell = Shell(demo_library.folder)
    assert "Nobody has a name yet" in shell.fails(1, "report")
    assert "--out FILE.html" in shell.fails(2, "report", "--pictures")
    truth = true_names(demo_library)
    face = min(face for face, person in truth.items() if person == "Rosa")
    name_all(demo_library, {face: "Old Felix"})
    out = tmp_path / "report.html"
    said = shell.run("report", "--out", out, "--pictures")
    assert said.stderr == ""
    assert said.stdout.startswith("189 named faces of 12 people on ")
    corrects = f"labeler --library {shell.library} name --face {face} Rosa"
    assert f"    {corrects}\n" in said.stdout
    page = Page(out.read_text(encoding="utf-8"))
    assert page.tags.count("img") == 2 * min(page.text.count("most of all like face"), 60) > 0
    found = shell.json("report")
    assert list(found) == [field.name for field in fields(LabelReport)]
    assert json.dumps(found, allow_nan=False)
    only = next(one for one in found["mislabelled"] if one["face"] == face)
    assert (only["person"], only["looks_like"], only["only"]) == ("Old Felix", "Rosa", True)
