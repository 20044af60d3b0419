"""Every page by keyboard alone: Tab reaches whatever can be used in a component and shows it, and keys move it."""

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import LAPTOP_AT_NIGHT, App, View, open_page, settled

ANTIPRISM = "1 0 -1 0 .7 -.7 -.7 .7\n0 1 0 -1 .7 .7 -.7 -.7\n.6 .6 .6 .6 -.6 -.6 -.6 -.6"

# Of every page: what can be used in its components, how many there are at least, the key, and what it changes.
USED = {
    "/faces": [
        (".faces .slider input", 4, "End", ".faces .codes"),
        (".faces .sample", 8, "Enter", ".faces .input .face svg"),
    ],
    "/pentagon": [
        (".training-film .scrubber input", 1, "Home", ".training-film .reel svg"),
        (".training-film .scrubber button", 1, " ", ".training-film .scrubber button"),
    ],
    "/measure": [
        (".arrow-drawing .tip", 4, "ArrowUp", ".arrow-drawing svg"),
        (".training-film .scrubber input", 1, "Home", ".training-film svg"),
    ],
    f"/measure?W={ANTIPRISM.replace(' ', '+').replace(chr(10), '%0A')}": [
        (".space .view", 2, "ArrowRight", ".space svg"),
        (".space .scrubber input", 1, "Home", ".space .scrubber output"),
    ],
    "/ladder": [
        (".enlarged-density .panels", 1, "Home", ".density-sweep .caption"),
        (".density-sweep .track", 1, "ArrowDown", ".density-sweep .caption"),
        (".density-sweep .head", 7, "Enter", "[data-testid='stMainBlockContainer']"),
    ],
    "/ladder?zoom=0.1": [(".enlarged-density .panels", 1, "End", ".enlarged-density .reading")],
    "/why": [
        (".interference .slider input", 2, "ArrowRight", ".interference svg.map .handle"),
        (".interference select", 1, "ArrowDown", ".interference svg.map .handle"),
    ],
    "/geometry": [(".feature-graph button.cell", 10, " ", ".feature-graph")],
    "/absolute_value": [
        (".absolute-value .slider input", 4, "End", ".absolute-value .tile svg"),
        (".inhibition .slider input", 3, "End", ".inhibition .cards"),
        (".inhibition .cases button", 4, "Enter", ".inhibition .cards"),
    ],
}

# Taken by hand only: the dials beside them move the same point.
HAND_ONLY = ".interference .map, .interference .handle"

# Note what has the focus; true once that is where it all began.
NOTE = """() => {
    let at = document.activeElement
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    if (at === document.body) return false
    window.reached = window.reached ?? []
    return window.reached.push(at) > 1 && at === window.reached[0]
}"""

# In components: what the pointer says can be used, though neither it nor anything around it was reached.
MISSED = """(handOnly) => {
    const [missed, usable] = [new Set(), ["pointer", "grab", "crosshair", "zoom-in"]]
    const inReach = (element) => {
        for (let at = element; at; at = at.parentNode) if (window.reached.includes(at)) return true
        return false
    }
    for (const { shadowRoot } of document.querySelectorAll("*")) {
        for (const element of shadowRoot ? shadowRoot.querySelectorAll("*") : []) {
            if (!element.getClientRects().length || !usable.includes(getComputedStyle(element).cursor)) continue
            if (inReach(element) || element.closest(handOnly)) continue
            missed.add([element.tagName.toLowerCase(), ...element.classList].join("."))
        }
    }
    return [...missed]
}"""


def tab_through(page: Page) -> None:
    """Press Tab from the top of the page until it starts over."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate(NOTE):
            return
    raise AssertionError("the Tab key never comes back to where it began")


def luminance(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    channels = pixels[..., :3] / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def seen_in_focus(page: Page, stop: Locator) -> float:
    """How many pixels change by 3:1 or more when this gets the focus by keyboard, per pixel of its perimeter."""
    stop.scroll_into_view_if_needed()
    box = stop.bounding_box()
    assert box is not None
    clip = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    pictures = []
    for act in ("blur", "focus"):
        stop.evaluate(f"element => element.{act}({{ preventScroll: true, focusVisible: true }})")
        picture = page.screenshot(clip=clip, animations="disabled")  # type: ignore[arg-type]
        pictures.append(luminance(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))))
    before, after = pictures
    changed = (np.maximum(before, after) + 0.05) / (np.minimum(before, after) + 0.05) >= 3
    return float(changed.sum() / (2 * (box["width"] + box["height"])))


@pytest.mark.parametrize("view", [LAPTOP_AT_NIGHT], ids=str)
@pytest.mark.parametrize("path", USED)
def test_whatever_can_be_used_is_reached_shown_and_moved_by_keys(page: Page, app: App, view: View, path: str) -> None:
    open_page(page, app, path)
    # What stands in a closed expander is used once it is open.
    for loader in page.get_by_text("Load a file").all():
        loader.click()
        expect(page.locator(".file-field input")).to_be_visible()
    tab_through(page)
    assert page.evaluate(MISSED, HAND_ONLY) == []
    for stop, least, _, _ in USED[path]:
        reached = page.locator(stop).evaluate_all("all => all.map((one) => window.reached.includes(one))")
        assert len(reached) >= least
        assert all(reached)
    if path == "/pentagon":  # The same on all pages.
        for link in (page.get_by_test_id("stSidebar").get_by_role("link").nth(3), page.locator(".st-key-present a")):
            assert seen_in_focus(page, link.first) > 0.5
    for stop, least, key, changes in USED[path]:
        stops, changed = page.locator(stop), page.locator(changes).last
        last = stops.nth(least - 1)
        assert seen_in_focus(page, last) > 0.5, stop
        before = changed.evaluate("element => element.outerHTML")
        last.press(key)
        page.wait_for_function(
            "([element, before]) => !element.isConnected || element.outerHTML !== before",
            arg=[changed.element_handle(), before],
        )
        # What is picked in a component is told to the page a moment later, and then drawn once more.
        page.wait_for_timeout(600)
        settled(page)
