"""A speaker: the whole talk by keyboard alone, full screen, and what a figure hides until it is revealed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PHONE, VISITORS_NAME, App, Guard, open_page, screenshot_of_window, settled
from tests.browser.stops import CUT_OFF, OVER, PLACES, SMALL_WORDS, WATCH_SIZES, at_rest, scrolls
from toymodels.app.shell import talk_route
from toymodels.app.shell.page_registry import BEYOND, HOME, QUESTION, TALK, PageEntry, Section

STOPS = talk_route.walked("", talk_route.stops_of((HOME, *TALK)))

PENTAGON, WHY = (next(place for place in TALK if place.name == name) for name in ("pentagon", "why"))

SCREENS = [(1280, 720), (1920, 1080)]

MOST_EMPTY = 1 / 3
"""Of the screen's height, below a stop."""


def thumb(page: Page) -> Locator | None:
    """The thumb of a stop's first slider, of Streamlit or of a figure; None if it has none."""
    for slider in ("[data-testid='stSlider'] [style*='touch-action'][style*='absolute']", "input[type='range']"):
        seen = page.get_by_test_id("stMain").locator(slider).filter(visible=True)
        if seen.count():
            return seen.first
    return None


def walked(page: Page, stops: Sequence[tuple[PageEntry, Section]], screens: Sequence[tuple[int, int]]) -> None:
    """Walk a talk from its first stop to its last; look at every stop on the first screen, at every fourth on all.

    Where a stop has a slider, it is clicked before the step.
    """
    page.evaluate(WATCH_SIZES)
    fixed = None
    for number, (place, stop) in enumerate(stops):
        foot = page.get_by_text(f"{place.title} · {number + 1} of {len(stops)}")
        expect(foot).to_be_visible(timeout=90_000)
        settled(page)
        for width, height in screens if number % 4 == 0 else screens[:1]:
            page.set_viewport_size({"width": width, "height": height})
            at_rest(page)
            where = f"{place.name or 'home'}/{stop.name} at {width} x {height}"
            screenshot_of_window(page, f"talk-{width}-{number + 1:02}-{place.name or 'home'}-{stop.name}")
            assert scrolls(page) <= 1, where
            assert page.evaluate(CUT_OFF) == [], where
            places = page.evaluate(PLACES)
            assert -1 <= places["free"] < MOST_EMPTY * height, f"{where}: {places['free']}"
            if (width, height) != SCREENS[0]:
                continue
            sizes = page.evaluate("[...window.seenSizes.values()].map((sizes) => [...sizes])")
            assert all(len(seen) == 1 for seen in sizes), f"{where}: {sizes}"
            assert page.evaluate(SMALL_WORDS) == [], where
            assert fixed in (None, places["fixed"]), where
            fixed = places["fixed"]
        page.set_viewport_size({"width": screens[0][0], "height": screens[0][1]})
        if number + 1 < len(stops):
            at_rest(page)
            page.evaluate("window.seenSizes.clear()")
            slider = thumb(page)
            if slider is not None:
                # Streamlit's is dragged by its thumb: a click there takes the focus, and moves nothing.
                slider.click()
            page.keyboard.press("PageDown" if slider is not None else "ArrowRight")
    expect(page.locator(".st-key-next a")).to_have_count(0)


def at_stop(page: Page, place: PageEntry, stop: str) -> None:
    """Wait until a stop is there: the address says it as soon as a step is asked for."""
    page.wait_for_url(f"**/{place.name}?**stop={stop}*")
    section = place.section(stop)
    heading = place.title if section == QUESTION else section.heading
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
    settled(page)


def pressed(page: Page, *keys: str) -> None:
    """Press keys as fast as the browser takes them."""
    for key in keys:
        page.keyboard.press(key)


def test_the_whole_talk_is_walked_by_keyboard_and_every_stop_fits(page: Page, app: App, guard: Guard) -> None:
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    open_page(page, app, "/")
    page.keyboard.press("t")
    walked(page, STOPS, SCREENS)
    guard.check()


@pytest.mark.parametrize("place", BEYOND, ids=lambda place: str(place.name))
def test_a_page_beyond_the_talk_is_a_talk_of_its_own(page: Page, app: App, guard: Guard, place: PageEntry) -> None:
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    # A small map: the walk is about the stops.
    open_page(page, app, f"/{place.name}?talk=1{'&cells=10' if place.name == 'phase_change' else ''}")
    walked(page, talk_route.walked("", talk_route.stops_of((place,))), SCREENS[:1])
    guard.check()


