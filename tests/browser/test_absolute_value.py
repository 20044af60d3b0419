"""A visitor on the page of computing in superposition: two neurons share the work, and one inhibits another."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

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


def card(page: Page, title: str) -> Locator:
    return page.locator(".inhibition .card").filter(has_text=title).first


def drag(page: Page, dial: Locator, start: float, end: float) -> None:
    """Take the handle of a dial at one part of its length to another."""
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(box["x"] + (start + (end - start) * step / 10) * box["width"], y)
    page.mouse.up()


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_experiment(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/absolute_value?S=0.85&simple=2")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Computing in superposition")
        expect(page.locator(".absolute-value .feature")).to_have_count(3)
        expect(page.get_by_text("n = 10, m = 10, Iᵢ = 0.8ⁱ⁻¹, S = 0.85")).to_be_visible()
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(7)
        assert overflow(page) == 0
        screenshot(page, f"absolute-value-{view}")
    check_what_is_taken_home(page, "absolute_value", b"neuron,kind,in_motif,monosemanticity,effective_features,in_x1")


def test_features_are_dragged_without_a_rerun_neurons_take_turns_and_inhibition_silences_b(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/absolute_value")
    runs = guard.runs
    feature = page.locator(".absolute-value .feature").nth(1)
    trained = feature.locator(".sum").nth(1).locator(".tile .value")
    dial = feature.get_by_role("slider", name="x₁")
    expect(trained).to_have_text(["0.00", "0.70", "0.70"])
    drag(page, dial, 0.85, 0.2)
    negative, positive, output = (float(text.replace("−", "-")) for text in trained.all_inner_texts())
    x = float(dial.input_value())
    assert x < -0.4
    assert positive == 0
    assert negative == output == pytest.approx(-x, abs=0.015)
    dial.focus()
    dial.press("Home")
    expect(trained).to_have_text(["1.00", "0.00", "1.00"])

    trained = card(page, "Trained, neurons")
    row = trained.locator("tbody tr").nth(1).locator("td")
    wanted, gets, bare = (float(text) for text in row.all_inner_texts()[1:])
    assert wanted == 0
    assert gets < 0.2
    assert bare > 1
    label = trained.locator("svg").get_attribute("aria-label") or ""
    assert re.search(r"B: wanted 0\.00, gets 0\.\d\d, not inhibited [1-9]", label)
    ideal = card(page, "By hand")
    expect(ideal.locator("tbody tr").nth(1).locator("td")).to_have_text(["B", "0.00", "0.00", "3.20"])
    page.get_by_role("button", name="B alone").click()
    expect(ideal.locator("td.gets")).to_have_text(["0.20", "0.80", "0.00"])
    page.get_by_role("button", name="B and C").click()
    expect(ideal.locator("td.gets")).to_have_text(["0.20", "0.00", "0.60"])
    expect(page.get_by_role("button", name="B and C")).to_have_attribute("aria-pressed", "true")
    drag(page, page.get_by_label("x of C"), 0.6, 0.0)
    expect(ideal.locator("td.gets")).to_have_text(["0.20", "0.80", "0.00"])
    settled(page)
    assert guard.runs == runs


def test_what_is_in_the_hand_survives_a_rerun(page: Page, app: App) -> None:
    open_page(page, app, "/absolute_value")
    page.get_by_label("x of A").fill("0.35")
    page.locator(".absolute-value").get_by_role("slider", name="x₂").fill("-0.2")
    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("Iᵢ = 0.8ⁱ⁻¹, S = 0.78")).to_be_visible()
    settled(page)
    assert page.get_by_label("x of A").input_value() == "0.35"
    assert page.locator(".absolute-value").get_by_role("slider", name="x₂").input_value() == "-0.2"
    slider.press("Home")
    expect(page.get_by_text("No instance of the motif in this model at S = 0.")).to_be_visible()
    expect(page.locator(".inhibition .card")).to_have_count(1)
    assert page.get_by_label("x of A").input_value() == "0.35"
