"""On paper: no menu and nothing to press, and the address. Every figure on one sheet: test_every_page.py."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.harness import App, open_page, settled
from tests.browser.on_paper import SHEET


def test_a_sheet_has_the_address_and_no_menu(page: Page, app: App) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, app, "/pentagon?S=0.85")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".printed-address")).to_have_text(page.url)
    for gone in ("[data-testid='stSidebar']", "[data-testid='stHeader']", ".figure-tools", "[data-testid='stDownloadButton']", ".st-key-present"):  # fmt: skip  # noqa: E501
        expect(page.locator(f"{gone}:visible")).to_have_count(0)
    for stays in ("h1", "[class*='st-key-figure_film']", "[data-testid='stSlider']"):
        expect(page.locator(stays).first).to_be_visible()
    # A figure in the colours of a dark page keeps its ground; all else is black on white.
    for part, colour, ground in (
        ("[data-testid='stApp']", None, "rgb(255, 255, 255)"),
        ("[data-testid='stMainBlockContainer'] [data-testid='stMarkdown'] p", "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"),
        ("[class*='st-key-figure_film']", None, "rgb(20, 22, 28)"),
    ):
        expect(page.locator(part).first).to_have_css("background-color", ground)
        if colour is not None:
            expect(page.locator(part).first).to_have_css("color", colour)
    # The row of controls, which a window holds at its edge, lies over nothing on a sheet.
    screen = page.viewport_size
    page.set_viewport_size(SHEET)
    row, below = (
        page.locator(f"[data-testid='stLayoutWrapper']:has(> .st-key-controls){after}").first.bounding_box()
        for after in ("", " + *")
    )
    assert row is not None
    assert below is not None
    assert row["y"] + row["height"] <= below["y"] + 1
    assert screen is not None
    page.set_viewport_size(screen)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".printed-address")).to_have_count(0)
    # The whole page, not only what the window shows.
    content = page.pdf(format="A4")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 6
    page.emulate_media(media="screen")
    settled(page)
    expect(page.locator(".printed-address")).to_have_count(0)
