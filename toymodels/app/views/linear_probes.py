"""Linear probes of neurons and directions: explained variance R^2 of features, cached for all visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toymodels.analysis.linear_probes import NeuronProbes, held_out_samples, probe_neurons, probe_outputs
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.app.compute.shared_cache import shared
from toymodels.arrays import Array
from toymodels.run import Run


@dataclass(frozen=True, eq=False)
class ProbedNeurons:
    """Explained variance of features by the neurons of an `AbsMLP`, one by one and together.

    Attributes:
        one: of every neuron.
        together: R^2 of the model's answer with |x_i|, (features,).
    """

    one: NeuronProbes
    together: Array


@shared
def neuron_probes(run: Run) -> ProbedNeurons:
    """Linear probes of the neurons of the first instance of an `AbsMLP` run."""
    samples = held_out_samples(run.spec.feature_probability[0], run.spec.n_features, signed=True, seed=run.seed)
    return ProbedNeurons(probe_neurons(run.W1[0], samples), probe_outputs(run, 0, samples))


@shared
def direction_probes(run: Run) -> pd.DataFrame:
    """Linear probes of the direction of every represented feature, at every density of an `Autoencoder` run.

    Columns "density", "feature" (from 0), "alone" (R^2 of Ŵ_i . h, which is D_i), "output" (R^2 of x'_i).
    """
    tables = []
    for instance, (p, W) in enumerate(zip(run.spec.feature_probability, run.W, strict=True)):
        samples = held_out_samples(p, run.spec.n_features, signed=False, seed=run.seed)
        table = pd.DataFrame(
            {
                "density": p,
                "feature": np.arange(W.shape[1]),
                "alone": feature_dimensionality(W),
                "output": probe_outputs(run, instance, samples),
            }
        )
        tables.append(table[represented(W)])
    return pd.concat(tables, ignore_index=True)
