"""A finger on the screen, as the input of Chromium itself: it scrolls the page or drags what is under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Locator, Page


@dataclass(frozen=True)
class Finger:
    """One finger, moved by `Input.dispatchTouchEvent`."""

    page: Page
    session: CDPSession

    def swipe(self, start: tuple[float, float], across: float, down: float, steps: int = 12) -> None:
        """Put the finger down and move it by so many pixels, step by step, and lift it."""
        x, y = start
        self._send("touchStart", x, y)
        for step in range(1, steps + 1):
            self._send("touchMove", x + across * step / steps, y + down * step / steps)
            # A finger takes its time: the browser decides between frames whether it scrolls.
            self.page.wait_for_timeout(30)
        self._send("touchEnd")

    def tap(self, x: float, y: float) -> None:
        """Touch a place for a moment."""
        self._send("touchStart", x, y)
        self._send("touchEnd")

    def _send(self, kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@contextmanager
def finger(page: Page) -> Iterator[Finger]:
    """A finger for a page that has been opened on a screen that takes touch."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
    yield Finger(page, session)
    session.detach()


def middle(what: Locator) -> tuple[float, float]:
    """The middle of something that is brought to the middle of the screen, away from the bar of controls."""
    what.evaluate("element => element.scrollIntoView({ block: 'center' })")
    return middle_now(what)


def middle_now(what: Locator) -> tuple[float, float]:
    """The same of something, wherever it is on the screen."""
    box = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def scrolled(page: Page) -> float:
    """How far the page is scrolled, in pixels."""
    place: float = page.evaluate("document.querySelector(\"[data-testid='stMain']\").scrollTop")
    return place
