"""The ladder in a real browser: pointing and picking, the phone, the projector."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, App, Guard, View, open_page, overflow, screenshot, settled

PROJECTOR = View(1920, "light")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def heads(page: Page) -> list[float]:
    """Where the headings of the columns begin, from the left."""
    boxes = [head.bounding_box() for head in page.locator(".density-sweep .head").all()]
    return [round(box["x"]) for box in boxes if box is not None]


def test_pointing_lights_a_feature_up_everywhere_and_picking_puts_it_into_the_url(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/ladder")
    runs = guard.runs
    light = page.locator(".density-sweep .highlight").nth(4)
    box = light.bounding_box()
    assert box is not None
    # The middle of row 8 of 20, over the bars.
    light.hover(position={"x": box["width"] * 0.9, "y": box["height"] * 7.5 / 20})
    expect(page.locator(".density-sweep .tip")).to_contain_text("|W₈| =")
    expect(page.locator(".density-sweep .ticks .bold").first).to_have_text("8")
    expect(page.locator(".density-sweep .caption .reading", has_text="|W₈|")).to_have_count(14)
    # The densest model keeps the first five; the direction of another is chance, and so is what it shares.
    for row, says in ((5, "superposition 0.00"), (8, "not represented")):
        page.locator(".density-sweep .highlight").first.hover(
            position={"x": box["width"] * 0.9, "y": box["height"] * (row - 0.5) / 20}
        )
        expect(page.locator(".density-sweep .tip")).to_contain_text(says)
    assert guard.runs == runs

    light.click(position={"x": box["width"] * 0.9, "y": box["height"] * 7.5 / 20})
    expect(page.get_by_text("Feature 8 has importance")).to_be_visible()
    settled(page)
    assert query(page)["feature"] == ["8"]
    expect(page.locator(".density-sweep .caption .reading", has_text="not represented").first).to_be_visible()


def test_a_feature_is_picked_by_keyboard_and_let_go_again(page: Page, app: App) -> None:
    open_page(page, app, "/ladder")
    page.locator(".density-sweep .track").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".density-sweep .ticks .bold").first).to_have_text("3")
    expect(page.get_by_text("Feature 3 has importance")).to_be_visible()
    settled(page)
    assert query(page)["feature"] == ["3"]
    # The rerun has not taken the focus away.
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Feature 2 has importance")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("has importance")).to_have_count(0)
    settled(page)
    assert "feature" not in query(page)


def test_a_heading_opens_the_close_up_with_the_same_feature(page: Page, app: App) -> None:
    open_page(page, app, "/ladder?feature=3")
    page.locator(".density-sweep .head", has_text=re.compile(r"0\.1$")).click()
    expect(page.locator(".enlarged-density .reading")).to_be_visible()
    settled(page)
    assert query(page)["zoom"] == ["0.1"]
    assert query(page)["feature"] == ["3"]
    expect(page.locator(".enlarged-density .reading")).to_contain_text("Feature 3: |W₃|")
    light = page.locator(".enlarged-density .highlight").first
    box = light.bounding_box()
    assert box is not None
    light.hover(position={"x": 2, "y": 2})
    expect(page.locator(".enlarged-density .tip")).to_contain_text("|W₁|² =")
    screenshot(page, "ladder-closeup")


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_on_a_phone_there_is_one_column_at_a_time(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/ladder")
    assert overflow(page) == 0
    on = page.get_by_role("button", name="Sparser", exact=True)
    expect(page.locator(".density-sweep .where")).to_have_text("1 of 7")
    last = page.locator(".density-sweep .head").last
    expect(last).not_to_be_in_viewport()
    for column in range(2, 8):
        on.click()
        expect(page.locator(".density-sweep .where")).to_have_text(f"{column} of 7")
    expect(on).to_be_disabled()
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    screenshot(page, "ladder-phone")


@pytest.mark.parametrize("view", [PROJECTOR], ids=str)
def test_on_a_projector_all_seven_columns_stand_side_by_side(page: Page, app: App, view: View) -> None:
    open_page(page, app, "/ladder")
    expect(page.locator(".density-sweep")).to_be_visible()
    settled(page)
    assert overflow(page) == 0
    places = heads(page)
    assert len(places) == 7
    assert places == sorted(set(places))
    figure = page.locator(".density-sweep").bounding_box()
    assert figure is not None
    assert figure["height"] < 900
    screenshot(page, "ladder-projector")
