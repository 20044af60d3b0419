"""Explanations of all figures, page by page: words as data, and selectors of what they point at."""

from __future__ import annotations

from toymodels.app.explanations import (
    absolute_value,
    correlated,
    faces,
    geometry,
    good_or_bad,
    home,
    ladder,
    measure,
    pentagon,
    phase_change,
    why,
)
from toymodels.app.explanations.step import Explanation, Step

__all__ = ["EXPLANATIONS", "Explanation", "Step"]

EXPLANATIONS: dict[str, dict[str, Explanation]] = {
    "": home.FIGURES,
    "faces": faces.FIGURES,
    "pentagon": pentagon.FIGURES,
    "measure": measure.FIGURES,
    "ladder": ladder.FIGURES,
    "why": why.FIGURES,
    "geometry": geometry.FIGURES,
    "absolute_value": absolute_value.FIGURES,
    "good_or_bad": good_or_bad.FIGURES,
    "phase_change": phase_change.FIGURES,
    "correlated": correlated.FIGURES,
}
"""Name of a page in the address -> name of a figure -> its explanation."""
