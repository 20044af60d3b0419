"""A visitor on the page of why: the curve in the hand, the pairs of the model, and the same loss as in Python."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

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
from tests.browser.page_slider import drag_and_release
from toymodels.analysis.losses import one_active

FIGURE = ".interference"


def python_loss(a: float, b: float) -> float:
    """Int_0^1 ReLU(a x + b)^2 dx, as one entry of the library's closed form."""
    return float(one_active(np.array([[1.0, a], [0.0, 0.0]]), np.array([0.0, b]), 1.0).interference[0, 1])


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_model(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/why?n=6&S=0.95&form=x+%3D+1")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Why only with a ReLU?")
        expect(page.get_by_role("slider", name="Sparsity S")).to_have_value("0.95")
        expect(page.get_by_role("radio", name="x = 1")).to_be_checked()
        expect(page.get_by_text("features in 2 dimensions")).to_be_visible()
        expect(page.locator(f"{FIGURE} svg.map .pair")).to_have_count(30)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        assert overflow(page) == 0
        screenshot(page, f"why-{view}")
    check_what_is_taken_home(page, "why", b"active,output,product")


def test_dragging_causes_no_rerun_and_a_pair_stays_in_the_hand_while_another_form_goes_into_the_link(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/why?S=0.9")
    runs = guard.runs
    loss = page.locator(f"{FIGURE} .loss > b")
    expect(loss).to_have_text(f"{python_loss(0.7, -0.2):.3g}")
    # By keyboard, down to where the bias eats all of the interference.
    dial = page.get_by_label("interference Wⱼ·Wᵢ")
    dial.focus()
    for _ in range(50):
        dial.press("ArrowLeft")
    expect(loss).to_have_text("0")
    expect(page.locator(f"{FIGURE} .says")).to_contain_text("Free.")
    # By hand, the point in the map: to the upper right, where it adds to the loss.
    square = page.locator(f"{FIGURE} svg.map")
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    for step in range(11):
        page.mouse.move(box["x"] + (0.4 + 0.04 * step) * box["width"], box["y"] + (0.7 - 0.05 * step) * box["height"])
    page.mouse.up()
    a, b = (float(page.get_by_label(label).input_value()) for label in ("interference Wⱼ·Wᵢ", "bias bⱼ"))
    assert a > 0.5
    assert b > 0.3
    expect(loss).to_have_text(f"{python_loss(a, b):.3g}")
    expect(page.locator(f"{FIGURE} .says")).to_contain_text("Loss at every x.")
    # By hand, the left end of the line, which is the bias.
    handle = page.locator(f"{FIGURE} svg .handle").first
    grip = handle.bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + 90, steps=5)
    page.mouse.up()
    assert float(page.get_by_label("bias bⱼ").input_value()) < b - 0.2
    assert float(page.get_by_label("interference Wⱼ·Wᵢ").input_value()) == a
    settled(page)
    assert guard.runs == runs

    choice = page.get_by_label("or take a pair of the trained model")
    choice.select_option(index=1)
    assert choice.locator("option").nth(1).inner_text().endswith("free")
    expect(page.locator(f"{FIGURE} .says")).to_contain_text("Free.")
    taken = page.get_by_label("bias bⱼ").input_value()
    page.get_by_text("x = 1", exact=True).click()
    expect(page.get_by_text("nothing is random")).not_to_have_count(0)
    settled(page)
    assert page.get_by_label("bias bⱼ").input_value() == taken
    link = page.url
    assert "form=x" in link
    page.goto("about:blank")
    page.goto(link)
    settled(page)
    expect(page.get_by_role("radio", name="x = 1")).to_be_checked()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)

    # The model of every sparsity, under this form, follows the slider.
    figure = page.locator(".sparsity-axis")
    drag_and_release(page, guard, figure)
    expect(page).to_have_url(re.compile(r"S=0\.99"))
    page.get_by_role("slider", name="Sparsity S").press("ArrowLeft")
    expect(figure).to_have_attribute("data-stop", "98")
    settled(page)
    expect(page).to_have_url(re.compile(r"S=0\.98"))
