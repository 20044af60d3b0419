"""Hidden neurons of an `AbsMLP` and what they compute (slides "2. Model with sparsity ...", "What about weights?").

W1 has axes (..., hidden, features), W2 (..., features, hidden), b (..., features); functions work over all leading
axes at once unless they say otherwise, and compute in float64. NaN or infinity in a weight or bias is a ValueError.

A feature has two sides, x_i < 0 and x_i > 0: |x_i| = ReLU(-x_i) + ReLU(x_i). Axes called `side` have length 2, the
negative side first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, finite
from toymodels.checks import whole_number
from toymodels.data import MAX_WIDTH
from toymodels.run import Run

MONOSEMANTIC = 0.5
"""A neuron counts as monosemantic when at least this share of its absolute input weight belongs to one feature."""

SEVERAL = 2.0
"""A neuron serves several features when its `effective_features` are at least this, which two equal weights have."""

COMPUTED = 0.5
"""A side of a feature counts as computed when y'_i rises by at least this as x_i alone goes from 0 to -1, or to 1."""

CONTRIBUTES = 0.25
"""A neuron contributes to a feature when it adds at least this to y'_i at x_i = 1 or x_i = -1.

It has an effect on another output y'_j when it changes the sum there by at least this at x_i = 1 or x_i = -1.
"""

DEAD = 0.02
"""A neuron is dead when it changes no output by more than this at any single x_i = 1 or x_i = -1."""

