"""Milliseconds from the release of a slider to a settled page, in a browser, on a server without other visitors.

    python -m tests.benchmarks.release                   every row
    python -m tests.benchmarks.release faces ladder      those of some pages

Each row is a slider of a page. After a move that is not counted it is dragged to six stops where it has not been (n,
which has no more, to four), and released at each. The columns are medians of the time after the release, by the clock
of the browser, at which

    asked      the browser asks the server to run the page
    answer     the first message of the answer arrives
    picture    a figure is another one; of those that follow the hand, the first that waits for the server;
               nan where none does
    answered   the last message arrives
    settled    the last change was made on a page whose script has ended and where nothing is from the run before

and the aim for `settled`, or for `picture` where the size or the importances change.
"""

import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from playwright.sync_api import Page, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, LAPTOP, PATIENCE, open_page, running_app
from tests.browser.install import MISSING, chromium
from tests.browser.page_slider import track

QUIET = 300
"""Milliseconds without a change after which there will be none."""

SPARSITIES = (0.5, 0.85, 0.3, 0.95, 0.7, 0.2, 0.6)
"""Where S is dragged to, as parts of its slider; the first move is not counted."""

Column = Literal["asked", "answer", "picture", "answered", "settled"]
COLUMNS: tuple[Column, ...] = get_args(Column)


@dataclass(frozen=True)
class Row:
    """A slider of a page, and within how many milliseconds of its release something must have happened."""

    page: str
    key: str
    aim: int
    path: str = ""
    stops: Sequence[float] = SPARSITIES
    judged: Column = "settled"


DECAYS = (0.9, 0.3, 0.7, 0.5, 0.2, 0.6, 0.4)
ROWS = (
    Row("faces", "S", 300),
    Row("pentagon", "S", 300),
    Row("measure", "S", 300),
    Row("why", "S", 300),
    Row("ladder", "r", 600, stops=DECAYS),
    Row("good_or_bad", "S", 600),
    Row("absolute_value", "S", 500),
    Row("pentagon", "n", 350, "?n=3&r=0.85", (0.2, 0.4, 0.6, 0.8, 0.99), "picture"),
    Row("pentagon", "r", 350, "", DECAYS, "picture"),
    Row("why", "r", 350, "", DECAYS, "picture"),
)

# What happens in the page, with the time of each kind: `noted.asked` and so on, [first, last] since the release.
_RECORDER = """() => {
    const noted = (window.noted = {})
    const note = (kind) => {
        const now = performance.now() - (window.released ?? Infinity)
        if (now >= 0) noted[kind] = [noted[kind]?.[0] ?? now, now]
    }
    addEventListener("pointerup", () => {
        window.released = performance.now()
        for (const kind of Object.keys(noted)) delete noted[kind]
        for (const root of [document, ...shadows()]) watch(root)
    }, true)
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (...message) {
        if (!this.heard) this.addEventListener("message", () => note("answer"))
        this.heard = true
        note("asked")
        return send.apply(this, message)
    }
    const shadows = () => [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)
    const watched = new WeakSet()
    const isFigure = (node) => node.getRootNode() !== document || node.closest?.("[data-testid='stVegaLiteChart']")
    const observer = new MutationObserver((changes) => {
        note("change")
        const answered = noted.answer
        if (answered && changes.some(({ target }) => isFigure(target))) note("picture")
    })
    const watch = (root) => {
        if (watched.has(root)) return
        watched.add(root)
        observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
    }
    for (const method of ["clearRect", "fillRect", "fill", "stroke", "drawImage", "putImageData"]) {
        const draw = CanvasRenderingContext2D.prototype[method]
        CanvasRenderingContext2D.prototype[method] = function (...where) {
            note("change")
            if (noted.answer) note("picture")
            return draw.apply(this, where)
        }
    }
}"""

# Whether the page has settled, and nothing has changed for a while.
_SETTLED = """(quiet) => {
    const app = document.querySelector("[data-testid='stApp']")
    const waiting = document.querySelector("[data-testid='stSkeleton'], [data-testid='stSpinner'], [data-stale='true']")
    const last = Math.max(...Object.values(window.noted).map(([, last]) => last))
    return window.noted.answer && app.dataset.testScriptState === "notRunning" && !waiting &&
        performance.now() - window.released - last > quiet
}"""


def released(page: Page, key: str, stop: float) -> dict[Column, float]:
    """Drag a slider to a part of its length, release it, and wait; what happened when."""
    box = track(page, key).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * stop, box["y"] + box["height"] / 2
    page.mouse.move(x - 6, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(100)
    page.mouse.up()
    page.wait_for_function(_SETTLED, arg=QUIET, timeout=PATIENCE)
    noted: dict[str, tuple[float, ...]] = page.evaluate("window.noted")
    return {
        "asked": noted["asked"][0],
        "answer": noted["answer"][0],
        "picture": noted.get("picture", (math.nan,))[0],
        "answered": noted["answer"][1],
        "settled": noted["change"][1],
    }


def measure(page: Page, row: Row) -> dict[Column, float]:
    """The medians of a row; the page is open."""
    track(page, row.key).scroll_into_view_if_needed()
    moves = [released(page, row.key, stop) for stop in row.stops][1:]
    return {column: statistics.median(move[column] for move in moves) for column in moves[0]}


def main(names: Sequence[str]) -> None:
    """Measure the rows of these pages; of all, if there are none."""
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    print(f"{'':20s}", *(f"{column:>9s}" for column in COLUMNS), "  aim")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        for row in ROWS:
            if names and row.page not in names:
                continue
            context = browser.new_context(viewport={"width": LAPTOP.width, "height": LAPTOP.height})
            page = context.new_page()
            page.add_init_script(f"({_RECORDER})()")
            open_page(page, app, f"/{row.page}{row.path}")
            page.wait_for_timeout(QUIET)
            found = measure(page, row)
            numbers = " ".join(f"{found[column]:9.0f}" for column in COLUMNS)
            verdict = "" if found[row.judged] <= row.aim else "  missed"
            print(f"{row.page + ', ' + row.key:20s} {numbers}   {row.judged} {row.aim}{verdict}", flush=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
