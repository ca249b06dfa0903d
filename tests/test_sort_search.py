"""Sorting only what a search means: the plan, the command, watching, the desk."""

from __future__ import annotations

import functools
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dashboard.shell.jobs import Jobs
from dashboard.sort.sorter import Sorter
from labeler.errors import LabelerError, QueryError
from labeler.library.store import Library
from labeler.photos.io.gazetteer import load_gazetteer
from labeler.photos.nearest import Finder
from labeler.search.grammar import parse
from labeler.search.steps.search import matching_photos
from labeler.search.tree import In, Only, Words, leaves
from labeler.sorting.steps.apply import Placing
from labeler.sorting.steps.plan import SortOptions
from labeler.sorting.steps.sort import plan_sort
from labeler.sorting.steps.undo import undo_sort
from labeler.sorting.steps.wanted import Wanted, wish
from labeler.sorting.steps.watch import watch
from labeler.types import AnalysedPhoto, Metadata, PhotoFacts, PhotoFile

from .conftest import clusters_by_person
from .sorting import name_people, named_library, record_of
from .test_cli import Shell
from .test_sort_watch import Rounds
from .test_store import found_face

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture

PEOPLE = ("Anna Maria", "Felix", "Rosa")
INBOX = Path("/inbox")
LISBON, OCEAN = (38.7112, -9.1277), (35.0, -40.0)


def photo(
    path: str = "a.jpg",
    faces: int = 0,
    taken: datetime | None = None,
    position: tuple[float, float] | None = None,
    **more: object,
) -> AnalysedPhoto:
    latitude, longitude = position or (None, None)
    known = Metadata(taken, "exif", latitude=latitude, longitude=longitude, **more)  # type: ignore[arg-type]
    found = tuple(found_face(100.0 * number) for number in range(faces))
    facts = PhotoFacts(640, 480, known)
    return AnalysedPhoto(PhotoFile(str(INBOX / path), 1, 2), path, facts, found)


@functools.cache
def finder() -> Finder:
    return Finder(load_gazetteer())


def wanting(text: str) -> Wanted:
    """Return a judge that need not read the gazetteer again."""
    wanted = Wanted(text, INBOX)
    wanted._finder = finder()
    return wanted


def is_wanted(text: str, what: AnalysedPhoto, *people: str) -> bool:
    return wanting(text)(what, people, PEOPLE)


SUMMER = datetime(2008, 7, 12, 14, 30)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("rosa", True),
        ("rosa + felix", True),
        ('rosa -"anna maria"', True),
        ("only rosa + felix", False),  # the third face has no name
        ("unnamed", True),
        ("faces:3", True),
        ("faces>=4", False),
        ("anna", False),
        ("summer 2008", True),
        ("rosa before 2008", False),
        ("cake", True),
        ('"birthday cake"', True),
        ('"cake birthday"', False),
        ("zoe", True),
        ("family", True),
        ("img_77", True),
        ("img", True),  # the last word may be the beginning of one
        ("text:rosa", False),
        ('album:"day one"', True),
        ("album:trip*", True),
        ("album:inbox", True),
        ("album:elsewhere", False),
        ("gps", True),
        ("near:38.72,-9.14", True),
        ("in:lisbon", True),
        ("lissabon", True),
        ("in:spain | portugal", True),
        ("porto", False),
        ("-portugal", False),
    ],
)
def test_a_photo_is_judged_alone(text: str, yes: bool) -> None:
    what = photo(
        "Trip/day one/IMG_77.jpg",
        faces=3,
        taken=SUMMER,
        position=LISBON,
        caption="Zoë’s birthday cake",
        keywords=("family", "été"),
    )
    assert is_wanted(text, what, "Rosa", "Felix") is yes


