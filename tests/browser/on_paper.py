"""Whether the figures of a page fit on sheets."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

# A4 without the margins of 12 mm, in pixels of CSS.
SHEET = ViewportSize(width=703, height=1032)


def check_sheets(page: Page) -> None:
    """Fail if a figure is larger than a sheet or may be split; leaves the page as it is on a screen."""
    screen = page.viewport_size
    assert screen is not None
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    page.wait_for_timeout(300)
    figures = page.locator("[class*='st-key-figure_']")
    assert figures.count()
    for figure in figures.all():
        box = figure.bounding_box()
        assert box is not None
        assert box["height"] < SHEET["height"], figure.get_attribute("class")
        assert box["x"] >= -1
        assert box["x"] + box["width"] <= SHEET["width"] + 1
        assert figure.evaluate("figure => getComputedStyle(figure).breakInside") == "avoid"
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)
