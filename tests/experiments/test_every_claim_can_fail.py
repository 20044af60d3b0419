"""Every claim of every page, on weights or numbers for which it is false: a claim that is not here fails the last test.

A few claims are identities, which only a mistake of ours can break; for them, one of our functions is replaced.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from tests.experiments.made import made
from tests.experiments.test_geometry import ON_PLATEAU, pairs, run_with
from toymodels import experiments
from toymodels.analysis import interference
from toymodels.analysis.interference import monte_carlo
from toymodels.analysis.neurons import Count
from toymodels.analysis.polytopes import polygon
from toymodels.analysis.transitions import Jump, Transitions
from toymodels.arrays import Array
from toymodels.experiments import (
    Check,
    absolute_value,
    correlated,
    faces,
    geometry,
    good_or_bad,
    ladder,
    measure,
    pentagon,
    phase_change,
    two_dimensions,
    unequal_densities,
    why,
)
from toymodels.experiments.arrangements import DECK
from toymodels.experiments.phase_change import LEFT_OUT, SHARED, PhaseDiagram
from toymodels.experiments.storage import storage_spec
from toymodels.run import Run
from toymodels.spec import AbsMLP

CORNER = np.eye(2, 5)

SLANTED = np.array([[1, 0.7, -1, -0.7], [0, 0.7, 0, -0.7]])
"""Two pairs of features whose partners are at 45 degrees."""

POLYSEMANTIC = Count(1.0, 39, 1, 0, both_sides=20, one_side=0, several=1, effective_features=1.1)
AT_003 = replace(POLYSEMANTIC, feature_probability=0.03, monosemantic=20, polysemantic=20)
AT_001 = replace(POLYSEMANTIC, feature_probability=0.01, monosemantic=40, polysemantic=0, several=0)


def sweep(W: Array) -> Run:
    return made(pentagon.pentagon_spec((1.0, 0.2, 0.1)), W=W)


def relu(first: Array, *others: Array, b: float = 0.0) -> Run:
    """The density sweep of the ladder with these W, the last one at all densities that are left."""
    run = made(ladder.density_sweep_spec("relu"), W=first, b=np.full(20, b))
    for k in range(1, len(run.W)):
        run.W[k] = others[min(k, len(others)) - 1] if others else first
    return run


def beside(W: Array, first: int = 0) -> Array:
    """W in the first dimensions and features of a model of the ladder, from this feature on."""
    whole = np.zeros((5, 20))
    whole[: W.shape[0], first : first + W.shape[1]] = W
    return whole


def transitions(jump: int | None) -> Transitions:
    nothing = np.zeros(0)
    jumps = [] if jump is None else [Jump(0, jump, 0.0, 1.0, jump <= 10)]
    return Transitions(nothing, nothing, nothing, nothing, [(0, 10)], jumps)


def with_mistake(module: object, name: str, check: Callable[[], Check]) -> Check:
    """A check with one of our functions giving a hundredth too much."""
    right = getattr(module, name)
    with patch.object(module, name, lambda *arguments: 1.01 * right(*arguments)):
        return check()


def bars(sampled_bias: float) -> list[Check]:
    """Both checks of the bars of a pair with b = 0.3, beside random inputs of the pair with another bias."""
    W, b, importance = np.array([[1.0, -1.0]]), np.full(2, 0.3), np.ones(2)
    sampled = monte_carlo("one active", W, np.full(2, sampled_bias), importance, 0.1, np.random.default_rng(0))
    return why.bars_add_up("one active", W, b, importance, 0.1, sampled)


def phase_diagram(code: int, loss: float = 1.0, length: float = 1.0) -> PhaseDiagram:
    """A map of four rows and columns, all alike but for the last row, where the extra feature is left out."""
    codes = np.full((4, 4), code)
    codes[3] = LEFT_OUT
    every = np.ones((4, 4))
    return PhaseDiagram(2, codes, length * every, every, loss * every)


def unequal(W: Array) -> Run:
    """This W with five features, one of them ever sparser."""
    return made(unequal_densities.unequal_spec([0.05], unequal_densities.LINE_FACTORS), W=W)


FALSE: dict[Callable[..., object], Callable[[], Check]] = {
    faces.dense_keeps_the_most_important: lambda: faces.dense_keeps_the_most_important(
        made(faces.face_spec(1.0), W=[[1, 0, 0, 0], [0, 0, 1, 0]])
    ),
    faces.sparse_makes_two_antipodal_pairs: lambda: faces.sparse_makes_two_antipodal_pairs(np.eye(2, 4), 0.9, "relu"),
    faces.never_worse_than_by_hand: lambda: faces.never_worse_than_by_hand(
        made(faces.face_spec(0.5), 1.0, W=np.eye(2, 4))
    ),
    two_dimensions.linear_never_superposes: lambda: two_dimensions.linear_never_superposes(
        made(faces.face_spec(0.1, activation="linear"), W=DECK.W)
    ),
    pentagon.dense_gives_the_top_two_a_dimension_each: lambda: pentagon.dense_gives_the_top_two_a_dimension_each(
        sweep(polygon(5))
    ),
    pentagon.sparser_gives_two_digons: lambda: pentagon.sparser_gives_two_digons(sweep(CORNER)),
    pentagon.sparse_gives_the_pentagon: lambda: pentagon.sparse_gives_the_pentagon(sweep(CORNER)),
    pentagon.pentagon_interferes_positively: lambda: pentagon.pentagon_interferes_positively(sweep(polygon(5))),
    pentagon.each_arrangement_pays_where_it_is_found: lambda: pentagon.each_arrangement_pays_where_it_is_found(
        sweep(CORNER)
    ),
    measure.inverse_gives_every_feature_back: lambda: measure.inverse_gives_every_feature_back(
        polygon(5), list("abcde"), "relu"
    ),
    measure.decks_numbers: lambda: with_mistake(measure, "gram", lambda: measure.decks_numbers(DECK.W)),
    measure.polytopes_have_their_fraction: lambda: with_mistake(
        measure, "feature_dimensionality", lambda: measure.polytopes_have_their_fraction(DECK.W)
    ),
    measure.every_dimension_is_used: lambda: measure.every_dimension_is_used(np.diag([1.0, 0])),
    measure.descent_makes_it_no_worse: lambda: measure.descent_makes_it_no_worse(
        *(made(faces.face_spec(0.1), loss, W=DECK.W) for loss in (0.1, 0.2))
    ),
    ladder.linear_keeps_the_top: lambda: ladder.linear_keeps_the_top(
        made(ladder.density_sweep_spec("linear"), W=np.eye(5, 20)[:, ::-1])
    ),
    ladder.dense_relu_keeps_the_top: lambda: ladder.dense_relu_keeps_the_top(relu(np.eye(5, 20)[:, ::-1])),
    ladder.relu_is_never_worse: lambda: ladder.relu_is_never_worse(
        made(ladder.density_sweep_spec("relu"), 0.2, W=np.eye(5, 20)),
        made(ladder.density_sweep_spec("linear"), 0.1, W=np.eye(5, 20)),
    ),
    ladder.gelu_superposes_less: lambda: ladder.gelu_superposes_less(
        made(ladder.density_sweep_spec("gelu"), W=beside(DECK.W, first=0)), relu(np.eye(5, 20))
    ),
    ladder.sparsity_adds_features: lambda: ladder.sparsity_adds_features(relu(np.eye(5, 20))),
    ladder.superposition_starts_at_the_bottom: lambda: ladder.superposition_starts_at_the_bottom(
        relu(np.eye(5, 20), beside(DECK.W))
    ),
    ladder.early_superposition_is_antipodal: lambda: ladder.early_superposition_is_antipodal(
        relu(np.eye(5, 20), beside(polygon(3), first=3))
    ),
    ladder.sparse_puts_all_in_superposition: lambda: ladder.sparse_puts_all_in_superposition(relu(np.eye(5, 20))),
    ladder.sparse_biases_are_negative: lambda: ladder.sparse_biases_are_negative(relu(np.eye(5, 20), b=0.1)),
    why.linear_interference_is_never_worth_it: lambda: why.linear_interference_is_never_worth_it(
        made(pentagon.pentagon_spec(0.1, activation="linear"), W=polygon(5))
    ),
    why.negative_interference_is_free: lambda: why.negative_interference_is_free(
        made(pentagon.pentagon_spec(0.1), W=polygon(5), b=np.full(5, 0.5))
    ),
    why.antipodal_wins_below_the_boundary: lambda: why.antipodal_wins_below_the_boundary(
        made(why.two_feature_spec(0.5, 0.2), W=[[1, 0]])
    ),
    why.bars_add_up: lambda: bars(sampled_bias=0)[1],
    geometry.dense_features_get_a_dimension_each: lambda: geometry.dense_features_get_a_dimension_each(
        [run_with(1, pairs(30))]
    ),
    geometry.sticks_at_one_half: lambda: geometry.sticks_at_one_half([run_with(x, x * pairs(30)) for x in ON_PLATEAU]),
    geometry.plateau_is_made_of_pairs: lambda: geometry.plateau_is_made_of_pairs([run_with(3.2, np.eye(30, 400))]),
    geometry.the_papers_arrangements_appear: lambda: geometry.the_papers_arrangements_appear(
        [run_with(x, pairs(30)) for x in (3.2, 4)]
    ),
    geometry.sparse_features_share_a_dimension_by_four: lambda: geometry.sparse_features_share_a_dimension_by_four(
        [run_with(12, pairs(30))]
    ),
    geometry.dimensions_are_used_up: lambda: geometry.dimensions_are_used_up([run_with(3.2, pairs(20))]),
    absolute_value.simple_solution_is_found: lambda: absolute_value.simple_solution_is_found(
        made(AbsMLP(3, 6, 0.5, 0.8), 0.0, W1=np.ones((6, 3)), W2=np.ones((3, 6)))
    ),
    absolute_value.dense_neurons_are_monosemantic: lambda: absolute_value.dense_neurons_are_monosemantic(
        [POLYSEMANTIC], 0.5
    ),
    absolute_value.few_neurons_are_polysemantic: lambda: absolute_value.few_neurons_are_polysemantic([AT_003], 0.5),
    absolute_value.polysemantic_neurons_grow: lambda: absolute_value.polysemantic_neurons_grow([POLYSEMANTIC, AT_001]),
    absolute_value.sparse_computes_more: lambda: absolute_value.sparse_computes_more([POLYSEMANTIC, AT_001]),
    absolute_value.most_neurons_are_simple: lambda: absolute_value.most_neurons_are_simple(
        ["other", "dead", "one side"]
    ),
    absolute_value.the_rest_is_the_motif: lambda: absolute_value.the_rest_is_the_motif(["other", "one side"], []),
    phase_change.training_finds_the_optimum: lambda: phase_change.training_finds_the_optimum(phase_diagram(SHARED)),
    phase_change.borders_are_where_theory_has_them: lambda: phase_change.borders_are_where_theory_has_them(
        phase_diagram(LEFT_OUT)
    ),
    phase_change.the_change_is_of_first_order: lambda: phase_change.the_change_is_of_first_order(phase_diagram(SHARED)),
    phase_change.sparsity_brings_superposition: lambda: phase_change.sparsity_brings_superposition(
        phase_diagram(SHARED)
    ),
    unequal_densities.a_sparser_feature_is_left_out_at_once: lambda: (
        unequal_densities.a_sparser_feature_is_left_out_at_once(unequal(polygon(5)), unequal(polygon(5)))
    ),
    unequal_densities.equal_features_are_a_pentagon: lambda: unequal_densities.equal_features_are_a_pentagon(
        made(unequal_densities.unequal_spec(unequal_densities.DENSITIES, unequal_densities.FACTORS), W=polygon(5))
    ),
    correlated.sparse_partners_are_at_right_angles: lambda: correlated.sparse_partners_are_at_right_angles(
        made(correlated.sweep_spec("together", 4), W=SLANTED)
    ),
    correlated.denser_partners_share_a_direction: lambda: correlated.denser_partners_share_a_direction(
        made(correlated.sweep_spec("together", 4), W=SLANTED)
    ),
    correlated.features_that_are_never_together_are_opposite: lambda: (
        correlated.features_that_are_never_together_are_opposite(
            made(correlated.sweep_spec("never together", 4), W=SLANTED)
        )
    ),
    correlated.dense_is_principal_components: lambda: correlated.dense_is_principal_components(
        made(correlated.sweep_spec("together", 4), W=SLANTED)
    ),
    correlated.sparse_pairs_keep_both_features: lambda: correlated.sparse_pairs_keep_both_features(
        made(correlated.sweep_spec("together", 4), W=SLANTED)
    ),
    good_or_bad.superposition_saves_dimensions: lambda: good_or_bad.superposition_saves_dimensions(
        made(storage_spec(5, (1.0, 0.01)), 10.0, W=np.eye(5, 20))
    ),
    good_or_bad.saving_grows_with_sparsity: lambda: good_or_bad.saving_grows_with_sparsity(
        made(storage_spec(5, (1.0, 0.01)), [0.0, 10.0], W=np.eye(5, 20))
    ),
    good_or_bad.more_features_per_neuron: lambda: good_or_bad.more_features_per_neuron([AT_001]),
    good_or_bad.jumps_fall_in_drops: lambda: good_or_bad.jumps_fall_in_drops(transitions(jump=50)),
    good_or_bad.every_drop_has_a_jump: lambda: good_or_bad.every_drop_has_a_jump(transitions(jump=None)),
    good_or_bad.neurons_explain_less: lambda: good_or_bad.neurons_explain_less({1.0: np.ones(3), 0.01: np.ones(3)}),
    good_or_bad.directions_explain_less: lambda: good_or_bad.directions_explain_less(
        made(storage_spec(5, (1.0, 0.01)), W=np.eye(5, 20))
    ),
}
"""Each claim, and a check of it that does not hold."""


@pytest.mark.parametrize("claim", FALSE, ids=lambda claim: str(claim.__name__))
def test_a_claim_is_false_where_it_is_broken(claim: Callable[..., object]) -> None:
    check = FALSE[claim]()
    assert check.holds is False, check.measured


def test_bars_that_do_not_add_up_are_found() -> None:
    assert bars(0.3)[0].holds is True
    assert with_mistake(interference, "measured_loss", lambda: bars(0.3)[0]).holds is False


def test_no_claim_is_missing() -> None:
    names = [info.name for info in pkgutil.iter_modules(experiments.__path__)]
    modules = [importlib.import_module(f"{experiments.__name__}.{name}") for name in names]
    claims = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and function.__annotations__.get("return") in ("Check", "list[Check]")
    }
    assert claims == set(FALSE)
