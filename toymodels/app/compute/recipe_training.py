"""Trainings by the paper's recipe for visitors: one at a time on a server, watched, stopped at any moment, shared.

They have a queue of their own, so that nobody else's training waits behind one; they use one core, and pause while
quick trainings run. PyTorch is imported by the first of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

import streamlit as st

from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.training_queue import Progress, Training, TrainingQueue
from toymodels.app.compute.visitor_training import SECONDS_BETWEEN_LOOKS, give_way
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import SCHEMA, Spec
from toymodels.training.recipe import RecipeConfig, recipe_seconds
from toymodels.training.run_time import rounded

BUDGET_SECONDS = 180.0
"""What would take longer is refused."""

CONFIG = RecipeConfig()

_QUEUE = TrainingQueue(CACHE)


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
    return CACHE.get(_key(spec, seed))


def recipe_trained(spec: Spec, seed: int, look_at: Callable[[Progress], None], waiting: Callable[[int], None]) -> Run:
    """`toymodels.torch.train`, shared by all visitors, with a look at it now and then.

    When the visitor asks for anything else or leaves, the training ends there, unless others wait for it.

    Args:
        spec: what to train; the caller has asked `recipe_refusal`.
        seed: where the random numbers start.
        look_at: called about every `SECONDS_BETWEEN_LOOKS`, with no loss yet before the first step; also while
            another visitor's training of the same runs.
        waiting: called while other trainings run, with the number of those before this one.
    """
    key = _key(spec, seed)
    looked = float("-inf")

    def watch(ahead: int, progress: Progress | None) -> None:
        nonlocal looked
        # Any write to the session lets Streamlit stop this script when a newer rerun is wanted.
        st.session_state["_training_step"] = 0
        if progress is None:
            waiting(ahead)
        elif time.perf_counter() - looked >= SECONDS_BETWEEN_LOOKS:
            looked = time.perf_counter()
            look_at(progress)

    def training(here: Training) -> Run:
        # Here, because it takes seconds and 200 MB: nobody pays who does not ask for it.
        from toymodels.torch import one_thread, train

        def on_progress(step: int, total: int, loss: Array) -> None:
            here.on_progress(step, total, loss)
            give_way()

        with one_thread():
            return train(
                spec, seed, CONFIG.steps, CONFIG.batch, CONFIG.learning_rate, CONFIG.weight_decay, CONFIG.device,
                on_progress=on_progress,
            )  # fmt: skip

    return _QUEUE.get(key, session_id(), training, watch, recipe_seconds(spec, CONFIG))


def _key(spec: Spec, seed: int) -> Hashable:
    return SCHEMA, spec, seed, CONFIG
