"""The loss L = E sum_i I_i (target_i - x'_i)^2, in closed form where there is one, else estimated."""

from collections.abc import Mapping

import numpy as np

from toymodels.arrays import Array
from toymodels.data import Sampler
from toymodels.models import absolute_value, autoencode
from toymodels.specs import Autoencoder, Spec

LATTICES = 16
"""An estimate is the mean over this many independent lattices, and its error their spread."""

MAX_CHUNK = 1 << 22
"""Most numbers that an estimate holds in one array."""


def zero_active(b: Array, importance: Array, activation: str = "relu") -> Array:
    """L_0 = sum_i I_i ReLU(b_i)^2, the loss of the all-zero sample, (...), for b (..., features)."""
    output = np.asarray(b, dtype=np.float64)
    if activation == "relu":
        output = np.maximum(output, 0)
    return np.sum(importance * output**2, axis=-1)


def estimate(spec: Spec, parameters: Mapping[str, Array], samples: int = 16_384, seed: int = 0) -> tuple[Array, Array]:
    """Held-out estimate of the loss of any weights, and its standard error: (loss, loss_error), each (..., instances).

    Unbiased. Every set of weights meets the same samples, so differences are sharper than the errors say.

    Args:
        spec: the model, the densities and the importances.
        parameters: name -> (..., instances, ...), as in `Run.parameters`, with any axes in front of the instances.
        samples: how many samples per instance; spread over 16 lattices, whose disagreement gives the error.
        seed: where the random numbers start. Training never uses the same ones.
    """
    n, signed = spec.n_features, not isinstance(spec, Autoencoder)
    sampler = Sampler(spec.feature_probability, n, -(-samples // LATTICES), signed)
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, 1))))
    importance = spec.importances
    b = np.asarray(parameters["b"], dtype=np.float32)
    means = np.empty((LATTICES, *b.shape[:-1]))
    for mean in means:
        negative, weight = sampler.negated(rng, 1)
        x = -np.swapaxes(negative[0], -1, -2)
        if isinstance(spec, Autoencoder):
            error = x - autoencode(parameters["W"], b, x, spec.activation)
        else:
            error = np.abs(x) - absolute_value(parameters["W1"], parameters["W2"], b, x)
        error **= 2
        per_sample = error @ importance.astype(np.float32)
        mean[...] = np.mean(per_sample if weight is None else per_sample * weight[0, :, 0], axis=-1, dtype=np.float64)
    activation = spec.activation if isinstance(spec, Autoencoder) else "relu"
    loss = sampler.batch_weight * means.mean(axis=0) + sampler.zero_weight * zero_active(b, importance, activation)
    return loss, sampler.batch_weight * means.std(axis=0, ddof=1) / np.sqrt(LATTICES)
