"""Two replicas behind the proxy of `deploy/`: `python -m tests.load.replicas --visitors 20` needs `caddy` on the PATH.

Visitors move sliders through the proxy, and one replica is killed. What is printed: how the visitors were
spread, and how long each that lost its replica was without a page. Before that a browser
looks at downloads, a file, the frames of /compare, all below a path prefix. With `--class` they are the
class of tests.load.visitors instead, which opens all pages in the same moment, and nothing is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.harness import ROOT, free_port, running_app, settled
from tests.dockerfile import hosted
from tests.load.coming_back import browser
from tests.load.visitor import LostError, Visitor
from tests.load.visitors import THINKING, Met, memory, p95, play, times

PREFIX = "/superposition"


@contextmanager
def proxy(replicas: list[str], folder: Path) -> Iterator[str]:
    """Start the proxy in front of replicas, host:port each; its address, with the prefix."""
    port = free_port()
    settings = {
        "ADDRESS": f"http://127.0.0.1:{port}",
        "REPLICAS": " ".join(replicas),
        "PREFIX": PREFIX,
        "COOKIE_SECRET": "of-a-test",
        "HOME": str(folder),
    }
    with (folder / "proxy.txt").open("wb") as log:
        process = subprocess.Popen(
            ["caddy", "run", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"],
            env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}{PREFIX}"
    try:
        _await(f"{address}/_stcore/health")
        yield address
    finally:
        process.terminate()
        process.wait()


def _await(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with opener.open(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


@dataclass
class Seen:
    """What the visitors met: replicas by their cookie, seconds of reruns, and after a lost replica until they were
    connected again and until they had their page; errors.
    """

    replicas: Counter[str] = field(default_factory=Counter)
    reruns: list[float] = field(default_factory=list)
    connected: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def visit(address: str, number: int, until: float, seen: Seen) -> None:
    """One visitor of /measure, who comes back with the same cookie whenever the connection is lost."""
    dice, cookie, query, lost = random.Random(number), "", "S=0.9", 0.0
    while time.monotonic() < until:
        try:
            async with Visitor(address.replace("http", "ws", 1), cookie) as visitor:
                cookie = visitor.set_cookie or cookie
                if lost:
                    seen.connected.append(time.monotonic() - lost)
                await visitor.open("measure", query)
                if lost:
                    seen.gaps.append(time.monotonic() - lost)
                lost = 0.0
                seen.replicas[cookie] += 1
                while time.monotonic() < until:
                    await asyncio.sleep(dice.uniform(1, 3))
                    value = f"{dice.randrange(50, 95) / 100:g}"
                    query = f"S={value}"
                    seen.reruns.append(await visitor.move("S", value))
                    seen.errors += visitor.errors
        except (LostError, OSError) as error:
            # As Streamlit's frontend, which tries again after a moment.
            lost = lost or time.monotonic()
            await asyncio.sleep(0.5)
            if not isinstance(error, LostError | ConnectionError):
                seen.errors.append(repr(error))
    if lost:
        seen.errors.append(f"visitor {number} did not come back")


async def under_load(address: str, visitors: int, seconds: float, kill: list[subprocess.Popen[bytes]]) -> Seen:
    """The visitors, and a replica killed after a third of the time."""
    seen = Seen()
    until = time.monotonic() + seconds

    async def killer() -> None:
        await asyncio.sleep(seconds / 3)
        print("spread before:", sorted(seen.replicas.values()), flush=True)
        kill[0].kill()

    await asyncio.gather(killer(), *(visit(address, number, until, seen) for number in range(visitors)))
    return seen


async def class_hour(address: str, visitors: int, seconds: float) -> Met:
    """What a class meets that opens known links through the proxy in the same moment, and plays."""
    met = Met()
    until = time.monotonic() + seconds
    socket = address.replace("http", "ws", 1)
    await asyncio.gather(*(play(socket, number, until, THINKING, met) for number in range(1, visitors + 1)))
    return met


def look(address: str) -> None:
    """Through the proxy and the prefix: a page with a slash and without, a download, a file, the frames of /compare."""
    with browser() as context:
        page = context.new_page()
        page.goto(f"{address}/measure?S=0.8")
        settled(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Weights (.npz)").click()
        print("a download:", download.value.path().stat().st_size, "bytes")
        page.get_by_text("Load a file").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "w.csv", "mimeType": "text/csv", "buffer": b"1,0.25\n0,1\n"}
        )
        expect(page.get_by_role("textbox", name="W, one row")).to_have_value("1 0.25\n0 1")
        print("a file: taken")
        page.goto(f"{address}/compare?page=pentagon&a=S%3D0.8&b=S%3D0.9")
        settled(page)
        for frame in page.frames[1:]:
            frame.wait_for_selector(".arrow-plane")
        print("frames of /compare:", [urlsplit(frame.url).path for frame in page.frames[1:]])
        page.goto(address)
        settled(page)
        print("without a slash:", page.url)


def main() -> None:
    """Play, look and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--visitors", type=int, default=20, choices=range(1, 101), metavar="1..100")
    arguments.add_argument("--seconds", type=int, default=45, choices=range(15, 601), metavar="15..600")
    arguments.add_argument("--class", action="store_true", dest="of_a_class", help="nothing is killed")
    asked = arguments.parse_args()
    environment = hosted() | {"STREAMLIT_SERVER_BASE_URL_PATH": PREFIX.strip("/")}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        apps = [
            stack.enter_context(running_app(folder / f"{number}.txt", environment=environment, prefix=PREFIX))
            for number in (1, 2)
        ]
        replicas = [urlsplit(app.address).netloc for app in apps]
        address = stack.enter_context(proxy(replicas, folder))
        if asked.of_a_class:
            # Each replica has seen a visitor, as in tests.load.visitors.
            for app in apps:
                asyncio.run(class_hour(app.address, 1, 20))
            met = asyncio.run(class_hour(address, asked.visitors, asked.seconds))
            print(times(f"{asked.visitors} visitors: open, first figure", met.pictured))
            print(times("open, whole page", met.opened))
            print(times("walk to another page", met.walked))
            print(times("rerun", [*met.trained, *met.cached]))
            print(f"errors {len(met.errors)}, lost connections {len(met.lost)}", *met.errors[:5], *met.lost[:5])
            print("at most", *(f"{memory(app.process.pid, 'VmHWM'):.0f} MB" for app in apps))
            return
        look(address)
        seen = asyncio.run(under_load(address, asked.visitors, asked.seconds, [apps[0].process]))
        print(f"{len(seen.reruns)} reruns, p95 {p95(seen.reruns):.2f} s; errors {seen.errors[:5]}")
        if seen.gaps:
            print(
                f"{len(seen.gaps)} lost their replica, were connected again after at most {max(seen.connected):.1f} s"
            )
            print(f"and had their page after {min(seen.gaps):.1f} to {max(seen.gaps):.1f} s")
        print(f"the other replica: {memory(apps[1].process.pid):.0f} MB", *apps[1].troubles(), sep="\n")


if __name__ == "__main__":
    main()
