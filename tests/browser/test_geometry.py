"""A visitor on the page of geometry: a shared link, a group opened by hand, a training stopped half-way."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import (
    VIEWS,
    App,
    Guard,
    View,
    check_what_is_taken_home,
    open_page,
    overflow,
    screenshot,
    settled,
    turn_to,
)


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_density(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/geometry?inverse_density=3.6&seed=1&group=2")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("What superposition can look like")
        expect(page.get_by_text("At 1 / (1 − S) = 3.6 (S")).to_be_visible()
        expect(page.get_by_text(re.compile(r"^Group 2 of \d+"))).to_be_visible()
        expect(page.locator(".feature-graph .cell.chosen")).to_have_count(1)
        assert overflow(page) == 0
        screenshot(page, f"geometry-{view}")
    check_what_is_taken_home(page, "geometry", b"inverse_density,feature")


def test_the_ladder_is_climbed_by_keyboard_and_the_link_follows(page: Page, app: App) -> None:
    open_page(page, app, "/geometry?inverse_density=3.6")
    slider = page.get_by_role("slider", name="Sparseness 1 / (1 − S)")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("At 1 / (1 − S) = 4 (S")).to_be_visible()
    settled(page)
    assert "inverse_density=4" in page.url


def test_a_group_opens_by_a_click_and_turns_without_a_rerun(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/geometry?inverse_density=8")
    cells = page.locator(".feature-graph button.cell")
    second = cells.nth(1)
    runs = guard.runs
    second.click()
    guard.await_runs(page, runs + 1)
    settled(page)
    expect(page.get_by_text(re.compile(r"^Group 2 of \d+"))).to_be_visible()
    expect(second).to_have_attribute("aria-pressed", "true")
    assert "group=2" in page.url
    runs = guard.runs
    cells.nth(0).click()
    guard.await_runs(page, runs + 1)
    settled(page)
    view = page.locator(".space svg.view")
    line = view.locator("line").first
    before, runs = line.evaluate("line => line.outerHTML"), guard.runs
    view.focus()
    view.press("ArrowRight")
    assert line.evaluate("line => line.outerHTML") != before
    settled(page)
    assert guard.runs == runs


def test_a_training_shows_its_progress_and_keeps_what_is_there_when_stopped(page: Page, app: App) -> None:
    open_page(page, app, "/geometry?n=400&m=30&steps=8000")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Step \d+ of 8000, loss [\d.]+, about \d+ s left"))).to_be_visible()
    page.get_by_role("button", name="Stop, keep what is there").click()
    stopped = page.get_by_text(re.compile(r"^Stopped after \d+ steps"))
    expect(stopped).to_be_visible()
    settled(page)
    expect(page.get_by_role("button", name="Stop, keep what is there")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"of 400 features in 30 dimensions"))).to_be_visible()
