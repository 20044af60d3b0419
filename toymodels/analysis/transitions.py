"""Transitions in one training: drops of the loss and jumps of D_i (paper, "Discrete 'energy level' jumps").

Snapshots have axes (frames, ...), evenly spaced in steps. All thresholds of the rule stand here; the windows count
frames, so that a training with more frames resolves shorter transitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array, finite
from toymodels.run import Run

WINDOW = 6
"""Frames within which a drop or a jump has to happen."""

SMOOTH = 5
"""Frames to either side over which the running median is taken: the loss of a single step is noisy."""

FALL = 0.05
"""The loss drops while it falls by at least this part of itself within `WINDOW`."""

JUMP = 0.2
"""D_i jumps when it changes by at least this much within `WINDOW`."""


@dataclass(frozen=True)
class Jump:
    """A jump of D_i of one feature.

    Attributes:
        feature: counted from 0.
        frame: the middle of the steepest `WINDOW`.
        before: D_i before that, 0 if the feature was not represented.
        after: D_i after it.
        in_drop: whether the loss drops at that frame.
    """

    feature: int
    frame: int
    before: float
    after: float
    in_drop: bool


def levels(W: npt.ArrayLike) -> Array:
    """D_i of every frame, (frames, features), and 0 while a feature is not represented; W (frames, hidden, features).

    D_i does not depend on how long W_i is: that of a column near zero says nothing.

    Raises:
        ValueError: if a number in W is not finite.
    """
    return np.where(represented(W), feature_dimensionality(W), 0.0)


def smoothed(values: Array) -> Array:
    """Running median over `SMOOTH` frames to either side, along the first axis; both ends are repeated."""
    padded = np.pad(values, [(SMOOTH, SMOOTH), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * SMOOTH + 1, axis=0)
    return np.asarray(np.median(windows, axis=-1))


def drops(loss: Array) -> list[tuple[int, int]]:
    """Drops of a loss (frames,): stretches (first frame, last frame) in which it falls, none touching the next.

    Raises:
        ValueError: if a number in it is not finite.
    """
    smooth = smoothed(finite("loss", loss))
    falls = _stretches(smooth[WINDOW:] <= (1 - FALL) * smooth[:-WINDOW])
    return [(first, last + WINDOW) for first, last in falls]


def jumps(level: Array, in_drops: Sequence[tuple[int, int]]) -> list[Jump]:
    """Jumps of levels (frames, features), in their order in time, each with whether it falls in one of the drops.

    Raises:
        ValueError: if a level is not finite.
    """
    smooth = smoothed(finite("level", level))
    change = smooth[WINDOW:] - smooth[:-WINDOW]
    found = []
    for feature in range(level.shape[1]):
        for sign in (1, -1):
            rise = sign * change[:, feature]
            for first, last in _stretches(rise >= JUMP):
                steepest = first + int(np.argmax(rise[first : last + 1]))
                before, after = smooth[steepest, feature], smooth[steepest + WINDOW, feature]
                frame = steepest + WINDOW // 2
                inside = any(start <= frame <= end for start, end in in_drops)
                found.append(Jump(feature, frame, float(before), float(after), inside))
    return sorted(found, key=lambda jump: jump.frame)


@dataclass(frozen=True, eq=False)
class Transitions:
    """Drops of the loss and jumps of D_i in the training of one model.

    Attributes:
        step: (frames,) optimiser steps.
        W: (frames, hidden, features).
        loss: (frames,) held-out.
        level: (frames, features), see `levels`.
        drops: stretches of frames.
        jumps: in the order of time.
    """

    step: np.ndarray
    W: Array
    loss: Array
    level: Array
    drops: list[tuple[int, int]]
    jumps: list[Jump]

    @property
    def matched(self) -> int:
        """Number of jumps that fall within a drop."""
        return sum(jump.in_drop for jump in self.jumps)

    @property
    def active_frames(self) -> tuple[int, int]:
        """The first and the last frame of any drop or jump; (0, 0) if there is none.

        After the last one nothing happens, so a lack of jumps there is no evidence that jumps fall in drops.
        """
        ends = [last for _, last in self.drops] + [jump.frame for jump in self.jumps]
        starts = [first for first, _ in self.drops] + [jump.frame for jump in self.jumps]
        return min(starts, default=0), max(ends, default=0)

    @property
    def covered(self) -> float:
        """Fraction of `active_frames` that drops take up: the fraction of jumps that chance would match."""
        first, last = self.active_frames
        return sum(end - start for start, end in self.drops) / max(1, last - first)


def find_transitions(run: Run) -> Transitions:
    """Transitions in the first instance of a run that was trained with snapshots.

    Raises:
        ValueError: if the run has no snapshots, or a number in them is not finite.
    """
    if run.snapshots is None:
        raise ValueError("the run must have snapshots")
    W, loss = run.snapshots.parameters["W"][:, 0], run.snapshots.loss[:, 0]
    level, falls = levels(W), drops(loss)
    return Transitions(run.snapshots.step, W, loss, level, falls, jumps(level, falls))


def _stretches(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of every stretch of True; stretches no more than `WINDOW` apart are one."""
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(mask).tolist():
        if found and index <= found[-1][1] + WINDOW:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found
