"""Feature benefit against interference, slides "As to why superposition occurs only with nonlinear models": claims.

On autoencoders, and on two features in one dimension.
"""

from __future__ import annotations

import numpy as np

from toymodels.analysis import interference
from toymodels.analysis.antipodal_pair import best_antipodal, best_antipodal_up_to
from toymodels.analysis.directions import antipodal_pairs
from toymodels.analysis.interference import Form, Sampled
from toymodels.analysis.losses import one_active, two_feature_boundary, two_feature_losses
from toymodels.analysis.weights import gram, represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.names import feature_numbers, scientific, with_error
from toymodels.run import Run
from toymodels.spec import Autoencoder

SOURCE = "slides “As to why superposition occurs only with nonlinear models”"

ERRORS_SHOWN = 3
"""An error bar reaches this many standard errors to each side: the truth is outside once in 370 bars."""

EQUAL_WITHIN = 1e-5
"""Allowed difference between the sum of the bars and the loss, and between an exact number and a rounded one."""

CLEAR = 0.25
"""Interference counts as clearly negative or positive when |W_j . W_i| is at least this."""

FREE = 0.01
"""A pair interferes for free when it adds at most this share of what it would add to the loss without ReLU and bias."""

NEGLIGIBLE = 0.05
"""Interference that makes up at most this share of the loss counts as none."""


