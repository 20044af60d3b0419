"""What is drawn keeps its place: the layout shift of links into a talk and into a comparison is small."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import LAPTOP, PHONE, App, View, open_page
from tests.browser.layout_shift import GOOD, Shift, check_shifts, cumulative, record_shifts, shifts

# Pages that are read are looked at by test_every_page.py.
PATHS = [
    "/pentagon?talk=1",
    "/pentagon?talk=1&stop=axis",
    "/absolute_value?talk=1&stop=sparser",
    # Not trained beforehand: the figure comes later than the words.
    "/ladder?talk=1&stop=sweep&n=24&seed=3",
    "/pentagon?pane=1&stop=axis",
]


@pytest.mark.parametrize("view", [LAPTOP, PHONE], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_little_moves_while_a_page_is_drawn_and_no_row_of_controls_is_held(
    page: Page, app: App, path: str, view: View
) -> None:
    record_shifts(page)
    open_page(page, app, path)
    check_shifts(page)
    # The row that stays at the edge of the window is for those who read.
    expect(page.locator(".st-key-controls")).to_have_count(0)


def test_a_shift_is_measured(page: Page) -> None:
    page.set_content("<div id=late></div><h1 style='height: 300px'>Words</h1>")
    record_shifts(page)
    page.goto("data:text/html,<div id=late></div><h1 style='height: 300px'>Words</h1>")
    page.wait_for_timeout(200)
    page.evaluate("document.getElementById('late').style.height = '300px'")
    page.wait_for_timeout(200)
    assert cumulative(shifts(page)) > GOOD


def test_the_largest_group_of_shifts_counts() -> None:
    def at(time: float, value: float) -> Shift:
        return {"value": value, "time": time, "moved": []}

    assert cumulative([]) == 0
    assert cumulative([at(100, 0.1), at(900, 0.2), at(2500, 0.25)]) == pytest.approx(0.3)
    assert cumulative([at(900.0 * k, 0.1) for k in range(8)]) == pytest.approx(0.6)
