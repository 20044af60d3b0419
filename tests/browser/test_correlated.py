"""A visitor on the page of correlated features: names that do not hide one another, and models that follow S."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import VIEWS, App, Guard, View, open_page, overflow, screenshot, turn_to

PLANE = ".sparsity-axis .arrow-plane"


def names_apart(page: Page) -> float:
    """Least distance between the middles of two names in the plane, in pixels of the drawing."""
    return float(
        page.locator(f"{PLANE} text").evaluate_all(
            """names => {
              const at = names.filter((one) => one.getAttribute("visibility") !== "hidden")
                .map((one) => [one.x.baseVal[0].value, one.y.baseVal[0].value])
              return Math.min(...at.flatMap(([x, y], i) => at.slice(i + 1).map(([u, v]) => Math.hypot(x - u, y - v))))
            }"""
        )
    )


@pytest.mark.parametrize("view", VIEWS[:1], ids=str)
def test_a_shared_link_opens_and_no_name_hides_another(page: Page, app: App, guard: Guard, view: View) -> None:
    open_page(page, app, "/correlated?S=0.3")
    for view in VIEWS:
        turn_to(page, guard, view)
        expect(page.get_by_role("heading", level=1)).to_have_text("Features that come together")
        expect(page.locator(".arrow-planes .arrow-plane")).to_have_count(2)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        assert overflow(page) == 0
        assert names_apart(page) > 15
        screenshot(page, f"correlated-{view}")
