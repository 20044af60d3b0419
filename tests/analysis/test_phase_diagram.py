"""Losses of the codes of one extra feature: closed forms, optima, and the least loss that training finds."""

import numpy as np
import pytest

from toymodels.analysis.losses import two_feature_losses
from toymodels.analysis.phase_diagram import CODES, Code, codes_of, optimum, unit_losses


@pytest.mark.parametrize("p", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("r", [0.1, 1.0, 7.0])
def test_two_features_have_the_closed_forms_of_the_phase_boundary(r: float, p: float) -> None:
    closed, losses = two_feature_losses(r, p), unit_losses(2, r, p)
    assert losses["left out"] == pytest.approx(closed.ignore_second)
    assert losses["own dimension"] == pytest.approx(closed.ignore_first)
    assert losses["superposition"] == pytest.approx(closed.antipodal)
    assert "others pair" not in losses


def test_lengths_and_biases_only_lower_the_loss_of_a_pair() -> None:
    p, r = np.geomspace(0.01, 1, 9), np.geomspace(0.1, 10, 7)[:, None]
    unit, best = unit_losses(3, r, p), optimum(3, r, p).losses
    pairs: tuple[Code, ...] = ("superposition", "others pair")
    alone: tuple[Code, ...] = ("left out", "own dimension")
    for code in pairs:
        assert best[code].shape == (7, 9)
        assert (best[code] <= unit[code] * (1 + 1e-9)).all()
    for code in alone:
        np.testing.assert_array_equal(best[code], unit[code])
    # By symmetry: importances (1, r) are r times (1 / r, 1).
    np.testing.assert_allclose(best["superposition"], (r * best["superposition"][::-1]), rtol=1e-6)
    np.testing.assert_allclose(best["others pair"][0], best["superposition"][3], rtol=1e-9)


def test_with_three_features_the_pair_of_equal_ones_pays_below_four_sevenths() -> None:
    for p, pays in ((4 / 7 - 0.01, True), (4 / 7 + 0.01, False)):
        losses = unit_losses(3, 5.0, p)
        assert (losses["others pair"] < losses["own dimension"]) == pays
    free = optimum(3, 5.0, 0.65).losses
    assert free["others pair"] < free["own dimension"]


def test_the_optimum_has_the_weights_of_its_code() -> None:
    # A dense, important one; a sparse one; a dense, unimportant one; and two sparse equal ones beside an important one.
    for n, r, p, code in ((2, 5.0, 1.0, "own dimension"), (2, 0.5, 0.1, "superposition"), (2, 0.1, 0.9, "left out"),
                          (3, 9.0, 0.2, "others pair")):  # fmt: skip
        found = optimum(n, r, p)
        assert CODES[int(found.code)] == code
        assert found.loss == min(float(loss) for loss in found.losses.values())
        assert (float(found.superposition) > 0.5) == (code == "superposition")
        assert (float(found.length) > 0.5) == (code != "left out")
    # Equal features at p = .8: the shorter arrow of the best pair is .44, and counts as left out.
    unequal = optimum(2, 0.999, 0.8)
    assert unequal.losses["superposition"] < unequal.losses["left out"]
    assert CODES[int(unequal.code)] == "left out"


@pytest.mark.parametrize(
    ("W", "code"),
    [
        ([[1, 0.2]], "left out"),
        ([[1, -0.8]], "superposition"),
        ([[0.1, 1]], "own dimension"),
        ([[1, -1, 0], [0, 0, 1]], "others pair"),
        ([[1, 0, 0], [0, 1, -1]], "superposition"),
        ([[1, 0, 0], [0, 0, 1]], "own dimension"),
    ],
)
def test_codes_are_read_off_the_weights(W: list[list[float]], code: Code) -> None:
    assert CODES[int(codes_of([W])[0])] == code
