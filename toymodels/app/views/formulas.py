"""LaTeX formulas of superposition and feature dimensionality, with the numbers of a given W."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import directions, feature_dimensionality, norms, superposition
from toymodels.arrays import Array, floats

TERMS = 3
"""Squares in one line: as many as a phone has room for."""


def superposition_formula(W: npt.ArrayLike, feature: int) -> str:
    """sum_{j != i} (Ŵ_i . W_j)^2 for feature i (from 0) of W (hidden, features): every square, and the sum."""
    squares = [f"({_shown(value)})^2" for value in _projections(W, feature)] or ["0"]
    lines = [" + ".join(squares[k : k + TERMS]) for k in range(0, len(squares), TERMS)]
    left = rf"& \sum_{{j \neq {feature + 1}}} (\hat W_{{{feature + 1}}} \cdot W_j)^2 \\ &= "
    right = r" \\ &\quad + ".join(lines) + f" = {_shown(superposition(W)[feature])}"
    return rf"\begin{{aligned}} {left}{right} \end{{aligned}}"


def dimensionality_formula(W: npt.ArrayLike, feature: int) -> str:
    """D_i for feature i (from 0) of W (hidden, features). The sum over j is |W_i|^2 and the superposition measure."""
    i = feature + 1
    D = _shown(feature_dimensionality(W)[feature])
    if norms(W)[feature] == 0:
        return rf"W_{{{i}}} = 0: \quad D_{{{i}}} = 0"
    own, shared = _shown(norms(W)[feature] ** 2), _shown(superposition(W)[feature])
    return (
        rf"\begin{{aligned}} D_{{{i}}} &= \frac{{|W_{{{i}}}|^2}}{{\sum_j (\hat W_{{{i}}} \cdot W_j)^2}} \\ "
        rf"&= \frac{{{own}}}{{{own} + {shared}}} = {D} \end{{aligned}}"
    )


def _projections(W: npt.ArrayLike, feature: int) -> Array:
    """Ŵ_i . W_j for all other features j, (features - 1,); 0 if W_i is zero."""
    projections: Array = np.delete(directions(W)[:, feature] @ floats("W", W), feature)
    return projections


def _shown(value: float) -> str:
    """Three significant digits in TeX; rounding noise is 0."""
    if abs(value) < 1e-9:
        return "0"
    digits, _, power = f"{value:.3g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits
