"""The pages about likeness in a real browser: resemblance, look-alikes, the same person."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labeler.family.steps import kin
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming

from .browsing import start, toast
from .conftest import DEMO, clusters_by_person

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

expect = sync_api.expect
INBOX = DEMO / "inbox"


@pytest.fixture(scope="module")
def named(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in which everybody has a name."""
    folder = tmp_path_factory.mktemp("kin") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library.create(folder)
    for person, cluster in clusters_by_person(library).items():
        naming.name_faces(library, numbering.cluster_members(library, [cluster]), person)
    library.close()
    return folder


@pytest.fixture
def folder(named: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return shutil.copytree(named, tmp_path / "library")


@pytest.fixture(scope="module")
def address(named: Path) -> str:
    """A dashboard whose library no test changes."""
    return start(named)


def kin_in(folder: Path) -> frozenset[tuple[str, str, str]]:
    library = Library.create(folder)
    found = standing.labels(library).kin
    library.close()
    return found


def drop(page: sync_api.Page, *files: Path) -> None:
    """Choose photos as a person does: by the button and the computer's own window."""
    with page.expect_file_chooser() as chooser:
        page.locator(".drop-choose").click()
    chooser.value.set_files([str(file) for file in files])


def choose(page: sync_api.Page, label: str, option: str) -> None:
    field = page.get_by_role("combobox", name=label).or_(page.get_by_label(label)).first
    wanted = page.get_by_role("option", name=option, exact=True)
    field.click()
    try:
        wanted.click(timeout=3000)
    except sync_api.TimeoutError:  # the page was drawn anew after what was done before
        field.click()
        wanted.click()


def test_a_persons_page_leads_to_whom_they_take_after(folder: Path, page: sync_api.Page) -> None:
    library = Library.create(folder)
    kin.import_kin(library, DEMO / "kin.csv")
    library.close()
    page.goto(start(folder) + "people/Nora")
    page.locator(".person-actions .menu summary").click()
    page.get_by_role("link", name="Resemblance").click()
    expect(page.locator(".kin-verdict")).to_have_text(
        re.compile(r"^Nora is more like Clara than like Jonas, with \d\d% confidence\.$")
    )
    expect(page.locator(".nav-link[aria-current]")).to_have_text("Make")
    expect(page.locator(".place-tab[aria-current]")).to_have_text("Family")
    expect(
        page.get_by_role("img", name=re.compile(r"^Clara: \d\d of 100, 90% interval"))
    ).to_be_visible()
    expect(page.locator(".kin-pair")).to_have_count(4)
    expect(page.get_by_role("img", name="Nora over the years")).to_be_visible()
    expect(page.get_by_role("img", name="Family tree of 7 people")).to_be_visible()
    expect(page.locator(".kin-matrix tbody tr")).to_have_count(7)
    widths = "[...document.querySelectorAll('.kin-pair img')].map((one) => one.naturalWidth)"
    page.wait_for_function(f"{widths}.every((width) => width === 320)")
    page.get_by_role("button", name="Make the page").click()
    toast(page, "Making the family's page: the page is ready")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download it").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "family.html"
    assert "Who takes after whom?" in text


def test_kin_are_entered_fill_in_the_question_and_are_taken_back(
    folder: Path, page: sync_api.Page
) -> None:
    page.goto(start(folder) + "resemblance")
    expect(page.locator(".kin-refusal")).to_have_text("Choose somebody to begin with.")
    choose(page, "Whom does", "Nora")
    expect(page).to_have_url(page.url.partition("resemblance")[0] + "resemblance?person=Nora")
    for parent in ("Clara", "Jonas"):
        expect(page.get_by_label("Add kin").first).to_have_value("")  # not the name before
        choose(page, "Add kin", parent)
        page.get_by_role("button", name="Add", exact=True).click()
        toast(page, f"Noted: {parent} is a parent of Nora")
    assert kin_in(folder) == {("Clara", "parent", "Nora"), ("Jonas", "parent", "Nora")}
    expect(page.locator(".kin-verdict")).to_contain_text("more like Clara than like Jonas")
    page.get_by_role("button", name="Remove: Jonas is a parent of Nora").click()
    toast(page, "Taken back: Jonas is a parent of Nora")
    assert kin_in(folder) == {("Clara", "parent", "Nora")}
    page.locator("h1").click()
    page.keyboard.press("u")
    toast(page, "Undone: took back that Jonas is a parent of Nora")
    assert len(kin_in(folder)) == 2
    expect(page.locator(".kin-row")).to_have_count(2)


def test_somebody_whom_nobody_knows(address: str, page: sync_api.Page) -> None:
    page.goto(address + "resemblance?person=Nor")
    expect(page.locator(".kin-refusal")).to_have_text(
        "There is nobody called Nor; did you mean Nora?"
    )


def test_before_anybody_has_a_name(
    demo_library_folder: Path, tmp_path: Path, page: sync_api.Page
) -> None:
    address = start(shutil.copytree(demo_library_folder, tmp_path / "unnamed"))
    page.goto(address + "resemblance")
    expect(page.get_by_role("heading", name="Nobody has a name yet")).to_be_visible()
    page.get_by_role("link", name="Look-alikes").click()
    drop(page, INBOX / "DSC_200.jpg")
    expect(page.locator("#lookalike .kin-refusal")).to_contain_text("Nobody has a name yet")


def test_whom_the_faces_on_a_photo_look_like(address: str, page: sync_api.Page) -> None:
    page.goto(address + "lookalike")
    drop(page, INBOX / "DSC_209.jpg")
    expect(page.locator(".look-card")).to_have_count(3)
    expect(page.locator(".look-picture .sort-mark")).to_have_count(3)
    expect(page.locator(".look-card").first).to_contain_text("Face 1 of 3 from the left")
    pictures = "[...document.querySelectorAll('.look-answer img')]"
    page.wait_for_function(f"{pictures}.every((one) => one.complete && one.naturalWidth > 0)")
    drop(page, INBOX / "DSC_204.jpg")  # Henrik as on a photo of the library, beside a stranger
    cards = page.locator(".look-card")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("is Henrik")
    expect(cards.last).to_contain_text("nobody whom we know")
    expect(page.locator("#lookalike")).not_to_contain_text("this photo is known")
    drop(page, INBOX / "DSC_206.jpg")
    expect(page.locator("#lookalike .kin-refusal")).to_have_text(
        "No face was found on DSC_206.jpg; choose another photo."
    )


def test_what_is_no_photo_is_refused_and_the_answer_stays(
    address: str, page: sync_api.Page, tmp_path: Path
) -> None:
    text = tmp_path / "letter.jpg"
    text.write_text("Dear Rosa")
    page.goto(address + "lookalike")
    drop(page, INBOX / "DSC_200.jpg")
    expect(page.locator(".look-card")).to_have_count(1)
    drop(page, text)
    expect(page.locator(".drop-said")).to_contain_text("letter.jpg cannot be used.")
    expect(page.locator(".look-card")).to_have_count(1)


def test_a_photo_is_dropped_pasted_and_forgotten(address: str, page: sync_api.Page) -> None:
    """Chromium lets nobody drag a file in a test, but the events are the same."""
    page.goto(address + "lookalike")
    page.locator(".drop-choose").wait_for()
    data = list((INBOX / "DSC_200.jpg").read_bytes())
    script = """([bytes, kind]) => {
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(bytes)], `${kind}.jpg`, {type: "image/jpeg"}));
        const more = {bubbles: true, cancelable: true};
        const event = kind === "paste"
            ? new ClipboardEvent(kind, {...more, clipboardData: files})
            : new DragEvent(kind, {...more, dataTransfer: files});
        document.querySelector(".drop-zone").dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    assert page.evaluate(script, [data, "drop"])  # else the browser would show the photo itself
    expect(page.locator("figcaption")).to_have_text("drop.jpg · 1 face")
    first = page.locator(".look-picture img").get_attribute("src")
    page.evaluate(script, [data, "paste"])
    expect(page.locator("figcaption")).to_have_text("paste.jpg · 1 face")
    second = page.locator(".look-picture img").get_attribute("src")
    assert page.request.get(address.rstrip("/") + str(first)).status == 404
    with page.expect_response(lambda one: one.request.method == "DELETE") as gone:
        page.get_by_role("link", name="Same person?").click()
    assert gone.value.status == 204
    assert page.request.get(address.rstrip("/") + str(second)).status == 404


def test_faces_of_several_photos_are_compared(address: str, page: sync_api.Page) -> None:
    page.goto(address + "verify")
    drop(page, INBOX / "DSC_200.jpg")
    expect(page.locator("#verify .kin-refusal")).to_have_text("Drop another photo to compare with.")
    drop(page, INBOX / "DSC_201.jpg")
    expect(page.locator(".kin-verdict")).to_have_text("Of 2 pairs of faces, 1 is the same person.")
    expect(page.locator(".verify-same")).to_have_count(2)
    expect(page.locator(".verify-different")).to_have_count(2)
    expect(page.locator(".verify-same").first).to_contain_text("strangers 1 in")
    page.wait_for_function(
        "[...document.querySelectorAll('.verify-face')].every((one) => one.naturalWidth === 160)"
    )
    drop(page, INBOX / "DSC_210.jpg")  # with DSC_200 47 %: nobody can say
    unsure = page.locator(".verify-unsure", has_text="47%")
    expect(unsure).to_have_count(2)
    expect(unsure.first).to_contain_text("cannot tell")
    colour = "(one) => getComputedStyle(one).color"
    green = page.locator(".verify-same").first.evaluate(colour)
    assert unsure.first.evaluate(colour) != green
    page.get_by_role("button", name="Remove DSC_210.jpg").click()
    page.get_by_role("button", name="Remove DSC_200.jpg").click()
    expect(page.locator("#verify .kin-refusal")).to_have_text("Drop another photo to compare with.")


def test_a_photo_is_kept_if_the_user_says_so(
    address: str, page: sync_api.Page, tmp_path: Path
) -> None:
    page.goto(address + "lookalike")
    drop(page, INBOX / "DSC_200.jpg")
    expect(page.locator(".look-card")).to_have_count(1)
    page.get_by_text("Keep the photo").click()
    page.get_by_label("Write it into this folder").fill(str(tmp_path))
    page.get_by_role("button", name="Keep", exact=True).click()
    toast(page, f"Kept as {tmp_path / 'DSC_200.jpg'}")
    assert (tmp_path / "DSC_200.jpg").read_bytes() == (INBOX / "DSC_200.jpg").read_bytes()


def test_by_keyboard_alone(address: str, page: sync_api.Page) -> None:
    with page.expect_file_chooser() as chooser:  # a key pressed at once would come too early
        page.goto(address + "lookalike")
        page.locator(".drop-choose").press("Enter")
    chooser.value.set_files(str(INBOX / "DSC_200.jpg"))
    expect(page.locator(".look-card")).to_have_count(1)