def two_feature_spec(relative_importance: float, feature_probability: float) -> Autoencoder:
    """Spec of two features in one dimension, importances (1, r).

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(2, 1, feature_probability, (1.0, relative_importance))


def sampled_terms(form: Form, W: Array, b: Array, importance: Array, feature_probability: float, seed: int) -> Sampled:
    """Monte Carlo estimate of the terms of a form, with the samples of a seed; other arguments as `bars_add_up`."""
    rng = np.random.default_rng(seed)
    return interference.monte_carlo(form, W, b, importance, feature_probability, rng)


def bars_add_up(
    form: Form, W: Array, b: Array, importance: Array, feature_probability: float, sampled: Sampled
) -> list[Check]:
    """The terms of a form add up to the loss that the model itself gives, and random inputs agree.

    Args:
        form: which of the deck's three.
        W: (hidden, features).
        b: (features,).
        importance: (features,).
        feature_probability: p.
        sampled: the Monte Carlo estimate on the page.
    """
    total = float(interference.terms(form, W, b, importance).total)
    measured = interference.measured_loss(form, W, b, importance, feature_probability)
    off = abs(total - sampled.total)
    reach = ERRORS_SHOWN * sampled.total_error
    return [
        Check(
            "Feature benefit and interference are the whole loss: the bars add up to it.",
            SOURCE,
            f"Bars: {scientific(total, 6)}. The model itself: {scientific(measured, 6)}. They differ by "
            f"{scientific(float(f'{abs(total - measured):.1g}'))}, {scientific(EQUAL_WITHIN)} allowed.",
            abs(total - measured) <= EQUAL_WITHIN * max(1.0, measured),
        ),
        Check(
            "Monte Carlo agrees with the closed form within its error bar.",
            f"error bars of ± {ERRORS_SHOWN} standard errors",
            f"Closed form {scientific(total, 4)}, Monte Carlo {with_error(sampled.total, reach)}."
            if sampled.total_error
            else f"Closed form {scientific(total, 6)}, a forward pass {scientific(sampled.total, 6)}; with xᵢ = 1 "
            "nothing is random.",
            off <= reach + EQUAL_WITHIN * max(1.0, total) * (sampled.total_error == 0),
        ),
    ]


def linear_interference_is_never_worth_it(linear: Run) -> Check:
    """A linear model represents the m most important features and hardly interferes, in every instance of a run."""
    claim = "In a linear model interference is never worth it: it keeps the m most important features and nothing else."
    spec = linear.spec
    importances, m = spec.importances, spec.n_hidden
    order = np.argsort(-importances, kind="stable")
    if m < len(order) and importances[order[m - 1]] == importances[order[m]]:
        return Check(claim, SOURCE, "Importances are equal, so any m directions are as good as any other.", None)
    top = sorted(int(feature) for feature in order[:m])
    kept = [[int(feature) for feature in np.flatnonzero(learned)] for learned in represented(linear.W)]
    terms = interference.terms("linear", linear.W, linear.b, importances)
    share = np.max(terms.interference.sum(axis=(-2, -1)) / terms.total)
    return Check(
        claim,
        SOURCE,
        f"It keeps features {feature_numbers(kept[0])}; interference is {scientific(100 * share, 2)} % of its loss "
        f"({100 * NEGLIGIBLE:g} % allowed).",
        all(one == top for one in kept) and bool(share <= NEGLIGIBLE),
    )


def free_and_clear(W: Array, b: Array) -> tuple[int, int]:
    """Number of pairs of features that interfere clearly negatively, and of those among them that do so for free.

    For one W (hidden, features). A pair is free if neither feature adds to the loss at the other's output. Importances
    cancel.
    """
    products = gram(W)
    added = one_active(W, b, np.ones(len(b)), "relu").interference
    free = added <= FREE * products**2 / 3
    clear = np.triu(products <= -CLEAR, k=1)
    return int(clear.sum()), int((clear & free & free.T).sum())


def negative_interference_is_free(run: Run) -> Check:
    """In the ReLU model clearly negative interference adds nothing to the loss while one feature is active."""
    claim = "With ReLU, negative interference is free when one feature is active."
    if not run.spec.tied or run.spec.activation == "linear":
        return Check(claim, SOURCE, "This run is linear; the claim is about ReLU.", None)
    clear, free = free_and_clear(run.W[0], run.b[0])
    if not clear:
        sparsity = 1 - run.spec.feature_probability[0]
        return Check(claim, SOURCE, f"At S = {sparsity:.3g} no two features of this model oppose each other.", None)
    return Check(
        claim,
        SOURCE,
        f"{free} of {clear} pairs with Wⱼ·Wᵢ ≤ −{CLEAR:g} add at most {100 * FREE:g} % of what they would without "
        "ReLU and bias.",
        free == clear,
    )


def antipodal_wins_below_the_boundary(pair: Run) -> Check:
    """Two features in one dimension, importances (1, r), r <= 1: antipodal iff p < min(2r/(1 + 2.5r), 2/(2.5 + r))."""
    r, p = float(pair.spec.importances[1]), pair.spec.feature_probability[0]
    boundary, candidates = two_feature_boundary(r), two_feature_losses(r, p)
    expected = p < boundary
    closed = candidates.antipodal < min(candidates.ignore_second, candidates.ignore_first)
    antipodal = bool(antipodal_pairs(pair.W[0]))
    measured = (
        f"p = {p:.3g}, boundary {boundary:.3g}. Antipodal {scientific(candidates.antipodal)}, keep one "
        f"{scientific(candidates.ignore_second)}. A trained 2 → 1 model {'is' if antipodal else 'is not'} antipodal, "
        f"loss {with_error(pair.loss[0], pair.loss_error[0])}; the best antipodal pair of any lengths and biases "
        f"has {scientific(float(best_antipodal(r, p).loss), 4)}."
    )
    if antipodal and not expected:
        measured += (
            " The closed form has unit arrows and b = 0. With lengths and biases free, found numerically, the pair "
            f"wins up to p = {best_antipodal_up_to(r):.2f}."
        )
    if expected and not antipodal:
        measured += " That is a local minimum of gradient descent."
    return Check(
        f"Two features of importances (1, {r:g}) in one dimension: an antipodal pair wins if and only if "
        "p < min(2r / (1 + 2.5r), 2 / (2.5 + r)).",
        "paper, “Superposition as a phase change”; closed forms with b = 0",
        measured,
        closed == expected and antipodal == expected,
    )
