"""How large letters are in drawings, as they arrive on the screen: a drawing that shrinks takes its words along."""

from playwright.sync_api import Page

LEAST = 12
"""Pixels that letters have at least, also on a phone."""

_SMALL = """(least) => {
    const found = []
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot)
            if (!(element instanceof SVGTextContentElement)) continue
            if (!element.checkVisibility({ visibilityProperty: true })) continue
            if (![...element.childNodes].some((child) => child instanceof Text && child.data.trim())) continue
            const { a, b, c, d } = element.getScreenCTM()
            const size = parseFloat(getComputedStyle(element).fontSize) * Math.sqrt(Math.abs(a * d - b * c))
            // Letters of no size are words that are left out.
            if (size > 0 && size < least - 0.05) found.push(`${element.textContent}: ${size.toFixed(1)}`)
        }
    }
    look(document)
    return found
}"""


def small_letters(page: Page) -> list[str]:
    """Words in the drawings of a page that are smaller than `LEAST`, and their size in pixels."""
    page.wait_for_selector("html[data-settled]", state="attached")
    small: list[str] = page.evaluate(_SMALL, LEAST)
    return small
