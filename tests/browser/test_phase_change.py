"""A visitor on the phase diagram: the point in the hand, and the models at it, without a rerun."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import VIEWS, App, Guard, View, open_page, overflow, screenshot, settled, turn_to
from tests.browser.stops import OVER, at_rest

FIGURE = ".phase-diagram"


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_map(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/phase_change?n=3&cells=10&starts=4")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Superposition as a phase change")
        expect(page.get_by_text("100 trained models")).to_be_visible()
        expect(page.locator(f"{FIGURE} .map")).to_have_count(2)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        assert overflow(page) == 0
        screenshot(page, f"phase-change-{view}")


def test_the_point_is_dragged_over_the_map_and_by_keys_and_no_page_runs(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/phase_change?cells=20")
    runs = guard.runs
    words = page.locator(f"{FIGURE} .words")
    square = page.locator(f"{FIGURE} .map svg").first
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    # A click beside the point takes it there: dense and unimportant is left out.
    page.mouse.click(*at(0.2, 0.8))
    expect(words).to_contain_text("not represented")
    page.mouse.move(*at(0.2, 0.8))
    page.mouse.down()
    page.mouse.move(*at(0.9, 0.45), steps=12)
    expect(words).to_contain_text("in superposition")
    page.mouse.move(*at(0.2, 0.15), steps=12)
    page.mouse.up()
    expect(words).to_contain_text("own dimension")
    # By keys: the slider of the density, to the sparsest.
    density = page.get_by_role("slider", name="1 − S")
    density.focus()
    density.press("End")
    expect(density).to_have_attribute("aria-valuetext", "0.01")
    expect(words).to_contain_text("1 − S = 0.01")
    expect(words).to_contain_text("in superposition")
    settled(page)
    assert guard.runs == runs


def test_what_it_shares_is_drawn_where_the_feature_is_represented(page: Page, app: App) -> None:
    open_page(page, app, "/phase_change?cells=20")
    chart = page.locator(f"{FIGURE} .chart")
    density = page.get_by_role("slider", name="1 − S")
    density.focus()
    for _ in range(4):
        density.press("ArrowLeft")
        length, shared = (
            [tuple(map(float, point.split(","))) for point in re.findall(r"[\d.]+,[\d.]+", path)]
            for path in (chart.locator(f"path.measure.{kind}").get_attribute("d") or "" for kind in ("solid", "dashed"))
        )
        ticks = [chart.locator("text.tick", has_text=re.compile(f"^{value}$")) for value in (0, 1)]
        low, high = float(ticks[0].get_attribute("y") or 0), float(ticks[1].nth(1).get_attribute("y") or 0)
        # An arrow of at least half the length of 1 is there; a tick stands 5 pixels below its line.
        there = [x for x, y in length if y <= (low + high) / 2 - 5]
        assert 0 < len(there) < len(length)
        assert [x for x, _ in shared] == there
    # The border of the closed form is a curve, not a stair along cells.
    border = page.locator(f"{FIGURE} .map").first.locator("path.border").last.get_attribute("d") or ""
    assert not re.search("[HV]", border)
    assert border.count("L") > 40


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
@pytest.mark.parametrize("n", [2, 3, 8])
def test_no_name_lies_over_another(page: Page, app: App, guard: Guard, n: int, view: View) -> None:
    drawings = page.locator(f"{FIGURE} :is(.map, .chart) svg[role='img']")
    density = page.get_by_role("slider", name="1 − S")

    def look(where: str) -> None:
        assert drawings.locator("text.phase").count() > 1
        # The size of a drawing is told before the next frame.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert drawings.evaluate_all(OVER) == [], where

    open_page(page, app, f"/phase_change?n={n}&cells=20")
    for view in VIEWS:
        turn_to(page, guard, view)
        look(str(view))
    for stop in ("map", "line"):
        page.set_viewport_size({"width": 1280, "height": 720})
        open_page(page, app, f"/phase_change?n={n}&cells=20&talk=1&stop={stop}")
        at_rest(page)
        look(stop)
    density.press("Home")
    for step in range(10):
        look(f"line, step {step}")
        for _ in range(2):
            density.press("ArrowRight")