def test_a_photo_of_which_nothing_is_known() -> None:
    bare = photo("b.jpg")
    for text in ("rosa", "unnamed", "2008", "before 2020", "gps", "in:lisbon", "lisbon"):
        assert not is_wanted(text, bare), text
    for text in ("faces:0", "-rosa", "b", "-2008", "-gps", "-lisbon"):
        assert is_wanted(text, bare), text
    assert is_wanted("gps -in:portugal", photo(position=OCEAN))
    assert not is_wanted("only rosa", photo(faces=1))
    assert is_wanted("only rosa", photo(faces=1), "Rosa")


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("2008 person:ros", "person:ros", "Nobody is called ros; did you mean Rosa?"),
        ("only henrik", "henrik", "Nobody is called henrik"),
        ('rosa about:"a cake"', 'about:"a cake"', "is known only of the library's"),
        ("rosa |", "|", "Something is missing"),
        ("not (about:cake | x)", "about:cake", "is known only of the library's"),
    ],
)
def test_what_cannot_be_asked_of_new_photos(text: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        Wanted(text, INBOX).resolved(PEOPLE)
    assert text[caught.value.start : caught.value.end] == wrong


def test_nobody_is_left_out_by_a_slip(tmp_path: Path) -> None:
    people = ["Rosa Lind", "Emil"]
    for text in ("-linf", "2008 -rosaa", "without emik"):
        with pytest.raises(QueryError, match=r"did you mean (Rosa Lind|Emil)\? The word itself is"):
            wish(text, tmp_path, people)
    for text in ("-lind", "-lisbon", "-text:linf", "linf"):
        assert wish(text, tmp_path, people) is not None


def test_the_leaves_of_a_search_in_order() -> None:
    tree = parse("only rosa + felix (in:a | -(in:b cake)) -in:c")
    found = [leaf.name if isinstance(leaf, In) else type(leaf) for leaf in leaves(tree)]
    assert found == [Words, Words, "a", "b", Words, "c"]
    assert not any(isinstance(leaf, Only) for leaf in leaves(tree))


QUERIES = st.lists(
    st.sampled_from(
        (
            *("cake", '"big cake"', "-cak*", "2008", "faces:0", "-gps", "in:portugal", "lisbon"),
            *("|", "ete", "album:p", "unnamed", "before 2009", "a", "near:38.7,-9.1", "jpg"),
        )
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, list[AnalysedPhoto]]:
    """Photos without names, in a library and beside it."""
    photos = [
        photo("p/a.jpg", taken=SUMMER, position=LISBON, caption="Big cake"),
        photo("p/b-2.jpg", faces=1, keywords=("Été", "big")),
        photo("q/lisbon.jpg", faces=2, position=OCEAN, caption="cakes"),
        photo("q/IMG_9.jpg", taken=datetime(2009, 1, 1)),
    ]
    library = Library.create(tmp_path_factory.mktemp("library"))
    library.add_photos(photos, "finder", "model")
    library.write_setting("folders", [str(INBOX)])
    return library, photos


@settings(deadline=None, max_examples=60)
@given(QUERIES)
def test_new_photos_are_judged_as_those_of_a_library_are(
    both: tuple[Library, list[AnalysedPhoto]], text: str
) -> None:
    library, photos = both
    try:
        found = matching_photos(library, text)
    except QueryError:
        return
    wanted = wanting(text)
    assert found == {number for number, one in enumerate(photos, start=1) if wanted(one, (), ())}


# -- whole sorts -------------------------------------------------------------------------------


def names(plan: list[object]) -> list[str]:
    return sorted(Path(item.photo).name for item in plan)  # type: ignore[attr-defined]


def test_only_what_is_asked_for_is_in_the_plan(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = demo_album / "inbox", tmp_path / "sorted"

    def planned(search: str) -> list[str]:
        return names([*plan_sort(named_library, inbox, into, options=SortOptions(search=search))])

    assert planned("rosa") == ["DSC_200.jpg", "DSC_209.jpg"]
    assert planned("only rosa") == ["DSC_200.jpg"]
    assert planned("felix -nora | ines") == ["DSC_208.jpg", "DSC_210.jpg"]
    assert planned("unnamed faces:2") == ["DSC_204.jpg", "DSC_211.jpg"]
    assert planned("rosa henrik") == []
    with pytest.raises(QueryError, match="did you mean Rosa"):
        planned("person:rsa")
    everything = plan_sort(named_library, inbox, into)
    some = plan_sort(named_library, inbox, into, options=SortOptions(search="rosa | unnamed"))
    assert [one for one in everything if one in some] == some


def test_the_command_sorts_what_is_asked_for_and_takes_it_back(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    shell, into = Shell(named_library.folder), tmp_path / "sorted"
    sort = ["sort", demo_album / "inbox", "--into", into, "--search"]
    done = shell.run(*sort, "rosa | felix", "--only", "Rosa", "--apply")
    assert done.returncode == 0, done.stderr
    found = sorted(str(path.relative_to(into)) for path in into.rglob("*.jpg"))
    assert found == [
        "Rosa/DSC_200.jpg",
        "Rosa/DSC_209.jpg",
        "without Rosa/DSC_201.jpg",
        "without Rosa/DSC_208.jpg",
    ]
    assert shell.run("sort", "--undo", into).returncode == 0
    assert not into.exists()
    none = shell.run(*sort, "rosa + henrik")
    assert (none.returncode, none.stderr.strip()) == (0, "No photo is like that.")
    wrong = shell.run(*sort, "faces:3 person:rsa")
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines()[1] == "        ^^^^^^^^^^"


def test_photos_of_a_place_are_sorted(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    for name, west in (("DSC_200.jpg", "W"), ("DSC_209.jpg", "E")):
        with Image.open(demo_album / "inbox" / name) as image:
            exif = image.getexif()
            place = exif.get_ifd(0x8825)
            place[1], place[2], place[3], place[4] = "N", (38.0, 42.0, 40.0), west, (9.0, 7.0, 40.0)
            image.save(inbox / name, exif=exif, quality=95)
    plan = plan_sort(named_library, inbox, into, options=SortOptions(search="rosa portugal"))
    assert names([*plan]) == ["DSC_200.jpg"]
    plan = plan_sort(named_library, inbox, into, options=SortOptions(search="rosa -in:portugal"))
    assert names([*plan]) == ["DSC_209.jpg"]


def test_watching_places_what_is_asked_for(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    for name in ("DSC_200.jpg", "DSC_208.jpg"):
        shutil.copy(demo_album / "inbox" / name, inbox)
    options = SortOptions(search="felix")
    with Placing(named_library, inbox, into, "move") as placing:
        rounds = Rounds([lambda: None, lambda: None])
        found = watch(named_library, inbox, into, placing, options, 2.0, rounds)
        assert names([*found]) == ["DSC_208.jpg"]
    assert [path.name for path in inbox.iterdir()] == ["DSC_200.jpg"]
    assert undo_sort(named_library, record_of(into)).complete
    assert len(list(inbox.iterdir())) == 2
    with Placing(named_library, inbox, into, "copy") as placing:
        found = watch(
            named_library, inbox, into, placing, SortOptions(search="person:x"), 2.0, Rounds([])
        )
        with pytest.raises(QueryError, match="Nobody is called x"):
            next(found)


def test_the_desk_sorts_what_is_asked_for(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    jobs, inbox = Jobs(), demo_album / "inbox"
    desk = Sorter(named_library, jobs)

    def begin(search: str) -> str:
        desk.begin(str(inbox), str(tmp_path / "sorted"), SortOptions(search=search))
        job = jobs.wait()
        assert job is not None
        return job.message

    assert begin("only rosa") == "1 of 1 have a place"
    plan = desk.plan()
    assert plan is not None
    assert names([*plan.photos]) == ["DSC_200.jpg"]
    assert begin("rosa henrik") == "No photo there is like that"
    with pytest.raises(LabelerError, match="Something is missing"):
        desk.begin(str(inbox), str(tmp_path / "sorted"), SortOptions(search="rosa |"))


def test_what_is_wanted_once_the_library_knows_more_is_sorted_then(
    demo_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    everybody = clusters_by_person(demo_library)
    name_people(demo_library, (person for person in everybody if person != "Jonas"))
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_202.jpg", inbox)  # Clara and Jonas
    rounds = Rounds(
        [lambda: None, lambda: name_people(demo_library, ["Jonas"]), *[lambda: None] * 3]
    )
    with Placing(demo_library, inbox, into, "copy") as placing:
        options = SortOptions(search="-unnamed")
        (item,) = watch(demo_library, inbox, into, placing, options, 2.0, rounds)
    assert item.groups == ("Clara", "Jonas")
    assert len(list(into.rglob("*.jpg"))) == 2
