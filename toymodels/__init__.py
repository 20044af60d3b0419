"""Toy models of superposition: train them in the time a slider takes, and measure what they did.

After Elhage et al., "Toy Models of Superposition" (2022), https://transformer-circuits.pub/2022/toy_model.
"""

from toymodels.analysis import feature_graph, inhibition, losses, neurons, polytopes
from toymodels.analysis.weights import (
    dimensions_per_feature,
    feature_dimensionality,
    gram,
    norms,
    represented,
    superposition,
)
from toymodels.run import Run, Snapshots, load_run
from toymodels.spec import AbsMLP, Autoencoder, Spec, spec_from_json
from toymodels.training import train
from toymodels.version import __version__

__all__ = [
    "AbsMLP",
    "Autoencoder",
    "Run",
    "Snapshots",
    "Spec",
    "__version__",
    "dimensions_per_feature",
    "feature_dimensionality",
    "feature_graph",
    "gram",
    "inhibition",
    "load_run",
    "losses",
    "neurons",
    "norms",
    "polytopes",
    "represented",
    "spec_from_json",
    "superposition",
    "train",
]
