"""The home page in a real browser, and the harness itself: a guard that cannot bark guards nothing."""

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from tests.browser import install
from tests.browser.harness import App, Guard, open_page, settled


@pytest.mark.parametrize("elsewhere", ["http://example.com/", "http://localhost:8501/"])
def test_the_browser_is_offline_so_that_every_test_shows_a_lecture_hall_without_wifi(
    browser: BrowserContext, elsewhere: str
) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(elsewhere)
    page.close()


def test_every_run_of_the_script_is_counted(page: Page, app: App, guard: Guard) -> None:
    open_page(page, app)
    assert guard.runs == 1
    page.keyboard.press("r")
    guard.await_runs(page, 2)
    settled(page)
    assert guard.runs == 2


@pytest.mark.parametrize(
    ("misdeed", "complaint"),
    [
        ("console.error('this went wrong')", "console error: this went wrong"),
        ("setTimeout(() => { throw new Error('nobody caught this') })", "uncaught in the page: nobody caught this"),
        ("fetch('http://example.invalid/font').catch(() => 0)", "request to another host: http://example.invalid/font"),
        ("new WebSocket('ws://example.invalid/')", "request to another host: ws://example.invalid"),
        ("fetch('/media/nothing.png')", "answered with 404"),
    ],
)
def test_the_guard_sees(browser: BrowserContext, app: App, misdeed: str, complaint: str) -> None:
    page, guard = browser.new_page(), Guard()
    guard.watch(page)
    page.goto(f"{app.address}/_stcore/health")
    guard.check()
    page.evaluate(f"() => {{ {misdeed} }}")
    for _ in range(200):
        if guard.complaints:
            break
        page.wait_for_timeout(20)
    page.close()
    with pytest.raises(AssertionError, match=complaint):
        guard.check()


def test_the_guard_lets_streamlit_look_for_its_server(browser: BrowserContext, app: App) -> None:
    page, guard = browser.new_page(), Guard()
    guard.watch(page)
    page.goto(f"{app.address}/_stcore/health")
    statuses = [
        page.evaluate("async (path) => (await fetch(path)).status", f"/faces/_stcore/{name}")
        for name in ("health", "host-config")
    ]
    page.close()
    assert statuses == [404, 404], "Streamlit has changed: the exception that the guard makes is not needed any more"
    guard.check()


# ---- finding a browser ----


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Pretend to be a machine that has some programs; the commands that would have been run."""

    def pretend(*programs: str, root: bool = True, package_brings: str = "") -> list[list[str]]:
        there = set(programs)
        commands: list[list[str]] = []

        class Done:
            returncode = 1

        def run(command: list[str], **_: object) -> type[Done]:
            commands.append(command)
            if "install" in command and command[-1] == package_brings:
                there.add(package_brings)
            return Done

        monkeypatch.delenv("CHROMIUM", raising=False)
        monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
        monkeypatch.setattr(subprocess, "run", run)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
        return commands

    return pretend


@pytest.mark.parametrize("name", install.NAMES)
def test_a_browser_that_is_there_is_used(name: str, machine: Callable[..., list[list[str]]]) -> None:
    commands = machine(name, "apt-get")
    assert install.main() == 0
    assert install.chromium() == f"/bin/{name}"
    assert commands == []


def test_the_browser_that_the_environment_names_comes_first(
    machine: Callable[..., list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine("chromium", "my-chrome")
    monkeypatch.setenv("CHROMIUM", "my-chrome")
    assert install.chromium() == "/bin/my-chrome"


def test_a_browser_without_a_window_comes_first(machine: Callable[..., list[list[str]]]) -> None:
    machine("chromium", "chromium-headless-shell")
    assert install.chromium() == "/bin/chromium-headless-shell"


@pytest.mark.parametrize("there", [1, 2], ids=["debian", "ubuntu"])
def test_root_installs_the_first_package_that_there_is(machine: Callable[..., list[list[str]]], there: int) -> None:
    brings = install.PACKAGES[there - 1]
    commands = machine("apt-get", package_brings=brings)
    assert install.main() == 0
    assert install.chromium() == f"/bin/{brings}"
    assert [command[-1] for command in commands] == ["update", *install.PACKAGES[:there]]


@pytest.mark.parametrize("programs", [(), ("apt-get",), ("apt-get", "sudo")])
def test_elsewhere_one_sentence_says_what_to_install(
    programs: tuple[str, ...], machine: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    commands = machine(*programs, root=False)
    assert install.main() == 1
    assert not any("apt-get" in command for command in commands)
    assert capsys.readouterr().err == install.MISSING + "\n"
