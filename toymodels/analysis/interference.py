"""Feature benefit and interference: the terms of the loss with one active feature (slides "As to why ...").

The deck writes the same two terms three times, from the exact one to the one that is easiest to read. Every form has
a term for what the active feature i itself loses (small when its feature benefit is reaped) and one for what i adds
to the loss at every other output j (interference). All in float64.

Sources: slides "As to why superposition occurs only with nonlinear models"; paper, "Mathematical understanding".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import OneActive, at_one, best_linear_bias, linear_expected, one_active
from toymodels.arrays import Array, finite, floats
from toymodels.checks import one_of, whole_number
from toymodels.data import sample_features, variance
from toymodels.models import autoencode

Form = Literal["one active", "x = 1", "linear"]
"""The ReLU model with one active feature, uniform on [0, 1]; the same with x_i = 1; the linear model."""


POINTS = 4000
"""How many values of x `measured_loss` takes."""


def terms(form: Form, W: npt.ArrayLike, b: npt.ArrayLike, importance: Array) -> OneActive:
    """Feature benefit and interference terms of a form, exact.

    The linear form has no bias: the best one takes the mean off every output.

    Args:
        form: which of the deck's three.
        W: (..., hidden, features).
        b: (..., features).
        importance: (features,).

    Raises:
        ValueError: if the form is another; as `losses.one_active`.
    """
    one_of("form", form, get_args(Form))
    if form == "one active":
        return one_active(W, b, importance, "relu")
    if form == "x = 1":
        return at_one(W, b, importance, "relu")
    return at_one(W, np.zeros_like(floats("b", b)), importance, "linear")


def measured_loss(
    form: Form, W: npt.ArrayLike, b: npt.ArrayLike, importance: Array, feature_probability: float
) -> float:  # fmt: skip
    """Loss of a form, from the model's own outputs and not from the terms, which must add up to it.

    "one active": the ReLU model run on `POINTS` evenly spaced x for every active feature, summed over the features;
    off by about 1 / POINTS^2. "x = 1": the same at x = 1. "linear": the exact loss of the linear model with its best
    bias, in units of Var[x], which is what "~" stands for on the slide.

    Args:
        form: which of the deck's three.
        W: (hidden, features).
        b: (features,).
        importance: (features,).
        feature_probability: p; only the linear form needs it, and its result does not depend on it.

    Raises:
        ValueError: naming the argument and what is allowed.
    """
    one_of("form", form, get_args(Form))
    W, b = finite("W", W), finite("b", b)
    if form == "linear":
        bias = best_linear_bias(W, feature_probability)
        return float(linear_expected(W, bias, importance, feature_probability)) / variance(feature_probability)
    x = np.ones(1) if form == "x = 1" else (np.arange(POINTS) + 0.5) / POINTS
    return float(_losses(W, b, importance, np.tile(x, (len(b), 1))).sum(axis=(0, -1)).mean())


@dataclass(frozen=True, eq=False)
class Sampled:
    """Monte Carlo estimate of both terms and of their sum, with standard errors (0 where nothing is random).

    Attributes:
        benefit: (features,), what feature i itself loses when it is active.
        benefit_error: (features,).
        received: (features,), the interference that output j receives from all other features.
        received_error: (features,).
        total: the loss; its error is that of the whole sum, whose terms may go together.
        total_error: its standard error.
    """

    benefit: Array
    benefit_error: Array
    received: Array
    received_error: Array
    total: float
    total_error: float


def monte_carlo(
    form: Form,
    W: npt.ArrayLike,
    b: npt.ArrayLike,
    importance: Array,
    feature_probability: float,
    rng: np.random.Generator,
    samples: int = 2000,
) -> Sampled:
    """Monte Carlo estimate of both terms of a form, by plain random sampling that shares no code with the closed forms.

    The ReLU forms draw one-active inputs: for each active feature, `samples` independent x uniform on [0, 1]. With
    x_i = 1 nothing is left to draw. The linear form draws samples * features whole inputs at feature probability p,
    centred and in units of their standard deviation, as the model with its best bias sees them.

    Args:
        form: which of the deck's three.
        W: (hidden, features).
        b: (features,).
        importance: (features,).
        feature_probability: p; only the linear form needs it.
        rng: where the random numbers come from.
        samples: per feature, 2 to 1,000,000.

    Raises:
        ValueError: naming the argument and what is allowed.
    """
    one_of("form", form, get_args(Form))
    samples = whole_number("samples", samples, 2, 1_000_000)
    W, b = finite("W", W), finite("b", b)
    n = len(b)
    if form == "linear":
        x = sample_features([feature_probability], n, samples * n, rng)[0].astype(np.float64)
        x = (x - feature_probability / 2) / np.sqrt(variance(feature_probability))
        own = (1 - np.sum(W**2, axis=0)) * x
        others = x @ W.T @ W - np.sum(W**2, axis=0) * x
        benefit, benefit_error = _mean_and_error(importance * own**2)
        received, received_error = _mean_and_error(importance * others**2)
        total, total_error = _mean_and_error(((x - autoencode(W, np.zeros(n), x, "linear")) ** 2 @ importance)[:, None])
        return Sampled(benefit, benefit_error, received, received_error, float(total[0]), float(total_error[0]))
    drawn = np.ones((n, 1)) if form == "x = 1" else rng.random((n, samples))
    by_output = _losses(W, b, importance, drawn)  # (active, samples, output)
    mean, error = _mean_and_error(np.swapaxes(by_output, 0, 1))  # (active, output)
    _, error_of_sum = _mean_and_error(by_output.sum(axis=-1).T)  # (active,)
    others_active = ~np.eye(n, dtype=bool)
    return Sampled(
        np.diagonal(mean).copy(),
        np.diagonal(error).copy(),
        np.where(others_active, mean, 0).sum(axis=0),
        np.sqrt(np.where(others_active, error**2, 0).sum(axis=0)),
        float(mean.sum()),
        float(np.sqrt(np.sum(error_of_sum**2))),
    )


def _losses(W: Array, b: Array, importance: Array, x: Array) -> Array:
    """I_j (x_j - x'_j)^2 of the ReLU model with one active feature, (active, samples, output), x (active, samples)."""
    inputs = x[..., None] * np.eye(len(b))[:, None, :]
    weighted: Array = importance * (inputs - autoencode(W, b, inputs, "relu")) ** 2
    return weighted


def _mean_and_error(values: Array) -> tuple[Array, Array]:
    """Mean and standard error over the first axis; a single value is taken to be exact."""
    mean = values.mean(axis=0)
    if len(values) == 1:
        return mean, np.zeros_like(mean)
    return mean, values.std(axis=0, ddof=1) / np.sqrt(len(values))
