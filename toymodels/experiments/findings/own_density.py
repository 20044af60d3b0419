"""Finding of the pentagon page: what becomes of the pentagon when one feature is sparser than the rest."""

from __future__ import annotations

import numpy as np

from toymodels.analysis.weights import represented
from toymodels.experiments.own_density import PARTS, crossing
from toymodels.names import number_word
from toymodels.run import Run


def sparser_feature(found: Run, pentagon: Run, feature_probability: float) -> str:
    """From which density on the fifth feature is left out, and where the losses of the two arrangements cross.

    Args:
        found: trained from random starts, one instance for each of `own_density.PARTS`.
        pentagon: the same, trained from a pentagon.
        feature_probability: of the other features.
    """
    kept = represented(found.W)[:, -1]
    S, at = 1 - feature_probability, crossing(pentagon, feature_probability)
    if not represented(found.W[0]).all():
        return f"At **S = {S:g}** five equal features make no pentagon. Choose a larger S."
    last = int(np.flatnonzero(kept)[-1])
    if last == len(PARTS) - 1:
        return f"At **S = {S:g}** the fifth feature keeps its arrow in all {number_word(len(PARTS))} models."
    return (
        f"At **S = {S:g}** the fifth feature keeps its arrow down to **{PARTS[last]:g} times** the others' density; at "
        f"{PARTS[last + 1]:g} it is left out."
        + ("" if at is None else f" The losses of the two arrangements cross at **{at:.2f}**.")
    )
