"""Challenges: each is done by a solution, not by its neighbours, and says the run's numbers either way."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.polytopes import BY_NAME, polygon
from toymodels.arrays import Array
from toymodels.experiments.challenges import beat_gradient_descent, six_survive, two_fifths_each
from toymodels.experiments.measure import by_hand
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.run import Run
from toymodels.spec import Autoencoder
from toymodels.training import train


def model(W: Array, S: float = 0.9) -> Run:
    return made(pentagon_spec(round(1 - S, 6), W.shape[1]), 0.1, W=W)


def test_six_features_survive_as_a_hexagon_and_not_as_a_pentagon() -> None:
    solved = six_survive(model(polygon(6), 0.99))
    assert solved.done
    assert "At S = 0.99 **6 of 6 features** have an arrow" in solved.says
    five = six_survive(model(np.hstack([polygon(5), [[0.3], [0.0]]])))
    assert not five.done
    assert "**5 of 6 features**" in five.says
    assert "the sixth longest has 0.3" in five.says


def test_five_features_cannot_be_six() -> None:
    few = six_survive(model(polygon(5)))
    assert not few.done
    assert "raise n" in few.says


@pytest.mark.parametrize("S", [0.9, 0.99])
def test_six_survive_where_the_page_says_so(S: float) -> None:
    run = train(pentagon_spec(round(1 - S, 6), 6, 1.0), seed=0)
    assert six_survive(run).done == (S == 0.99)


def test_a_pentagon_has_two_fifths_each_however_it_is_scaled_and_turned() -> None:
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    solved = two_fifths_each(1.7 * turn @ BY_NAME["pentagon"].W)
    assert solved.done
    assert "All 5 have Dᵢ from 0.400 to 0.400" in solved.says


def test_a_square_has_halves_and_one_arrow_off_spoils_a_pentagon() -> None:
    assert not two_fifths_each(BY_NAME["two digons"].W).done
    bent = np.array(BY_NAME["pentagon"].W)
    bent[:, 4] *= 1.2
    spoilt = two_fifths_each(bent)
    assert not spoilt.done
    assert "D₅" in spoilt.says


def test_gradient_descent_is_beaten_where_its_only_start_ends_in_a_poor_place() -> None:
    spec = Autoencoder(2, 1, 0.1, 1.0)
    hand = by_hand(spec, BY_NAME["digon"].W)
    descents = [train(spec, seed=seed, restarts=1) for seed in range(12)]
    found = [beat_gradient_descent(hand, one) for one in descents]
    poor = [one.loss[0] > 2 * hand.loss[0] for one in descents]
    assert 0 < sum(poor) < len(poor)
    assert [one.done for one in found] == poor
    assert all(f"seed {seed}" in one.says for seed, one in enumerate(found))


def test_a_difference_within_the_error_beats_nobody() -> None:
    spec = Autoencoder(2, 1, 0.1, 1.0)
    digon = BY_NAME["digon"].W
    hand, near = made(spec, 0.0999, W=digon), made(spec, 0.1, W=digon)
    assert "too near to tell" in beat_gradient_descent(hand, near).says
    assert not beat_gradient_descent(hand, near).done
    assert not beat_gradient_descent(near, hand).done
    assert beat_gradient_descent(made(spec, 0.09, W=digon), near).done
