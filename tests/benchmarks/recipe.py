"""The recipe learners start from, the side to beat: the paper's notebook, as `toymodels.torch.train` has it.

`tests.benchmarks.recipe_check` compares that with the notebook written out by hand. `python -m tests.benchmarks.recipe`
trains all cases from two seeds and writes their held-out losses beside this file, in about an hour on one core.
"""

import json
from pathlib import Path

import numpy as np

import toymodels as tm
from toymodels import AbsMLP, Autoencoder, losses
from toymodels.arrays import Array
from toymodels.spec import Spec
from toymodels.training.recipe import RecipeConfig

STEPS = RecipeConfig().steps

CASES: dict[str, Spec] = {
    "5->2": Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 10), 0.9),
    "20->5": Autoencoder(20, 5, (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001), 0.7),
    "abs 100->40": AbsMLP(100, 40, (1, 0.3, 0.1, 0.03, 0.01), 0.8),
    "400->30": Autoencoder(400, 30, (0.4, 0.2, 0.05), 1.0),
}

LOSSES = Path(__file__).with_name("recipe_losses.json")

JUDGE = 987_654_321
"""Seed of the samples that the losses are estimated on."""


def train_recipe(spec: Spec, seed: int, steps: int = STEPS) -> dict[str, Array]:
    """Parameters as in `Run.parameters`, after so many steps of `toymodels.torch.train`."""
    return tm.torch.train(spec, seed, steps).parameters


def main() -> None:
    """Train every case from two seeds and write the losses."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, spec in CASES.items():
        found[name] = []
        for seed in (0, 1):
            loss, error = losses.estimate(spec, train_recipe(spec, seed), 131_072, JUDGE)
            found[name].append({"seed": seed, "loss": loss.tolist(), "error": error.tolist()})
            LOSSES.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
