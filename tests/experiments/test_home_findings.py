"""Sentences under the slider of the home page, on shapes by hand."""

import pytest

from toymodels.analysis.polytopes import Shape
from toymodels.experiments.findings.home import superposition


@pytest.mark.parametrize(
    ("name", "kept", "strong"),
    [
        ("pentagon", 5, "Five features in two dimensions: a pentagon."),
        ("two digons", 4, "Four features in two dimensions: two digons."),
        ("digon + feature", 3, "Three features in two dimensions: a digon and one more."),
        ("irregular", 3, "Three features in two dimensions."),
    ],
)
def test_superposition(name: str, kept: int, strong: str) -> None:
    assert superposition(Shape(name, tuple(range(kept)), 0.0), 5, 0.6) == (
        strong,
        "Superposition: the loss is 40 % less than that of keeping only two features.",
    )


@pytest.mark.parametrize(
    ("name", "kept", "strong", "others"),
    [
        ("orthogonal pair", 2, "Two features in two dimensions: an orthogonal pair.", "the other three"),
        ("one feature", 1, "One feature in two dimensions.", "the other four"),
        ("nothing", 0, "No features in two dimensions.", "all five"),
    ],
)
def test_no_superposition(name: str, kept: int, strong: str, others: str) -> None:
    assert superposition(Shape(name, tuple(range(kept)), 0.0), 5, 1.0) == (
        strong,
        f"No superposition: {others} get no arrow, and their outputs are their average.",
    )
