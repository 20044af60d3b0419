"""The slides "Can we quantify superposition?", in the deck's words; gradient descent from a W, over several seeds."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.polytopes import Polytope, shape
from toymodels.app.views.formulas import dimensionality_formula, superposition_formula
from toymodels.experiments import measure as claims
from toymodels.experiments.arrangements import ARRANGEMENTS, DECK
from toymodels.experiments.measure import by_hand
from toymodels.spec import Activation

BY_NAME = {arrangement.name: arrangement for arrangement in ARRANGEMENTS}
NAMES = ("eyes", "nose", "lips", "head")
STEPS = 1000


def improved(W: np.ndarray, sparsity: float, seed: int, activation: Activation = "relu") -> tuple[tm.Run, tm.Run]:
    spec = tm.Autoencoder(W.shape[1], W.shape[0], round(1 - sparsity, 6), 1.0, activation)
    start = by_hand(spec, W, seed)
    return start, tm.train(spec, seed, steps=STEPS, start=start.parameters)


def test_the_decks_numbers() -> None:
    np.testing.assert_array_equal(tm.gram(DECK.W), [[1, 0, -1, 0], [0, 1, 0, -1], [-1, 0, 1, 0], [0, -1, 0, 1]])
    np.testing.assert_array_equal(tm.superposition(DECK.W), [1, 1, 1, 1])
    np.testing.assert_array_equal(tm.feature_dimensionality(DECK.W), [0.5, 0.5, 0.5, 0.5])
    for check in (
        claims.decks_numbers(DECK.W),
        claims.inverse_gives_every_feature_back(DECK.W, NAMES, "relu"),
        claims.polytopes_have_their_fraction(DECK.W),
        claims.every_dimension_is_used(DECK.W),
    ):
        assert check.holds is True, check
    assert claims.every_dimension_is_used(DECK.W).measured == "Σ Dᵢ = 2, m = 2."


def test_the_inverse_needs_the_relu() -> None:
    check = claims.inverse_gives_every_feature_back(DECK.W, NAMES, "linear")
    assert check.holds is False
    assert check.measured == "At worst eyes = 1 comes back with lips = −1, which should be 0."


def test_the_pentagon_has_positive_interference_and_no_inverse() -> None:
    check = claims.inverse_gives_every_feature_back(BY_NAME["pentagon"].W, "abcde", "relu")
    assert check.holds is False
    assert "0.309" in check.measured


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda one: one.name)
def test_polytopes(arrangement: Polytope) -> None:
    assert claims.polytopes_have_their_fraction(arrangement.W).holds is True
    assert claims.every_dimension_is_used(arrangement.W).holds is True


def test_claims_fail_on_weights_that_break_them() -> None:
    crooked = DECK.W + np.array([[0, 0, 0, 0.5], [0, 0, 0.5, 0]])
    assert claims.every_dimension_is_used(crooked).holds is False
    assert claims.inverse_gives_every_feature_back(crooked, NAMES, "relu").holds is False
    assert claims.inverse_gives_every_feature_back(0.5 * DECK.W, NAMES, "relu").measured == (
        "At worst eyes = 1 comes back as 0.25 (1/4)."
    )
    assert claims.decks_numbers(crooked).holds is None
    assert claims.polytopes_have_their_fraction(crooked).holds is None
    start, end = improved(DECK.W, 0.1, 0)
    assert claims.descent_makes_it_no_worse(end, start).holds is False


@pytest.mark.parametrize("seed", range(4))
def test_gradient_descent_keeps_what_suits_the_sparsity(seed: int) -> None:
    for name, sparsity in (("two digons", 0.9), ("pentagon", 0.95), ("square antiprism", 0.95)):
        W = BY_NAME[name].W
        start, end = improved(W, sparsity, seed)
        assert claims.descent_makes_it_no_worse(start, end).holds, (name, start.loss, end.loss)
        assert shape(end.W[0]).name == shape(W).name


@pytest.mark.parametrize("seed", range(4))
def test_gradient_descent_leaves_what_does_not(seed: int) -> None:
    for name, sparsity, becomes in (
        ("orthogonal, two left out", 0.9, "two digons"),
        ("pentagon", 0.5, "two digons"),
        ("cube", 0.95, "square antiprism"),
    ):
        start, end = improved(BY_NAME[name].W, sparsity, seed)
        assert end.loss[0] < 0.95 * start.loss[0]
        assert shape(end.W[0]).name == becomes, name


@pytest.mark.parametrize("seed", range(4))
def test_a_linear_output_tears_the_square_apart(seed: int) -> None:
    _, end = improved(DECK.W, 0.9, seed, "linear")
    assert not claims.decks_numbers(end.W[0]).holds
    # What is left is two orthogonal directions, shared by all: W^T W is a projection.
    products = tm.gram(end.W[0])
    np.testing.assert_allclose(products @ products, products, atol=0.03)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda one: one.name)
@pytest.mark.parametrize("sparsity", [0.0, 0.7, 0.95])
def test_gradient_descent_makes_no_arrangement_worse(arrangement: Polytope, sparsity: float) -> None:
    start, end = improved(arrangement.W, sparsity, 0)
    check = claims.descent_makes_it_no_worse(start, end)
    assert check.holds, check.measured


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5, 0.5], "0.5 (1/2) each"),
        ([2 / 3], "0.667 (2/3)"),
        ([0.4, 0.5], "0.4 (2/5) to 0.5 (1/2)"),
        ([0.123456, 0.3], "0.123 to 0.3"),
        ([2.88e-7, 1.02], "0 to 1.02"),
        ([-0.5, -0.5], "−0.5 (−1/2) each"),
    ],
)
def test_numbers_as_words(values: list[float], words: str) -> None:
    assert claims.span(values) == words


def test_the_formulas_have_the_numbers_put_in() -> None:
    assert "(0)^2 + (-1)^2 + (0)^2 = 1" in superposition_formula(DECK.W, 0)
    assert r"\frac{1}{1 + 1} = 0.5" in dimensionality_formula(DECK.W, 0)
    out = BY_NAME["orthogonal, two left out"].W
    assert "D_{3} = 0" in dimensionality_formula(out, 2)
    assert "= 0" in superposition_formula(np.ones((1, 1)), 0)
