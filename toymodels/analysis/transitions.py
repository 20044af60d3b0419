"""Drops of the loss and jumps of D_i in one training (paper, "Discrete 'energy level' jumps").

A film has axes (frames, ...), its frames evenly spaced. All numbers of the rule stand here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import Autoencoder

N_FEATURES, N_HIDDEN, DECAY = 8, 4, 0.7

Start = Literal["no superposition", "near zero"]

SPREAD = {"no superposition": 0.001, "near zero": 0.01}
"""Standard deviation of the random part of W at the start."""

STEPS, FRAMES = 10_000, 1000
"""Many steps make a slow rise of the rate, so that what happens early is stretched; a frame every ten steps."""

WINDOW = 6
"""Frames in which a drop or a jump has to happen."""

SMOOTH = 5
"""Everything is first replaced by its median over so many frames to either side: single steps are noisy."""

FALL = 0.05
"""A drop: while the loss falls by at least this part of itself within `WINDOW`."""

JUMP = 0.2
"""A jump: D_i changes by at least this much within `WINDOW`."""


@dataclass(frozen=True)
class Jump:
    """One feature changes its level.

    Attributes:
        feature: its index.
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


def film_spec(feature_probability: float) -> Autoencoder:
    """Eight features of falling importance in four dimensions, I_i = 0.7^i.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(N_FEATURES, N_HIDDEN, feature_probability, DECAY)


def film_start(spec: Autoencoder, start: Start, seed: int) -> dict[str, Array]:
    """Where the training starts, for `train(..., start=)`: "W" (hidden, features) and "b" (features,).

    "no superposition": the m most important features have a dimension each, the others their mean as the answer,
    which is the best code without superposition. "near zero": nothing is represented. Both with a little noise.
    """
    n, m = spec.n_features, spec.n_hidden
    W = np.random.default_rng(seed).standard_normal((m, n)) * SPREAD[start]
    kept = np.zeros(n, dtype=bool)
    if start == "no superposition":
        kept[np.argsort(-spec.importances, kind="stable")[:m]] = True
        W[:, kept] += np.eye(m)
    return {"W": W, "b": np.where(kept, 0.0, spec.feature_probability[0] / 2)}


def levels(W: npt.ArrayLike) -> Array:
    """D_i of every frame, (frames, features), 0 while a feature is not represented, for W (frames, hidden, features).

    D_i does not depend on how long W_i is: that of a column near zero says nothing.
    """
    return np.where(represented(W), feature_dimensionality(W), 0.0)


def smoothed(values: Array) -> Array:
    """The running median along the first axis; at the ends the first and the last frame are repeated."""
    padded = np.pad(values, [(SMOOTH, SMOOTH), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * SMOOTH + 1, axis=0)
    return np.asarray(np.median(windows, axis=-1))


def drops(loss: Array) -> list[tuple[int, int]]:
    """The stretches (first frame, last frame) in which a loss (frames,) drops, none touching the next."""
    smooth = smoothed(loss)
    falls = _stretches(smooth[WINDOW:] <= (1 - FALL) * smooth[:-WINDOW])
    return [(first, last + WINDOW) for first, last in falls]


def jumps(level: Array, in_drops: Sequence[tuple[int, int]]) -> list[Jump]:
    """The jumps of levels (frames, features), in their order in time."""
    smooth = smoothed(level)
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
class Observed:
    """What the film of a run's first instance shows.

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
        """Jumps that fall within a drop."""
        return sum(jump.in_drop for jump in self.jumps)

    @property
    def busy(self) -> tuple[int, int]:
        """From the beginning of the first drop to the last drop's end or the last jump, whichever is later, in frames.

        After that nothing happens, and to have no jump there is no merit of the drops.
        """
        ends = [last for _, last in self.drops] + [jump.frame for jump in self.jumps]
        starts = [first for first, _ in self.drops] + [jump.frame for jump in self.jumps]
        return min(starts, default=0), max(ends, default=0)

    @property
    def covered(self) -> float:
        """The part of the `busy` stretch that drops take up: what chance would match."""
        first, last = self.busy
        return sum(end - start for start, end in self.drops) / max(1, last - first)


def observed(run: Run) -> Observed:
    """Find drops and jumps in a run that was trained with snapshots."""
    if run.snapshots is None:
        raise ValueError("the run must have snapshots")
    W, loss = run.snapshots.parameters["W"][:, 0], run.snapshots.loss[:, 0]
    level, falls = levels(W), drops(loss)
    return Observed(run.snapshots.step, W, loss, level, falls, jumps(level, falls))


def _stretches(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and the last index of every run of True; runs no more than `WINDOW` apart are one."""
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(mask).tolist():
        if found and index <= found[-1][1] + WINDOW:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found
