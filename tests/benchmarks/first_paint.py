"""Time to the first words of a page on a cold server: the app's home against an app that is one `st.write`.

`python -m tests.benchmarks.first_paint` starts both servers anew in every round, one after the other, opens each in a
browser with an empty cache, and prints the medians and their ratio. The clock starts when the server is healthy and the
browser asks for the page, and stops when the words are visible. The aim is a ratio of at most 1.5.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, PATIENCE, ROOT, running_app
from tests.browser.install import MISSING, chromium

ROUNDS = 7

EMPTY = "import streamlit as st\n\nst.write('These are the words.')\n"


def first_paint(browser: Browser, folder: Path, log: Path, words: str) -> tuple[float, float]:
    """Seconds until the words of the app in a folder are visible, and until its first drawing is, if it has one."""
    with running_app(log, folder=folder) as app:
        context = browser.new_context()
        page = context.new_page()
        start = time.perf_counter()
        page.goto(app.address, wait_until="commit", timeout=PATIENCE)
        page.get_by_text(words).first.wait_for(timeout=PATIENCE)
        seen = time.perf_counter() - start
        if folder == ROOT:
            page.locator(".home .plane svg").wait_for(timeout=PATIENCE)
        drawn = time.perf_counter() - start
        context.close()
    return seen, drawn


def main() -> None:
    """Measure both in turns, so that they meet the same noise."""
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        (folder / "streamlit_app.py").write_text(EMPTY, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        rounds = []
        for number in range(ROUNDS):
            empty, _ = first_paint(browser, folder, folder / "log.txt", "These are the words.")
            words, picture = first_paint(browser, ROOT, folder / "log.txt", "more features than it has dimensions")
            rounds.append((empty, words, picture))
            print(f"round {number + 1}: empty {empty:.2f} s; home's words {words:.2f} s, its picture {picture:.2f} s")
        browser.close()
    empty, words, picture = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"empty app: {empty:.2f} s")
    print(f"home's first words: {words:.2f} s, {words / empty:.2f} x")
    print(f"home's picture: {picture:.2f} s, {picture / empty:.2f} x")


if __name__ == "__main__":
    main()