Kind = Literal["absolute value", "one side", "other", "dead"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def simple_solution(n_features: int) -> tuple[Array, Array, Array]:
    """Weights (W1, W2, b) of |x| = ReLU(x) + ReLU(-x): m = 2n neurons, two per feature (slide "2. Simple Model").

    Raises:
        ValueError: if n_features is not a whole number from 1 to 4096.
    """
    n_features = whole_number("n_features", n_features, 1, MAX_WIDTH)
    one = np.eye(n_features)
    return np.repeat(one, 2, axis=0) * np.tile([-1.0, 1.0], n_features)[:, None], np.repeat(one, 2, axis=1), 0 * one[0]


def rescaled(W1: npt.ArrayLike, W2: npt.ArrayLike) -> tuple[Array, Array]:
    """Weights of the same function with the largest |W1| into every neuron 1, and W2 scaled by the inverse.

    ReLU(c h) = c ReLU(h) for c > 0, so nothing changes at the outputs. Neurons without input stay as they are.
    """
    W1, W2 = _matrices(W1, W2)
    largest = np.abs(W1).max(axis=-1)
    scale = np.where(largest > 0, largest, 1.0)
    return W1 / scale[..., :, None], W2 * scale[..., None, :]


def monosemanticity(W1: npt.ArrayLike) -> Array:
    """Largest share of a feature in a neuron's input, max_i |W1_ki| / sum_i |W1_ki|, (..., hidden).

    From 1/n to 1; 0 for a neuron without input. It does not depend on the scale of W1. The paper judges its stack
    plots by eye; this number and its threshold are ours. Among a hundred features a tail of weights too small to matter
    can add up to half of the sum: `effective_features` hardly counts such a tail.
    """
    weight = np.abs(unit_rows(W1))
    total = weight.sum(axis=-1)
    share: Array = np.divide(weight.max(axis=-1), total, out=np.zeros_like(total), where=total > 0)
    return share


def effective_features(W1: npt.ArrayLike) -> Array:
    """Effective number of features that a neuron reads, (sum_i W1_ki^2)^2 / sum_i W1_ki^4, (..., hidden).

    k equal weights give k; from 1 to n, and 0 for a neuron without input. It does not depend on the scale of W1. The
    inverse participation ratio of physics (Bell and Dean, 1970), or Hill's number of order 2 (Hill, 1973) of the shares
    of the squared weights.
    """
    squares = unit_rows(W1) ** 2
    total = (squares**2).sum(axis=-1)
    number: Array = np.divide(squares.sum(axis=-1) ** 2, total, out=np.zeros_like(total), where=total > 0)
    return number


def specimen(W1: npt.ArrayLike) -> int:
    """The neuron of W1 (hidden, features) that reads most nearly three features: several, and few enough to name."""
    return int(np.abs(effective_features(W1) - 3).argmin())


def dead(W1: npt.ArrayLike, W2: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Mask of the neurons that hardly change any output, (..., hidden); see `DEAD`."""
    W1, W2 = _matrices(W1, W2)
    reach: npt.NDArray[np.bool_] = np.abs(W1).max(axis=-1) * np.abs(W2).max(axis=-2) < DEAD
    return reach


def contributions(W1: npt.ArrayLike, W2: npt.ArrayLike) -> Array:
    """Contribution W2_ik |W1_ki| of neuron k to y'_i at x_i = 1 or -1, (..., hidden, features).

    It is made on one side of x_i, the sign of W1_ki. The two neurons of the simple solution have 1 at their feature.
    """
    W1, W2 = _matrices(W1, W2)
    contribution: Array = np.abs(W1) * np.swapaxes(W2, -1, -2)
    return contribution


def responses(W1: npt.ArrayLike, W2: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Rise of y'_i as x_i alone goes from 0 to -1 and to 1, (..., features, side); both are 1 for |x|."""
    W1, W2 = _matrices(W1, W2)
    bias = finite("b", b)
    driven = np.stack([np.maximum(-W1, 0), np.maximum(W1, 0)], axis=-1)
    at_end = np.einsum("...ik,...kis->...is", W2, driven) + bias[..., None]
    rise: Array = np.maximum(at_end, 0) - np.maximum(bias, 0)[..., None]
    return rise


def sides_computed(
    W1: npt.ArrayLike, W2: npt.ArrayLike, b: npt.ArrayLike, threshold: float = COMPUTED
) -> npt.NDArray[np.bool_]:
    """Mask of the sides of features that the model computes, (..., features, side); see `COMPUTED`."""
    return responses(W1, W2, b) >= threshold


def effects(W1: npt.ArrayLike, W2: npt.ArrayLike) -> Array:
    """Effect W2_jk |W1_ki| of neuron k on output j at x_i = 1 or -1, (..., hidden, features i, features j).

    It is there on one side of x_i, the sign of W1_ki. `contributions` is its diagonal.
    """
    W1, W2 = _matrices(W1, W2)
    effect: Array = np.abs(W1)[..., :, :, None] * np.swapaxes(W2, -1, -2)[..., :, None, :]
    return effect


def kinds(W1: npt.ArrayLike, W2: npt.ArrayLike) -> list[Kind]:
    """Kind of each neuron of one model, the first of these that applies.

    - dead: see `DEAD`;
    - absolute value: it contributes to one feature, on one side, and none of its other `effects` is as large as
      `CONTRIBUTES`, while another neuron contributes to that feature on the other side;
    - one side: the same without the other neuron;
    - other: it has an effect on the output of another feature than it reads, or serves several, or is too weak.

    Whether a neuron takes part in a motif is another question: see `inhibition.neurons_in`.

    Args:
        W1: (hidden, features).
        W2: (features, hidden).
    """
    W1, W2 = _matrices(W1, W2)
    contribution, gone = contributions(W1, W2), dead(W1, W2)
    large = (np.abs(effects(W1, W2)) >= CONTRIBUTES).sum(axis=(-2, -1))
    by_side = [(contribution >= CONTRIBUTES) & (np.sign(W1) == side) for side in (-1, 1)]

    def kind(neuron: int) -> Kind:
        if gone[neuron]:
            return "dead"
        feature = int(contribution[neuron].argmax())
        if large[neuron] != 1 or contribution[neuron, feature] < CONTRIBUTES:
            return "other"
        other_side = by_side[0 if W1[neuron, feature] > 0 else 1]
        return "absolute value" if other_side[:, feature].any() else "one side"

    return [kind(neuron) for neuron in range(len(W1))]


@dataclass(frozen=True)
class Count:
    """Counts of the neurons of one model and of the features that they compute.

    Attributes:
        feature_probability: 1 - S.
        monosemantic: neurons at or above the threshold.
        polysemantic: neurons below it.
        dead: neurons that change no output; they are neither.
        both_sides: features computed on both sides.
        one_side: features computed on one side only.
        several: neurons, not dead, with at least `SEVERAL` effective features.
        effective_features: mean of that number over the neurons that are not dead; 0 if all are.
    """

    feature_probability: float
    monosemantic: int
    polysemantic: int
    dead: int
    both_sides: int
    one_side: int
    several: int
    effective_features: float

    @property
    def alive(self) -> int:
        """Number of neurons that are not dead."""
        return self.monosemantic + self.polysemantic

    @property
    def polysemantic_share(self) -> float:
        """Fraction of polysemantic neurons among those that are not dead."""
        return self.polysemantic / max(1, self.alive)

    @property
    def several_share(self) -> float:
        """Fraction of neurons that serve several features, by their effective number, among those not dead."""
        return self.several / max(1, self.alive)

    @property
    def features(self) -> float:
        """Features computed, one side counting half."""
        return self.both_sides + self.one_side / 2

    @property
    def features_per_neuron(self) -> float:
        """Features computed, one side counting half, per neuron of the model, dead ones included."""
        return self.features / (self.alive + self.dead)


def count(run: Run, instance: int = 0, monosemantic: float = MONOSEMANTIC, computed: float = COMPUTED) -> Count:
    """Counts of neurons and computed features in one instance of a run.

    Args:
        run: of an `AbsMLP`.
        instance: which density.
        monosemantic: the least `monosemanticity` of a monosemantic neuron.
        computed: the least `responses` of a side that is computed.
    """
    W1, W2, b = run.W1[instance], run.W2[instance], run.b[instance]
    gone = dead(W1, W2)
    mono = (monosemanticity(W1) >= monosemantic) & ~gone
    sides = sides_computed(W1, W2, b, computed).sum(axis=-1)
    effective = effective_features(W1)[~gone]
    return Count(
        feature_probability=run.spec.densities[instance],
        monosemantic=int(mono.sum()),
        polysemantic=int((~mono & ~gone).sum()),
        dead=int(gone.sum()),
        both_sides=int((sides == 2).sum()),
        one_side=int((sides == 1).sum()),
        several=int((effective >= SEVERAL).sum()),
        effective_features=float(effective.mean()) if effective.size else 0.0,
    )


def by_importance(W1: npt.ArrayLike, importance: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Order of the neurons in the stack plots, (hidden,): by the importance of their largest feature.

    Ties go to the lower feature, then to the negative side.

    Args:
        W1: (hidden, features).
        importance: (features,).

    Raises:
        ValueError: if the two do not fit, or a number in them is not finite.
    """
    W1, weight = finite("W1", W1), finite("importance", importance)
    if W1.ndim != 2 or weight.shape != W1.shape[-1:]:
        raise ValueError(f"W1 must be (hidden, features) and importance (features,), got {W1.shape} and {weight.shape}")
    largest = np.abs(W1).argmax(axis=-1)
    sign = np.take_along_axis(W1, largest[:, None], axis=-1)[:, 0]
    return np.lexsort((sign, largest, -weight[largest]))


def unit_rows(W1: npt.ArrayLike) -> Array:
    """W1 with every row over a power of 2, its largest entry from 1/2 to 1, so that no sum and no square overflows."""
    weights = finite("W1", W1)
    if weights.ndim < 2:
        raise ValueError(f"W1 must have axes (..., hidden, features), got an array of shape {weights.shape}")
    _, exponents = np.frexp(np.abs(weights).max(axis=-1, keepdims=True, initial=0))
    return np.asarray(np.ldexp(weights, -exponents))


def _matrices(W1: npt.ArrayLike, W2: npt.ArrayLike) -> tuple[Array, Array]:
    first, second = finite("W1", W1), finite("W2", W2)
    if first.ndim < 2 or second.ndim < 2 or first.shape[-2:] != second.shape[-2:][::-1]:
        raise ValueError(
            "W1 must have axes (..., hidden, features) and W2 (..., features, hidden), "
            f"got arrays of shape {first.shape} and {second.shape}"
        )
    return first, second
