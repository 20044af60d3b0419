"""Faces and codes: a face with sliders, the codes that it goes through and their outputs, computed in the browser."""

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
class ShownCode:
    """A code: its title and note, W (2, 4) as it is to be seen, and b (4,)."""

    title: str
    note: str
    W: Array
    b: Array
    trained: bool = False


def face_codes(
    codes: Sequence[ShownCode],
    start: Sequence[float],
    importance: Sequence[float],
    samples: npt.ArrayLike,
    samples_title: str,
    relu: bool,
    look: Theme,
    with_codes: bool = True,
) -> None:
    """Draw the face, the codes and the sample faces.

    Args:
        codes: what the face goes through, from left to right.
        start: (4,) the face on arrival; afterwards the visitor's own stays.
        importance: (4,) what an error in each feature weighs.
        samples: (faces, 4); clicking one makes it the face.
        samples_title: the words above the samples.
        relu: whether the outputs are cut off at zero.
        look: the theme.
        with_codes: whether the face and its codes are shown, and not the samples alone.
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
            "bench": with_codes,
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
