"""What browser tests are written with: the app as a server, the guard that watches a page, and ways to wait for it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from toymodels.app.shell.take_home import file_name

ROOT = Path(__file__).parent.parent.parent
SCREENSHOTS = Path(__file__).parent / "screenshots"
PICTURES = os.environ.get("PICTURES") == "1"
"""Whether to leave pictures there: `make test PICTURES=1`."""

PATIENCE = 90_000
"""Milliseconds after which something that must happen is held not to happen; generous, for slow machines."""

VISITORS_NAME = "lecture.example"
"""Host by which visitors find the app of the browser tests, as its configuration says; it leads nowhere."""

LOCAL_HOSTS = {"127.0.0.1", "localhost"}

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Letters as wide as on a screen: without a window they are fitted to whole pixels, and lines break elsewhere.
    "--font-render-hinting=none",
    # A lecture hall without Wi-Fi: no name but this machine's leads anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass(frozen=True)
class View:
    """How a visitor sees the app."""

    width: int
    scheme: Literal["light", "dark"]

    @property
    def height(self) -> int:
        """Of a laptop's window, or of a phone's."""
        return 800 if self.width >= 800 else 844

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


LAPTOP = View(1280, "light")
PHONE = View(390, "light")
LAPTOP_AT_NIGHT = View(1280, "dark")
PHONE_AT_NIGHT = View(390, "dark")
VIEWS = [PHONE_AT_NIGHT, LAPTOP]
"""Both widths and both themes. Most pages are opened in the first and turned to the second; axe sees all four."""


# ---- the server ----


@dataclass(frozen=True)
class App:
    """The app, as a server that runs."""

    address: str
    log_file: Path
    process: subprocess.Popen[bytes]

    @property
    def socket_address(self) -> str:
        """Where its websocket listens."""
        return self.address.replace("http", "ws", 1)

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def troubles(self, since: int = 0) -> list[str]:
        """What the log tells, after so many characters, of something uncaught: all from the first such line on.

        A page that fails says so in a sentence of its own, which a test might take for a page.
        """
        log = self.log[since:]
        found = re.search(r"^.*(Traceback|Uncaught|ERROR|Exception)", log, re.MULTILINE)
        return log[found.start() :].splitlines() if found else []


@contextmanager
def running_app(
    log_file: Path,
    program: Sequence[str] = ("-m", "streamlit"),
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
    prefix: str = "",
) -> Iterator[App]:
    """Start `streamlit run streamlit_app.py` on a port of this machine, and stop it at the end.

    Args:
        log_file: takes what the server prints.
        program: what Python runs as Streamlit's command line.
        folder: where the app lies.
        environment: on top of this one.
        port: None for a free one.
        prefix: path below which the app lives by its environment, with a slash before it.
    """
    port = free_port() if port is None else port
    command = [
        sys.executable, *program, "run", "streamlit_app.py",
        "--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true",
        "--server.fileWatcherType=none",
    ]  # fmt: skip
    whole = _environment() | dict(environment or {})
    with log_file.open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=whole)
    app = App(f"http://127.0.0.1:{port}{prefix}", log_file, server)
    try:
        _await_health(app)
        yield app
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    """This one without settings that would override the app's own, and with proxies kept away from this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    return kept | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def _await_health(app: App) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if app.process.poll() is not None:
            raise RuntimeError(f"the app ended at once:\n{app.log}")
        try:
            with opener.open(f"{app.address}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the app did not get healthy:\n{app.log}")


# ---- the guard ----

# Opened on a page of the app, Streamlit's frontend first asks whether the server lives below that page, and is told no.
PROBE = re.compile(r"http://[^/]+/\w+/_stcore/(health|host-config)")


