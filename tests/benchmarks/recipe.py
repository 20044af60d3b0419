"""Whether `toymodels.torch.train` is the paper's recipe, and how long it takes.

    python -m tests.benchmarks.recipe              5->2 and 20->5, seeds 0 and 1, in full (some minutes)
    python -m tests.benchmarks.recipe --seconds    seconds beside those that `recipe_seconds` expects, from 50 steps

The losses to compare with are frozen: an implementation that shared no code with the library gave them.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np

import toymodels as tm
from toymodels.spec import Spec
from toymodels.training.recipe import RecipeConfig, recipe_seconds

JUDGE = 987_654_321
"""Seed of the samples that losses are estimated on."""

LADDER = (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
CASES: dict[str, Spec] = {
    "5->2": tm.Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 10), 0.9),
    "20->5": tm.Autoencoder(20, 5, LADDER, 0.7),
}
TIMED: dict[str, Spec] = {
    **CASES,
    "5->2, one density": tm.Autoencoder(5, 2, 0.1, 0.9),
    "abs 100->40": tm.AbsMLP(100, 40, LADDER[:5], 0.8),
    "400->30, one density": tm.Autoencoder(400, 30, 0.2, 1.0),
}
FROZEN: dict[tuple[str, int], tuple[float, ...]] = {
}
