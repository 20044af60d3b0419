"""Sentences of the geometry page, on polytopes by hand."""

import numpy as np
import pytest

from toymodels.analysis.feature_graph import groups
from toymodels.analysis.polytopes import BY_NAME, polygon
from toymodels.arrays import Array
from toymodels.experiments.findings import geometry as findings

DIGON, PENTAGON = BY_NAME["digon"].W, polygon(5)


def beside(*parts: Array) -> Array:
    """Arrangements in separate subspaces, (hidden, features)."""
    W = np.zeros((sum(len(part) for part in parts), sum(part.shape[1] for part in parts)))
    row = column = 0
    for part in parts:
        W[row : row + len(part), column : column + part.shape[1]] = part
        row, column = row + len(part), column + part.shape[1]
    return W


def test_a_model_in_words_counts_its_arrangements() -> None:
    degrees = np.radians([0, 40, 180, 200])
    odd = np.array([np.cos(degrees), np.sin(degrees)])
    W = beside(DIGON, PENTAGON, DIGON, odd, np.ones((1, 1)))
    assert findings.arrangements(groups(W)) == "2 × digon, 1 × pentagon, 1 × irregular of 4, 1 alone"
    assert findings.arrangements([]) == "no feature is represented by itself"


def test_more_than_six_arrangements_are_not_all_named() -> None:
    names = ("digon", "triangle", "tetrahedron", "square antiprism", "cube", "simplex in 4 dimensions")
    W = beside(*(BY_NAME[name].W for name in names), PENTAGON)
    assert findings.arrangements(groups(W)).endswith(" and others")


def test_how_many_features_are_represented() -> None:
    # m / |W|² = 3 / 7.
    assert findings.dimensions(beside(DIGON, PENTAGON), 8) == (
        "At **1 / (1 − S) = 8** (S = 0.875) **7 of 7 features** are represented (|Wᵢ| ≥ 0.5), |Wᵢ|² is 1.00 on "
        "average. **D\\* = m / |W|² = 0.429**."
    )
    assert "(S = 0) **0 of 2 features** are represented (|Wᵢ| ≥ 0.5). **D\\* = m / |W|² = 25.000**." in (
        findings.dimensions(0.2 * np.eye(2), 1)
    )


@pytest.mark.parametrize(
    ("W", "words"),
    [
        (
            beside(DIGON, PENTAGON),
            "the represented ones have Dᵢ from **0.400 to 0.500**; all 7 add up to **3.00**, for m = 3.",
        ),
        (np.diag([1, 0.1]), "the represented one has Dᵢ = **1.000**; all 2 add up to **2.00**, for m = 2."),
        (0.1 * np.eye(2), "no feature is represented; all 2 add up to **2.00**, for m = 2."),
    ],
)
def test_the_range_of_dimensionalities(W: Array, words: str) -> None:
    assert findings.dimensionalities(W, 8) == f"Every feature's Dᵢ, at every density. At 8 {words}"


def test_groups_at_right_angles_are_a_tegum_product() -> None:
    W = beside(DIGON, PENTAGON)
    assert findings.all_groups(W, groups(W)) == (
        "**2 groups**: 1 × pentagon, 1 × digon. All groups are at right angles to one another, within 0.0°. Geometry "
        "calls such an arrangement of polytopes in separate subspaces a **tegum product**."
    )


def test_groups_that_are_not_at_right_angles() -> None:
    # The second digon is tilted by 8° towards the first; its products with it, sin 8° = 0.14, join nothing.
    tilt = np.radians(8)
    W = np.array([[1, -1, np.sin(tilt), -np.sin(tilt)], [0, 0, np.cos(tilt), -np.cos(tilt)]])
    assert findings.all_groups(W, groups(W)) == (
        "**2 groups**: 2 × digon. They are not at right angles to one another, up to 8° off. So they interfere, and "
        "their Dᵢ are below those of the ideal."
    )
    # Three digons, 60° from one another, in the plane.
    angles = np.radians([0, 180, 60, 240, 120, 300])
    hexagon = np.array([np.cos(angles), np.sin(angles)])
    found = groups(hexagon, 0.9)
    assert "3 × digon. One by one they take 3 dimensions, and there are 2: they" in findings.all_groups(hexagon, found)


def test_a_single_group_has_no_angle_to_others() -> None:
    assert findings.all_groups(PENTAGON, groups(PENTAGON)) == "**1 group**: 1 × pentagon."


def test_one_group() -> None:
    found = groups(beside(DIGON, PENTAGON, np.ones((1, 1))))
    assert (
        findings.one_group(1, found) == "**Group 1** of 3: pentagon, 5 features in 2 dimensions, Dᵢ = 0.400 on average."
    )
    assert findings.one_group(2, found) == "**Group 2** of 3: digon, 2 features in 1 dimension, Dᵢ = 0.500 on average."
    assert findings.one_group(3, found) == (
        "**Group 3** of 3: one feature, 1 feature in 1 dimension, Dᵢ = 1.000 on average."
    )


def test_angles_between_represented_features() -> None:
    # sin 5° = 0.087.
    assert findings.angles(3, np.array([0.0, 0.08, -1.0])) == (
        "**Angles** between the 3 represented features: 67 % of all pairs are within 5° of a right angle."
    )
    assert findings.near_right_angle(np.array([0.09])) == 0
    assert findings.near_right_angle(np.zeros(0)) == 1


def test_nothing_is_joined() -> None:
    end = (
        "the others share the remaining dimensions a little, as in principal components, whose axes are arbitrary. A "
        "lower threshold joins features with smaller products."
    )
    start = "**No two features are joined here.**"
    assert findings.nothing_joined(groups(np.eye(2))) == f"{start} 2 have a direction of their own; {end}"
    assert findings.nothing_joined(groups(np.eye(1))) == f"{start} 1 has a direction of its own; {end}"
    assert findings.nothing_joined(groups(np.zeros((2, 3)))) == f"{start} 0 have a direction of their own; {end}"


@pytest.mark.parametrize(
    ("nines", "there"), [(0, "there is none."), (1, "there is 1 such group."), (2, "there are 2 such groups.")]
)
def test_convergence(nines: int, there: str) -> None:
    assert findings.convergence(0.004, 0.0123, 0.001, nines) == (
        "Has training converged? Half as many steps give the same loss within 0.4 % (± 0.1 %) at every density, and "
        "the same D* within 1.2 %. Nine features in four dimensions, each with Dᵢ = 4/9, have been reported by others: "
        f"with this seed {there}"
    )


def test_the_visitors_own_training() -> None:
    W = beside(DIGON, PENTAGON)
    assert findings.own_training(W, groups(W)) == (
        "**7 of 7 features in 3 dimensions**, D* = 0.429, the Dᵢ add up to 3.00: 1 × pentagon, 1 × digon."
    )
    assert findings.own_training(0.1 * np.eye(2), []) == (
        "**0 of 2 features in 2 dimensions**, D* = 100.000, the Dᵢ add up to 2.00: no feature is represented by itself."
    )
