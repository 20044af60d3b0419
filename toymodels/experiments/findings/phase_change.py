"""Findings of the page "phase_change": what became of the extra feature in every cell, and what theory says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toymodels.analysis.phase_diagram import CODES
from toymodels.experiments import phase_change as claims
from toymodels.experiments import unequal_densities as unequal
from toymodels.experiments.phase_change import LEFT_OUT, OTHERS, OWN, SHARED, WITHIN, PhaseDiagram, unit_map
from toymodels.names import counted, percent
from toymodels.run import Run


def phases(diagram: PhaseDiagram) -> str:
    """How many of the models leave the extra feature out, share a dimension for it, or give it one of its own."""
    count = [int((diagram.code == one).sum()) for one in range(len(CODES))]
    others = count[OTHERS]
    return (
        f"Of **{diagram.code.size:,} trained models** {count[LEFT_OUT]:,} leave the extra feature out, "
        f"**{count[SHARED]:,} have it in superposition**, {count[OWN]:,} give it a dimension and leave another one out"
        + (f", and in {others:,} two others share one instead." if others else ".")
    )


def agreement(diagram: PhaseDiagram) -> str:
    """In how many cells training found the best code, by the exact optimum and by the closed form."""
    best, unit = diagram.best.code, unit_map(diagram.n_features, diagram.resolution)
    return (
        f"Training is within 1 % of the best code's exact loss in **{percent((diagram.excess <= WITHIN).mean(), 1)}** "
        f"of the cells, and its code is the best one in {percent((diagram.code == best).mean(), 1)}. The closed "
        f"form, with unit arrows and no bias, names the same code in {percent((diagram.code == unit).mean(), 1)}: it "
        "lets superposition end too early, for lengths and biases give a pair more room."
    )


def jumps(diagram: PhaseDiagram) -> str:
    """From the least to the greatest jump of |W_i| at the border of what is left out, or that there is no border."""
    found = claims.jumps(diagram)
    return f"{found.min():.2f} to {found.max():.2f}" if len(found) else "no border"


def other_seeds(diagrams: Sequence[PhaseDiagram]) -> str:
    """In how many cells all of several maps have one code, and the least share of optima found."""
    codes = np.array([one.code for one in diagrams])
    same = (codes == codes[0]).all(axis=0)
    found = [float((one.excess <= WITHIN).mean()) for one in diagrams]
    return (
        f"All {counted(len(diagrams), 'map')} have the same code in **{percent(same.mean(), 1)}** of the cells. Each "
        f"is within 1 % of the best code's loss in at least {percent(min(found), 1)} of them."
    )


def unequal_densities(run: Run, pentagon: Run, digons: Run) -> str:
    """What five features in the plane end as, by the density of the fifth, and where the losses of two ends cross."""
    codes, at = unequal.arrangements(run), unequal.crossing(pentagon, digons)
    counts = [int((codes == code).sum()) for code in (unequal.FIVE, unequal.FIFTH_OUT, unequal.OTHER_OUT)]
    start = (
        f"Five features of equal importance in two dimensions; four have one density, the fifth its own. Of "
        f"{len(codes)} models **{counts[0]} keep all five**, {counts[1]} are two digons without the fifth, {counts[2]} "
        f"two digons with it. "
    )
    if not np.isfinite(at):
        return start + "The losses of five arrows and of two digons do not cross once."
    return start + (
        f"At 1 − S = {unequal.LINE_DENSITY:g} of the others, two digons have the smaller loss once the fifth is "
        f"**{1 / at:.1f} times sparser**: the curves cross at an angle, so the change is of first order as well."
    )
