"""The page "How many arrows fit in a plane?" in a real browser: a shared link, the film, and the slider."""

import math
import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PHONE, VIEWS, App, Guard, View, open_page, overflow, screenshot, settled, turn_to
from tests.browser.page_slider import drag_and_release, record, recorded, thumb, track
from tests.browser.touch import finger, middle, middle_now, scrolled
from toymodels.plots.theme import DARK, LIGHT, Theme

LINK = "/pentagon?S=0.9&n=5"
THE_START, THE_END = re.compile(r"^step 0 of \d+$"), re.compile(r"^step (\d+) of \1$")


def film(page: Page) -> Locator:
    return page.locator(".training-film")


def scrubber(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("the training, step by step"))


def tips(page: Page) -> list[tuple[float, float]]:
    """Where the arrows of embedded features end in the film's first plane: right and up, in pixels of the drawing."""
    heads = film(page).locator(".reel").first.locator("g[data-feature] polygon")
    points = heads.evaluate_all(
        "all => all.map(head => head.getAttribute('points').split(' ')[0].split(',').map(Number))"
    )
    return [(x, -y) for x, y in points if math.hypot(x, y) > 40]


def angles(page: Page) -> list[float]:
    directions = sorted(math.degrees(math.atan2(y, x)) % 360 for x, y in tips(page))
    return [b - a for a, b in zip(directions, [*directions[1:], directions[0] + 360], strict=True)]


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_cold_link_shows_a_regular_pentagon(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, LINK)
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(film(page).locator(".reel .caption").first).to_have_text("pentagon")
        expect(film(page).locator(".reel .caption").nth(1)).to_have_text("orthogonal pair")
        assert angles(page) == pytest.approx([72] * 5, abs=6)
        # A unit to the right is as long as a unit upwards.
        box = film(page).locator(".reel svg").first.bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(box["height"], rel=0.01)
        screenshot(page, f"pentagon-{view}")
        assert overflow(page) == 0


def test_the_film_is_scrubbed_and_played_without_a_rerun_and_the_slider_makes_another(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, LINK)
    runs = guard.runs
    end = tips(page)
    assert len(end) == 5
    scrubber(page).focus()
    page.keyboard.press("Home")
    expect(film(page).locator("output")).to_have_text(THE_START)
    expect(film(page).locator(".reel .caption").first).not_to_have_text("pentagon")
    assert tips(page) != end
    expect(scrubber(page)).to_have_attribute("aria-valuetext", re.compile(r"^step 0, ReLU output: loss 0\.\d+, "))
    page.keyboard.press("ArrowRight")
    expect(film(page).locator("output")).not_to_have_text(THE_START)
    # The space bar on the scrubber plays, and playing ends where the training ended.
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("PageDown")
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause the film")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Play the film"))).to_be_visible()
    expect(film(page).locator("output")).to_have_text(THE_END)
    assert tips(page) == end
    # The pause button stops it on the way.
    page.get_by_role("button", name=re.compile("^Play the film")).click()
    page.get_by_role("button", name="Pause the film").click()
    expect(film(page).locator("output")).not_to_have_text(THE_END)
    assert guard.runs == runs
    # A rerun that trains nothing else leaves the film where it was.
    stopped = film(page).locator("output").text_content() or ""
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("r")
    guard.await_runs(page, runs + 1)
    settled(page)
    expect(film(page).locator("output")).to_have_text(stopped)

    sparsity = page.get_by_role("slider", name="Sparsity S")
    sparsity.focus()
    runs = guard.runs
    page.keyboard.press("ArrowLeft")
    guard.await_runs(page, runs + 1)
    settled(page)
    expect(page).to_have_url(re.compile(r"S=0\.89"))
    page.keyboard.press("Home")
    expect(film(page).locator(".reel .caption").first).to_have_text("orthogonal pair")
    settled(page)
    expect(page).to_have_url(re.compile(r"S=0(\.0+)?(&|$)"))
    assert sorted(angles(page)) == pytest.approx([90, 270], abs=3)
    expect(film(page).locator("output")).to_have_text(THE_END)


def test_while_s_is_dragged_the_trained_models_follow_without_a_rerun_and_the_page_then_agrees(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/pentagon?S=0.5")
    figure = page.locator(".sparsity-axis")
    in_hand = drag_and_release(page, guard, figure)
    assert "At S = 0.99 (each" in in_hand
    expect(page).to_have_url(re.compile(r"S=0\.99"))
    # What the page says of its weights below is that model's.
    loss = re.search(r"\bloss ([\d.]+)", in_hand)
    assert loss is not None
    note = page.get_by_text(re.compile(r"^Trained .* on held-out inputs\.$")).inner_text()
    assert f"Loss {float(loss[1]):.3g} ±" in note

    # By keyboard in hundredths, also faster than the page can follow.
    sparsity = page.get_by_role("slider", name="Sparsity S")
    for key, stop in [("ArrowLeft", "0.98"), ("ArrowLeft", "0.97"), ("Home", "0"), ("ArrowRight", "0.01")]:
        sparsity.press(key)
        expect(figure).to_contain_text(f"At S = {stop} (each")
    settled(page)
    expect(page).to_have_url(re.compile(r"S=0\.01"))


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_a_finger_drags_the_slider_to_the_side_and_scrolls_the_page_past_it(
    page: Page, app: App, guard: Guard, view: View
) -> None:
    open_page(page, app, "/pentagon?S=0.5")
    record(page)
    runs = guard.runs
    with finger(page) as hand:
        x, y = middle(thumb(page))
        before = scrolled(page)
        hand.swipe((x, y), 100, 3)
        assert scrolled(page) == before
        assert len(set(recorded(page))) >= 5
        guard.await_runs(page, runs + 1)
        settled(page)
        S = page.get_by_role("slider", name="Sparsity S").input_value()
        assert float(S) > 0.7
        # Upwards, from the thumb and from beside it.
        for place in (middle(thumb(page)), middle_now(track(page))):
            before = scrolled(page)
            hand.swipe(place, 2, -60)
            page.wait_for_function(f"document.querySelector(\"[data-testid='stMain']\").scrollTop > {before + 20}")
        x, y = middle(track(page))
        assert page.get_by_role("slider", name="Sparsity S").input_value() == S
        assert guard.runs == runs + 1
        hand.tap(x - 20, y)
        guard.await_runs(page, runs + 2)
        settled(page)
    assert float(page.get_by_role("slider", name="Sparsity S").input_value()) < 0.5


def test_who_asked_for_less_motion_sees_still_pictures(page: Page, app: App) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, app, LINK)
    scrubber(page).focus()
    for _ in range(3):
        page.keyboard.press("PageDown")
    page.get_by_role("button", name=re.compile("^Play the film")).click()
    seen = set()
    while page.get_by_role("button", name="Pause the film").count():
        seen.add(film(page).locator("output").text_content())
    # From 70 % of the film on, in tenths of it.
    assert len(seen) <= 5


def test_when_the_theme_turns_the_figures_turn_with_it(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/pentagon?S=0.8")
    runs = guard.runs
    schemes: list[tuple[Literal["dark", "light"], Theme, Theme]] = [("dark", DARK, LIGHT), ("light", LIGHT, DARK)]
    for scheme, look, other in schemes:
        page.emulate_media(color_scheme=scheme)
        runs += 1
        guard.await_runs(page, runs)
        settled(page)
        drawn = page.locator(".training-film").inner_html()
        assert look.importance[-1] in drawn
        assert other.importance[-1] not in drawn
    page.wait_for_timeout(1000)
    assert guard.runs == runs
