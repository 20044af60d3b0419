"""What neurons and directions tell, each computed once for all visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.linear_probes import NeuronProbes, held_out_samples, probe_neurons, probe_outputs
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.run import Run

KEPT = 64
"""Runs whose answers are kept."""


@dataclass(frozen=True, eq=False)
class ToldByNeurons:
    """What the neurons of an `AbsMLP` tell, one by one and together.

    Attributes:
        one: of every neuron.
        together: R^2 of the model's answer with |x_i|, (features,).
    """

    one: NeuronProbes
    together: Array


def told_by_neurons(run: Run) -> ToldByNeurons:
    """What the neurons of the first instance of an `AbsMLP` run tell."""
    return _told_by_neurons(run.spec.to_json(), run.seed, run.steps, run.restarts, run)


def told_by_directions(run: Run) -> pd.DataFrame:
    """Every represented feature of every density of an `Autoencoder` run.

    Columns "density", "feature" (from 0), "alone" (R^2 of Ŵ_i . h, which is D_i), "output" (R^2 of x'_i).
    """
    return _told_by_directions(run.spec.to_json(), run.seed, run.steps, run.restarts, run)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _told_by_neurons(spec: str, seed: int, steps: int, restarts: int, _run: Run) -> ToldByNeurons:
    samples = held_out_samples(_run.spec.feature_probability[0], _run.spec.n_features, signed=True, seed=seed)
    return ToldByNeurons(probe_neurons(_run.W1[0], samples), probe_outputs(_run, 0, samples))


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _told_by_directions(spec: str, seed: int, steps: int, restarts: int, _run: Run) -> pd.DataFrame:
    tables = []
    for instance, (p, W) in enumerate(zip(_run.spec.feature_probability, _run.W, strict=True)):
        samples = held_out_samples(p, _run.spec.n_features, signed=False, seed=seed)
        table = pd.DataFrame(
            {
                "density": p,
                "feature": np.arange(W.shape[1]),
                "alone": feature_dimensionality(W),
                "output": probe_outputs(_run, instance, samples),
            }
        )
        tables.append(table[represented(W)])
    return pd.concat(tables, ignore_index=True)
