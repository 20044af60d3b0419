"""Tables of the shipped geometry runs, cached for all visitors."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toymodels.analysis.feature_graph import Group, groups
from toymodels.analysis.weights import dimensions_per_feature, feature_dimensionality, norms, represented
from toymodels.app.compute.shared_cache import shared
from toymodels.experiments import Check
from toymodels.experiments import geometry as claims
from toymodels.experiments.geometry import INVERSE_DENSITIES, SEEDS
from toymodels.pretrained.archive import MissingRunError
from toymodels.pretrained.geometry import shipped, unfinished

_LOG = logging.getLogger(__name__)


def is_whole() -> bool:
    """Whether all of it is there; where it is not, the log says why."""
    try:
        all_runs()
        still_moving()
    except MissingRunError as error:
        _LOG.warning("%s", error)
        return False
    return True


@shared
def all_features(seed: int) -> pd.DataFrame:
    """Every feature of every density of the shipped ladder."""
    tables = []
    for rung in INVERSE_DENSITIES:
        W = shipped(rung, seed).W[0]
        tables.append(
            pd.DataFrame(
                {
                    "inverse_density": float(rung),
                    "feature": np.arange(1, W.shape[1] + 1),
                    "length": norms(W),
                    "represented": represented(W),
                    "dimensionality": feature_dimensionality(W),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


@shared
def all_runs() -> pd.DataFrame:
    """Every run of the shipped ladder."""
    rows = []
    for rung in INVERSE_DENSITIES:
        for seed in SEEDS:
            run = shipped(rung, seed)
            W = run.W[0]
            rows.append(
                {
                    "inverse_density": float(rung),
                    "seed": seed,
                    "dimensions_per_feature": float(dimensions_per_feature(W)),
                    "represented": int(represented(W).sum()),
                    "loss": float(run.loss[0]),
                    "loss_error": float(run.loss_error[0]),
                }
            )
    return pd.DataFrame(rows)


@shared
def arrangements(inverse_density: float, seed: int) -> list[Group]:
    """The groups of one shipped run, at the threshold that everybody sees first."""
    return groups(shipped(inverse_density, seed).W[0])


@shared
def nines(seed: int) -> int:
    """How many groups of nine features in four dimensions there are on the shipped ladder of a seed."""
    found = [group for rung in INVERSE_DENSITIES for group in arrangements(rung, seed)]
    return sum(len(group.features) == 9 and group.n_dimensions == 4 for group in found)


@shared
def still_moving() -> tuple[float, float, float]:
    """`unfinished`, once."""
    return unfinished()


@shared
def checked(seed: int) -> list[Check]:
    """The page's claims on the shipped ladder."""
    ladder = [shipped(rung, seed) for rung in INVERSE_DENSITIES]
    return [
        claims.dense_features_get_a_dimension_each(ladder),
        claims.sticks_at_one_half(ladder),
        claims.plateau_is_made_of_pairs(ladder),
        claims.the_papers_arrangements_appear(ladder),
        claims.sparse_features_share_a_dimension_by_four(ladder),
        claims.dimensions_are_used_up(ladder),
    ]


def kinds(found: Sequence[Group]) -> pd.DataFrame:
    """The arrangements of a model, one row for each kind."""
    sorts: dict[tuple[str, int, int], list[tuple[int, Group]]] = {}
    for number, group in enumerate(found, start=1):
        sorts.setdefault((group.name, len(group.features), group.n_dimensions), []).append((number, group))
    rows = []
    for (name, size, dimensions), members in sorted(sorts.items(), key=lambda item: -len(item[1]) * item[0][1]):
        numbers = [number for number, _ in members]
        distance = max(group.distance for _, group in members)
        rows.append(
            {
                "arrangement": name,
                "how many": len(members),
                "features each": size,
                "dimensions each": dimensions,
                "mean Dᵢ": f"{np.mean([group.dimensionality for _, group in members]):.3f}",
                "off the ideal": f"{distance:.1f}°" if np.isfinite(distance) else "none near",
                "groups": f"{numbers[0]}–{numbers[-1]}"
                if numbers[-1] - numbers[0] == len(numbers) - 1 > 0
                else ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else ""),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