@dataclass
class Guard:
    """Watches a page: what went wrong in it, whom it spoke to, and how often the server ran its script."""

    complaints: list[str] = field(default_factory=list)
    runs: int = 0
    """How often the page's script was started, fragments included."""

    def watch(self, page: Page) -> None:
        """Start watching; before the page is opened."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complain(f"uncaught in the page: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("websocket", self._on_websocket)

    def await_runs(self, page: Page, runs: int) -> None:
        """Wait until the script was started this often since the page was opened; `settled` may follow.

        Without this, `settled` after a click may look at the page before the click has reached the server.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while self.runs < runs:
            assert time.monotonic() < deadline, f"the script ran {self.runs} times, not {runs}"
            page.wait_for_timeout(10)

    def check(self) -> None:
        """Fail if anything went wrong so far."""
        assert not self.complaints, "\n".join(self.complaints)

    def _complain(self, complaint: str) -> None:
        self.complaints.append(complaint[:1000])

    def _on_console(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not (PROBE.fullmatch(url) and "404" in message.text):
            self._complain(f"console error: {message.text} ({url})")

    def _on_request(self, request: Request) -> None:
        self._check_host(request.url)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not (PROBE.fullmatch(response.url) and response.status == 404):
            self._complain(f"answered with {response.status}: {response.url}")

    def _on_websocket(self, websocket: WebSocket) -> None:
        self._check_host(websocket.url)
        websocket.on("framereceived", self._on_frame)

    def _check_host(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss", "ftp") and address.hostname not in LOCAL_HOSTS:
            self._complain(f"request to another host: {url}")

    def _on_frame(self, frame: str | bytes) -> None:
        # The server announces every run of the script by this message; none is lost when runs follow fast.
        if isinstance(frame, bytes) and ForwardMsg.FromString(frame).WhichOneof("type") == "new_session":
            self.runs += 1


# ---- waiting, looking ----


def settled(page: Page) -> None:
    """Wait until the script has run, and nothing on the page is a placeholder or from the run before."""
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']", timeout=PATIENCE)
    waiting = page.locator("[data-testid='stSkeleton'], [data-testid='stSpinner'], [data-stale='true']")
    expect(waiting).to_have_count(0, timeout=PATIENCE)
    # A run may have been asked for, and begun, while the elements were looked at.
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']", timeout=PATIENCE)


def open_page(page: Page, app: App, path: str = "/") -> None:
    """Open a page of the app, cold, and wait until it has settled."""
    page.goto(app.address + path, wait_until="domcontentloaded", timeout=PATIENCE)
    settled(page)


def turn_to(page: Page, guard: Guard, view: View) -> None:
    """Look at the page as it is at another width and in another theme, with which it runs again by itself."""
    runs = guard.runs
    dark: bool = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.set_viewport_size({"width": view.width, "height": view.height})
    page.emulate_media(color_scheme=view.scheme)
    if dark != (view.scheme == "dark"):
        guard.await_runs(page, runs + 1)
    settled(page)


def check_what_is_taken_home(page: Page, name: str, columns: bytes) -> None:
    """Fail if a page does not give its data, which begin with these columns, its weights, its code and all in a zip.

    The files are named after the page and its address.
    """
    stem = file_name(name, dict(parse_qsl(urlsplit(page.url).query)))
    for label, ending, starts in (
        ("All, ready to run (zip)", "zip", b"PK"),
        ("Data (CSV)", "csv", b"# The run on the page /"),
        ("Weights (.npz)", "npz", b"PK"),
        ("Python", "py", b'"""'),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        assert download.value.suggested_filename == f"{stem}.{ending}"
        content = download.value.path().read_bytes()
        assert content.startswith(starts)
        if ending == "csv":
            (first, *_) = [line for line in content.splitlines() if not line.startswith(b"#")]
            assert first.startswith(columns)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window; a page that fits gives 0."""
    width: int = page.evaluate(
        """() => {
            const main = document.querySelector("[data-testid='stMain']") ?? document.documentElement
            return Math.max(0, main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - innerWidth)
        }"""
    )
    return width


def screenshot(page: Page, name: str) -> None:
    """Leave a picture of the whole page for people to look at, if they ask for `PICTURES`."""
    if not PICTURES:
        return
    # Streamlit scrolls inside the page, so that the window has to be as tall as what it shows.
    size = page.viewport_size
    tall: int = page.evaluate("document.querySelector(\"[data-testid='stMain']\")?.scrollHeight ?? 0")
    if size is not None:
        page.set_viewport_size({"width": size["width"], "height": min(max(size["height"], tall), 12_000)})
    try:
        screenshot_of_window(page, name)
    finally:
        if size is not None:
            page.set_viewport_size(size)


def screenshot_of_window(page: Page, name: str) -> None:
    """The same of what is on the screen."""
    if not PICTURES:
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    file = SCREENSHOTS / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', name)}.png"
    try:
        page.screenshot(path=file, animations="disabled", timeout=PATIENCE)
    except Error as error:
        raise AssertionError(f"no picture of {name}: {error}") from error
