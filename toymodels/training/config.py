"""Training settings: what `train` does besides what the spec says, with defaults chosen by measurement.

`python -m tests.benchmarks.trainer` measures what the defaults give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from toymodels.checks import real_number, whole_number
from toymodels.spec import Spec, checked_spec

MAX_STEPS = 1_000_000
MAX_RESTARTS = 1024
MAX_BATCH = 4096
MAX_HELD_OUT = 1 << 22
MAX_THREADS = 64

MANY_INSTANCES = 256
"""Specs of more instances are trained from fewer starts by default, two of them known codes in one dimension."""

LINEAR_RESTARTS = 2
"""Starts of a linear autoencoder of independent features: every local minimum of such a one is a global one (Baldi and
Hornik, 1989). From the better of two starts six seeds of fourteen sizes ended at most 0.8 % above it, from the best of
sixteen 0.5 %: what is left is slow descent where importances are close, which more starts do not shorten."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a training.

    The defaults of `default_config` search for a good optimum: several starts, successive halving, straight-through
    gradients. They are not the paper's recipe, which is one start with Adam at a constant rate.

    Attributes:
        steps: optimiser steps, 1 to 1,000,000.
        restarts: starts per instance, 1 to 1024, of which the one of least loss is kept.
        batch: samples per step, a power of two from 16 to 4096.
        learning_rate: the highest rate of Adam, greater than 0 and at most 1. It rises from 0 in a straight line and
            then falls to 0 along a cubic that is close to half a cosine.
        warm_up: part of the steps in which the rate rises, 0 to 1.
        bias_rate: learning rate of the bias over that of the weights, 0 to 10. A bias that falls fast stops outputs
            before they have learned.
        initial_scale: standard deviation of the weights at the start, 0 to 10.
        known_arrangements: whether, with two hidden dimensions, up to half of the starts are regular polygons and
            digons with the other features left out.
        codes_in_one_dimension: whether, with one hidden dimension, two of the starts are the most important feature
            alone and an antipodal pair. Few steps from random starts leave a cell of a grid that is close to the
            boundary between the two on the wrong side, 2 % above the other.
        straight_through: part of the starts, 0 to 1, that at first let the gradient through an output that its ReLU
            has stopped though its feature is active; such an output has no gradient of its own to recover. The
            absolute value needs that; small autoencoders find other optima with it than without.
        straight_through_until: part of the steps, 0 to 1, in which they do.
        halving_at: successive halving: part of the steps, 0 to 1, after which the starts are compared.
        halving_keep: part of the starts, 0 to 1, that go on from there, those of least loss for each instance; at
            least one.
        held_out: most samples behind the loss of the run, 128 to 4,194,304 per instance; fewer where its standard
            error falls below 0.48 % of it.
        threads: threads that share the work, 1 to 64. They change nothing in the result.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    steps: int
    restarts: int
    batch: int
    learning_rate: float
    warm_up: float
    bias_rate: float
    initial_scale: float
    known_arrangements: bool
    straight_through: float
    straight_through_until: float
    halving_at: float
    halving_keep: float
    held_out: int
    threads: int = 2
    codes_in_one_dimension: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _CHECKS[field.name](field.name, getattr(self, field.name)))


def _whole(low: int, high: int) -> Callable[[str, object], object]:
    return lambda field, value: whole_number(field, value, low, high)


def _real(low: float, high: float, above: bool = False) -> Callable[[str, object], object]:
    return lambda field, value: real_number(field, value, low, high, above)


def _power_of_two(field: str, value: object) -> int:
    number = whole_number(field, value, 16, MAX_BATCH)
    if number & (number - 1):
        raise ValueError(f"{field} must be a power of two from 16 to {MAX_BATCH}, got {number}")
    return number


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{field} must be True or False, got {value!s:.60}")
    return value


_CHECKS: dict[str, Callable[[str, object], object]] = {
    "steps": _whole(1, MAX_STEPS),
    "restarts": _whole(1, MAX_RESTARTS),
    "batch": _power_of_two,
    "learning_rate": _real(0, 1, above=True),
    "warm_up": _real(0, 1),
    "bias_rate": _real(0, 10),
    "initial_scale": _real(0, 10),
    "known_arrangements": _flag,
    "straight_through": _real(0, 1),
    "straight_through_until": _real(0, 1),
    "halving_at": _real(0, 1),
    "halving_keep": _real(0, 1),
    "held_out": _whole(128, MAX_HELD_OUT),
    "threads": _whole(1, MAX_THREADS),
    "codes_in_one_dimension": _flag,
}


def default_config(spec: Spec) -> TrainingConfig:
    """The settings with which `train` trains a spec if it is told no others.

    Raises:
        ValueError: if the spec is none.
    """
    spec = checked_spec("spec", spec)
    n, m = spec.n_features, spec.n_hidden
    if spec.tied:
        # Adam moves every weight by about the rate, and a feature meets n of them: hence the square root.
        steps, rate = (350 if n <= 8 else 2000 if n <= 32 else 850 if n <= 128 else 1100), 0.3 / n**0.5
        # With 64 samples to a step, autoencoders of 80 features lost outputs for good at p = .3; a start near zero
        # keeps the dense ones of that size from settling on a less important feature. 400 features want no such care.
        batch, scale = (64, 0.1) if n <= 32 else (256, 0.03) if n <= 128 else (256, 0.1)
    else:
        batch, scale = (64 if n <= 128 else 256), (0.1 if n <= 32 else 0.03)
        steps, rate = (1000 if n <= 32 else 3300), 0.45 / n**0.5
    # Dense absolute values of 100 features keep a less important one from one start in four.
    twice = not spec.tied and 32 < n <= 128
    # A grid of hundreds of cells is looked at as a whole, and neighbours tell of a cell that missed its optimum.
    most = 16 if spec.n_instances <= MANY_INSTANCES else 8
    if spec.tied and spec.is_plain and spec.activation == spec.hidden_activation == "linear":
        most = LINEAR_RESTARTS
    return TrainingConfig(
        steps=steps,
        restarts=min(most, max(2 if twice else 1, 1600 // (n * m))),
        batch=batch,
        learning_rate=min(0.1, rate),
        warm_up=0.15,
        bias_rate=0.3,
        initial_scale=scale,
        known_arrangements=True,
        straight_through=1.0 if twice else 0.5,
        straight_through_until=0.5 if spec.tied else 0.8,
        halving_at=0.3 if twice else 0.5,
        halving_keep=0.25,
        held_out=MAX_HELD_OUT // 4 if spec.tied else MAX_HELD_OUT // 2,
        codes_in_one_dimension=spec.n_hidden == 1 and spec.n_instances > MANY_INSTANCES,
    )
