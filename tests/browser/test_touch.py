"""Dragging by finger on a phone: handles follow it to the end, and beside them it scrolls the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, App, Guard, View, open_page, settled
from tests.browser.layout_shift import check_shifts, record_shifts
from tests.browser.page_slider import thumb, track
from tests.browser.touch import finger, middle, middle_now, scrolled
from toymodels.names import feature_names

# Fingers go farther than the 10 to 15 pixels after which a browser takes a touch for scrolling.
FAR = 60


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_tip_follows_the_finger_and_beside_the_tips_it_scrolls_the_page(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/measure")
    plane = page.locator(".arrow-drawing svg.arrow-plane")
    lips = page.get_by_role("button", name=re.compile("^lips at"))
    with finger(page) as hand:
        x, y = middle(lips)
        box = plane.bounding_box()
        assert box is not None
        before = scrolled(page)
        # Not on the tip itself, but as far from it as a thumb is wide.
        hand.swipe((x + 15, y - 15), 10, FAR)
        assert scrolled(page) == before
        moved = re.search(r"at (−?[\d.]+), (−?[\d.]+),", lips.get_attribute("aria-label") or "")
        assert moved is not None
        across, up = (float(part.replace("−", "-")) for part in moved.groups())
        pixels = box["width"] / 300 * 100
        assert across == pytest.approx(-1 + 10 / pixels, abs=0.03)
        assert up == pytest.approx(-FAR / pixels, abs=0.03)
        expect(page.get_by_role("textbox", name="W, one row per hidden dimension")).to_have_value(
            f"1 0 {across:g} 0\n0 1 {up:g} -1"
        )
        settled(page)
        # Beside the tips, the same movement upwards scrolls.
        x, y = middle(plane)
        before = scrolled(page)
        hand.swipe((x - 60, y + 90), 0, -FAR)
        page.wait_for_function(f"document.querySelector(\"[data-testid='stMain']\").scrollTop > {before + FAR / 3}")
    expect(lips).to_have_attribute("aria-label", re.compile(rf"at {moved[1]}, {moved[2]},"))


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_line_ends_and_the_point_follow_the_finger_and_beside_them_it_scrolls_the_page(
    page: Page, app: App, guard: Guard, view: View
) -> None:
    open_page(page, app, "/why?S=0.9")
    runs = guard.runs
    handles = page.locator(".interference svg:not(.map) .handle")
    square = page.locator(".interference svg.map")
    bias, product = page.get_by_label("bias bⱼ"), page.get_by_label("interference Wⱼ·Wᵢ")
    with finger(page) as hand:
        # The left end of the line is the bias, the right one interference and bias together.
        a, b = float(product.input_value()), float(bias.input_value())
        start = middle(handles.first)
        before = scrolled(page)
        hand.swipe(start, 0, -FAR)
        # The words above the drawing change with it, which may move it by a line or less.
        assert start[1] - middle_now(handles.first)[1] == pytest.approx(FAR, abs=8)
        assert float(bias.input_value()) > b + 0.5
        assert float(product.input_value()) == a
        b = float(bias.input_value())
        start = middle_now(handles.nth(1))
        hand.swipe(start, 0, FAR)
        assert middle_now(handles.nth(1))[1] - start[1] == pytest.approx(FAR, abs=8)
        assert float(product.input_value()) < a - 0.5
        assert float(bias.input_value()) == b
        assert scrolled(page) == before

        place = middle(square.locator(".handle"))
        before = scrolled(page)
        a = float(product.input_value())
        hand.swipe(place, FAR / 2, -FAR / 2)
        assert float(product.input_value()) > a + 0.1
        assert float(bias.input_value()) > b
        assert scrolled(page) == before
        # A tap takes the point there; a swipe that begins there scrolls and leaves it.
        box = square.bounding_box()
        assert box is not None
        corner = box["x"] + 0.3 * box["width"], box["y"] + 0.75 * box["height"]
        hand.tap(*corner)
        expect(product).not_to_have_value(str(a))
        a, b = float(product.input_value()), float(bias.input_value())
        assert a < 0
        assert b < 0
        before = scrolled(page)
        hand.swipe((box["x"] + 0.8 * box["width"], box["y"] + 0.6 * box["height"]), 0, -FAR)
        page.wait_for_function(f"document.querySelector(\"[data-testid='stMain']\").scrollTop > {before + FAR / 3}")
        assert (float(product.input_value()), float(bias.input_value())) == (a, b)
    settled(page)
    assert guard.runs == runs


# What is pressed, with the pixels across and down that answer around its middle, where these are too few. Steppers, and
# symbols in the line that explains them, are high and not wide.
SMALL = """(all) => {
    const narrow = "[data-testid^='stNumberInputStep'], [data-testid='stSelectbox'] button, .st-key-symbols button"
    return all.filter((one) => one.checkVisibility() && !one.disabled).map((one) => {
        one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" })
        const { left, right, top, bottom } = one.getBoundingClientRect()
        const [x, y] = [(left + right) / 2, (top + bottom) / 2]
        const answers = (across, down) => one.contains(one.getRootNode().elementFromPoint(x + across, y + down))
        const reach = (across, down) => {
            let far = 0
            while (far < 50 && answers((far + 1) * across, (far + 1) * down)) far += 1
            return far
        }
        const [wide, high] = [[1, 0], [0, 1]].map(([u, v]) => reach(u, v) + reach(-u, -v) + answers(0, 0))
        return [one.getAttribute("aria-label") ?? one.textContent, wide, high, one.matches(narrow)]
        // Between two pixels a place of 44 has 43 whole ones.
    }).filter(([, wide, high, narrow]) => high < 43 || (wide < 43 && !narrow)).map((one) => one.slice(0, 3))
}"""
# All but what a mouse alone is shown, and what is hidden in the thumb or the switch that is pressed instead.
NOT_PRESSED = "[data-testid='stElementToolbar'] *, [data-testid='stSlider'] input, [data-testid='stCheckbox'] input"
PRESSED = (
    "[data-testid='stMain'] :is([data-testid='stPageLink-NavLink'], button, select, summary, input, "
    f"[data-testid='stCheckbox'] label):not({NOT_PRESSED}), [data-testid='stExpandSidebarButton']"
)
KINDS = [
    "[data-testid='stPageLink-NavLink']",
    ".figure-tools button",
    "button[aria-label^='Help for']",
    "[data-testid='stNumberInput'] input",
    "[data-testid='stExpander'] summary",
]
"""Some of it, of which every page has one."""


@pytest.mark.parametrize("view", [PHONE], ids=str)
@pytest.mark.parametrize("path", ["/pentagon", "/ladder", "/measure", "/geometry", "/why", "/absolute_value"])
def test_what_is_pressed_has_44_pixels_of_its_own_and_nothing_moves(
    page: Page, app: App, path: str, view: View
) -> None:
    with finger(page):
        record_shifts(page)
        open_page(page, app, path)
        page.wait_for_selector("html[data-settled]", state="attached")
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        check_shifts(page)
        for kind in KINDS:
            assert page.locator(PRESSED).and_(page.locator(kind)).count() > 0, kind
        assert page.locator(PRESSED).evaluate_all(SMALL) == []


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_the_menu_closes_once_a_page_was_chosen(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/faces")
    menu = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(menu).to_have_attribute("data-collapsed", "false")
    menu.get_by_role("link", name="How many arrows fit in a plane?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How many arrows fit in a plane?")
    expect(menu).to_have_attribute("data-collapsed", "true")


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_tap_tells_what_a_mouse_is_told(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/good_or_bad")
    runs = guard.runs
    dot = page.get_by_test_id("stVegaLiteChart").first.locator(".mark-symbol path").nth(5)
    told = page.locator("#vg-tooltip-element")
    with finger(page) as hand:
        x, y = middle(dot)
        # Beside it: a dot is smaller than a finger.
        hand.tap(x, y + 8)
        expect(told).to_be_visible()
        expect(told).to_contain_text("without superposition")
        hand.tap(5, y)
        expect(told).to_be_hidden()
        words = page.get_by_role("tooltip")
        # The icon of a switch lies within what switches.
        for key, says in (("S", "The probability that a feature is zero"), ("seeds", "from eight other seeds")):
            icon = page.locator(f".st-key-{key}").get_by_role("button", name=re.compile("^Help for"))
            hand.tap(*middle(icon))
            expect(words).to_contain_text(says)
            hand.tap(5, y)
            expect(words).to_have_count(0)
    expect(page.get_by_role("switch", name="Try 8 seeds")).not_to_be_checked()
    assert guard.runs == runs


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_tap_tells_the_number_of_a_cell_that_is_too_small_to_write_it(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/pentagon?n=8")
    # The drawing above has all the width of a phone for the same matrix, and writes its numbers.
    numbers = page.locator(".sparsity-axis svg.gram g text")
    matrix = page.locator(".st-key-figure_gram")
    told = page.locator("#vg-tooltip-element")
    expect(numbers).to_have_count(64)
    expect(matrix.locator("text", has_text=re.compile(r"^[−\d.]+$"))).not_to_have_count(0)
    with finger(page) as hand:
        for i, j in ((0, 0), (0, 1), (3, 1), (7, 7)):
            # A row has two more bars, and what they may grow to.
            cell = matrix.locator(".mark-rect path").nth(i * (8 + 4) + j)
            number = float((numbers.nth(8 * i + j).text_content() or "").replace("−", "-"))
            hand.tap(*middle(cell))
            expect(told).to_contain_text(f"{feature_names(8)[i]} · {feature_names(8)[j]} = ")
            (words,) = re.findall(r"= (−?[\d.]+)", told.text_content() or "")
            assert float(words.replace("−", "-")) == pytest.approx(number, abs=0.006)


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_tap_on_a_drawing_tells_the_title_of_what_is_there(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/why")
    dot = page.locator(".interference svg.map circle:has(title)").first
    words = dot.locator("title").text_content()
    assert words
    with finger(page) as hand:
        hand.tap(*middle(dot))
        expect(page.locator(".tap-words")).to_be_visible()
        hand.swipe((195, 500), 0, -80)
        expect(page.locator(".tap-words")).to_have_count(0)


@pytest.mark.parametrize("view", [PHONE], ids=str)
@pytest.mark.parametrize(("path", "key"), [("/geometry", "edge"), ("/good_or_bad", "m"), ("/absolute_value", "S")])
def test_a_swipe_that_begins_on_a_slider_scrolls_and_changes_nothing(
    page: Page, app: App, guard: Guard, path: str, key: str, view: View
) -> None:
    open_page(page, app, path)
    runs, address = guard.runs, page.url
    slider = page.locator(f".st-key-{key} input[type='range']")
    value = slider.input_value()
    with finger(page) as hand:
        for part in (track(page, key), thumb(page, key)):
            part.evaluate("element => element.scrollIntoView({ block: 'center', inline: 'center' })")
            page.wait_for_timeout(200)
            before = scrolled(page)
            hand.swipe(middle_now(part), 3, -FAR)
            page.wait_for_function(f"document.querySelector(\"[data-testid='stMain']\").scrollTop > {before + FAR / 3}")
    settled(page)
    assert slider.input_value() == value
    assert (guard.runs, page.url) == (runs, address)
