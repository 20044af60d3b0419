"""Feature arrows in three dimensions, turned by hand in the browser without a rerun."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.app.components import component
from toymodels.charts.look import Look

_SPACE = component("space")


def space(
    W: npt.ArrayLike,
    names: Sequence[str],
    colours: Sequence[str],
    look: Look,
    key: str,
    says: str,
    edges: Sequence[tuple[int, int]] = (),
) -> None:
    """Draw the arrows inside a unit sphere. What is farther away is smaller and paler; the nearest is on top.

    Args:
        W: (3, features).
        names: one per feature, for the tips.
        colours: one per feature, #rrggbb.
        look: the theme.
        key: tells several views of one page apart.
        says: what there is to see, for those who do not see it.
        edges: pairs of features whose tips are joined by a line, such as `arrangements.edges(W)`.
    """
    _SPACE(
        key=key,
        data={
            "W": np.round(np.asarray(W, dtype=np.float64), 5).tolist(),
            "names": list(names),
            "colours": list(colours),
            "edges": [list(edge) for edge in edges],
            "ink": {"faint": look.faint, "muted": look.muted},
            "says": says,
        },
    )
