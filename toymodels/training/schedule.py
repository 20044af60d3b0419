"""The learning rate of every step, with Adam's bias corrections."""

import numpy as np

from toymodels.arrays import Array
from toymodels.training.config import TrainingConfig

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.95
"""Of Adam's average gradient and average squared gradient."""


def learning_rates(config: TrainingConfig) -> Array:
    """(steps,) float32: a straight rise, then 1 - 3 u^2 + 2 u^3 down to zero, for u from 0 to 1.

    Multiplied by Adam's sqrt(1 - SQUARE_DECAY^t) / (1 - MEAN_DECAY^t), t = 1, 2 ... Sums, products and square roots
    alone, which are the same to the last bit on every machine; a cosine is not.
    """
    step = np.arange(config.steps, dtype=np.float64)
    rise = max(1, round(config.warm_up * config.steps))
    u = np.maximum(step - rise, 0) / (config.steps - rise + 1)
    rate = config.learning_rate * np.where(step < rise, (step + 1) / rise, 1 - u * u * (3 - 2 * u))
    mean, square = (np.multiply.accumulate(np.full(config.steps, decay)) for decay in (MEAN_DECAY, SQUARE_DECAY))
    return np.asarray(rate * np.sqrt(1 - square) / (1 - mean), dtype=np.float32)
