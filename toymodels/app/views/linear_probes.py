"""Linear probes of neurons and directions: explained variance R^2 of features, cached for all visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.linear_probes import Told, held_out, neuron_tells, output_tells
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.run import Run

KEPT = 64
"""Runs whose answers are kept."""


@dataclass(frozen=True, eq=False)
class NeuronProbes:
    """Explained variance of features by the neurons of an `AbsMLP`, one by one and together.

    Attributes:
        one: of every neuron.
        together: R^2 of the model's answer with |x_i|, (features,).
    """

    one: Told
    together: Array


def neuron_probes(run: Run) -> NeuronProbes:
    """Linear probes of the neurons of the first instance of an `AbsMLP` run."""
    return _neuron_probes(run.spec.to_json(), run.seed, run.steps, run.restarts, run)


def direction_probes(run: Run) -> pd.DataFrame:
    """Linear probes of the direction of every represented feature, at every density of an `Autoencoder` run.

    Columns "density", "feature" (from 0), "alone" (R^2 of Ŵ_i . h, which is D_i), "output" (R^2 of x'_i).
    """
    return _direction_probes(run.spec.to_json(), run.seed, run.steps, run.restarts, run)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _neuron_probes(spec: str, seed: int, steps: int, restarts: int, _run: Run) -> NeuronProbes:
    samples = held_out(_run.spec.feature_probability[0], _run.spec.n_features, signed=True, seed=seed)
    return NeuronProbes(neuron_tells(_run.W1[0], samples), output_tells(_run, 0, samples))


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _direction_probes(spec: str, seed: int, steps: int, restarts: int, _run: Run) -> pd.DataFrame:
    tables = []
    for instance, (p, W) in enumerate(zip(_run.spec.feature_probability, _run.W, strict=True)):
        samples = held_out(p, _run.spec.n_features, signed=False, seed=seed)
        table = pd.DataFrame(
            {
                "density": p,
                "feature": np.arange(W.shape[1]),
                "alone": feature_dimensionality(W),
                "output": output_tells(_run, instance, samples),
            }
        )
        tables.append(table[represented(W)])
    return pd.concat(tables, ignore_index=True)
