"""The array type of the library, and the checks that an argument holds finite numbers, or numbers of a range."""

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
        ValueError: naming the field, if they are no real numbers, or larger than a float can be.
    """
    try:
        array = np.asarray(values)
        # NumPy would read a text as the number that it spells, and leave out the imaginary part of a complex one.
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"got {array.dtype}")
        return np.asarray(array, dtype=dtype)
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
        raise ValueError(f"{name} must hold finite numbers, got {_first(array, wrong)}")
    return array


def within(name: str, values: npt.ArrayLike, low: float, high: float, above: bool = False) -> Array:
    """An argument as a float64 array of numbers from low to high; above: low is excluded.

    Raises:
        ValueError: naming the argument, a number and the range, if one is outside; as `finite` for what is no number.
    """
    array = finite(name, values)
    wrong = ((array <= low) if above else (array < low)) | (array > high)
    if wrong.any():
        span = f"greater than {low:.3g} and at most {high:.3g}" if above else f"from {low:.3g} to {high:.3g}"
        raise ValueError(f"{name} must be {span}, got {_first(array, wrong)}")
    return array


def _first(array: Array, wrong: npt.NDArray[np.bool_]) -> str:
    """The first number that is wrong, and its place where there are several."""
    place = np.unravel_index(int(wrong.argmax()), array.shape)
    return f"{array[place]} at [{', '.join(map(str, place))}]" if place else f"{array[place]}"
