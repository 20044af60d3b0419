"""The slides "Linear Model" and "ReLU Output Model", in the deck's words, over eight seeds."""

from collections.abc import Callable

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.density_sweep import Neighbour, entries_outside_one, instances, nearest_features
from toymodels.app.shell.density_list import read_densities
from toymodels.experiments import Check
from toymodels.experiments import ladder as claims
from toymodels.experiments.ladder import DENSITIES, PRESETS, Preset, density_sweep_spec
from toymodels.run import Run
from toymodels.spec import Activation

SEEDS = range(8)
CLAIMS_ABOUT_RELU = (
    claims.dense_relu_keeps_the_top,
    claims.sparsity_adds_features,
    claims.superposition_starts_at_the_bottom,
    claims.early_superposition_is_antipodal,
    claims.sparse_puts_all_in_superposition,
    claims.sparse_biases_are_negative,
)


@pytest.fixture(scope="module")
def relu() -> list[Run]:
    return [tm.train(density_sweep_spec("relu"), seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def linear() -> list[Run]:
    return [tm.train(density_sweep_spec("linear"), seed=seed) for seed in SEEDS]


def run_of(W: np.ndarray, b: np.ndarray, densities: tuple[float, ...], activation: Activation = "relu") -> Run:
    """A run with these weights (instances, hidden, features), as if they had been trained."""
    spec = density_sweep_spec(activation, W.shape[2], W.shape[1], densities=densities)
    nothing = np.zeros(len(densities))
    return Run(spec, 0, 1, 1, {"W": W, "b": b}, nothing, nothing, 0.0)


def test_the_linear_model_represents_exactly_features_1_to_5_at_every_density(linear: list[Run]) -> None:
    for run in linear:
        assert claims.linear_keeps_the_top(run).holds
        assert [np.flatnonzero(model.represented).tolist() for model in instances(run)] == [[0, 1, 2, 3, 4]] * 7


def test_gelu_superposes_fewer_features_than_the_relu(relu: list[Run]) -> None:
    gelu = [tm.train(density_sweep_spec("gelu"), seed=seed) for seed in range(3)]
    assert all(claims.gelu_superposes_less(*pair).holds for pair in zip(gelu, relu[:3], strict=True))
    # Neither the other way round, nor of a model that is linear.
    assert claims.gelu_superposes_less(relu[0], gelu[0]).holds is False
    linear = tm.train(density_sweep_spec("linear"))
    assert claims.gelu_superposes_less(linear, relu[0]).holds is False


def test_in_the_dense_regime_relu_learns_the_top_features_too(relu: list[Run]) -> None:
    for run in relu:
        assert claims.dense_relu_keeps_the_top(run).holds
        assert not instances(run)[0].in_superposition.size


def test_superposition_appears_first_among_less_important_features_in_antipodal_pairs(relu: list[Run]) -> None:
    starts = [claims.superposition_starts_at_the_bottom(run) for run in relu]
    pairs = [claims.early_superposition_is_antipodal(run) for run in relu]
    assert sum(check.holds is True for check in starts) >= 7, [check.measured for check in starts]
    assert sum(check.holds is True for check in pairs) >= 7, [check.measured for check in pairs]
    for run in relu:
        first = claims.first_superposition(run)
        assert first is not None
        assert 0.03 <= first.density <= 0.3
        assert 0 not in first.in_superposition


def test_at_a_thousandth_everything_is_in_superposition_and_biases_are_negative(relu: list[Run]) -> None:
    for run in relu:
        assert claims.sparse_puts_all_in_superposition(run).holds
    biases = [claims.sparse_biases_are_negative(run) for run in relu]
    assert sum(check.holds is True for check in biases) >= 7, [check.measured for check in biases]


def test_the_number_of_features_grows_with_sparsity_far_beyond_the_dimensions(relu: list[Run]) -> None:
    counts = np.array([[model.n_represented for model in instances(run)] for run in relu])
    assert (counts[:, 0] == 5).all()
    assert (counts[:, DENSITIES.index(0.1) :] >= 8).all()
    assert (counts[:, DENSITIES.index(0.03) :] >= 10).all()
    assert (np.diff(counts.mean(axis=0))[:4] > 0).all()
    assert np.ptp(counts, axis=0).max() <= 4
    assert all(claims.sparsity_adds_features(run).holds for run in relu)


def test_relu_is_never_worse_than_linear(relu: list[Run], linear: list[Run]) -> None:
    for one, other in zip(relu, linear, strict=True):
        check = claims.relu_is_never_worse(one, other)
        assert check.holds, check.measured
    untrained = tm.train(density_sweep_spec("relu"), steps=1, restarts=1)
    assert claims.relu_is_never_worse(untrained, linear[0]).holds is False


# ---- what breaks a claim, and what cannot test it ----


def test_claims_fail_on_weights_that_break_them() -> None:
    # Five dimensions for features 1 .. 5, and then feature 0 opposite to feature 1 with a positive bias.
    W = np.zeros((2, 5, 20))
    W[:, :, 1:6] = np.eye(5)
    W[1, 0, 0] = -1
    b = np.full((2, 20), 0.1)
    run = run_of(W, b, (1.0, 0.001))
    assert claims.dense_relu_keeps_the_top(run).holds is False
    assert claims.superposition_starts_at_the_bottom(run).holds is False
    assert claims.sparse_puts_all_in_superposition(run).holds is False
    assert claims.sparse_biases_are_negative(run).holds is False
    assert claims.linear_keeps_the_top(run_of(W, b, (1.0, 0.001), "linear")).holds is False
    assert claims.sparsity_adds_features(run_of(W[:1], b[:1], (0.05,))).holds is False
    triangle = np.array([[[1, -0.5, -0.5], [0, 0.87, -0.87]]])
    both = np.concatenate([np.array([[[1.0, 0, 0], [0, 1, 0]]]), triangle])
    assert claims.early_superposition_is_antipodal(run_of(both, np.zeros((2, 3)), (1.0, 0.1))).holds is False


@pytest.mark.parametrize("claim", CLAIMS_ABOUT_RELU)
def test_a_model_without_less_important_features_or_without_the_density_does_not_test_a_claim(
    claim: Callable[[Run], Check],
) -> None:
    other = Run(
        density_sweep_spec("relu", 4, 4, decay=1.0, densities=(0.5,)),
        0, 1, 1, {"W": np.eye(4)[None], "b": np.zeros((1, 4))}, np.zeros(1), np.zeros(1), 0.0,
    )  # fmt: skip
    check = claim(other)
    assert check.holds is None
    assert check.measured


def test_a_model_that_represents_nothing_breaks_claims_and_nothing_else() -> None:
    run = run_of(np.zeros((2, 2, 5)), np.zeros((2, 5)), (1.0, 0.001))
    assert claims.sparse_puts_all_in_superposition(run).holds is False
    assert claims.sparse_biases_are_negative(run).holds is False
    assert claims.superposition_starts_at_the_bottom(run).holds is None


def test_sentences_count_features_from_one() -> None:
    W = np.zeros((2, 2, 6))
    W[:, 0, 0] = 1
    W[0, 1, 1] = 1
    W[1, 1, [3, 5]] = 1, -1
    run = run_of(W, np.zeros((2, 6)), (1.0, 0.1))
    dense = claims.dense_relu_keeps_the_top(run)
    assert "features 1 to 2 at 1 − S = 1" in dense.claim
    assert (dense.measured, dense.holds) == ("Represented at 1 − S = 1: 1, 2.", True)
    assert claims.superposition_starts_at_the_bottom(run).measured == (
        "First at 1 − S = 0.1: features 4, 6 share directions; with a direction of their own: 1."
    )
    assert claims.early_superposition_is_antipodal(run).measured == "Pairs at 1 − S = 0.1: 4 against 6."


# ---- the density sweep ----


def test_neighbours_are_the_nearest_represented_features_closest_first() -> None:
    W = np.array([[1, -1, 0.6, 0, 0.1], [0, 0, 0.8, 1, 0]])
    nearest = nearest_features(W)
    assert [near.feature for near in nearest[0]] == [1, 2]
    assert nearest[0][0] == Neighbour(1, -1.0)
    assert nearest[0][0].opposite
    assert not nearest[0][1].opposite
    assert [near.feature for near in nearest[2]] == [3, 0, 1]
    # Feature 4 has a direction, but is too short to count.
    assert nearest[4] == []
    assert all(near.feature != 4 for row in nearest for near in row)


def test_what_the_colours_cannot_show_is_counted() -> None:
    W = np.array([[[1.2, 0], [0, 0.5]]])
    for run, largest in (
        (run_of(W, np.zeros((1, 2)), (1.0,)), 1.44),
        (run_of(W / 2, np.array([[0, -1.5]]), (1.0,)), 1.5),
    ):
        number, found = entries_outside_one(instances(run))
        assert number == 1
        assert found == pytest.approx(largest)


@pytest.mark.parametrize(
    ("text", "densities"),
    [("1", (1.0,)), (".1, 1 .3,.1", (1.0, 0.3, 0.1)), ("0.12345678 0.12346", (0.1235,)), ("1e-3", (0.001,))],
)
def test_densities_are_read_from_dense_to_sparse_each_once(text: str, densities: tuple[float, ...]) -> None:
    assert read_densities(text) == densities


@pytest.mark.parametrize(
    "text", ["", " , ", "x", "0", "1.5", "-0.1", "nan", "inf", "1e-9", "1 " * 10_000, " ".join(map(str, range(30)))]
)
def test_what_is_no_list_of_densities_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="densities must be 1 to 20 numbers from"):
        read_densities(text)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets_are_specs_and_their_densities_can_be_typed(preset: Preset) -> None:
    spec = density_sweep_spec("relu", preset.n_features, preset.n_hidden, preset.decay, preset.densities)
    assert read_densities(", ".join(f"{p:g}" for p in preset.densities)) == spec.feature_probability
