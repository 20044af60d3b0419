"""Sentences of the measure page, on weights by hand."""

from dataclasses import replace

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.polytopes import BY_NAME
from toymodels.arrays import Array
from toymodels.experiments.arrangements import DECK
from toymodels.experiments.findings import measure as findings
from toymodels.experiments.measure import by_hand
from toymodels.spec import Activation, Autoencoder

PENTAGON = BY_NAME["pentagon"].W
NOTHING = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("W", "words"),
    [
        (
            DECK.W,
            "**Two digons**. 4 of 4 features are represented in 2 dimensions. Superposition measure **1 each**, "
            "dimensions per feature **0.5 (1/2) each**; in sum **Σ Dᵢ = 2, with m = 2**.",
        ),
        (
            np.array([[2.0]]),
            "1 of 1 feature is represented in 1 dimension. Superposition measure **0**, dimensions per feature **1**; "
            "in sum **Σ Dᵢ = 1, with m = 1**.",
        ),
        (
            NOTHING,
            "0 of 3 features are represented in 2 dimensions. Superposition measure **0 each**, dimensions per feature "
            "**0 each**; in sum **Σ Dᵢ = 0, with m = 2**.",
        ),
    ],
)
def test_the_measures_of_a_w(W: Array, words: str) -> None:
    assert findings.measures(W) == words


@pytest.mark.parametrize(
    ("W", "activation", "words"),
    [
        (DECK.W, "relu", "**4 of 4** come back exactly from x′ = ReLU(Wᵀh)."),
        (DECK.W, "linear", "**0 of 4** come back exactly from x′ = Wᵀh."),
        (np.array([[1.0, 0.0]]), "relu", "**1 of 2** comes back exactly from x′ = ReLU(Wᵀh)."),
        (NOTHING, "relu", "**0 of 3** come back exactly from x′ = ReLU(Wᵀh)."),
    ],
)
def test_which_features_come_back(W: Array, activation: Activation, words: str) -> None:
    assert findings.inverse(W, activation) == (
        "A W of fewer rows than columns has no inverse; what the slide writes as W⁻¹ = ReLU[Wᵀ(·)] is a way "
        f"back for some faces. Every face with one single feature goes through W and back: {words}"
    )


def test_the_loss_of_two_digons() -> None:
    # One active feature comes back exactly. The loss of two lost features is 2 (p/3 − p²/4) = 0.2083.
    start = replace(by_hand(Autoencoder(4, 2, 0.5, 1.0), DECK.W), loss=np.array([0.16]), loss_error=np.array([0.002]))
    assert findings.loss(start) == (
        "At **S = 0.5** (each feature is nonzero with probability p = 1 − S = 0.5) the expected loss is **0.160 ± "
        "0.002**, **23 % less than** that of keeping the 2 most important features alone. When exactly one feature is "
        "active it is **L₁ = 0**: 0 for that feature, 0 for interference at the others. The rest comes from features "
        "that are active together."
    )


def test_the_loss_without_the_relu_has_interference() -> None:
    # With b = 0, x at the active feature and −x at its partner: the integral of x² is 1/3.
    linear = made(Autoencoder(4, 2, 0.5, 1.0, "linear"), 0.5, W=DECK.W)
    assert "**L₁ = 0.333**: 0 for that feature, 0.333 for interference" in findings.loss(linear)


def test_the_loss_where_every_feature_has_a_dimension_is_not_compared() -> None:
    start = made(Autoencoder(2, 2, 0.5, 1.0), 0.0, W=np.eye(2))
    assert "the expected loss is **0**. When exactly one" in findings.loss(start)


def test_one_dimension_keeps_one_feature() -> None:
    start = made(Autoencoder(2, 1, 0.5, 1.0), 0.1, W=[[1, 0]])
    assert "that of keeping the most important feature alone." in findings.loss(start)


def test_what_gradient_descent_makes_of_a_w() -> None:
    spec = Autoencoder(5, 2, 0.1, 1.0)
    begin = "Starting from your W and this b, 100 steps bring the loss from **0.2 to 0.1**"
    pentagon, start = made(spec, 0.1, W=PENTAGON), made(spec, 0.2, W=PENTAGON)
    assert (
        findings.descent(np.eye(2, 5), start, pentagon) == f"{begin}, and turn **orthogonal pair** into **pentagon**."
    )
    assert findings.descent(PENTAGON, start, pentagon) == f"{begin}. It stays **pentagon**."
    assert findings.descent(np.zeros((2, 5)), start, made(spec, 0.1, W=np.zeros((2, 5)))) == (
        f"{begin}. It stays **nothing**."
    )


def test_estimates_stand_with_their_errors() -> None:
    spec = Autoencoder(5, 2, 0.1, 1.0)
    start, run = (
        replace(made(spec, loss, W=PENTAGON), loss_error=np.array([error]))
        for loss, error in ((0.2, 0.001), (0.1, 2e-4))
    )
    assert "the loss from **0.200 ± 0.001 to 0.1000 ± 0.0002**" in findings.descent(PENTAGON, start, run)
    assert "run from 0.1 to 0.2 (each ± 0.001 or less); the page's own run has 0.1000 ± 0.0002." in (
        findings.other_seeds([start, run], run)
    )


def test_other_seeds() -> None:
    spec = Autoencoder(5, 2, 0.1, 1.0)
    pentagon, other = made(spec, 0.1, W=PENTAGON), made(spec, 0.3, W=np.eye(2, 5))
    losses = "Their losses run from 0.1 to 0.3; the page's own run has 0.1."
    assert findings.other_seeds([pentagon, other, pentagon], pentagon) == (
        f"From the same W, **2 of 3** other seeds end as pentagon. {losses}"
    )
    assert findings.other_seeds([pentagon, other], pentagon) == (
        f"From the same W, **1 of 2** other seeds ends as pentagon. {losses}"
    )
