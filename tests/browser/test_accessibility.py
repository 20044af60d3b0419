"""axe looks at every page, in both themes and at both widths, with everything opened that a visitor can open."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.harness import LAPTOP, LAPTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, App, Guard, open_page, turn_to
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, PAGES

PATHS = [
    "/",
    *(f"/{place.name}" for place in (*PAGES, GLOSSARY, COMPARE)),
    "/ladder?zoom=0.1&feature=3",
    "/pentagon?talk=1&stop=question",
]

# What we cannot mend: a rule, the element of Streamlit's that breaks it, and why it stays. As short as can be.
NOT_OURS = [
    # Formulas and tables scroll sideways where they are wider than the page. Streamlit gives us no hold on what
    # scrolls; Chromium and Firefox let the Tab key reach it, and only Safari does not.
    ("scrollable-region-focusable", ".katex-display"),
    ("scrollable-region-focusable", ".stTable > div"),
]


def violations(page: Page) -> list[str]:
    """Serious and critical violations, one line per element."""
    found = []
    # Only violations: to describe all that is well takes longer than to look.
    for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        for node in violation["nodes"]:
            if violation["impact"] in ("serious", "critical") and not _is_not_ours(
                page, violation["id"], node["target"]
            ):
                checks = node["any"] + node["all"] + node["none"]
                found.append(f"{violation['id']}: {node['html'][:200]}: {'; '.join(one['message'] for one in checks)}")
    return found


def _is_not_ours(page: Page, broken: str, target: list[str | list[str]]) -> bool:
    # A list within the target is a way into shadow trees, where everything is ours.
    where = target[-1]
    return isinstance(where, str) and any(
        broken == rule and page.locator(where).evaluate("(element, selector) => element.matches(selector)", selector)
        for rule, selector in NOT_OURS
    )


def open_everything(page: Page) -> None:
    """Unfold every expander."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(page: Page, app: App, guard: Guard, path: str) -> None:
    open_page(page, app, path)
    for view in (LAPTOP, PHONE, PHONE_AT_NIGHT, LAPTOP_AT_NIGHT):
        turn_to(page, guard, view)
        open_everything(page)
        assert violations(page) == [], view


def test_axe_would_find_something(page: Page) -> None:
    page.set_content("<html lang=en><title>.</title><main><h1>.</h1><p style='color: #aaa'>Hardly there.</p></main>")
    assert [found.split(":")[0] for found in violations(page)] == ["color-contrast"]
