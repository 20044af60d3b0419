"""The server's trainings: each asked for by many, done once, a few at a time, the latest kept.

`Trainings` knows no Streamlit. `trained` is what pages call.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from toymodels.app.compute.precomputed_defaults import is_shipped, shipped
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.snippets import program
from toymodels.spec import SCHEMA, Spec
from toymodels.training import default_config, train
from toymodels.training.run_time import refusal, seconds

TRAININGS_AT_ONCE = 1
"""In each lane. Small trainings are mostly Python, which runs one thread at a time: two would each take twice as long,
and the pages of all visitors with them."""

KEPT_BYTES = 32_000_000
POLL_SECONDS = 0.2

QUICK_SECONDS = 0.5
"""Trainings that are estimated at more have a lane of their own."""

GIVE_WAY_SECONDS = 0.05
"""How long a training that is not quick pauses while quick ones run, each time it reports."""

_LOG = logging.getLogger(__name__)


@dataclass
class _Wish:
    """A training that waits for its turn: whose it is, and whether somebody else waits for it as well."""

    visitor: Hashable
    shared: bool = False


class Trainings:
    """A gate and a shelf: at most `at_once` trainings run, and the latest runs are kept up to `keep_bytes`.

    A training belongs to the visitor who asked first; whoever asks for the same key meanwhile waits for that one.
    If its owner gives up (an exception leaves `train`), the next in line starts it anew.

    The line is first come, first served, with turns: whose training starts, goes to its end with all other wishes,
    so that nobody waits for more than one training of each of the others.
    """

    def __init__(self, at_once: int = TRAININGS_AT_ONCE, keep_bytes: int = KEPT_BYTES) -> None:
        self._at_once = at_once
        self._keep_bytes = keep_bytes
        self._changed = threading.Condition()
        self._running: set[Hashable] = set()
        self._line: OrderedDict[Hashable, _Wish] = OrderedDict()
        self._kept: OrderedDict[Hashable, Run] = OrderedDict()

    def get(self, key: Hashable, visitor: Hashable, train: Callable[[], Run], waiting: Callable[[int], None]) -> Run:
        """The run for a key: from the shelf, from another visitor's training, or from `train()`.

        Args:
            key: equal keys must mean equal runs.
            visitor: who asks; one visitor may ask for several at a time, from several tabs.
            train: does the training; called without any lock held.
            waiting: called a few times a second while others train, with the number of trainings before
                this one; may raise to give up the place in line.
        """
        run = self._join(key, visitor, waiting)
        if run is not None:
            return run
        end = "left"
        try:
            self._await_turn(key, waiting)
            _LOG.info("started %x", hash(key))
            run = train()
            with self._changed:
                self._keep(key, run)
            end = "finished"
            return run
        finally:
            _LOG.info("%s %x", end, hash(key))
            with self._changed:
                self._running.discard(key)
                self._line.pop(key, None)
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether anything is being trained, or waits to be."""
        with self._changed:
            return bool(self._running or self._line)

    def kept(self, key: Hashable) -> Run | None:
        """The run for a key if it is on the shelf."""
        with self._changed:
            return self._take(key)

    def shelf(self) -> dict[Hashable, Run]:
        """The runs that are kept, by their keys."""
        with self._changed:
            return dict(self._kept)

    def _join(self, key: Hashable, visitor: Hashable, waiting: Callable[[int], None]) -> Run | None:
        """The run if it is kept or another's training of it ends well; None once the key is ours in the line."""
        asked = False
        while True:
            with self._changed:
                run = self._take(key)
                if run is not None:
                    return run
                if not asked:
                    _LOG.info("asked %x", hash(key))
                    asked = True
                if key in self._line:
                    self._line[key].shared |= self._line[key].visitor != visitor
                elif key not in self._running:
                    self._line[key] = _Wish(visitor)
                    return None
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _await_turn(self, key: Hashable, waiting: Callable[[int], None]) -> None:
        while True:
            with self._changed:
                if len(self._running) < self._at_once and next(iter(self._line)) == key:
                    self._begin(key)
                    return
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _begin(self, key: Hashable) -> None:
        visitor = self._line.pop(key).visitor
        self._running.add(key)
        for other in [other for other, wish in self._line.items() if wish.visitor == visitor and not wish.shared]:
            self._line.move_to_end(other)
        self._changed.notify_all()

    def _ahead(self, key: Hashable) -> int:
        if key not in self._line:
            return 0
        return max(0, len(self._running) + list(self._line).index(key) - self._at_once + 1)

    def _take(self, key: Hashable) -> Run | None:
        run = self._kept.get(key)
        if run is not None:
            self._kept.move_to_end(key)
        return run

    def _keep(self, key: Hashable, run: Run) -> None:
        self._kept[key] = run
        while len(self._kept) > 1 and sum(kept.n_bytes for kept in self._kept.values()) > self._keep_bytes:
            self._kept.popitem(last=False)


