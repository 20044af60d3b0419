"""Pentagon experiment: five features of decaying importance in two dimensions (slides "0 % / 80 % / 90 % sparsity").

Spec, losses by hand and claims. The paper's introduction has this figure, and its notebook the importance decay 0.9.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toymodels.analysis.losses import antipodal_loss, loss_without_superposition, unrepresented_loss
from toymodels.analysis.polytopes import Shape, shape
from toymodels.analysis.weights import gram, represented
from toymodels.arrays import Array
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.names import OUTPUT_NAMES, feature_name, plus_minus
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder

N_FEATURES, N_HIDDEN, DECAY = 5, 2, 0.9


def pentagon_spec(
    feature_probability: float | Sequence[float],
    n_features: int = N_FEATURES,
    decay: float = DECAY,
    activation: Activation = "relu",
) -> Autoencoder:
    """Spec of the deck's three pictures, n -> 2.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(n_features, N_HIDDEN, feature_probability, decay, activation)


def two_digons_loss(feature_probability: float, importances: Array) -> float:
    """Loss of the first four features as antipodal pairs of unit length with b = 0, and the others unrepresented."""
    p, paired = feature_probability, 2 * N_HIDDEN
    return antipodal_loss(float(importances[:paired].sum()), p) + unrepresented_loss(
        float(importances[paired:].sum()), p
    )


CLEARLY = 0.95
"""A loss counts as clearly below another when it is at most this many times the other."""

POSITIVE = 0.05
"""Two features interfere positively when W_i . W_j is at least this."""


def described(found: Shape) -> str:
    """Description of a shape: "pentagon of x₁, x₂, x₃, x₄, x₅, within 3°"."""
    if not found.features:
        return found.name
    within = f", within {max(1, round(found.distance)):d}°" if np.isfinite(found.distance) else ""
    return f"{found.name} of {', '.join(feature_name(feature) for feature in found.features)}{within}"


def positive_pairs(W: Array) -> list[tuple[int, int]]:
    """Pairs (i, j), i < j, of represented features with W_i . W_j >= 0.05, for W (hidden, features)."""
    kept = represented(W)
    rows, columns = np.nonzero(np.triu((gram(W) >= POSITIVE) & kept[:, None] & kept[None, :], 1))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def dense_gives_the_top_two_a_dimension_each(sweep: Run) -> Check:
    """At S = 0 the two most important features are orthogonal and the others are not embedded."""
    claim = (
        "0 % sparsity: the two most important features have dedicated orthogonal dimensions, "
        "the others are not embedded."
    )
    return _picture(sweep, 0.0, claim, "slide “0% Sparsity”", "orthogonal pair", 2)


def sparser_gives_two_digons(sweep: Run) -> Check:
    """At S = .8 the four most important features are two antipodal pairs and the least important one is dropped."""
    claim = (
        "80 % sparsity: the four most important features are antipodal pairs, the least important one is not embedded."
    )
    return _picture(sweep, 0.8, claim, "slide “80% Sparsity”", "two digons", 4)


def sparse_gives_the_pentagon(sweep: Run) -> Check:
    """At S = .9 all five features form a pentagon."""
    claim = "90 % sparsity: all five features are embedded as a pentagon."
    return _picture(sweep, 0.9, claim, "slide “90% Sparsity”", "pentagon", 5)


def pentagon_interferes_positively(sweep: Run) -> Check:
    """At S = .9 neighbours interfere positively; at S = .8 no features do."""
    claim = "In the pentagon there is now “positive interference”; between two digons there was none."
    source = "slide “90% Sparsity”"
    if _not_the_decks(sweep):
        return Check(claim, source, _not_the_decks(sweep), None)
    before, after = (_instance(sweep, S) for S in (0.8, 0.9))
    counts = [len(positive_pairs(sweep.W[k])) for k in (before, after)]
    largest = gram(sweep.W[after])[np.triu_indices(sweep.spec.n_features, 1)].max()
    return Check(
        claim,
        source,
        f"Pairs with Wᵢ · Wⱼ ≥ {POSITIVE:g}: {counts[0]} at S = 0.8, {counts[1]} at S = 0.9, "
        f"the largest product {largest:.2f}.",
        counts == [0, 5],
    )


def each_arrangement_pays_where_it_is_found(sweep: Run) -> Check:
    """At S = .8 two digons have a lower loss than two features and no run is clearly below them; at .9 the run is."""
    claim = "Each picture has the lower loss at its sparsity, and is no accident of the start."
    source = "paper, “Demonstrating superposition”; closed forms"
    if _not_the_decks(sweep):
        return Check(claim, source, _not_the_decks(sweep), None)
    importances = sweep.spec.importances
    found, errors, digons, two = [], [], [], []
    for S in (0.8, 0.9):
        k = _instance(sweep, S)
        p = sweep.spec.feature_probability[k]
        found.append(float(sweep.loss[k]))
        errors.append(float(sweep.loss_error[k]))
        digons.append(two_digons_loss(p, importances))
        two.append(loss_without_superposition(importances, N_HIDDEN, p))
    at_80, at_90 = found[0] / digons[0], found[1] / digons[1]
    error = max(errors[0] / digons[0], errors[1] / digons[1])
    return Check(
        claim,
        source,
        f"Trained loss, times two digons by hand: {at_80:.3f} at S = 0.8, {at_90:.3f} at S = 0.9 "
        f"({plus_minus(error)}). Two digons, times two features alone: {digons[0] / two[0]:.3f} at S = 0.8.",
        bool(CLEARLY < at_80 <= TOLERANCE and at_90 <= CLEARLY and digons[0] <= CLEARLY * two[0]),
    )


def _picture(sweep: Run, sparsity: float, claim: str, source: str, name: str, kept: int) -> Check:
    if _not_the_decks(sweep):
        return Check(claim, source, _not_the_decks(sweep), None)
    found = shape(sweep.W[_instance(sweep, sparsity)])
    return Check(
        claim,
        source,
        f"At S = {sparsity:g}: {described(found)}.",
        found.name == name and found.features == tuple(range(kept)),
    )


def _not_the_decks(run: Run) -> str:
    """Why a run cannot test claims about the deck's five features; empty if it can."""
    importances = run.spec.importances
    if run.spec.n_features != N_FEATURES:
        return f"The deck has {N_FEATURES} features, this run {run.spec.n_features}."
    if run.spec.activation != "relu":
        return f"The deck’s output is a ReLU, this run’s is {OUTPUT_NAMES[run.spec.activation]}."
    return "" if np.all(np.diff(importances) < 0) else "All importances are equal here, so no feature comes first."


def _instance(run: Run, sparsity: float) -> int:
    distances = np.abs(1 - np.array(run.spec.feature_probability) - sparsity)
    if distances.min() > 1e-6:
        raise ValueError(f"the run must have an instance with S = {sparsity:g}, got {run.spec.feature_probability}")
    return int(distances.argmin())
