"""The paper's recipe: its settings, and the time that it takes. `toymodels.torch.train` follows it.

The recipe is that of the paper's notebook: plain autograd, one random start, AdamW at a constant rate, fresh samples of
all densities at every step. This module needs no PyTorch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from toymodels.checks import real_number, whole_number
from toymodels.spec import Spec

MAX_STEPS = 1_000_000
MAX_BATCH = 65_536

SECONDS_PER_STEP = 1e-3
"""What a step takes, however small the models: some forty operations of PyTorch."""

SECONDS_PER_VALUE = 2e-8
"""What each feature of each sample adds to a step: two random numbers, and the operations of its own."""

SECONDS_PER_PRODUCT = 1.5e-10
"""What each multiplication of the forward pass adds to a step, with those of the gradient that it entails."""


LOSS_SAMPLES = 131_072
"""Held-out samples behind the loss of its runs: an error of a thousandth or so, in seconds for 400 features."""


@dataclass(frozen=True)
class RecipeConfig:
    """Settings of the paper's recipe.

    Attributes:
        steps: optimiser steps, 1 to 1,000,000.
        batch: samples per step and instance, 1 to 65,536.
        learning_rate: of AdamW, constant, greater than 0 and at most 1.
        weight_decay: of AdamW, 0 to 1; the default is PyTorch's.
        device: "cpu", "mps", "cuda" or "cuda:N".
        activation: what took the place of the spec's activation, by name; None for the spec's own.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    steps: int = 10_000
    batch: int = 1024
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    device: str = "cpu"
    activation: str | None = None

    def __post_init__(self) -> None:
        numbers = {
            "steps": whole_number("steps", self.steps, 1, MAX_STEPS),
            "batch": whole_number("batch", self.batch, 1, MAX_BATCH),
            "learning_rate": real_number("learning_rate", self.learning_rate, 0, 1, above=True),
            "weight_decay": real_number("weight_decay", self.weight_decay, 0, 1),
        }
        for name, value in numbers.items():
            object.__setattr__(self, name, value)
        if not isinstance(self.device, str) or not re.fullmatch(r"cpu|mps|cuda(:\d{1,3})?", self.device):
            raise ValueError(f"device must be 'cpu', 'mps', 'cuda' or 'cuda:N', got {self.device!s:.40}")


def recipe_seconds(spec: Spec, config: RecipeConfig | None = None) -> float:
    """Estimate of the time that the recipe takes on one core, right within a factor of two or so.

    `python -m tests.benchmarks.recipe_check --seconds` measures it again.
    """
    config = config or RecipeConfig()
    values = config.batch * spec.n_instances * spec.n_features
    products = values * spec.n_hidden * (1 if spec.tied else 2)
    step = SECONDS_PER_STEP + SECONDS_PER_VALUE * values + SECONDS_PER_PRODUCT * products
    return config.steps * step
