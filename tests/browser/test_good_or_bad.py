"""A visitor on the last page of the talk: what superposition saves and costs, and a training that is scrubbed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PATIENCE, VIEWS, App, Guard, View, overflow, screenshot, settled, turn_to

THE_START, THE_END = "step 0 of 10000", "step 10000 of 10000"


def open_trained(page: Page, app: App, path: str) -> None:
    """Open the page, which trains longer than others on a machine that is busy, and wait for its last line."""
    page.goto(app.address + path, wait_until="domcontentloaded", timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"^Trained\b.*in [0-9.]+ s"))).to_be_visible(timeout=5 * PATIENCE)
    settled(page)


def film(page: Page) -> Locator:
    return page.locator(".transitions")


def shared(page: Page) -> int:
    """Cells off the diagonal of W^T W that are clearly not zero: two for each pair of features in one dimension."""
    opacity = film(page).locator(".products rect[fill-opacity]")
    strengths = opacity.evaluate_all("all => all.map(cell => Number(cell.getAttribute('fill-opacity')))")
    assert len(strengths) == 64
    return sum(strength > 0.3 for k, strength in enumerate(strengths) if k % 9)


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_experiment(page: Page, app: App, guard: Guard, view: View) -> None:
    open_trained(page, app, "/good_or_bad?m=4")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Good or bad?")
        expect(page.locator("strong", has_text=re.compile(r"4 dimensions do what \d\.\d do without"))).to_be_visible()
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(6)
        assert overflow(page) == 0
        screenshot(page, f"good-or-bad-{view}")


def test_the_film_tells_its_drops_is_scrubbed_without_a_rerun_and_stays_when_m_moves(
    page: Page, app: App, guard: Guard
) -> None:
    open_trained(page, app, "/good_or_bad?m=4")
    drops, jumps = film(page).locator("rect.drop"), film(page).locator("circle.jump")
    label = film(page).locator(".course svg").get_attribute("aria-label") or ""
    said = re.search(r"with ([1-9]\d*) drops; ([1-9]\d*) jumps of D, (\d+) of them within a drop", label)
    assert said is not None
    expect(drops).to_have_count(int(said[1]))
    expect(jumps).to_have_count(int(said[2]))
    expect(page.get_by_text(f"{said[3]} of {said[2]} jumps of a D fall within a drop of the loss.")).to_be_visible()
    # The names of jumps hide neither one another nor the steps below the axis.
    names = film(page).locator(".course text.name", has_text=re.compile(r"^x"))
    expect(names).to_have_count(int(said[2]))
    boxes = [box for name in names.all() if (box := name.bounding_box())]
    axis = film(page).locator(".course text", has_text=re.compile(r"^300$")).bounding_box()
    assert axis is not None
    for number, box in enumerate(boxes):
        assert box["y"] + box["height"] <= axis["y"] + 4
        for other in boxes[:number]:
            assert abs(box["x"] - other["x"]) >= 0.8 * other["width"] or abs(box["y"] - other["y"]) >= 10
    # A filled dot lies within a shaded stretch.
    places = [drop.bounding_box() for drop in drops.all()]
    for dot in jumps.all():
        box = dot.bounding_box()
        assert box is not None
        x = box["x"] + box["width"] / 2
        inside = any(place and place["x"] - 1 <= x <= place["x"] + place["width"] + 1 for place in places)
        assert inside == ((dot.get_attribute("fill") or "").startswith("#"))

    runs = guard.runs
    clock = film(page).locator("output")
    expect(clock).to_have_text(THE_END)
    # Four pairs at the end, no feature shares a dimension at the start.
    assert shared(page) == 8
    scrubber = page.get_by_role("slider", name=re.compile("the training, step by step"))
    scrubber.focus()
    page.keyboard.press("Home")
    expect(clock).to_have_text(THE_START)
    assert shared(page) == 0
    expect(scrubber).to_have_attribute("aria-valuetext", "step 0, loss 0.0186, 4 features represented")
    page.keyboard.press("ArrowRight")
    expect(clock).not_to_have_text(THE_START)
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("PageDown")
    page.get_by_role("button", name=re.compile("^Play the film")).click()
    page.get_by_role("button", name="Pause the film").click()
    expect(clock).not_to_have_text(THE_END)
    assert guard.runs == runs

    scrubber.focus()
    page.keyboard.press("Home")
    slider = page.get_by_role("slider", name="Dimensions m")
    slider.focus()
    slider.press("ArrowLeft")
    guard.await_runs(page, runs + 1)
    settled(page)
    expect(page.locator("strong", has_text=re.compile(r"3 dimensions do what \d\.\d do without"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"m=3"))
    expect(film(page).locator("output")).to_have_text(THE_START)