def test_pages_keys_walk_back_across_pages_and_escape_leaves_to_the_whole_page(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/pentagon?S=0.8&talk=1&stop=question")
    # Every press counts, also while the stop before is still on the screen.
    pressed(page, *["PageDown"] * 5)
    expect(page.get_by_text("How many arrows fit in a plane? · 12 of")).to_be_visible()
    pressed(page, *["PageUp"] * 6, "PageDown")
    expect(page.get_by_text("How many arrows fit in a plane? · 7 of")).to_be_visible()
    pressed(page, "PageDown", "PageUp")
    at_stop(page, PENTAGON, "question")
    expect(page.get_by_text("How many arrows fit in a plane? · 7 of")).to_be_visible()
    pressed(page, "PageUp")
    expect(page.get_by_text("A face through a bottleneck ·")).to_be_visible()
    settled(page)
    assert "stop=seeds" in page.url
    page.keyboard.press("PageDown")
    expect(page.get_by_text("How many arrows fit in a plane? ·")).to_be_visible()
    settled(page)
    assert "S=0.8" in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    settled(page)
    assert page.url.endswith("/pentagon?S=0.8")
    expect(page.get_by_role("slider", name="Sparsity S")).to_have_value("0.8")
    # Who does not want letters to be shortcuts keeps the page keys.
    runs = guard.runs
    page.get_by_test_id("stSidebar").get_by_text("Shortcuts by a single key").click()
    guard.await_runs(page, runs + 1)
    settled(page)
    page.get_by_role("heading", level=1).click()
    for letter in "npt":
        page.keyboard.press(letter)
        page.wait_for_timeout(300)
    assert guard.runs == runs + 1
    page.get_by_role("link", name="Present").click()
    expect(page.get_by_text("How many arrows fit in a plane? · 7 of")).to_be_visible()
    settled(page)
    page.locator(".st-key-next a").dblclick()
    expect(page.get_by_text("How many arrows fit in a plane? · 9 of")).to_be_visible()
    pressed(page, "PageDown", "Escape")
    page.wait_for_url("**/pentagon?S=0.8")


def test_a_guess_by_number_is_revealed_and_a_slider_has_the_arrow_keys_until_escape(page: Page, app: App) -> None:
    open_page(page, app, f"/pentagon?S=0.9&talk=1&stop={QUESTION.name}")
    expect(page.locator(".sparsity-axis")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="two digons").locator("[data-testid='stIconMaterial']")).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("a pentagon. You said: two digons.")).to_be_visible()
    expect(page.locator(".sparsity-axis")).to_be_visible()
    settled(page)

    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("At S = 0.91 (each")).to_be_visible()
    # The browser draws it at once; Streamlit sends the value a little later.
    page.wait_for_url("**S=0.91*")
    settled(page)
    assert "stop=axis" in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Arrows in training")).to_be_visible()
    settled(page)
    assert "S=0.91" in page.url


def test_words_are_enlarged_once_and_the_fullest_stop_still_fits(page: Page, app: App) -> None:
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    open_page(page, app, "/?talk=1&stop=story")
    at_rest(page)
    before = page.evaluate(PLACES)
    page.keyboard.press("+")
    page.wait_for_selector("html.enlarged", state="attached")
    at_rest(page)
    # Its drawings give way to its words.
    assert page.evaluate(PLACES)["fixed"][1] > before["fixed"][1]
    assert scrolls(page) <= 1


def test_no_number_of_an_axis_lies_over_another(page: Page, app: App) -> None:
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    open_page(page, app, "/why?talk=1&stop=free")
    at_rest(page)
    drawings = page.locator(".interference svg[role='img']")
    expect(drawings).to_have_count(2)
    assert drawings.evaluate_all(OVER) == []


def test_controls_that_a_stop_does_not_need_stay_as_they_are(page: Page, app: App) -> None:
    open_page(page, app, "/why?form=linear&talk=1&stop=free")
    for key, stop in [("PageDown", "angle"), ("PageDown", "seeds"), ("PageUp", "angle"), ("PageUp", "free"),
                      ("PageUp", "terms")]:  # fmt: skip
        page.keyboard.press(key)
        at_stop(page, WHY, stop)
    # In the linear form every pair adds to the loss.
    sums = "Terms of the loss by feature, in sum: own error 0.193, interference 9"
    expect(page.get_by_role("img", name=sums)).to_be_visible()
    assert "form=linear" in page.url


