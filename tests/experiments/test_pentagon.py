"""The slides "0 % / 80 % / 90 % sparsity", in the deck's words, over eight seeds, with the defaults."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis import losses
from toymodels.analysis.polytopes import BY_NAME, shape
from toymodels.arrays import Array
from toymodels.experiments import Check
from toymodels.experiments import pentagon as claims
from toymodels.experiments.pentagon import N_HIDDEN, pentagon_spec, two_digons_loss
from toymodels.experiments.two_dimensions import linear_never_superposes
from toymodels.run import Run

SEEDS = range(8)
DECK = (0.0, 0.8, 0.9)
ENOUGH = 6


def probabilities(*sparsities: float) -> list[float]:
    return [round(1 - S, 6) for S in sparsities]


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """The deck's three models from eight seeds."""
    return [tm.train(pentagon_spec(probabilities(*DECK)), seed=seed) for seed in SEEDS]


def holding(checks: list[Check]) -> int:
    return sum(check.holds is True for check in checks)


def test_at_0_percent_the_two_most_important_features_are_orthogonal_and_the_others_not_embedded(
    runs: list[Run],
) -> None:
    assert holding([claims.dense_gives_the_top_two_a_dimension_each(run) for run in runs]) >= ENOUGH


def test_at_80_percent_the_four_most_important_features_are_antipodal_pairs(runs: list[Run]) -> None:
    assert holding([claims.sparser_gives_two_digons(run) for run in runs]) >= ENOUGH


def test_at_90_percent_all_five_features_are_a_pentagon(runs: list[Run]) -> None:
    assert holding([claims.sparse_gives_the_pentagon(run) for run in runs]) >= ENOUGH


def test_the_pentagon_interferes_positively_and_two_digons_do_not(runs: list[Run]) -> None:
    assert holding([claims.pentagon_interferes_positively(run) for run in runs]) >= ENOUGH


def test_each_arrangement_pays_where_it_is_found(runs: list[Run]) -> None:
    assert holding([claims.each_arrangement_pays_where_it_is_found(run) for run in runs]) >= ENOUGH


def test_linear_never_more_than_two_features() -> None:
    for seed in SEEDS:
        linear = tm.train(pentagon_spec(probabilities(*DECK), activation="linear"), seed=seed)
        assert linear_never_superposes(linear).holds
        assert {shape(W).name for W in linear.W} == {"orthogonal pair"}


# ---- which arrangement is the best one at which S, without any training ----


def best_pentagon(sparsity: float) -> float:
    """The least loss of a regular pentagon with one length and one bias for all: an upper bound for all pentagons."""
    length, bias = np.meshgrid(np.linspace(0.95, 1.25, 13), np.linspace(-0.35, 0, 15), indexing="ij")
    W = length[..., None, None, None] * BY_NAME["pentagon"].W
    b = np.broadcast_to(bias[..., None, None], (*bias.shape, 1, 5))
    spec = pentagon_spec(round(1 - sparsity, 6))
    return float(losses.estimate(spec, {"W": W, "b": b})[0].min())


@pytest.mark.parametrize("sparsity", [0.6, 0.7, 0.8])
def test_two_digons_by_hand_beat_a_pentagon_and_two_features_around_80_percent(sparsity: float) -> None:
    spec = pentagon_spec(1 - sparsity)
    digons = two_digons_loss(1 - sparsity, spec.importances)
    assert digons < 0.95 * best_pentagon(sparsity)
    assert digons < 0.95 * losses.loss_without_superposition(spec.importances, N_HIDDEN, 1 - sparsity)


@pytest.mark.parametrize("sparsity", [0.9, 0.95, 0.99])
def test_a_pentagon_by_hand_beats_two_digons_from_90_percent_on(sparsity: float) -> None:
    assert best_pentagon(sparsity) < 0.95 * two_digons_loss(1 - sparsity, pentagon_spec(0.5).importances)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.1])
