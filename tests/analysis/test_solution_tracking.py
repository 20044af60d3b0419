"""A walk along trained models: real ones, nearly the best, and as steady as they can be."""

from itertools import product

import numpy as np
import pytest

from toymodels.analysis.directions import turned
from toymodels.analysis.polytopes import shape
from toymodels.analysis.solution_tracking import BEST_LOSS_RATIO, MIRRORED, track_solutions
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES
from toymodels.run import Run
from toymodels.spec import Autoencoder
from toymodels.training import train


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [train(pentagon_spec(DENSITIES[::5]), seed) for seed in range(6)]


def walked(W: np.ndarray) -> float:
    return float(((W[1:] - W[:-1]) ** 2).sum())


def test_every_model_on_the_walk_is_the_run_that_it_says_turned_or_mirrored(runs: list[Run]) -> None:
    chosen, W = track_solutions(runs)
    for k, run in enumerate(chosen):
        original = runs[run].W[k].astype(np.float64)
        np.testing.assert_allclose(W[k].T @ W[k], original.T @ original, atol=1e-5)
        assert W[k, 0, 0] > 0
        assert abs(W[k, 1, 0]) < 1e-6


def test_every_model_on_the_walk_is_nearly_the_best_of_its_density(runs: list[Run]) -> None:
    chosen, _ = track_solutions(runs)
    losses = np.stack([run.loss for run in runs])
    assert (losses[chosen, range(len(chosen))] <= BEST_LOSS_RATIO * losses.min(axis=0)).all()
    assert len(chosen) == len(DENSITIES[::5])


def test_no_other_walk_is_steadier() -> None:
    rng = np.random.default_rng(0)
    spec = Autoencoder(3, 2, (0.5, 0.4, 0.3), 0.9)
    loss = np.array([1.0, 1.0, 1.0])
    runs = [
        Run(spec, seed, 1, 1, {"W": rng.normal(size=(3, 2, 3)), "b": np.zeros((3, 3))}, loss, loss, 0.0)
        for seed in range(3)
    ]
    views = [[view for run in runs for view in (turned(run.W[k]), turned(run.W[k]) * MIRRORED)] for k in range(3)]
    shortest = min(walked(np.array(walk)) for walk in product(*views))
    chosen, W = track_solutions(runs)
    assert walked(W) == pytest.approx(shortest)
    # The first model stands as it always does.
    np.testing.assert_allclose(W[0], turned(runs[chosen[0]].W[0]))


def test_a_much_worse_model_is_never_on_the_walk() -> None:
    spec = Autoencoder(3, 2, (0.5, 0.4), 0.9)
    W = np.random.default_rng(1).normal(size=(2, 2, 3))
    error = np.array([0.0, 0.0])
    steady = Run(spec, 0, 1, 1, {"W": W[[0, 0]]}, np.array([1.0, 2.0]), error, 0.0)
    better = Run(spec, 1, 1, 1, {"W": W}, np.array([1.0, 1.0]), error, 0.0)
    assert track_solutions([steady, better])[0][1] == 1


def test_the_walk_leads_from_two_orthogonal_arrows_by_two_digons_to_the_pentagon(runs: list[Run]) -> None:
    names = [shape(W).name for W in track_solutions(runs)[1]]
    stations = [names[SPARSITIES[::5].index(S)] for S in (0.0, 0.8, 0.9)]
    assert stations == ["orthogonal pair", "two digons", "pentagon"]
    kept = [len(shape(W).features) for W in track_solutions(runs)[1]]
    assert kept == sorted(kept)
