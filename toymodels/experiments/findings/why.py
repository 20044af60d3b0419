"""Findings of the page "why": feature benefit against interference, and the antipodal pair of two features."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.analysis.antipodal_pair import best_antipodal, best_antipodal_up_to
from toymodels.analysis.interference import Form, Sampled, terms
from toymodels.analysis.losses import OneActive, two_feature_boundary, two_feature_losses
from toymodels.analysis.two_features import antipodal_up_to, best_bias
from toymodels.analysis.weights import represented
from toymodels.arrays import Array
from toymodels.experiments.why import ERRORS_SHOWN, free_and_clear
from toymodels.names import compared, counted, scientific, with_error
from toymodels.run import Run


def interference(run: Run) -> str:
    """How many negative pairs are free, and the loss by interference with and without the ReLU; of the first instance.

    Args:
        run: of an `Autoencoder`.
    """
    W, b, spec = run.W[0].astype(float), run.b[0].astype(float), run.spec
    clear, free = free_and_clear(W, b)
    with_relu = float(terms("x = 1", W, b, spec.importances).interference.sum())
    without = float(terms("linear", W, b, spec.importances).interference.sum())
    output = "linear" if spec.activation == "linear" else "ReLU"
    kept = int(represented(W).sum())
    start = (
        f"At **S = {1 - spec.feature_probability[0]:g}** this {output} model represents **{kept} of {spec.n_features} "
        f"features in {counted(spec.n_hidden, 'dimension')}**. "
    )
    if not clear:
        small = f"{without:.3g}" if without >= 0.001 else "less than 0.001"
        return f"{start}No two of them oppose each other; in the linear form the loss by interference is **{small}**."
    pairs = f"Of its {counted(clear, 'clearly negative pair')}, **{free} {'is' if free == 1 else 'are'} free**."
    return (
        f"{start}{pairs} With xᵢ = 1, the loss by interference is **{scientific(with_relu)}** (the form “x = 1”); "
        f"without ReLU and bias it would be **{scientific(without)}** with the same weights (the form “linear”)."
    )


def exact_and_sampled(form: Form, exact: OneActive, importance: Array, sampled: Sampled) -> str:
    """The loss as the sum of its two terms, what not representing any feature would cost, and what random inputs give.

    Args:
        form: of the loss.
        exact: its terms.
        importance: (features,).
        sampled: the Monte Carlo estimate on the page.
    """
    own, received = float(exact.benefit.sum()), float(exact.interference.sum())
    unrepresented = float(importance.sum()) / (3 if form == "one active" else 1)
    return (
        f"**{scientific(float(exact.total), 4)}** = {scientific(own, 4)} own error of the active features + "
        f"{scientific(received, 4)} interference, exact. Unrepresented, their own error would be {unrepresented:.4g}: "
        f"the feature benefit is the difference, **{unrepresented - own:.4g}**. "
    ) + (
        f"Monte Carlo, from random inputs: **{with_error(sampled.total, ERRORS_SHOWN * sampled.total_error)}** "
        f"({ERRORS_SHOWN} standard errors; the crosses under the bars)."
        if sampled.total_error
        else f"A forward pass gives **{scientific(sampled.total, 4)}**: with xᵢ = 1 nothing is random."
    )


def antipodal_pair(relu: float, linear: float) -> str:
    """Whether a pair at 180° has a smaller loss than keeping one feature.

    Args:
        relu: the loss of the pair with its best bias, divided by that of keeping one, with ReLU.
        linear: the same in a linear model.
    """
    return (
        (
            f"With ReLU that region **reaches 180°**: the loss of the pair is {compared(relu)} that of keeping one."
            if relu < 1
            else f"Even with ReLU it **stops before 180°** here: the loss of the pair is {compared(relu)} that of "
            "keeping one. Features this dense are too often nonzero together."
        )
        + f" In a linear model angles below and above 90° lose the same, and at 180° the loss is {compared(linear)} "
        "that of keeping one."
    )


def phase_boundary(relative_importance: float, feature_probability: float) -> str:
    """Why an antipodal pair of importances (1, r) has a smaller loss than one feature only below some p."""
    r, p = relative_importance, feature_probability
    return (
        "**How dense may the two be?** Keeping one loses the other whenever that is active. The pair loses something "
        "when both are active at once, which is rare where p = 1 − S is small. So the pair wins up to some p, and the "
        f"more it may choose, the farther. Here **p = {p:g}**, and keeping one has the loss r (p/3 − p²/4) = "
        f"**{scientific(two_feature_losses(r, p).ignore_second)}**."
    )


BOUNDARY = "The pair wins up to p ="
"""Heading of a column of `boundaries`."""


def boundaries(relative_importance: float, feature_probability: float) -> list[dict[str, str]]:
    """Up to which p an antipodal pair has the smaller loss, and its loss at this p: a row for each freedom it has."""
    r, p = relative_importance, feature_probability
    best = best_antipodal(r, p)
    keep_one = min(two_feature_losses(r, p)[:2])
    lengths = " and ".join(f"{length:.2f}" for length in best.lengths)
    free = (
        ("nothing: arrows of length 1, b = 0", f"{two_feature_boundary(r):.3g}", two_feature_losses(r, p).antipodal),
        ("its bias", f"{antipodal_up_to(r):.3g}", best_bias(-1.0, r, p)[1]),
        (f"its bias and its lengths (here {lengths}), as in training", f"{best_antipodal_up_to(r):.2f}", best.loss),
    )
    return [
        {
            "It may choose": choice,
            BOUNDARY: boundary,
            f"Its loss at p = {p:g}": scientific(float(loss)),
            "So the smaller loss has": "the pair" if loss < keep_one else "keeping one",
        }
        for choice, boundary, loss in free
    ]


def other_seeds(runs: Sequence[Run]) -> str:
    """In how many other seeds all negative interference is free, and how many features they represent."""
    kept = sorted({int(represented(run.W[0]).sum()) for run in runs})
    features = f"{' or '.join(map(str, kept))} feature{'' if kept == [1] else 's'}"
    return (
        f"In **{all_free(runs)} of {len(runs)}** other seeds there is negative interference, and all of it is free. "
        f"They represent {features}. Both terms, summed over features, for each seed:"
    )


def all_free(runs: Sequence[Run]) -> int:
    """Number of runs that have clearly negative interference and in which all of it is free."""
    pairs = [free_and_clear(run.W[0], run.b[0]) for run in runs]
    return sum(clear > 0 and free == clear for clear, free in pairs)
