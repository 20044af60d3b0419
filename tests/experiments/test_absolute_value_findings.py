"""Sentences of the absolute-value page, on weights and counts by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.analysis.inhibition import Motif, Ratio, find, ideal_motif
from toymodels.analysis.neurons import Count, Kind, simple_solution
from toymodels.experiments.absolute_value import DENSITIES, RECIPE_FEATURES, RECIPE_LOSSES
from toymodels.experiments.findings import absolute_value as findings
from toymodels.spec import AbsMLP

DENSE = Count(1.0, 40, 0, 0, 20, 0, 0, 1.0)
SPARSE = Count(0.01, 3, 35, 2, 61, 4, 16, 2.235)


def test_the_simple_solution_is_found() -> None:
    W1, W2, b = simple_solution(3)
    start = "n = 3, m = 6: abs(x) = ReLU(x) + ReLU(−x). Training "
    end = " Drag any x: the two neurons share the work."
    spec = AbsMLP(3, 6, 0.5, 0.8)
    assert findings.simple(made(spec, 1e-7, W1=W1, W2=W2, b=b)) == (
        f"{start}finds just that: **one + and one − neuron per feature**. Its loss is below 0.000001.{end}"
    )
    assert findings.simple(made(spec, 0.0123, W1=0 * W1, W2=W2, b=b)) == (
        f"{start}found **something else** here. Its loss is 0.0123.{end}"
    )


def test_how_many_features_are_computed() -> None:
    assert findings.computed([DENSE, SPARSE]) == (
        "The same 40 neurons compute **20 features** at 1 − S = 1 and **61** at 0.01. Monosemantic neurons: **40** at "
        "1, **3** at 0.01."
    )
    assert findings.computed([Count(0.01, 0, 39, 1, 1, 0, 39, 5.0)]) == (
        "The same 40 neurons compute **1 feature** at 1 − S = 0.01. Monosemantic neurons: **0** at 0.01."
    )


def test_the_neurons_of_one_density() -> None:
    assert findings.neurons_of_one_density(DENSE) == (
        "40 of 40 neurons monosemantic, 0 polysemantic; 0 serve several features by their effective number (mean 1); "
        "20 features computed"
    )
    assert findings.neurons_of_one_density(SPARSE) == (
        "3 of 40 neurons monosemantic, 35 polysemantic, 2 dead; 16 serve several features by their effective number "
        "(mean 2.23); 61 features computed, 4 more for one sign only"
    )


@pytest.mark.parametrize(
    ("kinds", "in_motif", "sides", "does"),
    [
        (
            ["absolute value", "absolute value", "one side"], {0}, 3,
            "3 neurons **2 compute half of an |x|**, **1 computes |x| for one sign of x only**. Together they compute "
            "|x| for **3 signs** of features, two signs (x > 0 and x < 0) to each feature.",
        ),
        (
            ["other", "one side", "other"], {1, 2}, 5,
            "3 neurons **1 computes |x| for one sign of x only**, **2 have an effect on other outputs too**; **1 of "
            "these 2** takes part in the motif of inhibition. Together they compute |x| for **5 signs** of features, "
            "two signs (x > 0 and x < 0) to each feature: 2 more than there are neurons.",
        ),
        (
            ["dead", "dead", "dead"], set(), 0,
            "3 neurons **3 do nothing**. Together they compute |x| for **0 signs** of features, two signs (x > 0 and "
            "x < 0) to each feature.",
        ),
    ],
)  # fmt: skip
def test_what_the_neurons_of_the_small_model_do(kinds: list[Kind], in_motif: set[int], sides: int, does: str) -> None:
    run = made(AbsMLP(4, 3, 0.23, 0.8), W1=np.zeros((3, 4)), W2=np.zeros((4, 3)))
    assert findings.small_model(run, kinds, in_motif, sides) == (
        "A model small enough to read: n = 4, m = 3, Iᵢ = 0.8ⁱ⁻¹, S = 0.77. The choice is ours, the deck gives none. "
        f"Of its {does}"
    )


def test_inhibition() -> None:
    # The deck's motif: 4a reach B from the shared neuron, and the inhibitor takes 4a away.
    (motif,) = find(*ideal_motif())
    rest = (
        " of the motif in this model. In the best one, $x_A = 1$ alone would raise B’s output to 4 where 0 is right. "
        "With the inhibition it is **0**. Set that one weight to 0, and the loss of the whole model is **2.50 ± 0.02 "
        "times** as high."
    )
    assert findings.inhibition([motif], (motif, Ratio(2.5, 0.02)), 0.77) == f"**1 instance**{rest}"
    assert findings.inhibition([motif, motif], (motif, Ratio(2.5, 0.02)), 0.77) == f"**2 instances**{rest}"


def test_no_inhibition() -> None:
    nothing: list[Motif] = []
    assert findings.inhibition(nothing, None, 0.5) == (
        "**No instance** of the motif in this model at S = 0.5. With dense inputs every neuron serves one feature. Try "
        "S = 0.77."
    )


def test_other_seeds() -> None:
    spec = AbsMLP(4, 3, 0.23, 0.8)
    weights = {"W1": np.zeros((3, 4)), "W2": np.zeros((4, 3))}
    runs = [made(spec, loss, **weights) for loss in (0.1, 0.2, 0.3)]
    losses = "Their losses run from 0.1 to 0.3; the page's own run has 0.2."
    for instances, words in (
        ([2, 0, 3], "**2 of 3** have at least one instance of the motif, 1.7 on average."),
        ([0, 0, 1], "**1 of 3** has at least one instance of the motif, 0.33 on average."),
        ([0, 0, 0], "**0 of 3** have at least one instance of the motif, 0 on average."),
    ):
        assert findings.other_seeds(runs, instances, runs[1]) == f"The small model from 3 other seeds: {words} {losses}"


def test_what_the_recipe_gives_is_what_the_benchmark_wrote() -> None:
    with (Path(__file__).parents[1] / "benchmarks" / "recipe_losses.json").open() as stream:
        seeds = json.load(stream)["abs 100->40"]
    for k, density in enumerate(DENSITIES):
        assert RECIPE_LOSSES[density] == tuple(float(f"{one['loss'][k]:.4g}") for one in seeds)
        assert RECIPE_FEATURES[density] == tuple(one["features computed"][k] for one in seeds)


def test_the_recipe_stands_beside_the_models_of_the_page() -> None:
    counts = {1.0: DENSE, 0.01: SPARSE}
    words = findings.beside_the_recipe({1.0: 0.0047, 0.01: 0.0001}, counts)
    assert "over that of the models above, is 7.62 to 8 times at 1 − S = 1, 2 to 30.8 times at 1 − S = 0.01." in words
    assert "11 by the recipe and 20 here at 1, 23.5 to 24.5 by the recipe and 63 here at 0.01" in words
