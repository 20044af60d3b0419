"""Pairs of features that are active together, or never: specs, measures and claims.

Paper, "The geometry of superposition", correlated and anticorrelated features. Features 2k - 1 and 2k, counted from 1,
are partners.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import cosines
from toymodels.analysis.principal_components import principal_components_loss
from toymodels.analysis.weights import represented
from toymodels.arrays import Array
from toymodels.data import Anticorrelated, Correlated, Data, Independent
from toymodels.experiments.check import Check
from toymodels.names import scientific
from toymodels.run import Run
from toymodels.spec import Autoencoder

Kind = Literal["together", "independent", "never together"]
KINDS: tuple[Kind, Kind, Kind] = get_args(Kind)

SWEEP = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02)
"""Densities of the sweep. At density 1 correlated features are independent ones."""

MOST_APART = 0.5
"""Density up to which two features can be never together: each is active with it."""

N_COLLAPSED = 6
N_PLANE = 2
"""Features, three pairs, and dimensions of the model that falls back to principal components."""

SPARSE, MEDIUM, DENSE = 0.1, (0.3, 0.7), (0.6, 0.95)
"""Densities at which claims are tested: up to the first one; within the others."""

RIGHT_ANGLE = 0.1
"""Partners are at a right angle if the cosine between them is at most this, either way."""

ONE_DIRECTION = 0.9
"""Partners share a direction if the cosine between them is at least this."""

OPPOSITE = -0.95
"""Partners are opposite if the cosine between them is at most this."""

SOURCE = "paper, “The geometry of superposition”, correlated and anticorrelated features"


def pairs(n_features: int) -> tuple[tuple[int, int], ...]:
    """The partners, counted from 0: (0, 1), (2, 3), …"""
    return tuple((feature, feature + 1) for feature in range(0, n_features, 2))


def pairs_data(kind: Kind, n_features: int) -> Data:
    """The data in which partners are active together, independently, or never together."""
    if kind == "independent":
        return Independent()
    return (Correlated if kind == "together" else Anticorrelated)(pairs(n_features))


def pairs_spec(kind: Kind, n_features: int, n_hidden: int, feature_probability: float | Sequence[float]) -> Autoencoder:
    """Spec of pairs of features of equal importance.

    Raises:
        ValueError: as `Autoencoder`; if n_features is odd, and features can be partners.
    """
    return Autoencoder(n_features, n_hidden, feature_probability, 1.0, data=pairs_data(kind, n_features))


def sweep_spec(kind: Kind, n_features: int) -> Autoencoder:
    """Spec with as many dimensions as pairs, at those densities of `SWEEP` that its data can have."""
    densities = [p for p in SWEEP if kind != "never together" or p <= MOST_APART]
    return pairs_spec(kind, n_features, n_features // 2, densities)


def partner_cosines(W: npt.ArrayLike) -> Array:
    """Cosine between the partners of every pair, (..., pairs), for W (..., hidden, features); 0 if one is not there."""
    found = cosines(W)
    first = np.arange(0, found.shape[-1], 2)
    return np.asarray(found[..., first, first + 1])


def kept_apart(W: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Number of pairs of which the model keeps both features, in two directions, (...,), for W (..., hidden, features).

    In the other pairs partners share a direction, or one of them is not represented.
    """
    both = represented(W)[..., ::2] & represented(W)[..., 1::2]
    return np.asarray((both & (partner_cosines(W) < ONE_DIRECTION)).sum(axis=-1))


def over_principal_components(run: Run) -> Array:
    """Loss of a run of equal importances as a multiple of that of principal component analysis, (instances,)."""
    spec = run.spec
    covariance = spec.data.covariance(spec.probabilities)
    ratio: Array = run.loss / principal_components_loss(covariance, spec.n_hidden)
    return ratio


def left_out_loss(run: Run) -> Array:
    """Loss of leaving out one feature of importance 1, the variance of each, (instances,)."""
    variance: Array = run.spec.data.variance(run.spec.probabilities)[..., 0]
    return variance


