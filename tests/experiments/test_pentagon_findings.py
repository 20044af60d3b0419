"""Sentences of the pentagon page, on weights by hand."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.polytopes import BY_NAME, Shape, shape
from toymodels.arrays import Array
from toymodels.experiments.findings import pentagon as findings
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.run import Run

TWO = np.eye(2, 5)
PENTAGON = BY_NAME["pentagon"].W
DIGONS = np.hstack([BY_NAME["two digons"].W, np.zeros((2, 1))])
# Two arrows 45° apart, and one opposite to the first.
ONE_POSITIVE = np.array([[1, 0.5**0.5, -1], [0, 0.5**0.5, 0]])
NOTHING = np.zeros((2, 5))


def run_of(W: Array, loss: float = 1.0, b: float = 0.0, p: float = 0.1) -> Run:
    return made(pentagon_spec(p, W.shape[1]), loss, W=W, b=np.full(W.shape[1], b))


def test_what_the_arrows_form() -> None:
    assert findings.arrangement(shape(PENTAGON)) == "**pentagon**, no angle more than 0° from the ideal"
    near = findings.arrangement(Shape("pentagon", (0, 1, 2, 3, 4), 3.16e-5))
    assert near == "**pentagon**, no angle more than 3.2 · 10⁻⁵° from the ideal"
    assert findings.arrangement(Shape("irregular", (0, 1, 2), 14.26)) == (
        "irregular, 14° from the nearest shape that has a name"
    )
    assert findings.arrangement(Shape("irregular", (0, 1, 2), np.inf)) == (
        "irregular, more than 30° from the nearest shape that has a name"
    )
    assert findings.arrangement(shape(NOTHING)) == ""


def test_how_many_features_are_embedded() -> None:
    assert findings.embedded(run_of(PENTAGON, 0.5)).startswith(
        "At **S = 0.9** (each feature is nonzero with probability 1 − S = 0.1) the ReLU model embeds "
        "**5 of 5 features in 2 dimensions**: **pentagon**, no angle more than "
    )
    # Two features of five leave 0.81 + 0.729 + 0.6561 times p/3 - p²/4, which is 0.0677.
    assert findings.embedded(run_of(PENTAGON, 0.0677 / 3)).endswith(
        " from the ideal. A linear model keeps 2 at best; its loss is then 3 times that of the ReLU model."
    )
    assert findings.embedded(run_of(NOTHING, p=1)) == (
        "At **S = 0** (each feature is nonzero with probability 1 − S = 1) the ReLU model embeds "
        "**0 of 5 features in 2 dimensions**. A linear model keeps 2 at best; its loss is then 82 % less than that of "
        "the ReLU model."
    )


def test_the_ends_of_the_sweep() -> None:
    shapes = [shape(W) for W in (TWO, DIGONS, PENTAGON)]
    assert findings.sweep(5, shapes, (0.0, 0.8, 0.99)) == (
        "The same 5 features, trained at three sparsities: from **orthogonal pair** at S = 0 to **pentagon** at "
        "S = 0.99. The deck's three pictures, S = 0, 0.8 and 0.9, are shaded."
    )


@pytest.mark.parametrize(
    ("last", "more"),
    [
        (shape(PENTAGON), " From S = 0.9 on, training finds the pentagon instead."),
        (shape(DIGONS), ""),
        (Shape("irregular", (0, 1, 2, 3, 4), 12.0), ""),
    ],
)
def test_from_where_superposition_pays(last: Shape, more: str) -> None:
    # Equal importances: four antipodal features against two lost ones, 4 p² / 6 < 2 (p/3 − p²/4) for p < 4/7.
    assert findings.superposition_pays(np.ones(5), [shape(TWO), shape(DIGONS), last], (0.0, 0.8, 0.9)) == (
        f"Computed exactly, two digons have a smaller loss than two features alone from S = 0.43 on.{more}"
    )


def test_positive_interference() -> None:
    # In a pentagon five pairs are 72° apart: cos 72° = 0.309.
    start = "At **S = 0.9**, **5 of 10 pairs** of embedded features interfere positively (Wᵢ · Wⱼ ≥ 0.05); "
    assert findings.positive_interference(run_of(PENTAGON, b=-0.2)) == (
        f"{start}the largest product is 0.31, and 0.11 with its bias: that is what comes out."
    )
    assert "is 0.31, and 0.00 with its bias" in findings.positive_interference(run_of(PENTAGON, b=-0.5))
    assert findings.positive_interference(run_of(DIGONS)) == (
        "At **S = 0.9**, **0 of 6 pairs** of embedded features interfere positively (Wᵢ · Wⱼ ≥ 0.05); no two arrows "
        "point to the same side."
    )
    assert "**1 of 3 pairs** of embedded features interferes positively" in findings.positive_interference(
        run_of(ONE_POSITIVE)
    )
    assert "**0 of 1 pair** of embedded features interfere " in findings.positive_interference(run_of(TWO))
    assert "**0 of 0 pairs** of" in findings.positive_interference(run_of(NOTHING))


def test_positive_products_as_alternative_text() -> None:
    assert findings.positive_products(run_of(PENTAGON)) == (
        "5 of 10 pairs of embedded features have a positive product at S = 0.9, at most 0.31."
    )
    assert findings.positive_products(run_of(ONE_POSITIVE)) == (
        "1 of 3 pairs of embedded features has a positive product at S = 0.9, at most 0.71."
    )
    assert findings.positive_products(run_of(NOTHING)).endswith("at most 0.00.")


def test_other_seeds_from_the_most_frequent_shape() -> None:
    runs = [run_of(DIGONS, 0.3), run_of(PENTAGON, 0.1), run_of(PENTAGON, 0.2)]
    assert findings.other_seeds(runs, run_of(PENTAGON, 0.15)) == (
        "**2 of 3: pentagon**, **1 of 3: two digons**. Their losses run from 0.1 to 0.3; the page's own run has 0.15. "
        "Pictures are turned so that x₁ points to the right, and mirrored to be as like the page's own run as they can."
    )
