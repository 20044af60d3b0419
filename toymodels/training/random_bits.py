"""Random bits as a function of a key and a position: SplitMix64 (Steele et al., 2014), in NumPy.

`batches.random_bits` is the same function in compiled code. Whole numbers only, so every machine draws the same.
"""

import numpy as np
import numpy.typing as npt

START, TRAINING, SELECTION, HELD_OUT = 1, 2, 3, 4
"""Streams of one seed: the parameters at the start, the batches of training, the samples that choose a start, and
those that the loss of the run is estimated on."""

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = 2**64 - 1


def key_of(seed: int, stream: int) -> int:
    """The key of a seed's stream, 0 to 2^64 - 1."""
    return int(random_bits(seed, stream + 1)[stream])


def random_bits(key: int, count: int) -> npt.NDArray[np.uint64]:
    """64 random bits for each of the positions 0 to count - 1."""
    z = np.uint64(key & MASK) + np.arange(count, dtype=np.uint64) * np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND)
    return np.asarray(z ^ (z >> np.uint64(31)))
