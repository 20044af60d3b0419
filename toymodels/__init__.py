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
from toymodels.sweeps import sweep
from toymodels.training import TrainingConfig, default_config, retrain, train, warm_up
from toymodels.version import __version__

if TYPE_CHECKING:
    from toymodels import plots, torch

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
    "sweep",
    "torch",
    "train",
    "warm_up",
]

_ON_DEMAND = ("plots", "torch")
"""Parts that import much (Altair and pandas; PyTorch), and are imported when they are first asked for."""


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return import_module(f"toymodels.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *_ON_DEMAND]
