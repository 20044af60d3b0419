"""The array type of the library, and the check that an argument's numbers are finite."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""A NumPy array of float32 or float64. Leading axes are always batch axes, named in each docstring."""


def finite(name: str, values: npt.ArrayLike) -> Array:
    """An argument as a float64 array.

    Raises:
        ValueError: naming the argument, if a number in it is NaN or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    wrong = ~np.isfinite(array)
    if wrong.any():
        place = np.unravel_index(int(wrong.argmax()), array.shape)
        where = f" at [{', '.join(map(str, place))}]" if place else ""
        raise ValueError(f"{name} must hold finite numbers, got {array[place]}{where}")
    return array
