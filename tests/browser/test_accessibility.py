"""axe looks at every page, in both themes and at both widths, with everything opened that a visitor can open."""

from pathlib import PurePath

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.harness import LAPTOP, LAPTOP_AT_NIGHT, PHONE, App, View, open_page, settled
from toymodels.app.frame import TALK

PATHS = ["/", *(f"/{PurePath(place.file).stem}?seeds=true" for place in TALK), "/ladder?zoom=0.1&feature=3"]

# What we cannot mend: a rule, how the element begins that breaks it, and why it stays. As short as can be.
NOT_OURS = [
    # Formulas scroll sideways where they are wider than the page. Streamlit's Markdown gives us no hold on the element;
    # Chromium and Firefox let the Tab key reach what scrolls, and only Safari does not.
    ("scrollable-region-focusable", '<span class="katex-display">'),
]


def violations(page: Page) -> list[str]:
    """Serious and critical violations, one line per element."""
    found = []
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            ours = not any(violation["id"] == rule and node["html"].startswith(start) for rule, start in NOT_OURS)
            if violation["impact"] in ("serious", "critical") and ours:
                checks = node["any"] + node["all"] + node["none"]
                found.append(f"{violation['id']}: {node['html'][:200]}: {'; '.join(one['message'] for one in checks)}")
    return found


def open_everything(page: Page) -> None:
    """Unfold every expander."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")


@pytest.mark.parametrize("view", [LAPTOP, LAPTOP_AT_NIGHT], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(page: Page, app: App, view: View, path: str) -> None:
    open_page(page, app, path)
    open_everything(page)
    assert violations(page) == []
    # The same page, narrow: components fold, and the menu is closed.
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    settled(page)
    assert violations(page) == []


def test_axe_would_find_something(page: Page) -> None:
    page.set_content("<html lang=en><title>.</title><main><h1>.</h1><p style='color: #aaa'>Hardly there.</p></main>")
    assert [found.split(":")[0] for found in violations(page)] == ["color-contrast"]
