"""The claims of the slides "Linear Model" and "ReLU Output Model", on runs of `ladder.ladder_spec`."""

from __future__ import annotations

import numpy as np

from toymodels.analysis.density_sweep import Rung, rungs
from toymodels.analysis.directions import antipodal_pairs
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.run import Run

SHARED = 0.1
"""A represented feature is in superposition from this measure on; orthogonal ones end below 0.01."""

SPARSE = 0.001
"""The claim about very sparse features is tested at this density and below."""


def indices(features: np.ndarray) -> str:
    """Feature indices as words: "0 to 4", "3, 5 to 7", "none"."""
    numbers = [int(feature) for feature in features]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(spans) or "none"


def in_superposition(rung: Rung) -> np.ndarray:
    """Indices of the represented features that share their direction."""
    return np.flatnonzero(rung.represented & (rung.superposition >= SHARED))


def first_superposition(run: Run) -> Rung | None:
    """The densest model of a run in which represented features share directions."""
    return next((rung for rung in rungs(run) if in_superposition(rung).size), None)


def linear_keeps_the_top(linear: Run) -> Check:
    """At every density exactly features 0 .. m-1 are represented, none in superposition."""
    ladder, m = rungs(linear), _m(linear)
    claim = f"“Linear models learn the top m features”, at any 1 − S: exactly {_top(m)}, without superposition."
    source = "slide “Linear Model”"
    if linear.spec.importance == 1.0:
        return Check(claim, source, "All importances are equal, so there are no top m features.", None)
    kept = [_is_top(rung, m) and not in_superposition(rung).size for rung in ladder]
    return Check(claim, source, f"True at {sum(kept)} of {len(kept)} densities.", all(kept))


def dense_relu_keeps_the_top(relu: Run) -> Check:
    """At 1 - S = 1 the ReLU model represents exactly features 0 .. m-1."""
    m = _m(relu)
    claim = f"“In the dense regime, ReLU output models also learn the top m features”: {_top(m)} at 1 − S = 1."
    source = "slide “ReLU Output Model”, 1 − S = 1"
    if relu.spec.importance == 1.0:
        return Check(claim, source, "All importances are equal, so there are no top m features.", None)
    dense = rungs(relu)[0]
    if dense.density != 1:
        return Check(claim, source, f"The densest model here has 1 − S = {dense.density:g}.", None)
    kept = np.flatnonzero(dense.represented)
    return Check(claim, source, f"Represented at 1 − S = 1: {indices(kept)}.", _is_top(dense, m))


def relu_is_never_worse(relu: Run, linear: Run) -> Check:
    """At every density the ReLU model's loss is at most the linear one's (2 % tolerance), for runs of equal densities.

    No x is negative, so a ReLU over the linear model's own output can only help: a larger loss is a failed training.
    """
    ratios = relu.loss / linear.loss
    worst, best = int(ratios.argmax()), int(ratios.argmin())
    densities = relu.spec.feature_probability
    return Check(
        "With the ReLU the loss is never above the linear model’s, whose outputs it only has to cut off at zero.",
        "slide “1. Models”; x ≥ 0. A check of our training",
        f"ReLU’s loss is from {ratios[best]:.3g} times the linear one’s, at 1 − S = {densities[best]:g}, to "
        f"{ratios[worst]:.3g} times, at {densities[worst]:g}.",
        bool(ratios[worst] <= TOLERANCE),
    )


def sparsity_adds_features(relu: Run) -> Check:
    """At every 1 - S <= .1 the ReLU model represents more features than it has dimensions."""
    m = _m(relu)
    claim = "“As sparsity increases, superposition allows models to represent more features” than dimensions."
    source = "slide “ReLU Output Model”, 1 − S = .1"
    ladder = rungs(relu)
    sparse = [rung for rung in ladder if rung.density <= 0.1]
    if relu.spec.n_features == m or not sparse:
        return Check(claim, source, "Needs fewer dimensions than features, and 1 − S of .1 or less.", None)
    counts = ", ".join(str(rung.n_represented) for rung in ladder)
    return Check(
        claim,
        source,
        f"Represented in {m} {'dimension' if m == 1 else 'dimensions'}, from dense to sparse: {counts}.",
        all(rung.n_represented > m for rung in sparse),
    )


