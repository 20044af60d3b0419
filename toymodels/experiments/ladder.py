"""Density sweep of the deck, slides "Linear Model" and "ReLU Output Model": constants, specs and claims.

One autoencoder per density, linear beside ReLU.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toymodels.analysis.density_sweep import Instance, instances
from toymodels.analysis.directions import antipodal_pairs
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.names import counted, feature_numbers, scientific, with_error
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder

N_FEATURES = 20
N_HIDDEN = 5
DECAY = 0.7
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""The deck's 1 - S; it draws the first four and the paper the rest."""

SPARSE = 0.001
"""The claim about very sparse features is tested at this density and below."""


@dataclass(frozen=True)
class Preset:
    """A density sweep from the literature: its name, its source, and the spec that it stands for."""

    name: str
    source: str
    n_features: int
    n_hidden: int
    decay: float
    densities: tuple[float, ...]


PRESETS = (
    Preset("The deck, 20 → 5", "Slide “ReLU Output Model”.", N_FEATURES, N_HIDDEN, DECAY, DENSITIES),
    Preset("The paper, 80 → 20", "The paper’s larger sweep, decay 0.9.", 80, 20, 0.9, DENSITIES),
    Preset(
        "Its notebook, 100 → 20",
        "Twenty densities 20^(−k/19). The notebook’s decay is 0.955, here 0.95.",
        100,
        20,
        0.95,
        tuple(round(20 ** (-k / 19), 4) for k in range(20)),
    ),
)


