"""One feature sparser than the rest: a pentagon of equal features turns into two digons.

Paper, "The geometry of superposition", part "Non-uniform superposition". Five features of equal importance in two
dimensions; the last one's density is a part of the others'. The change is of first order: the losses of the two
arrangements cross, and each is a local minimum on the other's side.
"""

from __future__ import annotations

import numpy as np

from toymodels.analysis.losses import antipodal_loss, unrepresented_loss
from toymodels.analysis.weights import represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.run import Run
from toymodels.spec import Autoencoder

N_FEATURES, N_HIDDEN = 5, 2

PARTS = (1.0, 0.8, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1)
"""Density of the last feature over that of the others."""

_ANGLES = 2 * np.pi * np.arange(N_FEATURES) / N_FEATURES

PENTAGON: dict[str, Array] = {
    "W": 1.14 * np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]).astype(np.float32),
    "b": np.full(N_FEATURES, -0.25, np.float32),
}
"""A regular pentagon close to the best one, to train from."""


def own_density_spec(feature_probability: float) -> Autoencoder:
    """Spec of the equal features, one instance for each of `PARTS`.

    Raises:
        ValueError: as `Autoencoder`.
    """
    p = np.full((len(PARTS), N_FEATURES), feature_probability, dtype=np.float64)
    p[:, -1] *= PARTS
    return Autoencoder(N_FEATURES, N_HIDDEN, p, (1.0,) * N_FEATURES)


def two_digons_losses(feature_probability: float) -> Array:
    """Losses of two digons by hand, the last feature left out, for each of `PARTS`."""
    pairs = antipodal_loss(N_FEATURES - 1, feature_probability)
    return np.array([pairs + unrepresented_loss(1, part * feature_probability) for part in PARTS])


def loss_ratio(pentagon: Run, feature_probability: float) -> Array:
    """Loss of the pentagon over that of two digons, for each of `PARTS`; NaN where training left no five arrows.

    Args:
        pentagon: trained from `PENTAGON`.
        feature_probability: of the other features.
    """
    whole = represented(pentagon.W).all(axis=-1)
    return np.where(whole, pentagon.loss / two_digons_losses(feature_probability), np.nan)


def crossing(pentagon: Run, feature_probability: float) -> float | None:
    """The part at which the loss of the pentagon is that of two digons, between two of `PARTS`; None if at none.

    Arguments as for `loss_ratio`.
    """
    above = np.log(loss_ratio(pentagon, feature_probability))
    after = np.flatnonzero((above[:-1] < 0) & (above[1:] >= 0))
    if not after.size:
        return None
    k = int(after[0])
    share = above[k] / (above[k] - above[k + 1])
    return float(np.exp(np.log(PARTS[k]) + share * np.log(PARTS[k + 1] / PARTS[k])))


def pentagon_turns_into_digons(found: Run, pentagon: Run, feature_probability: float) -> Check:
    """Trained from random starts, the last feature keeps its arrow where the pentagon has the smaller loss."""
    claim = "One feature sparser than the rest: at some point a pentagon turns into two digons without it."
    source = "paper, “Non-uniform superposition”"
    at = crossing(pentagon, feature_probability)
    if at is None:
        return Check(claim, source, "At this S the losses of the two do not cross.", None)
    kept = represented(found.W)[:, -1]
    decided = [k for k, part in enumerate(PARTS) if abs(part / at - 1) > UNDECIDED]
    right = sum(bool(kept[k]) == (PARTS[k] > at) for k in decided)
    return Check(
        claim,
        source,
        f"The losses cross at {at:.2f} times the others’ density; {right} of {len(decided)} trainings on either side "
        "find the arrangement of the smaller loss.",
        right == len(decided),
    )


UNDECIDED = 0.1
"""Within this part of the crossing the two losses differ by less than a training finds."""
