"""A training that takes longer than a visitor waits without looking: watched while it runs, stopped at any moment.

These trainings have a queue of their own, one at a time, so that nobody's quick training waits behind one; and they
pause while quick ones run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from toymodels.analysis.losses import estimate
from toymodels.app.compute.training_queue import TrainingQueue
from toymodels.app.compute.visitor_training import SECONDS_BETWEEN_LOOKS, give_way, refuse_too_much, visitor
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import SCHEMA, Spec
from toymodels.training import default_config, provenance_of, train

_KEPT = "_unfinished_training"


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        key: of the training; equal keys mean equal trainings.
        step: steps done.
        steps: steps in all.
        loss: of the current batch, (instances,).
        seconds: since it began.
        parameters: as they are now, by name as in `Run.parameters`.
        run: the same as a run, once it was stopped and asked for.
    """

    key: Hashable
    step: int = 0
    steps: int = 1
    loss: Array = field(default_factory=lambda: np.zeros(1))
    seconds: float = 0.0
    parameters: Mapping[str, Array] = field(default_factory=dict)
    run: Run | None = None

    @property
    def seconds_left(self) -> float:
        """If it goes on as fast as so far."""
        return self.seconds * (self.steps / max(self.step, 1) - 1)


_QUEUE = TrainingQueue()


def finished(spec: Spec, seed: int, steps: int) -> Run | None:
    """The run, if any visitor's training of it has come to its end and is still kept."""
    return _QUEUE.cached(_key(spec, seed, steps))


def stopped(spec: Spec, seed: int, steps: int) -> Run | None:
    """What this visitor's training of it had reached when it was stopped: a run of fewer steps, its loss held out."""
    progress: Progress | None = st.session_state.get(_KEPT)
    if progress is None or progress.key != _key(spec, seed, steps) or not progress.parameters:
        return None
    if progress.run is None:
        loss, error = estimate(spec, progress.parameters, seed=seed)
        config = replace(default_config(spec), steps=steps, restarts=1)
        made = provenance_of(config, stopped_at=progress.step)
        parameters = dict(progress.parameters)
        progress.run = Run(spec, seed, progress.step, 1, parameters, loss, error, progress.seconds, provenance=made)
    return progress.run


def watched(
    spec: Spec, seed: int, steps: int, look_at: Callable[[Progress], None], waiting: Callable[[int], None]
) -> Run:
    """`toymodels.train` from one start, shared by all visitors, with a look at it now and then.

    What would take longer than the server's budget is refused, and the page ends there.

    When the visitor asks for anything else, the training ends there; `stopped` gives what it had reached.

    Args:
        spec: what to train.
        seed: where the random numbers start.
        steps: optimiser steps.
        look_at: called about every `SECONDS_BETWEEN_LOOKS`.
        waiting: called while another long training runs, with the number of trainings before this one.
    """
    key = _key(spec, seed, steps)

    def training() -> Run:
        progress = Progress(key, steps=steps)
        st.session_state[_KEPT] = progress
        began, looked = time.perf_counter(), 0.0

        def on_parameters(step: int, parameters: Mapping[str, Array]) -> None:
            progress.step, progress.parameters = step, parameters

        def on_progress(step: int, total: int, loss: Array) -> None:
            nonlocal looked
            progress.loss, progress.seconds = loss, time.perf_counter() - began
            # Any write to the session lets Streamlit stop this script when a newer rerun is wanted.
            st.session_state["_training_step"] = step
            if progress.seconds - looked >= SECONDS_BETWEEN_LOOKS or step in (1, total):
                looked = progress.seconds
                look_at(progress)
            give_way()

        run = train(spec, seed, steps=steps, restarts=1, on_progress=on_progress, on_parameters=on_parameters)
        del st.session_state[_KEPT]
        return run

    refuse_too_much(spec, seed, steps, 1)
    return _QUEUE.get(key, visitor(), training, waiting)


def _key(spec: Spec, seed: int, steps: int) -> Hashable:
    return SCHEMA, spec, seed, steps
