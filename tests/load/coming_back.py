"""Coming back: `python -m tests.load.coming_back` does to an open tab what happens to one, and says how it looks then.

The server is killed and started again, is stopped for 20 s in the middle of a training, and cannot be reached for 30 s
and for 90 s. Each time the tab is to come back, without a reload, to the W that it had: one typed, one drawn. A browser
that is offline cannot reach a port; here the port's relay is taken away, which is the same to it.
"""

from __future__ import annotations

import re
import select
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, PATIENCE, free_port, running_app, settled
from tests.browser.install import MISSING, chromium
from tests.dockerfile import hosted
from tests.load.visitors import trainings

TYPED = "1 0.5 -1 0\n0 1 0 -0.75"
SLOW = "/ladder?n=100&m=40&densities=1%2C+0.5%2C+0.3%2C+0.2%2C+0.1%2C+0.05%2C+0.03%2C+0.01&activation=ReLU"
"""A ladder that takes some seconds to train."""


@dataclass
class Relay:
    """A port that hands everything on to another one, and can be taken away like a phone's connection."""

    port: int
    target: int
    connections: list[socket.socket] = field(default_factory=list)
    listening: socket.socket | None = None

    def open(self) -> None:
        """Take connections from now on."""
        self.listening = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def close(self) -> None:
        """Cut all connections, and take no more."""
        if self.listening is not None:
            self.listening.shutdown(socket.SHUT_RDWR)
            self.listening.close()
            self.listening = None
        for one in self.connections:
            one.close()
        self.connections.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            self.connections += [near, far]
            threading.Thread(target=self._hand_on, args=(near, far), daemon=True).start()

    def _hand_on(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (far if ready is near else near).sendall(data)
        except (OSError, ValueError):
            return
        finally:
            near.close()
            far.close()


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """A Chromium with a profile of its own."""
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=program, args=CHROMIUM_ARGS)
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield context
        context.close()


def connected(page: Page) -> None:
    """Wait until the tab has its server back, and the page is complete."""
    page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']", timeout=PATIENCE)
    settled(page)


def disconnected(page: Page) -> None:
    """Wait until the tab has noticed that it has lost its server."""
    page.wait_for_selector("[data-testid='stApp']:not([data-test-connection-state='CONNECTED'])", timeout=PATIENCE)


def type_w(page: Page) -> str:
    """Type a W on /measure; what the field then holds."""
    page.get_by_role("textbox", name=re.compile("^W, one row")).fill(TYPED)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("W=.*0.75"))
    settled(page)
    return shown(page)


def draw_w(page: Page) -> str:
    """Move an arrow's tip on /measure by the keyboard; what the field then holds."""
    before = page.get_by_role("textbox", name=re.compile("^W, one row")).input_value()
    tip = page.get_by_role("button", name=re.compile("^eyes at"))
    tip.focus()
    tip.press("ArrowDown")
    expect(page.get_by_role("textbox", name=re.compile("^W, one row"))).not_to_have_value(before)
    settled(page)
    return shown(page)


def shown(page: Page) -> str:
    """What the field of W holds, and how the link of the page says it."""
    return page.get_by_role("textbox", name=re.compile("^W, one row")).input_value() + page.url.partition("?")[2]


def main() -> None:
    """Do it all and print."""
    port, target = free_port(), free_port()
    relay = Relay(port, target)
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, browser() as context:
        log = Path(folder) / "log.txt"
        relay.open()
        for name, change in (("typed", type_w), ("drawn", draw_w)):
            for event in ("killed and started again", "offline for 30 s", "offline for 90 s", "stopped for 20 s"):
                with running_app(log, environment=hosted(), port=target) as app:
                    page = context.new_page()
                    page.goto(f"{address}/measure")
                    connected(page)
                    before = change(page)
                    if event.startswith("offline"):
                        relay.close()
                        disconnected(page)
                        time.sleep(30 if "30" in event else 90)
                        relay.open()
                    elif event.startswith("stopped"):
                        app.process.send_signal(signal.SIGSTOP)
                        time.sleep(20)
                        app.process.send_signal(signal.SIGCONT)
                    else:
                        app.process.kill()
                        disconnected(page)
                    if not event.startswith("killed"):
                        began = time.monotonic()
                        connected(page)
                        _tell(name, event, began, before, shown(page), app.troubles())
                        page.close()
                if event.startswith("killed"):
                    with running_app(log, environment=hosted(), port=target) as app:
                        began = time.monotonic()
                        connected(page)
                        _tell(name, event, began, before, shown(page), app.troubles())
                        page.close()
        with running_app(log, ("-m", "tests.load.server"), environment=hosted(), port=target) as app:
            page = context.new_page()
            page.goto(f"{address}{SLOW}", wait_until="commit")
            while not trainings(app.log).started:
                page.wait_for_timeout(20)
            app.process.send_signal(signal.SIGSTOP)
            time.sleep(20)
            early = trainings(app.log).finished
            app.process.send_signal(signal.SIGCONT)
            began = time.monotonic()
            connected(page)
            page.get_by_text("Paper check").first.wait_for()
            done = trainings(app.log)
            print(f"a ladder, stopped for 20 s in its training: {early} of {done.started} had finished before that,")
            print(f"{done.finished} in all, and the page was complete {time.monotonic() - began:.1f} s after it")
            print(*app.troubles(), sep="\n")
        relay.close()


def _tell(name: str, event: str, began: float, before: str, after: str, troubles: list[str]) -> None:
    same = "the same W" if after == before else f"{before!r} became {after!r}"
    print(f"{name} W, {event}: {same} after {time.monotonic() - began:.1f} s", *troubles, sep="\n", flush=True)


if __name__ == "__main__":
    main()
