"""What a stop of the talk looks like, measured in the browser: its size, its words, what is empty and what moves."""

from __future__ import annotations

from playwright.sync_api import Page

# Words that are cut off, in the page and inside components: an element that hides what does not fit into it.
CUT_OFF = """() => {
    const found = []
    function look(root) {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot)
            const own = [...element.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
            // The parts of a formula overlap by design; the formula itself is looked at as a whole.
            if (!own || !element.getClientRects().length || element.closest(".katex")) continue
            const style = getComputedStyle(element)
            if (style.position === "absolute" && element.clientWidth <= 1) continue // for screen readers
            const hides = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1
            const box = element.getBoundingClientRect()
            const outside = box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)
            if (hides || outside) found.push(element.textContent.trim().slice(0, 60))
        }
    }
    const main = document.querySelector("[data-testid='stMain']")
    look(main)
    for (const formula of main.querySelectorAll(".katex-display")) {
        const end = formula.getBoundingClientRect().right + 1
        const parts = [...formula.querySelectorAll(".base")]
        if (parts.some((part) => part.getBoundingClientRect().right > end)) found.push("a formula")
    }
    return found
}"""


# Whether the figure has its size, and was the same at three looks after the first. A chart waits before it draws itself
# anew at another width.
AT_REST = """() => {
    const main = document.querySelector("[data-testid='stMain']")
    const now = `${main.outerHTML} ${main.scrollHeight - main.clientHeight}`
    const same = document.documentElement.dataset.fitted === "true" && now === window.lastLook
    window.looks = same ? window.looks + 1 : 0
    window.lastLook = now
    return window.looks >= 2
}"""


def at_rest(page: Page) -> None:
    """Wait until the figure has its size, and has been drawn in it."""
    page.evaluate("window.looks = 0")
    page.wait_for_function(AT_REST, polling=70)


def scrolls(page: Page) -> int:
    """How many pixels of a stop are below the screen."""
    below: int = page.evaluate(
        "(() => { const main = document.querySelector(\"[data-testid='stMain']\");"
        " return main.scrollHeight - main.clientHeight })()"
    )
    return below


# Sizes in which each figure of a stop has been seen since `window.seenSizes` was emptied.
WATCH_SIZES = """() => {
    window.seenSizes = new Map()
    const figures = "[data-testid='stBidiComponentIsolated'], [data-testid='stVegaLiteChart'] :is(svg, canvas)"
    const look = () => {
        // The stop before is there until its figures are hidden.
        if (document.documentElement.dataset.fitted !== "true") window.seenSizes.clear()
        document.querySelectorAll(`[data-testid='stMain'] :is(${figures})`).forEach((figure) => {
            if (!figure.checkVisibility({ visibilityProperty: true })) return
            const { width, height } = figure.getBoundingClientRect()
            if (!height) return
            if (!window.seenSizes.has(figure)) window.seenSizes.set(figure, new Set())
            window.seenSizes.get(figure).add(`${Math.round(width / 4)} x ${Math.round(height / 4)}`)
        })
        requestAnimationFrame(look)
    }
    look()
}"""

# Words in figures, by their size on the screen in pixels where it is below 14.
SMALL_WORDS = """() => {
    const found = []
    function look(root, figure) {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot, true)
            const own = [...element.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
            const svg = element.ownerSVGElement
            if (!own || !(svg || figure) || !element.getClientRects().length) continue
            if (!element.checkVisibility({ visibilityProperty: true })) continue
            const size = parseFloat(getComputedStyle(element).fontSize)
            const matrix = svg && element.getScreenCTM()
            const pixels = size * (svg ? Math.hypot(matrix.a, matrix.b) : element.currentCSSZoom)
            if (pixels < 13.9) found.push(`${element.textContent.trim().slice(0, 20)}: ${pixels.toFixed(1)}`)
        }
    }
    look(document.querySelector("[data-testid='stMain']"), false)
    return found
}"""

# Where the title, the foot and "Leave" are, and how many pixels are free between the last of the stop and the foot.
PLACES = """() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect()
    const block = document.querySelector("[data-testid='stMainBlockContainer']")
    let bottom = 0
    function look(root) {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot)
            const leaf = element instanceof SVGElement || !element.children.length
            if (element.closest(".st-key-foot, .katex-mathml") || !leaf) continue
            const { width, height, bottom: end } = element.getBoundingClientRect()
            if (width > 1 && height > 1) bottom = Math.max(bottom, end)
        }
    }
    look(block)
    const [title, foot, leave] = [box("h1"), box(".st-key-foot"), box(".st-key-leave")]
    return { fixed: [title.left, title.height, foot.top, leave.left].map(Math.round), free: foot.top - bottom }
}"""

# Words of a drawing that lie over one another, and names of phases that are not within it. The box of a word has a
# fifth of its height above and below the letters.
OVER = """(svgs) => svgs.flatMap((svg) => {
    const frame = svg.getBoundingClientRect()
    const words = [...svg.querySelectorAll("text")].filter((one) => one.textContent).map((one) => {
        const { left, right, top, bottom, height, width } = one.getBoundingClientRect()
        const [across, down] = width < height && one.textContent.length > 4 ? [0.2 * width, 0] : [0, 0.2 * height]
        const outside = one.matches(".phase") && (left < frame.left - 2 || right > frame.right + 2)
        const letters = { left: left + across, right: right - across, top: top + down, bottom: bottom - down }
        return { says: one.textContent, outside, ...letters }
    })
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    return words.flatMap((a, i) => [
        ...(a.outside ? [`${a.says} outside`] : []),
        ...words.slice(i + 1).filter((b) => meet(a, b)).map((b) => `${a.says} / ${b.says}`),
    ])
})"""
