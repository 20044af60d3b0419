"""The controls of a page stay at hand, by finger and by keyboard. Beside every figure: test_every_page.py."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, App, Guard, View, open_page, settled
from tests.browser.page_slider import thumb, track
from tests.browser.touch import finger, middle_now, scrolled


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_on_a_phone_the_figure_is_seen_while_its_slider_is_dragged(
    page: Page, app: App, guard: Guard, view: View
) -> None:
    open_page(page, app, "/pentagon?S=0.2")
    figure = page.locator(".sparsity-axis svg").first
    assert page.evaluate("document.querySelector(\"[data-testid='stMain']\").scrollTop") == 0
    box = figure.bounding_box()
    assert box is not None
    # On arrival already.
    assert box["y"] + box["height"] / 2 < view.height - 100
    runs, drawn = guard.runs, figure.inner_html()
    with finger(page) as hand:
        hand.swipe(middle_now(thumb(page)), 150, 0)
        guard.await_runs(page, runs + 1)
        assert scrolled(page) == 0
    settled(page)
    assert figure.inner_html() != drawn
    # The hundred stops of S have most of the width.
    slider = page.locator(".st-key-S").bounding_box()
    assert slider is not None
    assert slider["width"] > 0.7 * view.width


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_finger_reaches_the_controls_beside_the_first(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/pentagon")
    before = guard.runs
    seed = page.get_by_label("Seed", exact=True)
    assert middle_now(seed)[0] > view.width
    bar = page.locator(".st-key-controls")
    with finger(page) as hand:
        # Over the tracks of the sliders in between, which stay as they are.
        y = middle_now(track(page))[1]
        for _ in range(5):
            hand.swipe((view.width - 20, y), -200, 0)
            page.wait_for_timeout(200)
    expect(seed).to_be_in_viewport()
    runs = guard.runs
    assert runs == before
    seed.fill("3")
    seed.press("Enter")
    guard.await_runs(page, runs + 1)
    settled(page)
    expect(page).to_have_url(re.compile("seed=3"))
    assert bar.evaluate("bar => bar.scrollLeft") > 0


def test_what_is_reached_by_keyboard_is_not_below_the_controls(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon")
    for _ in range(40):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => {
                let focused = document.activeElement
                while (focused.shadowRoot) focused = focused.shadowRoot.activeElement
                const bar = document.querySelector(".st-key-controls").parentElement
                const [one, other] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()]
                const meets = one.top < other.bottom && one.bottom > other.top && one.left >= other.left
                return meets && !bar.contains(focused) ? focused.outerHTML.slice(0, 200) : null
            }"""
        )
        assert covered is None
