"""Every page in one visit: nothing moves while it is drawn, controls stand beside every figure, axe finds nothing.

On a phone the words in figures can be read.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import open_everything, violations
from tests.browser.controls_at_hand import check_controls
from tests.browser.harness import LAPTOP, LAPTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, App, Guard, View, open_page, turn_to
from tests.browser.layout_shift import check_shifts, record_shifts
from tests.browser.letters import small_letters
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, PAGES

WITH_CONTROLS = [f"/{entry.name}" for entry in PAGES]

PATHS = ["/", *WITH_CONTROLS, *(f"/{entry.name}" for entry in (GLOSSARY, COMPARE))]

# Two more states for axe.
STATES = ["/ladder?zoom=0.1&feature=3", "/pentagon?talk=1&stop=question"]


@pytest.mark.parametrize("path", [*PATHS, *STATES])
def test_it_keeps_still_has_its_controls_at_hand_and_nothing_serious_for_axe(
    page: Page, app: App, guard: Guard, path: str
) -> None:
    record_shifts(page)
    open_page(page, app, path)
    check_shifts(page)
    if path in WITH_CONTROLS:
        check_controls(page)
    # In both themes and at both widths, with everything opened that a visitor can open.
    for view in (LAPTOP, PHONE, PHONE_AT_NIGHT, LAPTOP_AT_NIGHT):
        turn_to(page, guard, view)
        open_everything(page)
        assert violations(page) == [], view


@pytest.mark.parametrize("view", [PHONE], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_it_keeps_still_has_its_controls_at_hand_and_can_be_read(
    page: Page, app: App, path: str, view: View
) -> None:
    record_shifts(page)
    open_page(page, app, path)
    check_shifts(page)
    if path in WITH_CONTROLS:
        check_controls(page)
    assert small_letters(page) == []


# More that is drawn: many features, and what a switch adds.
DRAWN = [
    "/pentagon?n=8&seeds=true",
    "/measure?W=" + ",".join(["1", *["0.5"] * 19]),
    "/ladder?seeds=true",
    "/why?seeds=true",
]


@pytest.mark.parametrize("view", [PHONE], ids=str)
@pytest.mark.parametrize("path", DRAWN)
def test_words_in_more_figures_can_be_read_on_a_phone(page: Page, app: App, path: str, view: View) -> None:
    open_page(page, app, path)
    assert small_letters(page) == []


def test_axe_would_find_something(page: Page) -> None:
    page.set_content("<html lang=en><title>.</title><main><h1>.</h1><p style='color: #aaa'>Hardly there.</p></main>")
    assert [found.split(":")[0] for found in violations(page)] == ["color-contrast"]
