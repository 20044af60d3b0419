"""Fixtures of the browser tests. `page` is watched: a console error or a request to another host fails its test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.browser.harness import CHROMIUM_ARGS, LAPTOP, PATIENCE, VISITORS_NAME, App, Guard, View, running_app
from tests.browser.install import MISSING, chromium

HERE = Path(__file__).parent
LOG = pytest.StashKey[App]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    app = item.stash.get(LOG, None)
    if app is not None and report.failed:
        report.sections.append(("the app's log", app.log[-5000:]))
    return report


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, as a server that runs."""
    found_by = {"STREAMLIT_BROWSER_SERVER_ADDRESS": VISITORS_NAME}
    with running_app(tmp_path_factory.mktemp("app") / "log.txt", environment=found_by) as running:
        yield running


# For this folder only, not for the session: as long as it lives, its event loop runs in the main thread.
@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The system's Chromium, with a profile that keeps the app's files and their compiled form between visits."""
    program = chromium()
    if program is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=program, args=CHROMIUM_ARGS
        )
        browser.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def view() -> View:
    """A laptop in the light. For another: `@pytest.mark.parametrize("view", [PHONE], ids=str)`."""
    return LAPTOP


@pytest.fixture
def guard() -> Guard:
    """What the page of this test has done."""
    return Guard()


@pytest.fixture
def page(browser: BrowserContext, app: App, view: View, guard: Guard, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page of a new visitor, watched by `guard`."""
    request.node.stash[LOG] = app
    page, logged = browser.new_page(), len(app.log)
    page.set_viewport_size({"width": view.width, "height": view.height})
    page.emulate_media(color_scheme=view.scheme)
    guard.watch(page)
    yield page
    if page.url.startswith(app.address):
        page.evaluate("localStorage.clear()")
    page.close()
    browser.clear_cookies()
    guard.check()
    assert app.troubles(since=logged) == []
