"""Adam (Kingma and Ba, 2015), in place on one array of all parameters."""

import math

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array

MEAN_DECAY = 0.9
SQUARE_DECAY = 0.95
EPSILON = 1e-10
"""Far below the gradients of the least important features, whose losses are scaled by 0.7^19 and the like."""


class Adam:
    """State of the optimiser for parameters of one shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._mean = np.zeros(shape, np.float32)
        self._square = np.zeros(shape, np.float32)
        self._change = np.empty(shape, np.float32)
        self._steps = 0

    def step(self, gradient: Array, rate: float) -> Array:
        """What to subtract from the parameters, good until the next step. The gradient is used up."""
        self._steps += 1
        change = self._change
        self._mean *= MEAN_DECAY
        np.multiply(gradient, 1 - MEAN_DECAY, out=change)
        self._mean += change
        self._square *= SQUARE_DECAY
        gradient *= gradient
        gradient *= 1 - SQUARE_DECAY
        self._square += gradient
        np.sqrt(self._square, out=change)
        change += EPSILON
        np.divide(self._mean, change, out=change)
        change *= rate * math.sqrt(1 - SQUARE_DECAY**self._steps) / (1 - MEAN_DECAY**self._steps)
        return change

    def keep(self, rows: tuple[npt.NDArray[np.intp], ...]) -> None:
        """Go on with these rows of the parameters."""
        self._mean, self._square = self._mean[rows], self._square[rows]
        self._change = np.empty_like(self._mean)
