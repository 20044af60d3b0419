"""The server's trainings: each done once, a few at a time, the latest kept. Real threads, no real training.

Every thread is led by events: a test lets a training end, or a visitor leave, and waits for what must follow.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.states import short_trainings
from toymodels.app.compute import training_queue, visitor_training
from toymodels.app.compute.training_queue import TrainingQueue
from toymodels.run import Run
from toymodels.spec import Autoencoder

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""


class Left(Exception):  # noqa: N818  it is no error: Streamlit stops a script by raising
    """What a visitor's script raises when the visitor is gone."""


def run_of(values: int) -> Run:
    """A run whose arrays take 8 bytes a value."""
    spec = Autoencoder(1, 1, 0.5, 1.0)
    nothing = np.zeros(0)
    return Run(spec, 0, 0, 1, {"W": np.zeros(values)}, nothing, nothing, 0.0)


class Training:
    """A train function that starts when it is called and ends when the test says so."""

    def __init__(self, run: Run | None = None, error: BaseException | None = None) -> None:
        self.calls = 0
        self.started = threading.Event()
        self.may_end = threading.Event()
        self.run = run or run_of(1)
        self._error = error

    def __call__(self) -> Run:
        self.calls += 1
        self.started.set()
        assert self.may_end.wait(PATIENCE), "the test never let this training end"
        if self._error is not None:
            raise self._error
        return self.run


class Visitor:
    """The waiting callback of one tab: what was told, and leaving on demand. A name is a visitor with several tabs."""

    def __init__(self, name: object = None) -> None:
        self.name = self if name is None else name
        self.told: list[int] = []
        self.leave = threading.Event()
        self._news = threading.Condition()

    def __call__(self, ahead: int) -> None:
        with self._news:
            self.told.append(ahead)
            self._news.notify_all()
        if self.leave.is_set():
            raise Left

    def hears(self, ahead: int) -> bool:
        """Wait until the visitor is told this number once more."""
        with self._news:
            already = self.told.count(ahead)
            return self._news.wait_for(lambda: self.told.count(ahead) > already, PATIENCE)


def never() -> Run:
    raise AssertionError("this visitor must not train")


@pytest.fixture(autouse=True)
def _quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_queue, "POLL_SECONDS", 0.002)


@pytest.fixture
def crowd() -> Iterator[Callable[..., Future[Run]]]:
    """Start a visitor in a thread of its own; at the end of the test every one of them must be done."""
    with ThreadPoolExecutor(50) as pool:
        asked: list[Future[Run]] = []

        def ask(server: TrainingQueue, key: str, train: Callable[[], Run], waiting: "Visitor") -> Future[Run]:
            asked.append(pool.submit(server.get, key, waiting.name, train, waiting))
            return asked[-1]

        yield ask
        for future in asked:
            future.exception(PATIENCE)


Ask = Callable[..., Future[Run]]


def test_forty_visitors_with_one_wish_cause_one_training_and_get_the_same_run(crowd: Ask) -> None:
    server, training = TrainingQueue(), Training()
    first = crowd(server, "a", training, Visitor())
    assert training.started.wait(PATIENCE)
    others = [Visitor() for _ in range(39)]
    futures = [crowd(server, "a", never, visitor) for visitor in others]
    assert all(visitor.hears(0) for visitor in others)
    training.may_end.set()
    assert all(future.result(PATIENCE) is training.run for future in [first, *futures])
    assert training.calls == 1


def test_who_comes_later_gets_the_kept_run_without_waiting() -> None:
    server, training, visitor = TrainingQueue(), Training(), Visitor()
    training.may_end.set()
    run = server.get("a", "me", training, visitor)
    assert server.get("a", "me", never, visitor) is run
    assert server.cached("a") is run
    assert server.cached("b") is None
    assert visitor.told == []


def test_different_wishes_are_trained_by_themselves() -> None:
    server = TrainingQueue()
    one, other = Training(), Training()
    one.may_end.set()
    other.may_end.set()
    assert server.get("a", "me", one, Visitor()) is one.run
    assert server.get("b", "me", other, Visitor()) is other.run


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_than_at_once_trainings_run(at_once: int, crowd: Ask) -> None:
    server = TrainingQueue(at_once=at_once)
    lock = threading.Lock()
    running = most = 0
    full = threading.Event()

    def train() -> Run:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == at_once:
                full.set()
        assert full.wait(PATIENCE), "the gate let too few in"
        with lock:
            running -= 1
        return run_of(1)

    futures = [crowd(server, f"key {i}", train, Visitor()) for i in range(12)]
    for future in futures:
        future.result(PATIENCE)
    assert most == at_once


