"""Forward passes of the models, batched over leading axes (slides "1. Models" and "2. Model")."""

import math
from collections.abc import Mapping
from typing import get_args

import numpy as np

from toymodels.arrays import Array
from toymodels.checks import one_of
from toymodels.spec import Activation, HiddenActivation, Spec

LEAK = 0.01
"""Slope of the leaky ReLU below zero."""

TAIL_SCALE = 0.2316419
TAIL = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
"""Normal distribution function: 1 - density(x) (a_1 t + ... + a_5 t^5), t = 1 / (1 + scale x), for x >= 0; right within
7.5e-8 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17)."""


def encode(W: Array, x: Array) -> Array:
    """Hidden activations h = W x, (..., samples, hidden); W (..., hidden, features), x (..., samples, features)."""
    return x @ np.swapaxes(W, -1, -2)


def activated(x: Array, activation: Activation) -> Array:
    """An activation of x, elementwise: the ReLU, x itself, GELU or the leaky ReLU.

    Raises:
        ValueError: if the activation is another.
    """
    if activation == "relu":
        return np.maximum(x, 0)
    if activation == "leaky_relu":
        return np.maximum(x, 0) + x.dtype.type(LEAK) * np.minimum(x, 0)
    if activation == "gelu":
        return x * normal_distribution(x)
    one_of("activation", activation, get_args(Activation))
    return x


def normal_distribution(x: Array) -> Array:
    """Probability that a normal number of mean 0 and variance 1 is below x, elementwise; see `TAIL`."""
    size = np.abs(x)
    t = 1 / (1 + x.dtype.type(TAIL_SCALE) * size)
    tail = np.zeros_like(t)
    for factor in reversed(TAIL):
        tail = t * (tail + x.dtype.type(factor))
    tail *= np.exp(-size * size / 2) * x.dtype.type(1 / math.sqrt(2 * math.pi))
    return np.where(x > 0, 1 - tail, tail)


def autoencode(
    W: Array, b: Array, x: Array, activation: Activation = "relu", hidden_activation: HiddenActivation = "linear"
) -> Array:
    """Outputs of the autoencoder, x' = ReLU(W^T W x + b), or with other activations, (..., samples, features).

    W is (..., hidden, features), b is (..., features), x is (..., samples, features).
    """
    return activated(activated(encode(W, x), hidden_activation) @ W + b[..., None, :], activation)


def absolute_value(W1: Array, W2: Array, b: Array, x: Array) -> Array:
    """Outputs of the absolute-value model, y' = ReLU(W2 ReLU(W1 x) + b), (..., samples, features).

    W1 is (..., hidden, features), W2 is (..., features, hidden), b is (..., features), x is (..., samples, features).
    """
    hidden = np.maximum(encode(W1, x), 0)
    return np.maximum(hidden @ np.swapaxes(W2, -1, -2) + b[..., None, :], 0)


def hidden(spec: Spec, parameters: Mapping[str, Array], x: Array) -> Array:
    """Hidden layer of a spec's model, W x or ReLU of that, (..., samples, hidden); arguments as for `outputs`."""
    return activated(encode(parameters["W" if spec.tied else "W1"], x), spec.hidden_activation)


def outputs(spec: Spec, parameters: Mapping[str, Array], x: Array) -> Array:
    """Outputs of a spec's model, (..., samples, features), for parameters by name as in `Run.parameters`."""
    if spec.tied:
        return autoencode(parameters["W"], parameters["b"], x, spec.activation, spec.hidden_activation)
    return absolute_value(parameters["W1"], parameters["W2"], parameters["b"], x)


def targets(spec: Spec, x: Array) -> Array:
    """Targets of a spec's model: x, or |x| for the absolute-value task."""
    return np.abs(x) if spec.signed else x


def parameter_shapes(spec: Spec) -> dict[str, tuple[int, ...]]:
    """Shapes of the parameters of one instance, by name."""
    n, m = spec.n_features, spec.n_hidden
    if spec.tied:
        return {"W": (m, n), "b": (n,)}
    return {"W1": (m, n), "W2": (n, m), "b": (n,)}
