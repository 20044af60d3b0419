"""Phase diagram beside its theory, with a point to drag and the losses along a line, drawn in the browser."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.analysis.phase_diagram import CODES
from toymodels.app.components import packed, plain
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.experiments.phase_change import (
    PhaseDiagram,
    densities,
    left_out_loss,
    relative_importances,
    unit_borders,
)
from toymodels.names import feature_names
from toymodels.plots.theme import Theme
from toymodels.run import Run

_DIAGRAM = figure_component("phase_diagram")

ARRIVAL = (0.66, 0.25)
"""Where the point is on arrival, as parts of the map from above and from the left: its line crosses all phases."""

WORDS = dict(zip(CODES, ("not represented", "in superposition", "own dimension", "two others share"), strict=True))


def phase_diagram_view(run: Run, diagram: PhaseDiagram, shown: Sequence[str], look: Theme) -> None:
    """Draw it.

    Args:
        run: of `phase_spec`.
        diagram: its measures.
        shown: "map" for both maps, "line" for the weights at the point and the losses along its line, or both.
        look: the theme.
    """
    best, resolution = diagram.best, diagram.resolution
    names, n = feature_names(diagram.n_features), diagram.n_features
    unit = left_out_loss(resolution)
    strong, pale = look.importance_colours([1.0, 0.3])
    _DIAGRAM(
        key="phase_diagram",
        data={
            "p": _digits(densities(resolution)),
            "r": _digits(relative_importances(resolution)),
            "maps": [
                _map("Trained: the best of several starts", diagram.length, diagram.superposition, diagram.code),
                _map("Theory: the exact optimum", best.length, best.superposition, best.code),
            ],
            "boundaries": [
                {"words": "border of the exact optimum", "dash": "", "code": best.code.tolist()},
                {
                    "words": "of the closed form, unit arrows without bias",
                    "dash": "5 4",
                    "lines": [_digits(line) for line in unit_borders(n, resolution)],
                },
            ],
            "codes": [WORDS[code] for code in best.losses],
            "losses": [_digits(loss / unit) for loss in best.losses.values()],
            "trained": _digits(diagram.loss / unit),
            "W": packed(run.W),
            "b": packed(run.b),
            "hidden": run.spec.n_hidden,
            "names": names,
            "colours": [strong] * (n - 1) + [pale],
            "shown": list(shown),
            "start": [round(part * (resolution - 1)) for part in ARRIVAL],
            "ramp": list(look.superposition),
            "ink": look.ink,
        },
    )


def _map(title: str, length: Array, superposition: Array, code: npt.NDArray[np.intp]) -> dict[str, object]:
    return {
        "title": title,
        "length": plain(length, 2),
        "superposition": plain(np.minimum(superposition, 1), 2),
        "code": code.tolist(),
    }


def _digits(values: Array) -> object:
    """Numbers in four significant digits, in lists."""
    with np.errstate(divide="ignore"):
        scale = 10.0 ** (3 - np.floor(np.log10(np.maximum(np.abs(values), 1e-12))))
    return (np.round(values * scale) / scale).tolist()
