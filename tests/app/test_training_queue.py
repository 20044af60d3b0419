"""The server's trainings: each done once, a few at a time, in turns, the latest kept. Real threads, no real training.

Every thread is led by events: a test lets a training end, or a visitor leave, and waits for what must follow.
"""

import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import product
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.states import idle, short_trainings
from toymodels.app.compute import recipe_training, training_queue, visitor_training, watched_training
from toymodels.app.compute.lru_cache import CACHE, LruCache
from toymodels.app.compute.training_queue import Progress, StoppedError, Train, Training, TrainingQueue, Waiting
from toymodels.app.compute.visitor_training import Wanted
from toymodels.run import Run
from toymodels.spec import AbsMLP, Autoencoder

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""

TICK = 0.002
"""Seconds between two reports of a training."""


class Left(Exception):  # noqa: N818  it is no error: Streamlit stops a script by raising
    """What a visitor's script raises when the visitor is gone."""


def any_run() -> Run:
    """A run, no matter which."""
    spec = Autoencoder(1, 1, 0.5, 1.0)
    nothing = np.zeros(0)
    return Run(spec, 0, 0, 1, {"W": np.zeros(1)}, nothing, nothing, 0.0)


class Lesson:
    """A train function that starts when it is called and ends when the test says so, or when nobody wants it."""

    def __init__(self, run: Run | None = None, error: BaseException | None = None) -> None:
        self.calls = 0
        self.started = threading.Event()
        self.may_end = threading.Event()
        self.stopped = threading.Event()
        self.run = run or any_run()
        self._error = error

    def __call__(self, here: Training) -> Run:
        self.calls += 1
        self.started.set()
        for step in range(round(PATIENCE / TICK)):
            try:
                here.on_progress(step, 1_000_000, np.zeros(1))
            except StoppedError:
                self.stopped.set()
                raise
            if self.may_end.wait(TICK):
                break
        else:
            raise AssertionError("the test never let this training end")
        if self._error is not None:
            raise self._error
        return self.run


class Visitor:
    """The waiting callback of one script: what was told, and leaving on demand; a name is a session with several."""

    def __init__(self, name: object = None) -> None:
        self.name = self if name is None else name
        self.told: list[int] = []
        self.steps: list[int] = []
        self.leave = threading.Event()
        self._news = threading.Condition()

    def __call__(self, ahead: int, progress: Progress | None) -> None:
        with self._news:
            self.told.append(ahead)
            if progress is not None:
                self.steps.append(progress.step)
            self._news.notify_all()
        if self.leave.is_set():
            raise Left

    def hears_anything(self) -> bool:
        """Wait until the visitor is told a number."""
        with self._news:
            return self._news.wait_for(lambda: bool(self.told), PATIENCE)

    def hears(self, ahead: int) -> bool:
        """Wait until the visitor is told this number once more."""
        with self._news:
            already = self.told.count(ahead)
            return self._news.wait_for(lambda: self.told.count(ahead) > already, PATIENCE)


def never(_: Training) -> Run:
    raise AssertionError("this visitor must not train")


def queue(at_once: int = 1) -> TrainingQueue:
    return TrainingQueue(LruCache(), at_once)


@pytest.fixture(autouse=True)
def _quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_queue, "POLL_SECONDS", TICK)
    monkeypatch.setattr(training_queue, "RUNNING_POLL_SECONDS", TICK)


@pytest.fixture
def crowd() -> Iterator[Callable[..., Future[Run]]]:
    """Start a visitor in a thread of its own; at the end of the test every one of them must be done."""
    with ThreadPoolExecutor(50) as pool:
        asked: list[Future[Run]] = []

        def ask(
            server: TrainingQueue,
            key: str,
            train: Callable[[Training], Run],
            waiting: "Visitor",
            seconds: float = 1.0,
            urgent: bool = False,
        ) -> Future[Run]:
            asked.append(pool.submit(server.get, key, waiting.name, train, waiting, seconds, urgent))
            return asked[-1]

        yield ask
        for future in asked:
            future.exception(PATIENCE)


Ask = Callable[..., Future[Run]]


def test_forty_visitors_with_one_wish_cause_one_training_and_get_the_same_run(crowd: Ask) -> None:
    server, training = queue(), Lesson()
    first = crowd(server, "a", training, Visitor())
    assert training.started.wait(PATIENCE)
    others = [Visitor() for _ in range(39)]
    futures = [crowd(server, "a", never, visitor) for visitor in others]
    assert all(visitor.hears(0) for visitor in others)
    training.may_end.set()
    assert all(future.result(PATIENCE) is training.run for future in [first, *futures])
    assert training.calls == 1


