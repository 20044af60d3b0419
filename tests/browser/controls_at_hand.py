"""Whether the controls of a page stay in sight of every figure that they change."""

from __future__ import annotations

from playwright.sync_api import Page, expect

# Bring one figure after the other to the middle of the window. Their number, and what goes wrong.
_LOOK = """async () => {
    const main = document.querySelector("[data-testid='stMain']")
    const rows = [...document.querySelectorAll("[class*='st-key-controls']")]
    const below = (figure) => rows[0].compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING
    const figures = ["stVegaLiteChart", "stBidiComponentIsolated"]
        .flatMap((kind) => [...main.querySelectorAll(`[data-testid='${kind}']`)])
        .filter((figure) => figure.offsetHeight > 60 && below(figure))
    const wrong = []
    for (const figure of figures) {
        const name = figure.closest("[class*='st-key-']")?.className.match(/st-key-(\\S+)/)?.[1] ?? "chart"
        const fail = (words) => wrong.push(`${name}: ${words}`)
        const { top, height } = figure.getBoundingClientRect()
        main.scrollBy(0, top + Math.min(height, innerHeight) / 2 - innerHeight / 2)
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
        let [upper, lower, taken] = [0, innerHeight, 0]
        for (const row of rows) {
            const above = row.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING
            if (!above || (row !== rows[0] && !row.parentElement.matches(".at-hand"))) continue
            const control = row.firstElementChild.getBoundingClientRect()
            const [x, y] = [(control.left + control.right) / 2, (control.top + control.bottom) / 2]
            const inSight = control.top >= 0 && control.bottom <= innerHeight
            if (!inSight || !row.contains(document.elementFromPoint(x, y))) fail(`${row.innerText} is not in sight`)
            const bar = row.parentElement.getBoundingClientRect()
            taken += bar.height
            if (bar.top < innerHeight / 2) upper = Math.max(upper, bar.bottom)
            else lower = Math.min(lower, bar.top)
        }
        if (taken > innerHeight / 4) fail(`the controls take ${taken} pixels`)
        const box = figure.getBoundingClientRect()
        const seen = Math.min(box.bottom, lower) - Math.max(box.top, upper)
        if (seen < Math.min(0.6 * box.height, 0.5 * innerHeight)) fail(`${seen} of ${box.height} pixels are seen`)
    }
    return [figures.length, wrong]
}"""


def check_controls(page: Page) -> None:
    """Fail if a figure of the page cannot be seen together with the controls above it."""
    # Charts are drawn a moment later than the page.
    expect(page.locator("[data-testid='stVegaLiteChart']:not(:has(svg, canvas))")).to_have_count(0)
    number, wrong = page.evaluate(_LOOK)
    assert number >= 1
    assert wrong == []
