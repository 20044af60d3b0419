"""Sentences under the slider of the home page, on weights by hand."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import BY_NAME
from toymodels.arrays import Array
from toymodels.experiments.findings.home import superposition
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.run import Run

SPEC = pentagon_spec(0.1)
# 45° between the first two, 160° between the second and the third.
IRREGULAR = np.array([[1, 0.7, -0.9], [0, 0.7, -0.4]])


def run_of(arrows: Array, times: float) -> Run:
    """A run with these arrows, (2, features), and so many times the loss of two features alone."""
    W = np.zeros((2, 5))
    W[: len(arrows), : arrows.shape[1]] = arrows
    return made(SPEC, times * loss_without_superposition(SPEC.importances, 2, 0.1), W=W, b=np.zeros(5))


@pytest.mark.parametrize(
    ("arrows", "strong"),
    [
        (BY_NAME["pentagon"].W, "Five features in two dimensions: a pentagon."),
        (BY_NAME["two digons"].W, "Four features in two dimensions: two digons."),
        (BY_NAME["digon + feature"].W, "Three features in two dimensions: a digon and one more."),
        (IRREGULAR, "Three features in two dimensions."),
    ],
)
def test_superposition(arrows: Array, strong: str) -> None:
    assert superposition(run_of(arrows, 0.6)) == (
        strong,
        "Superposition: the loss is 40 % less than that of keeping only two features.",
    )


@pytest.mark.parametrize(
    ("arrows", "strong", "others"),
    [
        (BY_NAME["orthogonal pair"].W, "Two features in two dimensions: an orthogonal pair.", "the other three"),
        (np.ones((1, 1)), "One feature in two dimensions.", "the other four"),
        (np.zeros((2, 1)), "No features in two dimensions.", "all five"),
    ],
)
def test_no_superposition(arrows: Array, strong: str, others: str) -> None:
    assert superposition(run_of(arrows, 1.0)) == (
        strong,
        f"No superposition: {others} get no arrow, and their outputs are their average.",
    )