def _at(run: Run, low: float, high: float) -> npt.NDArray[np.intp]:
    densities = np.array(run.spec.densities)
    return np.flatnonzero((densities >= low) & (densities <= high))


def cosine_span(cosines: Array) -> str:
    """The range of cosines in two decimals: "−0.03 to 0.05"; one number where both ends are written alike."""
    ends = [f"{end:z.2f}".replace("-", "−") for end in (cosines.min(), cosines.max())]
    return " to ".join(dict.fromkeys(ends))


def sparse_partners_are_at_right_angles(run: Run) -> Check:
    """Correlated partners are orthogonal where features are sparse. Needs as many dimensions as pairs."""
    found = partner_cosines(run.W[_at(run, 0, SPARSE)])
    return Check(
        "Sparse features that are active together are at right angles: each group has an orthogonal basis of its own.",
        SOURCE,
        f"At 1 − S ≤ {SPARSE:g} the cosine between partners is {cosine_span(found)}.",
        bool(np.abs(found).max() <= RIGHT_ANGLE),
    )


def denser_partners_share_a_direction(run: Run) -> Check:
    """Correlated partners have one direction, that of their sum, where features are denser."""
    found = partner_cosines(run.W[_at(run, *MEDIUM)])
    return Check(
        "Denser, partners collapse to one direction: the model keeps their sum.",
        SOURCE,
        f"At 1 − S of {MEDIUM[0]:g} to {MEDIUM[1]:g} the cosine between partners is {cosine_span(found)}.",
        bool(found.min() >= ONE_DIRECTION),
    )


def features_that_are_never_together_are_opposite(run: Run) -> Check:
    """Anticorrelated partners are antipodal, and lose nothing. Needs as many dimensions as pairs."""
    tested = _at(run, SPARSE, MOST_APART)
    found, lost = partner_cosines(run.W[tested]), run.loss[tested] / left_out_loss(run)[tested]
    return Check(
        "Features that are never active together point in opposite directions: interference between them never occurs.",
        SOURCE,
        f"At 1 − S of {SPARSE:g} to {MOST_APART:g} the cosine between partners is "
        f"{cosine_span(found)}, and the loss is at most {scientific(lost.max())} times that of leaving out one.",
        bool(found.max() <= OPPOSITE and lost.max() <= 0.01),
    )


def dense_is_principal_components(run: Run) -> Check:
    """The loss of dense correlated features is that of principal component analysis."""
    tested = _at(run, *DENSE)
    found = over_principal_components(run)[tested]
    return Check(
        "Dense, the model is principal component analysis: three pairs in two dimensions lose as much as it does.",
        SOURCE,
        f"At 1 − S of {DENSE[0]:g} to {DENSE[1]:g} the loss is {found.min():.3f} to {found.max():.3f} times that of "
        f"the two principal components.",
        bool(np.abs(found - 1).max() <= 0.05),
    )


def sparse_pairs_keep_both_features(run: Run) -> Check:
    """Three correlated pairs in two dimensions: none keeps two directions where dense, all do where sparse."""
    counts = kept_apart(run.W)
    densities = np.array(run.spec.densities)
    n_pairs, sparsest = run.spec.n_features // 2, int(np.argmin(densities))
    collapsed = counts[_at(run, 0.5, 0.9)]
    first = float(densities[counts > 0].max()) if counts.any() else float("nan")
    return Check(
        "Where pairs are too many for a basis each, they leave the shared direction as they become sparse: at last "
        "every pair keeps both of its features.",
        SOURCE,
        f"Pairs with two directions: at most {collapsed.max()} at 1 − S of 0.5 to 0.9, {counts[sparsest]} of {n_pairs} "
        f"at {densities[sparsest]:g}" + (f"; the first leaves at {first:g}." if counts.any() else "."),
        bool(not collapsed.any() and counts[sparsest] == n_pairs),
    )
