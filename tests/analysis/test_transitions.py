"""Drops and jumps: on courses made by hand, where one can count them."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.losses import losses_without_superposition
from toymodels.analysis.transitions import (
    SMOOTH,
    WINDOW,
    Transitions,
    drops,
    find_transitions,
    jumps,
    levels,
    smoothed,
)
from toymodels.experiments.observation import FRAMES, STEPS, observed_spec, observed_start


def step_down(at: int, high: float = 1.0, low: float = 0.5, frames: int = 200) -> np.ndarray:
    return np.where(np.arange(frames) < at, high, low)


def test_a_step_of_the_loss_is_one_drop_around_it() -> None:
    (found,) = drops(step_down(80))
    assert found[0] < 80 <= found[1]
    assert found[1] - found[0] <= 2 * WINDOW


def test_a_level_loss_and_a_slow_fall_have_no_drop() -> None:
    assert drops(np.ones(100)) == []
    assert drops(np.geomspace(1, 0.6, 200)) == []
    assert drops(step_down(50, 0.5, 1.0)) == []


def test_a_drop_is_a_fall_by_five_percent_and_a_jump_a_change_by_a_fifth() -> None:
    assert [len(drops(step_down(80, 1.0, low))) for low in (0.96, 0.94)] == [0, 1]
    assert [len(jumps(step_down(80, 1.0, low)[:, None], [])) for low in (0.81, 0.79)] == [0, 1]


def test_two_steps_far_apart_are_two_drops_and_near_ones_are_one() -> None:
    assert len(drops(step_down(50) * step_down(150))) == 2
    assert len(drops(step_down(50) * step_down(50 + WINDOW))) == 1


def test_one_noisy_frame_is_neither_a_drop_nor_a_jump() -> None:
    loss = np.ones(100)
    loss[40] = 0.2
    assert drops(loss) == []
    assert jumps(loss[:, None], []) == []


def test_jumps_are_found_with_their_levels_and_whether_they_are_inside() -> None:
    level = np.stack([step_down(60, 1.0, 0.5), 0.5 - step_down(150, 0.5, 0.0), np.full(200, 0.4)], axis=1)
    first, second = jumps(level, [(50, 70)])
    assert (first.feature, first.before, first.after, first.in_drop) == (0, 1.0, 0.5, True)
    assert (second.feature, second.before, second.after, second.in_drop) == (1, 0.0, 0.5, False)
    assert abs(first.frame - 60) <= WINDOW
    assert abs(second.frame - 150) <= WINDOW


def test_a_small_or_a_slow_change_is_no_jump() -> None:
    assert jumps(step_down(60, 0.5, 0.4)[:, None], []) == []
    assert jumps(np.linspace(1, 0.5, 200)[:, None], []) == []


def test_the_running_median_keeps_steps_and_ends() -> None:
    step = step_down(50)
    np.testing.assert_array_equal(smoothed(step), step)
    assert smoothed(np.arange(30.0))[SMOOTH] == SMOOTH


def test_a_column_near_zero_has_no_level() -> None:
    W = np.array([[[1.0, -1.0, 1e-4], [0, 0, 1e-4]], [[1.0, 0, 0], [0, 1, 0]]])
    np.testing.assert_allclose(levels(W), np.array([[0.5, 0.5, 0], [1, 1, 0]]), atol=1e-6)


def test_what_chance_would_match_is_the_part_of_the_active_time() -> None:
    seen = Transitions(
        np.arange(200), np.zeros((200, 1, 1)), np.ones(200), np.zeros((200, 1)), [(10, 30), (60, 70)], []
    )
    assert seen.active_frames == (10, 70)
    assert seen.covered == pytest.approx(30 / 60)
    nothing = Transitions(np.arange(5), np.zeros((5, 1, 1)), np.ones(5), np.zeros((5, 1)), [], [])
    assert nothing.covered == nothing.matched == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_the_film_starts_from_the_best_code_without_superposition(seed: int) -> None:
    spec = observed_spec(0.1)
    start = observed_start(spec, "no superposition", seed)
    loss = tm.losses.estimate(spec, {name: value[None] for name, value in start.items()}).loss[0]
    assert loss == pytest.approx(losses_without_superposition(spec.importances, 0.1)[spec.n_hidden], rel=0.02)
    assert not tm.represented(observed_start(spec, "near zero", seed)["W"]).any()


def test_a_film_is_as_long_as_its_training_and_the_same_for_the_same_seed() -> None:
    spec = observed_spec(0.1)
    first, again = (
        find_transitions(tm.train(spec, 3, steps=STEPS, snapshots=FRAMES, start=observed_start(spec, "near zero", 3)))
        for _ in range(2)
    )
    assert len(first.step) == len(first.loss) == len(first.level) == FRAMES
    assert first.jumps == again.jumps


def test_a_run_without_snapshots_is_refused() -> None:
    with pytest.raises(ValueError, match="snapshots"):
        find_transitions(tm.train(observed_spec(0.1), steps=1, restarts=1))
