"""The array type that the library speaks."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""A NumPy array of float32 or float64. Leading axes are always batch axes, named in each docstring."""
