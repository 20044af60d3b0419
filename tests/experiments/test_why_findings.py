"""Sentences of the page "why", on weights by hand."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.interference import Sampled
from toymodels.analysis.losses import OneActive
from toymodels.arrays import Array
from toymodels.experiments.findings import why as findings
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder

RIGHT_ANGLE = np.array([[1.0, 0, 0], [0, 1, 0]])
PAIR = np.array([[1.0, -1, 0], [0, 0, 1]])


def run_of(W: Array, b: list[float] | None = None, activation: Activation = "relu") -> Run:
    return made(Autoencoder(3, 2, 0.1, 1.0, activation), W=W, b=[0.0, 0, 0] if b is None else b)


def sampled(total: float, error: float) -> Sampled:
    nothing = np.zeros(3)
    return Sampled(nothing, nothing, nothing, nothing, total, error)


def test_interference_of_an_antipodal_pair() -> None:
    # W_1 . W_2 = -1 in both directions: nothing with ReLU, 1 + 1 without.
    start = "At **S = 0.9** this ReLU model represents **3 of 3 features in 2 dimensions**. "
    assert findings.interference(run_of(PAIR)) == (
        f"{start}Of its 1 clearly negative pair, **1 is free**. With xᵢ = 1, the loss by interference is **0** "
        "(the form “x = 1”); without ReLU and bias it would be **2** with the same weights (the form “linear”)."
    )
    # A bias of 1 in the output of the second feature brings -1 up to 0 at x = 1, and is above it before; and the third
    # disturbs it as well: ReLU(0 + 1)² = 1.
    assert findings.interference(run_of(PAIR, [0, 1, 0])) == (
        f"{start}Of its 1 clearly negative pair, **0 are free**. With xᵢ = 1, the loss by interference is **1** "
        "(the form “x = 1”); without ReLU and bias it would be **2** with the same weights (the form “linear”)."
    )


def test_interference_where_nothing_opposes() -> None:
    end = "No two of them oppose each other; in the linear form the loss by interference is **"
    assert findings.interference(run_of(RIGHT_ANGLE, activation="linear")) == (
        f"At **S = 0.9** this linear model represents **2 of 3 features in 2 dimensions**. {end}less than 0.001**."
    )
    # cos 60° = 1/2, twice: 1/4 + 1/4.
    assert findings.interference(run_of(np.array([[1, 0.5, 0], [0, 0.75**0.5, 0]]))).endswith(f"{end}0.5**.")
    assert findings.interference(run_of(np.zeros((2, 3)))) == (
        f"At **S = 0.9** this ReLU model represents **0 of 3 features in 2 dimensions**. {end}less than 0.001**."
    )


def test_the_loss_as_a_sum() -> None:
    exact = OneActive(np.array([0.25, 0.5]), np.array([[0, 0.125], [0, 0]]))
    importance = np.array([1.0, 0.5])
    start = (
        "**0.875** = 0.75 own error of the active features + 0.125 interference, exact. Unrepresented, their own error "
        "would be {}: the feature benefit is the difference, **{}**. "
    )
    # Every form but the first has x = 1; there the integral of x^2 from 0 to 1 is a third.
    assert findings.exact_and_sampled("linear", exact, importance, sampled(0.88, 0.01)) == (
        f"{start.format(1.5, 0.75)}Monte Carlo, from random inputs: **0.88 ± 0.03** (3 standard "
        "errors; the crosses under the bars)."
    )
    assert findings.exact_and_sampled("one active", exact, 3 * importance, sampled(0.875, 0.0)) == (
        f"{start.format(1.5, 0.75)}A forward pass gives **0.875**: with xᵢ = 1 nothing is random."
    )


def test_the_antipodal_pair() -> None:
    end = (
        " In a linear model angles below and above 90° lose the same, and at 180° the loss is 2.5 times that of "
        "keeping one."
    )
    assert findings.antipodal_pair(0.4, 2.5) == (
        f"With ReLU that region **reaches 180°**: the loss of the pair is 60 % less than that of keeping one.{end}"
    )
    assert findings.antipodal_pair(1.2, 2.5) == (
        "Even with ReLU it **stops before 180°** here: the loss of the pair is 20 % more than that of keeping one. "
        f"Features this dense are too often nonzero together.{end}"
    )


@pytest.mark.parametrize(
    ("p", "pair", "one", "smaller"), [(0.3, "0.03", "0.0775", "the pair"), (0.9, "0.27", "0.0975", "keeping one")]
)
def test_the_phase_boundary(p: float, pair: str, one: str, smaller: str) -> None:
    # r = 1: min(2/3.5, 2/3.5) = 0.571; the pair p²/3, one p/3 − p²/4.
    assert findings.phase_boundary(1.0, p).endswith(
        f"**p = {p:g}**, and keeping one has the loss r (p/3 − p²/4) = **{one}**."
    )
    first, *_ = findings.boundaries(1.0, p)
    assert list(first.values()) == ["nothing: arrows of length 1, b = 0", "0.571", pair, smaller]


def test_the_more_a_pair_may_choose_the_denser_its_features_may_be() -> None:
    # Reference numbers for r = 1, p = 0.8, with lengths and biases free: 0.10552, arrows of 0.44 and 0.93.
    rows = findings.boundaries(1.0, 0.8)
    boundaries, losses = ([float(list(row.values())[k]) for row in rows] for k in (1, 2))
    assert boundaries == sorted(boundaries)
    assert boundaries[-1] == 0.88
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == 0.106
    assert {length[:3] for length in rows[-1]["It may choose"].split("here ")[1].split(")")[0].split(" and ")} == {
        "0.9",
        "0.4",
    }
    # Each row agrees with itself, and the last pair alone wins at this p.
    assert [row["So the smaller loss has"] for row in rows] == ["keeping one", "keeping one", "the pair"]


def test_other_seeds() -> None:
    runs = [run_of(PAIR), run_of(RIGHT_ANGLE), run_of(PAIR, [0, 1, 0]), run_of(PAIR)]
    assert findings.all_free(runs) == 2
    assert findings.other_seeds(runs) == (
        "In **2 of 4** other seeds there is negative interference, and all of it is free. They represent 2 or 3 "
        "features. Both terms, summed over features, for each seed:"
    )
    assert findings.other_seeds([run_of(np.array([[1.0, 0, 0], [0, 0, 0]]))]) == (
        "In **0 of 1** other seeds there is negative interference, and all of it is free. They represent 1 feature. "
        "Both terms, summed over features, for each seed:"
    )