def test_the_line_is_first_come_first_served_and_everyone_is_told_how_many_are_before(crowd: Ask) -> None:
    server = TrainingQueue(at_once=1)
    ends = [Training() for _ in range(4)]
    visitors = [Visitor() for _ in range(4)]
    futures = [crowd(server, "0", ends[0], visitors[0])]
    assert ends[0].started.wait(PATIENCE)
    for place in (1, 2, 3):
        futures.append(crowd(server, str(place), ends[place], visitors[place]))
        assert visitors[place].hears(place)
    for place in range(4):
        assert ends[place].started.wait(PATIENCE)
        assert [end.started.is_set() for end in ends] == [True] * (place + 1) + [False] * (3 - place)
        for later in range(place + 1, 4):
            assert visitors[later].hears(later - place)
        ends[place].may_end.set()
        assert futures[place].result(PATIENCE) is ends[place].run
    assert [max(visitor.told, default=0) for visitor in visitors] == [0, 1, 2, 3]
    assert visitors[3].told == sorted(visitors[3].told, reverse=True)


def test_who_waits_for_anothers_training_that_waits_itself_hears_that_trainings_place(crowd: Ask) -> None:
    server, running, queued = TrainingQueue(at_once=1), Training(), Training()
    owner, joiner = Visitor(), Visitor()
    crowd(server, "a", running, Visitor())
    assert running.started.wait(PATIENCE)
    crowd(server, "b", queued, owner)
    assert owner.hears(1)
    joined = crowd(server, "b", never, joiner)
    assert joiner.hears(1)
    running.may_end.set()
    assert queued.started.wait(PATIENCE)
    assert joiner.hears(0)
    queued.may_end.set()
    assert joined.result(PATIENCE) is queued.run


def test_when_the_owner_gives_up_the_next_in_line_trains_anew(crowd: Ask) -> None:
    server, given_up, anew = TrainingQueue(), Training(error=Left()), Training()
    waiting = [Visitor(), Visitor()]
    owner = crowd(server, "a", given_up, Visitor())
    assert given_up.started.wait(PATIENCE)
    heirs = [crowd(server, "a", anew, visitor) for visitor in waiting]
    assert all(visitor.hears(0) for visitor in waiting)
    given_up.may_end.set()
    assert isinstance(owner.exception(PATIENCE), Left)
    assert anew.started.wait(PATIENCE)
    anew.may_end.set()
    assert all(heir.result(PATIENCE) is anew.run for heir in heirs)
    assert anew.calls == 1


def test_a_training_that_fails_leaves_nothing_behind() -> None:
    server, failing, sound = TrainingQueue(at_once=1), Training(error=ValueError("no such spec")), Training()
    failing.may_end.set()
    sound.may_end.set()
    with pytest.raises(ValueError, match="no such spec"):
        server.get("a", "me", failing, Visitor())
    assert server.cached("a") is None
    assert server.get("a", "me", sound, Visitor()) is sound.run


def test_who_leaves_while_in_line_gives_up_the_place(crowd: Ask) -> None:
    server, running, last = TrainingQueue(at_once=1), Training(), Training()
    leaver, patient = Visitor(), Visitor()
    crowd(server, "a", running, Visitor())
    assert running.started.wait(PATIENCE)
    left = crowd(server, "b", never, leaver)
    assert leaver.hears(1)
    crowd(server, "c", last, patient)
    assert patient.hears(2)
    leaver.leave.set()
    assert isinstance(left.exception(PATIENCE), Left)
    assert patient.hears(1)
    running.may_end.set()
    assert last.started.wait(PATIENCE)
    last.may_end.set()


def test_who_leaves_while_another_trains_the_same_does_not_disturb_it(crowd: Ask) -> None:
    server, training, leaver = TrainingQueue(), Training(), Visitor()
    owner = crowd(server, "a", training, Visitor())
    assert training.started.wait(PATIENCE)
    leaver.leave.set()
    assert isinstance(crowd(server, "a", never, leaver).exception(PATIENCE), Left)
    training.may_end.set()
    assert owner.result(PATIENCE) is training.run


def keep(server: TrainingQueue, key: str, values: int) -> None:
    server.get(key, "me", lambda: run_of(values), Visitor())


def cached(server: TrainingQueue, keys: str) -> str:
    return "".join(key for key in keys if server._cached.get(key) is not None)


def test_the_runs_that_were_used_longest_ago_go_first_when_the_bytes_are_used_up() -> None:
    server = TrainingQueue(cache_bytes=8 * 30)
    for key in "abc":
        keep(server, key, 10)
    assert cached(server, "abc") == "abc"
    assert server.cached("a") is not None
    keep(server, "d", 10)
    assert cached(server, "abcd") == "acd"
    keep(server, "e", 20)
    assert cached(server, "abcde") == "de"


def test_a_run_larger_than_all_the_room_is_kept_alone() -> None:
    server = TrainingQueue(cache_bytes=8 * 30)
    keep(server, "a", 10)
    keep(server, "b", 100)
    assert cached(server, "ab") == "b"
    keep(server, "c", 10)
    assert cached(server, "abc") == "c"


