"""A stranger who means harm: `python -m tests.load.stranger tabs`, `... uploads` or `... connections`.

tabs: twenty tabs train the dearest that is legal, again and again; what that does to the slider of somebody else.
uploads: hostile files, and fifty tabs opened and closed; the memory before and after.
connections: as many tabs as fit into 1,024 open files, and some more; what the last ones are told.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.browser.harness import App, running_app
from tests.dockerfile import hosted
from tests.load.visitor import LostError, Visitor
from tests.load.visitors import files, memory, p95, threads

DENSITIES = ", ".join(f"{1 - k / 20:.2f}" for k in range(20))
DEAREST = (
    ("ladder", f"n=100&m=40&densities={DENSITIES}&activation=ReLU"),
    ("absolute_value", "n=100&m=40&seeds=true"),
    ("good_or_bad", "seeds=true"),
)
"""Pages with the dearest of their legal settings; a seed is added."""

TABS = 20
SECONDS = 60.0
FILES_BEFORE = 1024
SECONDS_UNTIL_FORGOTTEN = 90
"""More than `server.disconnectedSessionTTL`."""


async def _slide(app: App, page: str, until: float) -> list[float]:
    """Seconds of the reruns of somebody who moves S once a second."""
    times: list[float] = []
    async with Visitor(app.socket_address) as visitor:
        await visitor.open(page)
        step = 0
        while time.monotonic() < until:
            await asyncio.sleep(1)
            step += 1
            times.append(await visitor.move("S", f"{0.5 + 0.01 * (7 * step % 45):.2f}"))
        assert visitor.errors == []
    return times


async def _greedy(app: App, number: int, until: float) -> None:
    seed = 100 * number
    page, query = DEAREST[number % len(DEAREST)]
    while time.monotonic() < until:
        try:
            async with Visitor(app.socket_address) as visitor:
                while time.monotonic() < until:
                    seed += 1
                    async with asyncio.timeout(max(0.1, until - time.monotonic())):
                        await visitor.open(page, f"{query}&seed={seed}")
        except (LostError, TimeoutError):
            pass


async def tabs(app: App) -> None:
    """Print how long the reruns of somebody take alone, and beside the stranger."""
    for page in ("measure", "pentagon"):
        # Everything that the slider needs is loaded.
        await _slide(app, page, time.monotonic() + 10)
        alone = await _slide(app, page, time.monotonic() + SECONDS / 2)
        until = time.monotonic() + SECONDS
        async with asyncio.TaskGroup() as group:
            for number in range(TABS):
                group.create_task(_greedy(app, number, until))
            beside = await group.create_task(_slide(app, page, until))
        times = statistics.median(beside) / statistics.median(alone)
        print(
            f"{page}: alone p50 {statistics.median(alone):.2f} s, p95 {p95(alone):.2f} s; beside twenty tabs p50 "
            f"{statistics.median(beside):.2f} s, p95 {p95(beside):.2f} s: {times:.1f} times",
            flush=True,
        )


def _hostile_files() -> list[tuple[str, bytes]]:
    zeros, film = io.BytesIO(), io.BytesIO()
    np.savez_compressed(zeros, W=np.zeros((2800, 2800), np.float32))
    np.savez_compressed(film, W=np.zeros((1000, 2, 5), np.float32), b=np.zeros((1000, 5), np.float32))
    return [
        ("zeros.npz", zeros.getvalue()),
        ("film.npz", film.getvalue()),
        ("prog.exe", b"MZ" + bytes(100_000)),
        ("wide.csv", b"1," * 100_000),
        ("long.csv", b"1\n" * 100_000),
        ("large.npz", bytes(600_000)),
    ]


async def _tries_all_files(visitor: Visitor) -> None:
    await visitor.open("measure")
    (field,) = [one for one in visitor.widgets if "_W_file" in one]
    for name, content in _hostile_files():
        sent = json.dumps({"chosen": {"name": name, "content": base64.b64encode(content).decode()}})
        await visitor.forge([WidgetState(id=field, json_value=sent)])
    assert visitor.errors == []


async def uploads(app: App) -> None:
    """Print the memory before and after, twice: what stays the first time is a server's after its first minutes."""
    # Everything that a page needs is loaded, and the trainer compiled.
    await _slide(app, "measure", time.monotonic() + 20)
    print(f"before: {memory(app.process.pid):.0f} MB", flush=True)
    for turn in ("first", "second"):
        async with AsyncExitStack() as stack:
            for _ in range(50):
                await _tries_all_files(await stack.enter_async_context(Visitor(app.socket_address)))
            print(f"{turn} fifty tabs, six files each: {memory(app.process.pid):.0f} MB", flush=True)
        await asyncio.sleep(SECONDS_UNTIL_FORGOTTEN)
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure")
        print(
            f"closed: {memory(app.process.pid):.0f} MB, at most {memory(app.process.pid, 'VmHWM'):.0f} MB", flush=True
        )
    print(f"{threads(app.process.pid)} threads, {files(app.process.pid)} open files", *app.troubles(), sep="\n")


async def connections(app: App) -> None:
    """Print how many tabs get a page, and what the others are told."""
    import resource

    resource.prlimit(app.process.pid, resource.RLIMIT_NOFILE, (FILES_BEFORE, FILES_BEFORE))
    served = told = lost = 0
    async with AsyncExitStack() as stack:
        for _ in range(FILES_BEFORE // 5):
            try:
                visitor = await stack.enter_async_context(Visitor(app.socket_address))
                await visitor.open("glossary")
            except (LostError, OSError):
                lost += 1
                continue
            served += len(visitor.elements) > 2
            told += visitor.elements == ["alert"]
        print(f"{served} tabs have their page, {told} are told that the server is full, {lost} are told nothing")
        print(f"{files(app.process.pid)} open files, {memory(app.process.pid):.0f} MB", *app.troubles(), sep="\n")
    async with Visitor(app.socket_address) as visitor:
        await visitor.open("glossary")
        print("after they have gone, a new one gets its page:", len(visitor.elements) > 2)


WAYS: dict[str, Callable[[App], Coroutine[Any, Any, None]]] = {
    "tabs": tabs, "uploads": uploads, "connections": connections,
}  # fmt: skip


def main() -> None:
    """Do harm and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("way", choices=list(WAYS))
    way = WAYS[arguments.parse_args().way]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt", environment=hosted()) as app,
    ):
        asyncio.run(way(app))


if __name__ == "__main__":
    main()
