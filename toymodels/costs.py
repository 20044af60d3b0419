"""What a training will cost, before it starts: an estimate in seconds, and the sentence that refuses too much.

The estimate is meant to tell a second from a minute, not to be punctual. Its constants were measured on two cores;
`python -m tests.benchmarks.costs` measures them again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from toymodels.specs import Autoencoder, Spec

BUDGET_SECONDS = 30.0
"""What a page may train at a time. Whoever wants more is better served at home."""

SECONDS_PER_FEATURE = 0.005
"""Default training of one feature in one instance, with few hidden dimensions. Smaller models have more restarts."""

DOUBLING_WIDTH = 150
"""Hidden dimensions that double this time."""

ABS_TIMES = 2.5
"""How many times as long the absolute-value model takes, which has two weight matrices."""


def seconds(specs: Sequence[Spec], seeds: int = 1) -> float:
    """Estimate of the time that default trainings of specs take one after the other, each from `seeds` seeds."""
    return seeds * sum(spec.n_instances * _seconds_per_instance(spec) for spec in specs)


def _seconds_per_instance(spec: Spec) -> float:
    times = 1.0 if isinstance(spec, Autoencoder) else ABS_TIMES
    return times * SECONDS_PER_FEATURE * spec.n_features * (1 + spec.n_hidden / DOUBLING_WIDTH)


def refusal(specs: Sequence[Spec], seeds: int = 1, budget: float = BUDGET_SECONDS) -> str | None:
    """None if the trainings fit the budget; else a sentence with the numbers, and what would fit.

    Args:
        specs: at least one; they may differ in activation only.
        seeds: how often each is trained.
        budget: in seconds.
    """
    needed = seconds(specs, seeds)
    if needed <= budget:
        return None
    spec = specs[0]
    models = seeds * sum(one.n_instances for one in specs)
    share = budget / needed
    densities = math.floor(spec.n_instances * share)
    features = math.floor(spec.n_features * share)
    fits = [f"{densities} {'density' if densities == 1 else 'densities'}"] if densities else []
    fits += [f"{features} features"] if features >= max(2, spec.n_hidden) else []
    return (
        f"{models} models of {spec.n_features} features in {spec.n_hidden} dimensions take about "
        f"{rounded(needed)}; this server gives one page {rounded(budget)}. "
        + (f"What fits: {' or '.join(fits)}." if fits else "No ladder of this size fits.")
    )


def rounded(time: float) -> str:
    """A time as one says it: "less than a second", "14 s", "3 min"."""
    if time < 1:
        return "less than a second"
    return f"{time:.0f} s" if time < 90 else f"{time / 60:.0f} min"
