"""Training of a sweep by solution tracking: which starts it keeps, and that each of them can be trained alone."""

import io

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.solution_tracking import track_solutions
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES


@pytest.fixture(scope="module")
def axis() -> tm.Run:
    return tm.train(pentagon_spec(DENSITIES), tracked=True)


def walked(run: tm.Run) -> float:
    """How far the arrows move over all densities, each model mirrored as it fits best."""
    W = track_solutions([run])[1]
    return float(((W[1:] - W[:-1]) ** 2).sum())


def test_the_arrows_move_less_than_those_of_the_best_starts_and_the_loss_is_nearly_as_small(axis: tm.Run) -> None:
    best = tm.train(pentagon_spec(DENSITIES))
    assert best.start_numbers is None
    assert walked(axis) < 0.5 * walked(best)
    # The losses are estimates, on samples that the choice has not seen.
    error = np.hypot(axis.loss_error, best.loss_error)
    assert (axis.loss <= 1.01 * best.loss + 4 * error).all()


def test_a_model_of_the_sweep_is_trained_alone_to_the_same_bits(axis: tm.Run) -> None:
    for p in (1.0, 0.4, 0.1, 0.01):
        one = axis.at(p)
        assert one.start_numbers is not None
        alone = tm.train(one.spec, start_numbers=one.start_numbers, snapshots=5)
        assert alone.start_numbers == one.start_numbers
        for name, value in one.parameters.items():
            assert (alone.parameters[name] == value).all()
        assert alone.loss == pytest.approx(one.loss, rel=1e-12)
        assert (tm.retrain(one).W == one.W).all()


def test_the_file_says_which_starts_were_kept(axis: tm.Run) -> None:
    for run in (axis, axis.at(0.1), tm.train(pentagon_spec(0.1), steps=2, restarts=1)):
        file = io.BytesIO()
        run.save(file)
        assert tm.load_run(file).start_numbers == run.start_numbers
    assert "kept start, by number" in axis.at(0.1).summary()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"start_numbers": [16]}, "start_numbers must be a whole number from 0 to 15"),
        ({"start_numbers": [0, 1]}, r"start_numbers must hold 1 numbers, one per instance, got \[0, 1\]"),
        ({"start_numbers": [0], "tracked": True}, "start_numbers name random starts"),
        ({"start_numbers": [0], "start": {}}, "start_numbers name random starts"),
        ({"tracked": True, "start": {}}, "tracked must be False but for an Autoencoder with n_hidden = 2"),
    ],
)
def test_what_cannot_be_tracked_is_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        tm.train(pentagon_spec(0.1), **arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="got AbsMLP with n_hidden = 2"):
        tm.train(tm.AbsMLP(3, 2, 0.1, 1.0), tracked=True)
