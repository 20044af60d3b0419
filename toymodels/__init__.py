"""Toy models of superposition: train them in the time a slider takes, and measure what they did.

After Elhage et al., "Toy Models of Superposition" (2022), https://transformer-circuits.pub/2022/toy_model.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toymodels import data, models
from toymodels.analysis import feature_graph, inhibition, losses, neurons, polytopes
from toymodels.analysis.weights import (
    dimensions_per_feature,
    feature_dimensionality,
    gram,
    norms,
    represented,
    superposition,
)
from toymodels.provenance import Provenance
from toymodels.run import Run, Snapshots, load_run
from toymodels.spec import AbsMLP, Autoencoder, Spec, spec_from_json
from toymodels.training import TrainingConfig, default_config, retrain, train, warm_up
from toymodels.version import __version__

if TYPE_CHECKING:
    from toymodels import plots

__all__ = [
    "AbsMLP",
    "Autoencoder",
    "Provenance",
    "Run",
    "Snapshots",
    "Spec",
    "TrainingConfig",
    "__version__",
    "data",
    "default_config",
    "dimensions_per_feature",
    "feature_dimensionality",
    "feature_graph",
    "gram",
    "inhibition",
    "load_run",
    "losses",
    "models",
    "neurons",
    "norms",
    "plots",
    "polytopes",
    "represented",
    "retrain",
    "spec_from_json",
    "superposition",
    "train",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    # Altair and pandas are needed for charts alone, so they are imported with the first use of `plots`.
    if name == "plots":
        return import_module("toymodels.plots")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
