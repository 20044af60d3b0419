"""What a training will cost, before it starts: an estimate in seconds, and the sentence that refuses too much.

The estimate is meant to tell a second from a minute, not to be punctual: it is right within a factor of two or so on
two cores that have other visitors to serve. `python -m tests.benchmarks.costs` measures it again.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from toymodels.data import FixedSamples
from toymodels.spec import Spec
from toymodels.training.config import default_config

BUDGET_SECONDS = 15.0
"""What a page may train at a time. Whoever wants more is better served at home."""

SECONDS_PER_VALUE = 1e-9
"""One feature of one sample, forward and back, in a model with few hidden dimensions, on one core."""

DOUBLING_WIDTH = 4
"""Hidden dimensions that double this time."""

ABS_TIMES = 1.5
"""How many times as long the absolute-value model takes, which has two weight matrices."""

OTHER_DATA_TIMES = 2
"""How many times as long data take that are not plain, at most: a lattice of theirs is not drawn in vectors."""

SECONDS_PER_FIXED_NUMBER = 1.2e-7
"""One feature of one sample of a fixed set: drawn, and met by the exact loss."""

ESTIMATES_KEPT = 256

SECONDS_PER_TRAINING = 0.02
"""What a training takes, however small the models."""

SECONDS_PER_INSTANCE = 0.001
"""What does not depend on the size: the comparison of the starts, and the held-out loss."""


def seconds(specs: Sequence[Spec], seeds: int = 1, steps: int | None = None, restarts: int | None = None) -> float:
    """Estimate of the time that trainings of specs take one after the other, each from `seeds` seeds.

    Steps and restarts as in `toymodels.train`.
    """
    return seeds * sum(_seconds(spec, steps, restarts) for spec in specs)


# A page asks for every training each time it runs.
@functools.lru_cache(ESTIMATES_KEPT)
def _seconds(spec: Spec, steps: int | None, restarts: int | None) -> float:
    settings = default_config(spec)
    steps = settings.steps if steps is None else steps
    restarts = settings.restarts if restarts is None else restarts
    kept = math.ceil(settings.halving_keep * restarts)
    starts = settings.halving_at * restarts + (1 - settings.halving_at) * kept
    values = steps * starts * settings.batch * spec.n_features
    times = (1 if spec.tied else ABS_TIMES) * (1 + spec.n_hidden / DOUBLING_WIDTH)
    per_instance = SECONDS_PER_INSTANCE + times * SECONDS_PER_VALUE * values
    if not spec.is_plain:
        per_instance *= OTHER_DATA_TIMES
    if isinstance(spec.data, FixedSamples):
        per_instance += SECONDS_PER_FIXED_NUMBER * spec.data.samples * spec.n_features
    return SECONDS_PER_TRAINING + spec.n_instances * per_instance


def refusal(
    specs: Sequence[Spec],
    seeds: int = 1,
    budget: float = BUDGET_SECONDS,
    steps: int | None = None,
    restarts: int | None = None,
) -> str | None:
    """None if the trainings fit the budget; else a sentence with the numbers, and how many densities would fit.

    Args:
        specs: at least one, of equal sizes and densities.
        seeds: how often each is trained.
        budget: in seconds.
        steps: as in `toymodels.train`.
        restarts: as in `toymodels.train`.
    """
    needed = seconds(specs, seeds, steps, restarts)
    if needed <= budget:
        return None
    spec = specs[0]
    models = seeds * sum(one.n_instances for one in specs)
    fitting = math.floor(spec.n_instances * budget / needed)
    count = f"{models} {'model' if models == 1 else 'models'}"
    return (
        f"{count} of {spec.n_features} features in {spec.n_hidden} dimensions would take about {rounded(needed)}; "
        f"this server gives a page {rounded(budget)}. "
        + (
            f"What fits: {fitting} of the {spec.n_instances} densities, or a smaller model."
            if fitting
            else "What fits: a smaller model."
        )
    )


def rounded(time: float) -> str:
    """A time as one says it: "a second", "14 s", "3 min"."""
    if time < 1.5:
        return "a second"
    return f"{time:.0f} s" if time < 90 else f"{time / 60:.0f} min"
