"""The explanation of a figure, walked label by label."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import Guard
from toymodels.app.explanations import EXPLANATIONS

LABEL = ".figure-explanation .label"

# What the rings are around, and whether all of it is within the figure and can be seen: a canvas or an empty part above
# a drawing counts, as does a group of SVG.
RINGS = """(figure) => {
    const frame = figure.getBoundingClientRect()
    return [...document.querySelectorAll(".figure-explanation .ring")].map((ring) => {
        const { left, right, top, bottom, width, height } = ring.getBoundingClientRect()
        const across = left >= frame.left - 20 && right <= frame.right + 20
        const within = across && top >= frame.top - 20 && bottom <= frame.bottom + 20
        // A level line has no height: its ring has the room around it.
        return within && width > 9 && height > 9
    })
}"""


def figures(page: Page) -> list[tuple[str, Locator]]:
    """The figures of the page that have tools, by name."""
    # first_screen.js: before, no part of a figure can be seen, nor explained.
    page.wait_for_selector("html[data-settled]", state="attached")
    expect(page.locator("[class*='st-key-figure_']:not(:has(> .figure-tools))")).to_have_count(0)
    classes = page.locator("[class*='st-key-figure_']").evaluate_all(
        "all => all.map((one) => one.className.match(/st-key-figure_\\S+/)[0])"
    )
    return [(one.removeprefix("st-key-figure_").partition("-")[0], page.locator(f".{one}")) for one in classes]


def explain(figure: Locator) -> Locator:
    """Ask for a figure's explanation; its label."""
    expect(figure.locator("svg, canvas").first).to_be_attached()
    figure.get_by_role("button", name="Explain this picture").click()
    return figure.page.locator(LABEL)


def walk(figure: Locator, label: Locator) -> list[str]:
    """What the labels of a figure say, to the last; each has rings around something of the figure."""
    said: list[str] = []
    while label.count():
        expect(figure.page.locator(".figure-explanation .ring").first).to_be_visible()
        figure.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert all(figure.evaluate(RINGS)), said
        said.append(label.locator("p").inner_text())
        label.get_by_role("button", name=re.compile("Next|Done")).click()
    return said


def check_labels(page: Page, guard: Guard, name: str) -> None:
    """Fail if a label of a figure of this page points at nothing, or if looking at them runs the page."""
    # So that it is in its place at once.
    page.emulate_media(reduced_motion="reduce")
    runs = guard.runs
    for figure_name, figure in figures(page):
        assert walk(figure, explain(figure)) == [step.says for step in EXPLANATIONS[name][figure_name].steps], name
    assert guard.runs == runs
