"""Findings of the measure page: the superposition of a W by hand, its loss, and what gradient descent makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toymodels.analysis.losses import loss_without_superposition, one_active
from toymodels.analysis.polytopes import shape
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.experiments.arrangements import arrangement_of
from toymodels.experiments.findings.seeds import loss_span
from toymodels.experiments.measure import EXACT, one_hot_errors, span, superposition_of_represented
from toymodels.names import compared, counted, scientific, with_error
from toymodels.run import Run
from toymodels.spec import Activation


def measures(W: Array) -> str:
    """How many features a W (hidden, features) represents, its superposition, and the dimensions per feature."""
    m, n = W.shape
    known, dimensionality = arrangement_of(W), feature_dimensionality(W)
    return (
        (f"**{known.name.capitalize()}**. " if known else "")
        + f"{int(represented(W).sum())} of {n} {'feature is' if n == 1 else 'features are'} represented in "
        f"{counted(m, 'dimension')}. Superposition measure **{span(superposition_of_represented(W))}**, dimensions per "
        f"feature **{span(dimensionality)}**; in sum **Σ Dᵢ = {float(dimensionality.sum()):.3g}, with m = {m}**."
    )


def inverse(W: Array, activation: Activation) -> str:
    """How many faces with one single feature come back exactly from W (hidden, features)."""
    errors = one_hot_errors(W, activation)
    exact = int((np.abs(errors).max(axis=-1) <= EXACT).sum())
    return (
        "A W of fewer rows than columns has no inverse; what the slide writes as W⁻¹ = ReLU[Wᵀ(·)] is a way back for "
        "some faces. Every face with one single feature goes through W and back: "
        f"**{exact} of {len(errors)}** {'comes' if exact == 1 else 'come'} back exactly from x′ = {output(activation)}."
    )


def output(activation: Activation) -> str:
    """The formula of the output without bias."""
    return "ReLU(Wᵀh)" if activation == "relu" else "Wᵀh"


def loss(start: Run) -> str:
    """The expected loss of a W by hand, and its loss when one feature is active.

    Args:
        start: its run, of one instance of an `Autoencoder`, as `measure.by_hand` makes it.
    """
    spec, p = start.spec, start.spec.feature_probability[0]
    alone = loss_without_superposition(spec.importances, spec.n_hidden, p)
    one = one_active(start.W[0], start.b[0], spec.importances, spec.activation)
    own, interference = (float(np.round(part.sum() / spec.n_features, 9)) for part in (one.benefit, one.interference))
    m = spec.n_hidden
    kept = "most important feature" if m == 1 else f"{m} most important features"
    return (
        f"At **S = {1 - p:g}** (each feature is nonzero with probability p = 1 − S = {p:g}) the expected loss is "
        f"**{with_error(start.loss[0], start.loss_error[0])}**"
        + (f", **{compared(float(start.loss[0] / alone))}** that of keeping the {kept} alone" if alone else "")
        + f". When exactly one feature is active it is **L₁ = {scientific(own + interference)}**: {scientific(own)} "
        f"for that feature, {scientific(interference)} for interference at the others. The rest comes from features "
        "that are active together."
    )


def descent(W: Array, start: Run, run: Run) -> str:
    """What gradient descent makes of a W by hand.

    Args:
        W: (hidden, features), from which the training starts.
        start: its run, as for `loss`.
        run: what came out, of one instance.
    """
    before, after = shape(W).name, shape(run.W[0]).name
    return (
        f"Starting from your W and this b, {run.steps} steps bring the loss from "
        f"**{with_error(start.loss[0], start.loss_error[0])} to "
        f"{with_error(run.loss[0], run.loss_error[0])}**"
        + (f", and turn **{before}** into **{after}**." if before != after else f". It stays **{before}**.")
    )


def end_of_descent(run: Run) -> str:
    """Where gradient descent from a W by hand ends, for a run of one instance: what is kept, its shape and its loss."""
    spec, p, kept = run.spec, run.spec.feature_probability[0], int(represented(run.W[0]).sum())
    alone = loss_without_superposition(spec.importances, spec.n_hidden, p)
    return (
        f"At S = {round(1 - p, 6):g} gradient descent from your W ends as **{shape(run.W[0]).name}**: {kept} of "
        f"{spec.n_features} features {'is' if kept == 1 else 'are'} represented, and the loss is "
        f"**{compared(float(run.loss[0] / alone))}** that of keeping the {spec.n_hidden} most important features alone."
    )


def other_seeds(runs: Sequence[Run], here: Run) -> str:
    """How many other seeds, from the same W, end in the shape of the page's run, and their losses beside its own."""
    name = shape(here.W[0]).name
    same = sum(shape(run.W[0]).name == name for run in runs)
    return (
        f"From the same W, **{same} of {len(runs)}** other seeds {'ends' if same == 1 else 'end'} as {name}. "
        f"{loss_span(runs, here)}"
    )
