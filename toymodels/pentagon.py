"""Five features of falling importance in two dimensions (slides "0 % / 80 % / 90 % sparsity").

The paper's introduction has this figure, and its notebook the importances I_i = 0.9^i.
"""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.arrays import Array
from toymodels.losses import in_pairs, left_out
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
    """Loss of keeping the first two features as they are and answering the others by their mean."""
    return left_out(float(importances[N_HIDDEN:].sum()), feature_probability)


def two_digons_loss(feature_probability: float, importances: Array) -> float:
    """Loss of ReLU(W^T W x + b) with the first four features as two antipodal pairs, and the others dropped.

    In a pair b is 0.
    """
    p, paired = feature_probability, 2 * N_HIDDEN
    return in_pairs(float(importances[:paired].sum()), p) + left_out(float(importances[paired:].sum()), p)
