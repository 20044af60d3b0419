"""Density sweep of the slide "How the superposition states can look like?": n = 400, m = 30, I = 1; specs and claims.

Here a sweep is a sequence of runs of one density each, from dense to sparse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from toymodels.analysis.feature_graph import groups
from toymodels.analysis.weights import dimensions_per_feature, feature_dimensionality, norms, represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.names import percent
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
"""Dense, D* sticks at 1 when it is within this part of it."""

DENSE, PLATEAU, SPARSE = 1.2, (2.5, 6.0), 12.0
"""The 1 / (1 - S) up to which D* is to be 1, between which it is to be flat, and by which it is to be below 1/4."""

LEAST_DENSITIES = 4
"""Neighbouring densities on `PLATEAU` without which flatness is not tested; the shipped sweep has nine."""

FLAT, NEAR_HALF = 0.05, 0.05
"""D* is flat on the plateau when it is within this part of its median there; and that within this part of 1/2.

If D* fell steadily from 1 at 1 / (1 - S) = 1 to 1/4 at 12, as a power, it would leave its median by 30 %.
"""

ALMOST_ALL = 0.9
"""At every density of the plateau this part of the represented features is in digons."""

ARRANGEMENTS = ("tetrahedron", "triangle", "digon", "pentagon", "square antiprism")
"""What the paper names, from dense to sparse."""

LEAST_SHARE = 0.25
"""Each of these holds at least this part of the represented features at the density where it holds most."""

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
    """D* is flat over all densities of `PLATEAU`, and near 1/2."""
    low, high = PLATEAU
    claim = (
        f"Then it sticks near 1/2, two features to a dimension: D\\* is flat for 1 / (1 − S) from {low:g} to {high:g}."
    )
    runs = plateau(sweep)
    if len(runs) < LEAST_DENSITIES:
        return Check(claim, SOURCE, f"This sweep has {len(runs)} densities there, too few to tell.", None)
    sizes = _dimensions(runs)
    middle = float(np.median(sizes))
    off = float(np.abs(sizes / middle - 1).max())
    squares = [float((norms(run.W[0])[represented(run.W[0])] ** 2).mean()) for run in runs]
    return Check(
        claim, SOURCE,
        f"Median {middle:.3f} at {len(runs)} densities, none more than {percent(off, 1)} away from it "
        f"({percent(FLAT)} allowed). It is not 0.500 because represented features have |Wᵢ|² = {min(squares):.2f} to "
        f"{max(squares):.2f} on average.",
        off <= FLAT and abs(middle / 0.5 - 1) <= NEAR_HALF,
    )  # fmt: skip


def plateau_is_made_of_pairs(sweep: Sequence[Run]) -> Check:
    """At every density of `PLATEAU` almost all represented features are in digons."""
    claim = (
        f"On that plateau at least {percent(ALMOST_ALL)} of the represented features are in digons, antipodal pairs."
    )
    runs = plateau(sweep)
    if not runs:
        return Check(claim, SOURCE, "This sweep has no density between.", None)
    shares = [shares_of_arrangements(run.W[0])["digon"] for run in runs]
    kept = [feature_dimensionality(run.W[0])[represented(run.W[0])] for run in runs]
    means = [float(some.mean()) if some.size else 0.0 for some in kept]
    return Check(
        claim, SOURCE,
        f"{_range(shares, percent)} of them at {len(runs)} densities; their mean Dᵢ is "
        f"{_range(means, '{:.3f}'.format)}.",
        min(shares) >= ALMOST_ALL,
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
    """Every one of `ARRANGEMENTS` holds a considerable part of the represented features at some density."""
    claim = (
        "Features arrange as tetrahedra (Dᵢ = 3/4), triangles (2/3), digons (1/2), pentagons (2/5) "
        f"and square antiprisms (3/8): each holds at least {percent(LEAST_SHARE)} of them at some density."
    )
    if len(sweep) < 2:
        return Check(claim, SOURCE, "This is a single density.", None)
    shares = [shares_of_arrangements(run.W[0]) for run in sweep]
    best = {name: max(range(len(sweep)), key=lambda k: shares[k][name]) for name in ARRANGEMENTS}
    words = [
        f"{name} {percent(shares[k][name])} at {inverse_density(sweep[k]):.3g}" if shares[k][name] else f"{name} none"
        for name, k in best.items()
    ]
    counts = [int(represented(run.W[0]).sum()) for run in sweep]
    named = sum(count * sum(share.values()) for count, share in zip(counts, shares, strict=True))
    part = named / max(1, sum(counts))
    return Check(
        claim, SOURCE,
        f"Largest share of the represented features: {', '.join(words)}. Over all {len(sweep)} densities "
        f"{percent(part)} of them are in one of the five.",
        all(shares[k][name] >= LEAST_SHARE for name, k in best.items()),
    )  # fmt: skip


def shares_of_arrangements(W: Array) -> dict[str, float]:
    """Share of the represented features of W (hidden, features) in groups of each of `ARRANGEMENTS`."""
    found = groups(W)
    total = max(1, sum(len(group.features) for group in found))
    return {name: sum(len(group.features) for group in found if group.name == name) / total for name in ARRANGEMENTS}


def plateau(sweep: Sequence[Run]) -> list[Run]:
    """The runs of a sweep on `PLATEAU`."""
    low, high = PLATEAU
    return [run for run in sweep if low - 1e-9 <= inverse_density(run) <= high + 1e-9]


def _dimensions(runs: Sequence[Run]) -> Array:
    return np.array([float(dimensions_per_feature(run.W[0])) for run in runs])


def _range(values: Sequence[float], written: Callable[[float], str]) -> str:
    """The least and the greatest of some numbers: "92 % to 100 %"."""
    least, greatest = written(min(values)), written(max(values))
    return least if least == greatest else f"{least} to {greatest}"
