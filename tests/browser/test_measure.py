"""Arrows dragged in the plane, a polytope turned in space, W typed, chosen and loaded."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import FileChooser, Locator, Page, TimeoutError, expect

from tests.browser.harness import (
    VIEWS,
    App,
    Guard,
    View,
    open_page,
    overflow,
    screenshot,
    screenshot_of_window,
    settled,
    turn_to,
)
from tests.browser.page_slider import drag_and_release
from toymodels.app.shell.matrix_text import write_rows
from toymodels.experiments.arrangements import ARRANGEMENTS

ANTIPRISM = quote(write_rows(next(one for one in ARRANGEMENTS if one.name == "square antiprism").W))


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="W, one row per hidden dimension")


def unfold(page: Page) -> Locator:
    """What unfolds the field for a file."""
    return page.locator("summary").filter(has_text="Load a file")


def file_field(page: Page) -> Locator:
    return page.get_by_label("A CSV with one row per hidden dimension, or an .npz or .npy with a W")


def drag(page: Page, what: Locator, across: float, down: float) -> None:
    """Take hold of the middle of something and move it by so many pixels."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + across * step / 10, y + down * step / 10)
    page.mouse.up()


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_w(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, f"/measure?W={ANTIPRISM}&S=0.95")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Can we quantify superposition?")
        expect(page.get_by_text("dimensions per feature 0.375 (3/8) each")).to_be_visible()
        expect(page.locator(".space svg.view").first).to_be_visible()
        assert overflow(page) == 0
        screenshot(page, f"measure-{view}")


def test_turning_a_polytope_causes_no_rerun(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, f"/measure?W={ANTIPRISM}")
    runs = guard.runs
    view = page.locator(".space svg.view").first
    label = view.locator("text").first
    seen = [label.get_attribute("x")]
    drag(page, view, 60, 25)
    seen.append(label.get_attribute("x"))
    view.focus()
    view.press("ArrowLeft")
    seen.append(label.get_attribute("x"))
    time = page.get_by_label("Time of the training")
    time.fill("0")
    expect(page.locator(".space .scrubber output")).to_have_text(re.compile("^step 0, loss "))
    assert len(set(seen)) == 3
    settled(page)
    assert guard.runs == runs


