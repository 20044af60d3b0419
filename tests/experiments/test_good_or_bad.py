"""The last slide, in the deck's words, over several seeds."""

from dataclasses import replace

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.equivalent_dimensions import equivalent_dimensions, equivalent_dimensions_error
from toymodels.analysis.linear_probes import held_out_samples, probe_neurons
from toymodels.analysis.neurons import Count, count
from toymodels.analysis.transitions import Jump, Transitions, find_transitions
from toymodels.experiments import good_or_bad as claims
from toymodels.experiments.absolute_value import absolute_value_spec, absolute_value_steps
from toymodels.experiments.observation import FRAMES, STEPS, observed_spec, observed_start
from toymodels.experiments.storage import DECAY, DENSITIES, HELD_OUT, storage_spec
from toymodels.experiments.storage import STEPS as STORAGE_STEPS
from toymodels.run import Run
from toymodels.training import default_config

SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_superposition_saves_dimensions_and_the_more_the_sparser(seed: int) -> None:
    sweep = tm.train(storage_spec(5, DENSITIES), seed)
    for check in (claims.superposition_saves_dimensions(sweep), claims.saving_grows_with_sparsity(sweep)):
        assert check.holds, check.measured
    found = equivalent_dimensions(sweep)
    assert found[0] == pytest.approx(5, abs=0.05)
    assert 8.5 <= found[DENSITIES.index(0.1)] <= 10
    assert found[-1] >= 13


@pytest.mark.parametrize("m", [2, 10])
def test_other_numbers_of_dimensions_save_as_well(m: int) -> None:
    sweep = tm.train(storage_spec(m, DENSITIES))
    for check in (claims.superposition_saves_dimensions(sweep), claims.saving_grows_with_sparsity(sweep)):
        assert check.holds, check.measured


@pytest.mark.parametrize(("p", "decay"), [(0.1, DECAY), (0.01, 0.7)])
def test_a_point_of_the_curve_needs_fewer_held_out_samples(p: float, decay: float) -> None:
    for m in (10, 15):
        spec = storage_spec(m, p, decay)
        few = replace(default_config(spec), steps=STORAGE_STEPS, held_out=HELD_OUT)
        many = replace(few, held_out=default_config(spec).held_out)
        point, exact = (tm.train(spec, config=config) for config in (few, many))
        np.testing.assert_array_equal(point.W, exact.W)
        error = equivalent_dimensions_error(point)
        assert error[0] < 0.05
        assert abs(equivalent_dimensions(point) - equivalent_dimensions(exact))[0] < 3 * error[0]


def test_a_linear_model_saves_nothing() -> None:
    linear = tm.train(tm.Autoencoder(20, 5, DENSITIES, 0.9, "linear"))
    assert claims.superposition_saves_dimensions(linear).holds is False


def watched(seed: int) -> Transitions:
    spec = observed_spec(0.1)
    start = observed_start(spec, "no superposition", seed)
    return find_transitions(tm.train(spec, seed, steps=STEPS, snapshots=FRAMES, start=start))


def test_nearly_all_jumps_fall_in_drops_and_clearly_more_than_chance_gives() -> None:
    films = [watched(seed) for seed in range(8)]
    found = sum(len(film.jumps) for film in films)
    matched = sum(film.matched for film in films)
    by_chance = sum(film.covered * len(film.jumps) for film in films)
    assert found >= 40
    assert matched >= 0.9 * found
    assert by_chance <= 0.75 * found
    assert sum(claims.jumps_fall_in_drops(film).holds is not False for film in films) >= 7
    assert sum(claims.every_drop_has_a_jump(film).holds is True for film in films) >= 6


@pytest.fixture(scope="module")
def absolute_runs() -> list[Run]:
    return [tm.train(absolute_value_spec(p), steps=absolute_value_steps(p)) for p in (1.0, 0.01, 0.001)]


def test_a_neuron_computes_more_features_when_these_are_sparse(absolute_runs: list[Run]) -> None:
    counts = [count(run) for run in absolute_runs]
    check = claims.more_features_per_neuron(counts)
    assert check.holds, check.measured
    dense, _, sparsest = (one.features_per_neuron for one in counts)
    assert dense <= claims.WITHOUT_SUPERPOSITION
    assert sparsest >= 1


def test_a_single_neuron_tells_less_and_less(absolute_runs: list[Run]) -> None:
    r2 = {}
    for run in absolute_runs:
        p = run.spec.feature_probability[0]
        r2[p] = probe_neurons(run.W1[0], held_out_samples(p, run.spec.n_features, signed=True)).r2
    check = claims.neurons_explain_less(r2)
    assert check.holds, check.measured
    means = [float(r2.mean()) for r2 in r2.values()]
    assert means[0] > 0.99
    assert 0.6 < means[1] < 0.8
    assert means[2] < 0.4


@pytest.mark.parametrize("seed", SEEDS)
def test_a_single_direction_tells_less_and_less(seed: int) -> None:
    check = claims.directions_explain_less(tm.train(storage_spec(5, DENSITIES), seed))
    assert check.holds, check.measured


def test_claims_fail_where_they_should() -> None:
    alone = Count(
        0.01, monosemantic=40, polysemantic=0, dead=0, both_sides=20, one_side=0, several=0, effective_features=1
    )
    assert claims.more_features_per_neuron([alone]).holds is False
    seen = Transitions(np.arange(9), np.zeros((9, 1, 1)), np.ones(9), np.zeros((9, 1)), [(0, 2)], [])
    outside, inside = Jump(0, 7, 0.0, 0.5, False), Jump(0, 1, 0.0, 0.5, True)
    assert claims.jumps_fall_in_drops(replace(seen, jumps=[outside, inside])).holds is False
    assert claims.jumps_fall_in_drops(replace(seen, jumps=[outside])).holds is False
    assert claims.every_drop_has_a_jump(replace(seen, jumps=[outside])).holds is False
    assert claims.neurons_explain_less({1.0: np.array([0.7]), 0.01: np.array([0.3])}).holds is False
    assert claims.neurons_explain_less({1.0: np.array([1.0]), 0.01: np.array([0.9])}).holds is False
    same = tm.train(storage_spec(5, DENSITIES), steps=1, restarts=1)
    same.parameters["W"][:] = np.eye(5, 20)
    assert claims.directions_explain_less(same).holds is False
    same.loss[:] = same.loss[::-1].copy()
    assert claims.saving_grows_with_sparsity(same).holds is False


def test_claims_say_so_where_they_cannot_be_tested() -> None:
    nothing = Transitions(np.arange(9), np.zeros((9, 1, 1)), np.ones(9), np.zeros((9, 1)), [], [])
    assert claims.jumps_fall_in_drops(nothing).holds is None
    assert claims.every_drop_has_a_jump(nothing).holds is None
    whole = replace(nothing, drops=[(0, 8)], jumps=[Jump(0, 4, 0.0, 0.5, True)])
    check = claims.jumps_fall_in_drops(whole)
    assert check.holds is None
    assert "no jump could miss" in check.measured
    assert claims.more_features_per_neuron([]).holds is None
    assert claims.neurons_explain_less({0.1: np.array([1.0])}).holds is None
    assert claims.saving_grows_with_sparsity(tm.train(storage_spec(5, 0.1), steps=1, restarts=1)).holds is None
    blank = tm.train(storage_spec(5, DENSITIES), steps=1, restarts=1)
    blank.parameters["W"][:] = 0
    assert claims.directions_explain_less(blank).holds is None
