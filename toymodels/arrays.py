"""The array type of the library, and the check that an argument's numbers are finite."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""A NumPy array of float32 or float64. Leading axes are always batch axes, named in each docstring."""

LARGEST = float(np.finfo(np.float64).max)
"""No float is larger."""


def floats(field: str, values: npt.ArrayLike, dtype: type[np.floating[Any]] = np.float64) -> Array:
    """Numbers as an array of a floating type; the very array that was given if it is one.

    Raises:
        ValueError: naming the field, if they are no numbers, or larger than a float can be.
    """
    try:
        return np.asarray(values, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        # NumPy's own words say which entry, or that the rows differ in length.
        raise ValueError(f"{field} must hold numbers from -{LARGEST:.3g} to {LARGEST:.3g}: {error}") from None


def finite(name: str, values: npt.ArrayLike) -> Array:
    """An argument as a float64 array of finite numbers.

    Raises:
        ValueError: naming the argument, if it does not hold numbers, or one of them is NaN or infinite.
    """
    array = floats(name, values)
    wrong = ~np.isfinite(array)
    if wrong.any():
        place = np.unravel_index(int(wrong.argmax()), array.shape)
        where = f" at [{', '.join(map(str, place))}]" if place else ""
        raise ValueError(f"{name} must hold finite numbers, got {array[place]}{where}")
    return array
