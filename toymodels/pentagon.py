"""Five features of falling importance in two dimensions (slides "0 % / 80 % / 90 % sparsity").

The paper's introduction has this figure, and its notebook the importances I_i = 0.9^i.
"""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.arrays import Array
from toymodels.specs import Activation, Autoencoder

N_FEATURES, N_HIDDEN, DECAY = 5, 2, 0.9


def pentagon_spec(
    feature_probability: float | Sequence[float],
    n_features: int = N_FEATURES,
    decay: float = DECAY,
    activation: Activation = "relu",
) -> Autoencoder:
    """The autoencoder of the deck's three pictures, n -> 2.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(n_features, N_HIDDEN, feature_probability, decay, activation)


def two_features_loss(feature_probability: float, importances: Array) -> float:
    """Loss of keeping the first two features as they are and answering the others by their mean.

    Each of the others costs I_i (p/3 - p^2/4).
    """
    return _dropped(feature_probability, importances[N_HIDDEN:])


def two_digons_loss(feature_probability: float, importances: Array) -> float:
    """Loss of ReLU(W^T W x + b) with the first four features as two antipodal pairs, and the others dropped.

    With b = 0, a pair (i, j) errs only when both are active, by the smaller of the two: (I_i + I_j) p^2 / 6.
    """
    p, in_pairs = feature_probability, 2 * N_HIDDEN
    return float(importances[:in_pairs].sum() * p**2 / 6) + _dropped(p, importances[in_pairs:])


def _dropped(p: float, importances: Array) -> float:
    return float(importances.sum() * (p / 3 - p**2 / 4))
