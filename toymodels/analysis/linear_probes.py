"""Linear probes: the variance of a feature that one neuron or direction explains (slide "3. ... good/bad?", the con).

The number is R^2, the squared correlation: the fraction of the feature's variance that the best straight line through
the activation explains, from 0 to 1. The rest of the activation's variance comes from other features.

A linear direction, Ŵ_i . h, needs no samples: with independent features its R^2 with x_i is
|W_i|^2 / sum_j (Ŵ_i . W_j)^2, which is D_i (`weights.feature_dimensionality`). Where a ReLU is in between, samples
are needed for two active features and more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.neurons import monosemanticity, unit_rows
from toymodels.arrays import Array, finite
from toymodels.models import encode, outputs, targets
from toymodels.run import Run
from toymodels.samples import active_probability, several_active

SAMPLES = 16_384
"""Number of samples with two active features or more."""

GRID = 64
"""Number of values of a feature that is the only active one, evenly spaced."""

HELD_OUT = 2
"""Stream of random numbers of this module; training, selection and `losses.estimate` use others."""


class Samples(NamedTuple):
    """Held-out samples x (samples, features), and the weight of every sample, (samples,), summing to 1."""

    x: Array
    weight: Array


class NeuronProbes(NamedTuple):
    """For every neuron the feature whose variance it explains best.

    Attributes:
        feature: (hidden,) counted from 0.
        side: (hidden,) 0 for x_i < 0, 1 for x_i > 0.
        r2: (hidden,) R^2 of the neuron with that side, ReLU(-x_i) or ReLU(x_i); 0 for a neuron that is always 0.
    """

    feature: npt.NDArray[np.intp]
    side: npt.NDArray[np.intp]
    r2: Array


def held_out_samples(feature_probability: float, n_features: int, signed: bool, seed: int = 0) -> Samples:
    """Weighted held-out samples: no active feature, one on a grid, and random ones with several active features.

    Where features are sparse most plain samples would be empty, and have no information on a rare feature.

    Args:
        feature_probability: p.
        n_features: number of features.
        signed: whether an active feature is uniform on [-1, 1] instead of on [0, 1].
        seed: a whole number from 0.
    """
    share = active_probability(feature_probability, n_features)
    grid = (np.arange(GRID) + 0.5) / GRID
    values = 2 * grid - 1 if signed else grid
    one = np.kron(np.eye(n_features), values[:, None])
    rng = np.random.Generator(np.random.SFC64((seed, HELD_OUT)))
    several = several_active((feature_probability,), n_features, SAMPLES, rng, signed)[0]
    parts = [(np.zeros((1, n_features)), share[0]), (one, share[1]), (several, max(0.0, 1 - share[0] - share[1]))]
    x = np.concatenate([part for part, _ in parts]).astype(np.float64)
    weight = np.concatenate([np.full(len(part), total / len(part)) for part, total in parts])
    return Samples(x, weight / weight.sum())


def r_squared(readings: Array, targets: Array, weight: Array) -> Array:
    """Explained variance R^2 of every target (samples, t) by every reading (samples, r), (r, t).

    It is 0 where either does not vary. `weight` is (samples,).

    Raises:
        ValueError: if a number in an argument is not finite.
    """
    readings, targets, weight = finite("readings", readings), finite("targets", targets), finite("weight", weight)
    # One of the two is enough to be centred, and the targets are many: they are not copied.
    weighted, spread = _centred(readings, weight)
    return _ratio(weighted.T @ targets, np.outer(spread, _variance(targets, weight)))


def _centred(values: Array, weight: Array) -> tuple[Array, Array]:
    """Values (samples, v) less their mean and times their weight, and their variances, (v,)."""
    centred = values - weight @ values
    weighted = weight[:, None] * centred
    return weighted, np.einsum("sv,sv->v", weighted, centred)


def _variance(values: Array, weight: Array) -> Array:
    """Variance of values (samples, v), (v,)."""
    variance: Array = np.maximum(weight @ (values * values) - (weight @ values) ** 2, 0)
    return variance


def _ratio(products: Array, scale: Array) -> Array:
    """Squared covariances over the products of the variances; 0 where either does not vary."""
    ratio: Array = np.divide(products**2, scale, out=np.zeros_like(scale), where=scale > 1e-30)
    return ratio


def probe_neurons(W1: npt.ArrayLike, samples: Samples) -> NeuronProbes:
    """Linear probes of the neurons of W1 (hidden, features): the side of a feature that each explains best.

    Raises:
        ValueError: if a number in W1 is not finite.
    """
    activation = np.maximum(encode(finite("W1", W1), samples.x), 0)
    sides = np.concatenate([np.maximum(-samples.x, 0), np.maximum(samples.x, 0)], axis=1)
    found = r_squared(activation, sides, samples.weight)
    best = found.argmax(axis=1)
    n = samples.x.shape[1]
    return NeuronProbes(best % n, best // n, found[np.arange(len(found)), best])


def sparse_limit(W1: npt.ArrayLike) -> Array:
    """Limit of the R^2 of `probe_neurons` as p goes to 0, (..., hidden): max_i W1_ki^2 / sum_i W1_ki^2.

    Then no two features are active together. At a finite density it is an approximation.

    Raises:
        ValueError: if a number in W1 is not finite.
    """
    weights = unit_rows(W1)
    return monosemanticity(weights**2)


def probe_outputs(run: Run, instance: int, samples: Samples) -> Array:
    """R^2 of every output of the whole model with its target, x_i or |x_i|, (features,).

    In an `Autoencoder` this reads the same direction as Ŵ_i . h, but as the model does: ReLU(W_i . h + b_i).

    Args:
        run: with the weights.
        instance: which density.
        samples: of that density; signed ones for an `AbsMLP`.

    Raises:
        ValueError: if a weight or a bias is not finite.
    """
    spec, x = run.spec, samples.x
    parameters = {name: finite(name, value[instance]) for name, value in run.parameters.items()}
    wanted = targets(spec, x)
    weighted, spread = _centred(outputs(spec, parameters, x), samples.weight)
    # Of every pair of an output and a target only its own is asked for.
    return _ratio(np.einsum("st,st->t", weighted, wanted), spread * _variance(wanted, samples.weight))
