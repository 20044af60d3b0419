"""The deck's ladder, slides "1. Models" to "ReLU Output Model": one autoencoder per density, linear beside ReLU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toymodels.analysis.directions import OPPOSITE_COSINE, cosines
from toymodels.analysis.weights import dimensions_per_feature, gram, norms, represented, superposition
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder

N_FEATURES = 20
N_HIDDEN = 5
DECAY = 0.7
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""The deck's 1 - S; it draws the first four and the paper the rest."""

LOWEST_DENSITY = 0.0001
MOST_DENSITIES = 20

LEAST_COSINE = 0.1
"""Directions with a smaller |cosine| between them count as orthogonal."""

MOST_COMPANIONS = 3


@dataclass(frozen=True)
class Preset:
    """A ladder from the literature: its name, its source, and the spec that it stands for."""

    name: str
    source: str
    n_features: int
    n_hidden: int
    decay: float
    densities: tuple[float, ...]


PRESETS = (
    Preset("20 → 5", "The deck’s own.", N_FEATURES, N_HIDDEN, DECAY, DENSITIES),
    Preset("80 → 20", "The paper’s larger ladder, I_i = 0.9^i.", 80, 20, 0.9, DENSITIES),
    Preset(
        "100 → 20",
        "The paper’s notebook, twenty densities 20^(−k/19); its I_i = 100^(−i/99) is 0.955^i, here 0.95^i.",
        100,
        20,
        0.95,
        tuple(round(20 ** (-k / 19), 4) for k in range(20)),
    ),
)


def ladder_spec(
    activation: Activation,
    n_features: int = N_FEATURES,
    n_hidden: int = N_HIDDEN,
    decay: float = DECAY,
    densities: Sequence[float] = DENSITIES,
) -> Autoencoder:
    """One autoencoder per density, I_i = decay^i; the deck's by default.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(n_features, n_hidden, tuple(densities), decay, activation)


def read_densities(text: str) -> tuple[float, ...]:
    """The densities that a text lists, from dense to sparse, each once: "1, .3 .1" gives (1.0, 0.3, 0.1).

    Raises:
        ValueError: with a sentence, if an entry is no number from `LOWEST_DENSITY` to 1, or if there is no entry or
            more than `MOST_DENSITIES`.
    """
    # A text this long cannot be a legal list; it is not even taken apart.
    entries = text.replace(",", " ").split() if len(text) <= 20 * MOST_DENSITIES else []
    try:
        # Four digits, so that every density has a name of its own.
        numbers = {float(f"{float(entry):.4g}") for entry in entries}
    except ValueError:
        numbers = {math.nan}
    span = f"1 to {MOST_DENSITIES} numbers from {LOWEST_DENSITY:g} to 1, such as 1, 0.3, 0.1"
    if not 1 <= len(numbers) <= MOST_DENSITIES or not all(LOWEST_DENSITY <= number <= 1 for number in numbers):
        raise ValueError(f"densities must be {span}")
    return tuple(sorted(numbers, reverse=True))


@dataclass(frozen=True, eq=False)
class Rung:
    """One model of a ladder, measured.

    Attributes:
        density: 1 - S.
        W: (hidden, features).
        b: (features,).
        norms: (features,) |W_i|.
        superposition: (features,) sum_{j != i} (Ŵ_i . W_j)^2.
        represented: (features,) bool, |W_i| >= 1/2.
        dimensions_per_feature: D*.
        loss: held-out.
    """

    density: float
    W: Array
    b: Array
    norms: Array
    superposition: Array
    represented: np.ndarray
    dimensions_per_feature: float
    loss: float

    @property
    def n_represented(self) -> int:
        """How many features the model represents."""
        return int(self.represented.sum())


def rungs(run: Run) -> list[Rung]:
    """The models of a run of an `Autoencoder`, in the order of its densities."""
    measured = zip(
        run.spec.feature_probability, run.W, run.b, norms(run.W), superposition(run.W), represented(run.W),
        dimensions_per_feature(run.W).tolist(), run.loss.tolist(), strict=True,
    )  # fmt: skip
    return [Rung(*values) for values in measured]


@dataclass(frozen=True)
class Companion:
    """A feature that shares another's direction: its index, the cosine between them, and whether it is opposite."""

    feature: int
    cosine: float

    @property
    def opposite(self) -> bool:
        """Whether the two are an antipodal pair."""
        return self.cosine <= OPPOSITE_COSINE


def companions(W: Array) -> list[list[Companion]]:
    """For every feature of W (hidden, features) its nearest, closest first; none for what is not represented.

    Only represented features with |cosine| of at least 0.1 count, and at most three are named.
    """
    learned = represented(W)
    between = cosines(W) * (learned[:, None] & learned)
    np.fill_diagonal(between, 0)
    nearest = np.argsort(-np.abs(between), axis=-1, kind="stable")[:, :MOST_COMPANIONS]
    return [
        [Companion(int(j), float(row[j])) for j in order if abs(row[j]) >= LEAST_COSINE]
        for row, order in zip(between, nearest, strict=True)
    ]


def beyond_the_scale(models: Sequence[Rung]) -> tuple[int, float]:
    """How many entries of W^T W and b leave -1 .. 1, by more than a hundredth, and the largest size of any."""
    sizes = np.abs(np.concatenate([entries.ravel() for rung in models for entries in (gram(rung.W), rung.b)]))
    return int((sizes > 1.01).sum()), float(sizes.max())