def test_who_comes_later_gets_the_kept_run_without_waiting() -> None:
    server, training, visitor = queue(), Lesson(), Visitor()
    training.may_end.set()
    run = server.get("a", "somebody", training, Visitor(), 1.0)
    assert server.get("a", "me", never, visitor, 1.0) is run
    assert server.cache.get("a") is run
    assert server.cache.get("b") is None
    assert visitor.told == []


def test_different_wishes_are_trained_by_themselves() -> None:
    server = queue()
    one, other = Lesson(), Lesson()
    one.may_end.set()
    other.may_end.set()
    assert server.get("a", "me", one, Visitor(), 1.0) is one.run
    assert server.get("b", "me", other, Visitor(), 1.0) is other.run


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_than_at_once_trainings_run(at_once: int, crowd: Ask) -> None:
    server = queue(at_once)
    lock = threading.Lock()
    running = most = 0
    full = threading.Event()

    def train(_: Training) -> Run:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == at_once:
                full.set()
        assert full.wait(PATIENCE), "the gate let too few in"
        with lock:
            running -= 1
        return any_run()

    futures = [crowd(server, f"key {i}", train, Visitor()) for i in range(12)]
    for future in futures:
        future.result(PATIENCE)
    assert most == at_once


def test_the_line_is_first_come_first_served_and_everyone_is_told_how_many_are_before(crowd: Ask) -> None:
    server = queue()
    ends = [Lesson() for _ in range(4)]
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
    server, running, queued = queue(), Lesson(), Lesson()
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


def test_when_the_first_who_asked_leaves_the_training_goes_on_for_the_others(crowd: Ask) -> None:
    server, training = queue(), Lesson()
    first, second = Visitor(), Visitor()
    left = crowd(server, "a", training, first)
    assert training.started.wait(PATIENCE)
    stayed = crowd(server, "a", never, second)
    assert second.hears(0)
    first.leave.set()
    assert isinstance(left.exception(PATIENCE), Left)
    assert second.hears(0)
    assert second.hears(0)
    training.may_end.set()
    assert stayed.result(PATIENCE) is training.run
    assert (training.calls, training.stopped.is_set()) == (1, False)
    assert second.steps == sorted(second.steps)
    assert second.steps[-1] > 0


def test_a_training_that_nobody_waits_for_is_stopped_and_the_next_begins(crowd: Ask) -> None:
    server, unwanted, following = queue(), Lesson(), Lesson()
    leavers, patient = [Visitor(), Visitor()], Visitor()
    left = [crowd(server, "a", unwanted, visitor) for visitor in leavers]
    assert unwanted.started.wait(PATIENCE)
    stays = crowd(server, "b", following, patient)
    assert patient.hears(1)
    for visitor in leavers:
        assert visitor.hears(0)
        visitor.leave.set()
    assert unwanted.stopped.wait(PATIENCE)
    assert following.started.wait(PATIENCE)
    following.may_end.set()
    assert stays.result(PATIENCE) is following.run
    assert all(isinstance(future.exception(PATIENCE), Left) for future in left)
    assert unwanted.calls == 1
    assert server.cache.get("a") is None


def test_who_asks_again_for_what_was_stopped_gets_a_training_anew(crowd: Ask) -> None:
    server, unwanted, anew = queue(), Lesson(), Lesson()
    leaver = Visitor()
    crowd(server, "a", unwanted, leaver)
    assert unwanted.started.wait(PATIENCE)
    leaver.leave.set()
    assert unwanted.stopped.wait(PATIENCE)
    future = crowd(server, "a", anew, Visitor())
    anew.may_end.set()
    assert future.result(PATIENCE) is anew.run


def test_a_training_that_cannot_have_a_thread_fails_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    server, sound = queue(), Lesson()
    sound.may_end.set()

    def no_thread(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError, match="new thread"):
            server.get("a", "me", never, Visitor(), 1.0)
    assert not server.busy()
    assert server.get("a", "me", sound, Visitor(), 1.0) is sound.run


def test_a_training_that_fails_leaves_nothing_behind() -> None:
    server, failing, sound = queue(), Lesson(error=ValueError("no such spec")), Lesson()
    failing.may_end.set()
    sound.may_end.set()
    with pytest.raises(ValueError, match="no such spec"):
        server.get("a", "me", failing, Visitor(), 1.0)
    assert server.cache.get("a") is None
    assert server.get("a", "me", sound, Visitor(), 1.0) is sound.run


