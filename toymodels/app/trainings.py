"""The server's trainings: each asked for by many, done once, a few at a time, the latest kept.

`Trainings` knows no Streamlit. `trained` is what pages call.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

import numpy as np
import streamlit as st

from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.specs import SCHEMA, Spec
from toymodels.training import train

TRAININGS_AT_ONCE = 2
KEPT_BYTES = 64_000_000
POLL_SECONDS = 0.05


class Trainings:
    """A gate and a shelf: at most `at_once` trainings run, and the latest runs are kept up to `keep_bytes`.

    A training belongs to the visitor who asked first; whoever asks for the same key meanwhile waits for that one.
    If its owner gives up (an exception leaves `train`), the next in line starts it anew.
    """

    def __init__(self, at_once: int = TRAININGS_AT_ONCE, keep_bytes: int = KEPT_BYTES) -> None:
        self._at_once = at_once
        self._keep_bytes = keep_bytes
        self._changed = threading.Condition()
        self._line: list[Hashable] = []
        self._kept: OrderedDict[Hashable, Run] = OrderedDict()

    def get(self, key: Hashable, train: Callable[[], Run], waiting: Callable[[int], None]) -> Run:
        """The run for a key: from the shelf, from another visitor's training, or from `train()`.

        Args:
            key: equal keys must mean equal runs.
            train: does the training; called without any lock held.
            waiting: called about twenty times a second while others train, with the number of trainings before
                this one; may raise to give up the place in line.
        """
        run = self._join(key, waiting)
        if run is not None:
            return run
        try:
            self._await_turn(key, waiting)
            run = train()
            with self._changed:
                self._keep(key, run)
            return run
        finally:
            with self._changed:
                self._line.remove(key)
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether anything is being trained, or waits to be."""
        with self._changed:
            return bool(self._line)

    def kept(self, key: Hashable) -> Run | None:
        """The run for a key if it is on the shelf."""
        with self._changed:
            return self._take(key)

    def _join(self, key: Hashable, waiting: Callable[[int], None]) -> Run | None:
        """The run if it is kept or another's training of it ends well; None once the key is ours in the line."""
        while True:
            with self._changed:
                run = self._take(key)
                if run is not None:
                    return run
                if key not in self._line:
                    self._line.append(key)
                    return None
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _await_turn(self, key: Hashable, waiting: Callable[[int], None]) -> None:
        while True:
            with self._changed:
                if self._line.index(key) < self._at_once:
                    return
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _ahead(self, key: Hashable) -> int:
        return max(0, self._line.index(key) - self._at_once + 1) if key in self._line else 0

    def _take(self, key: Hashable) -> Run | None:
        run = self._kept.get(key)
        if run is not None:
            self._kept.move_to_end(key)
        return run

    def _keep(self, key: Hashable, run: Run) -> None:
        self._kept[key] = run
        while len(self._kept) > 1 and sum(kept.n_bytes for kept in self._kept.values()) > self._keep_bytes:
            self._kept.popitem(last=False)


@st.cache_resource(show_spinner=False)
def quick_trainings() -> Trainings:
    """Those that a page waits for."""
    return Trainings()


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

    The training stops within a few steps when the visitor moves a control or leaves.
    """
    key = _key(spec, seed, steps, restarts, snapshots, start)
    run = quick_trainings().kept(key)
    if run is not None:
        return run
    place = st.empty()

    def waiting(ahead: int) -> None:
        place.caption(f"The server is busy: {ahead} training(s) before yours." if ahead else "Training …")

    def progress(step: int, total: int, loss: object) -> None:
        # Any write to the session lets Streamlit stop this script when a newer rerun is wanted.
        st.session_state["_training_step"] = step

    run = quick_trainings().get(
        key,
        lambda: train(
            spec, seed, steps=steps, restarts=restarts, snapshots=snapshots, start=start, on_progress=progress
        ),
        waiting,
    )
    place.empty()
    return run


def is_trained(spec: Spec, seed: int = 0, *, steps: int | None = None) -> bool:
    """Whether `trained(spec, seed, steps=steps)` would return at once."""
    return quick_trainings().kept(_key(spec, seed, steps)) is not None


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
