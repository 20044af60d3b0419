"""What axe finds on a page that is open."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

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