def line_that_one_leaves(crowd: Ask, leaver: Visitor, last: Lesson, behind: Visitor) -> tuple[TrainingQueue, Lesson]:
    """A queue whose first in line leaves, with the last training and its visitor behind; and what runs meanwhile."""
    server, running = queue(), Lesson()
    crowd(server, "running", running, Visitor())
    assert running.started.wait(PATIENCE)
    left = crowd(server, "old", never, leaver)
    assert leaver.hears(1)
    crowd(server, "later", last, behind)
    assert behind.hears(2)
    leaver.leave.set()
    assert isinstance(left.exception(PATIENCE), Left)
    return server, running


def test_who_leaves_while_in_line_gives_up_the_place(crowd: Ask) -> None:
    last, patient = Lesson(), Visitor()
    _, running = line_that_one_leaves(crowd, Visitor(), last, patient)
    assert patient.hears(1)
    running.may_end.set()
    assert last.started.wait(PATIENCE)
    last.may_end.set()


def test_who_leaves_while_another_waits_for_the_same_does_not_disturb_it(crowd: Ask) -> None:
    server, training, leaver = queue(), Lesson(), Visitor()
    owner = crowd(server, "a", training, Visitor())
    assert training.started.wait(PATIENCE)
    leaver.leave.set()
    assert isinstance(crowd(server, "a", never, leaver).exception(PATIENCE), Left)
    training.may_end.set()
    assert owner.result(PATIENCE) is training.run


def test_all_queues_keep_their_runs_in_one_cache() -> None:
    queues = (
        visitor_training.QUICK_TRAININGS, visitor_training.MEDIUM_TRAININGS, visitor_training.LONG_TRAININGS,
        watched_training._QUEUE, recipe_training._QUEUE,
    )  # fmt: skip
    assert len(set(queues)) == 5
    assert {one.cache for one in queues} == {CACHE}


def order_of_starts(
    requests: Sequence[tuple[str, str]], seconds: Mapping[str, float] | None = None, urgent: Collection[str] = ()
) -> list[str]:
    """The keys in the order in which they are trained, asked for by (session, key) in this order while one trains.

    A training takes a second, or as many as `seconds` says.
    """
    started: list[str] = []
    server, first = queue(), Lesson()

    def train(key: str) -> Callable[[Training], Run]:
        def one(_: Training) -> Run:
            started.append(key)
            return any_run()

        return one

    with ThreadPoolExecutor(50) as pool:
        pool.submit(server.get, "first", "somebody", first, Visitor(), 1.0)
        assert first.started.wait(PATIENCE)
        futures = []
        for session, key in requests:
            visitor, takes = Visitor(), (seconds or {}).get(key, 1.0)
            futures.append(pool.submit(server.get, key, session, train(key), visitor, takes, key in urgent))
            assert visitor.hears_anything()
        first.may_end.set()
        for future in futures:
            future.result(PATIENCE)
    return started


def test_ten_requests_of_one_session_keep_another_waiting_for_one_of_them() -> None:
    greedy = [("greedy", f"g{number}") for number in range(1, 10)]
    order = order_of_starts([*greedy, ("modest", "m")])
    assert order == ["g1", "m", *(f"g{number}" for number in range(2, 10))]


