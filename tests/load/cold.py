"""A server that was asleep: `python -m tests.load.cold` opens every page twice, and prints what that took.

Each page has a server of its own, so that none warms another.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.browser.harness import App, running_app
from tests.dockerfile import hosted
from tests.load.visitor import Visitor
from tests.load.visitors import memory
from toymodels.app.shell.page_registry import HOME, TALK


async def opened(app: App, page: str) -> float:
    """Seconds until a new visitor sees a page complete."""
    async with Visitor(app.socket_address) as visitor:
        return await visitor.open(page)


def main() -> None:
    """Open and print."""
    print("| page | first | second | memory |\n|---|---|---|---|")
    for place in (HOME, *TALK):
        with (
            tempfile.TemporaryDirectory() as folder,
            running_app(Path(folder) / "log.txt", environment=hosted()) as app,
        ):
            first, second = (asyncio.run(opened(app, place.name)) for _ in range(2))
            print(f"| {place.name or 'home'} | {first:.1f} s | {second:.1f} s | {memory(app.process.pid):.0f} MB |")


if __name__ == "__main__":
    main()
