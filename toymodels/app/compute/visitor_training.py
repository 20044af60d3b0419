"""Training on a visitor's behalf: precomputed, from the cache, or in its turn from the queue.

`trained` is what pages call.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import streamlit as st

from toymodels.app.compute.precomputed_defaults import is_shipped, shipped
from toymodels.app.compute.training_queue import TrainingQueue
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.snippets import program
from toymodels.spec import SCHEMA, Spec
from toymodels.training import default_config, train
from toymodels.training.run_time import refusal, seconds

QUICK_SECONDS = 0.5
"""Trainings that are estimated at more have a queue of their own."""

GIVE_WAY_SECONDS = 0.05
"""How long a training that is not quick pauses while quick ones run, each time it reports."""


SECONDS_BETWEEN_LOOKS = 0.7
"""How often a visitor sees how far a training is that is not quick."""


def visitor() -> Hashable:
    """Who asks: the address of the visitor's machine, whose tabs share it; on this machine, the tab.

    Behind a proxy all visitors have one address. Then they are served first come, first served.
    """
    return st.context.ip_address or session_id()


# The module's own: what `st.cache_resource` holds, any visitor may clear for everybody.
QUICK_TRAININGS = TrainingQueue()
"""Those that are over before one looks away."""

SLOW_TRAININGS = TrainingQueue()
"""Those that take longer, in a queue of their own: nobody's quick training waits behind one."""


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
    start_numbers: tuple[int, ...] | None = None,
    tracked: bool = False,
) -> Run:
    """`toymodels.train`, shared by all visitors; a visitor who waits for others is told so in place.

    What pages show on arrival ships with the app (`toymodels.app.compute.precomputed_defaults`) and is not
    trained again.

    The training stops within a few steps when the visitor moves a control or leaves. What would take longer than the
    server's budget is refused, and the page ends there.
    """
    key = _key(spec, seed, steps, restarts, snapshots, start, start_numbers, tracked)
    queue = _queue_for(spec, steps, restarts)
    run = _available(key, queue)
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

    looked = time.perf_counter()

    def progress(step: int, total: int, loss: object) -> None:
        nonlocal looked
        st.session_state["_training_step"] = step
        if queue is not QUICK_TRAININGS:
            give_way()
            if time.perf_counter() - looked >= SECONDS_BETWEEN_LOOKS:
                looked = time.perf_counter()
                place.progress(step / total, f"Training: step {step:,} of {total:,}.")

    run = queue.get(
        key,
        visitor(),
        lambda: train(
            spec,
            seed,
            steps=steps,
            restarts=restarts,
            snapshots=snapshots,
            start=start,
            start_numbers=start_numbers,
            tracked=tracked,
            on_progress=progress,
        ),
        waiting,
    )
    place.empty()
    return run


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


def is_trained(spec: Spec, seed: int = 0, *, steps: int | None = None) -> bool:
    """Whether `trained(spec, seed, steps=steps)` would return at once."""
    return _available(_key(spec, seed, steps), _queue_for(spec, steps)) is not None


def _available(key: Hashable, queue: TrainingQueue) -> Run | None:
    return shipped(key) or queue.cached(key)


def trained_in(runs: Iterable[Run]) -> str:
    """How long trainings took, in words, and whether it was done before the app was shipped."""
    runs = list(runs)
    before = sum(is_shipped(run) for run in runs)
    words = "Trained beforehand" if before == len(runs) else "Trained, some of it beforehand," if before else "Trained"
    return f"{words} in {sum(run.seconds for run in runs):.2g} s"


def _queue_for(spec: Spec, steps: int | None = None, restarts: int | None = None) -> TrainingQueue:
    quick = seconds([spec], steps=steps, restarts=restarts) <= QUICK_SECONDS
    return QUICK_TRAININGS if quick else SLOW_TRAININGS


def _key(
    spec: Spec,
    seed: int,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, Array] | None = None,
    start_numbers: tuple[int, ...] | None = None,
    tracked: bool = False,
) -> Hashable:
    # Arrays by their bytes: equal weights, equal keys.
    first = None if start is None else tuple((name, np.float32(value).tobytes()) for name, value in start.items())
    # Only where it is not the best start: what ships is named by its key.
    choice = ("tracked",) if tracked else start_numbers or ()
    return SCHEMA, spec, seed, steps, restarts, snapshots, first, *choice
