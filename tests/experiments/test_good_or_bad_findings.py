"""Sentences of the page "good or bad", on numbers by hand."""

import numpy as np
import pytest

from toymodels.analysis.neurons import Count
from toymodels.analysis.transitions import Jump, Transitions
from toymodels.experiments.findings import good_or_bad as findings

DENSITIES = (1.0, 0.1, 0.01)


def transitions(drops: list[tuple[int, int]], in_drop: list[bool], last: int = 100) -> Transitions:
    """Drops at these frames, and one jump for each answer, all at frame `last`."""
    nothing = np.zeros(0)
    jumps = [Jump(feature, last, 0.0, 1.0, inside) for feature, inside in enumerate(in_drop)]
    return Transitions(nothing, nothing, nothing, nothing, drops, jumps)


def test_what_is_saved_in_storage() -> None:
    assert findings.storage(5, 0.9, 7.46, 0.034) == (
        "20 features at **S = 0.9**: in superposition **5 dimensions do what 7.5 do without** (± 0.03): the loss is "
        "the same, and 2.5 dimensions are saved."
    )
    assert findings.storage(1, 0.9, 2.0, 0.0) == (
        "20 features at **S = 0.9**: in superposition **1 dimension does what 2.0 do without** (± 0.01 or less): the "
        "loss is the same, and 1.0 dimensions are saved."
    )
    assert findings.storage_over_densities(5, DENSITIES, (5.0, 7.5, 12.34)) == (
        "5 dimensions do what 5.0 do without superposition at 1 − S = 1, and what **12.3** do at 0.01."
    )
    assert findings.storage_over_densities(1, DENSITIES, (1.0, 2.0, 3.0)) == (
        "1 dimension does what 1.0 do without superposition at 1 − S = 1, and what **3.0** do at 0.01."
    )


def test_nothing_is_saved_when_dense() -> None:
    assert "**5 dimensions do what 5.0 do without** (± 0.01 or less): the loss is the same, and 0.0 dimensions" in (
        findings.storage(5, 0, 4.97, 0.0)
    )


def test_the_answer_at_the_close_goes_by_the_numbers() -> None:
    more, as_many = Count(0.001, 0, 40, 0, 60, 8, 20, 2.5), Count(1.0, 40, 0, 0, 20, 0, 0, 1.0)
    assert findings.closing_answer(5, 9.3, more, (0.99, 0.3)) == (
        "**Good for the network**: the same dimensions store more, and the same neurons compute more. **Bad for "
        "whoever interprets it**: a single neuron tells less."
    )
    for equivalent, computed in ((5.05, more), (9.3, as_many)):
        answer = findings.closing_answer(5, equivalent, computed, (0.3, 0.3))
        assert (
            answer
            == "**Of less use to the network here**: its dimensions store no more, or its neurons compute no more."
        )


def test_what_is_saved_in_computation() -> None:
    counts = [
        Count(1.0, 40, 0, 0, 20, 0, 0, 1.0),
        Count(0.1, 30, 10, 0, 24, 1, 3, 1.2),
        Count(0.01, 0, 36, 4, 50, 5, 20, 2.5),
    ]
    assert findings.computation(counts, [40.0, 52.4, 44.0]) == (
        "40 neurons compute **20 absolute values at 1 − S = 1 and 52.5 at 0.01**: 0.50 per neuron, then 1.31. Without "
        "superposition it is ½. By the loss the gain is smaller: at best they reach the loss that **52 neurons** have "
        "without superposition, at 1 − S = 0.1."
    )


@pytest.mark.parametrize(
    ("drops", "in_drop", "words"),
    [
        (
            [(0, 20), (80, 100)], [True, True, True, False],
            "**3 of 4 jumps of a D fall within a drop of the loss.** There are 2 such drops. From the first of them to "
            "the last event they take up 40 % of the time, so chance alone would match about 1.6.",
        ),
        (
            [(50, 100)], [True, False],
            "**1 of 2 jumps of a D falls within a drop of the loss.** There is 1 such drop. From the first event to "
            "the last it takes up 100 % of the time, so chance alone would match about 2.",
        ),
        ([], [False, False], "**0 of 2 jumps of a D fall within a drop of the loss.** There is no such drop."),
        ([], [False], "**1 jump of a D does not fall within a drop of the loss.** There is no such drop."),
        (
            [(0, 100)], [True],
            "**1 jump of a D falls within a drop of the loss.** There is 1 such drop. From the first event to the last "
            "it takes up 100 % of the time, so chance alone would match about 1.",
        ),
        (
            [(0, 20)], [],
            "**Nothing jumps** in this training at S = 0.5: the code that it starts from is the best one.",
        ),
    ],
)  # fmt: skip
def test_jumps_within_drops(drops: list[tuple[int, int]], in_drop: list[bool], words: str) -> None:
    assert findings.observation(transitions(drops, in_drop), 0.5) == words


def test_what_single_neurons_explain() -> None:
    start = (
        "How much of a feature do we know from **one neuron**? R² = 0.99 on average at 1 − S = 1, **0.25 at 0.01**, "
        "and 0.10 for the worst neuron. "
    )
    means = {1.0: 0.99, 0.1: 0.6, 0.01: 0.25}
    assert findings.single_neurons(means, 0.1, 0.8) == (
        f"{start}The model's output, from all neurons together, has R² = 0.80 with the features that it computes."
    )
    # An R² of 0 is a number, too.
    assert findings.single_neurons(means, 0.1, 0.0).endswith("has R² = 0.00 with the features that it computes.")
    assert findings.single_neurons(means, 0.1, None) == f"{start}No feature is computed on both sides."


def test_what_directions_explain() -> None:
    assert findings.directions({1.0: 1.0, 0.1: 0.5, 0.01: 0.25}, 0.9) == (
        "We look along **one direction**: Ŵᵢ · h is one number per input. Feature i explains the share Dᵢ of its "
        "variance: 1.00 on average at 1 − S = 1, **0.25 at 0.01**; the rest comes from other features. After the "
        "model’s own bias and ReLU the share is 0.90: the feature can be read there, but not by a straight line."
    )
    assert findings.directions({}, None) == "None of these models represents a feature."


def test_other_seeds() -> None:
    seen = [transitions([(0, 50)], [True, True]), transitions([(0, 100)], [False])]
    assert findings.other_seeds(0.9, 5, [7.0, 7.46], seen) == (
        "Eight other seeds at S = 0.9: 5 dimensions do what **7.0 to 7.5** do without. **2 of 3 jumps** fall within a "
        "drop; chance would match 2. The absolute-value models take too long for this; change the seed above."
    )
    assert "**0 of 0 jumps** fall within a drop; chance would match 0." in (
        findings.other_seeds(0.9, 5, [7.0], [transitions([], [])])
    )
    assert "**1 of 1 jump** falls within a drop" in findings.other_seeds(0.9, 1, [2.0], [transitions([(0, 9)], [True])])
