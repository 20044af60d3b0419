"""Animation of a training: feature arrows and loss over the steps, played in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import turned_like
from toymodels.analysis.polytopes import shape
from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.plots.theme import Theme
from toymodels.run import Run

_FILM = figure_component("training_film")

LOG_FROM = 10.0
"""The loss has a log scale when the largest is at least this many times the smallest."""


FRAMES = 81
"""A film has about this many frames."""


def key_frames(step: npt.ArrayLike, frames: int = FRAMES) -> npt.NDArray[np.intp]:
    """Which of many snapshots to show: close together early, when the arrows find their places, and far apart late.

    Args:
        step: (snapshots,) optimiser steps done at each snapshot, increasing; the closer together, the better.
        frames: at most so many are chosen, the first and the last among them.

    Returns:
        Indices of snapshots, increasing.
    """
    step = np.asarray(step)
    wanted = step[0] + (step[-1] - step[0]) * np.linspace(0, 1, frames) ** 2
    return np.unique(np.abs(step[:, None] - wanted).argmin(axis=0))


@dataclass(frozen=True, eq=False)
class Reel:
    """One model in training.

    Attributes:
        title: the words above its plane, also the name of its loss curve.
        W: (frames, 2, features) the arrows.
        loss: (frames,), greater than 0.
        captions: (frames,) a word or two below the plane, such as the name of the shape.
    """

    title: str
    W: Array
    loss: Array
    captions: Sequence[str]


def arrows_in_training(run: Run, picture: Array, frames: int = FRAMES) -> tuple[npt.NDArray[np.intp], Array]:
    """Which snapshots of a run to show, and the arrows of its only instance, turned so that x₁ ends on the right.

    Args:
        run: of one instance, with snapshots.
        picture: (2, features) what the end is to look like as far as turning can do it.
        frames: as `key_frames` takes them.

    Returns:
        Indices as `key_frames` gives them, and W (frames, 2, features).
    """
    assert run.snapshots is not None
    shown = key_frames(run.snapshots.step, frames)
    W = run.snapshots.parameters["W"][shown, 0]
    # One turn for all frames, the one that the last needs: what turns in the film did turn in training.
    together = np.concatenate(W[::-1], axis=1)
    still = np.zeros((2, together.shape[1] - run.spec.n_features))
    backwards = turned_like(together, np.concatenate([picture, still], axis=1))
    return shown, backwards.reshape(2, len(shown), run.spec.n_features).swapaxes(0, 1)[::-1]


def in_training(title: str, run: Run, picture: Array) -> Reel:
    """The film of a run's only instance, with the names of its shapes; `picture` as in `arrows_in_training`."""
    assert run.snapshots is not None
    shown, W = arrows_in_training(run, picture)
    # The end has the loss that the page states, which is estimated from more samples.
    loss = np.append(run.snapshots.loss[shown[:-1], 0], run.loss[0])
    return Reel(title, W, loss, [shape(arrows).name for arrows in run.snapshots.parameters["W"][shown, 0]])


def film(
    reels: Sequence[Reel],
    step: npt.ArrayLike,
    names: Sequence[str],
    colours: Sequence[str],
    look: Theme,
    key: str,
    title: str,
) -> None:
    """Draw one or two models side by side and their losses below one scrubber; it opens at the end of the training.

    Args:
        reels: the models, trained for the same steps on the same loss; the first one's curve is the strong one.
        step: (frames,) optimiser steps done at each frame, increasing, not necessarily evenly.
        names: one per feature, for the tips.
        colours: one per feature, #rrggbb.
        look: the theme.
        key: of this film on the page.
        title: what is trained, for the alternative text.
    """
    losses = np.stack([reel.loss for reel in reels])
    strokes = ((look.accent, ""), (look.text, "7 5"))
    _FILM(
        key=key,
        data={
            "title": title,
            "names": list(names),
            "colours": list(colours),
            "step": np.asarray(step).tolist(),
            "log": bool(losses.max() >= LOG_FROM * losses.min() > 0),
            "faint": look.faint,
            "reels": [
                {
                    "title": reel.title,
                    "W": plain(reel.W),
                    "loss": [float(f"{loss:.4g}") for loss in reel.loss],
                    "captions": list(reel.captions),
                    "colour": colour,
                    "dash": dash,
                }
                for reel, (colour, dash) in zip(reels, strokes, strict=False)
            ],
        },
    )
