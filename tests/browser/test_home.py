"""A visitor on the home page: the picture that moves, and every thumbnail's way to its figure."""

import math
import re
from functools import cache
from urllib.parse import parse_qs, urlsplit

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PATIENCE, PHONE, VIEWS, App, Guard, View, open_page, overflow, screenshot, settled
from toymodels.app.compute.axis_measures import upright
from toymodels.app.views.gallery import CARDS
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES
from toymodels.pretrained.home import shipped
from toymodels.run import Run
from toymodels.training import train

UNIT = 92

GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 28)"}


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("sparsity"))


def tips(page: Page) -> npt.NDArray[np.float64]:
    """Where the arrows end, (2, 5) in units of h, up being positive."""
    heads = page.locator(".home .plane g[data-feature] polygon").evaluate_all(
        """all => all.map(head => [head.parentNode.dataset.feature, head.getAttribute('points')])
            .sort(([one], [other]) => one - other)
            .map(([, points]) => points.split(' ')[0].split(',').map(Number))"""
    )
    points: npt.NDArray[np.float64] = np.array(heads, dtype=np.float64).T * np.array([[1.0], [-1.0]]) / UNIT
    return points


@cache
def axis() -> Run:
    """The models on the slider."""
    return train(pentagon_spec(DENSITIES), tracked=True)


def weights(S: float) -> tuple[np.ndarray, np.ndarray]:
    run = axis()
    k = SPARSITIES.index(S)
    return upright(run)[k], run.b[k]


def numbers(page: Page, side: int) -> list[str]:
    return page.locator(".home .side").nth(side).locator(".word").all_text_contents()


def widths(page: Page, part: str) -> list[float]:
    """How long the parts of the output's bars are, as x'_i."""
    styles = page.locator(".home .side").nth(1).locator(part).evaluate_all("all => all.map(bar => bar.style.width)")
    return [float(style.removesuffix("%")) * 1.15 / 100 for style in (style or "0%" for style in styles)]


