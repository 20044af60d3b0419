"""A page keeps still while it is drawn; its controls stay in sight of every figure that they change."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import LAPTOP, PHONE, App, Guard, View, open_page, settled
from tests.browser.layout_shift import check_shifts, record_shifts
from tests.browser.page_slider import thumb, track
from tests.browser.touch import finger, middle_now, scrolled
from toymodels.app.shell.page_registry import PAGES

# Bring one figure after the other to the middle of the window. Their number, and what goes wrong.
_LOOK = """async () => {
    const main = document.querySelector("[data-testid='stMain']")
    const rows = [...document.querySelectorAll("[class*='st-key-controls']")]
    const below = (figure) => rows[0].compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING
    const figures = ["stVegaLiteChart", "stBidiComponentIsolated"]
        .flatMap((kind) => [...main.querySelectorAll(`[data-testid='${kind}']`)])
        .filter((figure) => figure.offsetHeight > 60 && below(figure))
    const wrong = []
    for (const figure of figures) {
        const name = figure.closest("[class*='st-key-']")?.className.match(/st-key-(\\S+)/)?.[1] ?? "chart"
        const fail = (words) => wrong.push(`${name}: ${words}`)
        const { top, height } = figure.getBoundingClientRect()
        main.scrollBy(0, top + Math.min(height, innerHeight) / 2 - innerHeight / 2)
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
        let [upper, lower, taken] = [0, innerHeight, 0]
        for (const row of rows) {
            const above = row.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING
            if (!above || (row !== rows[0] && !row.parentElement.matches(".at-hand"))) continue
            const control = row.firstElementChild.getBoundingClientRect()
            const [x, y] = [(control.left + control.right) / 2, (control.top + control.bottom) / 2]
            const inSight = control.top >= 0 && control.bottom <= innerHeight
            if (!inSight || !row.contains(document.elementFromPoint(x, y))) fail(`${row.innerText} is not in sight`)
            const bar = row.parentElement.getBoundingClientRect()
            taken += bar.height
            if (bar.top < innerHeight / 2) upper = Math.max(upper, bar.bottom)
            else lower = Math.min(lower, bar.top)
        }
        if (taken > innerHeight / 4) fail(`the controls take ${taken} pixels`)
        const box = figure.getBoundingClientRect()
        const seen = Math.min(box.bottom, lower) - Math.max(box.top, upper)
        if (seen < Math.min(0.6 * box.height, 0.5 * innerHeight)) fail(`${seen} of ${box.height} pixels are seen`)
    }
    return [figures.length, wrong]
}"""


@pytest.mark.parametrize("view", [LAPTOP, PHONE], ids=str)
@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_little_moves_while_a_page_is_drawn_and_controls_stand_beside_every_figure(
    page: Page, app: App, name: str, view: View
) -> None:
    record_shifts(page)
    open_page(page, app, f"/{name}")
    check_shifts(page)
    # Charts are drawn a moment later than the page.
    expect(page.locator("[data-testid='stVegaLiteChart']:not(:has(svg, canvas))")).to_have_count(0)
    number, wrong = page.evaluate(_LOOK)
    assert number >= 1
    assert wrong == []


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


@pytest.mark.parametrize("path", ["/pentagon?talk=1&stop=axis", "/pentagon?pane=1&stop=axis", "/"])
def test_talk_pane_and_home_have_no_bar(page: Page, app: App, path: str) -> None:
    open_page(page, app, path)
    expect(page.locator(".st-key-controls")).to_have_count(0)
