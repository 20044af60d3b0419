"""Every page in one visit: nothing moves while it is drawn, controls stand beside every figure, the labels of figures
point at what is there, every figure fits on a sheet, axe finds nothing; on a phone the words in figures can be read.
A visit costs more than any of these.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import open_everything, violations
from tests.browser.controls_at_hand import check_controls
from tests.browser.figure_labels import check_labels
from tests.browser.harness import LAPTOP, LAPTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, App, Guard, View, open_page, turn_to
from tests.browser.layout_shift import check_shifts, record_shifts
from tests.browser.letters import small_letters
from tests.browser.on_paper import check_sheets
from toymodels.app.explanations import EXPLANATIONS
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, PAGES, TALK

WITH_CONTROLS = [f"/{entry.name}" for entry in PAGES]

PATHS = ["/", *WITH_CONTROLS, *(f"/{entry.name}" for entry in (GLOSSARY, COMPARE))]

PRINTED = [f"/{entry.name}" for entry in TALK]

WITH_FORMULAS_OR_TABLES = ["/absolute_value", "/geometry", "/why", "/measure"]

# Two more states for axe.
STATES = ["/ladder?zoom=0.1&feature=3", "/pentagon?talk=1&stop=question"]


@pytest.mark.parametrize("path", [*PATHS, *STATES])
def test_it_keeps_still_is_explained_fits_on_sheets_and_has_nothing_serious_for_axe(
    page: Page, app: App, guard: Guard, path: str
) -> None:
    record_shifts(page)
    open_page(page, app, path)
    check_shifts(page)
    if path in WITH_CONTROLS:
        check_controls(page)
    # The home page stands still only if it was asked to before: test_figure_tools.py.
    if path in WITH_CONTROLS and path.strip("/") in EXPLANATIONS:
        check_labels(page, guard, path.strip("/"))
    if path in PRINTED:
        check_sheets(page)
    # In both themes and at both widths, with everything opened that a visitor can open.
    for view in (LAPTOP, PHONE, PHONE_AT_NIGHT, LAPTOP_AT_NIGHT):
        turn_to(page, guard, view)
        open_everything(page)
        assert violations(page) == [], view


@pytest.mark.parametrize("view", [PHONE], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_it_keeps_still_has_its_controls_at_hand_nothing_is_cut_and_it_can_be_read(
    page: Page, app: App, path: str, view: View
) -> None:
    record_shifts(page)
    open_page(page, app, path)
    check_shifts(page)
    if path in WITH_CONTROLS:
        check_controls(page)
    assert small_letters(page) == []
    cut = page.locator(".katex-display, [data-testid='stTable'] > div")
    if path in WITH_FORMULAS_OR_TABLES:
        expect(cut).not_to_have_count(0)
    assert (
        cut.evaluate_all(
            """all => all.filter((one) => one.scrollWidth > one.clientWidth + 3)
            .map((one) => `${one.scrollWidth} in ${one.clientWidth}: ${one.textContent.slice(0, 60)}`)"""
        )
        == []
    )


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
