"""How long, from how many starts and how fast to train a spec: choices made by measurement.

`python -m tests.benchmarks.trainer` measures what they give.
"""

from dataclasses import dataclass

from toymodels.spec import Autoencoder, Spec


@dataclass(frozen=True)
class Settings:
    """What depends on the size of a model.

    Attributes:
        steps: optimiser steps.
        restarts: starts per instance, of which the best is kept.
        batch: samples per step and instance.
        rate: the highest rate of Adam.
        spread: standard deviation of the weights at the start.
        held_out: samples behind the loss that the run reports.
    """

    steps: int
    restarts: int
    batch: int
    rate: float
    spread: float
    held_out: int


def settings_for(spec: Spec) -> Settings:
    """The defaults of `train`."""
    n, m = spec.n_features, spec.n_hidden
    if isinstance(spec, Autoencoder):
        # Adam moves every weight by about the rate, and a feature meets n of them: hence the square root.
        steps, rate = (350 if n <= 8 else 900 if n <= 32 else 850), 0.3 / n**0.5
        # With 64 samples to a step, autoencoders of 80 features lost outputs for good at p = .3; a start near zero
        # keeps the dense ones of that size from settling on a less important feature. 400 features want no such care.
        batch, spread = (64, 0.1) if n <= 32 else (256, 0.03) if n <= 128 else (256, 0.1)
    else:
        batch, spread = (64 if n <= 128 else 256), 0.1
        steps, rate = (1000 if n <= 32 else 2200), 0.45 / n**0.5
    return Settings(
        steps=steps,
        restarts=min(16, max(1, 1600 // (n * m))),
        batch=batch,
        rate=min(0.1, rate),
        spread=spread,
        # Small models are compared with closed forms on the pages, so their losses have to be sharp.
        held_out=min(131_072, max(32_768, 1_000_000 // (n * spec.n_instances)))
        if n <= 8
        else min(65_536, max(2048, 3_000_000 // n)),
    )
