"""The recipe learners start from, the side to beat: the paper's notebook in plain PyTorch.

Autograd, AdamW at 1e-3 with its default weight decay, batches of 1024, dense sampling with two uniform draws per entry,
xavier_normal on W of shape (instances, features, hidden), b = 0, a constant rate, all densities in one tensor.
The training shares no code with the library, on purpose. `python -m tests.benchmarks.recipe` trains all cases from two
seeds and writes their held-out losses beside this file, which takes about an hour on one core.
"""

import json
from pathlib import Path

import numpy as np
import torch

from toymodels import AbsMLP, Autoencoder, losses
from toymodels.arrays import Array
from toymodels.specs import Spec

STEPS = 10_000
BATCH = 1024

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
    """Parameters as in `Run.parameters`."""
    torch.manual_seed(seed)
    signed = isinstance(spec, AbsMLP)
    rectified = not (isinstance(spec, Autoencoder) and spec.activation == "linear")
    shape = (spec.n_instances, spec.n_features, spec.n_hidden)
    probability = torch.tensor(spec.feature_probability)[:, None]
    importance = torch.tensor(spec.importances, dtype=torch.float32)
    W1 = torch.nn.init.xavier_normal_(torch.empty(shape)).requires_grad_()
    W2 = torch.nn.init.xavier_normal_(torch.empty(shape)).requires_grad_() if signed else W1
    b = torch.zeros(shape[:2], requires_grad=True)
    optimiser = torch.optim.AdamW([W1, W2, b] if signed else [W1, b], lr=1e-3)
    for _ in range(steps):
        values = torch.rand(BATCH, *shape[:2])
        if signed:
            values = 2 * values - 1
        x = torch.where(torch.rand(BATCH, *shape[:2]) <= probability, values, torch.zeros(()))
        hidden = torch.einsum("bif,ifh->bih", x, W1)
        if signed:
            hidden = torch.relu(hidden)
        output = torch.einsum("bih,ifh->bif", hidden, W2) + b
        if rectified:
            output = torch.relu(output)
        target = x.abs() if signed else x
        loss = (importance * (target - output) ** 2).mean(dim=(0, 2)).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    def array(tensor: torch.Tensor) -> Array:
        return np.array(tensor.detach())

    if signed:
        return {"W1": array(W1.transpose(1, 2)), "W2": array(W2), "b": array(b)}
    return {"W": array(W1.transpose(1, 2)), "b": array(b)}


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
