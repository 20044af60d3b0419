"""Makes the pictures of the README: `python -m tests.browser.pictures` writes docs/*.png from the running app."""

import tempfile
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, ROOT, open_page, running_app
from tests.browser.install import MISSING, chromium

# Name, address, width of the window, and the element to photograph; in a talk the whole window.
PICTURES = (
    ("home", "/", 1280, ".home"),
    ("faces", "/faces?S=0.9", 1280, ".faces"),
    ("ladder", "/ladder", 1920, ".density-sweep"),
    ("talk", "/pentagon?talk=1&stop=film&S=0.9", 1280, "[data-testid='stApp']"),
)


SETTLES = 2000
"""Milliseconds in which a figure in a talk finds its size."""


def main() -> None:
    """Open each page at its most telling state, and photograph what a visitor sees first."""
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        for name, path, width, element in PICTURES:
            page = browser.new_page(viewport=ViewportSize(width=width, height=800))
            # The sweep on the home page is over at once, and ends where it would.
            page.emulate_media(reduced_motion="reduce")
            open_page(page, app, path)
            page.wait_for_timeout(SETTLES)
            page.locator(element).screenshot(path=ROOT / "docs" / f"{name}.png", animations="disabled")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
