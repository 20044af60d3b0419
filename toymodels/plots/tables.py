"""Tables of models and of features, as the charts read them: from a run, from several runs, or ready-made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toymodels.analysis.weights import dimensions_per_feature, feature_dimensionality, represented
from toymodels.run import Run

Runs = Run | Sequence[Run]
"""A run, or several."""


def as_model_table(models: pd.DataFrame | Runs) -> pd.DataFrame:
    """One row per model: a table as it is, or made of autoencoder runs, every instance a model.

    Columns: "density" (1 - S), "inverse_density", "seed", "represented" (how many features), "dimensions_per_feature"
    (D*), "loss".
    """
    if isinstance(models, pd.DataFrame):
        return models
    return pd.concat(
        [
            _densities(run).assign(
                represented=represented(run.W).sum(axis=-1),
                dimensions_per_feature=dimensions_per_feature(run.W),
                loss=run.loss,
            )
            for run in _several(models)
        ],
        ignore_index=True,
    )


def as_feature_table(features: pd.DataFrame | Runs) -> pd.DataFrame:
    """One row per feature of every model: a table as it is, or made of autoencoder runs.

    Columns: "density" (1 - S), "inverse_density", "seed", "feature" (counted from 1), "represented" (bool),
    "dimensionality" (D_i).
    """
    if isinstance(features, pd.DataFrame):
        return features
    tables = []
    for run in _several(features):
        n = run.spec.n_features
        table = _densities(run).loc[np.repeat(np.arange(run.spec.n_instances), n)]
        tables.append(
            table.assign(
                feature=np.tile(np.arange(1, n + 1), run.spec.n_instances),
                represented=represented(run.W).ravel(),
                dimensionality=feature_dimensionality(run.W).ravel(),
            )
        )
    return pd.concat(tables, ignore_index=True)


def _several(runs: Runs) -> Sequence[Run]:
    return [runs] if isinstance(runs, Run) else runs


def _densities(run: Run) -> pd.DataFrame:
    density = np.array(run.spec.densities)
    return pd.DataFrame({"density": density, "inverse_density": 1 / density, "seed": run.seed})
