"""The face of the deck: four features, two dimensions, and the two codes that one would write by hand.

Slides "Toy problem": X = [x_1, x_2, x_3, x_4] are the sizes of eyes, nose, lips and head; H = [h_1, h_2].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toymodels.arrays import Array
from toymodels.losses import in_pairs, left_out
from toymodels.names import feature_names
from toymodels.specs import Activation, Autoencoder

FEATURES = ("eyes", "nose", "lips", "head")
SYMBOLS = tuple(feature_names(len(FEATURES)))
IMPORTANCE = (1.0, 1.0, 0.5, 0.5)
N_HIDDEN = 2

CodeName = Literal["two features", "four arrows"]


def face_spec(
    feature_probability: float | Sequence[float],
    importance: Sequence[float] = IMPORTANCE,
    activation: Activation = "relu",
) -> Autoencoder:
    """The autoencoder of the deck's face, 4 -> 2.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(len(FEATURES), N_HIDDEN, feature_probability, tuple(importance), activation)


@dataclass(frozen=True, eq=False)
class Code:
    """A code written by hand: W (2, 4), b (4,), and its expected loss."""

    name: CodeName
    W: Array
    b: Array
    loss: float


def two_features(feature_probability: float, importance: Sequence[float], activation: Activation) -> Code:
    """H = [x_1, x_2]: eyes and nose are kept, lips and head answered by their mean p/2 (slide "Toy problem").

    The loss is `losses.left_out` of lips and head, with either activation.
    """
    p = feature_probability
    W = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0]])
    return Code("two features", W, np.array([0, 0, p / 2, p / 2]), left_out(importance[2] + importance[3], p))


def four_arrows(feature_probability: float, importance: Sequence[float], activation: Activation) -> Code:
    """H = [x_1 - x_3, x_2 - x_4]: two antipodal pairs, eyes against lips and nose against head.

    With ReLU the loss is that of `losses.in_pairs`. Without it each x' carries the other's value as well, so
    that even with the best bias, p/2, every feature costs as much as one that is left out.
    """
    p = feature_probability
    W = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])
    if activation == "relu":
        return Code("four arrows", W, np.zeros(4), in_pairs(sum(importance), p))
    return Code("four arrows", W, np.full(4, p / 2), left_out(sum(importance), p))


def hand_made(feature_probability: float, importance: Sequence[float], activation: Activation) -> tuple[Code, Code]:
    """Both codes, the deck's first one first."""
    return (
        two_features(feature_probability, importance, activation),
        four_arrows(feature_probability, importance, activation),
    )


def superposition_pays_from(importance: Sequence[float], activation: Activation) -> float | None:
    """The sparsity S above which four arrows cost less than two features; None if they never do.

    Equating the two closed forms gives p = 4 I' / (2 I + 3 I'), with I' = I_3 + I_4 and I the sum of all four.
    """
    if activation == "linear":
        return None
    dropped = importance[2] + importance[3]
    return max(0.0, 1 - 4 * dropped / (2 * sum(importance) + 3 * dropped))
