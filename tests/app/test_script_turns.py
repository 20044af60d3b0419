"""The turns of scripts: how many run at once, and whose turn is next. Real threads, and clocks that the test sets."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.runtime.scriptrunner import ScriptRunner

from toymodels.app.compute import lru_cache
from toymodels.app.compute.lru_cache import LruCache
from toymodels.app.compute.script_turns import DELAY, ScriptTurns
from toymodels.app.shell.streamlit_internals import at_the_end_of_scripts

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""


class Clock:
    """A clock of the wall, and one of the processor for each thread."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.used = threading.local()

    def now(self) -> float:
        return self.wall

    def processor_time(self) -> float:
        return getattr(self.used, "seconds", 0.0)

    def use(self, seconds: float) -> None:
        """Let the calling thread compute."""
        self.used.seconds = self.processor_time() + seconds


class Page:
    """A script in a thread of its own, led step by step: what it did is written into `log`."""

    def __init__(self, name: str, turns: ScriptTurns, clock: Clock, log: list[str]) -> None:
        self.name, self._turns, self._clock, self._log = name, turns, clock, log
        self._thread = ThreadPoolExecutor(1)

    def begins(self) -> None:
        self._last = self._thread.submit(self._does, self._turns.begin, "begins")

    def computes(self, seconds: float) -> None:
        self._last = self._thread.submit(self._clock.use, seconds)

    def lets_others(self) -> None:
        self._last = self._thread.submit(self._does, self._turns.let_others, "goes on")

    def ends(self) -> None:
        self._last = self._thread.submit(self._does, self._turns.end, "ends")

    def looks_up(self, cache: LruCache, compute: Callable[[], int]) -> None:
        self._last = self._thread.submit(self._does, lambda: cache.computed("key", compute), "has it")

    def waits_for(self, event: threading.Event) -> None:
        def wait() -> None:
            with self._turns.given_back():
                assert event.wait(PATIENCE)

        self._last = self._thread.submit(self._does, wait, "is back")

    def is_done(self) -> None:
        """All that it was told is done, which is so within the test's patience or never."""
        self._last.result(PATIENCE)

    def waits(self) -> bool:
        return not self._last.done()

    def _does(self, act: object, words: str) -> None:
        assert callable(act)
        act()
        self._log.append(f"{self.name} {words}")


class Server:
    """Pages that share turns."""

    def __init__(self, at_once: int) -> None:
        self.clock, self.log = Clock(), list[str]()
        self.turns = ScriptTurns(at_once, self.clock.now, self.clock.processor_time)
        self.pages: list[Page] = []

    def page(self, name: str, asked: float = 0.0) -> Page:
        """A page whose script asks for its turn at this time, and has asked when this returns."""
        self.clock.wall = asked
        page = Page(name, self.turns, self.clock, self.log)
        self.pages.append(page)
        before = self.asked()
        page.begins()
        self.until_asked(before + 1)
        return page

    def until_asked(self, number: int) -> None:
        """Return when so many run, or wait for their turn."""
        deadline = time.monotonic() + PATIENCE
        while self.asked() != number:
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def asked(self) -> int:
        return len(self.turns._running) + len(self.turns._waiting)


def end(*pages: Page) -> None:
    """Let the scripts end one after the other, each once it has had its turn."""
    for page in pages:
        page.is_done()
        page.ends()
        page.is_done()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server(at_once=1)
    yield one
    # After a test that failed some may wait for a turn that never comes.
    for script in one.turns._waiting:
        script.its_turn.set()
    for page in one.pages:
        page._thread.shutdown()


def test_a_script_waits_until_another_one_has_ended(server: Server) -> None:
    first, second = server.page("first"), server.page("second")
    first.is_done()
    assert second.waits()
    end(first, second)
    assert server.log == ["first begins", "first ends", "second begins", "second ends"]


def test_as_many_run_at_once_as_there_are_turns() -> None:
    server = Server(at_once=2)
    pages = [server.page(str(number)) for number in range(3)]
    pages[0].is_done()
    pages[1].is_done()
    assert pages[2].waits()
    end(pages[1], pages[2], pages[0])


def test_a_script_that_has_used_less_goes_before_one_that_has_used_more(server: Server) -> None:
    first, second = server.page("first"), server.page("second")
    first.computes(0.04)
    first.lets_others()
    second.is_done()
    assert first.waits()
    second.computes(0.06)
    second.lets_others()
    first.is_done()
    assert second.waits()
    end(first, second)
    assert server.log == [
        "first begins",
        "second begins",
        "first goes on",
        "first ends",
        "second goes on",
        "second ends",
    ]


def test_nobody_waits_behind_new_ones_for_ever(server: Server) -> None:
    used = 0.04
    first = server.page("first")
    second = server.page("second", asked=DELAY * used + 0.1)
    first.computes(used)
    first.lets_others()
    first.is_done()
    assert second.waits()
    end(first, second)


def test_while_a_script_waits_for_a_training_another_one_runs(server: Server) -> None:
    first, second = server.page("first"), server.page("second")
    trained = threading.Event()
    first.waits_for(trained)
    second.is_done()
    trained.set()
    assert first.waits()
    end(second, first)
    assert server.log == ["first begins", "second begins", "second ends", "first is back", "first ends"]


def test_before_a_script_computes_it_lets_others_go(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lru_cache, "SCRIPT_TURNS", server.turns)
    cache = LruCache()
    first, second = server.page("first"), server.page("second")
    first.computes(0.04)
    first.looks_up(cache, lambda: 1)
    second.is_done()
    assert first.waits()
    assert cache.get("key") is None
    end(second, first)
    assert server.log[-3:] == ["second ends", "first has it", "first ends"]
    third, fourth = server.page("third"), server.page("fourth")
    third.computes(0.04)
    # What is kept costs nothing, and nobody needs to be let before.
    third.looks_up(cache, lambda: 2)
    third.is_done()
    end(third, fourth)


def test_who_waits_for_what_another_one_computes_gives_the_turn_back(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lru_cache, "SCRIPT_TURNS", server.turns)
    cache, begun, trained = LruCache(), threading.Event(), threading.Event()

    def compute() -> int:
        begun.set()
        with server.turns.given_back():
            assert trained.wait(PATIENCE)
        return 1

    first, second = server.page("first"), server.page("second")
    first.looks_up(cache, compute)
    assert begun.wait(PATIENCE)
    second.is_done()
    second.looks_up(cache, lambda: 2)
    server.until_asked(0)
    third = server.page("third")
    third.is_done()
    trained.set()
    assert first.waits()
    assert second.waits()
    end(third, first, second)
    assert cache.get("key") == 1


def test_outside_of_a_script_there_is_nothing_to_wait_for() -> None:
    turns = ScriptTurns(at_once=1)
    turns.let_others()
    with turns.given_back():
        pass
    turns.end()
    turns.begin()
    turns.end()
    turns.end()


def test_a_script_of_streamlits_ends_for_us_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(ScriptRunner, "_on_script_finished", lambda runner, *what: told.append(f"finished {what}"))
    at_the_end_of_scripts(lambda: told.append("ours"))
    ScriptRunner._on_script_finished(object.__new__(ScriptRunner), 1, 2, 3, 4)  # type: ignore[arg-type]
    assert told == ["ours", "finished (1, 2, 3, 4)"]
