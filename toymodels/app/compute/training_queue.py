"""Queue of the server's trainings. It knows no Streamlit.

1. A training runs in a thread of the queue, not in the script of the visitor who asked for it.
2. Whoever asks for the same waits for the same training, and all get its run.
3. Each session, which is one tab of a browser, has a meter: the seconds of training, by estimate, that it was given.
   Next is the session whose meter is the lowest, with the seconds that it asks for (as in weighted fair queueing); of
   equal ones, who asked first. Who sees no figure yet has a head start, so that everybody's first figure comes before
   anybody's second one, unless new ones come and come.
4. A training that starts adds its seconds to the meters of all who wait for it. So a session that asks for much waits
   for those that ask for little.
5. Meanwhile a clock runs as a meter would if all who wait shared evenly. A meter that is behind it is put to it when
   its session asks: nobody saves up turns, and new sessions do not go before old ones for ever.
6. A session that asks for something else, because a control was moved, keeps its place until it had its turn.
7. A training is stopped, within its next few steps, only when nobody waits for it any more.
8. Trainings of about the same length have a queue of their own (`visitor_training`), so a short one never waits for a
   long one; and a long one pauses while short ones run, but goes on in between at a quarter of its pace at least. That
   of a first figure pauses for other first figures alone.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from toymodels.app.compute.lru_cache import LruCache
from toymodels.app.compute.script_turns import SCRIPT_TURNS
from toymodels.arrays import Array
from toymodels.run import Run

TRAININGS_AT_ONCE = 1
"""In each queue. A training has two threads, and more than one at a time would only make each of them later."""

POLL_SECONDS = 0.2
"""How often somebody who stands in the queue looks whether the visitor is still there."""

RUNNING_POLL_SECONDS = 0.05
"""The same, while the training runs: it should stop soon after the visitor has moved on."""

HEAD_START = 1.0
"""Seconds that a meter counts less while its session sees no figure; few first figures take more."""

MOST_METERS = 1000
"""Meters that are kept for sessions that do not wait at the moment."""

_LOG = logging.getLogger(__name__)


class StoppedError(Exception):
    """Raised in a training for which nobody waits any more."""


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        step: steps done.
        steps: steps in all.
        loss: of the current batch, (instances,).
        seconds: since it began.
        parameters: at that step, by name as in `Run.parameters`; empty where the training does not report them.
    """

    step: int = 0
    steps: int = 1
    loss: Array = field(default_factory=lambda: np.zeros(1))
    seconds: float = 0.0
    parameters: Mapping[str, Array] = field(default_factory=dict)

    @property
    def seconds_left(self) -> float:
        """If it goes on as fast as so far."""
        return self.seconds * (self.steps / max(self.step, 1) - 1)


@dataclass(order=True)
class _Meter:
    """What a session was given, in seconds of training, and when it asked for its next one; None after its turn."""

    seconds: float
    number: int | None


class Training:
    """A training in a queue, to which its train function reports.

    Attributes:
        seconds: how long it takes, by estimate.
        urgent: whether it is for a page that shows no figure yet.
        progress: the latest report; None before it starts.
    """

    def __init__(self, key: Hashable, train: Train, seconds: float, still_wanted: Callable[[Training], bool]) -> None:
        self.key = key
        self.train = train
        self.seconds = seconds
        self.urgent = False
        self.sessions: list[Hashable] = []
        self.progress: Progress | None = None
        self.run: Run | None = None
        self.error: BaseException | None = None
        self._still_wanted = still_wanted
        self._began = 0.0
        self._parameters: Mapping[str, Array] = {}

    def begin(self) -> None:
        """It starts now."""
        self._began = time.perf_counter()
        self.progress = Progress()

    def on_parameters(self, step: int, parameters: Mapping[str, Array]) -> None:
        """As in `toymodels.train`: they belong to the next call of `on_progress`."""
        self._parameters = parameters

    def on_progress(self, step: int, steps: int, loss: Array) -> None:
        """As in `toymodels.train`.

        Raises:
            StoppedError: if nobody waits for this training any more.
        """
        self.progress = Progress(step, steps, loss, time.perf_counter() - self._began, self._parameters)
        if not self._still_wanted(self):
            raise StoppedError


Train = Callable[[Training], Run]
Waiting = Callable[[int, Progress | None], None]


