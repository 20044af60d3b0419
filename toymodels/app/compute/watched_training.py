"""A training that takes longer than a visitor waits without looking: watched while it runs, stopped at any moment.

These trainings have a queue of their own, one at a time, so that nobody's quick training waits behind one; and they
pause while quick ones run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import streamlit as st

from toymodels.analysis.losses import estimate
from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.training_queue import Progress, Training, TrainingQueue
from toymodels.app.compute.visitor_training import SECONDS_BETWEEN_LOOKS, give_way, refuse_too_much
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import SCHEMA, Spec
from toymodels.training import default_config, provenance_of, train
from toymodels.training.run_time import seconds

_KEPT = "_unfinished_training"
_QUEUE = TrainingQueue(CACHE)


@dataclass
class _Stopped:
    """What a visitor saw last of a training: its key, how far it was, and that as a run, once it was asked for."""

    key: Hashable
    progress: Progress
    run: Run | None = None


def finished(spec: Spec, seed: int, steps: int) -> Run | None:
    """The run, if any visitor's training of it has come to its end and is still kept."""
    return CACHE.get(_key(spec, seed, steps))


def stopped(spec: Spec, seed: int, steps: int) -> Run | None:
    """What this visitor's training of it had reached when it was stopped: a run of fewer steps, its loss held out."""
    kept: _Stopped | None = st.session_state.get(_KEPT)
    if kept is None or kept.key != _key(spec, seed, steps) or not kept.progress.parameters:
        return None
    if kept.run is None:
        step, parameters = kept.progress.step, dict(kept.progress.parameters)
        loss, error = estimate(spec, parameters, seed=seed)
        config = replace(default_config(spec), steps=steps, restarts=1)
        made = provenance_of(config, stopped_at=step)
        kept.run = Run(spec, seed, step, 1, parameters, loss, error, kept.progress.seconds, provenance=made)
    return kept.run


def watched(
    spec: Spec, seed: int, steps: int, look_at: Callable[[Progress], None], waiting: Callable[[int], None]
) -> Run:
    """`toymodels.train` from one start, shared by all visitors, with a look at it now and then.

    What would take longer than the server's budget is refused, and the page ends there.

    When the visitor asks for anything else, the training ends there, unless others wait for it; `stopped` gives what
    it had reached.

    Args:
        spec: what to train.
        seed: where the random numbers start.
        steps: optimiser steps.
        look_at: called about every `SECONDS_BETWEEN_LOOKS`.
        waiting: called while another long training runs, with the number of trainings before this one.
    """
    key = _key(spec, seed, steps)

    looked = float("-inf")

    def watch(ahead: int, progress: Progress | None) -> None:
        nonlocal looked
        if progress is None or not progress.step:
            # Any write to the session lets Streamlit stop this script when a newer rerun is wanted.
            st.session_state["_training_step"] = 0
            waiting(ahead)
            return
        st.session_state[_KEPT] = _Stopped(key, progress)
        if time.perf_counter() - looked >= SECONDS_BETWEEN_LOOKS:
            looked = time.perf_counter()
            look_at(progress)

    def training(here: Training) -> Run:
        def on_progress(step: int, total: int, loss: Array) -> None:
            here.on_progress(step, total, loss)
            give_way()

        return train(
            spec, seed, steps=steps, restarts=1, on_progress=on_progress, on_parameters=here.on_parameters
        )  # fmt: skip

    refuse_too_much(spec, seed, steps, 1)
    run = _QUEUE.get(key, session_id(), training, watch, seconds([spec], steps=steps, restarts=1))
    st.session_state.pop(_KEPT, None)
    return run


def _key(spec: Spec, seed: int, steps: int) -> Hashable:
    return SCHEMA, spec, seed, steps
