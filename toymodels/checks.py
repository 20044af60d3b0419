"""Checks of values that come from outside: each gives the value in its own type, or a ValueError that names the field.

The sentence says which value was given and what is allowed.
"""

from __future__ import annotations

import math
import operator
import reprlib
from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

MAX_SEED = 2**32 - 1
"""The largest seed of a training, and of a fixed set of samples."""


def whole_number(field: str, value: object, low: int, high: int) -> int:
    """The value as an int, or a ValueError that names the field, the value and the range."""
    message = f"{field} must be a whole number from {low} to {high}, got {shown(value)}"
    if isinstance(value, bool):
        raise ValueError(message)
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(message) from None
    if not low <= number <= high:
        raise ValueError(message)
    return number


def real_number(field: str, value: object, low: float, high: float, above: bool = False) -> float:
    """The value as a float, or a ValueError that names the field, the value and the range; above: low is excluded."""
    start = f"greater than {low:g} and at most" if above else f"from {low:g} to"
    message = f"{field} must be a number {start} {high:g}, got {shown(value)}"
    number = real(message, value)
    if not low <= number <= high or (above and number == low):
        raise ValueError(message)
    return number


def one_of(field: str, value: object, allowed: Sequence[str]) -> str:
    """The value as a str, or a ValueError that names the field, the value and what is allowed."""
    if not isinstance(value, str) or value not in allowed:
        *most, last = map(repr, allowed)
        raise ValueError(f"{field} must be {', '.join(most)} or {last}, got {shown(value)}")
    return str(value)


def real(message: str, value: object) -> float:
    """The value as a finite float, or a ValueError with the message."""
    # float() alone would also take "5", b"5", True, and the real part of a complex number.
    if isinstance(value, (bool, np.bool_, complex)) or not hasattr(value, "__float__"):
        raise ValueError(message)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(message) from None
    if not math.isfinite(number):
        raise ValueError(message)
    # -0.0 equals 0.0 and would be written differently.
    return number + 0.0


def shown(value: object) -> str:
    """A value in at most sixty characters."""
    try:
        # reprlib looks at the first entries only, so that a list of a million numbers costs nothing.
        text = reprlib.repr(value)
    except ValueError:
        # Python refuses to write out whole numbers of more than 4300 digits.
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:57] + "..."


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is several in an order: a list, a tuple, a range, an array with an axis, a pandas column."""
    if isinstance(value, (str, bytes, bytearray, memoryview)):
        return False
    return isinstance(value, Sequence) or (hasattr(value, "__len__") and getattr(value, "ndim", 0) > 0)