def two_frames(page: Page) -> None:
    """Wait until what was asked for has been drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def stand_still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_home_opens_in_the_visitors_theme(page: Page, app: App, view: View) -> None:
    stand_still(page)
    open_page(page, app)
    expect(page.locator(".home .finding")).to_contain_text("Five features in two dimensions: a pentagon.")
    expect(page.locator(".thumbnail svg").first).to_be_visible()
    expect(page.locator(".thumbnail")).to_have_count(len(CARDS))
    expect(page.get_by_role("heading", level=1)).to_have_text("Superposition")
    expect(page.locator("[data-testid='stApp']")).to_have_css("background-color", GROUND[view.scheme])
    expect(page.locator(".st-key-controls")).to_have_count(0)
    screenshot(page, f"home-page-{view}")
    assert overflow(page) == 0
    if view in VIEWS[1:]:  # Where the menu stands beside the page, every title in it is whole.
        titles = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink").locator("a > span")
        assert titles.count() > 10
        cut = "all => all.filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent)"
        assert titles.evaluate_all(cut) == []


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_the_whole_picture_is_on_a_phones_first_screen(page: Page, app: App, view: View) -> None:
    stand_still(page)
    open_page(page, app)
    box = page.locator(".home .forward-pass").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= view.height


def test_the_slider_changes_the_picture_and_the_sentence_without_a_rerun(page: Page, app: App, guard: Guard) -> None:
    stand_still(page)
    open_page(page, app)
    runs = guard.runs
    for S, words in [
        (0.0, "Two features in two dimensions: an orthogonal pair."),
        (0.8, "two digons"),
        (0.95, "a pentagon"),
    ]:
        slider(page).fill(str(SPARSITIES.index(S)))
        expect(page.locator(".home .finding")).to_contain_text(words)
        expect(slider(page)).to_have_attribute("aria-valuetext", re.compile(re.escape(words)))
        two_frames(page)
        np.testing.assert_allclose(tips(page), weights(S)[0], atol=0.002)
    slider(page).press("ArrowLeft")
    expect(page.locator(".home .sparsity b")).to_have_text("S = 0.94")
    assert guard.runs == runs


def test_the_browser_computes_what_the_model_computes(page: Page, app: App) -> None:
    stand_still(page)
    open_page(page, app)
    for S in (0.0, 0.3, 0.9):
        slider(page).fill(str(SPARSITIES.index(S)))
        W, b = weights(S)
        importance = axis().spec.importances
        for _ in range(8):
            page.get_by_role("button", name="Next input").click()
            two_frames(page)
            x = np.array([float(number) for number in numbers(page, 0)])
            assert x.max() > 0 or S > 0
            h = W @ x
            answer = np.maximum(0, W.T @ h + b)
            dot = page.locator(".home .dot")
            shown = np.array([float(dot.get_attribute(axis) or "nan") for axis in ("cx", "cy")])
            # x is written with two digits, so that everything that follows from it is known to about a hundredth.
            np.testing.assert_allclose(shown / UNIT, h * (1, -1), atol=0.02)
            over = np.maximum(0, answer - x)
            np.testing.assert_allclose(widths(page, ".wrong"), over, atol=0.03)
            np.testing.assert_allclose(widths(page, ".got"), np.minimum(x, answer), atol=0.03)
            cost = page.locator(".home .loss").text_content() or ""
            assert float(cost.removeprefix("Loss of this input: ")) == pytest.approx(
                float((importance * (x - answer) ** 2).sum()), abs=0.04
            )


def test_it_moves_by_itself_until_it_is_paused(page: Page, app: App) -> None:
    open_page(page, app)
    # It begins where superposition is seen, and goes from input to input.
    assert page.locator(".home .sparsity b").text_content() == "S = 0.90"
    side = page.locator(".home .side").first
    expect(side).not_to_have_text(side.text_content() or "", timeout=PATIENCE)
    page.get_by_role("button", name="Pause the inputs").click()
    expect(page.get_by_role("button", name="Play the inputs")).to_be_visible(timeout=PATIENCE)
    # What is on its way arrives, and then everything stands.
    expect(page.locator(".home .loss")).to_have_text(re.compile(r": \d"), timeout=PATIENCE)
    seen = numbers(page, 0)
    page.wait_for_timeout(3500)
    assert numbers(page, 0) == seen


def test_who_asked_for_less_motion_sees_it_stand_still_and_asks_for_the_next_input(page: Page, app: App) -> None:
    stand_still(page)
    open_page(page, app)
    expect(page.locator(".home .sparsity b")).to_have_text("S = 0.90")
    expect(page.get_by_role("button", name="Play the inputs")).to_be_visible()
    seen = numbers(page, 0)
    page.wait_for_timeout(3500)
    assert numbers(page, 0) == seen
    page.get_by_role("button", name="Next input").click()
    expect(page.locator(".home .loss")).to_have_text(re.compile(r": \d"), timeout=PATIENCE)
    assert numbers(page, 0) != seen
    # The thumbnails stand as well, at their ends.
    before = page.locator(".thumbnail").nth(3).inner_html()
    page.locator(".thumbnail").nth(3).hover()
    page.wait_for_timeout(300)
    assert page.locator(".thumbnail").nth(3).inner_html() == before


def test_a_thumbnail_stands_drawn_and_plays_when_its_link_is_focused(page: Page, app: App) -> None:
    open_page(page, app)
    thumb = page.locator(".thumbnail").nth(3)
    thumb.scroll_into_view_if_needed()
    arrows = thumb.locator("g[data-feature='0'] polygon")
    # As the training ended.
    final = shipped("pentagon-0.9").W[0]
    end = arrows.get_attribute("points")
    assert end is not None
    x, y = map(float, end.split(" ")[0].split(","))
    assert y == pytest.approx(0, abs=0.5)
    assert math.hypot(x, y) > 80 * float(np.linalg.norm(final[:, 0])) / 1.2
    page.get_by_role("main").get_by_role("link", name="90 % sparsity").focus()
    expect(arrows).not_to_have_attribute("points", end)
    expect(arrows).to_have_attribute("points", end)


# One with S, one with what a page shows on arrival, one with another control. That every card is a link to its state,
# and that its page opens on it, is seen in tests/app/test_home_page.py.
FOLLOWED = [next(card for card in CARDS if card.page == name) for name in ("pentagon", "measure", "geometry")]


def test_a_thumbnail_leads_to_its_page_in_its_state_without_a_reload(page: Page, app: App, guard: Guard) -> None:
    stand_still(page)
    open_page(page, app)
    page.evaluate("window.stillHere = true")
    for card in FOLLOWED:
        runs = guard.runs
        page.locator(".thumbnail").nth(CARDS.index(card)).click()
        page.wait_for_url(re.compile(rf"/{card.page}(\?|$)"))
        guard.await_runs(page, runs + 1)
        expect(page.get_by_role("heading", level=1), card.title).not_to_have_text("Superposition", timeout=PATIENCE)
        settled(page)
        # Streamlit takes what a page shows on arrival out of its address.
        query = {key: values[-1] for key, values in parse_qs(urlsplit(page.url).query).items()}
        assert query.items() <= dict(card.query).items() or query == dict(card.query), card.title
        expect(page.get_by_test_id("stAlert"), card.title).to_have_count(0)
        if "S" in card.query:
            expect(page.get_by_role("slider", name="Sparsity S").first, card.title).to_have_value(card.query["S"])
        page.get_by_test_id("stSidebar").get_by_role("link", name="Superposition", exact=True).click()
        expect(page.locator(".thumbnail")).to_have_count(len(CARDS))
        settled(page)
    assert page.evaluate("window.stillHere") is True


def test_the_gallery_is_reached_by_keyboard(page: Page, app: App) -> None:
    stand_still(page)
    open_page(page, app)
    link = page.get_by_role("main").get_by_role("link", name="80 % sparsity")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pentagon\?.*S=0\.8"))
    settled(page)
    expect(page.locator(".training-film .reel .caption").first).to_have_text("two digons")


def test_a_late_frame_does_not_stop_it(page: Page, app: App) -> None:
    # On a busy machine a frame's time lies well before the present.
    page.add_init_script("const now = performance.now.bind(performance); performance.now = () => now() + 300")
    open_page(page, app)
    page.get_by_role("button", name="Dense → sparse").click()
    expect(page.locator(".home .sparsity b")).not_to_have_text("S = 0.90")
    expect(page.locator(".home .sparsity b")).to_have_text("S = 0.90", timeout=PATIENCE)
