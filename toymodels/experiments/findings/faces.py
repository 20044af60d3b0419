"""Findings of the faces page: what the trained code keeps, and when four arrows have a smaller loss than two."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.analysis.directions import antipodal_pairs
from toymodels.arrays import Array
from toymodels.experiments.faces import embedded, named, two_antipodal_pairs, two_features_code
from toymodels.experiments.findings.seeds import loss_span
from toymodels.names import FACE_FEATURES, compared, counted, percent
from toymodels.run import Run


def kept(run: Run) -> str:
    """Which features the trained code keeps, and its loss beside that of keeping eyes and nose alone.

    Args:
        run: of one instance.
    """
    W, p = run.W[0], run.spec.feature_probability[0]
    two = two_features_code(p, run.spec.importances.tolist())
    features, pairs = embedded(W), antipodal_pairs(W)
    return (
        f"At **S = {1 - p:g}** (each feature is nonzero with probability 1 − S = {p:g}) the trained code keeps "
        f"**{len(features)} of 4 features in 2 dimensions** ({named(features)})"
        + (f", {counted(len(pairs), 'antipodal pair')}: arrows that point opposite ways" if pairs else "")
        + f". Its loss is **{compared(run.loss[0] / two.loss)}** that of keeping eyes and nose alone."
    )


def partners(W: Array) -> str:
    """Which features of a code W (2, 4) share a line, and which it leaves out, in a few words."""
    pairs = [f"{FACE_FEATURES[i]}↔{FACE_FEATURES[j]}" for i, j in antipodal_pairs(W)]
    out = [name for i, name in enumerate(FACE_FEATURES) if i not in embedded(W)]
    parts = [f"partners: {', '.join(pairs)}"] if pairs else []
    if len(out) == 2 and not pairs and out == list(FACE_FEATURES[2:]):
        return "h = [x₁, x₂]: lips, head left out"
    return "; ".join(parts + ([f"left out: {', '.join(out)}"] if out else [])) or "no partners"


def empty_faces(number: int, of: int, sparsity: float) -> str:
    """How many of the faces on the screen are empty, and why; `sparsity` is S."""
    n = len(FACE_FEATURES)
    chance = f"all four features are zero with probability S⁴ = {percent(sparsity**n)}"
    if not number:
        return f"No face here is empty: {chance}."
    return (
        f"{number} of {of} are empty circles, which is no fault: {chance}. Such a face has nothing to draw, and comes "
        "back as nothing."
    )


def four_arrows_pay(better_from: float | None) -> str:
    """From which S four arrows have a smaller loss than two features; None if they never have. Without a full stop."""
    if better_from is None:
        return "Four arrows never have a smaller loss here than keeping two features"
    return f"From **S = {better_from:.2f}** on, four arrows have a smaller loss than keeping two features"


def other_seeds(runs: Sequence[Run], here: Run) -> str:
    """How many other seeds end in two antipodal pairs, and their losses beside that of the page's run."""
    found = sum(two_antipodal_pairs(run.W[0]) for run in runs)
    return (
        f"**{found} of {len(runs)}** other seeds {'ends' if found == 1 else 'end'} in two antipodal pairs. "
        f"{loss_span(runs, here)} Pictures are turned so that eyes point to the right, and "
        "mirrored to be as like the page's own run as they can."
    )
