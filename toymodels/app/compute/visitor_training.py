"""Training on a visitor's behalf: precomputed, from the cache, or in its turn from the queue.

`trained` is what pages call, and `all_trained` for several at once.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.precomputed_defaults import is_shipped, shipped
from toymodels.app.compute.training_queue import Progress, Training, TrainingQueue
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.app.shell.work_notice import shows_no_figure, tell_work, work_is_done
from toymodels.arrays import Array
from toymodels.names import counted
from toymodels.run import Run
from toymodels.snippets import program
from toymodels.spec import SCHEMA, Spec
from toymodels.training import OnProgress, default_config, train
from toymodels.training.run_time import refusal, rounded, seconds

TINY_SECONDS = 0.1
QUICK_SECONDS = 0.5
MEDIUM_SECONDS = 3.0
"""Estimates up to which a training is tiny, quick, or of medium length."""

GIVE_WAY_SECONDS = 0.05
"""How long a training that is not tiny pauses while shorter ones run, each time it reports."""

PATIENCE = 0.7
"""Seconds after which a visitor whose training has not begun is shown something else first."""

SECONDS_BETWEEN_LOOKS = 0.7
"""How often a visitor who watches a training is told how far it is."""

TINY_TRAININGS = TrainingQueue(CACHE)
QUICK_TRAININGS = TrainingQueue(CACHE)
MEDIUM_TRAININGS = TrainingQueue(CACHE)
LONG_TRAININGS = TrainingQueue(CACHE)
"""A queue for each length, so that no training waits behind one that takes many times as long."""


def give_way(queue: TrainingQueue = LONG_TRAININGS, urgent: bool = False) -> None:
    """Called now and then by a training of that queue: pause a little if shorter ones run, or wait to.

    One that is `urgent` pauses for those alone that are so too.
    """
    lengths = (TINY_TRAININGS, QUICK_TRAININGS, MEDIUM_TRAININGS, LONG_TRAININGS)
    if any(shorter.busy(urgent) for shorter in lengths[: lengths.index(queue)]):
        time.sleep(GIVE_WAY_SECONDS)


@dataclass(frozen=True, eq=False)
class Wanted:
    """A training that a page wants; the fields as in `toymodels.train`.

    With `held_out`, which is as in `TrainingConfig`, the loss of the run costs less and is known less exactly.
    """

    spec: Spec
    seed: int = 0
    steps: int | None = None
    restarts: int | None = None
    snapshots: int = 0
    start: Mapping[str, Array] | None = None
    start_numbers: tuple[int, ...] | None = None
    tracked: bool = False
    held_out: int | None = None

    @property
    def key(self) -> Hashable:
        """Equal for equal runs."""
        # Arrays by their bytes: equal weights, equal keys.
        start = self.start
        first = None if start is None else tuple((name, np.float32(value).tobytes()) for name, value in start.items())
        # Only where it is not the best start: what ships is named by its key.
        choice = ("tracked",) if self.tracked else self.start_numbers or ()
        measured = () if self.held_out is None else ("held out", self.held_out)
        return (
            SCHEMA, self.spec, self.seed, self.steps, self.restarts, self.snapshots, first, *choice, *measured,
        )  # fmt: skip

    @property
    def seconds(self) -> float:
        """How long it takes, by estimate."""
        return seconds([self.spec], steps=self.steps, restarts=self.restarts)

    def train(self, on_progress: OnProgress) -> Run:
        """Train it."""
        held_out = self.held_out
        return train(
            self.spec,
            self.seed,
            steps=self.steps,
            restarts=self.restarts,
            snapshots=self.snapshots,
            start=self.start,
            start_numbers=self.start_numbers,
            tracked=self.tracked,
            config=None if held_out is None else replace(default_config(self.spec), held_out=held_out),
            on_progress=on_progress,
        )


def trained(
    spec: Spec,
    seed: int = 0,
    *,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, Array] | None = None,
    start_numbers: tuple[int, ...] | None = None,
    tracked: bool = False,
    held_out: int | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Run:
    """`toymodels.train`, shared by all visitors; a visitor who waits is told for what.

    Arguments as of `Wanted`; `meanwhile` as in `all_trained`.

    What pages show on arrival ships with the app (`toymodels.app.compute.precomputed_defaults`) and is not
    trained again.

    The training stops within a few steps when the visitor moves a control or leaves, unless others wait for it. What
    would take longer than the server's budget is refused, and the page ends there.
    """
    wanted = Wanted(spec, seed, steps, restarts, snapshots, start, start_numbers, tracked, held_out)
    return all_trained([wanted], meanwhile)[0]


def all_trained(wanted: Iterable[Wanted], meanwhile: Callable[[], None] | None = None) -> list[Run]:
    """As `trained`, for several trainings, all of which are asked for before the first one is waited for.

    With `meanwhile`, that is called, once, if one of them has not begun within `PATIENCE` seconds. They are asked for
    again after it: if it draws a figure, they no longer go before those of visitors who see none.
    """
    wanted = list(wanted)
    if meanwhile is not None:
        try:
            return _all_trained(wanted, time.perf_counter() + PATIENCE)
        except _LateError:
            meanwhile()
    return _all_trained(wanted, math.inf)


class _LateError(Exception):
    """Raised where a training has not begun at the latest time for it."""


def _all_trained(wanted: Sequence[Wanted], latest: float) -> list[Run]:
    urgent, session = shows_no_figure(), session_id()
    found: list[Run | Callable[[], Run]] = []
    with ExitStack() as asked:
        for one in wanted:
            key = one.key
            run = _available(key)
            if run is not None:
                found.append(run)
                continue
            refuse_too_much(one.spec, one.seed, one.steps, one.restarts)
            queue = _queue_for(one)
            training = functools.partial(_training, one, queue)
            wait = asked.enter_context(queue.asked(key, session, training, one.seconds, urgent))
            found.append(functools.partial(wait, functools.partial(_tell, one, latest)))
        runs = [one if isinstance(one, Run) else one() for one in found]
    if any(not isinstance(one, Run) for one in found):
        work_is_done()
    return runs


def _training(wanted: Wanted, queue: TrainingQueue, here: Training) -> Run:
    def on_progress(step: int, total: int, loss: Array) -> None:
        here.on_progress(step, total, loss)
        give_way(queue, here.urgent)

    return wanted.train(on_progress)


def _tell(wanted: Wanted, latest: float, ahead: int, progress: Progress | None) -> None:
    if progress is None and time.perf_counter() > latest:
        raise _LateError
    # Any call or write to the session lets Streamlit stop this script when a newer rerun is wanted.
    st.session_state["_training_step"] = 0
    tell_work(_in_words(wanted.spec, wanted.seconds, ahead, progress))


def _in_words(spec: Spec, expected: float, ahead: int, progress: Progress | None) -> str:
    """What is trained, and how long it takes: `expected` seconds, or as its progress says."""
    hidden = f"{spec.n_hidden} {'dimensions' if spec.tied else 'neurons'}"
    what = f"{counted(spec.n_instances, 'model')} of {spec.n_features} features in {hidden}"
    if progress is None:
        before = f"The server is busy: {counted(ahead, 'training')} before yours. " if ahead else ""
        return f"{before}Training {what}, about {rounded(expected)}."
    if progress.seconds <= QUICK_SECONDS or not progress.step:
        return f"Training {what}, about {rounded(expected)}."
    return (
        f"Training {what}: step {progress.step:,} of {progress.steps:,}, about {rounded(progress.seconds_left)} left."
    )


def refuse_too_much(spec: Spec, seed: int, steps: int | None, restarts: int | None) -> None:
    """End the page with a sentence, and the code to run at home, if a training would exceed the server's budget."""
    sentence = refusal([spec], steps=steps, restarts=restarts)
    if sentence is not None:
        usual = default_config(spec)
        tell_refusal(sentence, program(spec, seed, steps or usual.steps, restarts or usual.restarts))
        st.stop()


def tell_refusal(sentence: str, code: str) -> None:
    """Why a training is refused, as `refusal` says it, and the code to run at home."""
    st.warning(f"{sentence} At home there is no such limit: run this.")
    st.code(code, language="python")


def is_trained(spec: Spec, seed: int = 0) -> bool:
    """Whether `trained(spec, seed)` would return at once."""
    return _available(Wanted(spec, seed).key) is not None


def _available(key: Hashable) -> Run | None:
    return shipped(key) or CACHE.get(key)


def trained_in(runs: Iterable[Run]) -> str:
    """How long trainings took, in words, and whether it was done before the app was shipped."""
    runs = list(runs)
    before = sum(is_shipped(run) for run in runs)
    words = "Trained beforehand" if before == len(runs) else "Trained, some of it beforehand," if before else "Trained"
    return f"{words} in {sum(run.seconds for run in runs):.2g} s"


def _queue_for(wanted: Wanted) -> TrainingQueue:
    if wanted.seconds <= TINY_SECONDS:
        return TINY_TRAININGS
    if wanted.seconds <= QUICK_SECONDS:
        return QUICK_TRAININGS
    return MEDIUM_TRAININGS if wanted.seconds <= MEDIUM_SECONDS else LONG_TRAININGS
