"""Sentences of the density sweep page, on models by hand."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.density_sweep import Instance, instances, specimen
from toymodels.arrays import Array
from toymodels.experiments.findings import ladder as findings
from toymodels.experiments.ladder import density_sweep_spec

TWO = np.eye(2, 4)
THREE = np.array([[1.0, 0, 0, 0], [0, 1, -1, 0]])
FOUR = np.array([[1.0, 0, 0, -1], [0, 1, -1, 0]])
NOTHING = np.zeros((2, 4))


def model(W: Array, density: float = 1.0, loss: float = 0.01) -> Instance:
    m, n = W.shape
    return instances(made(density_sweep_spec("relu", n, m, densities=(density,)), loss, W=W))[0]


@pytest.mark.parametrize(
    ("W", "words"),
    [
        (FOUR, "**4 of 4 features in 2 dimensions**, 2 antipodal pairs. D* = 0.5, loss 2 · 10⁻⁵."),
        (THREE, "**3 of 4 features in 2 dimensions**, 1 antipodal pair. D* = 0.667, loss 2 · 10⁻⁵."),
        (TWO[:1], "**1 of 4 features in 1 dimension**, 0 antipodal pairs. D* = 1, loss 2 · 10⁻⁵."),
    ],
)
def test_one_density(W: Array, words: str) -> None:
    assert findings.one_density("ReLU output", model(W, 0.1, 2e-5)) == f"ReLU output at **1 − S = 0.1**: {words}"


def test_how_many_are_kept_from_dense_to_sparse() -> None:
    row, linear = [model(TWO), model(FOUR, 0.1)], [model(TWO), model(TWO, 0.1)]
    kept = "ReLU output keeps **2 of 4 features in 2 dimensions** at 1 − S = 1, and **4** at 1 − S = 0.1."
    assert findings.kept("ReLU output", row) == kept
    assert findings.kept("ReLU output", row, linear) == f"{kept} The linear one never keeps more than **2**."
    beside_relu = findings.kept("GELU output", row, linear, "ReLU")
    assert beside_relu.endswith(f" The ReLU one keeps **{linear[-1].n_represented}** there.")


@pytest.mark.parametrize("row", [[model(NOTHING)], [model(NOTHING), model(NOTHING, 0.1)]])
def test_the_same_number_at_every_density(row: list[Instance]) -> None:
    assert findings.kept("Linear output", row) == (
        "Linear output keeps **0 of 4 features in 2 dimensions** at every density here."
    )


def test_equal_ends_with_more_between_are_not_the_same_everywhere() -> None:
    row = [model(TWO), model(FOUR, 0.1), model(TWO, 0.01)]
    assert findings.kept("ReLU output", row).endswith("at 1 − S = 1, and **2** at 1 − S = 0.01.")


def test_values_beyond_one() -> None:
    assert findings.beyond_one(0, 0.9) == ""
    assert findings.beyond_one(1, 1.234) == "1 value is beyond ±1, up to ±1.23, and drawn as ±1"
    assert findings.beyond_one(2, 3.0) == "2 values are beyond ±1, up to ±3, and drawn as ±1"


def test_other_seeds() -> None:
    counts = {1.0: [5, 5], 0.3: [7, 5, 6]}
    assert findings.spans(counts) == "5 at 1, 5 to 7 at 0.3"
    assert findings.other_seeds("ReLU output", counts) == (
        "ReLU output, features represented over eight other seeds, by 1 − S: **5 at 1, 5 to 7 at 0.3**. A dot is as "
        "large as the number of seeds that end there; the line is their mean."
    )


def test_one_feature_along_the_sweep() -> None:
    rows = {"Linear output": [model(TWO), model(TWO, 0.1)], "ReLU output": [model(THREE), model(FOUR, 0.1)]}
    assert findings.one_feature(3, 0.343, rows) == (
        "**Feature 4** has importance 0.343. Linear output represents it at 0 of 2 densities. ReLU output represents "
        "it at 1 of 2 densities; its opposite is 1 at 0.1."
    )
    assert findings.one_feature(0, 1.0, {"ReLU output": [model(THREE)]}) == (
        "**Feature 1** has importance 1. ReLU output represents it at 1 of 1 density."
    )


def test_how_a_panel_is_read_has_its_own_numbers() -> None:
    words = findings.how_to_read(model(FOUR))
    assert "4 of 4 features have an arrow" in words
    assert "features 1 and 4 point opposite ways, W₁ · W₄ = −1.00" in words
    assert "4 of them here" in words
    assert "2 / 4 = 0.5" in words
    alone = findings.how_to_read(model(TWO))
    assert "opposite ways" not in alone
    assert "0 of them here" in alone
    assert "Here no feature has an arrow" in findings.how_to_read(model(NOTHING))


def test_the_specimen_is_the_first_model_with_more_features_than_dimensions() -> None:
    row = [model(TWO), model(THREE, 0.3), model(FOUR, 0.1)]
    assert specimen(row) is row[1]
    linear = [model(TWO), model(TWO, 0.3), model(TWO, 0.1)]
    assert specimen(linear) is linear[1]
