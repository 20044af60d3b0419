"""Asymmetric superposition with inhibition, the motif (slides "Some kind of inhibition happens"; paper, "Computation").

One neuron serves two features, A with a large input and a small output weight, B the other way round: about
[2, -1/2] in and [1/2, 2] out, "sizes flipped". At x_A alone, B would get four times x_A. An inhibiting neuron, which
x_A drives too, takes that away: B's sum falls to zero or below, and the ReLU at the output removes the rest. The
interference in the other direction, from B to A, is 1/4 and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import estimate
from toymodels.analysis.neurons import CONTRIBUTES, contributions
from toymodels.arrays import Array, finite
from toymodels.run import Run

MAIN_CONTRIBUTION = 0.5
"""The neuron must add at least this to y'_B at x_B = 1 or -1; to y'_A, at least `neurons.CONTRIBUTES`."""

IDEAL_RATIO = 4.0
"""Ratio of the deck's unequal weights, 2 to 1/2, in and out."""

LEAST_SCORE = 0.5
"""Least score of an instance: two-fold unequal weights with all interference removed score 1/2."""


@dataclass(frozen=True)
class Motif:
    """An instance of the motif in the weights of a model.

    Attributes:
        neuron: the neuron that contributes to both features.
        inhibitor: the neuron that takes the interference away.
        feature_a: its input weight into `neuron` is large, its output weight small.
        feature_b: the other way round.
        feature_c: another feature that the inhibitor contributes to; None if there is none but A and B.
        side_a: the side of A that drives the neuron, -1 or 1.
        side_b: the same of B.
        side_c: the side of C that drives the inhibitor; 0 without a C.
        input_ratio: |W1_kA| / |W1_kB|, above 1.
        output_ratio: W2_Bk / W2_Ak, above 1.
        without: y'_B at x_A = side_a alone if the inhibitor had no weight on B; should be 0.
        inhibited: y'_B at x_A = side_a alone as the model is.
        score: the share of that interference removed, times log(the smaller ratio) / log 4, at most 1.
    """

    neuron: int
    inhibitor: int
    feature_a: int
    feature_b: int
    feature_c: int | None
    side_a: int
    side_b: int
    side_c: int
    input_ratio: float
    output_ratio: float
    without: float
    inhibited: float
    score: float


def ideal_motif() -> tuple[Array, Array, Array]:
    """Ideal weights (W1, W2, b) of the motif, for features (A, B, C) and neurons (the shared one, the inhibitor).

    With x_A = a, x_B = -b, x_C = c and a, b, c >= 0 it gives exactly
    y'_A = a + b/4, y'_B = ReLU(b - 16 c), y'_C = c + a/4: three sides from two neurons.
    The deck gives the first neuron's weights; the inhibitor's are ours, the same trick once more.
    """
    return (
        np.array([[2.0, -0.5, 0.0], [1.0, 0.0, 4.0]]),
        np.array([[0.5, 0.0], [2.0, -4.0], [0.0, 0.25]]),
        np.zeros(3),
    )


def find(W1: npt.ArrayLike, W2: npt.ArrayLike, b: npt.ArrayLike, least_score: float = LEAST_SCORE) -> list[Motif]:
    """Instances of the motif in one model, the highest score first.

    A neuron k with features A and B is an instance if all of this holds:
    - it contributes to both: W2_Ak |W1_kA| >= 0.25 and W2_Bk |W1_kB| >= 0.5;
    - sizes are flipped: |W1_kA| > |W1_kB| and W2_Bk > W2_Ak;
    - at x_A alone, on the side that drives k, another neuron lowers y'_B. The one that lowers it most is the inhibitor;
    - the score reaches `least_score`.

    Args:
        W1: (hidden, features).
        W2: (features, hidden).
        b: (features,).
        least_score: from 0 to 1.

    Raises:
        ValueError: if a weight or a bias is not finite.
    """
    W1, W2, b = finite("W1", W1), finite("W2", W2), finite("b", b)
    contribution = contributions(W1, W2)
    found = []
    for neuron, made in enumerate(contribution):
        for feature_a in np.flatnonzero(made >= CONTRIBUTES):
            for feature_b in np.flatnonzero(made >= MAIN_CONTRIBUTION):
                if abs(W1[neuron, feature_a]) > abs(W1[neuron, feature_b]):
                    motif = _instance(W1, W2, b, contribution, neuron, int(feature_a), int(feature_b))
                    if motif is not None and motif.score >= least_score:
                        found.append(motif)
    return sorted(found, key=lambda motif: -motif.score)


def neurons_in(motifs: Sequence[Motif]) -> set[int]:
    """Neurons that take part in instances of the motif, as the shared neuron or as inhibitor."""
    return {neuron for motif in motifs for neuron in (motif.neuron, motif.inhibitor)}


def best_apart(motifs: Sequence[Motif], count: int) -> list[Motif]:
    """Instances of the motif with the highest scores whose shared neurons differ, at most `count`."""
    best: dict[int, Motif] = {}
    for motif in motifs:
        best.setdefault(motif.neuron, motif)
    return list(best.values())[:count]


class Ratio(NamedTuple):
    """A ratio of two estimates, and its standard error."""

    value: float
    error: float


def loss_without_inhibition(run: Run, instance: int, motif: Motif) -> Ratio:
    """Factor by which the loss of an instance of a run rises once the inhibitor has no weight on B.

    Its error takes those of the two losses for independent; they share their samples, which makes it smaller.
    """
    cut = run.W2.copy()
    cut[instance, motif.feature_b, motif.inhibitor] = 0
    both = {name: np.stack([values, values]) for name, values in run.parameters.items()}
    both["W2"][1] = cut
    found = estimate(run.spec, both, samples=8192)
    loss, relative = found.loss[:, instance], (found.error / found.loss)[:, instance]
    ratio = float(loss[1] / loss[0])
    return Ratio(ratio, ratio * float(np.hypot(*relative)))


def _instance(
    W1: Array, W2: Array, b: Array, contribution: Array, neuron: int, feature_a: int, feature_b: int
) -> Motif | None:
    side = int(np.sign(W1[neuron, feature_a]))
    effects = W2[feature_b] * np.maximum(side * W1[:, feature_a], 0)
    inhibitor = int(effects.argmin())
    total = b[feature_b] + effects.sum()
    inhibited, without = max(total, 0.0), max(total - effects[inhibitor], 0.0)
    if without <= inhibited:
        return None
    input_ratio = abs(W1[neuron, feature_a] / W1[neuron, feature_b])
    output_ratio = W2[feature_b, neuron] / W2[feature_a, neuron]
    flipped = min(1.0, np.log(min(input_ratio, output_ratio)) / np.log(IDEAL_RATIO))
    third = int(contribution[inhibitor].argmax())
    has_c = contribution[inhibitor, third] >= CONTRIBUTES and third not in (feature_a, feature_b)
    return Motif(
        neuron=neuron,
        inhibitor=inhibitor,
        feature_a=feature_a,
        feature_b=feature_b,
        feature_c=third if has_c else None,
        side_a=side,
        side_b=int(np.sign(W1[neuron, feature_b])),
        side_c=int(np.sign(W1[inhibitor, third])) if has_c else 0,
        input_ratio=float(input_ratio),
        output_ratio=float(output_ratio),
        without=float(without),
        inhibited=float(inhibited),
        score=float((without - inhibited) / without * flipped),
    )
