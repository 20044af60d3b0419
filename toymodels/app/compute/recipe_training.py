"""Trainings by the paper's recipe for visitors: one at a time on a server, watched, stopped at any moment, shared.

They have a queue of their own, so that nobody else's training waits behind one; they use one core, and pause while
quick trainings run. PyTorch is imported by the first of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

import streamlit as st

from toymodels.app.compute.training_queue import TrainingQueue
from toymodels.app.compute.visitor_training import SECONDS_BETWEEN_LOOKS, give_way, visitor
from toymodels.app.compute.watched_training import Progress
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import SCHEMA, Spec
from toymodels.training.recipe import RecipeConfig, recipe_seconds
from toymodels.training.run_time import rounded

BUDGET_SECONDS = 180.0
"""What would take longer is refused."""

CACHE_BYTES = 2_000_000
"""Of the latest results; the largest that the budget allows, 400 features in 30 dimensions, has 50,000."""

CONFIG = RecipeConfig()

_QUEUE = TrainingQueue(at_once=1, cache_bytes=CACHE_BYTES)
_UNDER_WAY: dict[Hashable, Progress] = {}
"""How far the training of a key is, for the visitors who wait for the same."""


def recipe_refusal(spec: Spec) -> str | None:
    """None if the recipe fits the server's budget for it; else a sentence with the numbers."""
    needed = recipe_seconds(spec, CONFIG)
    if needed <= BUDGET_SECONDS:
        return None
    return (
        f"The paper's recipe would take about {rounded(needed)} for {spec.n_instances} "
        f"{'density' if spec.n_instances == 1 else 'densities'} of {spec.n_features} features in {spec.n_hidden} "
        f"dimensions; this server gives it {rounded(BUDGET_SECONDS)}."
    )


def finished_recipe(spec: Spec, seed: int) -> Run | None:
    """The run, if any visitor's training of it has come to its end and is still kept."""
    return _QUEUE.cached(_key(spec, seed))


def recipe_trained(spec: Spec, seed: int, look_at: Callable[[Progress], None], waiting: Callable[[int], None]) -> Run:
    """`toymodels.torch.train`, shared by all visitors, with a look at it now and then.

    When the visitor asks for anything else or leaves, the training ends there. If another visitor waits for the same,
    it begins anew for that one.

    Args:
        spec: what to train; the caller has asked `recipe_refusal`.
        seed: where the random numbers start.
        look_at: called about every `SECONDS_BETWEEN_LOOKS`, with no loss yet before the first step; also while
            another visitor's training of the same runs.
        waiting: called while other trainings run, with the number of those before this one.
    """
    key = _key(spec, seed)
    looked = float("-inf")

    def look(progress: Progress, always: bool = False) -> None:
        nonlocal looked
        # Any write to the session lets Streamlit stop this script when a newer rerun is wanted.
        st.session_state["_training_step"] = progress.step
        if always or time.perf_counter() - looked >= SECONDS_BETWEEN_LOOKS:
            looked = time.perf_counter()
            look_at(progress)

    def training() -> Run:
        progress = Progress(key, steps=CONFIG.steps)
        look(progress, always=True)
        # Here, because it takes seconds and 200 MB: nobody pays who does not ask for it.
        from toymodels.torch import one_thread, train

        began = time.perf_counter()

        def on_progress(step: int, total: int, loss: Array) -> None:
            progress.step, progress.loss, progress.seconds = step, loss, time.perf_counter() - began
            look(progress, always=step in (1, total))
            give_way()

        _UNDER_WAY[key] = progress
        try:
            with one_thread():
                return train(
                    spec, seed, CONFIG.steps, CONFIG.batch, CONFIG.learning_rate, CONFIG.weight_decay, CONFIG.device,
                    on_progress=on_progress,
                )  # fmt: skip
        finally:
            del _UNDER_WAY[key]

    def in_line(ahead: int) -> None:
        progress = _UNDER_WAY.get(key)
        if progress is None:
            st.session_state["_training_step"] = 0
            waiting(ahead)
        else:
            look(progress)

    return _QUEUE.get(key, visitor(), training, in_line)


def _key(spec: Spec, seed: int) -> Hashable:
    return SCHEMA, spec, seed, CONFIG
