"""Findings of the geometry page: represented features, their dimensions, and the groups that they form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from toymodels.analysis.feature_graph import Group, off_right_angles
from toymodels.analysis.polytopes import IRREGULAR, ONE_FEATURE
from toymodels.analysis.weights import dimensions_per_feature, feature_dimensionality, norms, represented
from toymodels.arrays import Array
from toymodels.names import counted, percent

ORTHOGONAL = 5.0
"""Above this many degrees off a right angle, groups are not called orthogonal."""


def arrangements(found: Sequence[Group]) -> str:
    """The arrangements of a model and how many there are of each: "30 × digon, 2 × pentagon"."""
    if not found:
        return "no feature is represented by itself"
    words = []
    for (name, size), many in Counter((one.name, len(one.features)) for one in found).most_common():
        words.append(
            f"{many} × {name} of {size}"
            if name == IRREGULAR
            else f"{many} alone"
            if name == ONE_FEATURE
            else f"{many} × {name}"
        )
    return ", ".join(words[:6]) + (" and others" if len(words) > 6 else "")


def dimensions(W: Array, inverse_density: float) -> str:
    """How many features a W (hidden, features) represents, their |W_i|^2, and D*; `inverse_density` is 1 / (1 - S)."""
    n, kept = W.shape[1], represented(W)
    length = f", |Wᵢ|² is {float((norms(W)[kept] ** 2).mean()):.2f} on average" if kept.any() else ""
    return (
        f"At **1 / (1 − S) = {inverse_density:g}** (S = {1 - 1 / inverse_density:.3g}) **{int(kept.sum())} of "
        f"{counted(n, 'feature')}** are represented (|Wᵢ| ≥ 0.5){length}. **D\\* = m / |W|² = "
        f"{float(dimensions_per_feature(W)):.3f}**."
    )


def dimensionalities(W: Array, inverse_density: float) -> str:
    """The range of D_i of the represented features of W (hidden, features), and the sum of all."""
    m, n = W.shape
    every = feature_dimensionality(W)
    drawn = every[represented(W)]
    return (
        f"Every feature's Dᵢ, at every density. At {inverse_density:g} "
        + (
            f"the represented ones have Dᵢ from **{drawn.min():.3f} to {drawn.max():.3f}**; "
            if len(drawn) > 1
            else f"the represented one has Dᵢ = **{drawn[0]:.3f}**; "
            if len(drawn)
            else "no feature is represented; "
        )
        + f"all {n} add up to **{every.sum():.2f}**, for m = {m}."
    )


def all_groups(W: Array, found: Sequence[Group]) -> str:
    """How many groups there are in W (hidden, features), of which arrangements, and at which angles."""
    text = f"**{counted(len(found), 'group')}**: {arrangements(found)}."
    if len(found) < 2:
        return text
    off = off_right_angles(W, found)
    if off <= ORTHOGONAL:
        return (
            f"{text} All groups are at right angles to one another, within {off:.1f}°. Geometry calls such an "
            "arrangement of polytopes in separate subspaces a **tegum product**."
        )
    taken, there = sum(group.n_dimensions for group in found), len(W)
    room = f"One by one they take {taken} dimensions, and there are {there}: they are" if taken > there else "They are"
    return (
        f"{text} {room} not at right angles to one another, up to {off:.0f}° off. So they interfere, and their Dᵢ are "
        "below those of the ideal."
    )


def one_group(number: int, found: Sequence[Group]) -> str:
    """One of the groups, by its number from 1."""
    group = found[number - 1]
    return (
        f"**Group {number}** of {len(found)}: {group.name}, {counted(len(group.features), 'feature')} in "
        f"{counted(group.n_dimensions, 'dimension')}, Dᵢ = {group.dimensionality:.3f} on average."
    )


def near_right_angle(between: Array) -> float:
    """Fraction of pairs at right angles within `ORTHOGONAL`, from their cosines (pairs,); 1 if there is no pair."""
    return float((np.abs(between) <= np.sin(np.radians(ORTHOGONAL))).mean()) if len(between) else 1.0


def angles(n_represented: int, between: Array) -> str:
    """How many of all pairs of represented features are at right angles; `between` (pairs,) are their cosines."""
    return (
        f"**Angles** between the {counted(n_represented, 'represented feature')}: "
        f"{percent(near_right_angle(between))} of all pairs are within {ORTHOGONAL:g}° of a right angle."
    )


def nothing_joined(found: Sequence[Group]) -> str:
    """That no group has two features, and how many features have a direction of their own."""
    alone = len(found)
    return (
        f"**No two features are joined here.** {alone} {'has' if alone == 1 else 'have'} a direction of "
        f"{'its' if alone == 1 else 'their'} own; the others share the remaining dimensions a little, as in principal "
        "components, whose axes are arbitrary. A lower threshold joins features with smaller products."
    )


def convergence(loss_change: float, size_change: float, loss_error: float, nines: int) -> str:
    """What half of the steps would have given, and how many groups of nine features in four dimensions there are.

    Args:
        loss_change: the largest relative change of the loss over the densities.
        size_change: the same of D*.
        loss_error: the largest standard error of such a change of the loss.
        nines: the number of those groups.
    """
    there = f"is {nines} such group" if nines == 1 else f"are {nines} such groups" if nines else "is none"
    return (
        f"Has training converged? Half as many steps give the same loss within {percent(loss_change, 1)} (± "
        f"{percent(loss_error, 1)}) at every density, and the same D* within {percent(size_change, 1)}. Nine "
        f"features in four dimensions, each with Dᵢ = 4/9, have been reported by others: with this seed there {there}."
    )


def own_training(W: Array, found: Sequence[Group]) -> str:
    """What a visitor's own training gave: represented features, dimensions and groups of W (hidden, features)."""
    m, n = W.shape
    return (
        f"**{int(represented(W).sum())} of {counted(n, 'feature')} in {counted(m, 'dimension')}**, D* = "
        f"{float(dimensions_per_feature(W)):.3f}, the Dᵢ add up to {feature_dimensionality(W).sum():.2f}: "
        f"{arrangements(found)}."
    )
