"""Activations of the output in compiled code, and their slopes: ReLU, none, GELU and the leaky ReLU.

Sums, products, divisions and powers of two alone, which are the same to the last bit on every machine; the exponential
and error functions of a machine's own library are not.
"""

import math
from typing import Any

import numpy as np

from toymodels.models import LEAK, TAIL, TAIL_SCALE
from toymodels.training.compiling import inner
from toymodels.training.lanes import Lanes, absolute, power_of_two, spread, total, where_positive

LINEAR, RELU, GELU, LEAKY_RELU = 0, 1, 2, 3

ZERO, ONE = np.float32(0), np.float32(1)
LEAST = np.float32(-126)
ROUNDER = np.float32(1.5 * 2**23)
"""Added to a number and taken away again, it leaves the nearest whole number."""

EXPONENT = np.float32(-0.5 / math.log(2))
POWERS = tuple(np.float32(math.log(2) ** k / math.factorial(k)) for k in range(8))
"""Series of 2^x, right to the last digit of single precision for x from -1/2 to 1/2."""

DENSITY = np.float32(1 / math.sqrt(2 * math.pi))
SCALE = np.float32(TAIL_SCALE)
FIRST, SECOND, THIRD, FOURTH, FIFTH = (np.float32(factor) for factor in TAIL)
SLOPE = np.float32(LEAK)


@inner
def normal_density(value: Lanes) -> Lanes:
    """exp(-value^2 / 2) / sqrt(2 pi)."""
    least = spread(LEAST)
    exponent = value * value * spread(EXPONENT)
    exponent = where_positive(exponent - least, exponent, least)
    whole = (exponent + spread(ROUNDER)) - spread(ROUNDER)
    rest = exponent - whole
    series = spread(POWERS[7])
    series = series * rest + spread(POWERS[6])
    series = series * rest + spread(POWERS[5])
    series = series * rest + spread(POWERS[4])
    series = series * rest + spread(POWERS[3])
    series = series * rest + spread(POWERS[2])
    series = series * rest + spread(POWERS[1])
    series = series * rest + spread(POWERS[0])
    return series * power_of_two(whole) * spread(DENSITY)


@inner
def normal_distribution(value: Lanes, density: Lanes) -> Lanes:
    """Probability that a normal number is below value, with its density there; see `models.normal_distribution`."""
    one = spread(ONE)
    t = one / (one + spread(SCALE) * absolute(value))
    tail = spread(FIFTH) * t + spread(FOURTH)
    tail = tail * t + spread(THIRD)
    tail = tail * t + spread(SECOND)
    tail = tail * t + spread(FIRST)
    tail = tail * t * density
    return where_positive(value, one - tail, tail)


@inner
def activated(value: Lanes, activation: int) -> Lanes:
    """The activation of value."""
    if activation == LINEAR:
        return value
    if activation == RELU:
        return where_positive(value, value, spread(ZERO))
    if activation == LEAKY_RELU:
        return where_positive(value, value, spread(SLOPE) * value)
    return value * normal_distribution(value, normal_density(value))


@inner
def slope(value: Lanes, activation: int) -> Lanes:
    """The derivative of the activation at value."""
    one = spread(ONE)
    if activation == LINEAR:
        return one
    if activation == RELU:
        return where_positive(value, one, spread(ZERO))
    if activation == LEAKY_RELU:
        return where_positive(value, one, spread(SLOPE))
    density = normal_density(value)
    return normal_distribution(value, density) + value * density


@inner
def activated_number(value: float, activation: int) -> Any:
    """The activation of one number."""
    return total(activated(spread(value), activation)) / np.float32(16)


@inner
def slope_at(value: float, activation: int) -> Any:
    """The derivative of the activation at one number."""
    return total(slope(spread(value), activation)) / np.float32(16)
