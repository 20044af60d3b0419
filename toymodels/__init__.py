"""Toy models of superposition: train them in the time a slider takes, and measure what they did.

After Elhage et al., "Toy Models of Superposition" (2022), https://transformer-circuits.pub/2022/toy_model.
"""

import importlib
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from toymodels import torch

__all__ = [
    "AbsMLP",
    "Autoencoder",
    "Run",
    "Snapshots",
    "Spec",
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
    "torch",
    "train",
]

_ON_DEMAND = ("torch",)
"""Parts that import much, and are imported when they are asked for."""


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return importlib.import_module(f"toymodels.{name}")
    raise AttributeError(f"module 'toymodels' has no attribute {name!r}")