def test_controls_of_the_same_name_on_two_pages_do_not_mix(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon?S=0.5&r=0.7&seed=4")
    # S is on all of them; the importance decay is 0.9 on one and 1 on another.
    for keys, place, S in (("p", 0, "0.9"), ("pn", 0, "0.9"), ("n", 1, "0.5"), ("n", 2, "0.9"), ("p", 1, "0.5")):
        page.locator("h1").click()
        pressed(page, *keys)
        expect(page.get_by_role("heading", level=1)).to_have_text(TALK[place].title)
        settled(page)
        expect(page.get_by_role("slider", name="Sparsity S")).to_have_value(S)
    assert sorted(urlsplit(page.url).query.split("&")) == ["S=0.5", "r=0.7", "seed=4"]


def test_a_talk_begins_and_ends_where_the_reader_is_and_back_leads_through_its_steps(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon?S=0.7")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    figure = page.get_by_role("heading", name="From dense to sparse")
    figure.scroll_into_view_if_needed()
    page.locator(".st-key-section_sweep").evaluate("place => place.scrollIntoView()")
    page.keyboard.press("t")
    page.wait_for_url("**/pentagon?S=0.7&talk=1&stop=sweep")
    settled(page)
    # Nothing is left of the menu of the page that was read.
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.keyboard.press("PageDown")
    at_stop(page, PENTAGON, "curve")
    page.keyboard.press("Escape")
    page.wait_for_url("**/pentagon?S=0.7")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    settled(page)
    expect(page.get_by_role("heading", name="Which arrangement has the smaller loss?")).to_be_in_viewport()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Why only with a ReLU?").click()
    page.wait_for_url("**/why")
    settled(page)
    for address in ("?S=0.7", "?S=0.7&talk=1&stop=curve", "?S=0.7&talk=1&stop=sweep", "?S=0.7"):
        page.go_back()
        page.wait_for_url(f"**/pentagon{address}")
        settled(page)
        if "talk" not in address:
            expect(page.get_by_role("slider", name="Sparsity S")).to_have_value("0.7")


def test_page_keys_walk_on_after_a_slider_was_clicked(page: Page, app: App) -> None:
    open_page(page, app, "/why?talk=1&stop=free")
    slider = page.get_by_role("slider", name="Sparsity S")
    before = slider.get_attribute("aria-valuenow") or slider.input_value()
    slider.focus()
    page.keyboard.press("PageDown")
    at_stop(page, WHY, "angle")
    after = page.get_by_role("slider", name="Sparsity S")
    assert (after.get_attribute("aria-valuenow") or after.input_value()) == before
    # A slider of our own, in a component.
    page.keyboard.press("PageUp")
    at_stop(page, WHY, "free")
    page.get_by_label("interference Wⱼ·Wᵢ").focus()
    page.keyboard.press("PageDown")
    page.wait_for_url("**stop=angle*")


def test_t_presents_a_page_that_was_read_and_leaves_nothing_of_its_menu(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/")
    # That every page leads to its own first stop: tests/app/test_every_page.py; that each stop fits: the walk above.
    for place in (HOME, *TALK[:3]):
        expect(page.get_by_role("heading", level=1)).to_have_text(place.title)
        settled(page)
        page.keyboard.press("t")
        expect(page.get_by_text(re.compile(rf"^{re.escape(place.title)} · \d+ of {len(STOPS)}$"))).to_be_visible()
        settled(page)
        assert f"stop={place.sections[0].name}" in page.url
        at_rest(page)
        expect(page.get_by_test_id("stSidebar")).to_be_hidden()
        for step in ("previous", "next"):
            link = page.locator(f".st-key-{step} a")
            if link.count():
                link.click(trial=True)  # Fails where something lies over it.
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stSidebar")).to_be_visible()
        settled(page)
        # The figures that are read do not keep the size that the talk gave them.
        assert page.evaluate("document.documentElement.style.getPropertyValue('--figure-zoom')") == ""
        page.keyboard.press("n")
    guard.check()


@pytest.mark.parametrize(
    "path", ["/absolute_value?talk=1&stop=simple&simple=10", "/ladder?talk=1&stop=sweep&n=80&m=20"]
)
def test_a_figure_of_many_features_ends_above_the_foot(page: Page, app: App, path: str) -> None:
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    open_page(page, app, path)
    at_rest(page)
    assert page.evaluate(PLACES)["free"] >= -1
    assert page.evaluate(SMALL_WORDS) == []
    assert page.evaluate(CUT_OFF) == []


def test_the_foot_of_a_talk_covers_what_is_behind_it(page: Page, app: App) -> None:
    open_page(page, app, "/why?talk=1&stop=free")
    style = "element => getComputedStyle(element).backgroundColor"
    assert page.locator(".st-key-foot").evaluate(style) == page.get_by_test_id("stApp").evaluate(style)


def test_the_keys_of_a_speaker(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/pentagon?talk=1&stop=question&S=0.8")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the talk")).to_contain_text("blank screen")
    page.keyboard.press("Escape")
    for key in ("b", "."):
        page.keyboard.press(key)
        expect(page.locator(".talk-blank")).to_have_count(1 if key == "b" else 0)
    page.keyboard.press("l")
    page.mouse.move(400, 300)
    expect(page.locator(".talk-spotlight")).to_have_attribute("style", "--x: 400px; --y: 300px;")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.get_by_role("slider", name="Sparsity S")).to_be_hidden()
    page.keyboard.press("h")
    expect(page.get_by_role("slider", name="Sparsity S")).to_be_visible()
    wide = page.locator("h1").bounding_box()
    page.keyboard.press("+")
    page.keyboard.press("+")
    at_rest(page)
    # The controls keep a width.
    assert page.locator(".st-key-S").evaluate("slider => slider.getBoundingClientRect().width") > 100
    larger = page.locator("h1").bounding_box()
    assert wide is not None
    assert larger is not None
    assert larger["height"] > wide["height"]
    page.keyboard.press("-")
    page.keyboard.press("-")
    # The overview: a picture of every stop, a route, and a stop by its number; the address says both.
    pictures = page.locator(".talk-overview img")
    page.keyboard.press("o")
    expect(pictures).to_have_count(len(talk_route.stops_of((HOME, *TALK))))
    page.wait_for_function("[...document.querySelectorAll('.talk-overview img')].every((one) => one.naturalWidth)")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    # They are kept.
    assert pictures.evaluate_all("all => all.every((one) => one.src.startsWith('data:image/webp'))")
    for key in ("9", "9", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text(f"The stops are 1 to {pictures.count()}; there is no 99.")).to_be_visible()
    # A page key scrolls it, and does not walk behind it.
    page.keyboard.press("PageDown")
    expect(page.locator(".talk-overview li.here")).to_be_visible()
    page.get_by_role("button", name="10 minutes").click()
    for key in ("1", "0", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("How many arrows fit in a plane? · 6 of 11")).to_be_visible()
    page.wait_for_url("**/pentagon?S=0.8&talk=1&stop=film&walk=10")
    settled(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause the film")).to_be_visible()
    for key, place, stop in (("End", TALK[-1], "closing"), ("Home", HOME, "story")):
        page.keyboard.press(key)
        at_stop(page, place, stop)
        assert page.url.endswith("walk=10")
    guard.check()


def test_a_second_window_drives_the_talk_and_two_phones_answer_its_question(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/pentagon?talk=1&stop=question&S=0.8")
    page.keyboard.press("q")
    code = page.get_by_role("dialog", name="QR code of")
    expect(code.locator("path")).to_have_attribute("d", re.compile("^M4 4h1v1h-1z"))
    address = code.locator(".address").inner_text()
    assert address.startswith(f"http://{VISITORS_NAME}:")
    address = address.replace(VISITORS_NAME, "127.0.0.1")
    # A step takes the code of the stop before away.
    page.keyboard.press("PageDown")
    page.wait_for_url("**stop=axis")
    expect(code).to_have_count(0)
    page.keyboard.press("PageUp")
    at_stop(page, PENTAGON, "question")
    for answer in ("two digons", "a pentagon"):
        visitor = page.context.new_page()
        visitor.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
        visitor.goto(address)
        settled(visitor)
        visitor.get_by_role("button", name=answer).click()
        expect(visitor.get_by_role("button", name=answer).locator("[data-testid='stIconMaterial']")).to_be_visible()
        visitor.close()
    expect(page.get_by_text("2 answered.")).to_be_visible()
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    expect(view.locator(".next")).to_contain_text("The arrows at every sparsity")
    pressed(view, *["PageDown"] * 3, *["PageUp"] * 2)
    page.wait_for_url("**stop=axis")
    expect(page.get_by_text("1 of 2 said: two digons.")).to_be_visible()
    expect(view.locator(".says")).to_contain_text("embeds 4 of 5 features")
    # The first window may load its page anew, or another, and the clock goes on.
    page.reload()
    settled(page)
    view.get_by_role("button", name="Next").click()
    page.wait_for_url("**stop=film")
    expect(view.locator(".place")).to_contain_text("Arrows in training")
    open_page(page, app, "/why?talk=1&stop=question")
    expect(view.locator(".place")).to_contain_text("Why only with a ReLU?")
    view.keyboard.press("2")
    expect(page.get_by_role("button", name="some").locator("[data-testid='stIconMaterial']")).to_be_visible()
    gone = view.locator(".gone").inner_text()
    expect(view.locator(".gone")).not_to_have_text(gone)
    page.keyboard.press("Escape")
    expect(view.locator(".place")).to_have_text("The talk is not on the screen")
    view.get_by_role("button", name="Next").click()
    page.wait_for_url("**/why?talk=1&stop=question")
    view.close()
    guard.check()


def test_controls_that_the_address_hides_keep_their_value(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon?S=0.8&hide=S,seed")
    expect(page.get_by_role("slider", name="Sparsity S")).to_be_hidden()
    expect(page.get_by_role("slider", name="Features n")).to_be_visible()
    expect(page.get_by_text("At S = 0.8 (each")).to_be_visible()
    assert "hide=S%2Cseed" in page.url or "hide=S,seed" in page.url
