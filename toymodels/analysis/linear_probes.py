"""Linear probes: the variance of a feature that one neuron or direction explains (slide "3. ... good/bad?", the con).

The number is R^2, the squared correlation: the fraction of the feature's variance that the best straight line through
the activation explains, from 0 to 1. The rest of the activation's variance comes from other features.

A linear direction, Ŵ_i . h, needs no samples: with independent features its R^2 with x_i is
|W_i|^2 / sum_j (Ŵ_i . W_j)^2, which is D_i (`weights.feature_dimensionality`). Where a ReLU is in between, samples
are needed for two active features and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.neurons import monosemanticity, unit_rows
from toymodels.arrays import Array, finite
from toymodels.checks import MAX_SEED, whole_number
from toymodels.data import MAX_WIDTH
from toymodels.models import encode, outputs, targets
from toymodels.run import Run
from toymodels.samples import active_probability, several_active

SAMPLES = 16_384
"""Number of samples with two active features or more."""

GRID = 64
"""Number of values of a feature that is the only active one, evenly spaced."""

BLOCK = 64
"""Number of samples that are taken together: no array of theirs, of 100 features with two sides, takes the 128 kB from
which a hosted server fetches memory from the system, page by page, for each array anew."""

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
        seed: 0 to 2**32 - 1.

    Raises:
        ValueError: naming the argument, the value and the range.
    """
    n_features = whole_number("n_features", n_features, 1, MAX_WIDTH)
    seed = whole_number("seed", seed, 0, MAX_SEED)
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


def _r_squared(blocks: Iterable[tuple[Array, Array, Array]], pairwise: bool = False) -> Array:
    """Explained variance R^2 of every target by every reading, (r, t); 0 where either does not vary.

    With `pairwise` of every target by the reading of the same number alone, (t,).

    Args:
        blocks: readings (samples, r), targets (samples, t) and weights (samples,), which sum to 1 over all blocks. What
            does not vary should be 0, so that rounding leaves it no variance.
        pairwise: see above.
    """
    reading = reading_square = target = target_square = product = np.zeros(1)
    for readings, wanted, weight in blocks:
        weighted = weight[:, None] * readings
        reading = reading + weight @ readings
        target = target + weight @ wanted
        reading_square = reading_square + np.einsum("sr,sr->r", weighted, readings)
        target_square = target_square + weight @ wanted**2
        product = product + (np.einsum("st,st->t", weighted, wanted) if pairwise else weighted.T @ wanted)
    times = np.multiply if pairwise else np.outer
    scale = times(np.maximum(reading_square - reading**2, 0), np.maximum(target_square - target**2, 0))
    ratio: Array = np.divide(
        (product - times(reading, target)) ** 2, scale, out=np.zeros_like(scale), where=scale > 1e-30
    )
    return ratio


def _in_blocks(samples: Samples) -> Iterator[Samples]:
    """The same samples, `BLOCK` at a time."""
    for begin in range(0, len(samples.x), BLOCK):
        yield Samples(samples.x[begin : begin + BLOCK], samples.weight[begin : begin + BLOCK])


def probe_neurons(W1: npt.ArrayLike, samples: Samples) -> NeuronProbes:
    """Linear probes of the neurons of W1 (hidden, features): the side of a feature that each explains best.

    Raises:
        ValueError: if a number in W1 is not finite.
    """
    weights = finite("W1", W1)
    found = _r_squared(
        (
            np.maximum(encode(weights, x), 0),
            np.concatenate([np.maximum(-x, 0), np.maximum(x, 0)], axis=1),
            weight,
        )
        for x, weight in _in_blocks(samples)
    )
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
        ValueError: if a weight or a bias is not finite, or the run has no such instance.
    """
    spec = run.spec
    instance = whole_number("instance", instance, 0, spec.n_instances - 1)
    parameters = {name: finite(name, value[instance]) for name, value in run.parameters.items()}
    # Less what the model answers to no feature at all: what it does not depend on has no variance, to the last digit.
    empty = outputs(spec, parameters, np.zeros((1, spec.n_features)))
    return _r_squared(
        ((outputs(spec, parameters, x) - empty, targets(spec, x), weight) for x, weight in _in_blocks(samples)),
        pairwise=True,
    )
