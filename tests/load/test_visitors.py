"""The load driver on a small scale, and what the server does when visitors are rude. No number here is a time."""

import asyncio
import http.client
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.app.states import controls_of
from tests.browser.harness import ROOT, App, running_app
from tests.compiled import lend_kernels
from tests.load.forged import sweep
from tests.load.visitor import LostError, Visitor
from tests.load.visitors import RANGES, hour, trainings
from toymodels.app.compute.script_turns import AT_ONCE

PATIENCE = 60.0
"""Seconds after which something that must happen is held not to happen."""

SERVER = ("-m", "tests.load.server")

SLOW = "n=100&m=40&densities=1%2C+0.3%2C+0.1%2C+0.03&activation=ReLU"
"""A ladder that takes many seconds; nobody waits for its end."""

REFUSED = "n=100&m=100&densities=" + "%2C".join(f"{0.05 * (k + 1):.2f}" for k in range(20))
"""A ladder that takes longer than the server gives a page."""

HELD = 100
"""Messages of a key that is held down for a few seconds."""

KILLED = "activation=ReLU&seed=7"
"""A ladder that takes one second, in the middle of which the server is killed."""


@dataclass(frozen=True)
class Shared(App):
    """A server that tests share; its log begins where the test does, after so many characters."""

    before: int

    @property
    def log(self) -> str:
        return super().log[self.before :]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("server") / "log.txt", SERVER) as running:
        yield running


@pytest.fixture
def app(server: App) -> App:
    """For tests that neither change the server nor ask for what it has kept: seeds are their own."""
    return Shared(server.address, server.log_file, server.process, len(server.log))


