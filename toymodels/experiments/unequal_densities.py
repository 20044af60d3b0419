"""Five equal features in the plane, one of them sparser or denser than the others: specs, measures and claims.

Paper, "The geometry of superposition", non-uniform superposition: a pentagon turns into two digons.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.polytopes import BY_NAME, shape
from toymodels.analysis.weights import represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.run import Run
from toymodels.spec import Autoencoder

N_FEATURES = 5

DENSITIES = np.geomspace(0.3, 0.01, 18)
"""Density of the four others, column by column of the map."""

FACTORS = np.geomspace(8, 1 / 8, 19)
"""Density of the fifth feature over that of the others, row by row; it is at most 1."""

LINE_DENSITY = 0.05
"""Density of the four others on the line along which both arrangements are trained."""

LINE_FACTORS = np.geomspace(0.6, 0.15, 24)
"""From .65 on two digons are no minimum there: training leaves them for the pentagon."""

LINE_STEPS = 1500

FIVE, FIFTH_OUT, OTHER_OUT = 0, 1, 2
ARRANGEMENTS = ("five arrows", "two digons, the fifth left out", "two digons, another left out")
"""What the models end as, by these numbers."""


def unequal_spec(densities: npt.ArrayLike, factors: npt.ArrayLike) -> Autoencoder:
    """Five features of equal importance in two dimensions, every factor with every density, row by row.

    Args:
        densities: of the first four features, (columns,).
        factors: density of the fifth over that, (rows,).

    Raises:
        ValueError: as `Autoencoder`.
    """
    base, factor = np.meshgrid(np.asarray(densities), np.asarray(factors))
    p = np.repeat(base.ravel()[:, None], N_FEATURES, axis=1)
    p[:, -1] = np.minimum(1, p[:, -1] * factor.ravel())
    return Autoencoder(N_FEATURES, 2, p, 1.0)


def arrangements(run: Run) -> npt.NDArray[np.intp]:
    """Index into `ARRANGEMENTS` of every model of `unequal_spec`, (instances,)."""
    kept = represented(run.W)
    return np.where(kept.all(axis=-1), FIVE, np.where(kept[:, -1], OTHER_OUT, FIFTH_OUT))


def pentagon_start() -> dict[str, Array]:
    """Weights from which training ends in five arrows, where these are a minimum at all."""
    return {"W": 1.14 * BY_NAME["pentagon"].W, "b": np.full(N_FEATURES, -0.25)}


def digons_start() -> dict[str, Array]:
    """Weights of two digons, the fifth feature left out; training stays with them."""
    W = np.zeros((2, N_FEATURES))
    W[0, :2] = W[1, 2:4] = 1, -1
    return {"W": W, "b": np.zeros(N_FEATURES)}


def crossing(pentagon: Run, digons: Run) -> float:
    """The factor of `LINE_FACTORS` at which both losses are equal, between two of them on a logarithmic scale.

    NaN if they do not cross exactly once.
    """
    ahead = np.log(pentagon.loss / digons.loss)
    changes = np.flatnonzero(np.diff(np.sign(ahead)))
    if len(changes) != 1:
        return float("nan")
    k = int(changes[0])
    part = ahead[k] / (ahead[k] - ahead[k + 1])
    return float(np.exp(np.interp(part, [0, 1], np.log(LINE_FACTORS[k : k + 2]))))


def a_sparser_feature_is_left_out_at_once(pentagon: Run, digons: Run) -> Check:
    """The losses of both arrangements cross at an angle, while each is still a minimum: a change of first order."""
    at = crossing(pentagon, digons)
    ahead = np.log(pentagon.loss / digons.loss)
    slope = float(np.abs(np.diff(ahead) / np.diff(np.log(LINE_FACTORS))).max())
    stays = not represented(digons.W)[:, -1].any()
    return Check(
        "Where one of five equal features is sparser, the pentagon turns into two digons without it, at once: the "
        "loss curves of the two arrangements cross.",
        "paper, “The geometry of superposition”, non-uniform superposition",
        f"At 1 − S = {LINE_DENSITY:g} the losses cross where the fifth feature has {at:.2g} times the density of the "
        f"others, {1 / at:.2g} times sparser; their ratio there changes with the factor's power {slope:.2g}."
        if np.isfinite(at)
        else "The losses of the two arrangements do not cross once.",
        bool(np.isfinite(at) and stays and slope > 0.05),
    )


def equal_features_are_a_pentagon(run: Run) -> Check:
    """At a factor of 1 and a density of at most .15, all five are a pentagon. Needs the map of this module."""
    tested = np.flatnonzero(DENSITIES <= 0.15)
    by_row = run.W.reshape(len(FACTORS), len(DENSITIES), *run.W.shape[1:])
    equal = [shape(W).name for W in by_row[int(np.abs(np.log(FACTORS)).argmin()), tested]]
    sparse = arrangements(run).reshape(len(FACTORS), len(DENSITIES))[-1, tested]
    return Check(
        "Equal features form a pentagon; a much sparser one is left out of it, at any density of the others.",
        "paper, “The geometry of superposition”, non-uniform superposition",
        f"A pentagon in {equal.count('pentagon')} of {len(equal)} models with equal densities; five arrows in "
        f"{int((sparse == FIVE).sum())} of {len(sparse)} with one {1 / FACTORS[-1]:g} times sparser.",
        equal.count("pentagon") == len(equal) and bool((sparse == FIFTH_OUT).all()),
    )