class TrainingQueue:
    """Queue of trainings, `at_once` of which run at the same time; their runs go into a cache."""

    def __init__(self, cache: LruCache, at_once: int = TRAININGS_AT_ONCE) -> None:
        self.cache = cache
        self._at_once = at_once
        self._changed = threading.Condition()
        self._trainings: dict[Hashable, Training] = {}
        self._running: list[Training] = []
        self._meters: dict[Hashable, _Meter] = {}
        self._clock = 0.0
        self._next_number = 0

    def get(
        self, key: Hashable, session: Hashable, train: Train, waiting: Waiting, seconds: float, urgent: bool = False
    ) -> Run:
        """The run for a key: from the cache, or from a training that is waited for.

        Args:
            key: equal keys must mean equal runs.
            session: who asks.
            train: does the training, in another thread; hands what it reports to the `Training` that it is given.
            waiting: called now and then in the caller's thread with the number of trainings before this one, and how
                far this one is, None before it starts; may raise, which gives up waiting.
            seconds: how long it takes, by estimate.
            urgent: whether the session sees no figure yet.

        Raises:
            Exception: what `train` raises.
        """
        with self.asked(key, session, train, seconds, urgent) as run:
            return run(waiting)

    @contextmanager
    def asked(
        self, key: Hashable, session: Hashable, train: Train, seconds: float, urgent: bool = False
    ) -> Iterator[Callable[[Waiting], Run]]:
        """As `get`, for somebody who asks for several trainings before waiting for the first one.

        The run is what the value gives when it is called with `waiting`; whoever leaves the context waits no more.
        """
        with self._changed:
            run: Run | None = self.cache.get(key)
            training = None if run is not None else self._join(key, session, train, seconds, urgent)
        if run is not None:
            found = run
            yield lambda _: found
            return
        assert training is not None
        try:
            yield functools.partial(self._wait_for, training)
        finally:
            with self._changed:
                training.sessions.remove(session)
                if not training.sessions and training.progress is None:
                    self._forget(training)
                    _LOG.info("left %x", hash(key))
                    self._changed.notify_all()

    def _join(self, key: Hashable, session: Hashable, train: Train, seconds: float, urgent: bool) -> Training:
        _LOG.info("asked %x", hash(key))
        training = self._trainings.get(key)
        if training is None:
            training = self._trainings[key] = Training(key, train, seconds, self._still_wanted)
        training.urgent |= urgent
        training.sessions.append(session)
        if training not in self._running:
            self._ask(session)
        self._start()
        return training

    def busy(self, urgent: bool = False) -> bool:
        """Whether anything is being trained, or waits to be; with `urgent`, anything that is urgent."""
        with self._changed:
            return any(one.urgent or not urgent for one in (*self._running, *self._trainings.values()))

    def _wait_for(self, training: Training, waiting: Waiting) -> Run:
        with SCRIPT_TURNS.given_back():
            return self._end_of(training, waiting)

    def _end_of(self, training: Training, waiting: Waiting) -> Run:
        with self._changed:
            if training.progress is None:
                # A visitor need not hear of a queue that is over at once.
                self._changed.wait(POLL_SECONDS)
        while True:
            with self._changed:
                if training.run is not None:
                    return training.run
                if training.error is not None:
                    raise training.error
                ahead, progress = self._ahead(training), training.progress
            waiting(ahead, progress)
            with self._changed:
                if training.run is None and training.error is None:
                    self._changed.wait(POLL_SECONDS if training.progress is None else RUNNING_POLL_SECONDS)

    def _ask(self, session: Hashable) -> None:
        meter = self._meters.setdefault(session, _Meter(self._clock, None))
        if meter.number is not None:
            return
        meter.seconds = max(meter.seconds, self._clock)
        meter.number = self._next_number
        self._next_number += 1
        waited_for = {one for training in self._trainings.values() for one in training.sessions}
        for other in list(self._meters)[:-MOST_METERS]:
            if other not in waited_for:
                del self._meters[other]

    def _place(self, training: Training) -> _Meter:
        first = min(self._meters[session] for session in training.sessions)
        return replace(first, seconds=first.seconds + training.seconds - HEAD_START * training.urgent)

    def _waiting(self) -> list[Training]:
        """The trainings that have not started, the next one first."""
        return sorted((one for one in self._trainings.values() if one.progress is None), key=self._place)

    def _ahead(self, training: Training) -> int:
        if training.progress is not None:
            return 0
        return max(0, len(self._running) + self._waiting().index(training) - self._at_once + 1)

    def _start(self) -> None:
        """Start what is next while there is room."""
        while len(self._running) < self._at_once and (waiting := self._waiting()):
            training, *others = waiting
            training.begin()
            self._running.append(training)
            waited_for = {session for one in (training, *others) for session in one.sessions}
            self._clock += training.seconds / len(waited_for)
            for session in training.sessions:
                self._meters[session].seconds += training.seconds
                self._meters[session].number = None
            for other in others:
                # A session may wait for two: a script that ends soon, and the one that takes its place.
                for session in other.sessions:
                    self._ask(session)
            _LOG.info("started %x", hash(training.key))
            try:
                threading.Thread(target=self._work, args=(training,), name="training", daemon=True).start()
            except RuntimeError as error:  # the system gives no more threads
                self._end(training, None, error)

    def _work(self, training: Training) -> None:
        run = error = None
        try:
            run = training.train(training)
        except BaseException as raised:  # whoever waits raises it
            error = raised
        with self._changed:
            self._end(training, run, error)
            self._start()

    def _end(self, training: Training, run: Run | None, error: BaseException | None) -> None:
        if run is not None:
            self.cache.put(training.key, run)
        training.run, training.error = run, error
        _LOG.info("%s %x", "left" if run is None else "finished", hash(training.key))
        self._running.remove(training)
        self._forget(training)
        self._changed.notify_all()

    def _still_wanted(self, training: Training) -> bool:
        with self._changed:
            if not training.sessions:
                # Whoever asks from here on needs another training.
                self._forget(training)
            return bool(training.sessions)

    def _forget(self, training: Training) -> None:
        if self._trainings.get(training.key) is training:
            del self._trainings[training.key]
        if not self._trainings:
            self._meters.clear()
            self._clock = 0.0
