"""Findings of the page "correlated": how partners lie to one another, and when they share a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from toymodels.arrays import Array
from toymodels.experiments.correlated import (
    MOST_APART,
    ONE_DIRECTION,
    RIGHT_ANGLE,
    SPARSE,
    Kind,
    cosine_span,
    kept_apart,
    over_principal_components,
    partner_cosines,
)
from toymodels.names import compared, counted
from toymodels.run import Run


def angles(run: Run) -> str:
    """Angles between the partners of the first instance, in words: "90° and 91°"."""
    found = np.degrees(np.arccos(np.clip(partner_cosines(run.W[0]), -1, 1)))
    return " and ".join(f"{angle:.0f}°" for angle in found)


def partners(runs: Mapping[Kind, Run]) -> str:
    """How partners lie in each kind of data, at one sparsity."""
    S = 1 - next(iter(runs.values())).spec.densities[0]
    words = f"At **S = {S:g}** partners that are active together are at **{angles(runs['together'])}**"
    if "never together" not in runs:
        return (
            f"{words}. Two features can be never together only if each is active at most half of the time: from "
            f"S = {1 - MOST_APART:g} on."
        )
    return (
        f"{words}, those that are never together at **{angles(runs['never together'])}**. Independent ones have no "
        f"partner: there it is {angles(runs['independent'])} by chance."
    )


def means(run: Run) -> list[tuple[float, float]]:
    """Each density, and the mean cosine between partners there."""
    return [(p, float(found.mean())) for p, found in zip(run.spec.densities, partner_cosines(run.W), strict=True)]


def sweep(together: Run, apart: Run) -> str:
    """From which density on partners are at right angles, and how far those of the other kind are opposite."""
    densities = np.array(together.spec.densities)
    found = partner_cosines(together.W)
    shared = (found >= ONE_DIRECTION).all(axis=-1)
    square = (np.abs(found) <= 2 * RIGHT_ANGLE).all(axis=-1)
    opposite = partner_cosines(apart.W)[np.array(apart.spec.densities) >= SPARSE]
    if not shared.any() or not square.any():
        change = "Partners that are active together have no one angle here."
    else:
        change = (
            f"Partners that are active together share **one direction** down to 1 − S = {densities[shared].min():g}, "
            f"and are at **right angles** from {densities[square].max():g} on, in every pair."
        )
    return (
        f"{change} Never together, they are **opposite**: a cosine of {cosine_span(opposite)} "
        f"where 1 − S is {SPARSE:g} to {MOST_APART:g}. Sparser still, all pairings lose next to nothing, and "
        "training may end in any of them."
    )


def collapse(run: Run) -> str:
    """Of the first instance: how many pairs keep two directions, and its loss beside that of principal components."""
    S, n_pairs = 1 - run.spec.densities[0], run.spec.n_features // 2
    kept = int(kept_apart(run.W[0]))
    ratio = float(over_principal_components(run)[0])
    what = (
        "Every pair is **one direction**, the sum of its two features"
        if kept == 0
        else f"**{counted(kept, 'pair')} of {n_pairs}** keep{'s' if kept == 1 else ''} both features in two directions"
    )
    return f"S = {S:.2g}: {what}. The loss is {compared(ratio)} that of principal component analysis."


def other_seeds(cosines: Sequence[Array]) -> str:
    """Cosines between partners over several seeds."""
    every = np.concatenate([one.ravel() for one in cosines])
    return (
        f"From {counted(len(cosines), 'other seed')} the cosine between partners is "
        f"{cosine_span(every)}: **{int((np.abs(every) <= 2 * RIGHT_ANGLE).sum())} of {len(every)} pairs** are within "
        f"{np.degrees(np.arcsin(2 * RIGHT_ANGLE)):.0f}° of a right angle."
    )