@pytest.mark.parametrize("n", [4, 5, 7])
def test_the_closed_forms_are_the_losses_of_the_codes_by_hand(p: float, n: int) -> None:
    spec = pentagon_spec(p, n)
    average = np.full((1, n), p / 2)
    two, digons = np.zeros((1, 2, n)), np.zeros((1, 2, n))
    two[0, :, :2] = np.eye(2)
    digons[0, :, :4] = BY_NAME["two digons"].W
    cases: list[tuple[float, Array, int]] = [
        (losses.loss_without_superposition(spec.importances, N_HIDDEN, p), two, 2),
        (two_digons_loss(p, spec.importances), digons, 4),
    ]
    for closed_form, W, kept in cases:
        b = np.where(np.arange(n) < kept, 0, average)
        loss, error = losses.estimate(spec, {"W": W, "b": b})
        assert loss[0] == pytest.approx(closed_form, abs=5 * error[0] + 1e-6)


# ---- the claims can fail, and say so when they cannot be tested ----


def test_claims_fail_on_weights_that_break_them() -> None:
    untrained = tm.train(pentagon_spec(probabilities(*DECK)), steps=1, restarts=1)
    for claim in (
        claims.dense_gives_the_top_two_a_dimension_each,
        claims.sparser_gives_two_digons,
        claims.sparse_gives_the_pentagon,
        claims.pentagon_interferes_positively,
        claims.each_arrangement_pays_where_it_is_found,
    ):
        assert claim(untrained).holds is False, claim


def test_a_pentagon_is_no_two_digons_and_the_wrong_four_are_not_the_most_important() -> None:
    # The instance that is to be S = 0.8 is trained at 0.95 in effect: importances do not change with it.
    sparse = tm.train(pentagon_spec(probabilities(0.95)))
    dropped_first = sparse.parameters["W"].copy()
    dropped_first[0] = np.insert(BY_NAME["two digons"].W, 0, 0, axis=1)
    for W in (sparse.parameters["W"], dropped_first):
        run = Run(pentagon_spec(0.2), 0, 1, 1, {**sparse.parameters, "W": W}, sparse.loss, sparse.loss_error, 0.0)
        assert claims.sparser_gives_two_digons(run).holds is False


@pytest.mark.parametrize(("n", "decay", "why"), [(6, 0.9, "this run 6"), (5, 1.0, "importances are equal")])
def test_other_models_than_the_decks_cannot_test_its_claims(n: int, decay: float, why: str) -> None:
    run = tm.train(pentagon_spec(probabilities(*DECK), n, decay), steps=10, restarts=1)
    for claim in (claims.sparser_gives_two_digons, claims.each_arrangement_pays_where_it_is_found):
        check = claim(run)
        assert check.holds is None
        assert why in check.measured


def test_a_run_without_the_sparsity_of_a_claim_is_refused() -> None:
    run = tm.train(pentagon_spec(0.5), steps=10, restarts=1)
    with pytest.raises(ValueError, match=r"S = 0\.8"):
        claims.sparser_gives_two_digons(run)


def test_shapes_in_words() -> None:
    assert claims.described(shape(BY_NAME["two digons"].W)) == "two digons of x₁, x₂, x₃, x₄, within 1°"
    assert claims.described(shape(np.zeros((2, 3)))) == "nothing"


def test_few_seeds_end_in_a_hexagon_where_a_heptagon_has_a_smaller_loss() -> None:
    ends: dict[str, list[float]] = {}
    for seed in range(16):
        run = tm.train(tm.Autoencoder(7, 2, 0.01, 1.0), seed=seed)
        ends.setdefault(shape(run.W[0]).name, []).append(float(run.loss[0]))
    assert set(ends) == {"heptagon", "hexagon"}
    assert 1 <= len(ends["hexagon"]) <= 4
    assert 1.005 < min(ends["hexagon"]) / max(ends["heptagon"]) < 1.02
