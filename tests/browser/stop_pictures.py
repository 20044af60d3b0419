"""Makes the pictures of the talk's overview: `python -m tests.browser.stop_pictures [NAME ...]`.

A name is that of a page or of a stop, such as `pentagon` or `pentagon.axis`; without one, all are made.

Each is the figure of a stop as the running app shows it on arrival, in toymodels/app/stop_pictures/PAGE.STOP.webp.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, App, open_page, running_app
from tests.browser.install import MISSING, chromium
from tests.browser.stops import at_rest
from toymodels.app.shell.page_registry import BEYOND, HOME, TALK
from toymodels.app.shell.stop_pictures import FOLDER, HEIGHT, WIDTH
from toymodels.app.shell.talk_route import Stop, stop_name, stops_of

QUALITY = 55
"""Of the compression, from 0 to 100."""

# Between the heading of a stop and its foot.
FIGURE = """() => {
    const [heading, foot] = [".st-key-heading", ".st-key-foot"].map((part) => document.querySelector(part))
    const y = heading.getBoundingClientRect().bottom
    return { x: 0, y, width: innerWidth, height: foot.getBoundingClientRect().top - y }
}"""


def picture(page: Page, app: App, stop: Stop) -> bytes:
    """The figure of a stop, small."""
    entry, section = stop
    open_page(page, app, f"/{entry.name}?talk=1&stop={section.name}")
    at_rest(page)
    seen = page.screenshot(clip=page.evaluate(FIGURE), animations="disabled")
    made = io.BytesIO()
    whole = Image.open(io.BytesIO(seen)).convert("RGB")
    whole.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(made, "webp", quality=QUALITY, method=6)
    return made.getvalue()


def main(names: list[str]) -> None:
    """Make the pictures of these pages or stops, or of all, and take away those of stops that are no more."""
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    stops = stops_of((HOME, *TALK, *BEYOND))
    for file in FOLDER.glob("*.webp"):
        if file.stem not in map(stop_name, stops):
            file.unlink()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport=ViewportSize(width=1280, height=720))
        # The sweep on the home page is over at once, and ends where it would.
        page.emulate_media(reduced_motion="reduce")
        FOLDER.mkdir(exist_ok=True)
        for stop in stops:
            if not names or {stop_name(stop), stop[0].name} & set(names):
                (FOLDER / f"{stop_name(stop)}.webp").write_bytes(picture(page, app, stop))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
