"""Below every figure: its explanation, which points at what is there, and itself as a file."""

from __future__ import annotations

import base64
import re
import struct
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.figure_labels import LABEL, check_labels, explain, figures
from tests.browser.harness import (
    LAPTOP,
    LAPTOP_AT_NIGHT,
    PHONE,
    PHONE_AT_NIGHT,
    App,
    Guard,
    View,
    open_page,
    overflow,
    settled,
    turn_to,
)
from tests.browser.touch import finger, middle_now
from toymodels.app.explanations import EXPLANATIONS

# A page in a state in which some of its figures are shown. What pages show on arrival is walked in test_every_page.py;
# every figure but those that a visitor trains is in one or the other.
PATHS = [
    "/",
    "/pentagon?seeds=true",
    "/measure?seeds=true",
    "/measure?W=1,0,0,1;0,1,0,1;0,0,1,1",
    "/ladder?zoom=0.1",
    "/ladder?seeds=true",
    "/why?seeds=true",
    "/geometry?group=10",
    "/correlated?seeds=true",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_label_points_at_what_is_there(page: Page, app: App, guard: Guard, path: str) -> None:
    # So that what moves by itself stands still.
    page.emulate_media(reduced_motion="reduce")
    open_page(page, app, path)
    check_labels(page, guard, path.partition("?")[0].strip("/"))


def test_all_figures_are_looked_at(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon")
    offered = {name for name, _ in figures(page)}
    assert offered == {"sparsity_axis", "film", "sweep", "chances", "curve", "gram"}
    # An axis has lines as well, which no label means.
    chart = dict(figures(page))["curve"]
    label = explain(chart)
    while label.locator("p").inner_text() != "The chosen S.":
        label.get_by_role("button", name="Next").click()
    ring, rule = page.locator(".figure-explanation .ring"), chart.locator(".role-mark.mark-rule line")
    page.wait_for_timeout(300)
    assert middle_now(ring) == pytest.approx(middle_now(rule), abs=3)


@pytest.mark.parametrize("view", [PHONE], ids=str)
def test_on_a_phone_it_lies_at_the_foot_and_is_walked_by_finger(page: Page, app: App, view: View, guard: Guard) -> None:
    open_page(page, app, "/pentagon")
    figure = dict(figures(page))["sparsity_axis"]
    explain(figure)
    label = page.locator(LABEL)
    for look in (view, PHONE_AT_NIGHT):
        turn_to(page, guard, look)
        box = label.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= view.height
        assert overflow(page) == 0
    first = label.locator("p").inner_text()
    with finger(page) as hand:
        button = label.get_by_role("button", name="Next")
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= 44
        hand.tap(*middle_now(button))
        expect(label.locator("p")).not_to_have_text(first)
        hand.tap(*middle_now(label.get_by_role("button", name="Previous")))
        expect(label.locator("p")).to_have_text(first)
        hand.tap(*middle_now(label.get_by_role("button", name="Close the explanation")))
    expect(label).to_have_count(0)


def test_axe_finds_nothing_serious_in_a_label(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app, "/pentagon")
    explain(dict(figures(page))["curve"])
    for look in (LAPTOP, PHONE_AT_NIGHT):
        turn_to(page, guard, look)
        expect(page.locator(LABEL)).to_be_visible()
        assert violations(page) == []


def test_by_keyboard(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon")
    button = dict(figures(page))["film"].get_by_role("button", name="Explain this picture")
    button.focus()
    page.keyboard.press("Enter")
    label = page.locator(LABEL)
    expect(label.get_by_role("button", name="Next")).to_be_focused()
    expect(label.locator("span")).to_have_text("1 of 5")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(label.locator("span")).to_have_text("3 of 5")
    page.keyboard.press("ArrowLeft")
    expect(label.locator("span")).to_have_text("2 of 5")
    page.keyboard.press("Escape")
    expect(label).to_have_count(0)
    expect(button).to_be_focused()
    # The key alone takes the figure in sight; in a field it is a letter.
    page.keyboard.press("e")
    expect(label.locator("span")).to_have_text("1 of 5")
    page.keyboard.press("Escape")


def test_in_a_talk_a_clicker_walks_through_it_first(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon?talk=1&stop=axis")
    page.wait_for_function("document.documentElement.dataset.fitted === 'true'")
    page.keyboard.press("e")
    label = page.locator(LABEL)
    expect(label.locator("span")).to_have_text("1 of 8")
    for step in range(2, 9):
        page.keyboard.press("PageDown")
        expect(label.locator("span")).to_have_text(f"{step} of 8")
    page.keyboard.press("PageUp")
    expect(label.locator("span")).to_have_text("7 of 8")
    page.keyboard.press("Escape")
    expect(label).to_have_count(0)
    assert "stop=axis" in page.url
    assert "talk=1" in page.url
    page.keyboard.press("PageDown")
    page.wait_for_url("**stop=film**")


def test_the_figure_can_be_used_meanwhile(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon")
    figure = dict(figures(page))["sparsity_axis"]
    label = explain(figure)
    ring = page.locator(".figure-explanation .ring")
    before = ring.bounding_box()
    assert before is not None
    page.get_by_role("slider", name="Sparsity S").focus()
    page.keyboard.press("Home")
    settled(page)
    expect(label).to_be_visible()
    width = "document.querySelector('.figure-explanation .ring').getBoundingClientRect().width"
    page.wait_for_function(f"Math.abs({width} - {before['width']}) > 1")


# ---- files ----

SVG = "{http://www.w3.org/2000/svg}"


def saved(figure: Locator, kind: str, by_keyboard: bool = False) -> tuple[str, bytes]:
    """The file of a figure: its name and content. By keyboard no pointer passes over a figure, which would answer."""
    button = figure.get_by_role("button", name=f"Save as {kind}")
    with figure.page.expect_download() as download:
        button.press("Enter") if by_keyboard else button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def words_of(root: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("path", ["/pentagon?S=0.85", "/measure?S=0.8", "/ladder?m=4"])
def test_every_figure_is_a_drawing_with_its_caption_address_and_numbers(page: Page, app: App, path: str) -> None:
    open_page(page, app, path)
    name = path.partition("?")[0].strip("/")
    state = path.partition("?")[2]
    for figure_name, figure in figures(page):
        file, content = saved(figure, "SVG")
        assert file == f"{name}_{figure_name}_{state}.svg"
        root = ElementTree.fromstring(content)
        words = words_of(root)
        assert EXPLANATIONS[name][figure_name].caption in words
        assert page.url in words.replace(" ", "")
        text = content.decode()
        # What it needs it has: no style sheet, variable, script or address of a file.
        assert "var(--" not in text
        assert "<script" not in text
        assert "foreignObject" not in text
        assert not re.search(r"(href|src)=\"(?!data:|#)", text)
        assert set(re.findall(r"url\((?!data:|&quot;#|\"#|#)([^)]*)\)", text)) == set()
        assert "@font-face" in text
        assert "data:font/woff2;base64," in text
        if figure_name == "sparsity_axis" and name == "pentagon":
            shown = figure.locator("svg.gram text.on-dense, svg.gram g text").all_text_contents()
            assert shown
            assert all(number in words for number in shown)
            assert "Explain" not in words


def test_a_chart_is_saved_in_one_way_only_as_a_picture_three_times_as_large(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon")
    figure = dict(figures(page))["curve"]
    _, drawing = saved(figure, "SVG")
    file, content = saved(figure, "PNG")
    assert file == "pentagon_curve.png"
    root = ElementTree.fromstring(drawing)
    assert struct.unpack(">II", content[16:24]) == (3 * int(root.get("width", 0)), 3 * int(root.get("height", 0)))
    # Of its own offers Streamlit keeps the full screen.
    figure.locator("[data-testid='stVegaLiteChart']").hover()
    expect(figure.locator("[aria-label^='Fullscreen']")).to_have_count(1)
    expect(figure.locator("[aria-label^='Download as PNG']:visible")).to_have_count(0)


COLOUR = re.compile(r"#[0-9a-f]{6}\b|rgba?\([^)]*\)|color\([^)]*\)")


def colours(drawing: bytes) -> list[tuple[bool, list[float]]]:
    """What a saved figure is drawn in: whether it is that of words, and red, green, blue from 0 to 255, and opacity."""
    return [
        (
            element.tag == f"{SVG}text",
            [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
            if colour.startswith("#")
            else [float(number) for number in re.findall(r"[\d.]+", colour)],
        )
        for element in ElementTree.fromstring(drawing).iter()
        if element.tag != f"{SVG}style"
        for name in ("fill", "stroke", "stop-color", "style")
        for colour in COLOUR.findall(element.get(name, ""))
    ]


def pixels(drawing: bytes) -> list[Image.Image]:
    """The pictures within a saved figure."""
    return [
        Image.open(BytesIO(base64.b64decode(image.get("href", "").partition(",")[2]))).convert("RGBA")
        for image in ElementTree.fromstring(drawing).iter(f"{SVG}image")
    ]


# Components, charts, pixels and faces, whose colours are the same on any page.
@pytest.mark.parametrize("view", [LAPTOP_AT_NIGHT], ids=str)
@pytest.mark.parametrize("path", ["/pentagon", "/why", "/phase_change", "/faces", "/good_or_bad", "/measure?S=0.8"])
def test_in_the_dark_a_figure_is_saved_as_in_the_light(
    page: Page, app: App, guard: Guard, view: View, path: str
) -> None:
    open_page(page, app, path)
    in_the_dark = [saved(figure, "SVG", by_keyboard=True)[1] for _, figure in figures(page)]
    turn_to(page, guard, LAPTOP)
    for (name, figure), there in zip(figures(page), in_the_dark, strict=True):
        here = saved(figure, "SVG", by_keyboard=True)[1]
        assert len(colours(there)) == len(colours(here)), name
        for (words, dark), (_, light) in zip(colours(there), colours(here), strict=True):
            # Streamlit's own greys differ a little; words on a cell may be black or white, whichever can be read.
            near = dark == pytest.approx(light, abs=24)
            assert near or (words and dark in INKS and light in INKS), (name, dark, light)
        for dark_one, light_one in zip(pixels(there), pixels(here), strict=True):
            assert np.asarray(dark_one, np.float64) == pytest.approx(np.asarray(light_one, np.float64), abs=6), name


INKS = [[0, 0, 0], [255, 255, 255], [17, 20, 27]]
"""In which words are written on cells: black, white, and the text of a light page."""
