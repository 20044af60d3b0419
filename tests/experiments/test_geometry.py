"""The slide "How the superposition states can look like?", in the deck's words, over all shipped seeds."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from toymodels.analysis.weights import dimensions_per_feature
from toymodels.arrays import Array
from toymodels.experiments import Check
from toymodels.experiments import geometry as claims
from toymodels.experiments.geometry import INVERSE_DENSITIES, SEEDS, geometry_spec
from toymodels.pretrained.geometry import shipped
from toymodels.run import Run

Claim = Callable[[Sequence[Run]], Check]

CLAIMS = (
    claims.dense_features_get_a_dimension_each,
    claims.sticks_at_one_half,
    claims.plateau_is_made_of_pairs,
    claims.the_papers_arrangements_appear,
    claims.sparse_features_share_a_dimension_by_four,
    claims.dimensions_are_used_up,
)


def run_with(x: float, W: Array) -> Run:
    parameters = {"W": W[None].astype(np.float32), "b": np.zeros((1, 400), np.float32)}
    return Run(geometry_spec(x), 0, 1, 1, parameters, np.zeros(1), np.zeros(1), 0.0)


def pairs(count: int) -> Array:
    """The first dimensions hold an antipodal pair each, the others nothing."""
    W = np.zeros((30, 400))
    for k in range(count):
        W[k, 2 * k : 2 * k + 2] = 1, -1
    return W


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim.__name__))
def test_claims_hold_on_the_shipped_ladder(claim: Claim, seed: int) -> None:
    check = claim([shipped(x, seed) for x in INVERSE_DENSITIES])
    # From seed 1, D* at 1.2 is .966, beyond the 3 % of the first claim; from seeds 0 and 2 it is .971 and .974.
    expected = seed != 1 or claim is not claims.dense_features_get_a_dimension_each
    assert check.holds is expected, check.measured


@pytest.mark.parametrize("seed", SEEDS)
def test_where_d_star_stops_sticking_at_one(seed: int) -> None:
    # At 1.2 the first tetrahedra form, and D* goes on falling slowly in long trainings, through the 3 % line.
    sizes = {x: float(dimensions_per_feature(shipped(x, seed).W[0])) for x in INVERSE_DENSITIES if x <= 1.35}
    assert sizes[1] == pytest.approx(1, rel=0.01)
    assert sizes[1.1] == pytest.approx(1, rel=0.01)
    assert 0.965 < sizes[1.2] < 0.98
    assert sizes[1.35] < 0.95


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim.__name__))
def test_a_ladder_without_the_density_cannot_tell(claim: Claim) -> None:
    assert claim([run_with(2, pairs(30))]).holds is None


def test_claims_fail_on_weights_that_break_them() -> None:
    rng = np.random.default_rng(0)
    blurred = pairs(30) + 0.1 * rng.standard_normal((30, 400))
    assert claims.dense_features_get_a_dimension_each([run_with(1, pairs(30))]).holds is False
    assert claims.sticks_at_one_half([run_with(3.2, pairs(20))]).holds is False
    assert claims.plateau_is_made_of_pairs([run_with(3.2, blurred)]).holds is False
    assert claims.plateau_is_made_of_pairs([run_with(3.2, np.zeros((30, 400)))]).holds is False
    assert claims.sparse_features_share_a_dimension_by_four([run_with(12, pairs(30))]).holds is False
    assert claims.dimensions_are_used_up([run_with(3.2, pairs(20))]).holds is False
    appear = claims.the_papers_arrangements_appear([run_with(3.2, pairs(20)), run_with(3.6, pairs(30))])
    assert appear.holds is False
    assert "digon: up to 30, at 3.2 to 3.6; pentagon: none" in appear.measured


def test_thirty_pairs_are_the_plateau() -> None:
    ladder = [run_with(3.2, pairs(30)), run_with(3.6, pairs(25))]
    assert claims.plateau(ladder) is ladder[0]
    for claim in (claims.sticks_at_one_half, claims.plateau_is_made_of_pairs, claims.dimensions_are_used_up):
        assert claim(ladder[:1]).holds
