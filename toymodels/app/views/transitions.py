"""Animation of the drops of a training's loss and the jumps of D_i, played in the browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.analysis.transitions import Transitions, smoothed
from toymodels.app.components import plain
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.figures import figure_component
from toymodels.plots.theme import Theme

_JUMPS = figure_component("transitions")

FRAMES = 141
"""The film has about this many of the snapshots, close together early and far apart late."""

FROM_STEP = 30
"""Up to here next to nothing happens: the first stretch of the film is this long."""


def shown_frames(step: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Which of the snapshots at these steps (snapshots,) the film shows: the first, then evenly on a log scale."""
    step = np.asarray(step)
    wanted = [step[0], *np.geomspace(FROM_STEP, step[-1], FRAMES - 1)]
    return np.unique([int(np.abs(step - one).argmin()) for one in wanted])


def jumps_film(
    seen: Transitions, names: Sequence[str], colours: Sequence[str], look: Theme, key: str, title: str
) -> None:
    """Draw the film; it opens at the end of the training.

    Args:
        seen: the training, with its drops and jumps.
        names: one per feature.
        colours: one per feature, #rrggbb.
        look: the theme.
        key: of this film on the page.
        title: what is trained, for the alternative text.
    """
    shown = kept(shown_frames, seen.step)
    places = np.interp(np.arange(len(seen.step)), shown, np.arange(len(shown)))
    # What the rule for drops and jumps sees is what is drawn.
    loss, level = kept(smoothed, seen.loss)[shown], kept(smoothed, seen.level)[shown]
    _JUMPS(
        key=key,
        data={
            "title": title,
            "names": list(names),
            "colours": list(colours),
            "step": seen.step[shown].tolist(),
            "loss": [float(f"{value:.4g}") for value in loss],
            "level": plain(level),
            "W": kept(plain, seen.W[shown]),
            "drops": [[round(float(places[frame]), 2) for frame in ends] for ends in seen.drops],
            "jumps": [
                {
                    "feature": jump.feature,
                    "at": round(float(places[jump.frame]), 2),
                    "before": round(jump.before, 3),
                    "after": round(jump.after, 3),
                    "inside": jump.in_drop,
                }
                for jump in seen.jumps
            ],
            "ink": look.ink,
        },
    )