def test_a_dragged_tip_changes_w_and_the_link_and_where_it_goes_follows_the_slider(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/measure")
    expect(field(page)).to_have_value("1 0 -1 0\n0 1 0 -1")
    width = page.locator(".arrow-drawing svg.arrow-plane").bounding_box()
    assert width is not None
    drag(page, page.get_by_role("button", name=re.compile("^eyes at")), 0, -width["width"] / 300 * 50)
    expect(field(page)).to_have_value("1 0 -1 0\n0.5 1 0 -1")
    expect(page.get_by_text("4 of 4 features are represented in 2 dimensions")).to_be_visible()
    settled(page)
    assert "W=1+0+-1+0%0A0.5+1+0+-1" in page.url
    eyes = page.get_by_role("button", name=re.compile("^eyes at"))
    eyes.focus()
    eyes.press("ArrowDown")
    expect(field(page)).to_have_value("1 0 -1 0\n0.45 1 0 -1")
    settled(page)
    drag_and_release(page, guard, page.locator(".sparsity-axis"))
    expect(page).to_have_url(re.compile(r"S=0\.99"))


def test_what_is_no_w_leaves_the_last_good_one(page: Page, app: App) -> None:
    open_page(page, app, "/measure")
    field(page).fill("1 0 -1 0\n0 one 0 -1")
    field(page).press("Control+Enter")
    expect(page.get_by_text("Row 2, number 2 is “one”, not a number from -10 to 10.")).to_be_visible()
    expect(page.get_by_text("Two digons. 4 of 4 features")).to_be_visible()
    settled(page)
    page.get_by_role("combobox", name=re.compile("Arrangement")).click()
    page.get_by_role("option", name="triangle", exact=True).click()
    expect(page.get_by_text("dimensions per feature 0.667 (2/3) each")).to_be_visible()
    expect(page.get_by_text("Row 2, number 2")).to_have_count(0)
    settled(page)
    assert "W=1+-0.5+-0.5%0A0+0.866+-0.866" in page.url


def test_the_weights_that_were_taken_home_can_be_loaded_again(page: Page, app: App) -> None:
    open_page(page, app, "/measure?W=1%20-0.9&S=0.8")
    with page.expect_download() as download:
        page.get_by_role("button", name="Weights (.npz)").click()
    unfold(page).click()
    chooser = file_field(page)
    chooser.set_input_files({"name": "w.csv", "mimeType": "text/csv", "buffer": b"1,2\n3\n"})
    expect(page.get_by_text("Row 2 has 1 number, row 1 has 2; all rows need as many.")).to_be_visible()
    expect(field(page)).to_have_value("1 -0.9")
    data = download.value.path().read_bytes()
    chooser.set_input_files({"name": "measure.npz", "mimeType": "application/octet-stream", "buffer": data})
    expect(field(page)).not_to_have_value("1 -0.9")
    expect(page.get_by_text("Row 2 has 1 number")).to_have_count(0)
    expect(page.get_by_text("2 of 2 features are represented in 1 dimension.")).to_be_visible()


def test_a_file_that_is_too_large_or_of_another_kind_stays_in_the_browser(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/measure?W=1%20-0.9")
    unfold(page).click()
    chooser = file_field(page)
    note = page.locator(".file-field").get_by_role("status")
    settled(page)
    runs = guard.runs
    for name, content, sentence in (
        ("w.csv", b"1,2\n" * 150_000, "The file has 0.6 MB; at most 0.5 MB is read."),
        ("<b>prog</b>.exe", b"MZ", "“<b>prog</b>.exe” does not end in .csv, .txt, .npz, .npy."),
    ):
        chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        expect(note).to_have_text(sentence)
    settled(page)
    assert guard.runs == runs
    chooser.set_input_files({"name": "W.CSV", "mimeType": "text/csv", "buffer": b"1,0\n0,1\n"})
    expect(field(page)).to_have_value("1 0\n0 1")
    expect(note).to_have_text("")


def chosen_by_key(page: Page) -> FileChooser:
    """The dialog that Space opens. Chromium does not always open it on a busy machine; a person presses again."""
    for _ in range(8):
        try:
            with page.expect_file_chooser(timeout=5000) as opened:
                page.keyboard.press("Space")
        except TimeoutError:
            continue
        return opened.value
    raise AssertionError("Space opens no dialog, however often it is pressed")


def test_the_file_field_is_next_for_the_keyboard_and_takes_the_same_file_again(page: Page, app: App) -> None:
    open_page(page, app, "/measure")
    unfold(page).press("Enter")
    expect(file_field(page)).to_be_visible()
    for W in ("1 0\n0 1", "1 0\n0 0.5"):
        settled(page)
        unfold(page).focus()
        page.keyboard.press("Tab")
        expect(file_field(page)).to_be_focused()
        # The same name each time: what is in the file has changed.
        chooser = chosen_by_key(page)
        chooser.set_files({"name": "w.csv", "mimeType": "text/csv", "buffer": W.replace(" ", ",").encode()})
        expect(field(page)).to_have_value(W)


@pytest.mark.parametrize("view", [VIEWS[0]], ids=str)
def test_the_file_field_fits_a_phone(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/measure")
    unfold(page).click()
    file_field(page).set_input_files(
        {"name": "a_very_long_name_of_a_file_that_goes_on_and_on_and_on.exe", "mimeType": "text/csv", "buffer": b"x"}
    )
    expect(page.locator(".file-field").get_by_role("status")).to_contain_text("does not end in")
    box = page.locator(".file-field").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= view.width
    assert overflow(page) == 0
    screenshot_of_window(page, f"measure-file-{view}")