def test_sessions_take_turns_whatever_each_of_them_asks_for() -> None:
    order = order_of_starts([("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("b", "b2"), ("c", "c1")])
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_training_that_several_wait_for_comes_with_the_first_of_them_and_uses_the_turn_of_all() -> None:
    order = order_of_starts([("a", "a1"), ("b", "b1"), ("c", "both"), ("a", "both"), ("c", "c1"), ("d", "d1")])
    # a's turn comes first, with a1; then both waits for c.
    assert order == ["a1", "b1", "both", "d1", "c1"]


def test_who_moves_a_control_while_waiting_keeps_the_place(crowd: Ask) -> None:
    later, wanted = Lesson(), Lesson()
    other, again = Visitor("other"), Visitor("mover")
    server, running = line_that_one_leaves(crowd, Visitor("mover"), later, other)
    crowd(server, "wanted", wanted, again)
    assert again.hears(1)
    assert other.hears(2)
    running.may_end.set()
    assert wanted.started.wait(PATIENCE)
    assert not later.started.is_set()
    wanted.may_end.set()
    assert later.started.wait(PATIENCE)
    later.may_end.set()


def test_who_asks_for_little_does_not_wait_for_who_asks_for_much_until_it_is_as_much() -> None:
    little = [f"l{number}" for number in range(1, 5)]
    asked = [("much", "m1"), ("much", "m2"), *(("little", one) for one in little)]
    assert order_of_starts(asked, dict.fromkeys(little, 0.3)) == ["l1", "l2", "l3", "m1", "l4", "m2"]


def test_who_sees_no_figure_yet_comes_first_also_with_a_second_training_for_it() -> None:
    asked = [("a", "a1"), ("b", "b1"), ("a", "a2"), ("new", "n1"), ("new", "n2"), ("newer", "n3")]
    seconds = {"n1": 0.4, "n2": 0.5}
    assert order_of_starts(asked, seconds, urgent={"n1", "n2", "n3"}) == ["n1", "n2", "n3", "a1", "b1", "a2"]
    assert order_of_starts(asked, seconds) == ["n1", "n2", "a1", "b1", "n3", "a2"]


@pytest.mark.parametrize(("urgent", "most"), [(False, 20), (True, 40)])
def test_sessions_that_come_and_come_do_not_go_before_an_old_one_for_ever(urgent: bool, most: int, crowd: Ask) -> None:
    server, lessons = queue(), dict[str, Lesson]()

    def ask(session: str, key: str) -> None:
        visitor, lessons[key] = Visitor(session), Lesson()
        crowd(server, key, lessons[key], visitor, urgent=urgent and session.startswith("new"))
        assert visitor.hears_anything()

    def end(key: str) -> str:
        """End a training; the one that begins then."""
        lessons.pop(key).may_end.set()
        with server._changed:
            assert server._changed.wait_for(lambda: server._running and server._running[0].key != key, PATIENCE)
            return str(server._running[0].key)

    ask("first", "first")
    for key in ("old 1", "old 2"):
        ask("old", key)
    for number in range(4):
        ask(f"new {number}", f"new {number}")
    running, number = end("first"), 4
    while running != "old 2" and number < most:
        ask(f"new {number}", f"new {number}")
        running, number = end(running), number + 1
    assert 8 <= number < most
    for lesson in lessons.values():
        lesson.may_end.set()


def test_meters_of_sessions_that_left_do_not_pile_up(crowd: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_queue, "MOST_METERS", 5)
    server, running = queue(), Lesson()
    crowd(server, "running", running, Visitor())
    assert running.started.wait(PATIENCE)
    for number in range(20):
        leaver = Visitor(number)
        leaver.leave.set()
        assert isinstance(crowd(server, str(number), never, leaver).exception(PATIENCE), Left)
    assert len(server._meters) <= 6
    running.may_end.set()
    assert idle(server)
    assert server._meters == {}


def test_who_asks_for_several_waits_for_one_after_the_other_while_all_are_in_the_queue() -> None:
    server, first, second = queue(), Lesson(), Lesson()
    with server.asked("first", "tab", first, 1.0) as one, server.asked("second", "tab", second, 1.0) as other:
        assert first.started.wait(PATIENCE)
        assert not second.started.is_set()
        first.may_end.set()
        # Nobody has waited for anything yet.
        assert second.started.wait(PATIENCE)
        second.may_end.set()
        assert (one(Visitor()), other(Visitor())) == (first.run, second.run)
    assert idle(server)
    with server.asked("first", "tab", never, 1.0) as kept_one:
        assert kept_one(Visitor()) is first.run


def test_who_leaves_after_asking_for_several_waits_for_none_of_them() -> None:
    server, first = queue(), Lesson()
    leaver = Visitor()
    leaver.leave.set()
    with server.asked("first", "tab", first, 1.0) as one, server.asked("second", "tab", never, 1.0):
        assert first.started.wait(PATIENCE)
        with pytest.raises(Left):
            one(leaver)
    assert first.stopped.wait(PATIENCE)
    assert idle(server)


def test_trainings_of_one_length_have_a_queue_of_their_own() -> None:
    medium, quick, tiny = AbsMLP(100, 40, (1, 0.1), 0.8), Autoencoder(20, 5, (1, 0.1), 0.9), Autoencoder(5, 2, 0.1, 0.9)
    long = Autoencoder(400, 30, (1, 0.3, 0.1, 0.03), 0.9)
    assert visitor_training._queue_for(Wanted(long)) is visitor_training.LONG_TRAININGS
    assert visitor_training._queue_for(Wanted(medium)) is visitor_training.MEDIUM_TRAININGS
    assert visitor_training._queue_for(Wanted(quick)) is visitor_training.QUICK_TRAININGS
    assert visitor_training._queue_for(Wanted(tiny)) is visitor_training.TINY_TRAININGS
    assert visitor_training._queue_for(Wanted(tiny, steps=900_000)) is visitor_training.LONG_TRAININGS


def test_a_longer_training_gives_way_to_shorter_ones_and_not_the_other_way_round(
    crowd: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    lengths = (
        visitor_training.TINY_TRAININGS, visitor_training.QUICK_TRAININGS, visitor_training.MEDIUM_TRAININGS,
        visitor_training.LONG_TRAININGS,
    )  # fmt: skip
    gave_way = {}
    for urgent, busy in product((False, True), lengths):
        training = Lesson()
        crowd(busy, f"busy {id(busy)} {urgent}", training, Visitor(), urgent=urgent)
        assert training.started.wait(PATIENCE)
        for asking in lengths:
            pauses.clear()
            visitor_training.give_way(asking)
            gave_way[busy, asking] = len(pauses)
            visitor_training.give_way(asking, urgent=True)
            # For a page that shows no figure yet, it gives way to such ones alone.
            assert len(pauses) == gave_way[busy, asking] * (1 + urgent)
        training.may_end.set()
        assert idle(busy)
    assert gave_way == {
        (busy, asking): int(lengths.index(busy) < lengths.index(asking)) for busy, asking in product(lengths, lengths)
    }


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
    {"held_out": 4096},
]


def test_a_page_gets_the_run_that_it_asked_for_and_no_other_kept_one() -> None:
    with short_trainings():
        runs = [visitor_training.trained(WISH, **request) for request in WISHES]
        again = [visitor_training.trained(WISH, **request) for request in WISHES]
        other = visitor_training.trained(Autoencoder(4, 2, 0.2, 0.8))
    assert len({id(run) for run in (*runs, other)}) == len(WISHES) + 1
    assert all(first is second for first, second in zip(runs, again, strict=True))


def test_several_runs_come_in_the_order_in_which_they_were_asked_for() -> None:
    wishes = [Wanted(WISH, seed, restarts=1) for seed in (5, 3, 4)]
    with short_trainings():
        kept_one = visitor_training.trained(WISH, 3, restarts=1)
        runs = visitor_training.all_trained(wishes)
    assert [run.seed for run in runs] == [5, 3, 4]
    assert runs[1] is kept_one


def page_with_two_figures() -> None:
    from toymodels import Autoencoder
    from toymodels.app.compute.visitor_training import trained
    from toymodels.app.shell.figures import figure
    from toymodels.app.shell.work_notice import begin_work

    begin_work()
    for seed in (11, 12):
        trained(Autoencoder(3, 2, 0.37, 0.9), seed)
        figure(f"of seed {seed}").write(seed)


def test_what_a_page_trains_is_urgent_until_it_shows_a_figure_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked = TrainingQueue.asked, list[bool]()

    def noting(
        self: TrainingQueue, key: Hashable, session: Hashable, train: Train, seconds: float, urgent: bool
    ) -> AbstractContextManager[Callable[[Waiting], Run]]:
        asked.append(urgent)
        return ask(self, key, session, train, seconds, urgent)

    monkeypatch.setattr(TrainingQueue, "asked", noting)
    with short_trainings():
        page = AppTest.from_function(page_with_two_figures).run()
        CACHE.clear()
        page.run()
    assert asked == [True, False] * 2


def test_a_visitor_who_is_gone_stops_waiting_and_then_the_training_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    class Session(dict[str, object]):
        def __setitem__(self, key: str, value: object) -> None:
            raise Left

    for spec, server in (
        (Autoencoder(20, 5, (1, 0.1), 0.9), visitor_training.QUICK_TRAININGS),
        (Autoencoder(400, 30, (1, 0.3, 0.1, 0.03), 0.9), visitor_training.LONG_TRAININGS),
    ):
        assert visitor_training._queue_for(Wanted(spec)) is server
        with monkeypatch.context() as patch:
            patch.setattr(st, "session_state", Session())
            with pytest.raises(Left):
                visitor_training.trained(spec, seed=77)
        assert idle(server)
        assert not visitor_training.is_trained(spec, 77)
