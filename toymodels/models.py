"""Forward passes of the models, batched over leading axes (slides "1. Models" and "2. Model")."""

from collections.abc import Mapping

import numpy as np

from toymodels.arrays import Array
from toymodels.spec import Activation, Spec


def encode(W: Array, x: Array) -> Array:
    """Hidden activations h = W x, (..., samples, hidden); W (..., hidden, features), x (..., samples, features)."""
    return x @ np.swapaxes(W, -1, -2)


def autoencode(W: Array, b: Array, x: Array, activation: Activation = "relu") -> Array:
    """Outputs of the autoencoder, x' = ReLU(W^T W x + b), or without the ReLU, (..., samples, features).

    W is (..., hidden, features), b is (..., features), x is (..., samples, features).
    """
    output = encode(W, x) @ W + b[..., None, :]
    return np.maximum(output, 0) if activation == "relu" else output


def absolute_value(W1: Array, W2: Array, b: Array, x: Array) -> Array:
    """Outputs of the absolute-value model, y' = ReLU(W2 ReLU(W1 x) + b), (..., samples, features).

    W1 is (..., hidden, features), W2 is (..., features, hidden), b is (..., features), x is (..., samples, features).
    """
    hidden = np.maximum(encode(W1, x), 0)
    return np.maximum(hidden @ np.swapaxes(W2, -1, -2) + b[..., None, :], 0)


def hidden(spec: Spec, parameters: Mapping[str, Array], x: Array) -> Array:
    """Hidden layer of a spec's model, W x or ReLU(W1 x), (..., samples, hidden); arguments as for `outputs`."""
    return encode(parameters["W"], x) if spec.tied else np.maximum(encode(parameters["W1"], x), 0)


def outputs(spec: Spec, parameters: Mapping[str, Array], x: Array) -> Array:
    """Outputs of a spec's model, (..., samples, features), for parameters by name as in `Run.parameters`."""
    if spec.tied:
        return autoencode(parameters["W"], parameters["b"], x, spec.activation)
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