async def becomes_true(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


def test_three_visitors_meet_no_error_and_no_training_runs_twice(tmp_path: Path) -> None:
    with running_app(tmp_path / "log.txt", SERVER) as app:
        outcome = asyncio.run(hour(app, visitors=3, seconds=4, thinking=(0.1, 0.5)))
    met = outcome.crowd
    assert (met.errors, met.lost, outcome.troubles) == ([], [], [])
    assert len(met.opened) >= 3
    assert outcome.trainings.started > 0
    assert outcome.trainings.again == 0


@pytest.mark.parametrize("page", RANGES)
def test_a_new_link_says_what_its_control_allows(page: str) -> None:
    controls = {control.key: control for control in controls_of(page)}
    for key, (low, high, step) in RANGES[page].items():
        for value in (low, low + step, high):
            _, note = controls[key].read(f"{value:g}")
            assert note is None


def test_twelve_visitors_with_one_link_cause_one_training_of_each(app: App) -> None:
    async def all_open(app: App) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(12):
                group.create_task(one_opens(app))

    async def one_opens(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure", "S=0.6")
            assert visitor.errors == []

    asyncio.run(all_open(app))
    told = trainings(app.log)
    assert (told.started, told.finished) == (1, 1)


def test_the_training_of_a_closed_tab_stops_and_of_a_moved_control_as_well(app: App) -> None:
    async def rude(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("ladder")
            before = trainings(app.log).started
            await visitor.walk_away("ladder", SLOW)
            await becomes_true(lambda: trainings(app.log).started == before + 1)
            await visitor.walk_away("ladder", f"{SLOW}&seed=1")
            await becomes_true(lambda: trainings(app.log).left == 1)
            await becomes_true(lambda: trainings(app.log).started == before + 2)
        await becomes_true(lambda: trainings(app.log).left == 2)
        assert trainings(app.log).finished == before

    asyncio.run(rude(app))
    assert app.troubles() == []


def test_scripts_that_are_stopped_give_their_turn_back(app: App) -> None:
    """A refused training ends its script early; more of these than there are turns do not stop the server."""

    async def refused(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("glossary")
            for seed in range(2 * AT_ONCE):
                await visitor.walk("ladder", f"{REFUSED}&seed={seed}")
            await asyncio.wait_for(visitor.walk("faces"), PATIENCE)
            assert visitor.errors == []

    asyncio.run(refused(app))
    assert trainings(app.log).started == 0


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux lists the threads of another process")
def test_held_keys_run_one_script_for_each_visitor(app: App) -> None:
    """Every message of a held arrow key asks for another run; those of one visitor must not run beside one another."""
    counts: list[int] = []

    async def hold(app: App) -> None:
        async with AsyncExitStack() as stack:
            crowd = [await stack.enter_async_context(Visitor(app.socket_address)) for _ in range(3)]
            for visitor in crowd:
                await visitor.open("faces")
            threads = Path(f"/proc/{app.process.pid}/task")
            before = len(list(threads.iterdir()))
            for number in range(HELD):
                for visitor in crowd:
                    await visitor.ask("S", f"{0.5 + 0.01 * (number % 40):.2f}")
                await asyncio.sleep(0.01)
                counts.append(len(list(threads.iterdir())))
            for visitor in crowd:
                await visitor.answer()
                assert visitor.errors == []
        # The training of the axis has a thread of its own, which has a helper.
        most = before + len(crowd) + 2
        assert max(counts) <= most, f"{before} threads before, {max(counts)} while keys were held"

    asyncio.run(hold(app))
    assert app.troubles() == []


def test_a_strangers_clear_cache_clears_nothing_of_the_others(app: App) -> None:
    async def visit(app: App, stranger: bool) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure", "S=0.6&seed=12")
            if stranger:
                await visitor.clear_cache()
            assert visitor.errors == []

    asyncio.run(visit(app, stranger=False))
    told = trainings(app.log)
    assert told.started == told.finished > 0
    for stranger in (True, False):
        asyncio.run(visit(app, stranger))
    assert trainings(app.log).started == told.started


def test_a_page_answers_forged_values_with_itself(app: App) -> None:
    async def send_noise(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure")
            assert visitor._socket is not None
            await visitor._socket.send(bytes([255]) * 100)
            with pytest.raises(LostError, match="ConnectionClosed"):
                await visitor.answer()

    assert asyncio.run(sweep(app, "measure", sample=40)) == []
    before = len(app.log)
    asyncio.run(send_noise(app))
    (line,) = app.log[before:].splitlines()
    assert line.endswith("Error deserializing back message")
    assert app.troubles() == []


def status_of_put(app: App, session: str, content: bytes, chunked: bool) -> int:
    """What the server answers when a file is put at the address behind Streamlit's uploader, as its frontend does."""
    server = http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=PATIENCE)
    server.request("GET", "/_stcore/health")
    health = server.getresponse()
    health.read()
    cookie = (health.getheader("Set-Cookie") or "").partition(";")[0]
    headers = {
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
        "Content-Type": "multipart/form-data; boundary=edge",
    }
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="w.csv"\r\n\r\n%s\r\n--edge--\r\n' % content
    )
    path = f"/_stcore/upload_file/{session}/a-file"
    server.request("PUT", path, iter([body]) if chunked else body, headers, encode_chunked=chunked)
    status = server.getresponse().status
    server.close()
    return status


@pytest.mark.parametrize("content", [b"", b"1,0", bytes(2_000_000)], ids=["empty", "small", "large"])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_address_behind_the_uploader_takes_no_file(app: App, content: bytes, chunked: bool) -> None:
    async def visit(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure")
            assert status_of_put(app, visitor.session, content, chunked) == 413

    asyncio.run(visit(app))


def test_a_training_that_is_watched_stops_with_its_tab_as_well(app: App) -> None:
    async def rude(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("geometry", "n=400&m=30&steps=8000")
            await visitor.press("Train")
            await becomes_true(lambda: trainings(app.log).started == 1)
        await becomes_true(lambda: trainings(app.log).left == 1)
        assert trainings(app.log).finished == 0

    asyncio.run(rude(app))
    assert app.troubles() == []


@pytest.fixture
def own_copy(tmp_path: Path) -> Path:
    """The app in a folder of its own, so that whatever it writes there is seen."""
    folder = tmp_path / "app"
    ignored = shutil.ignore_patterns("__pycache__", "screenshots")
    for name in ("pages", "toymodels", ".streamlit", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "streamlit_app.py", folder)
    # As in the image: who compiles writes files.
    lend_kernels(folder / "toymodels")
    return folder


def test_killed_in_the_middle_of_a_training_it_starts_clean_and_writes_no_file(tmp_path: Path, own_copy: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    before = files(own_copy)

    async def until_killed(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("faces")
            done = trainings(app.log).started
            await visitor.walk_away("ladder", KILLED)
            await becomes_true(lambda: trainings(app.log).started > done)
            app.process.kill()
            with pytest.raises(LostError):
                await visitor.answer()

    async def again(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("ladder", KILLED)
            assert visitor.errors == []

    with running_app(tmp_path / "log.txt", SERVER, own_copy, environment) as app:
        asyncio.run(until_killed(app))
    assert (files(own_copy), files(home), files(temporary)) == (before, set(), set())
    with running_app(tmp_path / "log.txt", SERVER, own_copy, environment) as app:
        asyncio.run(again(app))
        assert app.troubles() == []
    assert (files(own_copy), files(home), files(temporary)) == (before, set(), set())


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place where even root cannot write")
def test_with_no_place_to_write_the_app_runs_all_the_same(tmp_path: Path) -> None:
    nowhere = {"HOME": "/proc/nowhere", "TMPDIR": "/proc/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}

    async def visit(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("measure", "S=0.6")
            await visitor.walk("geometry")
            assert visitor.errors == []

    with running_app(tmp_path / "log.txt", SERVER, environment=nowhere) as app:
        asyncio.run(visit(app))
        assert app.troubles() == []


def test_when_the_disk_fills_up_the_app_runs_on(tmp_path: Path) -> None:
    """No file can grow any more, the log neither; also what a file system that turned read-only would be like."""
    resource = pytest.importorskip("resource", reason="only Unix limits what a process may write")
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux changes the limits of another process")

    async def visit(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("faces")
            usual = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (0, usual[1]))
            log_then = app.log
            await visitor.walk("measure", "S=0.6")
            await visitor.walk("geometry", "n=20&m=2&steps=500")
            await visitor.press("Train")
            await visitor.answer()
            assert app.log == log_then
            resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, usual)
            await visitor.walk("measure", "S=0.7")
            assert visitor.errors == []
        assert trainings(app.log).finished > trainings(log_then).finished

    with running_app(tmp_path / "log.txt", SERVER) as app:
        asyncio.run(visit(app))


def test_a_page_does_not_take_over_what_another_page_calls_by_the_same_name(app: App) -> None:
    async def walk(app: App) -> None:
        async with Visitor(app.socket_address) as visitor:
            await visitor.open("geometry")
            await visitor.walk("pentagon")
            assert visitor.errors == []

    asyncio.run(walk(app))
