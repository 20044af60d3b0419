"""The recipe learners start from, the side to beat: the paper's notebook, as `toymodels.torch.train` has it.

`tests.benchmarks.recipe_check` compares that with the notebook written out by hand. `python -m tests.benchmarks.recipe`
trains all cases from two seeds and writes their held-out losses beside this file, and how many features the models of
the absolute value compute; in twenty minutes on a quiet core.
"""

import json
from pathlib import Path

import numpy as np
import torch

import toymodels as tm
from toymodels import AbsMLP, Autoencoder, losses
from toymodels.analysis.neurons import count
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


def main() -> None:
    """Train every case from two seeds and write what is found."""
    torch.set_num_threads(1)
    found: dict[str, list[dict[str, object]]] = {}
    for name, spec in CASES.items():
        found[name] = []
        for seed in (0, 1):
            run = tm.torch.train(spec, seed, STEPS)
            loss, error = losses.estimate(spec, run.parameters, 131_072, JUDGE)
            one: dict[str, object] = {"seed": seed, "loss": loss.tolist(), "error": error.tolist()}
            if isinstance(spec, AbsMLP):
                counts = [count(run, instance) for instance in range(spec.n_instances)]
                one["features computed"] = [count.features for count in counts]
                one["monosemantic neurons"] = [count.monosemantic for count in counts]
            found[name].append(one)
            LOSSES.write_text(json.dumps(found, indent=1) + "\n")
            print(f"{name}, seed {seed}: {run.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