def test_ten_wishes_of_one_visitor_do_not_keep_another_waiting_for_more_than_one_of_them(crowd: Ask) -> None:
    server = TrainingQueue(at_once=1)
    greedy = [Training() for _ in range(10)]
    tabs = [Visitor("greedy") for _ in range(10)]
    futures = [crowd(server, "0", greedy[0], tabs[0])]
    assert greedy[0].started.wait(PATIENCE)
    for number in range(1, 10):
        futures.append(crowd(server, str(number), greedy[number], tabs[number]))
        assert tabs[number].hears(number)
    modest, other = Training(), Visitor("modest")
    crowd(server, "modest", modest, other)
    assert other.hears(10)
    greedy[0].may_end.set()
    assert greedy[1].started.wait(PATIENCE)
    assert other.hears(1)
    greedy[1].may_end.set()
    assert modest.started.wait(PATIENCE)
    assert not any(training.started.is_set() for training in greedy[2:])
    # And the greedy one gets the rest, in the order of asking.
    modest.may_end.set()
    for number in range(2, 10):
        assert greedy[number].started.wait(PATIENCE)
        assert not any(training.started.is_set() for training in greedy[number + 1 :])
        greedy[number].may_end.set()
        assert futures[number].result(PATIENCE) is greedy[number].run


def test_a_wish_that_another_visitor_shares_keeps_its_place(crowd: Ask) -> None:
    server = TrainingQueue(at_once=1)
    first, second, shared = Training(), Training(), Training()
    tabs = [Visitor("greedy") for _ in range(3)]
    crowd(server, "0", first, tabs[0])
    assert first.started.wait(PATIENCE)
    crowd(server, "1", second, tabs[1])
    assert tabs[1].hears(1)
    crowd(server, "2", shared, tabs[2])
    assert tabs[2].hears(2)
    joiner, later = Visitor("modest"), Visitor("late")
    joined = crowd(server, "2", never, joiner)
    assert joiner.hears(2)
    late = Training()
    crowd(server, "3", late, later)
    assert later.hears(3)
    first.may_end.set()
    assert second.started.wait(PATIENCE)
    second.may_end.set()
    assert shared.started.wait(PATIENCE)
    assert not late.started.is_set()
    shared.may_end.set()
    late.may_end.set()
    assert joined.result(PATIENCE) is shared.run


def test_a_training_that_takes_long_holds_no_quick_one_back() -> None:
    slow, quick = Autoencoder(400, 30, (1, 0.1), 0.9), Autoencoder(5, 2, 0.1, 0.9)
    assert visitor_training._queue_for(slow) is visitor_training.SLOW_TRAININGS
    assert visitor_training._queue_for(quick) is visitor_training.QUICK_TRAININGS
    assert visitor_training._queue_for(quick, steps=100_000) is visitor_training.SLOW_TRAININGS


def page_that_wants_too_much() -> None:
    import streamlit as st

    import toymodels as tm
    from toymodels.app.compute.visitor_training import trained

    trained(tm.Autoencoder(100, 100, [k / 40 for k in range(1, 41)], 0.9), seed=3)
    st.write("the training is over")


def test_what_exceeds_the_budget_is_refused_with_a_sentence_and_the_code_and_the_page_ends() -> None:
    page = AppTest.from_function(page_that_wants_too_much).run()
    assert not page.exception
    assert "40 models of 100 features in 100 dimensions would take about" in page.warning[0].value
    assert "n_features=100" in page.code[0].value
    assert "seed=3" in page.code[0].value
    assert len(page.markdown) == 0
    compile(page.code[0].value, "refused", "exec")


WISH = Autoencoder(4, 2, 0.2, 0.9)
START = {"W": np.eye(2, 4), "b": np.zeros(4)}
WISHES: list[dict[str, Any]] = [
    {},
    {"seed": 1},
    {"steps": 3},
    {"restarts": 2},
    {"snapshots": 2},
    {"start": START},
    {"start": {**START, "W": 2 * np.eye(2, 4)}},
    {"start": {**START, "b": np.full(4, 0.1)}},
]


def test_a_page_gets_the_run_that_it_asked_for_and_no_other_kept_one() -> None:
    with short_trainings():
        runs = [visitor_training.trained(WISH, **request) for request in WISHES]
        again = [visitor_training.trained(WISH, **request) for request in WISHES]
        other = visitor_training.trained(Autoencoder(4, 2, 0.2, 0.8))
    assert len({id(run) for run in (*runs, other)}) == len(WISHES) + 1
    assert all(first is second for first, second in zip(runs, again, strict=True))


def test_a_training_reaches_streamlit_while_it_runs_and_ends_there_when_the_visitor_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Session(dict[str, object]):
        def __setitem__(self, key: str, value: object) -> None:
            raise Left

    for spec, queue in (
        (WISH, visitor_training.QUICK_TRAININGS),
        (Autoencoder(400, 30, (1, 0.1), 0.9), visitor_training.SLOW_TRAININGS),
    ):
        assert visitor_training._queue_for(spec) is queue
        with monkeypatch.context() as patch:
            patch.setattr(st, "session_state", Session())
            with pytest.raises(Left):
                visitor_training.trained(spec, seed=77)
        assert not queue.busy
        assert not visitor_training.is_trained(spec, 77)