def superposition_starts_at_the_bottom(relu: Run) -> Check:
    """In the densest model that has superposition, the most important feature is left out of it.

    And those in it are, in the mean of their indices, less important than those that keep a direction of their own.
    """
    claim = "“The most important features are initially untouched”: superposition begins among the less important."
    source = "slide “ReLU Output Model”, 1 − S = .3 and .1"
    early = _early(relu)
    if isinstance(early, str):
        return Check(claim, source, early, None)
    shared = in_superposition(early)
    alone = np.setdiff1d(np.flatnonzero(early.represented), shared)
    return Check(
        claim,
        source,
        f"First at 1 − S = {early.density:g}: {indices(shared)} share directions; {indices(alone)} have their own.",
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
    shared = in_superposition(early)
    odd = np.array([feature for feature in shared if int(feature) not in paired], dtype=int)
    words = ", ".join(f"{i} against {j}" for i, j in pairs) or "none"
    rest = f" Without an opposite: {indices(odd)}." if odd.size else ""
    return Check(claim, source, f"Pairs at 1 − S = {early.density:g}: {words}.{rest}", not odd.size)


def sparse_puts_all_in_superposition(relu: Run) -> Check:
    """At 1 - S <= .001 every represented feature is in superposition."""
    claim = f"Very sparse (1 − S ≤ {SPARSE:g}): every represented feature is in superposition."
    source = "paper, “Demonstrating superposition”, 1 − S = .001"
    sparsest = rungs(relu)[-1]
    if sparsest.density > SPARSE:
        return Check(claim, source, f"The sparsest model here has 1 − S = {sparsest.density:g}.", None)
    kept, shared = sparsest.n_represented, in_superposition(sparsest)
    least = float(sparsest.superposition[sparsest.represented].min(initial=np.inf))
    return Check(
        claim,
        source,
        f"{shared.size} of {kept} at 1 − S = {sparsest.density:g}; the least has {least:.3g}.",
        kept > 0 and shared.size == kept,
    )


def sparse_biases_are_negative(relu: Run) -> Check:
    """At 1 - S <= .001 the bias of every represented feature is negative."""
    claim = f"Very sparse (1 − S ≤ {SPARSE:g}): the biases of represented features are negative."
    source = "paper, “Demonstrating superposition”, 1 − S = .001"
    sparsest = rungs(relu)[-1]
    if sparsest.density > SPARSE:
        return Check(claim, source, f"The sparsest model here has 1 − S = {sparsest.density:g}.", None)
    biases = sparsest.b[sparsest.represented]
    if not biases.size:
        return Check(claim, source, "No feature is represented.", False)
    negative = int((biases < 0).sum())
    return Check(
        claim, source,
        f"{negative} of {biases.size} at 1 − S = {sparsest.density:g}, from {biases.min():.2g} to {biases.max():.2g}."
        .replace("-", "−"),
        negative == biases.size,
    )  # fmt: skip


def _early(relu: Run) -> Rung | str:
    """The model in which superposition begins, or why this run cannot show it."""
    if relu.spec.importance == 1.0:
        return "All importances are equal, so no feature is less important."
    ladder, early = rungs(relu), first_superposition(relu)
    if early is None:
        return "No model here has superposition."
    if early is ladder[0] or early.density == ladder[0].density:
        return f"The densest model here, 1 − S = {early.density:g}, has superposition already."
    return early


def _is_top(rung: Rung, m: int) -> bool:
    return bool((rung.represented == (np.arange(len(rung.represented)) < m)).all())


def _top(m: int) -> str:
    return "feature 0" if m == 1 else f"features 0 to {m - 1}"


def _m(run: Run) -> int:
    return run.spec.n_hidden
