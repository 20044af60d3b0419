"""Figures that explain one thing: a labelled stack, and p against p²."""

import numpy as np

from toymodels.plots.losses import chances
from toymodels.plots.neurons import labelled_stack


def rows(chart: dict[str, object], layer: int) -> list[dict[str, float | str]]:
    """The data of one layer."""
    layers, data = chart["layer"], chart["datasets"]
    assert isinstance(layers, list)
    assert isinstance(data, dict)
    found: list[dict[str, float | str]] = data[layers[layer]["data"]["name"]]
    return found


def test_a_stack_has_labels_where_they_fit() -> None:
    weights = np.array([1, -0.5, 0.04, 0.01, 0.01])
    chart = labelled_stack(weights, np.ones(5)).to_dict(validate=True)
    assert [row["weight"] for row in rows(chart, 0)] == [1, 0.5, 0.04]
    assert [row["words"] for row in rows(chart, 1)] == ["x₁: 1.00", "x₂: 0.50"]
    assert max(float(row["high"]) for row in rows(chart, 0)) == 1.54


def test_a_stack_of_many_equal_weights_and_one_of_none_are_drawn_without_labels() -> None:
    for weights in (np.full(100, 0.05), np.zeros(5)):
        chart = labelled_stack(weights, np.ones(len(weights))).to_dict(validate=True)
        assert rows(chart, 1) == []


def test_both_chances_at_the_chosen_s() -> None:
    chart = chances(0.75).to_dict(validate=True)
    assert [row["chance"] for row in rows(chart, 2)] == [0.25, 0.0625]
