"""Challenges of the pages: a task for whoever moves the controls, and a function that says whether it is done.

Every function takes what is on the screen and returns a `Challenge` with its numbers, done or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import REPRESENTED_NORM, feature_dimensionality, norms, represented
from toymodels.arrays import finite
from toymodels.names import compared, counted, percent, scientific, subscript, with_error
from toymodels.run import Run

SURVIVE = 6
"""Features that have to be represented in two dimensions."""

FIFTHS = 2 / 5
"""Dimensions that every feature has to have."""

NEAR = 0.005
"""Dᵢ counts as `FIFTHS` when it is this near: a pentagon drawn by hand may be a degree or two off."""

BEATEN_BY = 0.01
"""A loss by hand beats another one when it is smaller by at least this part of it, and by two standard errors."""


@dataclass(frozen=True)
class Challenge:
    """A task, whether it is done, and what the numbers on the screen say of it, in Markdown."""

    task: str
    done: bool
    says: str


def six_survive(run: Run) -> Challenge:
    """Six features are represented in two dimensions, by a run of one instance."""
    task = f"Find an S at which {SURVIVE} features survive in two dimensions."
    n, S = run.spec.n_features, 1 - run.spec.densities[0]
    lengths = norms(run.W[0])
    kept = int(represented(run.W[0]).sum())
    now = (
        f"At S = {S:g} **{kept} of {counted(n, 'feature')}** {'has' if kept == 1 else 'have'} an arrow of at least "
        f"{REPRESENTED_NORM:g}"
    )
    if n < SURVIVE:
        return Challenge(task, False, f"{now}; for six to survive there must be six: raise n.")
    if kept >= SURVIVE:
        return Challenge(task, True, f"{now}: six or more survive.")
    longest = float(np.sort(lengths)[::-1][SURVIVE - 1])
    return Challenge(task, False, f"{now}; the sixth longest has {scientific(longest, 2)}.")


def two_fifths_each(W: npt.ArrayLike) -> Challenge:
    """Every feature of W (hidden, features) has D_i = 2/5."""
    task = "Draw a W in which every feature has Dᵢ = 2/5."
    every = feature_dimensionality(finite("W", W))
    off = np.abs(every - FIFTHS)
    if (off <= NEAR).all():
        return Challenge(task, True, f"All {len(every)} have Dᵢ from {every.min():.3f} to {every.max():.3f}.")
    worst = int(off.argmax())
    near = int((off <= NEAR).sum())
    return Challenge(
        task,
        False,
        f"**{near} of {len(every)}** have it, within {NEAR:g}; D{subscript(worst + 1)} = {every[worst]:.3f} is "
        "farthest.",
    )


def beat_gradient_descent(by_hand: Run, descent: Run) -> Challenge:
    """A W by hand has a smaller loss than gradient descent found from one random start; both of one instance."""
    task = "Beat gradient descent: draw a W with a smaller loss than it finds from one random start."
    hand, found = float(by_hand.loss[0]), float(descent.loss[0])
    error = float(np.hypot(by_hand.loss_error[0], descent.loss_error[0]))
    losses = (
        f"Your W has {with_error(hand, by_hand.loss_error[0])}, gradient descent from the start of seed "
        f"{descent.seed} has {with_error(found, descent.loss_error[0])}"
    )
    if found - hand >= max(BEATEN_BY * found, 2 * error):
        return Challenge(task, True, f"{losses}: yours is **{compared(hand / found)}** that.")
    if hand < found:
        return Challenge(
            task, False, f"{losses}: too near to tell. It takes {percent(BEATEN_BY)} and two standard errors."
        )
    return Challenge(
        task,
        False,
        f"{losses}. It also chooses lengths and biases, but from some starts it ends in a poor place: try other seeds, "
        "few features, or much sparser ones.",
    )
