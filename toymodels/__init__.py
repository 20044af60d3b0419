"""Toy models of superposition: train them in the time a slider takes, and measure what they did.

After Elhage et al., "Toy Models of Superposition" (2022), https://transformer-circuits.pub/2022/toy_model.
"""

from toymodels import geometry, groups, losses, motifs, neurons
from toymodels.measures import (
    dimensions_per_feature,
    feature_dimensionality,
    gram,
    norms,
    represented,
    superposition,
)
from toymodels.run import Run, Snapshots, load_run
from toymodels.specs import AbsMLP, Autoencoder, Spec, spec_from_json
from toymodels.training import TrainingConfig, default_config, train, warm_up

__all__ = [
    "AbsMLP",
    "Autoencoder",
    "Run",
    "Snapshots",
    "Spec",
    "TrainingConfig",
    "default_config",
    "dimensions_per_feature",
    "feature_dimensionality",
    "geometry",
    "gram",
    "groups",
    "load_run",
    "losses",
    "motifs",
    "neurons",
    "norms",
    "represented",
    "spec_from_json",
    "superposition",
    "train",
    "warm_up",
]
