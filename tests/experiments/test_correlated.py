"""Claims and findings of the page "correlated", on trained runs and on weights for which they are false."""

from dataclasses import replace

import numpy as np
import pytest

import toymodels as tm
from tests.experiments.made import made
from toymodels.analysis.losses import estimate
from toymodels.experiments import correlated as claims
from toymodels.experiments.correlated import (
    KINDS,
    N_COLLAPSED,
    N_PLANE,
    Kind,
    kept_apart,
    pairs_spec,
    partner_cosines,
    sweep_spec,
)
from toymodels.experiments.findings import correlated as findings
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.run import Run

RIGHT = np.array([[1, 0, -1, 0], [0, 1, 0, -1.0]])
"""Partners at right angles: x_1 and x_2, x_3 and x_4."""

OPPOSITE = np.array([[1, -1, 0, 0], [0, 0, 1, -1.0]])

SUMS = np.array([[1, 1, 0, 0], [0, 0, 1, 1.0]]) / np.sqrt(2)


@pytest.fixture(scope="module")
def together() -> Run:
    return tm.train(sweep_spec("together", 6))


@pytest.fixture(scope="module")
def apart() -> Run:
    return tm.train(sweep_spec("never together", 6))


@pytest.fixture(scope="module")
def collapsed() -> Run:
    return tm.train(pairs_spec("together", N_COLLAPSED, N_PLANE, DENSITIES), tracked=True)


def test_the_cosine_is_that_of_partners_alone() -> None:
    np.testing.assert_allclose(partner_cosines(RIGHT), [0, 0])
    np.testing.assert_allclose(partner_cosines([OPPOSITE, SUMS]), [[-1, -1], [1, 1]])
    assert kept_apart([RIGHT, OPPOSITE, SUMS]).tolist() == [2, 2, 0]
    assert kept_apart(np.where([True, True, True, False], RIGHT, 0)) == 1


def test_data_of_each_kind_are_what_they_are_called() -> None:
    for kind in KINDS:
        spec = pairs_spec(kind, 4, 2, 0.3)
        x = spec.data.sample(spec.probabilities, 20_000, np.random.default_rng(0))[0] > 0
        both = (x[:, ::2] & x[:, 1::2]).mean()
        assert both == pytest.approx({"together": 0.3, "independent": 0.09, "never together": 0}[kind], abs=0.01)
        assert x.mean() == pytest.approx(0.3, abs=0.01)


def test_correlated_partners_are_at_right_angles_where_sparse(together: Run) -> None:
    assert claims.sparse_partners_are_at_right_angles(together).holds
    for W in (OPPOSITE, SUMS):
        assert claims.sparse_partners_are_at_right_angles(made(sweep_spec("together", 4), W=W)).holds is False


def test_correlated_partners_share_a_direction_where_denser(together: Run) -> None:
    assert claims.denser_partners_share_a_direction(together).holds
    assert claims.denser_partners_share_a_direction(made(sweep_spec("together", 4), W=RIGHT)).holds is False


def test_anticorrelated_partners_are_opposite_and_lose_nothing(apart: Run) -> None:
    assert claims.features_that_are_never_together_are_opposite(apart).holds
    spec = sweep_spec("never together", 4)
    assert claims.features_that_are_never_together_are_opposite(made(spec, 0.0, W=RIGHT)).holds is False
    assert claims.features_that_are_never_together_are_opposite(made(spec, 1.0, W=OPPOSITE)).holds is False
    # An opposite pair that is never active together loses nothing: ReLU(x_1 - x_2) is x_1, or 0.
    pair = tm.Autoencoder(2, 1, 0.5, 1.0, data=tm.data.Anticorrelated(((0, 1),)))
    loss, _ = estimate(pair, {"W": np.array([[[1, -1.0]]]), "b": np.zeros((1, 2))}, seed=0)
    assert loss == pytest.approx(0, abs=1e-12)


def test_dense_pairs_are_principal_components(collapsed: Run) -> None:
    assert claims.dense_is_principal_components(collapsed).holds
    assert claims.dense_is_principal_components(replace(collapsed, loss=1.1 * collapsed.loss)).holds is False


def test_sparse_pairs_keep_both_features(collapsed: Run) -> None:
    assert claims.sparse_pairs_keep_both_features(collapsed).holds
    swapped = replace(collapsed, parameters={**collapsed.parameters, "W": collapsed.W[::-1]})
    assert claims.sparse_pairs_keep_both_features(swapped).holds is False


@pytest.mark.parametrize(("W", "angle"), [(RIGHT, "90° and 90°"), (OPPOSITE, "180° and 180°"), (SUMS, "0° and 0°")])
def test_the_finding_says_the_angles(W: np.ndarray, angle: str) -> None:
    runs: dict[Kind, Run] = {kind: made(pairs_spec(kind, 4, 2, 0.1), W=W) for kind in KINDS}
    assert f"at **{angle}**" in findings.partners(runs)
    dense = {"together": made(pairs_spec("together", 4, 2, 0.8), W=W)}
    assert "from S = 0.5 on" in findings.partners(dense)  # type: ignore[arg-type]


def test_the_findings_of_the_sweep_and_of_the_collapse_have_the_runs_own_numbers(together: Run, apart: Run) -> None:
    words = findings.sweep(together, apart)
    found = partner_cosines(together.W)
    last = min(p for p, one in zip(together.spec.densities, found, strict=True) if (one >= 0.9).all())
    assert f"down to 1 − S = {last:g}" in words
    flat = made(sweep_spec("together", 6), W=np.eye(3, 6))
    assert "no one angle" in findings.sweep(flat, apart)
    spec = pairs_spec("together", 4, 2, 0.5)
    assert "Every pair is **one direction**" in findings.collapse(made(spec, W=SUMS))
    assert "**2 pairs of 2** keep both" in findings.collapse(made(spec, W=RIGHT))
    assert "**1 pair of 2** keeps both" in findings.collapse(made(spec, W=np.where([1, 1, 1, 0], RIGHT, 0)))


def test_other_seeds_are_counted_by_pair() -> None:
    assert "**2 of 4 pairs**" in findings.other_seeds([partner_cosines(RIGHT), partner_cosines(SUMS)])


@pytest.mark.parametrize(
    ("cosines", "text"),
    [([-0.9999, -0.998], "−1.00"), ([-0.03, 0.0, 0.05], "−0.03 to 0.05"), ([-0.001, 0.2], "0.00 to 0.20")],
)
def test_cosines_have_a_minus_sign_and_are_one_number_where_they_read_alike(cosines: list[float], text: str) -> None:
    assert claims.cosine_span(np.array(cosines)) == text
