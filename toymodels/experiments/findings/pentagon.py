"""Findings of the pentagon page: which arrows there are, when superposition pays, and which pairs interfere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import IRREGULAR, Shape, shape
from toymodels.analysis.weights import gram
from toymodels.arrays import Array
from toymodels.experiments.findings.seeds import loss_span
from toymodels.experiments.pentagon import POSITIVE, positive_pairs
from toymodels.experiments.two_dimensions import superposition_pays_from
from toymodels.names import OUTPUT_NAMES, compared, counted, number_word, scientific
from toymodels.run import Run


def arrangement(found: Shape) -> str:
    """The name of a shape and how far its worst angle is from the ideal; empty if no feature is represented."""
    if not found.features:
        return ""
    off = f"{scientific(found.distance, 2)}°" if np.isfinite(found.distance) else "more than 30°"
    if found.name == IRREGULAR:
        return f"{IRREGULAR}, {off} from the nearest shape that has a name"
    return f"**{found.name}**, no angle more than {off} from the ideal"


def embedded(run: Run) -> str:
    """How many features a model embeds, and as what; beside it the best that a linear model can do.

    Args:
        run: of a model that is not linear, one instance.
    """
    p, n = run.spec.feature_probability[0], run.spec.n_features
    linear = loss_without_superposition(run.spec.importances, run.spec.n_hidden, p)
    found = shape(run.W[0])
    arranged, output = arrangement(found), _output(run)
    return (
        f"At **S = {1 - p:g}** (each feature is nonzero with probability 1 − S = {p:g}) the {output} model embeds "
        f"**{len(found.features)} of {n} features in {run.spec.n_hidden} dimensions**"
        + (f": {arranged}" if arranged else "")
        + f". A linear model keeps {min(n, run.spec.n_hidden)} at best; its loss is then "
        f"{compared(linear / float(run.loss[0]))} that of the {output} model."
    )


def in_training(run: Run, linear: Run) -> str:
    """How far the losses of a model and of the linear one fall in training.

    Args:
        run: of one instance, with snapshots.
        linear: the same with linear output.
    """
    assert run.snapshots is not None
    first, last, without = (scientific(loss) for loss in (run.snapshots.loss[0, 0], run.loss[0], linear.loss[0]))
    return (
        f"In {run.steps} steps the loss of the {_output(run)} model falls from {first} to **{last}** at S = "
        f"{_sparsity(run):g}, and that of the linear model to **{without}**."
    )


def sweep(n_features: int, shapes: Sequence[Shape], sparsities: Sequence[float]) -> str:
    """The first and the last of the shapes that are drawn, from dense to sparse; `sparsities` are theirs."""
    return (
        f"The same {n_features} features, trained at {number_word(len(shapes))} sparsities: from "
        f"**{shapes[0].name}** at S = {sparsities[0]:g} to **{shapes[-1].name}** at S = {sparsities[-1]:g}. The deck's "
        "three pictures, S = 0, 0.8 and 0.9, are shaded."
    )


def superposition_pays(importances: Array, shapes: Sequence[Shape], sparsities: Sequence[float]) -> str:
    """From which S two digons have a smaller loss than two features, and from which training finds something else.

    Args:
        importances: (features,), four or more.
        shapes: what training found, from dense to sparse.
        sparsities: S of each of them.
    """
    better_from = superposition_pays_from(importances)
    beyond = next(
        ((found, S) for found, S in zip(shapes, sparsities, strict=True) if len(found.features) > 4),
        None,
    )
    return (
        f"Computed exactly, two digons have a smaller loss than two features alone from S = {better_from:.2f} on."
        + (
            f" From S = {beyond[1]:g} on, training finds the {beyond[0].name} instead."
            if beyond is not None and beyond[0].name != IRREGULAR
            else ""
        )
    )


def positive_interference(run: Run) -> str:
    """How many pairs of embedded features interfere positively, and what comes of the largest product."""
    W = run.W[0]
    products, together = gram(W), positive_pairs(W)
    verb = "interferes" if len(together) == 1 else "interfere"
    text = f"At **S = {_sparsity(run):g}**, **{_of_pairs(W)}** of embedded features {verb} positively (Wᵢ · Wⱼ ≥ "
    text += f"{POSITIVE:g}); "
    if not together:
        return text + "no two arrows point to the same side."
    i, j = max(together, key=lambda pair: products[pair])
    return (
        f"{text}the largest product is {products[i, j]:.2f}, and {max(0.0, products[i, j] + run.b[0, j]):.2f} with its "
        "bias: that is what comes out."
    )


def positive_products(run: Run) -> str:
    """The same in fewer words, as alternative text of W^T W."""
    W = run.W[0]
    products, together = gram(W), positive_pairs(W)
    return (
        f"{_of_pairs(W)} of embedded features {'has' if len(together) == 1 else 'have'} a positive product at S = "
        f"{_sparsity(run):g}, at most {max((products[pair] for pair in together), default=0.0):.2f}."
    )


def other_seeds(runs: Sequence[Run], here: Run) -> str:
    """The shapes that other seeds end in, the most frequent first, and their losses beside that of the page's run."""
    counts = Counter(shape(run.W[0]).name for run in runs)
    return (
        ", ".join(f"**{count} of {len(runs)}: {name}**" for name, count in counts.most_common())
        + f". {loss_span(runs, here)} Pictures are turned so that x₁ points to the right, and "
        "mirrored to be as like the page's own run as they can."
    )


def _of_pairs(W: Array) -> str:
    kept = len(shape(W).features)
    return f"{len(positive_pairs(W))} of {counted(kept * (kept - 1) // 2, 'pair')}"


def _output(run: Run) -> str:
    return OUTPUT_NAMES[run.spec.activation]


def _sparsity(run: Run) -> float:
    return 1 - run.spec.densities[0]
