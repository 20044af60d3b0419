"""The face lab: sliders, faces and codes that follow the hand, drawn in the browser without a rerun."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy.typing as npt

from toymodels.app.components import component, plain
from toymodels.arrays import Array
from toymodels.experiments.faces import SYMBOLS
from toymodels.names import FACE_FEATURES
from toymodels.plots.theme import Theme

_STAGE = component("faces")


@dataclass(frozen=True, eq=False)
class StagedCode:
    """A code on the stage: its words, W (2, 4) as it is to be seen, and b (4,)."""

    title: str
    note: str
    W: Array
    b: Array
    trained: bool = False


def face_stage(
    codes: Sequence[StagedCode],
    start: Sequence[float],
    importance: Sequence[float],
    samples: npt.ArrayLike,
    samples_title: str,
    relu: bool,
    look: Theme,
    bench: bool = True,
) -> None:
    """Draw the stage.

    Args:
        codes: what the face goes through, from left to right.
        start: (4,) the face on arrival; afterwards the visitor's own stays.
        importance: (4,) what an error in each feature weighs.
        samples: (faces, 4); clicking one puts it on the stage.
        samples_title: the words above the samples.
        relu: whether the outputs are cut off at zero.
        look: the theme.
        bench: whether the face and its codes are shown, and not the samples alone.
    """
    _STAGE(
        key="face_stage",
        data={
            "names": FACE_FEATURES,
            "symbols": SYMBOLS,
            "start": list(start),
            "importance": list(importance),
            "colours": look.importance_colours(importance),
            "relu": relu,
            "bench": bench,
            "ink": look.ink,
            "codes": [
                {
                    "title": code.title,
                    "note": code.note,
                    "trained": code.trained,
                    "W": plain(code.W, 5),
                    "b": plain(code.b, 5),
                }
                for code in codes
            ],
            "samples": plain(samples, 5),
            "samplesTitle": samples_title,
        },
    )
