"""Claims of the page "phase_change", on trained maps and on maps made by hand for which they are false."""

from dataclasses import replace

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.phase_diagram import CODES, unit_losses
from toymodels.experiments import phase_change as claims
from toymodels.experiments import unequal_densities as unequal
from toymodels.experiments.findings import phase_change as findings
from toymodels.experiments.phase_change import LEFT_OUT, OWN, SHARED, PhaseDiagram, phase_diagram, phase_spec
from toymodels.names import percent


@pytest.fixture(scope="module")
def diagram() -> PhaseDiagram:
    """Two features in one dimension, on the map of the page."""
    return phase_diagram(tm.train(phase_spec(2, 40), 0, restarts=8))


def test_training_is_within_a_percent_of_the_exact_optimum_in_99_of_100_cells(diagram: PhaseDiagram) -> None:
    assert (diagram.excess <= 1.01).mean() >= 0.99
    assert diagram.excess.min() > 0.995
    assert claims.training_finds_the_optimum(diagram).holds
    worse = replace(diagram, loss=np.where(np.arange(40) < 2, 1.05, 1.0) * diagram.loss)
    assert claims.training_finds_the_optimum(worse).holds is False


def test_borders_are_those_of_the_exact_optimum_to_one_cell(diagram: PhaseDiagram) -> None:
    assert claims.borders_are_where_theory_has_them(diagram).holds
    code = diagram.code.copy()
    code[35, 30] = LEFT_OUT
    check = claims.borders_are_where_theory_has_them(replace(diagram, code=code))
    assert check.holds is False
    assert "1 of them away from a border" in check.measured


def test_the_length_jumps_at_the_border(diagram: PhaseDiagram) -> None:
    assert claims.the_change_is_of_first_order(diagram).holds
    found = claims.jumps(diagram)
    assert len(found) == (diagram.code[-1] == LEFT_OUT).sum()
    gradual = replace(diagram, length=np.broadcast_to(np.linspace(1, 0, 40)[:, None], (40, 40)))
    assert claims.the_change_is_of_first_order(gradual).holds is False
    nowhere = replace(diagram, code=np.full((40, 40), SHARED))
    assert claims.the_change_is_of_first_order(nowhere).holds is None
    assert findings.jumps(nowhere) == "no border"


def test_superposition_grows_with_sparsity(diagram: PhaseDiagram) -> None:
    assert claims.sparsity_brings_superposition(diagram).holds
    mirrored = replace(diagram, code=diagram.code[:, ::-1])
    assert claims.sparsity_brings_superposition(mirrored).holds is False


def test_findings_count_the_cells(diagram: PhaseDiagram) -> None:
    small = PhaseDiagram(
        2, np.array([[OWN, SHARED], [LEFT_OUT, SHARED]]), np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2))
    )
    assert findings.phases(small) == (
        "Of **4 trained models** 1 leave the extra feature out, **2 have it in superposition**, 1 give it a dimension "
        "and leave another one out."
    )
    words = findings.agreement(diagram)
    assert f"**{percent((diagram.excess <= 1.01).mean(), 1)}** of the cells" in words
    unit = claims.unit_map(2, 40)
    assert f"the same code in {percent((diagram.code == unit).mean(), 1)}" in words
    # The closed form has superposition nowhere that the exact optimum has not.
    assert not ((unit == SHARED) & (diagram.best.code != SHARED)).any()
    assert "in **100.0 %** of the cells" in findings.other_seeds([diagram, diagram])


def test_with_three_features_an_important_extra_one_lets_two_others_share() -> None:
    run = tm.train(phase_spec(3, 8), 0, restarts=8)
    found = phase_diagram(run)
    assert found.best is claims.best_map(3, 8) is claims.best_map(5, 8)
    sparse = found.code[:, -1]
    assert CODES[sparse[0]] == "others pair"
    assert CODES[sparse[-1]] == "superposition"
    assert run.spec.n_hidden == 2


@pytest.fixture(scope="module")
def line() -> tuple[tm.Run, tm.Run]:
    """Five arrows and two digons along the density of the fifth feature."""
    spec = unequal.unequal_spec([unequal.LINE_DENSITY], unequal.LINE_FACTORS)
    starts = (unequal.pentagon_start(), unequal.digons_start())
    pentagon, digons = (tm.train(spec, 0, start=start, steps=unequal.LINE_STEPS) for start in starts)
    return pentagon, digons


def test_losses_of_five_arrows_and_two_digons_cross_where_one_feature_is_sparser(
    line: tuple[tm.Run, tm.Run],
) -> None:
    pentagon, digons = line
    assert (unequal.arrangements(digons) == unequal.FIFTH_OUT).all()
    assert unequal.crossing(pentagon, digons) == pytest.approx(0.27, abs=0.02)
    check = unequal.a_sparser_feature_is_left_out_at_once(pentagon, digons)
    assert check.holds
    # The same arrangement twice has no crossing.
    assert unequal.a_sparser_feature_is_left_out_at_once(digons, digons).holds is False
    assert "do not cross once" in findings.unequal_densities(digons, digons, digons)
    assert "times sparser" in findings.unequal_densities(digons, pentagon, digons)


def test_equal_features_are_a_pentagon_and_a_much_sparser_one_is_left_out() -> None:
    run = tm.train(unequal.unequal_spec(unequal.DENSITIES, unequal.FACTORS), 0)
    assert unequal.equal_features_are_a_pentagon(run).holds
    upside_down = replace(run, parameters={name: value[::-1] for name, value in run.parameters.items()})
    assert unequal.equal_features_are_a_pentagon(upside_down).holds is False
    # Five arrows that are no pentagon.
    squeezed = replace(run, parameters={"W": run.W * np.array([[2.0], [0.6]], np.float32), "b": run.b})
    check = unequal.equal_features_are_a_pentagon(squeezed)
    assert check.holds is False
    assert check.measured.startswith("A pentagon in 0 of ")


@pytest.mark.parametrize("n", [2, 3])
def test_the_borders_of_the_closed_form_are_where_its_code_changes(n: int) -> None:
    across, level = claims.unit_borders(n, 40)
    for p, r in across:
        denser, sparser = (unit_code(n, r, part * p) for part in (1.001, 1 / 1.001))
        assert denser != sparser, (p, r)
    dense, sparse = level[0, 0] / 1.1, level[1, 0] * 1.1
    for p in np.geomspace(dense, sparse, 9):
        assert unit_code(n, 1.001, p) != unit_code(n, 1 / 1.001, p), p
    # To the edges of the cells of the map, which are even on logarithmic scales.
    r, p = claims.relative_importances(40), claims.densities(40)
    assert across[0, 1] / r[0] == pytest.approx((r[0] / r[1]) ** 0.5)
    assert level[0, 0] / p[0] == pytest.approx((p[0] / p[1]) ** 0.5)


def unit_code(n: int, r: float, p: float) -> str:
    losses = unit_losses(n, r, min(1.0, p))
    return min(losses, key=lambda code: float(losses[code]))
