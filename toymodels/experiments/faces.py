"""Face autoencoder of the slides "Toy problem": spec, the two codes that one would write by hand, and claims.

X = [x_1, x_2, x_3, x_4] are the sizes of eyes, nose, lips and head; H = [h_1, h_2].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toymodels.analysis.directions import antipodal_pairs
from toymodels.analysis.losses import antipodal_loss, unrepresented_loss
from toymodels.analysis.weights import represented
from toymodels.arrays import Array
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.names import FACE_FEATURES, feature_names, with_error
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder

SYMBOLS = tuple(feature_names(len(FACE_FEATURES)))
IMPORTANCE = (1.0, 1.0, 0.5, 0.5)
N_HIDDEN = 2

CodeName = Literal["two features", "four arrows"]


def face_spec(
    feature_probability: float | Sequence[float],
    importance: Sequence[float] = IMPORTANCE,
    activation: Activation = "relu",
) -> Autoencoder:
    """Spec of the deck's face, 4 -> 2.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(len(FACE_FEATURES), N_HIDDEN, feature_probability, tuple(importance), activation)


@dataclass(frozen=True, eq=False)
class Code:
    """Code written by hand: W (2, 4), b (4,), and its expected loss."""

    name: CodeName
    W: Array
    b: Array
    loss: float


def two_features_code(feature_probability: float, importance: Sequence[float]) -> Code:
    """Code H = [x_1, x_2]: eyes and nose are kept, lips and head are answered by their mean p/2 (slide "Toy problem").

    The loss is `losses.unrepresented_loss` of lips and head, with either activation.
    """
    p = feature_probability
    W = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0]])
    return Code("two features", W, np.array([0, 0, p / 2, p / 2]), unrepresented_loss(importance[2] + importance[3], p))


def antipodal_code(feature_probability: float, importance: Sequence[float], activation: Activation) -> Code:
    """Code H = [x_1 - x_3, x_2 - x_4]: two antipodal pairs, eyes against lips and nose against head.

    With ReLU the loss is `losses.antipodal_loss`. Without it each x' carries the other's value as well, so that even
    with the best bias, p/2, every feature adds as much to the loss as one that is not represented.
    """
    p = feature_probability
    W = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])
    if activation == "relu":
        return Code("four arrows", W, np.zeros(4), antipodal_loss(sum(importance), p))
    return Code("four arrows", W, np.full(4, p / 2), unrepresented_loss(sum(importance), p))


def codes_by_hand(feature_probability: float, importance: Sequence[float], activation: Activation) -> tuple[Code, Code]:
    """Both codes, the deck's first one first."""
    return (
        two_features_code(feature_probability, importance),
        antipodal_code(feature_probability, importance, activation),
    )


SPARSE = 0.75
"""The claim about sparse faces is tested from this S on."""


def named(features: Sequence[int]) -> str:
    """Features, counted from 0, in words: "eyes and nose", "none"."""
    names = [FACE_FEATURES[feature] for feature in features]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "none"


def embedded(W: Array) -> list[int]:
    """Represented features of W (hidden, features), counted from 0."""
    return [int(feature) for feature in np.flatnonzero(represented(W))]


def dense_keeps_the_most_important(run: Run) -> Check:
    """At S = 0 the two most important features are embedded, the others are not. Needs an instance with p = 1."""
    claim = "Dense (S = 0): the two most important features are embedded, the others are not."
    source = "slide “Toy problem”, H = [x₁, x₂]"
    importances = run.spec.importances
    order = np.argsort(-importances, kind="stable")
    if importances[order[1]] == importances[order[2]]:
        return Check(claim, source, "The second and third importance are equal, so either may be kept.", None)
    kept = embedded(run.W[run.spec.feature_probability.index(1.0)])
    return Check(
        claim, source, f"Embedded at S = 0: {named(kept)}.", kept == sorted(int(feature) for feature in order[:2])
    )


def sparse_makes_two_antipodal_pairs(W: Array, sparsity: float, activation: Activation) -> Check:
    """From S = .75 on all four features are embedded as two antipodal pairs, W (hidden, features)."""
    claim = f"Sparse (S ≥ {SPARSE:g}): all four features are embedded, as two antipodal pairs."
    source = "slide “Toy problem”, four arrows"
    if sparsity < SPARSE:
        return Check(claim, source, f"This run has S = {sparsity:g}.", None)
    if activation == "linear":
        return Check(claim, source, "This run is linear; the claim is about ReLU.", None)
    pairs = antipodal_pairs(W)
    words = "; ".join(f"{FACE_FEATURES[i]} against {FACE_FEATURES[j]}" for i, j in pairs) or "none"
    return Check(claim, source, f"{len(embedded(W))} of 4 embedded. Pairs: {words}.", two_antipodal_pairs(W))


def two_antipodal_pairs(W: Array) -> bool:
    """Whether all four features of W (hidden, features) are embedded as two antipodal pairs."""
    return len(embedded(W)) == 4 and len(antipodal_pairs(W)) == 2


def best_by_hand(run: Run) -> Array:
    """Lower loss of the two codes by hand at every instance of a run, (instances,)."""
    spec = run.spec
    importance = spec.importances.tolist()
    return np.array(
        [min(code.loss for code in codes_by_hand(p, importance, spec.activation)) for p in spec.feature_probability]
    )


def never_worse_than_by_hand(run: Run) -> Check:
    """The trained loss is at most that of the better code by hand, at every S of a run.

    2 % are allowed, and two standard errors of the held-out loss; the closed forms have none.
    """
    by_hand = best_by_hand(run)
    ratios, errors = run.loss / by_hand, run.loss_error / by_hand
    worst = int(np.argmax(ratios - 2 * errors))
    return Check(
        "Training finds a code at least as good as the better of the two that we wrote by hand, at every S.",
        "slide “Toy problem”; closed forms",
        f"Worst of {len(ratios)} densities: {with_error(ratios[worst], errors[worst])} times, "
        f"at S = {1 - run.spec.feature_probability[worst]:.3g}.",
        bool(ratios[worst] - 2 * errors[worst] <= TOLERANCE),
    )
