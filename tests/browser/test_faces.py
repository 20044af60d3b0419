"""A visitor on the page of faces: a shared link, a slider by keyboard, a face dragged by hand."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import toymodels as tm
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
from tests.browser.page_slider import drag, record, recorded
from toymodels.experiments.faces import face_spec
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.models import autoencode


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_cold_on_that_experiment(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/faces?S=0.95&activation=linear")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("A face through a bottleneck")
        expect(page.get_by_role("slider", name="Sparsity S")).to_have_value("0.95")
        expect(page.get_by_text("At S = 0.95 (each")).to_be_visible()
        expect(page.locator(".code.trained .plane svg")).to_be_visible()
        assert overflow(page) == 0
        screenshot(page, f"faces-{view}")
    check_what_is_taken_home(page, "faces", b"S,code,loss")


def test_moving_the_sparsity_by_keyboard_changes_the_picture_and_the_link(page: Page, app: App) -> None:
    open_page(page, app, "/faces?S=0.3")
    trained = page.locator(".code.trained")
    expect(trained.locator(".note")).to_have_text("h = [x₁, x₂]: lips, head left out")
    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    slider.press("End")
    expect(trained.locator(".note")).to_contain_text("partners: ")
    settled(page)
    assert page.url.endswith("?S=0.99")


def test_while_s_is_dragged_the_faces_follow_without_a_rerun_and_the_page_then_agrees(
    page: Page, app: App, guard: Guard
) -> None:
    open_page(page, app, "/faces?S=0.5")
    runs = guard.runs
    record(page)
    drag(page)
    assert len(set(recorded(page))) >= 20
    assert guard.runs == runs
    stage, losses = page.locator(".faces"), page.locator(".sparsity-axis")
    expect(stage).to_contain_text("At S = 0.99 (each")
    expect(stage).to_contain_text("Eight faces at S = 0.99")
    expect(losses).to_contain_text("times at S = 0.99")
    in_hand = [figure.evaluate("figure => figure.innerHTML") for figure in (stage, losses)]
    page.mouse.up()
    guard.await_runs(page, runs + 1)
    settled(page)
    assert guard.runs == runs + 1
    assert [figure.evaluate("figure => figure.innerHTML") for figure in (stage, losses)] == in_hand
    expect(page).to_have_url(re.compile(r"S=0\.99"))
    loss = re.search(r"\bloss ([\d.]+)", losses.inner_text())
    assert loss is not None
    note = page.get_by_text(re.compile(r"^Trained .* on held-out inputs\.$")).inner_text()
    assert f"Loss {loss[1]}" in note


def test_dragging_a_face_causes_no_rerun_and_it_survives_one(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/faces?S=0.9")
    runs = guard.runs
    loss = page.locator(".code").first.locator(".loss b")
    head = page.locator(".input .face svg > g > g").first
    before = loss.inner_text(), head.get_attribute("transform")
    dial = page.get_by_label("x₄ head")
    dial.fill("0.1")
    box = dial.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + (0.2 + 0.035 * step) * box["width"], box["y"] + box["height"] / 2)
    page.mouse.up()
    assert float(dial.input_value()) > 0.7
    assert loss.inner_text() != before[0]
    assert head.get_attribute("transform") != before[1]
    settled(page)
    assert guard.runs == runs

    page.get_by_label("x₂ nose").fill("0.62")
    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text("At S = 0.89 (each")).to_be_visible()
    settled(page)
    assert page.get_by_label("x₂ nose").input_value() == "0.62"


def test_the_loss_of_the_face_in_the_hand_is_the_models_and_a_sample_can_be_put_there(page: Page, app: App) -> None:
    open_page(page, app, "/faces?S=0.5")
    x = np.array([0.8, 0.1, 0.4, 0.7])
    for dial, value in zip(page.locator(".faces .slider input").all(), x, strict=True):
        dial.fill(str(value))
    run = tm.train(face_spec(DENSITIES), seed=0, tracked=True).at(0.5)
    loss = run.spec.importances @ (x - autoencode(run.W[0], run.b[0], x[None])[0]) ** 2
    assert float(page.locator(".code.trained .loss b").inner_text()) == pytest.approx(loss, abs=1e-3)

    sample = page.get_by_role("button", name="Take this face as the input").nth(2)
    words = sample.get_attribute("title") or ""
    sample.click()
    eyes = words.split(",")[0].removeprefix("eyes ")
    expect(page.locator(".slider output").first).to_have_text(eyes)


def test_five_fast_moves_end_on_the_last_one(page: Page, app: App) -> None:
    open_page(page, app, "/faces?S=0.5&seed=7")
    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    expect(page.get_by_text("At S = 0.55 (each")).to_be_visible()
    settled(page)
    expect(page.get_by_text("At S = 0.55 (each")).to_be_visible()


def test_nonsense_in_the_url_opens_the_page_with_a_sentence(page: Page, app: App) -> None:
    open_page(page, app, "/faces?S=<script>alert(1)</script>&seed=" + "9" * 3000)
    notes = page.get_by_test_id("stAlert")
    expect(notes).to_have_count(2)
    expect(page.locator(".code.trained .plane svg")).to_be_visible()


def test_walking_to_another_page_and_back_keeps_the_state(page: Page, app: App) -> None:
    open_page(page, app, "/faces?seed=3")
    slider = page.get_by_role("slider", name="Sparsity S")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text("At S = 0.89 (each")).to_be_visible()
    settled(page)
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Superposition")
    settled(page)
    page.keyboard.press("n")
    expect(page.get_by_text("At S = 0.89 (each")).to_be_visible()
    settled(page)
    assert page.url.endswith("/faces?S=0.89&seed=3") or page.url.endswith("/faces?seed=3&S=0.89")