def density_sweep_spec(
    activation: Activation,
    n_features: int = N_FEATURES,
    n_hidden: int = N_HIDDEN,
    decay: float = DECAY,
    densities: Sequence[float] = DENSITIES,
) -> Autoencoder:
    """Spec of a density sweep, one autoencoder per density; the deck's by default.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(n_features, n_hidden, tuple(densities), decay, activation)


def first_superposition(run: Run) -> Instance | None:
    """The densest model of a run in which represented features are in superposition."""
    return next((model for model in instances(run) if model.in_superposition.size), None)


def linear_keeps_the_top(linear: Run) -> Check:
    """At every density exactly the m most important features are represented, none in superposition."""
    models, m = instances(linear), _m(linear)
    claim = f"“Linear models learn the top m features”, at any 1 − S: exactly {_top(m)}, without superposition."
    source = "slide “Linear Model”"
    if linear.spec.importance == 1.0:
        return Check(claim, source, "All importances are equal, so there are no top m features.", None)
    kept = [_is_top(model, m) and not model.in_superposition.size for model in models]
    return Check(claim, source, f"True at {sum(kept)} of {len(kept)} densities.", all(kept))


def dense_relu_keeps_the_top(relu: Run) -> Check:
    """At 1 - S = 1 the ReLU model represents exactly the m most important features."""
    m = _m(relu)
    claim = f"“In the dense regime, ReLU output models also learn the top m features”: {_top(m)} at 1 − S = 1."
    source = "slide “ReLU Output Model”, 1 − S = 1"
    if relu.spec.importance == 1.0:
        return Check(claim, source, "All importances are equal, so there are no top m features.", None)
    dense = instances(relu)[0]
    if dense.density != 1:
        return Check(claim, source, f"The densest model here has 1 − S = {dense.density:g}.", None)
    kept = np.flatnonzero(dense.represented)
    return Check(claim, source, f"Represented at 1 − S = 1: {feature_numbers(kept)}.", _is_top(dense, m))


def relu_is_never_worse(relu: Run, linear: Run) -> Check:
    """At every density the ReLU model's loss is at most the linear one's (2 % tolerance), for runs of equal densities.

    No x is negative, so a ReLU over the linear model's own output can only help: a larger loss is a failed training.
    """
    ratios, errors = relu.loss / linear.loss, relu.loss_error / linear.loss
    worst, best = int(ratios.argmax()), int(ratios.argmin())
    densities = relu.spec.feature_probability
    return Check(
        "With the ReLU the loss is never above the linear model’s, whose outputs it only has to cut off at zero.",
        "slide “1. Models”; x ≥ 0. A check of our training",
        f"ReLU’s loss is from {with_error(ratios[best], errors[best])} times the linear one’s, at 1 − S = "
        f"{densities[best]:g}, to {with_error(ratios[worst], errors[worst])} times, at {densities[worst]:g}.",
        bool(ratios[worst] <= TOLERANCE),
    )


def gelu_superposes_less(gelu: Run, relu: Run) -> Check:
    """With GELU some density represents more features than dimensions, and none more than with the ReLU.

    For runs of equal densities.
    """
    m = _m(gelu)
    claim = "A slightly nonlinear output, GELU, gives superposition as well, but of no more features than the ReLU."
    source = "a comparison of our trainings"
    counts = [[model.n_represented for model in instances(run)] for run in (gelu, relu)]
    if gelu.spec.n_features == m or min(gelu.spec.feature_probability) > 0.1:
        return Check(claim, source, "Needs fewer dimensions than features, and 1 − S of .1 or less.", None)
    return Check(
        claim,
        source,
        f"Features represented, in {counted(m, 'dimension')}: with GELU {', '.join(map(str, counts[0]))}; "
        f"with the ReLU {', '.join(map(str, counts[1]))}.",
        max(counts[0]) > m and all(with_gelu <= with_relu for with_gelu, with_relu in zip(*counts, strict=True)),
    )


def sparsity_adds_features(relu: Run) -> Check:
    """At every 1 - S <= .1 the ReLU model represents more features than it has dimensions."""
    m = _m(relu)
    claim = "“As sparsity increases, superposition allows models to represent more features” than dimensions."
    source = "slide “ReLU Output Model”, 1 − S = .1"
    models = instances(relu)
    sparse = [model for model in models if model.density <= 0.1]
    if relu.spec.n_features == m or not sparse:
        return Check(claim, source, "Needs fewer dimensions than features, and 1 − S of .1 or less.", None)
    counts = ", ".join(str(model.n_represented) for model in models)
    return Check(
        claim,
        source,
        f"Represented in {m} {'dimension' if m == 1 else 'dimensions'}, from dense to sparse: {counts}.",
        all(model.n_represented > m for model in sparse),
    )


def superposition_starts_at_the_bottom(relu: Run) -> Check:
    """In the densest model that has superposition, the most important feature is left out of it.

    And those in it are, in the mean of their ranks, less important than those that keep a direction of their own.
    """
    claim = "“The most important features are initially untouched”: superposition begins among the less important."
    source = "slide “ReLU Output Model”, 1 − S = .3 and .1"
    early = _early(relu)
    if isinstance(early, str):
        return Check(claim, source, early, None)
    shared = early.in_superposition
    alone = np.setdiff1d(np.flatnonzero(early.represented), shared)
    return Check(
        claim,
        source,
        f"First at 1 − S = {early.density:g}: features {feature_numbers(shared)} share directions; with a direction "
        f"of their own: {feature_numbers(alone)}.",
        bool(alone.size and alone[0] == 0 and alone.mean() < shared.mean()),
    )


def early_superposition_is_antipodal(relu: Run) -> Check:
    """In the densest model that has superposition, every feature in it is half of an antipodal pair."""
    claim = "“This early superposition is organized in antipodal pairs”."
    source = "slide “ReLU Output Model”, 1 − S = .1"
    early = _early(relu)
    if isinstance(early, str):
        return Check(claim, source, early, None)
    pairs = antipodal_pairs(early.W)
    paired = {feature for pair in pairs for feature in pair}
    shared = early.in_superposition
    odd = np.array([feature for feature in shared if int(feature) not in paired], dtype=int)
    words = ", ".join(f"{i + 1} against {j + 1}" for i, j in pairs) or "none"
    rest = f" Without an opposite: {feature_numbers(odd)}." if odd.size else ""
    return Check(claim, source, f"Pairs at 1 − S = {early.density:g}: {words}.{rest}", not odd.size)


def sparse_puts_all_in_superposition(relu: Run) -> Check:
    """At 1 - S <= .001 every represented feature is in superposition."""
    claim = f"Very sparse (1 − S ≤ {SPARSE:g}): every represented feature is in superposition."
    source = "paper, “Demonstrating superposition”, 1 − S = .001"
    sparsest = instances(relu)[-1]
    if sparsest.density > SPARSE:
        return Check(claim, source, f"The sparsest model here has 1 − S = {sparsest.density:g}.", None)
    kept, shared = sparsest.n_represented, sparsest.in_superposition
    least = float(sparsest.superposition[sparsest.represented].min(initial=np.inf))
    return Check(
        claim,
        source,
        f"{shared.size} of {kept} at 1 − S = {sparsest.density:g}; the least has {scientific(least)}.",
        kept > 0 and shared.size == kept,
    )


def sparse_biases_are_negative(relu: Run) -> Check:
    """At 1 - S <= .001 the bias of every represented feature is negative."""
    claim = f"Very sparse (1 − S ≤ {SPARSE:g}): the biases of represented features are negative."
    source = "paper, “Demonstrating superposition”, 1 − S = .001"
    sparsest = instances(relu)[-1]
    if sparsest.density > SPARSE:
        return Check(claim, source, f"The sparsest model here has 1 − S = {sparsest.density:g}.", None)
    biases = sparsest.b[sparsest.represented]
    if not biases.size:
        return Check(claim, source, "No feature is represented.", False)
    negative = int((biases < 0).sum())
    return Check(
        claim, source,
        f"{negative} of {biases.size} at 1 − S = {sparsest.density:g}, from {scientific(biases.min(), 2)} to "
        f"{scientific(biases.max(), 2)}."
        .replace("-", "−"),
        negative == biases.size,
    )  # fmt: skip


def _early(relu: Run) -> Instance | str:
    """The model in which superposition begins, or why this run cannot show it."""
    if relu.spec.importance == 1.0:
        return "All importances are equal, so no feature is less important."
    models, early = instances(relu), first_superposition(relu)
    if early is None:
        return "No model here has superposition."
    if early is models[0] or early.density == models[0].density:
        return f"The densest model here, 1 − S = {early.density:g}, has superposition already."
    return early


def _is_top(model: Instance, m: int) -> bool:
    return bool((model.represented == (np.arange(len(model.represented)) < m)).all())


def _top(m: int) -> str:
    return "feature 1" if m == 1 else f"features 1 to {m}"


def _m(run: Run) -> int:
    return run.spec.n_hidden
