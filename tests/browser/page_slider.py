"""A slider of the page under the mouse, and the figure that follows it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.harness import Guard, settled

# Note the stop that the figure shows, before every frame. `page.evaluate("window.stops")` gives those that were drawn.
_RECORD = """() => {
    const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot)
    const figure = roots.map((root) => root?.querySelector("[data-stop]")).find((found) => found)
    window.stops = []
    const turn = () => {
        if (window.stops.at(-1) !== figure.dataset.stop) window.stops.push(figure.dataset.stop)
        requestAnimationFrame(turn)
    }
    turn()
}"""


def track(page: Page, key: str = "S") -> Locator:
    """What a slider runs on."""
    return page.locator(f".st-key-{key} [style*='touch-action']:not([style*='absolute'])")


def thumb(page: Page, key: str = "S") -> Locator:
    """What is dragged along it."""
    return page.locator(f".st-key-{key} [style*='touch-action'][style*='absolute']")


def record(page: Page) -> None:
    """Note from now on which models the figure shows."""
    page.evaluate(_RECORD)


def recorded(page: Page) -> list[str]:
    """The models that were shown since then, in order, by number."""
    stops: list[str] = page.evaluate("window.stops")
    return stops


def drag(page: Page, key: str = "S", steps: int = 50) -> None:
    """Take the slider from its left end to its right one, and do not release it."""
    track(page, key).scroll_into_view_if_needed()
    box = track(page, key).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"], y)
    page.mouse.down()
    for step in range(steps + 1):
        page.mouse.move(box["x"] + box["width"] * step / steps, y)
        # The next frame, not a moment: on a busy machine frames come late.
        page.evaluate("() => new Promise(requestAnimationFrame)")


def drag_and_release(page: Page, guard: Guard, figure: Locator) -> str:
    """Drag S from 0 to 0.99, and fail if the figure does not follow, or the page runs before the release.

    It also fails if the release, for which the page runs once, changes the figure. Returns its words.
    """

    def drawn() -> tuple[str, list[str]]:
        return figure.inner_text(), figure.locator("svg").evaluate_all("all => all.map((svg) => svg.outerHTML)")

    runs = guard.runs
    record(page)
    drag(page)
    assert len(set(recorded(page))) >= 20
    assert guard.runs == runs
    page.wait_for_function("Number(window.stops.at(-1)) === 99")
    in_hand = drawn()
    page.mouse.up()
    guard.await_runs(page, runs + 1)
    settled(page)
    assert guard.runs == runs + 1
    assert drawn() == in_hand
    return in_hand[0]
