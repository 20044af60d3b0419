"""Density sweep of the slide "How the superposition states can look like?": n = 400, m = 30, I = 1; specs and claims.

Here a sweep is a sequence of runs of one density each, from dense to sparse.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toymodels.analysis.feature_graph import groups
from toymodels.analysis.weights import dimensions_per_feature, feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.run import Run
from toymodels.spec import Autoencoder

N_FEATURES, N_HIDDEN = 400, 30

INVERSE_DENSITIES = (
    1, 1.1, 1.2, 1.35, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.5, 2.8, 3.2, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10, 12,
    15, 20, 30, 50, 100,
)  # fmt: skip
"""1 / (1 - S) of every run: evenly spread on a log scale, and closer where the geometry changes."""

SEEDS = (0, 1, 2)

SOURCE = "slide “How the superposition states can look like?”; paper, “The geometry of superposition”"

NEAR = 0.03
"""D* sticks at a value when it is within this part of it."""

DENSE, PLATEAU, SPARSE = 1.2, (2.5, 4.0), 12.0
"""The 1 / (1 - S) up to which D* is to be 1, between which it is to be 1/2, and by which it is to be below 1/4."""

PAIRED, ALMOST_ALL = 0.01, 0.9
"""On the plateau this part of the represented features has a D_i this near to 1/2."""

ARRANGEMENTS = ("tetrahedron", "triangle", "digon", "pentagon", "square antiprism")
"""What the paper names, from dense to sparse."""

USED = 0.05
"""sum_i D_i = m is to hold within this part, from `PLATEAU` on."""


def geometry_spec(inverse_density: float) -> Autoencoder:
    """Spec of the model at one density, given 1 / (1 - S).

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(N_FEATURES, N_HIDDEN, 1 / inverse_density, importance=1.0)


def geometry_steps(inverse_density: float) -> int:
    """Training steps at one density: enough at 1 / (1 - S) = 25, and more in proportion where features are rarer."""
    return round(4000 * max(1.0, inverse_density / 25))


def inverse_density(run: Run) -> float:
    """1 / (1 - S) of a run of one density."""
    return 1 / run.spec.densities[0]


def dense_features_get_a_dimension_each(sweep: Sequence[Run]) -> Check:
    """D* is near 1 up to `DENSE`."""
    claim = f"Dense (1 / (1 − S) ≤ {DENSE:g}): D\\* sticks at 1. As many features as dimensions, and no superposition."
    runs = [run for run in sweep if inverse_density(run) <= DENSE]
    if not runs:
        return Check(claim, SOURCE, "This sweep has no such density.", None)
    sizes = _dimensions(runs)
    return Check(
        claim, SOURCE, f"D\\* from {sizes.min():.3f} to {sizes.max():.3f} at {len(runs)} densities.",
        bool((np.abs(sizes - 1) <= NEAR).all()),
    )  # fmt: skip


def sticks_at_one_half(sweep: Sequence[Run]) -> Check:
    """Somewhere on `PLATEAU` D* is near 1/2."""
    low, high = PLATEAU
    claim = f"Then it sticks at 1/2: two features to a dimension, somewhere between 1 / (1 − S) = {low:g} and {high:g}."
    run = plateau(sweep)
    if run is None:
        return Check(claim, SOURCE, "This sweep has no density between.", None)
    size = float(_dimensions([run])[0])
    return Check(
        claim, SOURCE, f"D\\* = {size:.3f} at 1 / (1 − S) = {inverse_density(run):.3g}.", abs(size / 0.5 - 1) <= NEAR
    )


def plateau_is_made_of_pairs(sweep: Sequence[Run]) -> Check:
    """At the density where D* is nearest to 1/2, almost all represented features have D_i = 1/2."""
    claim = f"There at least {ALMOST_ALL:.0%} of the represented features have Dᵢ = 1/2, within {PAIRED:g}: digons."
    run = plateau(sweep)
    if run is None:
        return Check(claim, SOURCE, "This sweep has no density between.", None)
    W = run.W[0]
    dimensionality = feature_dimensionality(W)[represented(W)]
    paired = int((np.abs(dimensionality - 0.5) <= PAIRED).sum())
    return Check(
        claim, SOURCE,
        f"{paired} of {len(dimensionality)} represented features at 1 / (1 − S) = {inverse_density(run):.3g}.",
        len(dimensionality) > 0 and paired >= ALMOST_ALL * len(dimensionality),
    )  # fmt: skip


def sparse_features_share_a_dimension_by_four(sweep: Sequence[Run]) -> Check:
    """By `SPARSE`, D* is below 1/4."""
    claim = f"Sparser still, more and more share: D\\* is below 1/4 by 1 / (1 − S) = {SPARSE:g}."
    runs = [run for run in sweep if inverse_density(run) <= SPARSE + 1e-9]
    if not runs or inverse_density(runs[-1]) < SPARSE - 1e-9:
        return Check(claim, SOURCE, "This sweep does not reach that far.", None)
    size = float(_dimensions(runs[-1:])[0])
    return Check(claim, SOURCE, f"D\\* = {size:.3f} there.", size < 1 / 4)


def dimensions_are_used_up(sweep: Sequence[Run]) -> Check:
    """The D_i add up to m from `PLATEAU` on: no dimension is wasted."""
    claim = f"Efficient packing: the Dᵢ add up to m wherever 1 / (1 − S) ≥ {PLATEAU[0]:g}."
    runs = [run for run in sweep if inverse_density(run) >= PLATEAU[0] - 1e-9]
    if not runs:
        return Check(claim, SOURCE, "This sweep has no such density.", None)
    sums = np.array([feature_dimensionality(run.W[0]).sum() for run in runs])
    hidden = runs[0].spec.n_hidden
    return Check(
        claim, SOURCE, f"Sums from {sums.min():.2f} to {sums.max():.2f} at {len(runs)} densities; m = {hidden}.",
        bool((np.abs(sums / hidden - 1) <= USED).all()),
    )  # fmt: skip


def the_papers_arrangements_appear(sweep: Sequence[Run]) -> Check:
    """Every one of `ARRANGEMENTS` is found somewhere in the sweep."""
    claim = (
        "Features arrange as tetrahedra (Dᵢ = 3/4), triangles (2/3), digons (1/2), pentagons (2/5) "
        "and square antiprisms (3/8)."
    )
    if len(sweep) < 2:
        return Check(claim, SOURCE, "This is a single density.", None)
    counts: dict[str, dict[float, int]] = {name: {} for name in ARRANGEMENTS}
    for run in sweep:
        for group in groups(run.W[0]):
            if group.name in counts:
                at = counts[group.name]
                at[inverse_density(run)] = at.get(inverse_density(run), 0) + 1
    words = [
        f"{name}: up to {max(at.values())}, at {min(at):.3g}" + (f" to {max(at):.3g}" if len(at) > 1 else "")
        if at
        else f"{name}: none"
        for name, at in counts.items()
    ]
    return Check(claim, SOURCE, "; ".join(words) + ".", all(counts.values()))


def plateau(sweep: Sequence[Run]) -> Run | None:
    """The run on `PLATEAU` whose D* is nearest to 1/2; None if the sweep has none there."""
    low, high = PLATEAU
    between = [run for run in sweep if low - 1e-9 <= inverse_density(run) <= high + 1e-9]
    return min(between, key=lambda run: abs(float(_dimensions([run])[0]) - 0.5), default=None)


def _dimensions(runs: Sequence[Run]) -> Array:
    return np.array([float(dimensions_per_feature(run.W[0])) for run in runs])
