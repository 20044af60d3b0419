"""The motif finder on motifs that were planted, on look-alikes, and on models without superposition."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis import inhibition
from toymodels.analysis.neurons import simple_solution
from toymodels.arrays import Array
from toymodels.models import absolute_value

MOTIFS, N_FEATURES, N_NEURONS = 5, 40, 40


def planted(noise: float, seed: int) -> tuple[Array, Array, Array, set[tuple[int, int, int, int]]]:
    """Random weights with motifs in them, among neurons that look like one: (W1, W2, b, planted).

    Every entry, also where there is nothing, gets noise of this standard deviation. The look-alikes are neurons for
    one side of one feature, two features of equal size, flipped sizes that nobody inhibits, and inhibition of
    equal sizes. `planted` holds (neuron, inhibitor, A, B).
    """
    rng = np.random.default_rng(seed)
    W1, W2 = np.zeros((N_NEURONS, N_FEATURES)), np.zeros((N_FEATURES, N_NEURONS))
    features, free = iter(rng.permutation(N_FEATURES).tolist()), iter(rng.permutation(N_NEURONS).tolist())
    found = set()

    def write(neuron: int, into: dict[int, float], out: dict[int, float]) -> None:
        for feature, weight in into.items():
            W1[neuron, feature] = weight * rng.choice([-1, 1])
        for feature, weight in out.items():
            W2[feature, neuron] = weight

    def both_driven_by(a: int, one: int, other: int) -> None:
        W1[other, a] = abs(W1[other, a]) * np.sign(W1[one, a])

    for _ in range(MOTIFS):
        (a, b, c), (neuron, inhibitor) = (next(features) for _ in range(3)), (next(free), next(free))
        r = rng.uniform(1.7, 2.5)
        write(neuron, {a: r, b: 1 / r}, {a: 1 / r, b: r})
        write(inhibitor, {a: 1, c: r**2}, {b: -(r**2), c: r**-2})
        both_driven_by(a, neuron, inhibitor)
        found.add((neuron, inhibitor, a, b))
    for _ in range(4):  # two features of equal size
        (a, b), neuron = (next(features), next(features)), next(free)
        write(neuron, {a: 1, b: 1}, {a: 1, b: 1})
    for _ in range(3):  # flipped sizes, not inhibited
        (a, b), neuron = (next(features), next(features)), next(free)
        write(neuron, {a: 2, b: 0.5}, {a: 0.5, b: 2})
    for _ in range(3):  # equal sizes, inhibited
        (a, b, c), (neuron, inhibitor) = (next(features) for _ in range(3)), (next(free), next(free))
        write(neuron, {a: 1, b: 1}, {a: 1, b: 1})
        write(inhibitor, {a: 0.5, c: 2}, {b: -2, c: 0.5})
        both_driven_by(a, neuron, inhibitor)
    for feature, neuron in zip(features, free, strict=False):  # one side of one feature
        write(neuron, {feature: 1}, {feature: 1})
    W1 += noise * rng.normal(size=W1.shape)
    W2 += noise * rng.normal(size=W2.shape)
    return W1, W2, np.zeros(N_FEATURES), found


def recall_and_precision(noise: float) -> tuple[float, float]:
    hits = known = claimed = 0
    for seed in range(30):
        W1, W2, b, there = planted(noise, seed)
        found = {(one.neuron, one.inhibitor, one.feature_a, one.feature_b) for one in inhibition.find(W1, W2, b)}
        hits += len(found & there)
        known += len(there)
        claimed += len(found)
    return hits / known, hits / max(1, claimed)


@pytest.mark.parametrize(("noise", "recall", "precision"), [(0, 1, 1), (0.05, 0.98, 0.98), (0.1, 0.95, 0.95)])
def test_planted_motifs_are_found_and_nothing_else(noise: float, recall: float, precision: float) -> None:
    measured = recall_and_precision(noise)
    assert measured[0] >= recall
    assert measured[1] >= precision


def test_noise_as_large_as_the_weights_hides_them() -> None:
    assert recall_and_precision(1.0)[0] < 0.5


def test_the_ideal_has_score_one_and_its_numbers_are_the_decks() -> None:
    W1, W2, b = inhibition.ideal_motif()
    assert W1[0, :2].tolist() == [2, -0.5]
    assert W2[:2, 0].tolist() == [0.5, 2]
    (motif,) = inhibition.find(W1, W2, b)
    assert (motif.neuron, motif.inhibitor) == (0, 1)
    assert (motif.feature_a, motif.feature_b, motif.feature_c) == (0, 1, 2)
    assert (motif.side_a, motif.side_b, motif.side_c) == (1, -1, 1)
    assert (motif.input_ratio, motif.output_ratio) == (4, 4)
    assert (motif.without, motif.inhibited) == (4, 0)
    assert motif.score == pytest.approx(1)


def test_the_algebra_of_the_ideal_holds_on_all_its_three_sides_at_once() -> None:
    a, b, c = np.random.default_rng(0).uniform(0, 1, (3, 500))
    y = absolute_value(*inhibition.ideal_motif(), np.stack([a, -b, c], axis=-1))
    np.testing.assert_allclose(y, np.stack([a + b / 4, np.maximum(b - 16 * c, 0), c + a / 4], axis=-1))


def test_a_on_its_other_side_switches_the_shared_neuron_off() -> None:
    a, b = np.random.default_rng(1).uniform(0, 1, (2, 500))
    y = absolute_value(*inhibition.ideal_motif(), np.stack([-a, -b, 0 * a], axis=-1))
    np.testing.assert_allclose(y[:, 1], np.maximum(b - 4 * a, 0))


def test_without_inhibition_is_the_output_of_the_model_without_that_weight() -> None:
    run = tm.train(tm.AbsMLP(10, 10, 0.1, 0.8), seed=0)
    W1, W2, b = run.W1[0], run.W2[0], run.b[0]
    found = inhibition.find(W1, W2, b)
    assert found
    for motif in found:
        x = np.zeros((1, 10))
        x[0, motif.feature_a] = motif.side_a
        cut = W2.copy()
        cut[motif.feature_b, motif.inhibitor] = 0
        assert motif.inhibited == pytest.approx(absolute_value(W1, W2, b, x)[0, motif.feature_b], abs=1e-5)
        assert motif.without == pytest.approx(absolute_value(W1, cut, b, x)[0, motif.feature_b], rel=1e-4)
        assert motif.without > motif.inhibited
        assert inhibition.LEAST_SCORE <= motif.score <= 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_scaling_neurons_and_turning_the_signs_of_inputs_changes_nothing() -> None:
    W1, W2, b, _ = planted(0.1, 3)
    rng = np.random.default_rng(0)
    scale, turn = rng.uniform(0.2, 5, N_NEURONS), rng.choice([-1.0, 1.0], N_FEATURES)
    before = inhibition.find(W1, W2, b)
    after = inhibition.find(W1 * scale[:, None] * turn, W2 / scale, b)
    assert [one.score for one in after] == pytest.approx([one.score for one in before])
    assert [one.side_a * turn[one.feature_a] for one in after] == [one.side_a for one in before]


@pytest.mark.parametrize(("n", "m", "p"), [(3, 6, 0.1), (6, 6, 1.0), (10, 10, 0.6), (10, 20, 0.3)])
def test_models_without_superposition_have_none(n: int, m: int, p: float) -> None:
    for seed in range(3):
        run = tm.train(tm.AbsMLP(n, m, p, 0.8), seed=seed)
        assert inhibition.find(run.W1[0], run.W2[0], run.b[0]) == []


def test_neither_has_the_simple_solution_nor_nothing_at_all() -> None:
    assert inhibition.find(*simple_solution(5)) == []
    assert inhibition.find(np.zeros((3, 2)), np.zeros((2, 3)), np.zeros(2)) == []


def test_taking_the_inhibition_away_costs() -> None:
    run = tm.train(tm.AbsMLP(10, 10, 0.23, 0.8), seed=0, steps=2000, restarts=32)
    found = inhibition.find(run.W1[0], run.W2[0], run.b[0])[:2]
    assert len(found) == 2
    for motif in found:
        ratio = inhibition.loss_without_inhibition(run, 0, motif)
        assert ratio.value > 1.5
        assert 0 < ratio.error < 0.1 * ratio.value


def test_the_two_best_have_different_neurons() -> None:
    W1, W2, b, _ = planted(0.1, 0)
    found = inhibition.find(W1, W2, b)
    two = inhibition.best_apart([found[0], found[0], *found], 2)
    assert two[0] is found[0]
    assert two[1].neuron != two[0].neuron
    assert inhibition.neurons_in(two) == {neuron for one in two for neuron in (one.neuron, one.inhibitor)}
