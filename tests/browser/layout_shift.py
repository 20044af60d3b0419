"""Cumulative layout shift of a page (https://web.dev/articles/cls), as the browser itself measures it."""

from __future__ import annotations

from itertools import pairwise
from typing import TypedDict

from playwright.sync_api import Page

# All shifts but those that follow a visitor's own click or key, each with what has moved.
_RECORD = """
window.shifts = []
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue
        const moved = entry.sources.map(({ node, previousRect, currentRect }) => {
            const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement
            const words = (element?.textContent ?? "").trim().slice(0, 30)
            return `${element?.dataset.testid ?? element?.tagName} "${words}" ${previousRect.y} to ${currentRect.y}`
        })
        window.shifts.push({ value: entry.value, time: entry.startTime, moved })
    }
}).observe({ type: "layout-shift", buffered: true })
"""


GOOD = 0.1
"""What browsers' makers call a good cumulative layout shift: below this."""


class Shift(TypedDict):
    """One layout shift: its score, when it happened in milliseconds, and what has moved."""

    value: float
    time: float
    moved: list[str]


def record_shifts(page: Page) -> None:
    """Note layout shifts from now on; before the page is opened."""
    page.add_init_script(_RECORD)


def shifts(page: Page) -> list[Shift]:
    """Those of the page that is open."""
    found: list[Shift] = page.evaluate("window.shifts")
    return found


def cumulative(found: list[Shift]) -> float:
    """The largest sum of shifts that follow one another within a second, over at most five."""
    most = total = 0.0
    begun = found[0]["time"] if found else 0.0
    for before, shift in pairwise([*found[:1], *found]):
        if shift["time"] - before["time"] > 1000 or shift["time"] - begun > 5000:
            total, begun = 0.0, shift["time"]
        total += shift["value"]
        most = max(most, total)
    return most


def check_shifts(page: Page) -> None:
    """Fail if much has moved since the page was opened, or moves soon after its first screen is shown."""
    page.wait_for_selector("html[data-settled]", state="attached")
    # What comes late, such as the first formula.
    page.wait_for_timeout(600)
    found = shifts(page)
    assert cumulative(found) < GOOD, "\n".join(map(str, found))