def visitor() -> Hashable:
    """Who asks: the address of the visitor's machine, whose tabs share it; on this machine, the tab.

    Behind a proxy all visitors have one address. Then they are served first come, first served.
    """
    return st.context.ip_address or session_id()


# The module's own: what `st.cache_resource` holds, any visitor may clear for everybody.
QUICK_TRAININGS = Trainings()
"""Those that are over before one looks away."""

SLOW_TRAININGS = Trainings()
"""Those that take longer, in a lane of their own: nobody's quick training waits behind one."""


def give_way() -> None:
    """Called now and then by a training that is not quick: wait a little if a quick one wants the processor."""
    if QUICK_TRAININGS.busy:
        time.sleep(GIVE_WAY_SECONDS)


def trained(
    spec: Spec,
    seed: int = 0,
    *,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, Array] | None = None,
) -> Run:
    """`toymodels.train`, shared by all visitors; a visitor who waits for others is told so in place.

    What pages show on arrival ships with the app (`toymodels.app.compute.precomputed_defaults`) and is not
    trained again.

    The training stops within a few steps when the visitor moves a control or leaves. What would take longer than the
    server's budget is refused, and the page ends there.
    """
    key = _key(spec, seed, steps, restarts, snapshots, start)
    lane = _lane(spec, steps, restarts)
    run = _at_hand(key, lane)
    if run is not None:
        return run
    refuse_too_much(spec, seed, steps, restarts)
    place = st.empty()
    told = -1

    def waiting(ahead: int) -> None:
        nonlocal told
        # Any call or write to the session lets Streamlit stop this script when a newer rerun is wanted.
        if ahead == told:
            st.session_state["_training_step"] = 0
            return
        told = ahead
        place.caption(f"The server is busy: {ahead} training(s) before yours." if ahead else "Training …")

    def progress(step: int, total: int, loss: object) -> None:
        st.session_state["_training_step"] = step
        if lane is not QUICK_TRAININGS:
            give_way()

    run = lane.get(
        key,
        visitor(),
        lambda: train(
            spec, seed, steps=steps, restarts=restarts, snapshots=snapshots, start=start, on_progress=progress
        ),
        waiting,
    )
    place.empty()
    return run


def refuse_too_much(spec: Spec, seed: int, steps: int | None, restarts: int | None) -> None:
    """End the page with a sentence, and the code to run at home, if a training would exceed the server's budget."""
    sentence = refusal([spec], steps=steps, restarts=restarts)
    if sentence is not None:
        tell_refusal(sentence, spec, seed, steps, restarts)
        st.stop()


def tell_refusal(sentence: str, spec: Spec, seed: int, steps: int | None = None, restarts: int | None = None) -> None:
    """Why a training is refused, as `costs.refusal` says it, and the code to run at home."""
    usual = default_config(spec)
    st.warning(f"{sentence} At home there is no such limit: run this.")
    st.code(program(spec, seed, steps or usual.steps, restarts or usual.restarts), language="python")


def is_trained(spec: Spec, seed: int = 0, *, steps: int | None = None) -> bool:
    """Whether `trained(spec, seed, steps=steps)` would return at once."""
    return _at_hand(_key(spec, seed, steps), _lane(spec, steps)) is not None


def _at_hand(key: Hashable, lane: Trainings) -> Run | None:
    return shipped(key) or lane.kept(key)


def trained_in(runs: Iterable[Run]) -> str:
    """How long trainings took, in words, and whether it was done before the app was shipped."""
    runs = list(runs)
    before = sum(is_shipped(run) for run in runs)
    words = "Trained beforehand" if before == len(runs) else "Trained, some of it beforehand," if before else "Trained"
    return f"{words} in {sum(run.seconds for run in runs):.2g} s"


def _lane(spec: Spec, steps: int | None = None, restarts: int | None = None) -> Trainings:
    quick = seconds([spec], steps=steps, restarts=restarts) <= QUICK_SECONDS
    return QUICK_TRAININGS if quick else SLOW_TRAININGS


def _key(
    spec: Spec,
    seed: int,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, Array] | None = None,
) -> Hashable:
    # Arrays by their bytes: equal weights, equal keys.
    first = None if start is None else tuple((name, np.float32(value).tobytes()) for name, value in start.items())
    return SCHEMA, spec, seed, steps, restarts, snapshots, first
